"""What each measure counts, one item per thing counted: `measures.md`, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tests.oracle.days import (
    age,
    first_of_april,
    months_on,
    working_days_after,
    working_days_before,
)
from tests.oracle.duties import Duty, regime_on
from tests.oracle.question import Item, Question
from tests.oracle.story import Row, in_force

ATTENDED = {"PN1", "PN2", "PN3", "PN4"}
VIEWS_CONVEYED = {"PN1", "PN2", "PN3", "PN5", "PN6"}
AGED_FOUR = {"PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"}
NOT_THERE = {"PN5", "PN6", "PN7"}
VALID = AGED_FOUR | {"PN0"}
OUT_OF_TIME = {"late", "missed", "overdue"}
RECORD_ONLY = {"LR90", "LR91"}

Items = Callable[[Question], Iterator[Item]]


# -- Timeliness


def reviews_held(q: Question) -> Iterator[Item]:
    for duty in q.held():
        yield Item(**{**q.of_duty(duty, duty.closes_on, True, True).__dict__, "below": False})


def reviews_held_on_time(q: Question) -> Iterator[Item]:
    for duty in q.held():
        if duty.due_on is not None:
            yield q.of_duty(duty, duty.closes_on, True, duty.closes_on <= duty.due_on)


def reviews_due_on_time(q: Question) -> Iterator[Item]:
    for duty in q.due():
        yield q.of_duty(duty, duty.due_on, True, duty.outcome(q.as_at) == "on_time")


def first_reviews_on_time(q: Question) -> Iterator[Item]:
    for duty in q.due():
        if duty.kind == "first":
            yield q.of_duty(duty, duty.due_on, True, duty.outcome(q.as_at) == "on_time")


def children_all_reviews_on_time(q: Question) -> Iterator[Item]:
    since = first_of_april(q.periods_end)
    for child_id, period in q.looked_after(q.periods_end):
        if (q.periods_end - period["started_on"]).days < 28:
            continue
        if regime_on(q.story, child_id, q.periods_end) == "adoption":
            continue
        failed = any(
            duty.child_id == child_id
            and duty.outcome(q.as_at) in OUT_OF_TIME
            and since <= duty.due_on <= q.periods_end
            for duty in q.duties
        )
        yield q.of_child(child_id, not failed)


def reviews_overdue(q: Question) -> Iterator[Item]:
    overdue = {duty.child_id for duty in q.duties if duty.outcome(q.as_at) == "overdue"}
    for child_id, _ in q.looked_after(q.as_at):
        yield q.of_child(child_id, child_id in overdue)


def _bookings(q: Question, child_id: str, cancelled_too: bool = False) -> list[Row]:
    """The child's bookings as at (`domain.md` section 9): a review held later counts as booked."""
    found = []
    for review in q.story.of("reviews", child_id):
        if review["booked_for"] is None:
            continue
        if review["booked_on"] is not None and review["booked_on"] > q.as_at:
            continue
        status = review["review_status"]
        if status == "held" and review["held_on"] <= q.as_at:
            continue
        if status == "cancelled" and not cancelled_too:
            continue
        found.append(review)
    return found


def reviews_due_soon_unbooked(q: Question) -> Iterator[Item]:
    soon = working_days_after(q.as_at, 20)
    for duty in q.duties:
        if duty.outcome(q.as_at) == "open" and duty.due_on <= soon:
            booked = any(booking["booked_for"] >= q.as_at for booking in _bookings(q, duty.child_id))
            yield q.of_duty(duty, duty.due_on, True, not booked)


def late_reviews_agreed(q: Question) -> Iterator[Item]:
    for duty in q.due():
        if duty.outcome(q.as_at) == "late":
            agreed_on = duty.review["late_agreed_on"]
            yield q.of_duty(duty, duty.due_on, True, agreed_on is not None and agreed_on <= duty.due_on)


def _explained(q: Question, duty: Duty) -> bool:
    if duty.review_by(q.as_at):
        return duty.review["late_reason"] is not None
    its = [row for row in _bookings(q, duty.child_id, True) if row["booked_for"] >= duty.opens_on]
    its.sort(key=lambda row: row["review_id"])  # of two for one day the documents do not say which: the first
    return bool(its) and max(its, key=lambda row: row["booked_for"])["late_reason"] is not None


def late_reviews_explained(q: Question) -> Iterator[Item]:
    for duty in q.due():
        if duty.outcome(q.as_at) in OUT_OF_TIME:
            yield q.of_duty(duty, duty.due_on, True, _explained(q, duty))


def late_reviews_record_only(q: Question) -> Iterator[Item]:
    for duty in q.held():
        if duty.outcome(q.as_at) == "late":
            yield q.of_duty(duty, duty.closes_on, True, duty.review["late_reason"] in RECORD_ONLY)


# -- Participation


def _by_code(below: set[str], above: set[str]) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for duty in q.held():
            code = duty.review["participation_code"]
            if code in below:
                yield q.of_duty(duty, duty.closes_on, True, code in above)

    return items


def _children_with_codes(q: Question) -> Iterator[tuple[str, list[str]]]:
    """Children aged 4 or over, looked after more than 28 days, and the codes of their reviews this year."""
    since = first_of_april(q.periods_end) - timedelta(days=1)
    for child_id, period in q.looked_after(q.periods_end):
        if (q.periods_end - period["started_on"]).days <= 28:
            continue
        if age(q.story.born(child_id), q.periods_end) < 4:
            continue
        held = q.held_by_child(child_id, since, q.periods_end)
        codes = [duty.review["participation_code"] for duty in held]
        codes = [code for code in codes if code in AGED_FOUR]
        if codes:
            yield child_id, codes


def children_participated_every_review(q: Question) -> Iterator[Item]:
    for child_id, codes in _children_with_codes(q):
        yield q.of_child(child_id, all(code in VIEWS_CONVEYED for code in codes))


def children_participated_latest_review(q: Question) -> Iterator[Item]:
    for child_id, codes in _children_with_codes(q):
        yield q.of_child(child_id, codes[-1] in VIEWS_CONVEYED)


def participation_recorded(q: Question) -> Iterator[Item]:
    for duty in q.held():
        yield q.of_duty(duty, duty.closes_on, True, duty.review["participation_code"] in VALID)


def absences_explained(q: Question) -> Iterator[Item]:
    for duty in q.held():
        if duty.review["participation_code"] in NOT_THERE:
            reason = duty.review["non_attendance_reason"]
            yield q.of_duty(duty, duty.closes_on, True, reason is not None)


def _involved(persons: set[str], over_all: bool) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for duty in q.held():
            rows = [
                row for row in q.story.all("review_people") if row["review_id"] == duty.review["review_id"]
            ]
            theirs = [row["involvement"] for row in rows if row["person"] in persons]
            applicable = [involvement for involvement in theirs if involvement != "not_applicable"]
            if rows if over_all else applicable:
                above = any(involvement in {"attended", "consulted"} for involvement in theirs)
                yield q.of_duty(duty, duty.closes_on, True, above)

    return items


def _consulted(column: str, from_four: bool) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for duty in q.held():
            if from_four and age(q.story.born(duty.child_id), duty.closes_on) < 4:
                continue
            yield q.of_duty(duty, duty.closes_on, True, duty.review[column] is True)

    return items


def is_recorded(q: Question, kind: str, column: str) -> bool:
    """Any row of the load has the column filled; else the measure is not available."""
    return any(row[column] is not None for row in q.story.all(kind))


# -- Footprint, children


def children_seen_in_six_weeks(q: Question) -> Iterator[Item]:
    after = q.as_at - timedelta(days=42)
    for child_id, _ in q.looked_after(q.as_at):
        if q.story.iro_on(child_id, q.as_at) is None:
            continue
        seen = bool(q.held_by_child(child_id, after, q.as_at)) or q.done(
            {"midway_review", "case_note"}, child_id, after + timedelta(days=1), q.as_at
        )
        yield q.of_child(child_id, seen)


def midway_coverage(q: Question) -> Iterator[Item]:
    after = months_on(q.as_at, -6)
    for child_id, period in q.looked_after(q.as_at):
        if (q.as_at - period["started_on"]).days >= 183:
            done = q.done({"midway_review"}, child_id, after + timedelta(days=1), q.as_at)
            yield q.of_child(child_id, done)


def children_without_an_iro(q: Question) -> Iterator[Item]:
    for child_id, _ in q.looked_after(q.as_at):
        yield q.of_child(child_id, q.story.iro_on(child_id, q.as_at) is None)


def children_without_a_social_worker(q: Question) -> Iterator[Item]:
    for child_id, _ in q.looked_after(q.as_at):
        team = next((row for row in q.story.of("team_allocations", child_id) if in_force(row, q.as_at)), None)
        yield q.of_child(child_id, team is None or team["social_worker"] is None)


def same_iro_all_year(q: Question) -> Iterator[Item]:
    after = months_on(q.as_at, -12)
    for child_id, period in q.looked_after(q.as_at):
        if period["started_on"] > after:
            continue
        iro = q.story.iro_on(child_id, q.as_at)
        day, same = q.as_at, iro is not None
        while same and day > after:
            same = q.story.iro_on(child_id, day) == iro
            day -= timedelta(days=1)
        yield q.of_child(child_id, same)


# -- Steps around a review


def _before(column: str, number: int, since_opening: bool) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for duty in q.held():
            limit = working_days_before(duty.closes_on, number)
            step = q.known(duty.review[column])
            in_time = step is not None and step <= limit
            if since_opening:
                in_time = in_time and step >= duty.opens_on
            yield q.of_duty(duty, duty.closes_on, True, in_time)

    return items


def iro_saw_child_before(q: Question) -> Iterator[Item]:
    for duty in q.held():
        seen_on = duty.review["child_seen_on"]
        seen = seen_on is not None and duty.opens_on <= seen_on <= duty.closes_on
        kinds = {"child_contact", "midway_review"}
        seen = seen or q.done(kinds, duty.child_id, duty.opens_on, duty.closes_on)
        yield q.of_duty(duty, duty.closes_on, True, seen)


def midway_before_review(q: Question) -> Iterator[Item]:
    """Six months apart, held after the day halfway, the child with one IRO on every day in between."""
    for duty in q.held():
        if duty.kind != "subsequent" or duty.due_on is None:
            continue
        halfway = duty.opens_on + timedelta(days=(duty.due_on - duty.opens_on).days // 2)
        days = [duty.opens_on + timedelta(days=n) for n in range((duty.closes_on - duty.opens_on).days + 1)]
        iros = {q.story.iro_on(duty.child_id, day) for day in days}
        if duty.closes_on > halfway and len(iros) == 1 and None not in iros:
            done = q.done({"midway_review"}, duty.child_id, days[1], days[-2])
            yield q.of_duty(duty, duty.closes_on, True, done)


def _after(column: str, number: int | None) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for duty in q.held():
            base = duty.review["completed_on"] or duty.closes_on
            if base > q.as_at:
                continue
            step = q.known(duty.review[column])
            if number is None:
                yield q.of_duty(duty, duty.closes_on, True, step is not None)
                continue
            limit = working_days_after(base, number)
            if step is not None or q.as_at > limit:
                yield q.of_duty(duty, duty.closes_on, True, step is not None and step <= limit)

    return items


def _starts(q: Question) -> Iterator[Duty]:
    """The first duty of each period of care started in the period: start known, not short breaks."""
    for duty in q.first_duties:
        known = duty.period["start_known"] is not False
        if known and duty.regime != "short_break" and q.in_period(duty.period["started_on"]):
            yield duty


def iro_told_in_2_days(q: Question) -> Iterator[Item]:
    for duty in _starts(q):
        start = duty.period["started_on"]
        told = q.known(duty.period["notified_on"])
        if told is not None:
            yield q.of_duty(duty, start, True, told <= working_days_after(start, 2))


def iro_allocated_in_5_days(q: Question) -> Iterator[Item]:
    for duty in _starts(q):
        start = duty.period["started_on"]
        limit = working_days_after(start, 5)
        days = [
            max(start, row["from_date"])
            for row in q.story.of("iro_allocations", duty.child_id)
            if row["to_date"] is None or row["to_date"] >= start
        ]
        first = q.known(min(days, default=None))
        if first is not None or q.as_at > limit:
            yield q.of_duty(duty, start, True, first is not None and first <= limit)


# -- Escalation and audit


def _of_escalation(q: Question, escalation: Row, day: date, below: bool, above: bool) -> Item:
    child_id, raised_on = escalation["child_id"], escalation["raised_on"]
    return Item(
        day,
        escalation["iro_id"] or q.story.iro_on(child_id, raised_on),
        escalation["team_id"] or q.story.team_on(child_id, raised_on),
        below,
        above,
        q.story.born(child_id),
    )


def _escalations(q: Question) -> list[Row]:
    return [row for row in q.story.all("escalations") if row["raised_on"] <= q.as_at]


def escalations_raised(q: Question) -> Iterator[Item]:
    for row in _escalations(q):
        if q.in_period(row["raised_on"]):
            yield _of_escalation(q, row, row["raised_on"], False, True)


def children_with_escalation(q: Question) -> Iterator[Item]:
    for row in _escalations(q):
        if q.in_period(row["raised_on"]):
            item = _of_escalation(q, row, row["raised_on"], False, True)
            item.once_per = row["child_id"]
            yield item


def escalations_resolved_in_time(q: Question) -> Iterator[Item]:
    for row in _escalations(q):
        deadline = working_days_after(row["raised_on"], 20)
        if row["stage"] == "informal" or not q.in_period(deadline):
            continue
        resolved = q.known(row["resolved_on"])
        if resolved is not None or q.as_at > deadline:
            yield _of_escalation(q, row, deadline, True, resolved is not None and resolved <= deadline)


def escalations_open_over_20_days(q: Question) -> Iterator[Item]:
    for row in _escalations(q):
        if row["stage"] == "informal" or q.known(row["resolved_on"]) is not None:
            continue
        if q.as_at > working_days_after(row["raised_on"], 20):
            yield _of_escalation(q, row, row["raised_on"], False, True)


def _audited(theme: str) -> Items:
    def items(q: Question) -> Iterator[Item]:
        for row in q.story.all("audits"):
            day = q.known(row["audited_on"])
            if row["audit_theme"] != theme or not q.in_period(day):
                continue
            child_id = row["child_id"]
            iro = q.story.iro_on(child_id, day) if child_id else None
            team = row["team_id"] or (q.story.team_on(child_id, day) if child_id else None)
            born = q.story.born(child_id) if child_id else None
            yield Item(day, iro, team, True, row["grade"] in {"good", "outstanding"}, born)

    return items


_MOTHER, _FATHER, _OTHER = {"mother"}, {"father"}, {"step_parent", "connected_person"}

FLOWS: dict[str, Items] = {
    "reviews_held": reviews_held,
    "reviews_held_on_time": reviews_held_on_time,
    "reviews_due_on_time": reviews_due_on_time,
    "first_reviews_on_time": first_reviews_on_time,
    "late_reviews_agreed": late_reviews_agreed,
    "late_reviews_explained": late_reviews_explained,
    "late_reviews_record_only": late_reviews_record_only,
    "children_attended": _by_code(AGED_FOUR, ATTENDED),
    "children_participated": _by_code(AGED_FOUR, VIEWS_CONVEYED),
    "participation_recorded": participation_recorded,
    "absences_explained": absences_explained,
    "mothers_involved_all": _involved(_MOTHER, True),
    "fathers_involved_all": _involved(_FATHER, True),
    "other_family_involved_all": _involved(_OTHER, True),
    "mothers_involved": _involved(_MOTHER, False),
    "fathers_involved": _involved(_FATHER, False),
    "other_family_involved": _involved(_OTHER, False),
    "child_consulted": _consulted("child_paper_returned", True),
    "parents_consulted": _consulted("parent_paper_returned", False),
    "carers_consulted": _consulted("carer_paper_returned", False),
    "iro_told_in_2_days": iro_told_in_2_days,
    "iro_allocated_in_5_days": iro_allocated_in_5_days,
    "invitations_10_days_before": _before("invitations_sent_on", 10, False),
    "report_2_days_before": _before("report_received_on", 2, False),
    "care_plan_2_days_before": _before("care_plan_updated_on", 2, True),
    "iro_saw_child_before": iro_saw_child_before,
    "midway_before_review": midway_before_review,
    "decisions_in_5_days": _after("decisions_sent_on", 5),
    "record_in_15_days": _after("record_sent_on", 15),
    "letter_in_20_days": _after("letter_sent_on", 20),
    "monitoring_form_sent": _after("monitoring_sent_on", None),
    "social_worker_visited_10_days_before": _before("social_worker_visit_on", 10, True),
    "escalations_raised": escalations_raised,
    "children_with_escalation": children_with_escalation,
    "escalations_resolved_in_time": escalations_resolved_in_time,
    **{
        f"audit_good_or_better_{theme}": _audited(theme)
        for theme in ("chronology", "assessments", "plans", "visiting", "supervision", "intervention")
    },
}
"""Measures whose items lie on days of the period: a month takes those of its days."""

STOCKS: dict[str, Items] = {
    "children_all_reviews_on_time": children_all_reviews_on_time,
    "reviews_overdue": reviews_overdue,
    "reviews_due_soon_unbooked": reviews_due_soon_unbooked,
    "children_participated_every_review": children_participated_every_review,
    "children_participated_latest_review": children_participated_latest_review,
    "children_seen_in_six_weeks": children_seen_in_six_weeks,
    "midway_coverage": midway_coverage,
    "children_without_an_iro": children_without_an_iro,
    "children_without_a_social_worker": children_without_a_social_worker,
    "same_iro_all_year": same_iro_all_year,
    "escalations_open_over_20_days": escalations_open_over_20_days,
}
"""Measures of a moment: a month is taken as at its end, or as at if that is earlier."""

FILLED = {
    "child_consulted": ("reviews", "child_paper_returned"),
    "parents_consulted": ("reviews", "parent_paper_returned"),
    "carers_consulted": ("reviews", "carer_paper_returned"),
    "children_without_a_social_worker": ("team_allocations", "social_worker"),
}
"""Measures that are not available unless a column is filled somewhere."""

COUNTS = {
    "reviews_held",
    "escalations_raised",
    "children_with_escalation",
    "escalations_open_over_20_days",
}

OF_DUTIES = {key for key in FLOWS if not key.startswith(("escalations_", "children_with_", "audit_"))} | {
    "reviews_due_soon_unbooked"
}
"""Measures whose rows are duties (periods of care count as their first duty): these go by kind."""
