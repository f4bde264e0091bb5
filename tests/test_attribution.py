"""Whose a duty is: the IRO and team answerable, and who and what a child was on every day."""

from __future__ import annotations

from datetime import date

import pytest

from data_access.store.schema import spans
from tests.doors import load_world
from tests.one_child import (
    AS_AT,
    CARE,
    d,
    first_duty,
    iro,
    review,
    team,
    world,
)
from tests.stored import stored


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
