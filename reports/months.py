"""The month that a document is about: how it is called, and whether the data have it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from data_access.reading import AuthorityInfo, first_day_in_care
from data_access.viewer import Viewer
from metrics import words
from reports.document import NotInData


def refuse_month(engine: Engine, viewer: Viewer, info: AuthorityInfo, first: date, as_at: date) -> None:
    """Raise NotInData where the month of its first day lies after the day, or before the data begin."""
    if first > as_at:
        raise NotInData(
            f"{spoken(first)} is not in the data, which ends on {words.day(as_at)}. Ask for an earlier "
            "month, or load a newer extract."
        )
    begins = first_day_in_care(engine, viewer, info.authority)
    if begins is None or first < begins.replace(day=1):
        said = f"which begins on {words.day(begins)}" if begins else "in which no child is looked after"
        raise NotInData(f"{spoken(first)} is not in the data, {said}.")


def spoken(first: date) -> str:
    """`October 2026`."""
    return f"{first:%B %Y}"
