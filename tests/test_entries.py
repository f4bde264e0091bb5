"""What people record here: kept with who and when, never lost to a load or to someone else's change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select, update

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.reading import authorities_in
from data_access.recorded.entries import (
    ChangedMeanwhile,
    Entry,
    EntryKind,
    EntryProblem,
    entries,
    history,
    keep,
)
from data_access.store import schema
from data_access.store.opening import open_store, writing
from metrics.counting.calculate import Selection, measure_rows, members
from metrics.tracker import open_duties
from tests.doors import load_world
from tests.stored import made_by_an_older_version

AS_AT = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
OPENED = date(2025, 7, 1)
"""The last review of child A: the next is due on 1 January 2026."""


def world(**review: Any) -> dict[str, list[dict[str, Any]]]:
    booked = {"review_id": "R3", "child_id": "A", "review_status": "booked", "booked_for": date(2026, 1, 20)}
    return {
        "children": [{"child_id": "A", "date_of_birth": date(2014, 1, 1)}],
        "care_periods": [{"child_id": "A", "started_on": date(2025, 3, 4)}],
        "iros": [
            {"iro_id": iro_id, "iro_name": name, "started_on": date(2020, 1, 1)}
            for iro_id, name in (("I1", "Amara Obi"), ("I2", "Ben Carter"))
        ],
        "iro_allocations": [{"child_id": "A", "iro_id": "I1", "from_date": date(2025, 3, 4)}],
        "reviews": [
            {"review_id": "R1", "child_id": "A", "review_status": "held", "held_on": date(2025, 4, 1)},
            {"review_id": "R2", "child_id": "A", "review_status": "held", "held_on": OPENED},
            booked | review,
        ],
    }


@pytest.fixture
def store() -> Engine:
    return load_world(world(), as_at=AS_AT)


def reason(code: str = "LR04", **other: Any) -> Entry:
    return Entry("LOCAL", "A", EntryKind.LATE_REASON, OPENED, code=code, **other)


def kept(engine: Engine, entry: Entry, **other: Any) -> Entry:
    return keep(engine, SERVICE_VIEWER, entry, **({"by": "Practice manager", "at": NOW} | other))


def read(engine: Engine, **other: Any) -> list[Entry]:
    return entries(engine, SERVICE_VIEWER, "LOCAL", **other)


def of_child(engine: Engine, as_at: date = AS_AT) -> dict[str, Any]:
    rows = open_duties(engine, SERVICE_VIEWER, Selection("LOCAL", as_at, as_at, as_at))
    found: dict[str, Any] = rows.iloc[0].to_dict()
    return found


def test_an_entry_shows_who_made_it_and_when(store: Engine) -> None:
    stored = kept(store, reason(said="  report two weeks late "))
    assert read(store) == [stored]
    assert (stored.recorded_by, stored.recorded_at, stored.said) == (
        "Practice manager", NOW, "report two weeks late",
    )  # fmt: skip


def test_a_change_is_a_further_version_and_the_first_can_still_be_read(store: Engine) -> None:
    first = kept(store, reason())
    second = kept(store, replace(first, code="LR10"), by="Deputy")
    assert read(store) == [second]
    assert history(store, SERVICE_VIEWER, "LOCAL", first.entry_id) == [first, second]


def test_what_is_closed_can_be_opened_again(store: Engine) -> None:
    concern = kept(store, Entry("LOCAL", "A", EntryKind.CONCERN, OPENED, said="no contact since June"))
    closed = kept(store, replace(concern, is_open=False))
    assert [entry.is_open for entry in read(store)] == [False]
    kept(store, replace(closed, is_open=True))
    assert [entry.is_open for entry in read(store)] == [True]
    assert authorities_in(store)[0].entries == 3


def test_of_two_who_change_the_same_entry_the_second_is_told_and_nothing_is_lost(store: Engine) -> None:
    seen = kept(store, reason())
    theirs = kept(store, replace(seen, code="LR10"), by="Deputy")
    with pytest.raises(ChangedMeanwhile, match="Deputy changed this") as told:
        kept(store, replace(seen, code="LR06"))
    assert told.value.theirs == theirs
    assert read(store) == [theirs]
    kept(store, replace(told.value.theirs, code="LR06"))
    assert [entry.code for entry in history(store, SERVICE_VIEWER, "LOCAL", seen.entry_id)] == [
        "LR04", "LR10", "LR06",
    ]  # fmt: skip


def test_no_load_touches_what_was_recorded_here(store: Engine) -> None:
    stored = kept(store, reason())
    load_world(world(late_reason="LR06"), as_at=AS_AT, engine=store)
    assert read(store) == [stored]


def test_an_action_says_who_does_it_and_by_when(store: Engine) -> None:
    action = Entry("LOCAL", "A", EntryKind.ACTION, OPENED, said="book the review")
    with pytest.raises(EntryProblem, match="who will do it and by when"):
        kept(store, action)
    kept(store, replace(action, who="Team manager", due_on=date(2026, 3, 9)))
    assert len(read(store)) == 1


def test_an_action_is_not_due_before_the_day_it_was_agreed(store: Engine) -> None:
    action = Entry("LOCAL", "A", EntryKind.ACTION, OPENED, said="book the review", who="Team manager")
    with pytest.raises(EntryProblem, match="choose Mon 2 Mar 2026 or a later day"):
        kept(store, replace(action, due_on=AS_AT - timedelta(days=1)))
    held = kept(store, SUPERVISED)
    agreed = replace(action, part_of=held.entry_id, about_on=held.about_on)
    with pytest.raises(EntryProblem, match="choose Mon 23 Feb 2026 or a later day"):
        kept(store, replace(agreed, due_on=date(2026, 2, 22)))
    kept(store, replace(agreed, due_on=date(2026, 2, 23)))
    on_the_day = kept(store, replace(action, due_on=AS_AT))
    with pytest.raises(EntryProblem, match="choose Mon 2 Mar 2026"):
        kept(store, replace(on_the_day, due_on=AS_AT - timedelta(days=1)), at=NOW + timedelta(days=9))
    assert len(read(store)) == 3


def test_an_action_due_before_it_was_agreed_that_is_on_record_can_still_be_closed(store: Engine) -> None:
    action = Entry("LOCAL", "A", EntryKind.ACTION, OPENED, said="book it", who="A. Obi", due_on=AS_AT)
    stored = kept(store, action)
    with writing(store) as connection:
        connection.execute(update(schema.entries).values(due_on=OPENED))
    closed = kept(store, replace(stored, due_on=OPENED, is_open=False), at=NOW + timedelta(days=9))
    assert read(store) == [closed]


@pytest.mark.parametrize("code", ["LR99", None, "PN1"])
def test_a_reason_is_one_of_the_list_and_other_says_what(store: Engine, code: str | None) -> None:
    with pytest.raises(EntryProblem):
        kept(store, reason(code))  # type: ignore[arg-type]
    assert read(store) == []


def test_an_agreement_after_the_due_date_is_refused_unless_it_is_marked_retrospective(store: Engine) -> None:
    late = Entry(
        "LOCAL", "A", EntryKind.AGREEMENT, OPENED, who="Practice manager", happened_on=date(2026, 1, 2)
    )
    due = date(2026, 1, 1)
    with pytest.raises(EntryProblem, match=r"due on Thu 1 Jan 2026.*retrospective"):
        kept(store, late, duty_due_on=due)
    kept(store, replace(late, happened_on=due), duty_due_on=due)
    kept(store, replace(late, retrospective=True), duty_due_on=due)
    assert len(read(store)) == 2


def test_a_significant_change_is_of_the_list_and_the_iro_is_told_after_it(store: Engine) -> None:
    change = Entry(
        "LOCAL", "A", EntryKind.CHANGE, OPENED, code="SC12", happened_on=date(2026, 2, 20),
        told_on=date(2026, 2, 19),
    )  # fmt: skip
    with pytest.raises(EntryProblem, match="cannot have been told before"):
        kept(store, change)
    kept(store, replace(change, told_on=None))
    assert [entry.told_on for entry in read(store)] == [None]


def test_nobody_is_named_in_what_an_entry_is_refused_with(store: Engine) -> None:
    with pytest.raises(EntryProblem) as problem:
        kept(store, replace(reason("LR99"), child_id="SECRET"))
    assert "SECRET" not in str(problem.value)


def test_an_earlier_week_shows_what_had_been_recorded_by_then(store: Engine) -> None:
    monday = kept(store, reason(), at=datetime(2026, 2, 16, 9, tzinfo=UTC))
    kept(store, replace(monday, code="LR10"), at=datetime(2026, 2, 23, 9, tzinfo=UTC))
    assert [entry.code for entry in read(store, as_at=date(2026, 2, 20))] == ["LR04"]
    assert read(store, as_at=date(2026, 2, 13)) == []


def test_what_is_recorded_after_the_last_load_shows_as_at_that_load(store: Engine) -> None:
    kept(store, reason(), at=datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert [entry.code for entry in read(store, as_at=AS_AT)] == ["LR04"]


def test_an_iro_reads_what_is_recorded_about_their_own_children_alone(store: Engine) -> None:
    kept(store, reason())
    assert len(entries(store, Viewer(Role.IRO, iro_id="I1"), "LOCAL")) == 1
    assert entries(store, Viewer(Role.IRO, iro_id="I2"), "LOCAL") == []


def test_the_tracker_shows_a_reason_recorded_here_where_the_extract_has_none(store: Engine) -> None:
    assert of_child(store)["late_reason"] is None
    kept(store, reason("LR07"))
    assert of_child(store)["late_reason"] == "LR07"


def test_where_both_give_a_reason_the_extracts_counts_until_someone_settles_it() -> None:
    store = load_world(world(late_reason="LR06"), as_at=AS_AT)
    mine = kept(store, reason("LR07"))
    assert of_child(store)["late_reason"] == "LR06"
    kept(store, replace(mine, prevails=True))
    assert of_child(store)["late_reason"] == "LR07"


def test_why_a_child_was_not_there_is_as_the_extract_says_until_someone_settles_it(store: Engine) -> None:
    mine = Entry("LOCAL", "A", EntryKind.ABSENCE_REASON, OPENED, code="NA05")
    kept(store, replace(mine, about_on=date(2025, 4, 1)))
    assert of_child(store)["last_absence_reason"] is None, "that was the review before"
    kept(store, mine)
    assert of_child(store)["last_absence_reason"] == "NA05"
    told = world()
    told["reviews"][1]["non_attendance_reason"] = "NA01"
    store = load_world(told, as_at=AS_AT)
    mine = kept(store, mine)
    assert of_child(store)["last_absence_reason"] == "NA01"
    kept(store, replace(mine, prevails=True))
    assert of_child(store)["last_absence_reason"] == "NA05"


def test_a_reason_for_the_last_review_is_none_for_this_one(store: Engine) -> None:
    kept(store, replace(reason(), about_on=date(2025, 3, 28)))
    assert of_child(store)["late_reason"] is None


def test_an_overdue_review_whose_record_is_wrong_stays_overdue(store: Engine) -> None:
    kept(store, Entry("LOCAL", "A", EntryKind.RECORD_WRONG, OPENED, said="was held in time"))
    assert of_child(store)["state"] == "overdue"


def test_a_child_whose_last_review_is_marked_wrong_is_to_be_checked() -> None:
    store = load_world(world(booked_for=date(2025, 12, 15)), as_at=date(2025, 12, 1))
    before = date(2025, 12, 1)
    assert of_child(store, before)["state"] == "on_track"
    wrong = kept(store, Entry("LOCAL", "A", EntryKind.RECORD_WRONG, OPENED, said="held on 30 June"))
    assert of_child(store, before)["state"] == "check_the_record"
    kept(store, replace(wrong, is_open=False))
    assert of_child(store, before)["state"] == "on_track"


def test_postgresql_keeps_versions_apart_the_same_way(postgres: Engine) -> None:
    load_world(world(), as_at=AS_AT, engine=postgres)
    seen = kept(postgres, reason())
    kept(postgres, replace(seen, code="LR10"), by="Deputy")
    with pytest.raises(ChangedMeanwhile):
        kept(postgres, replace(seen, code="LR06"))
    assert of_child(postgres)["late_reason"] == "LR10"


def test_a_store_of_the_version_before_gets_the_table(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/old.sqlite"
    engine = open_store(url)
    made_by_an_older_version(engine, "0001")
    assert not inspect(engine).has_table("entries")
    with open_store(url).connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.entries)).scalar_one() == 0


def measured(engine: Engine, key: str, as_at: date = AS_AT) -> tuple[float, float]:
    year = Selection("LOCAL", date(2025, 4, 1), date(2026, 3, 31), as_at)
    row = measure_rows(engine, SERVICE_VIEWER, year, [key]).iloc[0]
    behind = members(engine, SERVICE_VIEWER, key, year)
    assert len(behind) == row["numerator"]
    return row["numerator"], row["denominator"]


def test_an_overdue_review_is_explained_by_a_reason_recorded_here(store: Engine) -> None:
    assert measured(store, "late_reviews_explained") == (0, 1)
    mine = kept(store, reason())
    assert measured(store, "late_reviews_explained") == (1, 1)
    kept(store, replace(mine, is_open=False))
    assert measured(store, "late_reviews_explained") == (0, 1)


def test_once_it_is_held_the_reason_recorded_while_it_was_overdue_still_explains_it(store: Engine) -> None:
    kept(store, reason())
    held = world(review_status="held", held_on=date(2026, 1, 20))
    load_world(held, as_at=AS_AT, engine=store)
    assert measured(store, "late_reviews_explained") == (1, 1)
    load_world(world(), as_at=AS_AT, engine=store)


def test_seen_from_before_it_was_recorded_nothing_is_explained(store: Engine) -> None:
    kept(store, reason())
    assert measured(store, "late_reviews_explained", date(2026, 2, 27)) == (0, 1)


def test_agreement_recorded_here_counts_where_the_extract_has_none_or_once_it_is_settled() -> None:
    held = world(review_status="held", held_on=date(2026, 1, 20))
    store = load_world(held, as_at=AS_AT)
    agreed = Entry(
        "LOCAL", "A", EntryKind.AGREEMENT, OPENED, who="Practice manager", happened_on=date(2025, 12, 30)
    )
    mine = kept(store, agreed)
    assert measured(store, "late_reviews_agreed") == (1, 1)
    held["reviews"][-1]["late_agreed_on"] = date(2026, 1, 15)
    load_world(held, as_at=AS_AT, engine=store)
    assert measured(store, "late_reviews_agreed") == (0, 1)
    kept(store, replace(mine, prevails=True))
    assert measured(store, "late_reviews_agreed") == (1, 1)


def test_what_two_people_record_while_an_extract_is_loaded_is_all_kept(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/busy.sqlite"
    load_world(world(), as_at=AS_AT, engine=open_store(url))

    def record(who: str) -> None:
        for number in range(5):
            concern = Entry("LOCAL", "A", EntryKind.CONCERN, OPENED, said=f"{who} {number}")
            kept(open_store(url), concern, by=who)

    def reload() -> None:
        for day in (3, 4, 5):
            load_world(world(late_reason=f"LR0{day}"), as_at=date(2026, 3, day), engine=open_store(url))

    with ThreadPoolExecutor(max_workers=3) as pool:
        work = [pool.submit(reload), pool.submit(record, "Manager"), pool.submit(record, "Deputy")]
        for one in work:
            one.result()
    assert {entry.said for entry in read(open_store(url))} == {
        f"{who} {number}" for who in ("Manager", "Deputy") for number in range(5)
    }
    assert of_child(open_store(url), date(2026, 3, 5))["late_reason"] == "LR05"


# About an IRO's practice, and about the service

SUPERVISED = Entry(
    "LOCAL",
    None,
    EntryKind.SUPERVISION,
    date(2026, 2, 23),
    iro_id="I1",
    who="Manager, A. Obi",
    said="Caseload.",
)


def test_a_supervision_its_actions_and_what_was_read_belong_together_and_survive_a_load(
    store: Engine,
) -> None:
    held = kept(store, SUPERVISED)
    action = Entry(
        "LOCAL", None, EntryKind.ACTION, date(2026, 2, 23), said="Book with the team", who="A. Obi",
        due_on=date(2026, 3, 20), iro_id="I1", part_of=held.entry_id,
    )  # fmt: skip
    sample = kept(store, Entry("LOCAL", None, EntryKind.SAMPLE, date(2026, 3, 2), code="random", iro_id="I1"))
    read_there = Entry(
        "LOCAL", "A", EntryKind.SAMPLED, OPENED, code="review", iro_id="I1", part_of=sample.entry_id,
        answers=(("What was read", "A"), ("The child's voice is heard", "Good"), ("The plan is clear", "")),
        said="Clear and kind.",
    )  # fmt: skip
    kept(store, action)
    kept(store, read_there)
    load_world(world(), as_at=AS_AT, engine=store)
    assert sorted(entry.kind for entry in read(store, iro_id="I1")) == [
        "action", "sample", "sampled", "supervision",
    ]  # fmt: skip
    (found,) = read(store, kinds=[EntryKind.SAMPLED])
    assert found.answer("The child's voice is heard") == "Good"
    assert found.part_of == sample.entry_id


def test_what_is_about_an_iros_practice_is_for_that_iro_and_the_service_alone(store: Engine) -> None:
    kept(store, SUPERVISED)
    kept(store, reason())
    kept(
        store, Entry("LOCAL", None, EntryKind.REBASE, date(2026, 1, 1), code="reviews_held", said="New team")
    )

    def kinds_seen_by(viewer: Viewer) -> set[EntryKind]:
        return {entry.kind for entry in entries(store, viewer, "LOCAL")}

    about_the_child = {EntryKind.LATE_REASON}
    assert kinds_seen_by(Viewer(Role.IRO, "I1")) == {EntryKind.SUPERVISION} | about_the_child
    assert kinds_seen_by(Viewer(Role.IRO, "I2")) == set()
    assert kinds_seen_by(Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))) == set()
    assert len(kinds_seen_by(SERVICE_VIEWER)) == 3


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (replace(SUPERVISED, said=" "), "Say in a few words what was discussed."),
        (replace(SUPERVISED, who=None), "Say who was there."),
        (replace(SUPERVISED, about_on=date(2026, 3, 3)), "That day is still to come"),
        (replace(SUPERVISED, kind=EntryKind.SAMPLE, code="best"), "Choose how the sample is drawn."),
        (replace(SUPERVISED, kind=EntryKind.REBASE, iro_id=None, said=None), "Say what changed"),
    ],
)  # fmt: skip
def test_what_cannot_stand_about_practice_is_refused_in_words(
    store: Engine, entry: Entry, message: str
) -> None:
    with pytest.raises(EntryProblem, match=message):
        kept(store, entry)
    assert read(store) == []


def test_an_entry_about_nobody_is_a_fault_of_the_page(store: Engine) -> None:
    with pytest.raises(ValueError, match="whom it is about"):
        kept(store, replace(SUPERVISED, iro_id=None))
