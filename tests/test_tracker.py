"""The states of the weekly tracker and their boundary days (`domain.md` section 9), one child each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data_access.people.viewer import SERVICE_VIEWER
from metrics.counting.question import Selection
from metrics.tracker import COLUMNS, open_duties, tracker
from tests.doors import load_world

STARTED, HELD, DUE = date(2025, 1, 6), date(2025, 6, 30), date(2025, 12, 30)
"""In care since 6 January, always reviewed in time; the last time on 30 June, so next by 30 December."""
TODAY = date(2025, 12, 1)


def booked(day: date, **said: Any) -> dict[str, Any]:
    return {"review_id": f"B{day}", "review_status": "booked", "booked_for": day, **said}


def child(*reviews: dict[str, Any], as_at: date = TODAY, last: Any = None, **more: Any) -> dict[str, Any]:
    """The row of a child with these reviews, as pages have it; `last` is what else the last one held says."""
    done = {"decisions_sent_on": HELD, "record_sent_on": HELD, "letter_sent_on": HELD}
    held = [
        {"review_id": "R1", "review_status": "held", "held_on": date(2025, 1, 31), **done},
        {"review_id": "R2", "review_status": "held", "held_on": date(2025, 4, 30), **done},
        {"review_id": "R3", "review_status": "held", "held_on": HELD, **done, **(last or {})},
    ]
    world: dict[str, list[dict[str, Any]]] = {
        "children": [{"child_id": "A", "date_of_birth": date(2015, 3, 1)}],
        "care_periods": [{"child_id": "A", "started_on": STARTED}],
        "reviews": [{"child_id": "A", **review} for review in (*held, *reviews)],
        **more,
    }
    store = load_world(world, as_at=date(2026, 3, 1))
    selection = Selection("LOCAL", as_at, as_at, as_at)
    assert list(tracker(store, SERVICE_VIEWER, selection)) == list(COLUMNS)
    (found,) = open_duties(store, SERVICE_VIEWER, selection).to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_on_the_day_it_is_due_a_review_is_not_yet_overdue() -> None:
    assert child(as_at=DUE)["state"] == "at_risk"
    assert child(as_at=DUE + timedelta(days=1))["state"] == "overdue"


def test_an_overdue_review_stays_overdue_however_it_is_booked() -> None:
    found = child(booked(date(2026, 1, 20)), as_at=date(2026, 1, 2))
    assert (found["state"], found["booked_for"], found["working_days_to_due"]) == (
        "overdue", date(2026, 1, 20), -2,
    )  # fmt: skip


def test_without_a_booking_a_review_is_at_risk_from_ten_working_days_before() -> None:
    """Christmas Day and Boxing Day are no working days: the tenth before 30 December is the 12th."""
    assert child(as_at=date(2025, 12, 11))["state"] == "watch"
    assert child(as_at=date(2025, 12, 12))["state"] == "at_risk"


def test_without_a_booking_a_review_is_watched_from_42_days_before() -> None:
    assert child(as_at=DUE - timedelta(days=43))["state"] == "on_track"
    assert child(as_at=DUE - timedelta(days=42))["state"] == "watch"


def test_a_review_booked_for_a_day_after_it_is_due_is_booked_late() -> None:
    assert child(booked(DUE))["state"] == "on_track"
    assert child(booked(DUE + timedelta(days=1)))["state"] == "booked_late"


def test_a_meeting_that_was_called_off_is_no_booking() -> None:
    assert child(booked(DUE) | {"review_status": "cancelled"})["state"] == "watch"


def test_a_meeting_called_off_gives_its_reason_though_it_has_a_day_held() -> None:
    """The status says whether it was held, whatever day stands beside it."""
    called_off = booked(DUE, review_status="cancelled", late_reason="LR10")
    for held_on in (None, DUE):
        found = child({**called_off, "held_on": held_on}, as_at=DUE + timedelta(days=7))
        assert (found["state"], found["late_reason"]) == ("overdue", "LR10")


def test_a_booking_made_after_the_day_is_not_known_on_it() -> None:
    assert child(booked(DUE, booked_on=TODAY + timedelta(days=1)))["booked_for"] is None
    assert child(booked(DUE, booked_on=TODAY))["booked_for"] == DUE


def test_a_review_held_later_counts_as_booked_until_then() -> None:
    later = {
        "review_id": "R4", "review_status": "held", "booked_for": date(2025, 12, 9),
        "held_on": date(2025, 12, 9),
    }  # fmt: skip
    assert (child(later)["booked_for"], child(later)["last_held_on"]) == (date(2025, 12, 9), HELD)


def test_a_booking_that_went_by_with_nothing_recorded_asks_for_a_check() -> None:
    gone = booked(date(2025, 11, 28))
    assert child(gone)["state"] == "check_the_record"
    assert child(gone, booked(DUE))["state"] == "on_track"


def test_a_record_to_check_says_what_is_to_be_checked() -> None:
    gone = booked(date(2025, 11, 28))
    found = child(gone)
    assert (found["to_check"], found["went_by_on"]) == ("booking_went_by", date(2025, 11, 28))
    assert child(gone, last={"late_reason": "LR91"})["to_check"] == "booking_went_by;record_only"
    kept = child(gone, booked(DUE))
    assert (kept["to_check"], kept["went_by_on"]) == (None, None)


def test_an_overdue_review_says_too_that_its_booking_went_by() -> None:
    found = child(booked(date(2025, 12, 29)), as_at=date(2026, 1, 2))
    assert (found["state"], found["to_check"]) == ("overdue", "booking_went_by")


@pytest.mark.parametrize(("reason", "state"), [("LR90", "check_the_record"), ("LR04", "on_track")])
def test_a_last_review_late_on_record_only_asks_for_a_check(reason: str, state: str) -> None:
    assert child(booked(DUE), last={"late_reason": reason})["state"] == state


def test_a_report_is_missing_from_two_working_days_before_the_meeting() -> None:
    """Friday 5 December is two working days before Tuesday the 9th."""
    meeting = booked(date(2025, 12, 9), care_plan_updated_on=date(2025, 12, 1))
    assert child(meeting, as_at=date(2025, 12, 4))["state"] == "on_track"
    found = child(meeting, as_at=date(2025, 12, 5))
    assert (found["state"], found["missing"], found["missing_since"]) == (
        "report_missing", "report", date(2025, 12, 5),
    )  # fmt: skip
    there = meeting | {"report_received_on": date(2025, 12, 5)}
    assert child(there, as_at=date(2025, 12, 5))["missing"] is None


def test_a_care_plan_of_before_the_last_review_is_not_updated() -> None:
    meeting = booked(date(2025, 12, 2), report_received_on=TODAY)
    assert child(meeting | {"care_plan_updated_on": HELD - timedelta(days=1)})["missing"] == "care_plan"
    assert child(meeting | {"care_plan_updated_on": HELD})["missing"] is None


def test_a_letter_is_missing_once_its_twentieth_working_day_is_over() -> None:
    unsent = {"letter_sent_on": None}
    assert child(last=unsent, as_at=date(2025, 7, 28))["missing"] is None
    found = child(last=unsent, as_at=date(2025, 7, 29))
    assert (found["missing"], found["missing_since"]) == ("letter", date(2025, 7, 28))


def test_the_midway_review_is_due_halfway_and_done_by_the_first_after_the_last_review() -> None:
    work = [
        {"activity_id": f"N{day}", "child_id": "A", "iro_id": "I1", "activity_kind": "midway_review",
         "done_on": day} for day in (HELD, date(2025, 9, 12), date(2025, 10, 3))
    ]  # fmt: skip
    iros = [{"iro_id": "I1", "iro_name": "Amara Obi", "started_on": date(2020, 1, 1)}]
    found = child(booked(DUE), activities=work, iros=iros)
    assert (found["midway_due_on"], found["midway_done_on"]) == (date(2025, 9, 29), date(2025, 9, 12))
    assert found["last_iro_contact_on"] == date(2025, 10, 3)


def test_a_duty_of_three_months_has_no_midway_review() -> None:
    work = [{"activity_id": "N1", "child_id": "A", "iro_id": "I1", "activity_kind": "midway_review",
             "done_on": date(2025, 3, 3)}]  # fmt: skip
    iros = [{"iro_id": "I1", "iro_name": "Amara Obi", "started_on": date(2020, 1, 1)}]
    found = child(as_at=date(2025, 4, 1), activities=work, iros=iros)
    assert (found["kind"], found["midway_due_on"], found["midway_done_on"]) == ("second", None, None)


def test_a_change_of_schedule_is_no_review_and_is_not_numbered() -> None:
    """Three were held before the child was placed for adoption: the next is the fourth."""
    placed = [{"child_id": "A", "from_date": date(2025, 11, 3), "placement_type": "A3"}]
    found = child(as_at=TODAY, placements=placed)
    assert (found["regime"], found["kind"], found["review_number"]) == ("adoption", "first", 4)


def test_the_escalation_shown_is_the_one_open_longest_and_good_practice_is_none() -> None:
    raised = [("E1", "good_practice", 1, None), ("E2", "savings", 3, 20), ("E3", "safety", 10, None)]
    escalations = [
        {"escalation_id": name, "child_id": "A", "raised_on": date(2025, 11, day), "theme": theme,
         "stage": "informal", "resolved_on": done and date(2025, 11, done)}
        for name, theme, day, done in raised
    ]  # fmt: skip
    found = child(booked(DUE), escalations=escalations)
    assert (found["escalation_id"], found["escalation_age_days"]) == ("E3", 21)
