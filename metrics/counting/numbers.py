"""The numbers behind results: each measure's numerator and denominator, by group and by month.

Groups that must be there are there, zero included: every IRO and team in force in the period, every
month (`measures.md`, attribution). Where the cube holds what is asked it is read, else the facts are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, Engine

from data_access.people.viewer import Viewer
from metrics.counting import cube, staff
from metrics.counting.coverage import unanswerable
from metrics.counting.queries import Counted, Group, count_rows
from metrics.counting.question import Selection, month_ends
from metrics.measures.measure import FullTime, Measure
from metrics.rows.expressions import AGE_BANDS

UNALLOCATED = "unallocated"
SERVICE = "service"
_ORDER = {
    "age_band": [band for band, _ in AGE_BANDS],
    "kind": ["first", "second", "subsequent", "unknown"],
}

Place = tuple[str | None, str]
"""(month as YYYY-MM, or None where months are not told apart; group)"""
Pair = tuple[float | None, float | Fraction | None]
Numbers = dict[Place, Pair]
"""place -> (numerator, denominator), in the order in which they are shown"""


@dataclass(frozen=True)
class _Asked:
    """A question, and what is the same for all of its measures."""

    connection: Connection
    viewer: Viewer
    selection: Selection
    by_month: bool
    groups: list[str]
    """The groups that have a row whatever is counted."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What rows are grouped by, the months apart."""
        return () if self.selection.by == SERVICE else (self.selection.by,)

    @property
    def months(self) -> list[str]:
        return [f"{end:%Y-%m}" for end in month_ends(self.selection.period_start, self.selection.period_end)]


def numbers_of(
    engine: Engine,
    viewer: Viewer,
    selection: Selection,
    measures: Sequence[Measure],
    *,
    by_month: bool = False,
) -> dict[str, Numbers]:
    """The numbers of each measure by group of the selection, and by month besides where asked.

    A measure that the breakdown does not fit has none; one that the data cannot answer has, by service
    and not by month, an empty pair.
    """
    found: dict[str, Numbers] = {measure.key: {} for measure in measures}
    with engine.connect() as connection:
        blank = unanswerable(connection, selection.authority, list(found))
        asked = _Asked(connection, viewer, selection, by_month, _groups(connection, viewer, selection))
        answered = []
        for measure in measures:
            if measure.key in blank or (measure.full_time and selection.team_id is not None):
                if selection.by == SERVICE and not by_month:
                    found[measure.key] = {(None, SERVICE): (None, None)}
            elif measure.fits(selection.by):
                answered.append(measure)
        counts = _counts(asked, answered)
        hours = (
            staff.hours_of(connection, viewer, selection)
            if any(measure.full_time for measure in answered)
            else []
        )
    full_time = {kind: _full_time(asked, kind, hours) for kind in {measure.full_time for measure in answered}}
    for measure in answered:
        work = full_time[measure.full_time]
        found[measure.key] = _placed(asked, measure, counts[measure.key], work)
    return found


def _groups(connection: Connection, viewer: Viewer, selection: Selection) -> list[str]:
    if selection.by == "iro":
        return staff.iros_in_force(connection, viewer, selection)
    if selection.by == "team":
        return staff.teams_in_force(connection, viewer, selection)
    return [SERVICE] if selection.by == SERVICE else []


def _counts(asked: _Asked, measures: Sequence[Measure]) -> Counted:
    """key -> (month, group) -> (numerator, denominator)."""
    flows = [measure for measure in measures if measure.rows.day is not None]
    stocks = [measure for measure in measures if measure.rows.day is None]
    store = cube.opened(asked.connection, asked.viewer, asked.selection.authority)
    found: Counted = {}
    if flows:
        found |= _flows(asked, store, flows)
    if stocks:
        found |= _stocks(asked, store, stocks)
    return found


def _flows(asked: _Asked, store: cube.Cube | None, measures: Sequence[Measure]) -> Counted:
    """Measures whose rows lie on days of the period: a month has those of its days."""
    by = (("month",) if asked.by_month else ()) + asked.dimensions
    kept = [m for m in measures if store and store.has_flow(m, asked.selection)]
    left = [measure for measure in measures if measure not in kept]
    found: Counted = {}
    if store and kept:
        found |= store.flows(asked.connection, asked.selection, kept, by_month=asked.by_month)
    if left:
        found |= count_rows(asked.connection, asked.viewer, asked.selection, left, by)
    return {key: _with_month(groups, asked.by_month) for key, groups in found.items()}


def _with_month(groups: dict[Group, tuple[float, float]], by_month: bool) -> dict[Group, tuple[float, float]]:
    return groups if by_month else {(None, *group): counts for group, counts in groups.items()}


def _stocks(asked: _Asked, store: cube.Cube | None, measures: Sequence[Measure]) -> Counted:
    """Measures of a moment: a month is as at its end, or as at where that is earlier."""
    moments: list[tuple[str | None, Selection]] = [(None, asked.selection)]
    if asked.by_month:
        selection = asked.selection
        ends = month_ends(selection.period_start, selection.period_end)
        moments = [(f"{end:%Y-%m}", selection.at(min(end, selection.as_at))) for end in ends]
    found: Counted = {measure.key: {} for measure in measures}
    for month, at in moments:
        kept = [m for m in measures if store and store.has_stock(m, at)]
        left = [measure for measure in measures if measure not in kept]
        counts: Counted = {}
        if store and kept:
            counts |= store.stocks(asked.connection, at, kept)
        if left:
            counts |= count_rows(asked.connection, asked.viewer, at, left, asked.dimensions)
        for key, groups in counts.items():
            found[key] |= {(month, *group): pair for group, pair in groups.items()}
    return found


def _full_time(
    asked: _Asked, kind: FullTime | None, hours: Sequence[staff.Hours]
) -> dict[Place, Fraction] | None:
    """The full-time work of each place, which measures of the kind are divided by."""
    if kind is None:
        return None
    selection = asked.selection
    found: dict[Place, Fraction] = defaultdict(Fraction)

    def add(month: str, iro: str, work: Fraction) -> None:
        group = iro if selection.by == "iro" else SERVICE
        found[month if asked.by_month else None, group] += work

    if kind == "fte_months":
        for (iro, month), work in staff.fte_months(hours, selection.period_start, selection.last_day).items():
            add(month, iro, work)
        return found
    ends = month_ends(selection.period_start, selection.period_end) if asked.by_month else [selection.as_at]
    for end in ends:
        for iro, work in staff.fte_on(hours, min(end, selection.as_at)).items():
            add(f"{end:%Y-%m}", iro, work)
    return found


def _placed(
    asked: _Asked,
    measure: Measure,
    counts: dict[Group, tuple[float, float]],
    full_time: dict[Place, Fraction] | None,
) -> Numbers:
    """The numbers of one measure in the order they are shown, with the groups that must be there."""
    found: dict[Place, tuple[float, float | Fraction]] = {}
    for group, pair in counts.items():
        place = _place(asked.selection.by, group)
        if place is not None and any(pair):
            found[place] = pair
    if full_time is not None:
        for place in found.keys() | full_time.keys():
            found[place] = (found.get(place, (0, 0))[0], full_time.get(place, Fraction()))
    months: list[str | None] = [*asked.months] if asked.by_month else [None]
    groups = _ordered(asked.selection.by, asked.groups, (group for _, group in found))
    always = set(asked.groups)
    shown = [
        (month, group) for month in months for group in groups if group in always or (month, group) in found
    ]
    is_count = measure.denominator is None
    return {
        place: (numerator, None if is_count else denominator)
        for place in shown
        for numerator, denominator in [found.get(place, (0, 0))]
    }


def _place(by: str, group: Group) -> Place | None:
    """Where a counted group is shown; rows without an age or a kind are in no such group."""
    month, *rest = group
    if by == SERVICE:
        return month, SERVICE
    (name,) = rest
    if name is None:
        return (month, UNALLOCATED) if by in ("iro", "team") else None
    return month, name


def _ordered(by: str, always: Sequence[str], found: Iterable[str]) -> list[str]:
    """The groups as they are shown: ages and kinds in their order, names in theirs, nobody last."""
    names = set(found) | set(always)
    order = _ORDER.get(by)
    if order:
        return [name for name in order if name in names]
    return sorted(names, key=lambda name: (name == UNALLOCATED, name))
