"""Who will have too much: what is expected in six months, of whom, and what a plan would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
import pytest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from metrics.ahead.capacity import Ahead, ahead, months_ahead, service
from metrics.ahead.capacity_rows import OpenWork, open_work
from metrics.ahead.whatif import HoursChange, Joiner, Leaver, Move, Plan
from metrics.counting.calculate import Selection
from metrics.wording.words import NOBODY
from tests.doors import World, load_world

TODAY = date(2026, 11, 20)
LONG_AGO = date(2020, 1, 1)


Part = dict[str, list[dict[str, object]]]


def child(
    name: str,
    iro: str | None = "I1",
    *,
    started=date(2025, 5, 1),
    held=(),
    booked=None,
    siblings=None,
    midway=None,
    born=date(2015, 5, 1),
) -> Part:
    """The rows of one child: reviews held on some days, perhaps one booked and a midway review done."""
    reviews = [{"review_id": f"{name}-{day}", "child_id": name, "review_status": "held", "held_on": day}
               for day in held]  # fmt: skip
    if booked:
        reviews.append(
            {"review_id": f"{name}-b", "child_id": name, "review_status": "booked", "booked_for": booked}
        )
    rows: Part = {
        "children": [{"child_id": name, "date_of_birth": born, "sibling_group": siblings}],
        "care_periods": [{"child_id": name, "started_on": started}],
        "reviews": reviews,
    }
    if iro:
        rows["iro_allocations"] = [{"child_id": name, "iro_id": iro, "from_date": started}]
    if midway:
        rows["activities"] = [
            {"activity_id": f"{name}-m", "child_id": name, "activity_kind": "midway_review",
             "done_on": midway, "iro_id": iro}
        ]  # fmt: skip
    return rows


def settled(name: str, iro: str | None = "I1", **more) -> Part:
    """A child whose next review is due on 1 March 2027."""
    return child(name, iro, held=(date(2025, 5, 20), date(2025, 8, 18), date(2026, 2, 10), date(2026, 9, 1)),
                 **more)  # fmt: skip


def iro(name: str, fte: float = 1, *, until: date | None = None) -> Part:
    return {
        "iros": [{"iro_id": name, "iro_name": name, "started_on": LONG_AGO}],
        "iro_hours": [{"iro_id": name, "from_date": LONG_AGO, "to_date": until, "fte": fte}],
    }


def work_of(*parts: Part, as_at: date = TODAY, viewer: Viewer = SERVICE_VIEWER) -> OpenWork:
    """What is open in a service of these children and IROs."""
    out = child("OUT", "I1", started=date(2021, 1, 1), midway=date(2021, 1, 15))  # midways are recorded
    out["care_periods"][0]["ended_on"] = date(2021, 2, 1)
    world: Part = {}
    for part in (out, *parts):
        for kind, rows in part.items():
            world.setdefault(kind, []).extend(rows)
    given: World = {kind: rows for kind, rows in world.items() if rows}
    engine = load_world(given, as_at=as_at)
    return open_work(engine, viewer, Selection("LOCAL", as_at, as_at, as_at))


def row(found: Ahead, iro_id: str, month: int) -> pd.Series:
    (one,) = [row for _, row in found.rows.iterrows() if row["iro_id"] == iro_id and row["month"] == month]
    return one


def months(found: Ahead, iro_id: str, column: str) -> list[object]:
    return [row(found, iro_id, month)[column] for month in range(1, 7)]


def taken(found: Ahead) -> dict[str, str]:
    return dict(zip(found.moved["child_id"], found.moved["to_iro"], strict=True))


# -- months, and what is expected in them


def test_months_go_to_the_same_day_of_the_next_month_or_the_last_of_a_shorter_one():
    ends = [month.last for month in months_ahead(date(2026, 8, 31))]
    assert ends[:1] == [date(2026, 9, 30)]
    assert ends[-1] == date(2027, 2, 28)
    assert [month.first for month in months_ahead(TODAY)][:2] == [TODAY, date(2026, 12, 21)]


def test_a_first_review_is_followed_by_a_second_three_months_on_and_no_third_within_six():
    work = work_of(
        iro("I1"), child("A", started=date(2026, 11, 9))
    )  # first due on 7 December, second 7 March
    assert months(ahead(work), "I1", "reviews") == [1, 0, 0, 1, 0, 0]


def test_a_review_is_expected_when_it_is_booked_and_the_next_counts_from_there():
    work = work_of(iro("I1"), settled("A", booked=date(2026, 11, 20)))
    assert months(ahead(work), "I1", "reviews") == [1, 0, 0, 0, 0, 1], "held today, due again on 20 May"


def test_an_overdue_review_falls_in_the_first_month_and_is_counted_as_overdue():
    late = child("A", held=(date(2025, 5, 20), date(2025, 8, 18), date(2026, 2, 10)))
    found = ahead(work_of(iro("I1"), late))
    assert row(found, "I1", 1)["reviews"] == 1
    assert found.overdue == 1


def test_a_midway_review_is_expected_halfway_and_not_again_once_it_is_done():
    due = ahead(work_of(iro("I1"), settled("A")))  # 1 September to 1 March: halfway is 30 November
    done = ahead(work_of(iro("I1"), settled("A", midway=date(2026, 11, 2))))
    assert months(due, "I1", "midways") == [1, 0, 0, 0, 0, 0]
    assert months(done, "I1", "midways") == [0, 0, 0, 0, 0, 0]


def test_no_midway_review_is_expected_where_the_review_itself_comes_first():
    found = ahead(work_of(iro("I1"), settled("A", booked=date(2026, 11, 27))))
    assert months(found, "I1", "midways") == [0, 0, 0, 1, 0, 0], "the next one's: 27 November to 27 May"


def test_where_nobody_records_midway_reviews_none_are_made_up():
    world = {**iro("I1"), **settled("A")}
    engine = load_world(world, as_at=TODAY)
    work = open_work(engine, SERVICE_VIEWER, Selection("LOCAL", TODAY, TODAY, TODAY))
    assert ahead(work).rows["midways"].isna().all()


def test_a_child_whose_care_began_on_a_day_unknown_counts_in_the_caseload_and_is_said_to_be_undated():
    unknown = child("A")
    unknown["care_periods"][0]["start_known"] = "no"
    found = ahead(work_of(iro("I1"), unknown))
    assert found.undated == 1
    assert months(found, "I1", "children") == [1] * 6
    assert sum(found.rows["reviews"]) == 0


def test_a_young_person_who_turns_18_within_the_months_is_counted_throughout_and_said_so():
    found = ahead(work_of(iro("I1"), settled("A", born=date(2009, 3, 1)), settled("B")))
    assert found.adults == 1
    assert months(found, "I1", "children") == [2] * 6


# -- against hours


def test_children_for_each_full_time_iro_are_judged_by_50_to_70():
    children = [settled(f"A{number}", "I1") for number in range(14)]
    children += [settled(f"B{number}", "I2") for number in range(15)]
    children += [settled(f"C{number}", "I3") for number in range(9)]
    found = ahead(work_of(iro("I1", 0.2), iro("I2", 0.2), iro("I3", 0.2), *children))
    assert [row(found, name, 1)["caseload"] for name in ("I1", "I2", "I3")] == ["within", "above", "below"]
    assert row(found, "I1", 1)["caseload_per_fte"] == 70, "the limit itself is within"


def test_more_than_six_reviews_a_week_for_a_full_time_iro_is_too_much():
    children = [settled(f"A{number}", booked=date(2026, 12, 1)) for number in range(6)]
    found = ahead(work_of(iro("I1", 0.2), *children))  # 31 days at 0.2: 5.3 reviews can be held
    assert row(found, "I1", 1)["load"] == "above"
    assert row(found, "I1", 1)["fte_weeks"] == pytest.approx(0.2 * 31 / 7)
    assert row(ahead(work_of(iro("I1", 0.2), *children[:5])), "I1", 1)["load"] == "within"


def test_a_leaver_whom_the_data_know_leaves_children_without_hours():
    found = ahead(work_of(iro("I1", until=date(2026, 12, 31)), settled("A")))
    assert months(found, "I1", "fte") == [1, 0, 0, 0, 0, 0]
    assert months(found, "I1", "caseload")[:2] == ["below", "no_hours"]


def test_children_without_an_iro_are_a_row_of_their_own():
    found = ahead(work_of(iro("I1"), settled("A"), settled("B", None)))
    assert months(found, NOBODY, "children") == [1] * 6
    assert row(found, NOBODY, 1)["caseload"] == "no_hours"
    whole = service(found.rows)
    assert list(whole["children"]) == [2] * 6
    assert list(whole["without_iro"]) == [1] * 6
    assert list(whole["caseload_per_fte"]) == [1] * 6, "a child without an IRO is in nobody's caseload"


# -- what if


def test_a_change_of_hours_counts_from_its_day_and_ends_with_the_hours_that_are_known():
    work = work_of(iro("I1", until=date(2027, 3, 31)), settled("A"))
    plan = Plan((HoursChange("I1", date(2027, 1, 1), Fraction("0.5")),))
    assert months(ahead(work, plan), "I1", "fte") == [1, 0.5, 0.5, 0.5, 0, 0]


def test_the_children_of_a_leaver_go_to_whoever_has_the_fewest_for_a_full_time_iro():
    work = work_of(iro("I1"), iro("I2"), iro("I3", 0.5),
                   *(settled(f"A{number}", "I1") for number in range(4)),
                   *(settled(f"B{number}", "I2") for number in range(2)), settled("C", "I3"))  # fmt: skip
    plan = Plan((Leaver("I1", date(2026, 12, 31)), Move(date(2027, 1, 1), "I1")))
    found = ahead(work, plan)
    assert taken(found) == {"A0": "I2", "A1": "I2", "A2": "I3", "A3": "I2"}
    assert months(found, "I1", "children") == [4, 0, 0, 0, 0, 0]
    assert months(found, "I2", "children") == [2, 5, 5, 5, 5, 5]
    assert list(service(found.rows)["children"]) == [7] * 6


def test_siblings_go_together_even_where_that_makes_caseloads_less_equal():
    work = work_of(iro("I1"), iro("I2"), iro("I3"), settled("B", "I2"),
                   *(settled(f"A{number}", "I1", siblings="S") for number in range(3)))  # fmt: skip
    assert set(taken(ahead(work, Plan((Move(TODAY, "I1"),)))).values()) == {"I3"}


def test_the_proposal_says_which_other_iro_has_brothers_or_sisters_already():
    work = work_of(iro("I1"), iro("I2"), iro("I3"), settled("A", "I1", siblings="S"),
                   settled("B", "I2", siblings="S"))  # fmt: skip
    (moved,) = ahead(work, Plan((Move(TODAY, "I1", to="I3"),))).moved.to_dict("records")
    assert (moved["child_id"], moved["elsewhere"]) == ("A", ("I2",))


def test_a_sibling_group_that_moves_moves_whole_whoever_had_its_children():
    work = work_of(iro("I1"), iro("I2"), settled("A", "I1", siblings="S"), settled("B", None, siblings="S"),
                   settled("C", "I1"))  # fmt: skip
    found = ahead(work, Plan((Move(date(2027, 1, 1), "I1", family="siblings S", to="I2"),)))
    assert taken(found) == {"A": "I2", "B": "I2"}
    assert months(found, "I2", "reviews") == [0, 0, 0, 2, 0, 0], "due on 1 March, after the move"


def test_nobody_who_leaves_or_is_away_at_any_time_is_proposed():
    work = work_of(iro("I1"), iro("I2"), iro("I3"), *(settled(f"A{n}", "I1") for n in range(3)),
                   *(settled(f"C{n}", "I3") for n in range(9)))  # fmt: skip
    for step in (Leaver("I2", date(2027, 4, 1)), HoursChange("I2", date(2027, 2, 1), Fraction(0))):
        assert set(taken(ahead(work, Plan((step, Move(TODAY, "I1"))))).values()) == {"I3"}


def test_a_new_post_takes_children_from_the_day_it_is_filled():
    work = work_of(iro("I1"), iro("I2"), *(settled(f"A{n}", "I1") for n in range(3)),
                   *(settled(f"B{n}", "I2") for n in range(9)))  # fmt: skip
    post = Joiner("Maternity cover", date(2027, 1, 4), Fraction("0.6"))
    found = ahead(work, Plan((post, Move(date(2027, 1, 4), "I1"))))
    assert set(taken(found).values()) == {post.iro_id}
    assert row(found, post.iro_id, 6)["caseload_per_fte"] == 5
    early = ahead(work, Plan((post, Move(TODAY, "I1"))))
    assert set(taken(early).values()) == {"I2"}


def test_where_nobody_else_has_hours_children_stay_where_they_are():
    work = work_of(iro("I1"), settled("A"))
    found = ahead(work, Plan((Move(TODAY, "I1"),)))
    assert taken(found) == {}
    assert months(found, "I1", "children") == [1] * 6


def test_children_without_an_iro_can_be_spread_too():
    work = work_of(iro("I1"), settled("A", None), settled("B", None))
    found = ahead(work, Plan((Move(TODAY, NOBODY),)))
    assert months(found, NOBODY, "children") == [0] * 6
    assert months(found, "I1", "children") == [2] * 6


def test_a_group_given_away_and_a_second_step_follow_each_other_in_the_order_of_their_days():
    work = work_of(iro("I1"), iro("I2"), settled("A", "I1"))
    steps = (Move(date(2027, 2, 1), "I2", to="I1"), Move(date(2027, 1, 1), "I1", to="I2"))
    found = ahead(work, Plan(steps))
    assert months(found, "I2", "children") == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("days", [0, 400])
def test_a_move_outside_the_months_is_of_today_or_not_at_all(days: int):
    work = work_of(iro("I1"), iro("I2"), settled("A", "I1"))
    found = ahead(work, Plan((Move(TODAY + timedelta(days=days - 10), "I1", to="I2"),)))
    assert months(found, "I2", "children") == ([0] * 6 if days else [1] * 6)


def test_an_iro_sees_their_own_months_alone():
    viewer = Viewer(Role.IRO, iro_id="I2")
    found = ahead(work_of(iro("I1"), iro("I2"), settled("A", "I1"), settled("B", "I2"), viewer=viewer))
    shown: Sequence[str] = sorted(found.rows["iro_id"].unique())
    assert shown == ["I2", NOBODY]
    assert months(found, "I2", "children") == [1] * 6
