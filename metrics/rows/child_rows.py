"""The rows of children that measures count: as at a day or at a period's end, with what is known of each.

What else is counted of a child's reviews is gathered once for all children and joined: asking anew for each
child and condition took twenty times as long. Their activities are too many for that, and are looked up.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from data_access.rows.codes import AGED_FOUR, VIEWS_CONVEYED
from data_access.rows.days import days_between
from data_access.store.schema import KIND_TABLES, duties, spans
from metrics.rows.duty_rows import AS_AT, next_booking, reason_of_open
from metrics.rows.expressions import AUTHORITY, Condition, Day, asked
from metrics.rows.row_sets import LAST_DAY, Rows


def _looked_after(span: FromClause, day: Day) -> Condition:
    return and_(span.c.from_on <= day, span.c.until_on > day, span.c.in_care, span.c.regime != "short_break")


s = spans.alias("child")
o = duties.alias("open_duty")
_OPEN_DUTY = and_(
    o.c.authority == s.c.authority,
    o.c.child_id == s.c.child_id,
    o.c.opens_on <= AS_AT,
    or_(o.c.closes_on.is_(None), o.c.closes_on > AS_AT),
    o.c.regime != "short_break",
)
"""A child has one open duty at any moment (`design.md`, idea 1)."""

_r = duties.alias("review")
reviewed = select(_r.c.child_id).where(
    _r.c.authority == AUTHORITY,
    _r.c.held_on > asked("coverage_after"),
    _r.c.held_on <= AS_AT,
    _r.c.regime != "short_break",
)
"""Children with a review in the last six weeks."""


def worked_with_after(day: Day, *kinds: str) -> Condition:
    """An IRO did work of these kinds with the child after a day, and by the as-at date."""
    w = KIND_TABLES["activities"].alias("work")
    return exists().where(
        w.c.authority == s.c.authority,
        w.c.child_id == s.c.child_id,
        w.c.activity_kind.in_(kinds),
        w.c.done_on > day,
        w.c.done_on <= AS_AT,
        w.c.speaks,
    )


def _same_child(children: FromClause, others: Subquery) -> Condition:
    return others.c.child_id == children.c.child_id


CHILDREN = Rows(
    "children",
    s,
    _looked_after(s, AS_AT),
    day=None,
    iro=s.c.iro_id,
    team=s.c.team_id,
    born=s.c.date_of_birth,
    aged_on=AS_AT,
    shown={
        "social_worker": s.c.social_worker,
        "period_started_on": s.c.period_started_on,
        "regime": s.c.regime,
        "iro_since": s.c.iro_since,
        "opens_on": o.c.opens_on,
        "due_on": o.c.due_on,
        "days_late": case((o.c.due_on < AS_AT, days_between(o.c.due_on, AS_AT)), else_=0),
        "booked_for": next_booking(s.c.child_id, s.c.authority),
        "late_reason": reason_of_open(o),
    },
    joins=((o, _OPEN_DUTY),),
    order=(o.c.due_on, s.c.child_id),
)
"""Children looked after at the as-at date, not in a short-break series."""

at_end = spans.alias("child_at_end")
_then = spans.alias("child_as_at")
_AS_AT_THEN = and_(
    _then.c.authority == at_end.c.authority,
    _then.c.child_id == at_end.c.child_id,
    _then.c.from_on <= AS_AT,
    _then.c.until_on > AS_AT,
)

_f = duties.alias("failed_duty")
_OPEN = or_(_f.c.closes_on.is_(None), _f.c.closes_on > AS_AT)
_LATE_OR_MISSED = or_(
    _f.c.closes_on > _f.c.due_on, and_(_f.c.closes_on == _f.c.due_on, _f.c.held_on.is_(None))
)
failed = select(_f.c.child_id).where(
    _f.c.authority == AUTHORITY,
    _f.c.due_on >= asked("april"),
    _f.c.due_on <= LAST_DAY,
    _f.c.regime != "short_break",
    _f.c.opens_on <= AS_AT,
    or_(and_(_OPEN, _f.c.due_on < AS_AT), and_(_f.c.closes_on <= AS_AT, _LATE_OR_MISSED)),
)
"""Children with a review due since 1 April that is late, missed or overdue."""

_c = duties.alias("coded_review")
_conveyed: ColumnElement[bool] = _c.c.participation_code.in_(VIEWS_CONVEYED)
coded = (
    select(
        _c.c.child_id,
        func.min(case((_conveyed, 1), else_=0)).label("always_conveyed"),
        func.max(_c.c.held_on).label("latest_on"),
        func.max(case((_conveyed, _c.c.held_on))).label("latest_conveyed_on"),
    )
    .where(
        _c.c.authority == AUTHORITY,
        _c.c.held_on >= asked("april"),
        _c.c.held_on <= LAST_DAY,
        _c.c.regime != "short_break",
        _c.c.participation_code.in_(AGED_FOUR),
    )
    .group_by(_c.c.child_id)
    .subquery("coded")
)
"""Children with a review since 1 April that has a code from PN1 to PN7."""

CHILDREN_AT_PERIOD_END = Rows(
    "children_at_period_end",
    at_end,
    _looked_after(at_end, LAST_DAY),
    day=None,
    iro=_then.c.iro_id,
    team=_then.c.team_id,
    born=at_end.c.date_of_birth,
    aged_on=AS_AT,
    shown={
        "social_worker": _then.c.social_worker,
        "period_started_on": at_end.c.period_started_on,
        "regime": at_end.c.regime,
    },
    joins=(
        (_then, _AS_AT_THEN),
        (coded, _same_child(at_end, coded)),
    ),
    order=(at_end.c.child_id,),
    at_period_end=True,
)
"""Children looked after at the period's end; they belong to whoever has them on the as-at date."""
