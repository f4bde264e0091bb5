"""The weekly tracker: every child looked after on a day, in the first state that fits.

Facts are read from the store as at the day, whatever day it is; states are worked out from them in whole
columns. Nothing is kept from week to week: a past week is the same question asked of an earlier day.
Source: `domain.md` section 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select
from sqlalchemy.sql.selectable import FromClause

import standards
from data_access.people.viewer import Viewer, visible
from data_access.recorded.entries import entries
from data_access.rows.codes import RECORD_ONLY_REASONS
from data_access.store.schema import KIND_TABLES, bookings, duties, escalation_facts
from metrics.counting.coverage import unanswerable
from metrics.counting.question import Selection, asked_of
from metrics.recorded.reasons import add_recorded
from metrics.rows.duty_rows import AS_AT, d, known_booking, latest_booking, now
from metrics.rows.expressions import AUTHORITY, age_band_on, asked_text
from metrics.rules import midways
from metrics.rules.calendar import (
    NO_DAY,
    Days,
    Flags,
    Integers,
    as_days,
    ordinal,
    setting_on,
    working_days_after,
    working_days_before,
)
from metrics.rules.columns import Column, as_column

OVERDUE, CHECK, BOOKED_LATE, AT_RISK, REPORT_MISSING, WATCH, ON_TRACK = STATES = (
    "overdue", "check_the_record", "booked_late", "at_risk", "report_missing", "watch", "on_track",
)  # fmt: skip
"""The states in order: a child is in the first that fits."""
RED = (OVERDUE, BOOKED_LATE)

SENT_AFTER = {"decisions": "decisions_sent_on", "record": "record_sent_on", "letter": "letter_sent_on"}
"""What is owed after a review -> the day it was sent."""
MISSING = {
    "report": "report_2_days_before",
    "care_plan": "care_plan_2_days_before",
    "decisions": "decisions_in_5_days",
    "record": "record_in_15_days",
    "letter": "letter_in_20_days",
}
"""What can be missing, in the order it is owed -> its measure, which sources may not be able to tell."""
OWED_ON = {name: f"{name}_owed_on" for name in MISSING}
"""Of each the column of `open_duties` with the day by which it was owed, where it is missing."""

NO_DUE_DATE, BOOKING_WENT_BY, RECORD_ONLY, MARKED_WRONG = CHECKS = (
    "no_due_date", "booking_went_by", "record_only", "marked_wrong",
)  # fmt: skip
"""Why a record is to be checked; a child may be so for several reasons."""

COLUMNS = (
    "child_id", "age_band", "team_id", "social_worker", "iro_id", "period_started_on", "regime", "kind",
    "review_number", "last_held_on", "due_on", "booked_for", "working_days_to_due", "state", "missing",
    "missing_since", "late_reason", "agreed_by", "agreed_on", "midway_due_on", "midway_done_on",
    "last_iro_contact_on", "escalation_id", "escalation_age_days",
)  # fmt: skip
"""`design.md`, the command line."""


def tracker(engine: Engine, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    """One row per child looked after at the selection's as-at date, short-break children included: `COLUMNS`.

    Worst state first, then by due date. `missing` names what is missing, joined by `;`, and `missing_since`
    is the first of the days by which it was owed. `review_number` is that of the review to come: one more
    than were held in the period of care. `booked_for` is the next booking on or after the day, or else the
    latest since the duty opened, which went by with nothing recorded. `working_days_to_due` does not count
    the as-at date and is negative when overdue; `escalation_age_days` are calendar days. Reason and agreement
    are what the latest booking since the duty opened says, else what was recorded here; a midway review is
    only of a duty of six months; the escalation is the one open longest.
    """
    rows = open_duties(engine, viewer, selection)
    booked_for = rows["booked_for"].where(rows["booked_for"].notna(), rows["went_by_on"])
    return rows.assign(booked_for=booked_for)[list(COLUMNS)]


def open_duties(
    engine: Engine, viewer: Viewer, selection: Selection, *, child_id: str | None = None
) -> pd.DataFrame:
    """The rows of `tracker`, with `opens_on` besides: the day by which what is recorded names the duty.

    `booked_for` is only of a booking to come; `went_by_on` the day that was booked, where that went by. And
    `OWED_ON`: since when each thing that is missing has been; `to_check`: those of `CHECKS` that fit, joined
    by `;`, in whatever state the child is; `last_absence_reason`: why the child was not at the last review.
    child_id: of this child alone.
    """
    recorded = entries(engine, viewer, selection.authority, as_at=selection.as_at, child_id=child_id)
    to_iro, to_team = selection.iro_id is not None, selection.team_id is not None
    with engine.connect() as connection:
        query = _facts(viewer, to_iro, to_team, child_id is not None)
        result = connection.execute(query, asked_of(selection) | {"child_id": child_id})
        facts = pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)
        untold = unanswerable(connection, selection.authority, MISSING.values())
    add_recorded(facts, recorded)
    told = [name for name, measure in MISSING.items() if measure not in untold]
    at = _Columns(facts, selection.as_at, told)
    owed = at.owed()
    missing, missing_since = at.missing(owed)
    state = at.states()
    midway_due_on = at.midway_due_on()
    rows = facts.assign(
        review_number=facts["review_number"].astype("Int64"),
        working_days_to_due=_whole(at.working_days_to("due_on"), at.known("due_on")),
        state=[STATES[place] for place in state],
        missing=missing,
        missing_since=_dates(missing_since),
        midway_due_on=_dates(midway_due_on),
        midway_done_on=_dates(np.where(np.isnat(midway_due_on), NO_DAY, at.day("midway_done_on"))),
        last_iro_contact_on=_dates(np.fmax(at.day("contact_on"), at.day("child_seen_on"))),
        escalation_age_days=_whole(
            (at.as_at - at.day("escalation_raised_on")).astype(np.int64), at.known("escalation_raised_on")
        ),
        to_check=at.to_check(),
        went_by_on=_dates(np.where(at.went_by(), at.day("passed_on"), NO_DAY)),
        **{OWED_ON[name]: _dates(days) for name, days in owed.items()},
    )
    due = np.where(at.known("due_on"), at.day("due_on"), np.datetime64("9999-12-31"))
    order = np.lexsort((np.arange(len(rows)), due, state))  # the query's order is by child
    return (
        rows[[*COLUMNS, "opens_on", "to_check", "went_by_on", "last_absence_reason", *OWED_ON.values()]]
        .iloc[order]
        .reset_index(drop=True)
    )


# -- what is known on the day

last = duties.alias("last_duty")
"""The duty that the last review held in this period of care closed."""
_l = duties.alias("held_duty")
_HELD = and_(
    _l.c.authority == now.c.authority,
    _l.c.child_id == now.c.child_id,
    _l.c.period_started_on == now.c.period_started_on,
    _l.c.held_on <= AS_AT,
)
_LAST_HELD = select(_l.c.duty_id).where(_HELD).order_by(_l.c.held_on.desc()).limit(1).scalar_subquery()
_NUMBER = select(func.count() + 1).select_from(_l).where(_HELD).scalar_subquery()
"""Which review of the period of care comes next: a duty that closed without a review is none."""

_OPEN = and_(
    d.c.authority == now.c.authority,
    d.c.child_id == now.c.child_id,
    d.c.opens_on <= AS_AT,
    or_(d.c.closes_on.is_(None), d.c.closes_on > AS_AT),
)

meeting = KIND_TABLES["reviews"].alias("meeting")
"""The review that is booked next."""
_b = bookings.alias("booked")
_BOOKED = and_(known_booking(_b, now.c.child_id, now.c.authority), _b.c.review_status != "cancelled")
_NEXT_BOOKED = (
    select(_b.c.review_id)
    .where(_BOOKED, _b.c.booked_for >= AS_AT)
    .order_by(_b.c.booked_for, _b.c.review_id)
    .limit(1)
    .scalar_subquery()
)
_PASSED = (
    select(func.max(_b.c.booked_for))
    .where(_BOOKED, _b.c.booked_for < AS_AT, _b.c.booked_for > d.c.opens_on)
    .scalar_subquery()
)
"""The latest day for which a review was booked and that went by with nothing recorded."""

_w = KIND_TABLES["activities"].alias("work")
_WORK = and_(
    _w.c.authority == now.c.authority, _w.c.child_id == now.c.child_id, _w.c.speaks, _w.c.done_on <= AS_AT
)
_MIDWAY_DONE = (
    select(func.min(_w.c.done_on))
    .where(_WORK, _w.c.activity_kind == "midway_review", _w.c.done_on > d.c.opens_on)
    .scalar_subquery()
)
_CONTACT = (
    select(func.max(_w.c.done_on))
    .where(_WORK, _w.c.activity_kind.in_(("child_contact", "midway_review")))
    .scalar_subquery()
)
_r = KIND_TABLES["reviews"].alias("review_of_child")
_SEEN = (
    select(func.max(_r.c.child_seen_on))
    .where(
        _r.c.authority == now.c.authority,
        _r.c.child_id == now.c.child_id,
        _r.c.speaks,
        _r.c.child_seen_on <= AS_AT,
    )
    .scalar_subquery()
)

escalation = escalation_facts.alias("escalation_open")
"""The escalation open longest; good practice that was escalated needs no answer."""
_e = escalation_facts.alias("escalation_of_child")
_OPEN_LONGEST = (
    select(_e.c.escalation_id)
    .where(
        _e.c.authority == now.c.authority,
        _e.c.child_id == now.c.child_id,
        _e.c.raised_on <= AS_AT,
        or_(_e.c.resolved_on.is_(None), _e.c.resolved_on > AS_AT),
        _e.c.theme != "good_practice",
    )
    .order_by(_e.c.raised_on, _e.c.escalation_id)
    .limit(1)
    .scalar_subquery()
)

_SHOWN: Mapping[str, ColumnElement[Any]] = {
    "child_id": now.c.child_id,
    "age_band": age_band_on(now.c.date_of_birth, AS_AT),
    "team_id": now.c.team_id,
    "social_worker": now.c.social_worker,
    "iro_id": now.c.iro_id,
    "period_started_on": now.c.period_started_on,
    "regime": func.coalesce(d.c.regime, now.c.regime),
    "kind": d.c.kind,
    "review_number": _NUMBER,
    "opens_on": d.c.opens_on,
    "due_on": d.c.due_on,
    "booked_for": meeting.c.booked_for,
    "passed_on": _PASSED,
    "report_received_on": meeting.c.report_received_on,
    "care_plan_updated_on": meeting.c.care_plan_updated_on,
    "last_held_on": last.c.held_on,
    "last_reason": last.c.late_reason,
    "last_absence_reason": last.c.non_attendance_reason,
    "completed_on": last.c.completed_on,
    **{column: last.c[column] for column in SENT_AFTER.values()},
    "late_reason": latest_booking("late_reason"),
    "agreed_by": latest_booking("late_agreed_by"),
    "agreed_on": latest_booking("late_agreed_on"),
    "midway_done_on": _MIDWAY_DONE,
    "contact_on": _CONTACT,
    "child_seen_on": _SEEN,
    "escalation_id": escalation.c.escalation_id,
    "escalation_raised_on": escalation.c.raised_on,
}


@lru_cache(maxsize=16)
def _facts(viewer: Viewer, to_iro: bool, to_team: bool, to_child: bool) -> Select[Any]:
    """What is known on the day of each child looked after; kept, for it is dear to write."""
    joined: FromClause = (
        now.outerjoin(d, _OPEN)
        .outerjoin(last, and_(last.c.authority == now.c.authority, last.c.duty_id == _LAST_HELD))
        .outerjoin(
            meeting,
            and_(
                meeting.c.authority == now.c.authority, meeting.c.speaks, meeting.c.review_id == _NEXT_BOOKED
            ),
        )
        .outerjoin(
            escalation,
            and_(escalation.c.authority == now.c.authority, escalation.c.escalation_id == _OPEN_LONGEST),
        )
    )
    conditions = [
        visible(viewer, now, AUTHORITY),
        now.c.from_on <= AS_AT,
        now.c.until_on > AS_AT,
        now.c.in_care,
    ]
    if to_iro:
        conditions.append(now.c.iro_id == asked_text("iro_id"))
    if to_team:
        conditions.append(now.c.team_id == asked_text("team_id"))
    if to_child:
        conditions.append(now.c.child_id == asked_text("child_id"))
    columns = [column.label(name) for name, column in _SHOWN.items()]
    return select(*columns).select_from(joined).where(*conditions).order_by(now.c.child_id)


# -- what follows from it


class _Columns:
    """The facts as columns of days, and what the rules make of them."""

    def __init__(self, facts: pd.DataFrame, as_at: date, told: Sequence[str]) -> None:
        """told: what of `MISSING` the sources can tell."""
        self._facts = facts
        self._as_at = as_at
        self._told = told
        self.as_at = np.datetime64(as_at, "D")

    def day(self, name: str) -> Days:
        return as_days(self._facts[name])

    def known(self, name: str) -> Flags:
        return ~np.isnat(self.day(name))

    def working_days_to(self, name: str) -> Integers:
        """Working days from the as-at date, which is not counted, to a day; below 0 when it has gone by."""
        return ordinal(self.day(name)) - ordinal(self.as_at)

    def _setting(self, name: str) -> int:
        return int(standards.setting(name, self._as_at))

    def states(self) -> Integers:
        """The place in `STATES` of the first that fits each child."""
        due, booked = self.day("due_on"), self.day("booked_for")
        is_due, is_booked = self.known("due_on"), self.known("booked_for")
        report, care_plan = self._before_the_meeting()
        fits = [
            is_due & (due < self.as_at),
            np.any(list(self._checks().values()), axis=0),
            is_booked & (booked > due),
            ~is_booked & (self.working_days_to("due_on") <= self._setting("at_risk_working_days")),
            report | care_plan,
            ~is_booked & ((due - self.as_at).astype(np.int64) <= self._setting("watch_days")),
        ]
        return np.select(fits, np.arange(len(fits)), len(fits))

    def went_by(self) -> Flags:
        """Whether the latest booking lies before the day, and nothing is recorded since."""
        return self.known("passed_on") & ~self.known("booked_for")

    def _checks(self) -> dict[str, Flags]:
        """Each of `CHECKS`, and whom it fits."""
        return {
            NO_DUE_DATE: ~self.known("due_on"),
            BOOKING_WENT_BY: self.went_by(),
            RECORD_ONLY: self._facts["last_reason"].isin(RECORD_ONLY_REASONS).to_numpy(dtype=np.bool_),
            MARKED_WRONG: self._facts["last_marked_wrong"].to_numpy(dtype=np.bool_),
        }

    def to_check(self) -> Column:
        """Those of `CHECKS` that fit each child, joined by `;`."""
        return _joined(len(self._facts), self._checks())

    def _before_the_meeting(self) -> tuple[Flags, Flags]:
        """Whether the report, and the care plan, are missing for a meeting that is near."""
        soon = self._setting("meeting_soon_working_days")
        near = self.known("booked_for") & (self.working_days_to("booked_for") <= soon)
        plan = self.day("care_plan_updated_on")
        updated = (plan <= self.as_at) & (plan >= self.day("opens_on"))
        received = self.day("report_received_on") <= self.as_at
        return near & ~received & ("report" in self._told), near & ~updated & ("care_plan" in self._told)

    def owed(self) -> dict[str, Days]:
        """The day by which each of `MISSING` was owed, blank where it is not missing."""
        booked, held = self.day("booked_for"), self.day("last_held_on")
        report, care_plan = self._before_the_meeting()
        owed = {
            name: np.where(flags, self._owed_before(name, booked), NO_DAY)
            for name, flags in (("report", report), ("care_plan", care_plan))
        }
        completed = self.day("completed_on")
        finished = ~np.isnat(held) & ~(completed > self.as_at)
        base = np.where(np.isnat(completed), held, completed)
        for name, column in SENT_AFTER.items():
            limit = working_days_after(base, self._limit(f"{name}_working_days_after", held))
            unsent = finished & ~(self.day(column) <= self.as_at) & (limit < self.as_at)
            owed[name] = np.where(unsent, limit, NO_DAY)
        return owed

    def missing(self, owed: Mapping[str, Days]) -> tuple[Column, Days]:
        """What is missing of each child's reviews, joined by `;`, and since when the first of it was owed."""
        since = np.full(len(self._facts), NO_DAY)
        for name in self._told:
            since = np.fmin(since, owed[name])
        return _joined(len(since), {name: ~np.isnat(owed[name]) for name in self._told}), since

    def _owed_before(self, name: str, booked: Days) -> Days:
        return working_days_before(booked, self._limit(f"{name}_working_days_before", booked))

    def _limit(self, name: str, days: Days) -> Integers:
        return setting_on(standards.setting_history(name), days)

    def midway_due_on(self) -> Days:
        """`midways.due_on` of the open duties."""
        return midways.due_on(
            self._facts["kind"], self._facts["regime"], self.day("opens_on"), self.day("due_on")
        )


def _joined(rows: int, flags: Mapping[str, Flags]) -> Column:
    """Of each row the names of the flags that it has, joined by `;`."""
    named: list[list[str]] = [[] for _ in range(rows)]
    for name, has in flags.items():
        for row in np.flatnonzero(has):
            named[row].append(name)
    return as_column([";".join(names) or None for names in named])


def _dates(days: Days) -> npt.NDArray[np.object_]:
    """Days as dates, None for a blank."""
    found: npt.NDArray[np.object_] = days.astype("datetime64[D]").astype(object)
    return found


def _whole(numbers: Integers, known: Flags) -> pd.Series:
    """Whole numbers, nothing where they are not known."""
    return pd.Series(numbers, dtype="Int64").where(pd.Series(known))
