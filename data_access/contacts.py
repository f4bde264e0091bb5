"""When an IRO had contact with a child, and whether that was about the time of a review.

One rule for the finding that a code is likely wrong and for the page that shows what it would change:
`domain.md` section 3 (S0, S3 7.2).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, case, func, select

from data_access.rows.days import moved
from data_access.store.dated import by_setting
from data_access.store.schema import KIND_TABLES

_activities, _reviews = KIND_TABLES["activities"], KIND_TABLES["reviews"]


def contact_around(seen_on: ColumnElement[date], until: date) -> ColumnElement[date]:
    """Of a row of `reviews`, the day of a contact from so long before it to so long after it; null without.

    seen_on: the day the IRO saw the child about this review, as the review says. until: contacts recorded
    apart from the review are not known after it.
    """
    a, r = _activities.c, _reviews.c
    first = by_setting("miscoding_days", r.held_on, lambda days: moved(r.held_on, f"-{days} days"))
    last = by_setting("miscoding_days", r.held_on, lambda days: moved(r.held_on, f"{days} days"))
    contact = select(func.min(a.done_on)).where(
        a.authority == r.authority, a.speaks, a.child_id == r.child_id, a.activity_kind == "child_contact",
        a.done_on.between(first, last), a.done_on <= until,
    )  # fmt: skip
    seen = case((seen_on.between(first, last), seen_on))
    return func.coalesce(seen, contact.correlate(_reviews).scalar_subquery())
