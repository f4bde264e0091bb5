"""An IRO's work in a world of its own: children in care since January 2025, and what was done for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from tests.doors import load_world

AS_AT = date(2026, 3, 31)
STARTED = date(2025, 1, 6)
Row = dict[str, Any]


def notes(iro: str, child: str, number: int, month: date = date(2026, 3, 1)) -> list[Row]:
    """So many case notes of an IRO on a child's record, one a day from the month's first."""
    return [
        {"activity_id": f"{iro}{child}{month}{day}", "child_id": child, "iro_id": iro,
         "activity_kind": "case_note", "done_on": month + timedelta(days=day)}
        for day in range(number)
    ]  # fmt: skip


def held(child: str, *days: date, **said: Any) -> list[Row]:
    """A review held on each of these days, booked well before."""
    return [
        {"review_id": f"{child}{day}", "child_id": child, "review_status": "held", "held_on": day,
         "booked_for": day, "booked_on": STARTED} | said
        for day in days
    ]  # fmt: skip


def service(
    *,
    children: Sequence[str] = ("A",),
    iros: Sequence[Row] = ({"iro_id": "I0"},),
    work: Sequence[Row] = (),
    reviews: Sequence[Row] = (),
    allocations: Sequence[Row] | None = None,
    as_at: date = AS_AT,
    **more: Sequence[Row],
) -> Engine:
    """A store of children in care since January 2025, with IROs and what they did."""
    people = [
        {"iro_name": f"Name {one['iro_id']}", "started_on": date(2024, 1, 1), "fte": 1.0} | one
        for one in iros
    ]
    allocated = allocations if allocations is not None else [
        {"child_id": child, "iro_id": "I0", "from_date": STARTED} for child in children
    ]  # fmt: skip
    return load_world(
        {
            "children": [{"child_id": child, "date_of_birth": date(2014, 5, 1)} for child in children],
            "care_periods": [{"child_id": child, "started_on": STARTED} for child in children],
            "iros": [{key: one[key] for key in one if key != "fte"} for one in people],
            "iro_hours": [
                {"iro_id": one["iro_id"], "from_date": date(2024, 1, 1), "fte": one["fte"]} for one in people
            ],
            "iro_allocations": allocated,
            "activities": list(work),
            "reviews": list(reviews),
            **more,
        },
        as_at=as_at,
    )  # fmt: skip
