"""What is known of one child on any day: last seen when and by whom, what is next, what is outstanding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from data_access.child import child_record, find_children
from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, keep
from metrics.child import ChildNow, KnownChild, child_now, known_child, said
from tests import small_service
from tests.doors import load_world

AS_AT = small_service.AS_AT
MIDWAYS_FROM = date(2026, 8, 1)


def world(**more: list[dict[str, Any]]) -> dict[str, Any]:
    """The small service, with rows more of some kinds."""
    full = dict(small_service.full())
    return full | {kind: [*full.get(kind, []), *rows] for kind, rows in more.items()}


@pytest.fixture(scope="module")
def store() -> Engine:
    done = {"child_id": "C09", "iro_id": "I2"}
    return load_world(
        world(
            activities=[
                done | {"activity_id": "X1", "activity_kind": "child_contact", "done_on": date(2026, 9, 9)},
                done | {"activity_id": "X2", "activity_kind": "case_note", "done_on": date(2026, 11, 12)},
            ],
            escalations=[
                {"escalation_id": "E1", "child_id": "C10", "raised_on": date(2026, 10, 1),
                 "stage": "formal_1", "theme": "savings"},
                {"escalation_id": "E2", "child_id": "C10", "raised_on": date(2026, 9, 1), "stage": "informal",
                 "theme": "safety", "resolved_on": date(2026, 11, 10)},
                {"escalation_id": "E3", "child_id": "C10", "raised_on": date(2026, 9, 1), "stage": "informal",
                 "theme": "good_practice"},
            ],
        ),
        as_at=AS_AT,
    )  # fmt: skip


def of(store: Engine, child_id: str, as_at: date = AS_AT, viewer: Viewer = SERVICE_VIEWER) -> KnownChild:
    return known_child(store, viewer, "LOCAL", child_id, as_at, midways_from=MIDWAYS_FROM)


def now(store: Engine, child_id: str, as_at: date = AS_AT) -> ChildNow:
    found = child_now(of(store, child_id, as_at))
    assert found is not None
    return found


def outstanding(store: Engine, child_id: str, as_at: date = AS_AT) -> dict[str, str]:
    return {one.what: one.said for one in now(store, child_id, as_at).outstanding}


def test_a_contact_by_another_iro_is_the_last_day_the_child_was_seen_and_says_by_whom(store):
    seen = now(store, "C09").seen
    assert seen is not None
    assert (seen.on, seen.by, seen.how) == (date(2026, 9, 9), "I2", "contact with the child")


def test_a_note_or_a_midway_review_is_work_on_the_record_and_does_not_say_that_anyone_saw_the_child(store):
    found = now(store, "C09")
    assert found.looked_at is not None
    assert found.seen is not None
    assert (found.looked_at.on, found.looked_at.how) == (date(2026, 11, 12), "case note")
    assert found.seen.on < found.looked_at.on


def test_a_review_the_child_was_at_counts_and_one_they_were_not_at_does_not(store):
    there = now(store, "C12", date(2026, 6, 10)).seen
    assert there is not None
    assert (there.on, there.how) == (small_service.LATEST_REVIEW, "at the review")
    # PN5 on 18 February: views sent, the child not there; the IRO had seen the child a week before
    sent = now(store, "C12", date(2026, 3, 1)).seen
    assert sent is not None
    assert (sent.on, sent.how) == (date(2026, 2, 11), "about the review")


def test_a_review_that_was_called_off_was_not_held_though_a_day_stands_beside_it() -> None:
    called_off = {"review_id": "X", "child_id": "C09", "booked_for": AS_AT, "held_on": AS_AT}
    for status in ("booked", "cancelled"):
        changed = load_world(world(reviews=[called_off | {"review_status": status}]), as_at=AS_AT)
        assert AS_AT not in {review.held_on for review in of(changed, "C09").record.reviews}


def test_what_happened_after_the_day_is_not_yet_known_on_it(store):
    before = now(store, "C09", date(2026, 9, 8))
    assert before.seen is not None
    assert before.seen.on == small_service.LATEST_REVIEW
    assert of(store, "C10", date(2026, 9, 30)).record.escalations[-1].resolved_on is None  # type: ignore[union-attr]


def test_an_overdue_review_is_outstanding_since_it_was_due(store):
    assert outstanding(store, "C00")["Review"] == "overdue for 31 days: it was due on Tue 20 Oct 2026"


def test_a_review_booked_too_late_and_one_not_booked_in_time_are_outstanding(store):
    late = outstanding(store, "C03")["Review"]
    assert late == "booked for Mon 7 Dec 2026, after the day it is due (Mon 30 Nov 2026)"
    assert outstanding(store, "C04")["Review"] == "not booked: it is due on Mon 30 Nov 2026"
    assert "Review" not in outstanding(store, "C12")


def test_of_the_escalations_those_open_are_outstanding_and_good_practice_is_not(store):
    assert (
        outstanding(store, "C10")["Escalation"]
        == "open for 50 days, since Thu 1 Oct 2026: savings (formal 1)"
    )
    assert [one.what for one in now(store, "C10").outstanding].count("Escalation") == 1


def test_a_midway_review_is_overdue_only_where_midway_reviews_are_on_record_by_then() -> None:
    full = dict(small_service.full())
    full["activities"] = [
        row for row in full["activities"]
        if (row["child_id"], row["activity_kind"]) != ("C12", "midway_review")
    ]  # fmt: skip
    engine = load_world(full, as_at=AS_AT)
    assert outstanding(engine, "C12")["Midway review"] == "overdue for 82 days: it was due on Sun 30 Aug 2026"
    for since in (None, date(2026, 10, 1)):
        found = known_child(engine, SERVICE_VIEWER, "LOCAL", "C12", AS_AT, midways_from=since)
        assert found.midways == ()
        now = child_now(found)
        assert now is not None
        assert now.outstanding == ()


def test_a_midway_review_belongs_to_the_duty_in_which_it_was_done(store):
    assert [(one.due_on, one.held_on, one.outcome) for one in of(store, "C12").midways] == [
        (date(2026, 8, 30), date(2026, 8, 15), "on_time")
    ]


def test_actions_concerns_and_untold_changes_recorded_here_are_outstanding_while_they_are_open() -> None:
    engine = load_world(small_service.full(), as_at=AS_AT)
    opened = date(2026, 5, 30)
    for entry in (
        Entry("LOCAL", "C12", EntryKind.ACTION, opened, said="ring the school", who="Ben", due_on=AS_AT),
        Entry("LOCAL", "C12", EntryKind.CONCERN, opened, said="settling"),
        Entry("LOCAL", "C12", EntryKind.CHANGE, opened, code="SC12", happened_on=date(2026, 11, 2)),
    ):
        kept = keep(engine, SERVICE_VIEWER, entry, by="Manager", at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert outstanding(engine, "C12") == {
        "Significant change": "the IRO was not told of what happened on Mon 2 Nov 2026",
        "Action": "to be done by Fri 20 Nov 2026",
        "Concern": "recorded on Fri 20 Nov 2026",
    }
    closed = replace(kept, is_open=False)
    keep(engine, SERVICE_VIEWER, closed, by="Manager", at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert "Significant change" not in outstanding(engine, "C12")


def test_the_sentence_names_who_saw_the_child_what_is_next_and_how_much_is_outstanding(store):
    assert said(now(store, "C09"), small_service.IROS) == (
        "Child C09 was last seen or spoken with by Ben Carter on Wed 9 Sep 2026, 72 days ago (contact with "
        "the child). The next review is due on Mon 30 Nov 2026 and is booked for Fri 27 Nov 2026. Nothing is "
        "outstanding."
    )


def test_the_sentence_says_that_the_social_worker_saw_the_child_since() -> None:
    world = small_service.full()
    seen = next(
        row for row in world["reviews"] if row["child_id"] == "C09" and row["review_status"] == "booked"
    )
    visited = seen | {"social_worker_visit_on": date(2026, 11, 13)}
    reviews = [visited if row is seen else row for row in world["reviews"]]
    engine = load_world({**world, "reviews": reviews}, as_at=AS_AT)
    assert said(now(engine, "C09"), small_service.IROS).startswith(
        "Child C09 was last seen or spoken with by Amara Obi on Sat 30 May 2026, 174 days ago (at the "
        "review), and by the social worker on Fri 13 Nov 2026, 7 days ago. The next review "
    )


def test_the_sentence_of_a_child_who_has_left_care_says_since_when() -> None:
    left = dict(small_service.full())
    left["care_periods"] = [
        row | ({"ended_on": date(2026, 10, 2)} if row["child_id"] == "C12" else {})
        for row in left["care_periods"]
    ]
    words = said(now(load_world(left, as_at=AS_AT), "C12"), {})
    assert "The child has not been looked after since Fri 2 Oct 2026, so no review is due." in words


def test_the_names_of_the_childs_iros_are_told_to_a_team_manager_of_the_child_and_to_no_other(store):
    theirs, other = (Viewer(Role.TEAM_MANAGER, team_ids=frozenset({team})) for team in ("T2", "T1"))
    record = child_record(store, theirs, "LOCAL", "C09", AS_AT)
    assert record is not None
    assert record.iros == {"I1": "Amara Obi", "I2": "Ben Carter"}
    assert child_record(store, other, "LOCAL", "C09", AS_AT) is None
    assert find_children(store, other, "LOCAL", "C09") == []


def test_a_child_is_found_by_the_child_in_every_table_and_no_authority_is_read(store):
    asked: list[tuple[str, Any]] = []

    def remember(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    event.listen(store, "before_cursor_execute", remember)
    of(store, "C10")
    event.remove(store, "before_cursor_execute", remember)
    assert len(asked) > 10
    with store.connect() as connection:
        for statement, parameters in asked:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                if step.startswith(("SCAN", "SEARCH")) and step.split()[1] not in _NO_CHILDREN:
                    assert any(f"{name}=?" in step for name in _FINDS_FEW), f"{step}\n{statement}"


_FINDS_FEW = ("child_id", "duty_id", "review_id", "escalation_id", "entry_id")
_NO_CHILDREN = ("authorities", "load_files", "CONSTANT", "iros", "teams")
"""Tables without rows of children."""
