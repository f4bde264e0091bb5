"""What follows from loaded rows: reviews and their steps, papers, bookings, escalations, audits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data_access.store.schema import audit_facts, bookings, escalation_facts
from tests.doors import load_world
from tests.one_child import (
    AS_AT,
    CARE,
    CHILD,
    d,
    duties_in,
    first_duty,
    iro,
    review,
    team,
    world,
)
from tests.stored import stored

# The review that closed a duty


def test_a_duty_carries_what_the_review_that_closed_it_says() -> None:
    said = {
        "chaired_by": "ANN",
        "completed_on": "2025-02-14",
        "mode": "video",
        "participation_code": "PN6",
        "non_attendance_reason": "NA01",
        "late_reason": "LR12",
        "late_agreed_by": "the practice manager",
        "late_agreed_on": "2025-01-30",
        "monitoring_sent_on": "2025-02-05",
    }
    first, second = duties_in(world(reviews=[review(**said)]))
    days = {"completed_on", "late_agreed_on", "monitoring_sent_on"}
    expected = {name: d(value) if name in days else value for name, value in said.items()}
    assert {name: first[name] for name in said} == expected
    assert first["date_of_birth"] == date(2014, 5, 1)
    assert {second[name] for name in said} == {None}


def test_steps_before_a_review_are_counted_in_working_days_back_from_the_day_before_it() -> None:
    """For a review on Sunday 8 March 2026: 2 before is Thursday 5 March, 10 before is Monday 23 February."""
    held = review(
        held_on="2026-03-08",
        invitations_sent_on="2026-02-23",
        report_received_on="2026-03-05",
        care_plan_updated_on="2026-03-06",
        social_worker_visit_on="2026-03-08",
    )
    duty = first_duty(reviews=[held])
    assert [
        duty[f"{step}_days_before"] for step in ("invitations", "report", "care_plan", "social_worker_visit")
    ] == [10, 2, 1, 0]


def test_steps_after_a_review_say_by_which_working_day_they_were_done() -> None:
    held = review(decisions_sent_on="2025-02-07", record_sent_on="2025-02-24", letter_sent_on="2025-01-31")
    duty = first_duty(reviews=[held])
    steps = ("decisions", "record", "letter")
    assert [duty[f"{step}_working_day"] for step in steps] == [5, 16, 0]


def test_steps_after_a_series_run_from_its_last_meeting() -> None:
    duty = first_duty(reviews=[review(completed_on="2025-02-14", decisions_sent_on="2025-02-21")])
    assert duty["decisions_working_day"] == 5
    unfinished = first_duty(reviews=[review(decisions_sent_on="2025-02-21")])
    assert unfinished["decisions_working_day"] == 15
    assert duty["after_ordinal"] - unfinished["after_ordinal"] == 10


def test_a_step_that_is_not_recorded_has_no_number() -> None:
    duty = first_duty(reviews=[review()])
    assert {duty[name] for name in ("report_days_before", "decisions_working_day")} == {None}


@pytest.mark.parametrize(
    ("reviews", "seen"),
    [
        ([review(child_seen_on="2025-01-06")], True),
        ([review(child_seen_on="2025-01-31")], True),
        ([review(child_seen_on="2025-02-01")], False),
        ([review(child_seen_on="2025-01-05")], False),
        ([review()], False),
    ],
    ids=["as the duty opens", "on the day", "the day after", "before the duty opened", "not recorded"],
)
def test_the_iro_saw_the_child_between_the_opening_of_the_duty_and_the_review(
    reviews: list[dict[str, object]], seen: bool
) -> None:
    assert first_duty(reviews=reviews)["child_seen"] is seen


@pytest.mark.parametrize(
    ("kind", "done_on", "seen"),
    [
        ("child_contact", "2025-01-06", True),
        ("midway_review", "2025-01-31", True),
        ("case_note", "2025-01-20", False),
        ("child_contact", "2025-01-05", False),
        ("midway_review", "2025-02-01", False),
    ],
)
def test_a_contact_or_midway_review_counts_as_seeing_the_child_and_a_case_note_does_not(
    kind: str, done_on: str, seen: bool
) -> None:
    note = {"activity_id": "N", "child_id": "007", "iro_id": "ANN", "activity_kind": kind, "done_on": done_on}
    first, second = duties_in(world(reviews=[review()], activities=[note]))
    assert first["child_seen"] is seen
    assert second["child_seen"] is None


def test_another_childs_contact_does_not_count() -> None:
    note = {"activity_id": "N", "child_id": "006", "iro_id": "ANN", "activity_kind": "child_contact"}
    others = [CHILD, {"child_id": "006", "date_of_birth": "2014-05-01"}]
    given = world(reviews=[review()], activities=[note | {"done_on": "2025-01-20"}])
    assert duties_in({**given, "children": others})[0]["child_seen"] is False


# Papers and people


def test_a_blank_paper_is_not_returned_where_the_source_fills_the_column_and_else_not_known() -> None:
    filled = review(review_id="R2", held_on="2025-04-25", parent_paper_returned="yes")
    first, second, third = duties_in(world(reviews=[review(), filled]))
    papers = ("child_paper_returned", "parent_paper_returned", "carer_paper_returned")
    assert [[duty[paper] for paper in papers] for duty in (first, second, third)] == [
        [None, False, None],
        [None, True, None],
        [None, None, None],
    ]


def test_parents_and_other_family_are_applicable_unless_said_not_to_be_and_involved_if_asked_or_there() -> (
    None
):
    def people(*rows: tuple[str, str]) -> dict[str, Any]:
        given = [{"review_id": "R1", "person": p, "involvement": i} for p, i in rows]
        return first_duty(reviews=[review()], review_people=given)

    duty = people(
        ("mother", "consulted"),
        ("father", "not_applicable"),
        ("step_parent", "not_recorded"),
        ("connected_person", "attended"),
        ("connected_person", "not_consulted"),
    )
    names = ("people_recorded", "mother_applicable", "mother_involved", "father_applicable")
    assert [duty[name] for name in names] == [True, True, True, False]
    assert [duty[name] for name in ("other_family_applicable", "other_family_involved")] == [True, True]
    not_said = people(("mother", "not_recorded"), ("father", "not_consulted"))
    assert [not_said[name] for name in ("mother_applicable", "father_applicable")] == [True, True]
    assert [not_said[name] for name in ("mother_involved", "father_involved")] == [False, False]
    only_carer = people(("carer", "attended"))
    assert [only_carer[name] for name in names] == [True, False, False, False]


def test_a_review_with_nobody_recorded_is_told_apart_from_no_review() -> None:
    first, second = duties_in(world(reviews=[review()]))
    assert [first["people_recorded"], second["people_recorded"]] == [False, None]


# The start of care


@pytest.mark.parametrize(
    ("allocations", "first_on", "working_day"),
    [
        ([iro("ANN", "2024-06-01")], "2025-01-06", 0),
        ([iro("ANN", "2024-06-01", "2025-01-05"), iro("BEN", "2025-01-13")], "2025-01-13", 5),
        ([iro("ANN", "2025-01-14")], "2025-01-14", 6),
        ([iro("ANN", "2024-06-01", "2025-01-05")], None, None),
        ([], None, None),
    ],
    ids=["in force on day 0", "after a gap", "a day late", "ended before", "nobody"],
)
def test_the_first_iro_of_a_period_of_care(
    allocations: list[dict[str, object]], first_on: str | None, working_day: int | None
) -> None:
    first, second = duties_in(world(reviews=[review()], iro_allocations=allocations))
    assert (first["first_iro_on"], first["first_iro_working_day"]) == (d(first_on), working_day)
    assert (second["first_iro_on"], second["start_ordinal"]) == (None, None)


def test_when_the_iro_service_was_told_stands_with_the_first_duty() -> None:
    care = [CARE | {"notified_on": "2025-01-09"}]
    first, second = duties_in({**world(reviews=[review()]), "care_periods": care})
    assert [first["notified_working_day"], second["notified_working_day"]] == [3, None]
    assert [first["notified_on"], second["notified_on"]] == [date(2025, 1, 9)] * 2


# Bookings, escalations, audits


def test_every_review_with_a_day_it_was_booked_for_is_a_booking() -> None:
    engine = load_world(
        world(
            reviews=[
                review(booked_for="2025-01-30", booked_on="2025-01-08"),
                review(review_id="R2", review_status="booked", held_on="", booked_for="2025-04-25"),
                review(
                    review_id="R3", review_status="cancelled", held_on="", booked_for="2025-04-11",
                    late_reason="LR07", late_agreed_by="the head of service", late_agreed_on="2025-04-10",
                ),
                review(review_id="R4", held_on="2025-05-02"),
            ]
        ),
        as_at=AS_AT,
    )  # fmt: skip
    rows = stored(engine, bookings)
    assert [(row["review_id"], row["review_status"], row["held_on"], row["booked_on"]) for row in rows] == [
        ("R1", "held", date(2025, 1, 31), date(2025, 1, 8)),
        ("R3", "cancelled", None, None),
        ("R2", "booked", None, None),
    ]
    assert (rows[1]["late_reason"], rows[1]["late_agreed_on"]) == ("LR07", date(2025, 4, 10))


def test_escalations_have_a_twentieth_working_day_and_go_to_whom_they_name_or_who_had_the_child() -> None:
    def raised(escalation_id: str, **more: object) -> dict[str, object]:
        row = {"escalation_id": escalation_id, "child_id": "007", "raised_on": "2025-12-12"}
        return row | {"stage": "formal_1"} | more

    engine = load_world(
        world(
            escalations=[
                raised("E1", theme="Not visited", human_rights="yes", resolved_on="2026-01-14"),
                raised("E2", iro_id="BEN", theme="the contact centre is shut"),
                raised("E3", team_id="WEST", raised_on="2024-12-02"),
            ],
            iro_allocations=[iro("ANN", "2025-01-06")],
            team_allocations=[team("EAST", "2025-01-06")],
        ),
        as_at=AS_AT,
    )
    names = ("theme", "iro_id", "team_id", "deadline_on")
    assert [tuple(row[n] for n in names) for row in stored(engine, escalation_facts)] == [
        ("not_visited", "ANN", "EAST", date(2026, 1, 14)),
        ("other", "BEN", "EAST", date(2026, 1, 14)),
        ("other", None, "WEST", date(2025, 1, 2)),
    ]
    first = stored(engine, escalation_facts)[0]
    assert (first["human_rights"], first["resolved_on"]) == (True, date(2026, 1, 14))
    assert first["date_of_birth"] == date(2014, 5, 1)


def test_audits_go_to_whoever_had_the_child_that_day_unless_they_name_a_team() -> None:
    def audited(audit_id: str, **more: object) -> dict[str, object]:
        row = {"audit_id": audit_id, "programme": "Focus Five", "audited_on": "2025-03-03"}
        return row | {"audit_theme": "plans", "grade": "good"} | more

    engine = load_world(
        world(
            audits=[
                audited("A1", child_id="007"),
                audited("A2", child_id="007", team_id="WEST"),
                audited("A3"),
            ],
            iro_allocations=[iro("ANN", "2025-01-06")],
            team_allocations=[team("EAST", "2025-01-06")],
        ),
        as_at=AS_AT,
    )  # fmt: skip
    names = ("child_id", "date_of_birth", "iro_id", "team_id")
    assert [tuple(row[n] for n in names) for row in stored(engine, audit_facts)] == [
        ("007", date(2014, 5, 1), "ANN", "EAST"),
        ("007", date(2014, 5, 1), "ANN", "WEST"),
        (None, None, None, None),
    ]
