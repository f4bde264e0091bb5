"""When a review is due, who owes it and what closes it: every rule of `domain.md` section 1, as sentences
(those of adoption and short breaks in `test_adoption_and_short_breaks.py`).

Each world is one child, loaded from files as a user would; dates are the days of the rule's own example
where it has one.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import standards
from data_access.store.schema import duties
from tests.doors import load_world
from tests.one_child import (
    AS_AT,
    d,
    dues,
    ends,
    story,
    told,
)
from tests.stored import stored


def test_without_periods_of_care_nothing_is_owed() -> None:
    assert story(statuses=[("2026-01-05", None, "V4")], placements=[("2026-01-05", None, "A3")]) == []


# Rules 1 and 13: the first review


@pytest.mark.parametrize(
    ("started_on", "due_on"),
    [
        ("2026-01-05", "2026-02-02"),
        ("2026-01-03", "2026-01-30"),
        ("2026-01-04", "2026-01-30"),
        ("2025-12-12", "2026-01-14"),
        ("2026-03-20", "2026-04-21"),
        ("2022-09-01", "2022-09-30"),
        ("2026-05-01", "2026-06-02"),
    ],
    ids=["Monday", "Saturday", "Sunday", "Christmas", "Easter", "state funeral", "two May holidays"],
)
def test_the_first_review_is_due_within_twenty_working_days(started_on: str, due_on: str) -> None:
    assert dues(story((started_on, None))) == [("first", started_on, due_on)]


def test_a_child_who_enters_on_a_saturday_is_due_on_the_friday_before_day_28() -> None:
    (duty,) = story(("2026-01-03", None))
    assert duty["due_on"] == d("2026-01-03") + timedelta(days=27)


# Rules 2 to 4: the later reviews


@pytest.mark.parametrize(
    ("held_on", "second_due", "later_due"),
    [
        ("2025-11-30", "2026-02-28", "2026-05-30"),
        ("2024-11-30", "2025-02-28", "2025-05-30"),
        ("2025-08-31", "2025-11-30", "2026-02-28"),
        ("2026-03-31", "2026-06-30", "2026-09-30"),
    ],
)
def test_the_second_review_is_due_three_months_and_later_ones_six_months_after_the_one_before(
    held_on: str, second_due: str, later_due: str
) -> None:
    as_first = story(("2023-01-02", None), held=[held_on])
    assert dues(as_first)[1:] == [("second", held_on, second_due)]
    as_third = story(("2023-01-02", None), held=["2023-01-20", "2023-04-14", held_on])
    assert dues(as_third)[3:] == [("subsequent", held_on, later_due)]


def test_kinds_go_first_second_subsequent_subsequent() -> None:
    rows = story(("2024-01-02", None), held=["2024-01-19", "2024-04-12", "2024-10-04"])
    assert [row["kind"] for row in rows] == ["first", "second", "subsequent", "subsequent"]
    assert [row["number"] for row in rows] == [1, 2, 3, 4]


def test_a_review_brought_forward_re_bases_the_next() -> None:
    rows = story(("2025-01-06", None), held=["2025-01-20", "2025-02-10"])
    assert dues(rows)[2] == ("subsequent", "2025-02-10", "2025-08-10")


def test_the_interval_runs_from_the_review_held_even_when_it_was_late() -> None:
    rows = story(("2025-01-06", None), held=["2025-03-20"])
    assert dues(rows) == [
        ("first", "2025-01-06", "2025-02-03"),
        ("second", "2025-03-20", "2025-06-20"),
    ]


def test_a_due_date_on_a_weekend_does_not_move() -> None:
    (_, second) = story(("2025-10-01", None), held=["2025-10-24"])
    assert second["due_on"] == d("2026-01-24")
    assert second["due_on"].weekday() == 5


def test_a_review_held_on_the_day_care_began_discharges_the_first_duty() -> None:
    rows = story(("2026-01-05", None), held=["2026-01-05"])
    assert ends(rows)[0] == ("looked_after", "first", "2026-02-02", "2026-01-05", "review")
    assert dues(rows)[1] == ("second", "2026-01-05", "2026-04-05")


def test_booked_and_cancelled_reviews_discharge_nothing() -> None:
    rows = story(
        ("2026-01-05", None),
        reviews=[
            {"review_id": "B", "review_status": "booked", "booked_for": "2026-01-20"},
            {"review_id": "C", "review_status": "cancelled", "booked_for": "2026-01-13"},
        ],
    )
    assert ends(rows) == [("looked_after", "first", "2026-02-02", None, None)]


def test_a_duty_stands_open_until_something_closes_it() -> None:
    (duty,) = story(("2026-01-05", None))
    assert [duty[n] for n in ("closes_on", "closed_by", "held_on", "review_id")] == [None] * 4


# Rule 6: the clock belongs to the period of care


def test_a_change_of_placement_or_legal_status_does_not_restart_the_clock() -> None:
    rows = story(
        ("2025-01-06", None),
        held=["2025-01-31"],
        statuses=[("2025-01-06", "2025-02-20", "V2"), ("2025-02-21", None, "C2")],
        placements=[("2025-01-06", "2025-03-01", "U1"), ("2025-03-02", None, "K2")],
    )
    assert dues(rows) == [("first", "2025-01-06", "2025-02-03"), ("second", "2025-01-31", "2025-04-30")]


def test_ceasing_and_starting_again_restarts_the_clock() -> None:
    rows = story(("2025-01-06", "2025-03-03"), ("2025-09-01", None), held=["2025-01-31"])
    assert dues(rows)[2] == ("first", "2025-09-01", "2025-09-29")
    assert told(rows, "period_started_on", "number") == [
        ("2025-01-06", 1),
        ("2025-01-06", 2),
        ("2025-09-01", 1),
    ]


# Rule 7: a series of meetings


def test_the_first_meeting_of_a_series_decides_and_re_bases() -> None:
    rows = story(
        ("2026-01-05", None),
        reviews=[
            {"review_id": "S", "held_on": "2026-02-02", "completed_on": "2026-03-20", "is_series": "yes"}
        ],
    )
    assert ends(rows)[0] == ("looked_after", "first", "2026-02-02", "2026-02-02", "review")
    assert dues(rows)[1] == ("second", "2026-02-02", "2026-05-02")


# Rule 10: ceasing to be looked after


def test_a_child_who_ceases_before_the_due_date_owes_no_review_and_one_due_that_day_was_missed() -> None:
    for ended_on in ("2026-01-30", "2026-02-02"):
        assert ends(story(("2026-01-05", ended_on))) == [
            ("looked_after", "first", "2026-02-02", ended_on, "ceased")
        ]


def test_a_review_held_on_the_day_of_ceasing_belongs_to_the_period_and_opens_nothing() -> None:
    rows = story(("2026-01-05", "2026-02-02"), held=["2026-02-02"])
    assert ends(rows) == [("looked_after", "first", "2026-02-02", "2026-02-02", "review")]


def test_a_duty_that_would_open_and_close_on_one_day_without_a_review_does_not_exist() -> None:
    assert story(("2026-01-05", "2026-01-05")) == []
    with_review = story(("2026-01-05", "2026-01-05"), held=["2026-01-05"])
    assert ends(with_review) == [("looked_after", "first", "2026-02-02", "2026-01-05", "review")]


def test_where_one_period_ends_and_the_next_begins_a_review_that_day_belongs_to_the_one_that_ends() -> None:
    rows = story(("2025-01-06", "2025-06-02"), ("2025-06-02", None), held=["2025-01-31", "2025-06-02"])
    assert told(rows, "period_started_on", "kind", "held_on") == [
        ("2025-01-06", "first", "2025-01-31"),
        ("2025-01-06", "second", "2025-06-02"),
        ("2025-06-02", "first", None),
    ]


def test_a_period_of_no_day_between_two_others_leaves_a_review_that_day_to_the_first() -> None:
    rows = story(
        ("2025-01-06", "2025-06-02"), ("2025-06-02", "2025-06-02"), held=["2025-01-31", "2025-06-02"]
    )
    assert told(rows, "period_started_on", "kind", "held_on")[1:] == [("2025-01-06", "second", "2025-06-02")]


def test_an_open_period_past_the_eighteenth_birthday_still_counts() -> None:
    world = {
        "children": [{"child_id": "007", "date_of_birth": "2007-01-01"}],
        "care_periods": [{"child_id": "007", "started_on": "2024-06-03"}],
        "reviews": [
            {"review_id": "R", "child_id": "007", "review_status": "held", "held_on": "2025-06-02"},
        ],
    }
    rows = stored(load_world(world, as_at=AS_AT), duties)
    assert dues(rows)[1] == ("second", "2025-06-02", "2025-09-02")


# Rule 11: reviews that belong nowhere


def test_a_review_before_care_began_or_after_it_ended_counts_nowhere() -> None:
    rows = story(("2025-01-06", "2025-03-03"), held=["2025-01-05", "2025-03-04"])
    assert ends(rows) == [("looked_after", "first", "2025-02-03", "2025-03-03", "ceased")]


@pytest.mark.parametrize(
    ("codes", "counted"), [(("", "PN1"), "B"), (("PN2", "PN1"), "A"), (("", ""), "A")], ids=str
)
def test_of_two_reviews_on_one_day_the_one_with_a_valid_code_counts_else_the_first(
    codes: tuple[str, str], counted: str
) -> None:
    rows = story(
        ("2025-01-06", None),
        reviews=[
            {"review_id": review_id, "held_on": "2025-01-31", "participation_code": code}
            for review_id, code in zip("AB", codes, strict=True)
        ],
    )
    assert told(rows, "kind", "review_id") == [("first", counted), ("second", None)]


# Rule 12: what cannot be judged


def test_a_start_not_known_gives_a_first_duty_without_a_due_date_and_six_months_after_it() -> None:
    rows = story({"started_on": "2025-04-01", "start_known": "no"}, held=["2025-05-01", "2025-10-31"])
    assert dues(rows) == [
        ("unknown", "2025-04-01", None),
        ("subsequent", "2025-05-01", "2025-11-01"),
        ("subsequent", "2025-10-31", "2026-04-30"),
    ]
    assert [row["start_known"] for row in rows] == [False, False, False]


def test_a_first_review_due_before_the_reviews_begin_is_not_assessable() -> None:
    uncovered = story(("2025-01-06", None), held=["2025-05-01"], reviews_from=d("2025-02-04"))
    assert dues(uncovered) == [
        ("unknown", "2025-01-06", None),
        ("subsequent", "2025-05-01", "2025-11-01"),
    ]
    covered = story(("2025-01-06", None), reviews_from=d("2025-02-03"))
    assert dues(covered) == [("first", "2025-01-06", "2025-02-03")]


def test_only_the_first_duty_of_a_period_can_be_uncovered() -> None:
    rows = story(("2025-01-06", None), placements=[("2025-02-10", None, "A3")], reviews_from=d("2025-06-01"))
    assert dues(rows) == [("unknown", "2025-01-06", None), ("first", "2025-02-10", "2025-03-10")]


# Rule 14: the intervals are settings


def test_a_local_tighter_cycle_holds_from_the_day_it_came_into_force(monkeypatch: pytest.MonkeyPatch) -> None:
    was = standards.SETTINGS["later_review_months"][0]
    tighter = standards.Setting(d("2025-01-01"), 3, "a local standard")
    monkeypatch.setitem(standards.SETTINGS, "later_review_months", (was, tighter))
    rows = story(("2024-01-02", None), held=["2024-01-19", "2024-04-12", "2024-10-04", "2025-02-03"])
    assert dues(rows)[2:] == [
        ("subsequent", "2024-04-12", "2024-10-12"),
        ("subsequent", "2024-10-04", "2025-04-04"),
        ("subsequent", "2025-02-03", "2025-05-03"),
    ]


@pytest.mark.parametrize(
    ("setting", "value", "due_on"),
    [
        ("adoption_first_days", 14, ["2025-02-17", "2025-05-17", "2025-12-01"]),
        ("adoption_second_months", 2, ["2025-03-03", "2025-04-17", "2025-12-01"]),
        ("adoption_later_months", 4, ["2025-03-03", "2025-05-17", "2025-10-01"]),
    ],
)
def test_adoption_has_intervals_of_its_own(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: float, due_on: list[str]
) -> None:
    monkeypatch.setitem(standards.SETTINGS, setting, (standards.Setting(date.min, value, "local"),))
    rows = story(
        ("2025-01-06", None), held=["2025-02-17", "2025-06-01"], placements=[("2025-02-03", None, "A3")]
    )
    assert [str(row["due_on"]) for row in rows if row["regime"] == "adoption"] == due_on
