"""One IRO's practice: fair to part-time hours, cover work and joiners, and colleagues without names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, keep
from metrics.practice.practice import Practice, practice
from tests.one_iro import AS_AT, STARTED, held, notes, service

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
OWN = Viewer(Role.IRO, iro_id="I0")


def of(store: Engine, iro: str = "I0", *, viewer: Viewer = SERVICE_VIEWER, **other: Any) -> Practice:
    asked = {"month": date(2026, 3, 1), "as_at": AS_AT} | other
    found = practice(store, viewer, "LOCAL", iro, **asked)
    assert found is not None
    return found


def month(found: Practice, key: str) -> tuple[float | None, float | None, str]:
    reading = found.lines[key].month.reading
    return reading.numerator, reading.denominator, reading.status


# -- fair to hours


def test_an_iro_of_six_tenths_is_set_against_six_tenths_of_the_benchmark() -> None:
    store = service(iros=[{"iro_id": "I0", "fte": 0.6}], work=notes("I0", "A", 25))
    assert month(of(store), "case_notes_per_fte_month") == (25, pytest.approx(0.6), "within")


def test_an_iro_who_began_in_mid_month_answers_for_their_days_only() -> None:
    store = service(iros=[{"iro_id": "I0", "started_on": date(2026, 3, 17)}], work=notes("I0", "A", 21))
    numerator, denominator, _ = month(of(store), "case_notes_per_fte_month")
    assert (numerator, denominator) == (21, pytest.approx(15 / 31))


def test_a_month_in_progress_is_set_against_the_days_gone_by() -> None:
    store = service(work=notes("I0", "A", 10), as_at=date(2026, 3, 10))
    found = of(store, as_at=date(2026, 3, 10))
    assert found.in_progress
    assert month(found, "case_notes_per_fte_month") == (10, pytest.approx(10 / 31), "below")
    assert of(service(work=notes("I0", "A", 10))).in_progress is False


def test_cover_work_is_the_work_of_who_did_it_whoever_looks() -> None:
    """I1 covers for a child who was never theirs: I1 sees the same number of notes as the manager does."""
    store = service(iros=[{"iro_id": "I0"}, {"iro_id": "I1"}], work=notes("I1", "A", 3))
    mine = of(store, "I1", viewer=Viewer(Role.IRO, iro_id="I1"))
    assert month(mine, "case_notes_per_fte_month")[0] == 3
    assert mine.lines == of(store, "I1").lines
    assert month(of(store), "case_notes_per_fte_month")[0] == 0
    assert mine.caseload.empty


def test_months_before_any_work_was_on_record_are_empty_and_not_counted() -> None:
    """The service began to record notes in February: the year is its two months, not twelve."""
    store = service(work=notes("I0", "A", 20, date(2026, 2, 1)) + notes("I0", "A", 22))
    line = of(store).lines["case_notes_per_fte_month"]
    assert [one.reading.value for one in line.months][-3:] == [None, 20, 22]
    assert line.year is not None
    assert (line.year.numerator, line.year.denominator) == (42, 2)


def test_what_is_counted_at_a_months_end_has_no_year() -> None:
    store = service(reviews=held("A", date(2026, 1, 20)))
    lines = of(store).lines
    assert lines["caseload_per_fte"].year is None
    assert lines["caseload_per_fte"].month.reading.numerator == 1
    assert lines["reviews_held_on_time"].year is not None


def test_steps_after_reviews_of_the_month_may_not_all_be_owed_yet() -> None:
    store = service(reviews=held("A", date(2026, 3, 20)))
    lines = of(store).lines
    assert not lines["letter_in_20_days"].all_owed
    assert lines["report_2_days_before"].all_owed
    assert of(store, month=date(2026, 2, 1)).lines["letter_in_20_days"].all_owed


# -- colleagues


def colleagues(number: int) -> Engine:
    """I0 with 45 notes beside so many colleagues, with 10, 20, 30 ... notes."""
    iros = [{"iro_id": f"I{one}"} for one in range(number + 1)]
    work = notes("I0", "A", 31) + notes("I0", "B", 14)
    for one in range(1, number + 1):
        work += notes(f"I{one}", "A", min(one * 10, 31)) + notes(f"I{one}", "B", max(one * 10 - 31, 0))
    return service(children=("A", "B"), iros=iros, work=work)


def test_colleagues_are_the_middle_half_of_their_figures_without_ones_own() -> None:
    found = of(colleagues(5)).lines["case_notes_per_fte_month"].month.colleagues
    assert found is not None
    assert (found.low, found.middle, found.high, found.colleagues) == (20, 30, 40, 5)


def test_no_range_is_shown_of_so_few_colleagues_that_it_would_be_somebodys() -> None:
    line = of(colleagues(4)).lines["case_notes_per_fte_month"]
    assert line.month.colleagues is None
    assert line.month.reading.value == 45


def test_an_iro_sees_the_range_of_colleagues_whose_rows_they_may_not_see() -> None:
    store = colleagues(5)
    assert of(store, viewer=OWN).lines == of(store).lines


def test_nobody_is_set_beside_colleagues_by_late_reviews() -> None:
    lines = of(colleagues(5)).lines
    assert all(lines[key].colleagues is None for key in lines if "on_time" in key or "late" in key)


def test_a_share_of_few_children_is_left_out_of_the_range() -> None:
    """Each of five colleagues has one child: a share of one child is no figure to stand beside."""
    iros = [{"iro_id": f"I{one}"} for one in range(6)]
    children = [f"C{one}" for one in range(6)]
    allocated = [
        {"child_id": child, "iro_id": f"I{number}", "from_date": STARTED}
        for number, child in enumerate(children)
    ]
    store = service(children=children, iros=iros, allocations=allocated, work=notes("I1", "C1", 1))
    lines = of(store).lines
    assert lines["children_seen_in_six_weeks"].month.colleagues is None
    assert lines["caseload_per_fte"].month.colleagues is not None


# -- who may look


def test_an_iro_has_their_own_practice_and_nobody_elses() -> None:
    store = service(iros=[{"iro_id": "I0"}, {"iro_id": "I1"}])
    assert practice(store, OWN, "LOCAL", "I0", AS_AT, AS_AT) is not None
    assert practice(store, OWN, "LOCAL", "I1", AS_AT, AS_AT) is None


def test_a_team_manager_sees_no_iros_practice() -> None:
    manager = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    store = service(
        teams=[{"team_id": "T1", "team_name": "Team"}],
        team_allocations=[{"child_id": "A", "team_id": "T1", "from_date": STARTED}],
    )
    assert practice(store, manager, "LOCAL", "I0", AS_AT, AS_AT) is None


def test_an_iro_whom_the_data_does_not_have_has_no_practice() -> None:
    assert practice(service(), SERVICE_VIEWER, "LOCAL", "nobody", AS_AT, AS_AT) is None


# -- the caseload


def test_the_child_longest_untouched_comes_first_and_cover_counts_for_the_child() -> None:
    store = service(
        children=("A", "B"), iros=[{"iro_id": "I0"}, {"iro_id": "I1"}],
        work=notes("I0", "A", 1, date(2025, 12, 1)) + notes("I1", "B", 1, date(2026, 3, 2)),
        reviews=held("B", date(2026, 1, 20), chaired_by="I0"),
    )  # fmt: skip
    rows = of(store).caseload
    assert list(rows["child_id"]) == ["A", "B"]
    assert list(rows["last_touch"]) == ["case_note", "case_note"]
    assert list(rows["last_touch_by"]) == ["I0", "I1"]
    assert list(rows["days_untouched"]) == [120, 29]


def test_a_review_is_told_before_the_note_of_the_same_day() -> None:
    day = date(2026, 3, 1)
    store = service(work=notes("I0", "A", 1, day), reviews=held("A", day, chaired_by="I0"))
    assert list(of(store).caseload["last_touch"]) == ["review"]


def test_a_child_who_has_just_come_is_untouched_only_since_then() -> None:
    came = AS_AT - timedelta(days=3)
    store = service(
        iros=[{"iro_id": "I0"}, {"iro_id": "I1"}],
        allocations=[
            {"child_id": "A", "iro_id": "I1", "from_date": STARTED, "to_date": came - timedelta(days=1)},
            {"child_id": "A", "iro_id": "I0", "from_date": came},
        ],
    )
    (row,) = of(store).caseload.to_dict("records")
    assert (row["with_iro_since"], row["days_untouched"], row["last_touch_on"]) == (came, 3, None)


# -- late reviews


def test_a_late_review_says_where_the_reason_lies_and_whether_it_was_agreed_beforehand() -> None:
    in_time = held("A", date(2025, 1, 31), date(2025, 4, 30))
    late = held("A", date(2025, 11, 10), late_reason="LR04", late_agreed_on=date(2025, 10, 28))
    (row,) = of(service(reviews=in_time + late)).late_reviews.to_dict("records")
    assert (row["due_on"], row["days_late"]) == (date(2025, 10, 30), 11)
    assert (row["lies"], row["agreed"]) == ("With the child's team", "beforehand")


def test_a_late_review_without_a_reason_lies_with_nobody() -> None:
    found = of(service(reviews=held("A", date(2025, 1, 31), date(2025, 5, 6)))).late_reviews
    (row,) = found[found["outcome"] == "late"].to_dict("records")
    assert (row["lies"], row["agreed"]) == ("No reason recorded", "not on record")


# -- what has changed, and what was recorded


def test_what_has_changed_since_a_day_is_who_came_who_left_and_what_was_done() -> None:
    store = service(
        children=("A", "B"), iros=[{"iro_id": "I0"}, {"iro_id": "I1"}],
        allocations=[
            {"child_id": "A", "iro_id": "I0", "from_date": date(2026, 3, 20)},
            {"child_id": "B", "iro_id": "I0", "from_date": STARTED, "to_date": date(2026, 3, 19)},
            {"child_id": "B", "iro_id": "I1", "from_date": date(2026, 3, 20)},
        ],
        work=notes("I0", "A", 5),
    )  # fmt: skip
    changed = of(store, since=date(2026, 3, 3)).changed
    assert (changed.came, changed.left) == (("A",), ("B",))
    assert changed.done["case_notes_per_fte_month"].numerator == 2  # the notes of the 4th and 5th


def test_without_a_supervision_the_last_four_weeks_are_told() -> None:
    assert of(service()).changed.since == date(2026, 3, 3)


def test_a_review_that_became_overdue_is_newly_red() -> None:
    store = service(reviews=held("A", date(2025, 1, 31), date(2025, 4, 30), date(2025, 9, 15)))
    changed = of(store, since=date(2026, 3, 15)).changed  # due on 15 March
    assert changed.newly_red == ("A",)
    assert not changed.since_supervision


def test_a_child_who_came_overdue_is_not_newly_overdue_with_whom_they_came_to() -> None:
    store = service(
        reviews=held("A", date(2025, 1, 31), date(2025, 4, 30), date(2025, 9, 15)),
        iros=[{"iro_id": "I0"}, {"iro_id": "I1"}],
        allocations=[
            {"child_id": "A", "iro_id": "I1", "from_date": STARTED, "to_date": date(2026, 3, 25)},
            {"child_id": "A", "iro_id": "I0", "from_date": date(2026, 3, 26)},
        ],
    )  # fmt: skip
    changed = of(store, since=date(2026, 3, 20)).changed  # overdue since 15 March, with a colleague
    assert (changed.came, changed.came_red, changed.newly_red) == (("A",), ("A",), ())


def test_an_informal_escalation_has_no_day_on_which_a_formal_process_ends() -> None:
    raised = {"child_id": "A", "iro_id": "I0", "raised_on": date(2026, 3, 2), "theme": "services"}
    store = service(
        escalations=[
            raised | {"escalation_id": "E1", "stage": "informal"},
            raised | {"escalation_id": "E2", "stage": "formal_1"},
        ]
    )
    ends = dict(zip(*(of(store).escalations[name] for name in ("stage", "deadline_on")), strict=True))
    assert ends == {"informal": None, "formal_1": date(2026, 3, 30)}


def test_a_child_in_short_breaks_is_in_the_caseload_and_said_to_be_in_no_figure_about_children() -> None:
    store = service(
        children=("A", "B"),
        legal_statuses=[{"child_id": "B", "from_date": STARTED, "legal_status": "V4"}],
    )
    found = of(store)
    assert (len(found.caseload), found.in_short_breaks) == (2, 1)
    assert found.lines["caseload_per_fte"].month.reading.numerator == 1


def said(store: Engine, kind: EntryKind, about: date, **other: Any) -> Entry:
    child = other.pop("child_id", None)
    iro = other.pop("iro_id", "I0")
    return keep(
        store, SERVICE_VIEWER, Entry("LOCAL", child, kind, about, iro_id=iro, **other), by="Manager", at=NOW
    )


def test_actions_stay_open_from_supervision_to_supervision_until_they_are_closed() -> None:
    store = service()
    first = said(store, EntryKind.SUPERVISION, date(2026, 3, 2), said="Caseload", who="Both")
    action = said(
        store, EntryKind.ACTION, date(2026, 3, 2), part_of=first.entry_id, said="Visit", who="IRO",
        due_on=date(2026, 3, 20),
    )  # fmt: skip
    said(store, EntryKind.SUPERVISION, date(2026, 3, 30), said="Again", who="Both")
    found = of(store).records
    assert [one.held_on for one in found.supervisions] == [date(2026, 3, 30), date(2026, 3, 2)]
    assert [one.said for one in found.supervisions[0].carried] == ["Visit"]
    assert [(one.agreed_on, one.entry.is_overdue(AS_AT)) for one in found.open_actions] == [
        (date(2026, 3, 2), True)
    ]
    keep(store, SERVICE_VIEWER, replace(action, is_open=False), by="Manager", at=NOW)
    closed = of(store)
    assert closed.records.open_actions == ()
    assert (closed.changed.since, closed.changed.since_supervision) == (date(2026, 3, 30), True)
    assert [one.said for one in closed.changed.actions_closed] == ["Visit"]


def test_actions_from_the_tracker_about_the_iros_children_are_among_the_open_ones() -> None:
    store = service(
        children=("A", "B"), allocations=[{"child_id": "A", "iro_id": "I0", "from_date": STARTED}]
    )
    for child in ("A", "B"):
        said(store, EntryKind.ACTION, STARTED, child_id=child, iro_id=None, said=f"Book {child}", who="Team",
             due_on=date(2026, 4, 10))  # fmt: skip
    assert [one.entry.said for one in of(store).records.open_actions] == ["Book A"]


def test_what_is_recorded_about_one_iro_is_not_on_another_iros_page() -> None:
    store = service(iros=[{"iro_id": "I0"}, {"iro_id": "I1"}])
    said(store, EntryKind.OBSERVATION, date(2026, 3, 3), said="Warm and clear", who="Manager")
    assert of(store).records.observed_in_a_year == 1
    assert of(store, "I1").records.observations == ()


def test_the_next_supervision_is_four_weeks_after_the_last() -> None:
    store = service()
    assert of(store).records.next_by is None
    said(store, EntryKind.SUPERVISION, date(2026, 3, 2), said="Caseload", who="Both")
    assert of(store).records.next_by == date(2026, 3, 30)
