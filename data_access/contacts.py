"""When an IRO had contact with a child, and whether that was about the time of a review.

One rule for the finding that a code is likely wrong and for the page that shows what it would change:
`domain.md` section 3 (S0, S3 7.2).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, select

from data_access.schema import KIND_TABLES

_activities = KIND_TABLES["activities"]
Days = Mapping[str, Sequence[date]]


def contacts_by_child(connection: Connection, which: ColumnElement[bool]) -> Days:
    """The days, in order, on which an IRO had contact with each child. which: of the rows of `activities`."""
    a = _activities.c
    found: dict[str, list[date]] = defaultdict(list)
    asked = select(a.child_id, a.done_on).where(which, a.activity_kind == "child_contact")
    for child_id, day in connection.execute(asked).all():
        found[child_id].append(day)
    for days in found.values():
        days.sort()
    return found


def contact_around(
    contacts: Days, child_id: str, held_on: date, seen_on: date | None, within: timedelta
) -> date | None:
    """The day of a contact with the child from so long before a review to so long after it, if there was one.

    seen_on: the day the IRO saw the child about this review, as the review says.
    """
    if seen_on is not None and abs(seen_on - held_on) <= within:
        return seen_on
    days = contacts.get(child_id, ())
    place = bisect_left(days, held_on - within)
    if place < len(days) and days[place] <= held_on + within:
        return days[place]
    return None
