"""Nobody is credited with, or blamed for, another's work: duty cover, part-time hours, changes, no IRO."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from data_access.people.viewer import SERVICE_VIEWER
from metrics.counting.calculate import Selection, measure_rows, monthly_rows
from metrics.measures import CATALOGUE
from tests.doors import World, load_world
from tests.oracle.compare import Stores, rows_of
from tests.oracle.measures import PER_FTE_MONTH, measures
from tests.oracle.story import Story, in_force
from tests.worlds import world

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
AS_AT = date(2026, 3, 31)


def row(kind: str, **columns: object) -> tuple[str, dict[str, object]]:
    return kind, columns


def iro(name: str, fte: float = 1, since: str = "2020-01-01", until: str | None = None):
    return [
        row("iros", iro_id=name, iro_name=name, started_on=since, ended_on=until),
        row("iro_hours", iro_id=name, from_date=since, fte=fte),
    ]


def child(name: str, *, of: str | None, since: str = "2025-03-03", until: str | None = None):
    rows = [
        row("children", child_id=name, date_of_birth="2015-06-01"),
        row("care_periods", child_id=name, started_on="2025-03-03"),
    ]
    if of:
        rows.append(row("iro_allocations", child_id=name, iro_id=of, from_date=since, to_date=until))
    return rows


def did(name: str, kind: str, day: str, by: str):
    key = f"{name} {kind} {day}"
    return [row("activities", activity_id=key, child_id=name, iro_id=by, activity_kind=kind, done_on=day)]


def held(name: str, day: str, by: str):
    columns = {"child_id": name, "review_status": "held", "held_on": day, "chaired_by": by}
    return [row("reviews", review_id=f"{name} {day}", **columns)]


def found(*parts, by: str = "iro", period=MARCH, as_at: date = AS_AT):
    """measure -> group -> (numerator, denominator), of a world made of such parts."""
    built: World = {}
    for kind, columns in (each for part in parts for each in part):
        built.setdefault(kind, []).append(columns)
    engine = load_world(built, as_at=AS_AT)
    keys = [
        "midway_reviews_per_fte_month", "case_notes_per_fte_month", "reviews_per_fte_month",
        "children_seen_in_six_weeks", "midway_before_review", "caseload_per_fte", "reviews_due_on_time",
        "children_without_an_iro",
    ]  # fmt: skip
    rows = measure_rows(engine, SERVICE_VIEWER, Selection("LOCAL", *period, as_at, by=by), keys)
    numbers: dict[str, dict[str, tuple[float, float]]] = {key: {} for key in keys}
    for one in rows.itertuples():
        numbers[one.measure][one.group] = (one.numerator, one.denominator)
    return numbers


THREE_REVIEWS = [*held("A", "2025-03-28", "I1"), *held("A", "2025-06-26", "I1"),
                 *held("A", "2025-12-22", "I1")]  # fmt: skip


# -- duty cover


def test_work_on_duty_counts_for_whoever_did_it_and_not_for_the_allocated_iro():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1"), did("A", "midway_review", "2026-03-10", "I2"),
        did("A", "case_note", "2026-03-11", "I2"), held("A", "2026-03-12", "I2"),
    )  # fmt: skip
    for key in PER_FTE_MONTH:
        assert numbers[key] == {"I1": (0, 1), "I2": (1, 1)}, key


def test_a_child_looked_at_by_a_colleague_is_looked_at_and_nobody_is_blamed():
    numbers = found(iro("I1"), iro("I2"), child("A", of="I1"), did("A", "case_note", "2026-03-11", "I2"))
    assert numbers["children_seen_in_six_weeks"]["I1"] == (1, 1)
    assert numbers["children_seen_in_six_weeks"]["I2"] == (0, 0)
    assert numbers["caseload_per_fte"]["I2"] == (0, 1), "cover is no caseload"


def test_a_midway_review_by_a_colleague_is_one_before_the_review():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1"), THREE_REVIEWS,
        did("A", "midway_review", "2025-09-25", "I2"), period=(date(2025, 12, 1), date(2025, 12, 31)),
    )  # fmt: skip
    assert numbers["midway_before_review"] == {"I1": (1, 1), "I2": (0, 0)}


def test_a_late_review_is_not_put_down_to_the_colleague_who_held_it():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1"), held("A", "2025-03-28", "I1"),
        held("A", "2025-07-31", "I2"), period=(date(2025, 6, 1), date(2025, 6, 30)),
    )  # fmt: skip
    assert numbers["reviews_due_on_time"] == {"I1": (0, 1), "I2": (0, 0)}, "due on 28 June"


# -- changes of IRO


def test_a_review_due_before_the_change_stays_with_the_iro_of_its_due_date():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1", until="2025-06-30"),
        [row("iro_allocations", child_id="A", iro_id="I2", from_date="2025-07-01")],
        held("A", "2025-03-28", "I1"), held("A", "2025-07-31", "I2"),
        period=(date(2025, 6, 1), date(2025, 6, 30)),
    )  # fmt: skip
    assert numbers["reviews_due_on_time"] == {"I1": (0, 1), "I2": (0, 0)}


def test_after_a_change_between_two_reviews_nobody_answers_for_the_midway_review():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1", until="2025-11-30"), THREE_REVIEWS,
        [row("iro_allocations", child_id="A", iro_id="I2", from_date="2025-12-01")],
        period=(date(2025, 12, 1), date(2025, 12, 31)),
    )  # fmt: skip
    assert numbers["midway_before_review"] == {"I1": (0, 0), "I2": (0, 0)}


def test_a_child_who_moved_to_another_iro_is_in_the_caseload_of_the_new_one_alone():
    numbers = found(
        iro("I1"), iro("I2"), child("A", of="I1", until="2026-03-15"),
        [row("iro_allocations", child_id="A", iro_id="I2", from_date="2026-03-16")],
    )  # fmt: skip
    assert numbers["caseload_per_fte"] == {"I1": (0, 1), "I2": (1, 1)}


# -- part-time hours, joiners and leavers, changes within a month


def test_three_midway_reviews_in_three_fifths_of_full_time_are_within_the_range():
    days = [f"2026-03-{day:02}" for day in (3, 10, 17)]
    world_of = [child("A", of="I1"), *(did("A", "midway_review", day, "I1") for day in days)]
    numbers = found(iro("I1", 0.6), *world_of)["midway_reviews_per_fte_month"]["I1"]
    assert numbers == (3, pytest.approx(0.6))
    assert found(iro("I1", 1), *world_of)["midway_reviews_per_fte_month"]["I1"] == (3, 1)
    measure = CATALOGUE["midway_reviews_per_fte_month"]
    assert measure.value(3, Fraction("0.6")) == 5, "the very limit of 5 to 10"


def test_hours_that_change_within_a_month_count_day_by_day():
    changed = [
        row("iros", iro_id="I1", iro_name="I1", started_on="2020-01-01"),
        row("iro_hours", iro_id="I1", from_date="2020-01-01", to_date="2026-03-10", fte=1),
        row("iro_hours", iro_id="I1", from_date="2026-03-11", fte=0.5),
    ]
    numbers = found(changed, child("A", of="I1"))
    assert numbers["case_notes_per_fte_month"]["I1"][1] == pytest.approx((10 + 21 / 2) / 31)
    assert numbers["caseload_per_fte"]["I1"] == (1, 0.5), "as at the day"


def test_who_joins_or_leaves_within_a_month_is_measured_by_the_days_they_were_there():
    numbers = found(iro("I1", since="2026-03-22"), iro("I2", until="2026-03-10"), child("A", of="I1"))
    assert numbers["case_notes_per_fte_month"]["I1"][1] == pytest.approx(10 / 31)
    assert numbers["case_notes_per_fte_month"]["I2"][1] == pytest.approx(10 / 31)


def test_work_of_one_who_has_left_is_not_laid_on_who_follows():
    numbers = found(
        iro("I1", until="2026-03-10"), iro("I2"), child("A", of="I1", until="2026-03-10"),
        [row("iro_allocations", child_id="A", iro_id="I2", from_date="2026-03-11")],
        did("A", "midway_review", "2026-03-09", "I1"),
    )  # fmt: skip
    assert numbers["midway_reviews_per_fte_month"]["I1"][0] == 1
    assert numbers["midway_reviews_per_fte_month"]["I2"] == (0, 1)


# -- children without an IRO


def test_a_child_without_an_iro_is_in_nobodys_numbers_and_not_lost():
    with_one = found(iro("I1"), child("A", of="I1"))
    numbers = found(iro("I1"), child("A", of="I1"), child("B", of=None))
    for key in ("caseload_per_fte", "children_seen_in_six_weeks", "reviews_due_on_time"):
        assert numbers[key]["I1"] == with_one[key]["I1"], key
    assert numbers["children_without_an_iro"]["unallocated"] == (1, 1)
    service = found(iro("I1"), child("A", of="I1"), child("B", of=None), by="service")
    assert service["children_without_an_iro"]["service"] == (1, 2)


def test_work_with_a_child_who_has_no_iro_counts_for_whoever_did_it():
    numbers = found(iro("I1"), child("B", of=None), did("B", "case_note", "2026-03-11", "I1"))
    assert numbers["case_notes_per_fte_month"]["I1"] == (1, 1)


# -- day by day, on random worlds


def _full_time_days(story: Story, iro_id: str, first: date, last: date) -> Fraction:
    """The FTE of each day, one after the other, in days of full-time work."""
    (who,) = [each for each in story.all("iros") if each["iro_id"] == iro_id]
    total, day = Fraction(0), first
    while day <= last:
        there = who["started_on"] <= day and (who["ended_on"] is None or day <= who["ended_on"])
        for hours in story.all("iro_hours"):
            if there and hours["iro_id"] == iro_id and in_force(hours, day):
                total += hours["fte"]
        day += timedelta(days=1)
    return total


def _cells_that_differ(seed: int) -> tuple[int, list[str]]:
    """How many cells of a random world have work in them, and which are not what the days say."""
    loaded = Stores().load(world(seed, children=8))
    story, question = Story(loaded.world.rows, loaded.world.reviews_from), loaded.world.questions[0]
    asked = replace(loaded.asked(question, "iro"), as_at=loaded.world.loaded_as_at)
    worked_in, wrong = 0, []
    for cell in rows_of(monthly_rows(loaded.engine, SERVICE_VIEWER, asked, PER_FTE_MONTH)):
        first = date.fromisoformat(f"{cell['month']}-01")
        after = (first + timedelta(days=31)).replace(day=1)
        start, end = max(first, question.start), min(after - timedelta(days=1), question.end)
        worked = Fraction(0)
        if cell["group"] != "unallocated":
            last = min(end, asked.as_at)
            worked = _full_time_days(story, cell["group"], start, last) / (after - first).days
        (numbers,) = [
            one["numerator"]
            for one in measures(
                loaded.world.rows, start, end, asked.as_at, "iro", [cell["measure"]],
                loaded.world.reviews_from, story,
            )
            if one["group"] == cell["group"]
        ] or [0]  # fmt: skip
        worked_in += worked > 0
        if numbers != cell["numerator"] or abs(float(worked) - cell["denominator"]) > 1e-12:
            wrong.append(f"{cell['month']} {cell['group']} {cell['measure']}: {cell}")
    return worked_in, wrong


def test_each_iros_months_are_the_days_they_worked_counted_one_by_one():
    """Part-timers, joiners, leavers and hours that change: every cell of the heat table."""
    found = [_cells_that_differ(seed) for seed in range(20, 30)]
    assert [wrong for _, wrong in found if wrong] == []
    assert sum(worked_in for worked_in, _ in found) > 50, "worlds in which nobody works show nothing"


# -- Croydon's own figures


@pytest.mark.parametrize(("place", "full_time", "printed"), [(2, 11, "4.9"), (3, 14, "3.8")])
def test_croydons_645_midway_reviews_are_below_its_benchmark_with_11_iros_and_with_14(
    place, full_time, printed
):
    example = CATALOGUE["midway_reviews_per_fte_month"].paperwork.examples[place]
    assert (example.numerator, example.denominator) == (645, 12 * full_time)
    engine = load_world(example.world, as_at=example.as_at)
    asked = Selection("LOCAL", *example.period, example.as_at)
    (one,) = measure_rows(engine, SERVICE_VIEWER, asked, ["midway_reviews_per_fte_month"]).itertuples()
    assert (one.numerator, one.denominator) == (645, pytest.approx(12 * full_time))
    assert (f"{one.value:.1f}", one.status) == (printed, "below")
