"""Where the product and the oracle differ over one world, in words. Nothing is returned where they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from data_access.schema import refused_rows
from data_access.viewer import SERVICE_VIEWER
from metrics.calculate import Selection, duties_as_at, measure_rows, members
from tests.doors import load_world
from tests.oracle.duties import all_duties, duties
from tests.oracle.items import STOCKS
from tests.oracle.measures import BREAKDOWNS, KEYS, PER_FTE, UNIT, measures
from tests.oracle.story import Story
from tests.worlds import Question, RandomWorld

AUTHORITY = "LOCAL"
Numbers = tuple[float | None, float | None, float | None, str]


def loaded(world: RandomWorld) -> Engine:
    """A store that holds the world, through the front door; ValueError where a row of it was refused."""
    engine = load_world(world.rows, as_at=world.loaded_as_at, reviews_from=world.reviews_from)
    with engine.connect() as connection:
        refused = connection.execute(select(refused_rows.c.column_name, refused_rows.c.reason)).all()
    if refused:
        raise ValueError(f"{len(refused)} rows of this world were refused, such as: {refused[0]}")
    return engine


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


def duty_differences(engine: Engine, world: RandomWorld, as_at: date) -> list[str]:
    """The duties known at a day that only one of the two has, every column counting."""
    ours = rows_of(duties_as_at(engine, SERVICE_VIEWER, AUTHORITY, as_at))
    theirs = duties(world.rows, as_at, world.reviews_from)
    found = Counter(_as_text(row) for row in ours)
    expected = Counter(_as_text(row) for row in theirs)
    return [
        *(f"duties at {as_at}: expected {row}" for row in sorted((expected - found).elements())),
        *(f"duties at {as_at}: found    {row}" for row in sorted((found - expected).elements())),
    ]


def _as_text(row: dict[str, Any]) -> str:
    return ", ".join(f"{column}={'' if value is None else value}" for column, value in row.items())


def measure_differences(
    engine: Engine,
    world: RandomWorld,
    question: Question,
    breakdowns: Iterable[str] = BREAKDOWNS,
    keys: Iterable[str] = KEYS,
) -> Iterator[str]:
    """The rows of the `measures` command that differ, and the numbers that their members do not add up to."""
    keys, story = list(keys), Story(world.rows, world.reviews_from)
    known = all_duties(story)
    for by in breakdowns:
        asked = Selection(AUTHORITY, question.start, question.end, question.as_at, by=by)
        frame = measure_rows(engine, SERVICE_VIEWER, asked, keys)
        found = _by_group(rows_of(frame), by)
        rows = measures(
            world.rows, question.start, question.end, question.as_at, by, keys, story=story, known=known
        )
        expected = _by_group(rows, by)
        for key, group in sorted({*found, *expected}):
            one, other = expected.get((key, group)), found.get((key, group))
            if not _same(one, other):
                yield f"{key} by {by}, group {group}, {_said(question)}: expected {one}, found {other}"
        for key, group in sorted(found):
            yield from _member_differences(engine, asked, key, group, found[key, group], question)


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
    if one is None or other is None:
        return one is other
    if one[3] != other[3]:
        return False
    return all(
        a is b if a is None or b is None else abs(a - b) < 1e-6
        for a, b in zip(one[:3], other[:3], strict=True)
    )


def _said(question: Question) -> str:
    return f"{question.start}..{question.end} as at {question.as_at}"


def _member_differences(
    engine: Engine, asked: Selection, key: str, group: str, numbers: Numbers, question: Question
) -> Iterator[str]:
    """The list of rows behind each number has as many rows as the number says."""
    numerator, denominator, _, _ = numbers
    if numerator is None:
        return
    expected = {"numerator": numerator}
    if UNIT[key] == "percent" and denominator is not None:
        expected |= {"denominator": denominator, "shortfall": denominator - numerator}
    for part, number in expected.items():
        frame = members(engine, SERVICE_VIEWER, key, asked, part=part, group=group)  # type: ignore[arg-type]
        if len(frame) != number:
            yield (
                f"members of the {part} of {key} by {asked.by}, group {group}, {_said(question)}: "
                f"expected {number:g}, found {len(frame)}"
            )


def sum_differences(engine: Engine, question: Question) -> Iterator[str]:
    """By IRO, team and month the groups add up to the service, distinct counts and moments left aside."""
    totals = _by_group(rows_of(_asked(engine, question, "service")), "service")
    for by in ("iro", "team", "month", "kind", "age_band"):
        sums: dict[str, list[float]] = {}
        for (key, _), numbers in _by_group(rows_of(_asked(engine, question, by)), by).items():
            part = sums.setdefault(key, [0.0, 0.0])
            part[0] += numbers[0] or 0
            part[1] += numbers[1] or 0
        for key, part in sums.items():
            if not _adds_up(key, by):
                continue
            total = [number or 0 for number in totals[key, "service"][:2]]
            if any(abs(a - b) > 1e-6 for a, b in zip(part, total, strict=True)):
                yield f"{key} by {by}, {_said(question)}: groups give {part}, the service {total}"


def _asked(engine: Engine, question: Question, by: str) -> pd.DataFrame:
    asked = Selection(AUTHORITY, question.start, question.end, question.as_at, by=by)
    return measure_rows(engine, SERVICE_VIEWER, asked, list(KEYS))


def _adds_up(key: str, by: str) -> bool:
    """`measures.md`, Breakdowns: distinct counts need not, and measures of a moment do not over months."""
    if key == "children_with_escalation":
        return False
    if by == "month":
        return key not in STOCKS and key not in PER_FTE
    return not (by == "age_band" and key.startswith("audit_"))
