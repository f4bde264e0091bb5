"""Where the product and the oracle differ over one world, in words. Nothing is returned where they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from data_access.store.schema import refused_rows
from metrics.counting.calculate import Selection, duties_as_at, measure_rows, members
from metrics.tracker import tracker
from tests.doors import load_world
from tests.oracle.duties import all_duties, duties
from tests.oracle.items import STOCKS
from tests.oracle.measures import BREAKDOWNS, KEYS, UNIT, measures
from tests.oracle.story import Story
from tests.oracle.tracker import tracker as expected_tracker
from tests.worlds import Question, RandomWorld

Numbers = tuple[float | None, float | None, float | None, str]


@dataclass(frozen=True)
class Loaded:
    """A world in a store that may hold other worlds, each under its own authority."""

    world: RandomWorld
    engine: Engine
    authority: str

    def asked(self, question: Question, by: str) -> Selection:
        return Selection(self.authority, question.start, question.end, question.as_at, by=by)

    def rows(self, question: Question, by: str, keys: Iterable[str] = KEYS) -> dict[tuple[str, str], Numbers]:
        """What the product says, by measure and group."""
        frame = measure_rows(self.engine, SERVICE_VIEWER, self.asked(question, by), list(keys))
        return _by_group(rows_of(frame), by)


class Stores:
    """Loads worlds through the front door, many into one store: identifiers alike, authorities apart."""

    def __init__(self, engine: Engine | None = None, most: int = 200) -> None:
        """engine: one store for them all; by default one in memory after another, of `most` worlds each."""
        self._most, self._held, self._given = most, 0, engine is not None
        self._engine = engine or open_store("sqlite://")

    def load(self, world: RandomWorld, authority: str | None = None) -> Loaded:
        """The world in a store. Raises ValueError where a row of it was refused.

        authority: by default a new one; one that is held already has its kinds replaced.
        """
        if self._held == self._most and not self._given:
            self._engine, self._held = open_store("sqlite://"), 0
        self._held += 1
        held = Loaded(world, self._engine, authority or f"W{self._held}")
        load_world(
            world.rows,
            as_at=world.loaded_as_at,
            reviews_from=world.reviews_from,
            engine=held.engine,
            authority=held.authority,
        )
        query = select(refused_rows.c.column_name, refused_rows.c.reason)
        with held.engine.connect() as connection:
            refused = connection.execute(query.where(refused_rows.c.authority == held.authority)).all()
        if refused:
            raise ValueError(f"{len(refused)} rows of this world were refused, such as: {refused[0]}")
        return held


def plain(value: Any) -> Any:
    """A cell as the oracle has it: a day, a number, a text, or None for nothing."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        dict(zip(frame.columns, map(plain, row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


def duty_differences(held: Loaded, as_at: date) -> list[str]:
    """The duties known at a day that only one of the two has, every column counting."""
    ours = rows_of(duties_as_at(held.engine, SERVICE_VIEWER, held.authority, as_at))
    theirs = duties(held.world.rows, as_at, held.world.reviews_from)
    found = Counter(_as_text(row) for row in ours)
    expected = Counter(_as_text(row) for row in theirs)
    return [
        *(f"duties at {as_at}: expected {row}" for row in sorted((expected - found).elements())),
        *(f"duties at {as_at}: found    {row}" for row in sorted((found - expected).elements())),
    ]


def tracker_differences(held: Loaded, as_at: date) -> list[str]:
    """The rows of the tracker at a day that differ in a column or in their place."""
    selection = Selection(held.authority, as_at, as_at, as_at)
    ours = [_as_text(row) for row in rows_of(tracker(held.engine, SERVICE_VIEWER, selection))]
    theirs = [_as_text(row) for row in expected_tracker(held.world.rows, as_at, held.world.reviews_from)]
    found = Counter(ours)
    expected = Counter(theirs)
    differences = [
        *(f"tracker at {as_at}: expected {row}" for row in sorted((expected - found).elements())),
        *(f"tracker at {as_at}: found    {row}" for row in sorted((found - expected).elements())),
    ]
    return differences or ([] if ours == theirs else [f"tracker at {as_at}: in another order"])


def _as_text(row: dict[str, Any]) -> str:
    return ", ".join(f"{column}={'' if value is None else value}" for column, value in row.items())


def measure_differences(
    held: Loaded, question: Question, breakdowns: Iterable[str] = BREAKDOWNS, keys: Iterable[str] = KEYS
) -> Iterator[str]:
    """The rows of the `measures` command that differ in a number or in their status."""
    keys, story = list(keys), Story(held.world.rows, held.world.reviews_from)
    known = all_duties(story)
    start, end, as_at = question.start, question.end, question.as_at
    for by in breakdowns:
        found = held.rows(question, by, keys)
        rows = measures(held.world.rows, start, end, as_at, by, keys, story=story, known=known)
        expected = _by_group(rows, by)
        for key, group in sorted({*found, *expected}):
            one, other = expected.get((key, group)), found.get((key, group))
            if not _same(one, other):
                yield f"{key} by {by}, group {group}, {_said(question)}: expected {one}, found {other}"


def member_differences(
    held: Loaded, question: Question, by: str, keys: Iterable[str] = KEYS, one_in: int = 1
) -> Iterator[str]:
    """The lists of rows behind numbers that do not have as many rows as the number says.

    one_in: of the numbers that are not zero, look behind each, every second, ...: each look is a query.
    """
    found = held.rows(question, by, keys)
    told = [place for place, numbers in sorted(found.items()) if numbers[0] or numbers[1]]
    for key, group in told[::one_in]:
        numerator, denominator = found[key, group][:2]
        parts = {"numerator": numerator}
        if UNIT[key] == "percent":
            parts |= {"denominator": denominator, "shortfall": (denominator or 0) - (numerator or 0)}
        for part, number in parts.items():
            asked = held.asked(question, by)
            frame = members(held.engine, SERVICE_VIEWER, key, asked, part=part, group=group)  # type: ignore[arg-type]
            if len(frame) != number:
                told_of = f"the {part} of {key} by {by}, group {group}, {_said(question)}"
                yield f"members of {told_of}: expected {number}, found {len(frame)}"


def _by_group(rows: list[dict[str, Any]], by: str) -> dict[tuple[str, str], Numbers]:
    """(measure, group) -> numerator, denominator, value, status.

    The documents ask for rows of nothing by IRO, team and month; by kind and age band they may be there.
    """
    found = {}
    for row in rows:
        if by in ("kind", "age_band") and not row["numerator"] and not row["denominator"]:
            continue
        numbers = (row["numerator"], row["denominator"], row["value"], row["status"] or "")
        if (row["measure"], row["group"]) in found:
            raise ValueError(f"two rows of {row['measure']} for one group")
        found[row["measure"], row["group"]] = numbers
    return found


def _same(one: Numbers | None, other: Numbers | None) -> bool:
    """As expected; one row of nothing more than is asked for (of an IRO gone by then) is no difference."""
    if one is None:
        return other is None or (other[0] == 0 and not other[1])
    if other is None:
        return False
    if one[3] != other[3]:
        return False
    return all(
        a is b if a is None or b is None else abs(a - b) < 1e-6
        for a, b in zip(one[:3], other[:3], strict=True)
    )


def _said(question: Question) -> str:
    return f"{question.start}..{question.end} as at {question.as_at}"


def sum_differences(held: Loaded, question: Question) -> Iterator[str]:
    """By IRO, team and month the groups add up to the service, distinct counts and moments left aside."""
    totals = held.rows(question, "service")
    for by in BREAKDOWNS[1:]:
        sums: dict[str, list[float]] = {}
        for (key, _), numbers in held.rows(question, by).items():
            part = sums.setdefault(key, [0.0, 0.0])
            part[0] += numbers[0] or 0
            part[1] += numbers[1] or 0
        for key, part in sums.items():
            if not _adds_up(key, by):
                continue
            total = [number or 0 for number in totals[key, "service"][:2]]
            if any(abs(a - b) > 1e-6 for a, b in zip(part, total, strict=True)):
                yield f"{key} by {by}, {_said(question)}: groups give {part}, the service {total}"


def narrowing_differences(held: Loaded, question: Question) -> Iterator[str]:
    """Narrowed to one IRO or team, the service's numbers are those of that group of the breakdown."""
    for by, names in (("iro", "iros"), ("team", "teams")):
        groups = held.rows(question, by)
        for row in held.world.rows[names]:
            name = row[f"{by}_id"]
            asked = replace(held.asked(question, "service"), **{f"{by}_id": name})
            frame = measure_rows(held.engine, SERVICE_VIEWER, asked, list(KEYS))
            for (key, _), numbers in _by_group(rows_of(frame), "service").items():
                group = groups.get((key, name))
                if group is not None and not _same(group, numbers):
                    yield f"{key} of one {by}, {_said(question)}: group {group}, narrowed {numbers}"


def _adds_up(key: str, by: str) -> bool:
    """`measures.md`, Breakdowns: distinct counts need not, and measures of a moment do not over months."""
    if key == "children_with_escalation":
        return False
    if by == "month":
        return key not in STOCKS and key != "caseload_per_fte"
    return not (by == "age_band" and key.startswith("audit_"))
