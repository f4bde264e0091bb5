"""When a review is due in adoption and in short breaks: `domain.md` section 1, rules 8 to 9a."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.one_child import (
    d,
    dues,
    story,
    told,
)

# Rule 8: placed for adoption


def test_placement_for_adoption_takes_over_on_its_day_28_days_then_three_then_six_months() -> None:
    rows = story(
        ("2025-01-06", None),
        held=["2025-01-31", "2025-04-25", "2025-06-13", "2025-09-12"],
        placements=[("2025-01-06", "2025-05-18", "U1"), ("2025-05-19", None, "A4")],
    )
    assert told(rows, "regime", "kind", "opens_on", "due_on", "closes_on", "closed_by")[2:] == [
        ("looked_after", "subsequent", "2025-04-25", "2025-10-25", "2025-05-19", "schedule"),
        ("adoption", "first", "2025-05-19", "2025-06-16", "2025-06-13", "review"),
        ("adoption", "second", "2025-06-13", "2025-09-13", "2025-09-12", "review"),
        ("adoption", "subsequent", "2025-09-12", "2026-03-12", None, None),
    ]


def test_a_review_held_on_the_day_of_placement_for_adoption_discharges_the_earlier_duty() -> None:
    rows = story(("2025-01-06", None), held=["2025-02-03"], placements=[("2025-02-03", None, "A3")])
    assert told(rows, "regime", "kind", "opens_on", "due_on", "held_on") == [
        ("looked_after", "first", "2025-01-06", "2025-02-03", "2025-02-03"),
        ("adoption", "first", "2025-02-03", "2025-03-03", None),
    ]


def test_neighbouring_adoptive_placements_are_one_and_start_no_new_clock() -> None:
    rows = story(
        ("2025-01-06", None),
        held=["2025-01-31"],
        placements=[("2025-02-03", "2025-02-28", "A3"), ("2025-03-01", None, "A5")],
    )
    assert [row["opens_on"] for row in rows if row["regime"] == "adoption"] == [d("2025-02-03")]


def test_adoptive_placements_with_a_gap_of_a_day_are_two() -> None:
    rows = story(
        ("2025-01-06", None),
        held=["2025-01-31"],
        placements=[("2025-02-03", "2025-02-27", "A3"), ("2025-03-01", None, "A5")],
    )
    assert told(rows, "regime", "kind", "opens_on")[2:] == [
        ("adoption", "first", "2025-02-03"),
        ("looked_after", "subsequent", "2025-02-28"),
        ("adoption", "first", "2025-03-01"),
    ]


def test_when_adoption_ends_the_ordinary_schedule_resumes_six_months_from_the_last_review() -> None:
    rows = story(
        ("2025-01-06", None),
        held=["2025-01-31", "2025-03-07", "2025-12-05"],
        placements=[("2025-02-10", "2025-07-31", "A6")],
    )
    assert told(rows, "regime", "kind", "opens_on", "due_on", "held_on")[-2:] == [
        ("looked_after", "subsequent", "2025-08-01", "2025-09-07", "2025-12-05"),
        ("looked_after", "subsequent", "2025-12-05", "2026-06-05", None),
    ]


def test_a_resumed_duty_may_be_due_before_it_opens() -> None:
    rows = story(("2025-01-06", None), held=["2025-01-31"], placements=[("2025-02-10", "2025-10-31", "A6")])
    assert dues(rows)[-1] == ("subsequent", "2025-11-01", "2025-07-31")


def test_when_adoption_ends_and_no_review_was_ever_held_twenty_working_days_run_from_that_day() -> None:
    rows = story(("2025-01-06", None), placements=[("2025-01-06", "2025-04-30", "A6")])
    assert told(rows, "regime", "kind", "due_on") == [
        ("adoption", "first", "2025-02-03"),
        ("looked_after", "first", "2025-06-02"),
    ]


def test_a_review_of_an_earlier_period_of_care_does_not_count_when_adoption_ends() -> None:
    rows = story(
        ("2024-01-08", "2024-06-03"), ("2025-01-06", None),
        held=["2024-01-31"], placements=[("2025-01-06", "2025-04-30", "A6")],
    )  # fmt: skip
    assert dues(rows)[-1] == ("first", "2025-05-01", "2025-06-02")


# Rules 9 and 9a: short breaks, and changes of schedule


def test_short_breaks_are_first_due_in_three_months_and_then_six_monthly_the_second_too() -> None:
    rows = story(
        ("2024-01-31", None), held=["2024-04-30", "2024-10-30"], statuses=[("2024-01-31", None, "V4")]
    )
    assert told(rows, "regime", "kind", "due_on") == [
        ("short_break", "first", "2024-04-30"),
        ("short_break", "second", "2024-10-30"),
        ("short_break", "subsequent", "2025-04-30"),
    ]


def test_leaving_short_breaks_starts_the_ordinary_twenty_day_clock_that_day() -> None:
    rows = story(
        ("2025-06-02", None),
        held=["2025-08-01"],
        statuses=[("2025-06-02", "2026-01-04", "V3"), ("2026-01-05", None, "V2")],
    )
    assert told(rows, "regime", "kind", "opens_on", "due_on")[-1] == (
        "looked_after", "first", "2026-01-05", "2026-02-02",
    )  # fmt: skip


def test_entering_short_breaks_starts_a_first_duty_of_three_months() -> None:
    rows = story(("2025-01-06", None), held=["2025-01-31"], statuses=[("2025-03-10", None, "V3")])
    assert told(rows, "regime", "kind", "opens_on", "due_on", "closed_by")[1:] == [
        ("looked_after", "second", "2025-01-31", "2025-04-30", "schedule"),
        ("short_break", "first", "2025-03-10", "2025-06-10", None),
    ]


def test_neighbouring_v3_and_v4_are_one_series() -> None:
    rows = story(
        ("2025-01-06", None), statuses=[("2025-01-06", "2025-02-28", "V3"), ("2025-03-01", None, "V4")]
    )
    assert dues(rows) == [("first", "2025-01-06", "2025-04-06")]


def test_short_breaks_decide_before_placement_for_adoption() -> None:
    rows = story(
        ("2025-01-06", None),
        statuses=[("2025-01-06", "2025-02-28", "V3"), ("2025-03-01", None, "E1")],
        placements=[("2025-01-06", None, "A3")],
    )
    assert told(rows, "regime", "kind", "opens_on", "due_on") == [
        ("short_break", "first", "2025-01-06", "2025-04-06"),
        ("adoption", "first", "2025-03-01", "2025-03-29"),
    ]


def test_no_legal_status_and_no_placement_means_the_ordinary_schedule() -> None:
    (duty,) = story(("2025-01-06", None))
    assert duty["regime"] == "looked_after"


def test_a_child_in_care_has_exactly_one_open_duty_on_any_day() -> None:
    """Over invented lives with every schedule: duties follow one another without a gap or an overlap."""
    chance = random.Random(9)
    for _ in range(12):
        start = date(2022, 1, 1) + timedelta(chance.randrange(100))
        end = start + timedelta(chance.randrange(1, 900)) if chance.random() < 0.6 else None
        day, days = start, []
        while len(days) < 7:
            day += timedelta(chance.randrange(1, 130))
            days.append(str(day))
        rows = story(
            (str(start), end and str(end)),
            held=days[1:6:2],
            statuses=[(days[0], days[2], "V3"), (days[5], None, "C2")],
            placements=[(days[1], days[4], "A3"), (days[5], days[6], "A5")],
        )
        last = end or date(2026, 6, 30)
        for n in range((last - start).days):
            at = start + timedelta(n)
            in_force = [
                row
                for row in rows
                if row["opens_on"] <= at and (row["closes_on"] is None or at < row["closes_on"])
            ]
            assert len(in_force) == 1, (at, in_force)
