"""Dip samples: drawn again the same, weighted as they say, from the IRO's own recent work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, EntryProblem, entries, keep, keep_together, new_id
from metrics.practice.dip_sample import (
    LATE,
    MIDWAY,
    NOT_ATTENDED,
    RANDOM,
    RECORD,
    REVIEW,
    UNTOUCHED,
    Work,
    drawn,
    drawn_from,
    recent_work,
    sample_entries,
    weight,
)
from metrics.practice.forms import DIP_SAMPLE, QUESTIONS, form_of
from tests import small_service
from tests.doors import load_world
from tests.one_iro import held, notes, service

ON = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


def reviews(number: int, *, late: int = 0) -> list[Work]:
    first = date(2026, 1, 5)
    return [Work(first + timedelta(days=one), f"C{one}", REVIEW, late=one < late) for one in range(number)]


def test_the_same_seed_and_work_give_the_same_sample_whatever_the_order() -> None:
    work = reviews(30)
    sample = drawn(work, RANDOM, "seed", 5, ON)
    assert drawn(list(reversed(work)), RANDOM, "seed", 5, ON) == sample
    assert len(sample) == 5
    assert drawn(work, RANDOM, "another seed", 5, ON) != sample


def test_a_known_seed_draws_known_records_on_every_machine() -> None:
    assert [one.child_id for one in drawn(reviews(30), RANDOM, "2026-03-31", 3, ON)] == ["C6", "C11", "C25"]


def test_work_that_comes_later_leaves_the_rest_of_the_sample_as_it_was() -> None:
    before = drawn(reviews(30), RANDOM, "seed", 5, ON)
    after = drawn(reviews(31), RANDOM, "seed", 5, ON)
    assert len(set(before) & set(after)) >= 4


def test_of_less_work_than_asked_for_all_is_drawn() -> None:
    assert drawn(reviews(3), LATE, "seed", 5, ON) == reviews(3)


def test_a_late_review_is_five_times_as_likely_to_be_drawn_first_but_others_are_drawn_too() -> None:
    """Of ten reviews two are late: 2 x 5 of 2 x 5 + 8 x 1 first draws, that is 10 of 18."""
    work = reviews(10, late=2)
    first = [drawn(work, LATE, f"seed {number}", 1, ON)[0].late for number in range(3000)]
    assert sum(first) / len(first) == pytest.approx(10 / 18, abs=0.03)
    alike = [drawn(work, RANDOM, f"seed {number}", 1, ON)[0].late for number in range(3000)]
    assert sum(alike) / len(alike) == pytest.approx(2 / 10, abs=0.03)


def test_weights_are_what_the_sample_says() -> None:
    assert weight(Work(ON, "A", REVIEW, late=True), LATE, ON) == 5
    assert weight(Work(ON, "A", REVIEW, late=True), NOT_ATTENDED, ON) == 1
    assert weight(Work(ON, "A", REVIEW, not_attended=True), NOT_ATTENDED, ON) == 5
    assert weight(Work(ON, "A", RECORD, untouched=84), UNTOUCHED, ON) == 3


def test_work_is_what_the_iro_chaired_and_did_in_the_last_three_months() -> None:
    """I0's: a review chaired, and a midway review. A colleague chaired another; December is too long ago."""
    midway = {**notes("I0", "A", 1, date(2026, 2, 2))[0], "activity_kind": "midway_review"}
    store = service(
        children=("A", "B"), iros=[{"iro_id": "I0"}, {"iro_id": "I1"}], work=[midway],
        reviews=[
            *held("A", date(2026, 3, 2), chaired_by="I0", participation_code="PN5"),
            *held("A", date(2025, 12, 1), chaired_by="I0"),
            *held("B", date(2026, 3, 3), chaired_by="I1"),
        ],
    )  # fmt: skip
    work = recent_work(store, SERVICE_VIEWER, "LOCAL", "I0", ON, RANDOM)
    assert [(one.kind, one.on) for one in work] == [(MIDWAY, date(2026, 2, 2)), (REVIEW, date(2026, 3, 2))]
    assert [one.not_attended for one in work] == [False, True]
    assert [one.kind for one in recent_work(store, SERVICE_VIEWER, "LOCAL", "I0", ON, LATE)] == [REVIEW]
    assert drawn_from(work) == "1 review and 1 midway review from Mon 2 Feb 2026 to Mon 2 Mar 2026"
    records = recent_work(store, SERVICE_VIEWER, "LOCAL", "I0", ON, UNTOUCHED)
    assert sorted((one.child_id, one.untouched) for one in records) == [("A", 29), ("B", 28)]


def test_a_sample_is_kept_whole_with_its_seed_and_survives_a_load_that_changes_the_work() -> None:
    engine = load_world(small_service.full(), as_at=small_service.AS_AT)
    later = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    work = recent_work(engine, SERVICE_VIEWER, "LOCAL", "I1", small_service.AS_AT, UNTOUCHED)
    asked = Entry(
        "LOCAL", None, EntryKind.SAMPLE, small_service.AS_AT, code=UNTOUCHED, iro_id="I1", entry_id=new_id()
    )
    sample, records = sample_entries(asked, work, "42", 3, small_service.AS_AT)
    keep_together(engine, SERVICE_VIEWER, [sample, *records], by="Manager", at=later)
    gone = records[0].child_id
    world = {
        kind: [row for row in rows if row.get("child_id") != gone]
        for kind, rows in small_service.full().items()
    }
    load_world(world, as_at=small_service.AS_AT, engine=engine)
    found = entries(engine, SERVICE_VIEWER, "LOCAL", iro_id="I1")
    assert [one.kind for one in found].count(EntryKind.SAMPLED) == 3
    assert gone in {one.child_id for one in found}
    (kept,) = [one for one in found if one.kind is EntryKind.SAMPLE]
    assert (kept.answer("Seed"), kept.answer("Records asked for")) == ("42", "3")
    assert kept.answer("Drawn from") == "the records of 7 children"  # C06 has no IRO


def test_a_sample_is_for_the_iro_and_the_service_and_no_other_iro() -> None:
    store = service(iros=[{"iro_id": "I0"}, {"iro_id": "I1"}])
    keep(
        store, SERVICE_VIEWER, Entry("LOCAL", None, EntryKind.SAMPLE, ON, code=RANDOM, iro_id="I0"),
        by="Manager", at=NOW,
    )  # fmt: skip
    assert len(entries(store, Viewer(Role.IRO, iro_id="I0"), "LOCAL")) == 1
    assert entries(store, Viewer(Role.IRO, iro_id="I1"), "LOCAL") == []
    assert entries(store, Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"})), "LOCAL") == []


def test_an_iro_reads_what_is_recorded_about_their_practice_and_does_not_record_it() -> None:
    sample = Entry("LOCAL", None, EntryKind.SAMPLE, ON, code=RANDOM, iro_id="I0")
    with pytest.raises(EntryProblem, match="practice manager's"):
        keep(service(), Viewer(Role.IRO, iro_id="I0"), sample, by="I0", at=NOW)


def test_of_entries_kept_together_none_is_kept_where_one_cannot_stand() -> None:
    store = service()
    good = Entry("LOCAL", None, EntryKind.SAMPLE, ON, code=RANDOM, iro_id="I0")
    bad = Entry("LOCAL", None, EntryKind.SAMPLE, ON, code="by taste", iro_id="I0")
    with pytest.raises(EntryProblem, match="Choose how the sample is drawn"):
        keep_together(store, SERVICE_VIEWER, [good, bad], by="Manager", at=NOW)
    assert entries(store, SERVICE_VIEWER, "LOCAL") == []


def test_a_sample_without_its_seed_could_not_be_drawn_again_and_is_refused() -> None:
    store = service()
    asked = Entry("LOCAL", None, EntryKind.SAMPLE, ON, code=RANDOM, iro_id="I0", entry_id=new_id())
    sample, records = sample_entries(asked, reviews(9), " ", 3, ON)
    with pytest.raises(EntryProblem, match="Give a seed"):
        keep_together(store, SERVICE_VIEWER, [sample, *records], by="Manager", at=NOW)
    assert entries(store, SERVICE_VIEWER, "LOCAL") == []


def test_the_manager_writes_the_form_and_without_one_it_is_the_services_own() -> None:
    store = service()
    assert form_of(entries(store, SERVICE_VIEWER, "LOCAL"), DIP_SAMPLE) == (QUESTIONS[DIP_SAMPLE], None)
    mine = Entry("LOCAL", None, EntryKind.FORM, ON, answers=(("1", "Was it kind?"), ("2", "Was it clear?")))
    kept = keep(store, SERVICE_VIEWER, mine, by="Manager", at=NOW)
    assert form_of(entries(store, SERVICE_VIEWER, "LOCAL"), DIP_SAMPLE) == (
        ("Was it kind?", "Was it clear?"),
        kept,
    )
    with pytest.raises(EntryProblem, match="at least one question"):
        keep(store, SERVICE_VIEWER, Entry("LOCAL", None, EntryKind.FORM, ON), by="Manager", at=NOW)


def test_a_reading_says_what_was_read() -> None:
    store = service()
    asked = Entry("LOCAL", None, EntryKind.SAMPLE, ON, code=RANDOM, iro_id="I0", entry_id=new_id())
    sample, (record,) = sample_entries(asked, [Work(ON, "A", RECORD)], "1", 1, ON)
    keep_together(store, SERVICE_VIEWER, [sample, record], by="Manager", at=NOW)
    (unread,) = [one for one in entries(store, SERVICE_VIEWER, "LOCAL") if one.kind is EntryKind.SAMPLED]
    with pytest.raises(EntryProblem, match="what was read"):
        keep(store, SERVICE_VIEWER, replace(unread, answers=(("What was read", " "),)), by="M", at=NOW)
