"""A duty to review as at a day: held, closed, its outcome, how late, and who was answerable.

Facts hold everything that is known; here the as-at date of the question decides what of it counts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, null, or_, select
from sqlalchemy.sql.selectable import FromClause

from data_access.recorded.entries import EntryKind
from data_access.rows.days import days_between
from data_access.store.schema import authorities, bookings, duties, entries, spans
from metrics.rows.expressions import Day, asked

AS_AT = asked("as_at")

d = duties.alias("duty")
now = spans.alias("now")
"""What the duty's child was on the as-at date."""

NOT_SHORT_BREAK = d.c.regime != "short_break"
KNOWN = d.c.opens_on <= AS_AT
HELD = and_(d.c.held_on.is_not(None), d.c.held_on <= AS_AT)
CLOSED = and_(d.c.closes_on.is_not(None), d.c.closes_on <= AS_AT)
ON_TIME = and_(HELD, d.c.held_on <= d.c.due_on)
LATE = and_(HELD, d.c.held_on > d.c.due_on)
MISSED = and_(CLOSED, not_(HELD), d.c.due_on <= d.c.closes_on)
OVERDUE = and_(not_(CLOSED), d.c.due_on < AS_AT)
DUE = or_(HELD, MISSED, OVERDUE)
"""A due duty, of those with a due date: on time, late, overdue or missed."""

OUTCOME: ColumnElement[str] = case(
    (d.c.due_on.is_(None), "not_assessable"),
    (ON_TIME, "on_time"),
    (HELD, "late"),
    (MISSED, "missed"),
    (CLOSED, "not_required"),
    (d.c.due_on < AS_AT, "overdue"),
    else_="open",
)
DAYS_LATE: ColumnElement[int] = case(
    (d.c.due_on.is_(None), null()),
    (or_(LATE, MISSED), days_between(d.c.due_on, d.c.closes_on)),
    (OVERDUE, days_between(d.c.due_on, AS_AT)),
    else_=0,
)

NOW_FOR_UNSETTLED = and_(
    now.c.authority == d.c.authority,
    now.c.child_id == d.c.child_id,
    now.c.from_on <= AS_AT,
    now.c.until_on > AS_AT,
    or_(d.c.settled_on.is_(None), d.c.settled_on > AS_AT),
)
"""Where nobody is answerable yet, those allocated on the as-at date are (`measures.md`, attribution)."""

_SETTLED = and_(d.c.settled_on.is_not(None), d.c.settled_on <= AS_AT)
ANSWERABLE_IRO: ColumnElement[str] = case((_SETTLED, d.c.iro_id), else_=now.c.iro_id)
ANSWERABLE_TEAM: ColumnElement[str] = case((_SETTLED, d.c.team_id), else_=now.c.team_id)


def known_booking(
    booking: FromClause, child: ColumnElement[str], authority: ColumnElement[str]
) -> ColumnElement[bool]:
    """Booked or cancelled by the as-at date; one held after it counts as booked (`domain.md` section 9).

    Whether a review was held is for its status to say: a day held on one that was called off means nothing.
    """
    b = booking.c
    return and_(
        b.authority == authority,
        b.child_id == child,
        or_(b.booked_on.is_(None), b.booked_on <= AS_AT),
        or_(b.review_status != "held", b.held_on > AS_AT),
    )


def next_booking(child: ColumnElement[str], authority: ColumnElement[str]) -> Day:
    """The first day on or after the as-at date for which the child has a booking; empty without one."""
    b = bookings.alias("next_booking")
    return (
        select(func.min(b.c.booked_for))
        .where(known_booking(b, child, authority), b.c.booked_for >= AS_AT, b.c.review_status != "cancelled")
        .scalar_subquery()
    )


BOOKED_FOR = next_booking(d.c.child_id, d.c.authority)


def latest_booking(column: str, duty: FromClause = d) -> ColumnElement[Any]:
    """What the latest booked or cancelled review for a day since the duty opened says."""
    b = bookings.alias("latest_booking")
    return (
        select(b.c[column])
        .where(known_booking(b, duty.c.child_id, duty.c.authority), b.c.booked_for >= duty.c.opens_on)
        .order_by(b.c.booked_for.desc(), b.c.review_id)
        .limit(1)
        .scalar_subquery()
    )


def _recorded(kind: EntryKind, column: str, duty: FromClause, *, prevails: bool) -> ColumnElement[Any]:
    """What was recorded here of a duty, as at the day (`entries.entries`): the latest that is open."""
    e, newer = entries.alias("entry"), entries.alias("newer_entry")
    todays = select(authorities.c.as_at).where(authorities.c.authority == duty.c.authority).scalar_subquery()

    def known(version: FromClause) -> ColumnElement[bool]:
        return or_(version.c.recorded_on <= AS_AT, todays <= AS_AT)

    replaced = exists().where(
        newer.c.authority == e.c.authority,
        newer.c.entry_id == e.c.entry_id,
        newer.c.version > e.c.version,
        known(newer),
    )
    return (
        select(e.c[column])
        .where(
            e.c.authority == duty.c.authority,
            e.c.child_id == duty.c.child_id,
            e.c.entry_kind == str(kind),
            e.c.is_open,
            e.c.prevails == prevails,
            e.c.about_on >= duty.c.opens_on,
            or_(duty.c.closes_on.is_(None), e.c.about_on < duty.c.closes_on),
            known(e),
            not_(replaced),
        )
        .order_by(e.c.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _settled(
    kind: EntryKind, column: str, extracts: ColumnElement[Any], duty: FromClause = d
) -> ColumnElement[Any]:
    """What counts: what was settled here, else what the extract says, else what was recorded here."""
    return func.coalesce(
        _recorded(kind, column, duty, prevails=True), extracts, _recorded(kind, column, duty, prevails=False)
    )


EXTRACTS_REASON: ColumnElement[str] = case((HELD, d.c.late_reason), else_=latest_booking("late_reason"))
"""Why: as the review says, or for one not held as its latest booked or cancelled review says."""
LATE_REASON: ColumnElement[str] = _settled(EntryKind.LATE_REASON, "code", EXTRACTS_REASON)
AGREED_BY: ColumnElement[str] = _settled(EntryKind.AGREEMENT, "who", d.c.late_agreed_by)
AGREED_ON: Day = _settled(EntryKind.AGREEMENT, "happened_on", d.c.late_agreed_on)
"""Why a review is late, and who agreed to it and when, where both the extract and the product may say so."""


def reason_of_open(duty: FromClause) -> ColumnElement[str]:
    """Why the review of an open duty is overdue; empty while it is not."""
    said = _settled(EntryKind.LATE_REASON, "code", latest_booking("late_reason", duty), duty)
    return case((duty.c.due_on < AS_AT, said))
