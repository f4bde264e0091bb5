"""The month, quarter or year that a document is about: how it is called, and whether the data have it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo, first_day_in_care
from metrics.counting.question import month_end
from metrics.wording import words
from reports.document import NotInData


def refuse_month(engine: Engine, viewer: Viewer, info: AuthorityInfo, first: date, as_at: date) -> None:
    """Raise NotInData where the month of its first day lies after the day, or before the data begin."""
    _refuse(engine, viewer, info, spoken(first), "month", (first, month_end(first)), as_at)


def refuse_period(
    engine: Engine, viewer: Viewer, info: AuthorityInfo, kind: str, first: date, last: date
) -> None:
    """Raise NotInData where a quarter or year, of these days, lies after the data or before they begin."""
    _refuse(engine, viewer, info, f"The {kind} from {words.day(first)}", kind, (first, last), info.as_at)


def _refuse(
    engine: Engine,
    viewer: Viewer,
    info: AuthorityInfo,
    said: str,
    kind: str,
    days: tuple[date, date],
    as_at: date,
) -> None:
    first, last = days
    if first > as_at:
        raise NotInData(
            f"{said} is not in the data, which ends on {words.day(as_at)}. Ask for an earlier {kind}, or "
            "load a newer extract."
        )
    begins = first_day_in_care(engine, viewer, info.authority)
    if begins is None or last < begins:
        which = f"which begins on {words.day(begins)}" if begins else "in which no child is looked after"
        raise NotInData(f"{said} is not in the data, {which}.")


def spoken(first: date) -> str:
    """`October 2026`."""
    return f"{first:%B %Y}"
