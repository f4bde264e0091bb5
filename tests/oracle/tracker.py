"""The weekly tracker, child by child and rule by rule (`domain.md` section 9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle.days import DAY, age_band, is_working_day, working_days_after, working_days_before
from tests.oracle.duties import Duty, all_duties
from tests.oracle.story import Row, Story, World, in_force

STATES = ("overdue", "check_the_record", "booked_late", "at_risk", "report_missing", "watch", "on_track")
AFTER = (
    ("decisions", "decisions_sent_on", 5),
    ("record", "record_sent_on", 15),
    ("letter", "letter_sent_on", 20),
)


def tracker(world: World, as_at: date, reviews_from: date | None = None) -> list[dict[str, Any]]:
    """The rows of `manage.py tracker --as-at`: one per child looked after on the day, worst state first."""
    story = Story(world, reviews_from)
    duties = all_duties(story)
    rows = []
    for child in story.all("children"):
        child_id = child["child_id"]
        for period in story.of("care_periods", child_id):
            ended = period["ended_on"] is not None and period["ended_on"] <= as_at
            if period["started_on"] <= as_at and not ended:
                theirs = [duty for duty in duties if duty.child_id == child_id and duty.period is period]
                rows.append(_row(story, child_id, period, theirs, as_at))
    return sorted(rows, key=_order)


def _order(row: dict[str, Any]) -> tuple[int, date, str]:
    return STATES.index(row["state"]), row["due_on"] or date.max, row["child_id"]


def _row(story: Story, child_id: str, period: Row, duties: list[Duty], day: date) -> dict[str, Any]:
    (duty,) = [duty for duty in duties if duty.opens_on <= day and not duty.closed_by(day)]
    held = [one.review for one in duties if one.review_by(day)]
    last = max(held, key=lambda review: review["held_on"]) if held else None
    known = [review for review in story.of("reviews", child_id) if _known(review, day)]
    booked = [review for review in known if review["review_status"] != "cancelled"]
    to_come = [review for review in booked if review["booked_for"] >= day]
    meeting = (
        min(to_come, key=lambda review: (review["booked_for"], review["review_id"])) if to_come else None
    )
    missing = _before(duty, meeting, day) + _after(last, day)
    about = [review for review in known if review["booked_for"] >= duty.opens_on]
    latest = min(about, key=lambda one: (-one["booked_for"].toordinal(), one["review_id"]), default=None)
    escalation = _escalation(story, child_id, day)
    team = next((one for one in story.of("team_allocations", child_id) if in_force(one, day)), None)
    return {
        "child_id": child_id,
        "age_band": age_band(story.born(child_id), day),
        "team_id": team and team["team_id"],
        "social_worker": team and team["social_worker"],
        "iro_id": story.iro_on(child_id, day),
        "period_started_on": period["started_on"],
        "regime": duty.regime,
        "kind": duty.kind,
        "review_number": len(held) + 1,
        "last_held_on": last and last["held_on"],
        "due_on": duty.due_on,
        "booked_for": meeting["booked_for"] if meeting else max(_gone_by(duty, booked, day), default=None),
        "working_days_to_due": None if duty.due_on is None else _working_days(day, duty.due_on),
        "state": _state(duty, meeting, booked, last, day),
        "missing": ";".join(name for name, _ in missing) or None,
        "missing_since": min((owed for _, owed in missing), default=None),
        "late_reason": latest and latest["late_reason"],
        "agreed_by": latest and latest["late_agreed_by"],
        "agreed_on": latest and latest["late_agreed_on"],
        "midway_due_on": _midway_due(duty),
        "midway_done_on": _midway_done(story, child_id, duty, day),
        "last_iro_contact_on": _contact(story, child_id, day),
        "escalation_id": escalation and escalation["escalation_id"],
        "escalation_age_days": escalation and (day - escalation["raised_on"]).days,
    }


def _known(review: Row, day: date) -> bool:
    """Booked or cancelled by the day, and not held by it."""
    return (
        review["booked_for"] is not None
        and (review["booked_on"] is None or review["booked_on"] <= day)
        and (review["review_status"] != "held" or review["held_on"] > day)
    )


def _working_days(start: date, end: date) -> int:
    """Working days after the start up to the end; below 0 where the end comes first."""
    if end < start:
        return -_working_days(end, start)
    number, day = 0, start
    while day < end:
        day += DAY
        number += is_working_day(day)
    return number


def _gone_by(duty: Duty, booked: list[Row], day: date) -> list[date]:
    return [one["booked_for"] for one in booked if duty.opens_on < one["booked_for"] < day]


def _state(duty: Duty, meeting: Row | None, booked: list[Row], last: Row | None, day: date) -> str:
    due = duty.due_on
    if due is not None and due < day:
        return "overdue"
    gone_by = _gone_by(duty, booked, day)
    record_only = last is not None and last["late_reason"] in {"LR90", "LR91"}
    if due is None or (gone_by and meeting is None) or record_only:
        return "check_the_record"
    if meeting is not None and meeting["booked_for"] > due:
        return "booked_late"
    if meeting is None and _working_days(day, due) <= 10:
        return "at_risk"
    if _before(duty, meeting, day):
        return "report_missing"
    if meeting is None and due <= day + timedelta(days=42):
        return "watch"
    return "on_track"


def _before(duty: Duty, meeting: Row | None, day: date) -> list[tuple[str, date]]:
    """The report and the care plan where they are missing for a meeting within two working days."""
    if meeting is None or _working_days(day, meeting["booked_for"]) > 2:
        return []
    owed = working_days_before(meeting["booked_for"], 2)
    report, plan = meeting["report_received_on"], meeting["care_plan_updated_on"]
    found = [] if report is not None and report <= day else [("report", owed)]
    if plan is None or not duty.opens_on <= plan <= day:
        found.append(("care_plan", owed))
    return found


def _after(last: Row | None, day: date) -> list[tuple[str, date]]:
    """What was owed after the last review and has not been sent, though its last day is over."""
    if last is None or (last["completed_on"] is not None and last["completed_on"] > day):
        return []
    found = []
    for name, column, limit in AFTER:
        owed = working_days_after(last["completed_on"] or last["held_on"], limit)
        sent = last[column] is not None and last[column] <= day
        if not sent and owed < day:
            found.append((name, owed))
    return found


def _midway_due(duty: Duty) -> date | None:
    six_months = duty.kind == "subsequent" or (duty.kind == "second" and duty.regime == "short_break")
    if not six_months or duty.due_on is None:
        return None
    return duty.opens_on + timedelta(days=(duty.due_on - duty.opens_on).days // 2)


def _midway_done(story: Story, child_id: str, duty: Duty, day: date) -> date | None:
    if _midway_due(duty) is None:
        return None
    done = [
        one["done_on"]
        for one in story.of("activities", child_id)
        if one["activity_kind"] == "midway_review" and duty.opens_on < one["done_on"] <= day
    ]
    return min(done, default=None)


def _contact(story: Story, child_id: str, day: date) -> date | None:
    days = [
        one["done_on"]
        for one in story.of("activities", child_id)
        if one["activity_kind"] in {"child_contact", "midway_review"}
    ]
    days += [one["child_seen_on"] for one in story.of("reviews", child_id) if one["child_seen_on"]]
    return max((one for one in days if one <= day), default=None)


def _escalation(story: Story, child_id: str, day: date) -> Row | None:
    still_open = [
        one
        for one in story.of("escalations", child_id)
        if one["raised_on"] <= day
        and (one["resolved_on"] is None or one["resolved_on"] > day)
        and one["theme"] != "good_practice"
    ]
    return min(still_open, key=lambda one: (one["raised_on"], one["escalation_id"]), default=None)
