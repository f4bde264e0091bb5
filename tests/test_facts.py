"""What follows from loaded rows: reviews and their steps, allocations, bookings, escalations, audits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from data_access.resolve import resolve
from data_access.schema import (
    DERIVED_TABLES,
    audit_facts,
    bookings,
    duties,
    escalation_facts,
    load_files,
    spans,
)
from data_access.store import writing
from metrics.deriving import source_rows
from metrics.facts import derive
from tests.doors import World, load_world
from tests.stored import stored

AS_AT = date(2026, 6, 30)
CHILD = {"child_id": "007", "date_of_birth": "2014-05-01"}
CARE = {"child_id": "007", "started_on": "2025-01-06"}  # first review due Mon 3 Feb 2025
IROS = [{"iro_id": i, "iro_name": i, "started_on": "2019-01-01"} for i in ("ANN", "BEN")]
TEAMS = [{"team_id": t, "team_name": t} for t in ("EAST", "WEST")]


def d(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def world(**more: list[dict[str, object]]) -> World:
    """One child in care since 6 January 2025, with two IROs and two teams, and what a test adds."""
    return {"children": [CHILD], "care_periods": [CARE], "iros": IROS, "teams": TEAMS} | more


def review(**more: object) -> dict[str, object]:
    """The first review, held on Friday 31 January 2025, unless a test says otherwise."""
    return {"review_id": "R1", "child_id": "007", "review_status": "held", "held_on": "2025-01-31"} | more


def iro(iro_id: str, first: str, last: str | None = None) -> dict[str, object]:
    return {"child_id": "007", "iro_id": iro_id, "from_date": first, "to_date": last}


def team(team_id: str, first: str, last: str | None = None, worker: str = "") -> dict[str, object]:
    row = {"child_id": "007", "team_id": team_id, "from_date": first, "to_date": last}
    return row | {"social_worker": worker}


def duties_in(given: World) -> list[dict[str, Any]]:
    return stored(load_world(given, as_at=AS_AT), duties)


def first_duty(**more: list[dict[str, object]]) -> dict[str, Any]:
    return duties_in(world(**more))[0]


# The review that closed a duty


def test_a_duty_carries_what_the_review_that_closed_it_says() -> None:
    said = {
        "chaired_by": "ANN",
        "completed_on": "2025-02-14",
        "recorded_on": "2025-02-03",
        "is_series": "yes",
        "mode": "video",
        "attendance_mode": "phone",
        "participation_code": "PN6",
        "non_attendance_reason": "NA01",
        "late_reason": "LR12",
        "late_agreed_by": "the practice manager",
        "late_agreed_on": "2025-01-30",
        "monitoring_sent_on": "2025-02-05",
    }
    first, second = duties_in(world(reviews=[review(**said)]))
    days = {"completed_on", "recorded_on", "late_agreed_on", "monitoring_sent_on"}
    expected = {name: d(value) if name in days else value for name, value in said.items()}
    assert {name: first[name] for name in said} == expected | {"is_series": True}
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


# Attribution, and who and what a child was on a day


@pytest.mark.parametrize(
    ("held_on", "settled_on", "iro_id"),
    [("2025-01-31", "2025-01-31", "ANN"), ("2025-02-07", "2025-02-03", "BEN")],
    ids=["held before it was due", "held late"],
)
def test_the_iro_and_team_of_the_earlier_of_due_and_closed_are_answerable(
    held_on: str, settled_on: str, iro_id: str
) -> None:
    duty = first_duty(
        reviews=[review(held_on=held_on)],
        iro_allocations=[
            iro("ANN", "2025-01-06", "2025-02-02"),
            iro("BEN", "2025-02-03", "2025-02-06"),
            iro("ANN", "2025-02-07"),
        ],
        team_allocations=[team("EAST", "2025-01-06")],
    )
    assert (duty["settled_on"], duty["iro_id"], duty["team_id"]) == (d(settled_on), iro_id, "EAST")


def test_spans_say_who_and_what_a_child_was_on_every_day() -> None:
    engine = load_world(
        world(
            care_periods=[CARE | {"ended_on": "2025-09-01"}],
            iro_allocations=[iro("ANN", "2025-01-10", "2025-06-30"), iro("BEN", "2025-07-01", "2025-09-30")],
            team_allocations=[team("EAST", "2025-01-06", "2025-06-30", "Sam"), team("EAST", "2025-07-01")],
            placements=[{"child_id": "007", "from_date": "2025-08-01", "placement_type": "A3"}],
        ),
        as_at=AS_AT,
    )
    names = ("from_on", "until_on", "in_care", "regime", "iro_id", "iro_since", "team_id", "social_worker")
    rows = [tuple(str(row[n]) if "on" in n else row[n] for n in names[:2]) for row in stored(engine, spans)]
    assert rows == [
        ("2025-01-06", "2025-01-10"),
        ("2025-01-10", "2025-07-01"),
        ("2025-07-01", "2025-08-01"),
        ("2025-08-01", "2025-09-01"),
        ("2025-09-01", "2025-10-01"),
        ("2025-10-01", "9999-12-31"),
    ]
    ann, ben = date(2025, 1, 10), date(2025, 7, 1)
    assert [tuple(row[n] for n in names[2:]) for row in stored(engine, spans)] == [
        (True, "looked_after", None, None, "EAST", "Sam"),
        (True, "looked_after", "ANN", ann, "EAST", "Sam"),
        (True, "looked_after", "BEN", ben, "EAST", None),
        (True, "adoption", "BEN", ben, "EAST", None),
        (False, None, "BEN", ben, "EAST", None),
        (False, None, None, None, "EAST", None),
    ]
    in_care = [row for row in stored(engine, spans) if row["in_care"]]
    assert {(row["period_started_on"], row["start_known"]) for row in in_care} == {(date(2025, 1, 6), True)}


@pytest.mark.parametrize(
    ("second_from", "since"), [("2025-07-01", "2025-01-06"), ("2025-07-02", "2025-07-02")], ids=str
)
def test_an_iros_allocation_is_unbroken_only_without_a_gap(second_from: str, since: str) -> None:
    rows = stored(
        load_world(
            world(iro_allocations=[iro("ANN", "2025-01-06", "2025-06-30"), iro("ANN", second_from)]),
            as_at=AS_AT,
        ),
        spans,
    )
    assert rows[-1]["iro_since"] == d(since)


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


# Loads, sources, batches, stores


def full_world(children: int = 7) -> World:
    """Several children with a row of every kind, in no order of their identifiers."""
    ids = [f"{(n * 5) % children:03d}" for n in range(children)]
    each = [(n, {"child_id": child}) for n, child in enumerate(ids)]
    return {
        "children": [child | {"date_of_birth": f"20{10 + n}-05-01"} for n, child in each],
        "iros": IROS,
        "teams": TEAMS,
        "care_periods": [child | {"started_on": f"2025-01-{6 + n:02d}"} for n, child in each],
        "legal_statuses": [
            child | {"from_date": "2025-01-06", "legal_status": "V3" if n == 2 else "C2"} for n, child in each
        ],
        "placements": [
            child | {"from_date": "2025-04-01", "placement_type": "A4" if n == 3 else "U1"}
            for n, child in each
        ],
        "iro_allocations": [
            child | {"iro_id": ("ANN", "BEN")[n % 2], "from_date": "2025-01-08"} for n, child in each
        ],
        "team_allocations": [
            child | {"team_id": ("EAST", "WEST")[n % 2], "from_date": "2025-01-06", "social_worker": f"W{n}"}
            for n, child in each
        ],
        "reviews": [
            child
            | {
                "review_id": f"{child['child_id']}-{month}",
                "review_status": "held",
                "held_on": f"2025-{month:02d}-1{n}",
                "booked_for": f"2025-{month:02d}-1{n}",
                "participation_code": "PN1",
                "is_series": "no",
                "child_paper_returned": "yes",
                "report_received_on": f"2025-{month:02d}-02",
                "letter_sent_on": f"2025-{month:02d}-25",
            }
            for n, child in each
            for month in (2, 5)
        ],
        "review_people": [
            {"review_id": f"{child['child_id']}-2", "person": "mother", "involvement": "attended"}
            for _, child in each
        ],
        "activities": [
            child
            | {"activity_id": f"N{n}", "iro_id": "ANN", "activity_kind": "child_contact"}
            | {"done_on": "2025-04-01"}
            for n, child in each
            if n % 2
        ],
        "escalations": [
            child | {"escalation_id": f"E{n}", "raised_on": "2025-03-01", "stage": "informal"}
            for n, child in each
        ],
        "audits": [
            about
            | {"audit_id": f"A{n}", "programme": "P", "audited_on": "2025-03-01"}
            | {"audit_theme": "plans", "grade": "good"}
            for n, about in [*each, (children, {})]
        ],
    }


def facts_in(engine: Engine, authority: str = "LOCAL") -> dict[str, list[dict[str, Any]]]:
    return {table.name: stored(engine, table, authority) for table in DERIVED_TABLES}


def test_facts_are_the_same_in_one_batch_of_children_or_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_world(full_world(), as_at=AS_AT)
    at_once = facts_in(engine)
    assert {name for name, rows in at_once.items() if not rows} == set()
    sizes = []

    def few(connection: Any, authority: str) -> list[source_rows.Children]:
        found = source_rows.batches(connection, authority, size=2)
        sizes.append(len(found))
        return found

    monkeypatch.setattr("metrics.facts.batches", few)
    with writing(engine) as connection:
        derive(connection, "LOCAL", AS_AT)
    assert sizes == [4]
    assert facts_in(engine) == at_once


def test_a_later_load_replaces_the_facts_of_its_authority_alone() -> None:
    engine = load_world(world(reviews=[review(held_on="2025-01-20")]), as_at=AS_AT, authority="HERE")
    load_world(full_world(), as_at=AS_AT, authority="THERE", engine=engine)
    there = facts_in(engine, "THERE")
    load_world({"reviews": [review()]}, as_at=AS_AT, authority="HERE", engine=engine)
    assert facts_in(engine, "THERE") == there
    assert [row["held_on"] for row in stored(engine, duties, "HERE")] == [date(2025, 1, 31), None]


def test_facts_do_not_depend_on_the_as_at_date() -> None:
    later = load_world(full_world(), as_at=date(2027, 1, 1))
    assert facts_in(load_world(full_world(), as_at=date(2025, 3, 1))) == facts_in(later)


def as_if_from(engine: Engine, source: str, **columns: object) -> None:
    """Make what a source said come from another format or year, and settle and derive it again."""
    with writing(engine) as connection:
        connection.execute(load_files.update().where(load_files.c.source == source).values(**columns))
        resolve(connection, "LOCAL")
        derive(connection, "LOCAL", AS_AT)


def test_of_two_sources_the_one_believed_first_speaks_and_its_blanks_are_filled_from_the_other() -> None:
    """A statutory return knows the review's code; the extract knows the rest."""
    engine = load_world(world(reviews=[review(chaired_by="ANN", booked_for="2025-01-30")]), as_at=AS_AT)
    lower = review(review_id="903-1", participation_code="PN5", chaired_by="BEN")
    load_world({"reviews": [lower]}, as_at=AS_AT, engine=engine, source="the return")
    as_if_from(engine, "the return", format="ssda903")
    first, _ = stored(engine, duties)
    assert (first["review_id"], first["chaired_by"], first["participation_code"]) == ("R1", "ANN", "PN5")
    assert [row["review_id"] for row in stored(engine, bookings)] == ["R1"]


@pytest.mark.parametrize(
    ("reviews_from", "kind"), [("2025-02-03", "first"), ("2025-02-04", "unknown"), (None, "unknown")], ids=str
)
def test_a_return_covers_the_reviews_since_its_first_year_and_without_a_reviews_table_none(
    reviews_from: str | None, kind: str
) -> None:
    engine = load_world(world(), as_at=AS_AT)
    as_if_from(engine, "extract", format="ssda903", reviews_from=d(reviews_from))
    (duty,) = stored(engine, duties)
    assert (duty["kind"], duty["due_on"]) == (kind, d("2025-02-03") if kind == "first" else None)


def test_what_the_user_said_the_reviews_cover_overrides_the_return() -> None:
    engine = load_world(world(), as_at=AS_AT, reviews_from=date(2025, 2, 3))
    as_if_from(engine, "extract", format="ssda903", reviews_from=date(2025, 4, 1))
    assert [row["kind"] for row in stored(engine, duties)] == ["first"]


def test_a_child_known_to_the_extract_whose_reviews_the_return_tells_has_those_the_return_covers() -> None:
    engine = load_world(world(), as_at=AS_AT)
    told = {"reviews": [review(review_id="903-1", held_on="2025-04-10")]}
    load_world(told, as_at=AS_AT, engine=engine, source="the return")
    as_if_from(engine, "the return", format="ssda903", reviews_from=date(2025, 4, 1))
    assert [row["kind"] for row in stored(engine, duties)] == ["unknown", "subsequent"]


def test_facts_are_the_same_on_postgresql(postgres: Engine) -> None:
    load_world(full_world(), as_at=AS_AT, engine=postgres)
    assert facts_in(postgres) == facts_in(load_world(full_world(), as_at=AS_AT))
