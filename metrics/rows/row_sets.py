"""The rows that measures count: which they are for a question, their own day, and whose they are.

A measure looks at one of these; its conditions are expressions over their columns (`measures.md`,
headings of the tables and attribution). Measures over the same rows are counted in one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.sql.selectable import FromClause

from data_access.store.schema import KIND_TABLES, audit_facts, escalation_facts, spans
from metrics.rows import duty_rows
from metrics.rows.duty_rows import AS_AT, d, now
from metrics.rows.expressions import Condition, Day, age_band_on, asked

Columns = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one table that some measures look at.

    table: what the viewer's condition is put on.
    where: which of them the question is about.
    day: the row's own day, which places it in a month; None for a stock, taken as at each month's end.
    iro, team, kind: whose it is and of which kind of review; kind is None where they are not duties.
    born, aged_on: for the age band.
    joins: what else expressions over these rows may name; joined only where they do.
    shown: the columns of a list of these rows, in order.
    few: an authority has so few of them that they are counted as quickly as the cube is read.
    at_period_end: a stock of the period's last day, where others are of the as-at date.
    """

    name: str
    table: FromClause
    where: Condition
    day: Day | None
    iro: ColumnElement[Any]
    team: ColumnElement[Any]
    born: Day
    aged_on: Day
    shown: Columns
    kind: ColumnElement[Any] | None = None
    joins: tuple[tuple[FromClause, Condition], ...] = field(default=())
    order: tuple[ColumnElement[Any], ...] = field(default=())
    few: bool = False
    at_period_end: bool = False

    @property
    def of_a_day(self) -> bool:
        """Whether they are a stock of the as-at date, which no period changes."""
        return self.day is None and not self.at_period_end

    @property
    def age_band(self) -> ColumnElement[str]:
        """The child's age band on the day by which a row is aged."""
        return age_band_on(self.born, self.aged_on)


PERIOD_START, PERIOD_END, LAST_DAY = asked("period_start"), asked("period_end"), asked("last_day")


def known(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """A day after the as-at date counts as not known."""
    return case((day <= AS_AT, day))


_OF_DUTY: Columns = {
    "kind": d.c.kind,
    "opens_on": d.c.opens_on,
    "due_on": d.c.due_on,
    "held_on": known(d.c.held_on),
    "outcome": duty_rows.OUTCOME,
    "days_late": duty_rows.DAYS_LATE,
}
_OF_REVIEW: Columns = {
    "chaired_by": d.c.chaired_by,
    "late_reason": case((duty_rows.LATE, duty_rows.LATE_REASON), else_=d.c.late_reason),
    "late_agreed_by": case((duty_rows.LATE, duty_rows.AGREED_BY), else_=d.c.late_agreed_by),
    "late_agreed_on": case((duty_rows.LATE, duty_rows.AGREED_ON), else_=d.c.late_agreed_on),
    "mode": d.c.mode,
    "participation_code": d.c.participation_code,
    "non_attendance_reason": d.c.non_attendance_reason,
}

at_review = spans.alias("child_at_review")

REVIEWS_HELD = Rows(
    "reviews_held",
    d,
    and_(duty_rows.NOT_SHORT_BREAK, d.c.held_on >= PERIOD_START, d.c.held_on <= LAST_DAY),
    day=d.c.held_on,
    # Whoever was answerable was so by the day it was held, at the latest.
    iro=d.c.iro_id,
    team=d.c.team_id,
    kind=d.c.kind,
    born=d.c.date_of_birth,
    aged_on=d.c.held_on,
    shown={**_OF_DUTY, **_OF_REVIEW},
    joins=(
        (
            at_review,
            and_(
                at_review.c.authority == d.c.authority,
                at_review.c.child_id == d.c.child_id,
                at_review.c.from_on <= d.c.held_on,
                at_review.c.until_on > d.c.held_on,
            ),
        ),
    ),
    order=(d.c.held_on, d.c.child_id),
)
"""Reviews held in the period, of looked after children and those placed for adoption.

`at_review` is what the child was on that day; nothing where care ended on it.
"""

REVIEWS_CHAIRED = Rows(
    "reviews_chaired",
    d,
    REVIEWS_HELD.where,
    day=d.c.held_on,
    iro=d.c.chaired_by,
    team=d.c.team_id,
    born=d.c.date_of_birth,
    aged_on=d.c.held_on,
    shown={**_OF_DUTY, **_OF_REVIEW},
    order=REVIEWS_HELD.order,
)
"""The same reviews, as the work of whoever chaired them."""

REVIEWS_DUE = Rows(
    "reviews_due",
    d,
    and_(
        duty_rows.NOT_SHORT_BREAK,
        d.c.due_on >= PERIOD_START,
        d.c.due_on <= PERIOD_END,
        duty_rows.KNOWN,
        duty_rows.DUE,
    ),
    day=d.c.due_on,
    # Due or held by the as-at date, so settled by then.
    iro=d.c.iro_id,
    team=d.c.team_id,
    kind=d.c.kind,
    born=d.c.date_of_birth,
    aged_on=d.c.due_on,
    shown={
        **_OF_DUTY,
        "booked_for": case((duty_rows.OVERDUE, duty_rows.BOOKED_FOR)),
        **_OF_REVIEW,
        "late_reason": duty_rows.LATE_REASON,
        "late_agreed_by": duty_rows.AGREED_BY,
        "late_agreed_on": duty_rows.AGREED_ON,
    },
    order=(d.c.due_on, d.c.child_id),
)
"""Due duties (on time, late, overdue or missed) whose due date is in the period."""

REVIEWS_TO_COME = Rows(
    "reviews_to_come",
    d,
    and_(
        duty_rows.NOT_SHORT_BREAK,
        duty_rows.KNOWN,
        d.c.due_on >= AS_AT,
        or_(d.c.closes_on.is_(None), d.c.closes_on > AS_AT),
    ),
    day=None,
    iro=duty_rows.ANSWERABLE_IRO,
    team=duty_rows.ANSWERABLE_TEAM,
    kind=d.c.kind,
    born=d.c.date_of_birth,
    aged_on=d.c.due_on,
    shown={
        "social_worker": now.c.social_worker,
        "kind": d.c.kind,
        "opens_on": d.c.opens_on,
        "due_on": d.c.due_on,
        "booked_for": duty_rows.BOOKED_FOR,
    },
    joins=((now, duty_rows.NOW_FOR_UNSETTLED),),
    order=(d.c.due_on, d.c.child_id),
)
"""Open duties at the as-at date, due on it or later."""

STARTS = Rows(
    "starts",
    d,
    and_(
        duty_rows.NOT_SHORT_BREAK,
        d.c.number == 1,
        d.c.start_known,
        d.c.period_started_on >= PERIOD_START,
        d.c.period_started_on <= PERIOD_END,
        duty_rows.KNOWN,
    ),
    day=d.c.period_started_on,
    iro=duty_rows.ANSWERABLE_IRO,
    team=duty_rows.ANSWERABLE_TEAM,
    kind=d.c.kind,
    born=d.c.date_of_birth,
    aged_on=d.c.period_started_on,
    shown={
        "period_started_on": d.c.period_started_on,
        "notified_on": known(d.c.notified_on),
        "first_iro_on": known(d.c.first_iro_on),
    },
    joins=((now, duty_rows.NOW_FOR_UNSETTLED),),
    order=(d.c.period_started_on, d.c.child_id),
)
"""Periods of care that started in the period, by their first duty; start known, not short breaks."""


a = KIND_TABLES["activities"].alias("activity")
_on_the_day = spans.alias("child_that_day")
ACTIVITIES = Rows(
    "activities",
    a,
    and_(
        a.c.speaks,
        a.c.activity_kind.in_(("midway_review", "case_note")),
        a.c.done_on >= PERIOD_START,
        a.c.done_on <= LAST_DAY,
    ),
    day=a.c.done_on,
    iro=a.c.iro_id,
    team=_on_the_day.c.team_id,
    born=_on_the_day.c.date_of_birth,
    aged_on=a.c.done_on,
    shown={"activity_kind": a.c.activity_kind, "done_on": a.c.done_on},
    joins=(
        (
            _on_the_day,
            and_(
                _on_the_day.c.authority == a.c.authority,
                _on_the_day.c.child_id == a.c.child_id,
                _on_the_day.c.from_on <= a.c.done_on,
                _on_the_day.c.until_on > a.c.done_on,
            ),
        ),
    ),
    order=(a.c.done_on, a.c.child_id, a.c.activity_id),
)
"""Midway reviews and case notes done in the period, by who did them."""

e = escalation_facts.alias("escalation")
RESOLVED = and_(e.c.resolved_on.is_not(None), e.c.resolved_on <= AS_AT)
FORMAL = e.c.stage != "informal"
_OF_ESCALATION: Columns = {
    "escalation_id": e.c.escalation_id,
    "raised_on": e.c.raised_on,
    "theme": e.c.theme,
    "stage": e.c.stage,
    "human_rights": e.c.human_rights,
    "deadline_on": case((FORMAL, e.c.deadline_on)),
    "resolved_on": known(e.c.resolved_on),
}


def _escalations(name: str, where: Condition, day: Day | None, aged_on: Day) -> Rows:
    return Rows(
        name,
        e,
        and_(e.c.raised_on <= AS_AT, where),
        day=day,
        iro=e.c.iro_id,
        team=e.c.team_id,
        born=e.c.date_of_birth,
        aged_on=aged_on,
        shown=_OF_ESCALATION,
        order=(e.c.raised_on, e.c.child_id),
        few=True,
    )


ESCALATIONS_RAISED = _escalations(
    "escalations_raised",
    and_(e.c.raised_on >= PERIOD_START, e.c.raised_on <= PERIOD_END),
    e.c.raised_on,
    e.c.raised_on,
)
ESCALATIONS_DUE = _escalations(
    "escalations_due",
    and_(FORMAL, e.c.deadline_on >= PERIOD_START, e.c.deadline_on <= PERIOD_END),
    e.c.deadline_on,
    e.c.deadline_on,
)
"""Formal escalations whose last day is in the period."""
ESCALATIONS_OPEN = _escalations("escalations_open", and_(FORMAL, ~RESOLVED), None, e.c.raised_on)
"""Formal escalations open at the as-at date."""

u = audit_facts.alias("audit")
_audits = KIND_TABLES["audits"]


def _said_by_auditor(column: str) -> ColumnElement[Any]:
    """What the auditor wrote of the section."""
    said: ColumnElement[Any] = (
        select(_audits.c[column])
        .where(
            _audits.c.authority == u.c.authority,
            _audits.c.audit_id == u.c.audit_id,
            _audits.c.audit_theme == u.c.audit_theme,
            _audits.c.speaks,
        )
        .limit(1)
        .scalar_subquery()
    )
    return said


AUDITS = Rows(
    "audits",
    u,
    and_(u.c.audited_on >= PERIOD_START, u.c.audited_on <= LAST_DAY),
    day=u.c.audited_on,
    iro=u.c.iro_id,
    team=u.c.team_id,
    born=u.c.date_of_birth,
    aged_on=u.c.audited_on,
    shown={
        "audit_id": u.c.audit_id,
        "audited_on": u.c.audited_on,
        "audit_theme": u.c.audit_theme,
        "grade": u.c.grade,
        "programme": u.c.programme,
        "cohort": u.c.cohort,
        "in_time": _said_by_auditor("in_time"),
        "months_out_of_date": _said_by_auditor("months_out_of_date"),
        "strength": _said_by_auditor("strength"),
        "improvement": _said_by_auditor("improvement"),
    },
    order=(u.c.audited_on, u.c.audit_id, u.c.audit_theme),
    few=True,
)
"""Sections of audits graded in the period."""
