"""The IROs and teams of a service: who is in force in a period, and how much full-time work they are.

One FTE-month is one full-time IRO for one whole calendar month: fte x days in force / days in the month.
Days outside the IRO's own `started_on`..`ended_on` do not count (`measures.md`, footprint).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, or_, select

from data_access.people.viewer import Viewer, visible
from data_access.store.schema import KIND_TABLES, NO_END
from metrics.counting.question import Selection, month_ends

_iros, _hours, _teams = KIND_TABLES["iros"], KIND_TABLES["iro_hours"], KIND_TABLES["teams"]


@dataclass(frozen=True)
class Hours:
    """An IRO's share of full time over a range of days, both included, within their time in the service."""

    iro_id: str
    from_on: date
    to_on: date
    fte: Fraction
    """Exact, so that a figure on a standard's limit is judged as it is printed."""

    def within(self, start: date, end: date) -> int:
        """How many of its days lie from `start` to `end`."""
        return max((min(self.to_on, end) - max(self.from_on, start)).days + 1, 0)


def iros_in_force(connection: Connection, viewer: Viewer, selection: Selection) -> list[str]:
    """The IROs of the service on any day of the period, in the order of their identifiers."""
    query = (
        select(_iros.c.iro_id)
        .where(
            visible(viewer, _iros, selection.authority),
            _iros.c.speaks,
            _iros.c.started_on <= selection.period_end,
            or_(_iros.c.ended_on.is_(None), _iros.c.ended_on >= selection.period_start),
        )
        .order_by(_iros.c.iro_id)
    )
    everyone: Sequence[str] = connection.execute(query).scalars().all()
    return [iro for iro in everyone if selection.iro_id in (None, iro)]


def teams_in_force(connection: Connection, viewer: Viewer, selection: Selection) -> list[str]:
    """The teams, in the order of their identifiers: a team has no dates."""
    query = (
        select(_teams.c.team_id)
        .where(visible(viewer, _teams, selection.authority), _teams.c.speaks)
        .order_by(_teams.c.team_id)
    )
    every: Sequence[str] = connection.execute(query).scalars().all()
    return [team for team in every if selection.team_id in (None, team)]


def hours_of(connection: Connection, viewer: Viewer, selection: Selection) -> list[Hours]:
    """The hours of the IROs that are asked for, whatever their dates."""
    h = _hours.c
    query = (
        select(h.iro_id, h.from_date, h.to_date, h.fte, _iros.c.started_on, _iros.c.ended_on)
        .join(_iros, (_iros.c.authority == h.authority) & (_iros.c.iro_id == h.iro_id) & _iros.c.speaks)
        .where(visible(viewer, _hours, selection.authority), h.speaks)
    )
    if selection.iro_id is not None:
        query = query.where(h.iro_id == selection.iro_id)
    return [_hours_of(*row) for row in connection.execute(query)]


def _hours_of(
    iro_id: str, from_date: date, to_date: date | None, fte: float, started_on: date, ended_on: date | None
) -> Hours:
    last = min(to_date or NO_END, ended_on or NO_END)
    return Hours(iro_id, max(from_date, started_on), last, Fraction(str(fte)))


def fte_on(hours: Sequence[Hours], day: date) -> dict[str, Fraction]:
    """The FTE of each IRO in force on a day."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for each in hours:
        if each.within(day, day):
            found[each.iro_id] += each.fte
    return dict(found)


def fte_months(hours: Sequence[Hours], start: date, end: date) -> dict[tuple[str, str], Fraction]:
    """The FTE-months of each IRO in each calendar month (`YYYY-MM`) of the days from `start` to `end`."""
    found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    parts = list(_parts(start, end))
    for each in hours:
        for month, first, last, days in parts:
            if inside := each.within(first, last):
                found[each.iro_id, month] += each.fte * inside / days
    return dict(found)


def fte_rows(hours: Sequence[Hours], start: date, end: date) -> list[dict[str, Any]]:
    """What FTE-months are made of: `iro_id, month, fte, days_in_force, days_in_month, fte_months`."""
    return [
        {
            "iro_id": each.iro_id,
            "month": month,
            "fte": float(each.fte),
            "days_in_force": inside,
            "days_in_month": days,
            "fte_months": float(each.fte * inside / days),
        }
        for each in hours
        for month, first, last, days in _parts(start, end)
        if (inside := each.within(first, last))
    ]


def _parts(start: date, end: date) -> Iterator[tuple[str, date, date, int]]:
    """Each calendar month of the days: its name, its first and last of these days, its whole length."""
    for last in month_ends(start, end):
        first = last.replace(day=1)
        yield f"{last:%Y-%m}", max(first, start), min(last, end), last.day
