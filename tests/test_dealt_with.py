"""The Monday page counts every child by state, and says whether actions and concerns were dealt with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from data_access.people.viewer import SERVICE_VIEWER
from data_access.recorded.entries import Entry, EntryKind, keep
from data_access.store.opening import open_store
from tests import small_service
from tests.doors import load_world
from tests.screens import alts, opened, said

PAGE = "pages/weekly/overview/page.py"
OPENED = date(2026, 4, 20)
AT = datetime(2026, 11, 19, 9, tzinfo=UTC)
BEFORE = small_service.AS_AT - timedelta(days=1)
QUESTION = "Were actions and concerns dealt with?"


def record(url: str, entry: Entry, *, at: datetime = AT) -> Entry:
    return keep(open_store(url), SERVICE_VIEWER, entry, by="Sam Khan", at=at)


def action(child: str, due_on: date) -> Entry:
    said = "Book the review"
    return Entry("LOCAL", child, EntryKind.ACTION, OPENED, said=said, who="Ben Carter", due_on=due_on)


def concern(child: str) -> Entry:
    return Entry("LOCAL", child, EntryKind.CONCERN, OPENED, said="No social worker")


def test_what_is_open_is_counted_and_what_is_overdue_comes_first(full):
    record(full, concern("C01"))
    record(full, action("C02", small_service.AS_AT + timedelta(days=7)))
    record(full, action("C00", BEFORE))
    page = opened(PAGE)
    assert QUESTION in said(page)
    assert "2 actions and 1 concern are open. 1 action is overdue, since Thu 19 Nov" in said(page)
    (rows,) = [one.value for one in page.dataframe if "By when" in one.value]
    assert list(rows["Child"]) == ["C00", "C02", "C01"]


def test_what_was_closed_in_the_last_week_is_counted_and_what_was_closed_before_is_not(full):
    for child, closed in (("C00", AT), ("C01", AT - timedelta(days=20))):
        kept = record(full, action(child, BEFORE), at=AT - timedelta(days=30))
        record(full, replace(kept, is_open=False), at=closed)
    assert "No action or concern is open. 1 was closed in the last week." in said(opened(PAGE))


def test_of_one_team_only_what_is_recorded_about_its_children_is_followed_up(full):
    record(full, action("C00", BEFORE))
    assert "1 action is open." in said(opened(PAGE, team=small_service.TEAMS["T1"]))
    assert "No action or concern is open." in said(opened(PAGE, team=small_service.TEAMS["T2"]))


def test_what_supervision_and_audits_agreed_is_followed_up_too_and_said_to_be_theirs(full):
    agreed = {"said": "Write to the child", "who": "Amara Obi", "due_on": BEFORE}
    supervision = Entry("LOCAL", None, EntryKind.SUPERVISION, OPENED, who="Both", said="x", iro_id="I1")
    held = record(full, supervision)
    audit = record(
        full, Entry("LOCAL", None, EntryKind.AUDIT, OPENED, code="either", who="Head of QA", said="Why")
    )
    kept = record(
        full,
        Entry("LOCAL", None, EntryKind.ACTION, OPENED, iro_id="I1", part_of=held.entry_id, **agreed),
    )
    record(full, Entry("LOCAL", None, EntryKind.ACTION, OPENED, part_of=audit.entry_id, **agreed))
    page = opened(PAGE)
    assert "2 actions are open. 2 actions are overdue" in said(page)
    (rows,) = [one.value for one in page.dataframe if "By when" in one.value]
    assert sorted(rows["What"]) == ["Action, supervision of Amara Obi", "Action, targeted audit"]
    assert "1 action is open" in said(opened(PAGE, iro="Amara Obi"))
    other = next(name for iro, name in small_service.IROS.items() if iro != "I1")
    assert "No action or concern is open." in said(opened(PAGE, iro=other))
    assert "No action or concern is open." in said(opened(PAGE, team=small_service.TEAMS["T1"]))
    record(full, replace(kept, is_open=False))
    assert "1 action is open." in said(opened(PAGE))


def with_an_absence(url: str) -> date:
    """The day last week on which a child was absent, without a reason and met by the IRO, in a new store."""
    world, held_on = small_service.full(), small_service.AS_AT - timedelta(days=2)
    absent = {
        "review_id": "X1", "child_id": "C20", "review_status": "held", "held_on": held_on,
        "participation_code": "PN7", "child_seen_on": held_on,
    }  # fmt: skip
    reviews = [{"non_attendance_reason": None} | one for one in [*world["reviews"], absent]]
    reviews[0] = reviews[0] | {"participation_code": "PN7", "non_attendance_reason": "NA01"}
    load_world(world | {"reviews": reviews}, as_at=small_service.AS_AT, engine=open_store(url))
    return held_on


def test_an_absence_whose_reason_was_recorded_here_is_not_said_to_have_none(url):
    held_on = with_an_absence(url)
    assert "1 child was not at the review, 1 of them without a reason recorded" in said(opened(PAGE))
    record(url, Entry("LOCAL", "C20", EntryKind.ABSENCE_REASON, held_on, code="NA05"))
    page = opened(PAGE)
    assert "1 child was not at the review:" in said(page)
    (rows,) = [one.value for one in page.dataframe if "Why the child was not there" in one.value]
    assert list(rows["Why the child was not there"]) == ["NA05 - missing"]


def test_where_absences_are_counted_the_list_gives_the_reasons_that_the_count_is_of(url):
    held_on = with_an_absence(url)
    record(url, Entry("LOCAL", "C20", EntryKind.ABSENCE_REASON, held_on, code="NA04"))
    page = opened("pages/quality/participation/page.py", period="This year so far")
    assert "At 1 absence of 1 the child and the IRO met" in said(page)
    assert "that reason already" not in said(page)
    assert "No reason recorded" in alts(page)


def test_the_monday_page_counts_every_child_in_one_state_with_last_weeks_count(full):
    page = opened(PAGE)
    (states,) = [one.value for one in page.table if "A week before" in one.value]
    assert states["Children"].astype(int).sum() == len(small_service.NAMES)
    overdue = states[states["State"].str.contains("overdue")].iloc[0]
    assert (overdue["Children"], overdue["A week before"], overdue["Change"]) == ("3", "3", "0")


def test_the_weeks_ahead_that_hold_too_many_reviews_are_counted_by_iro(full):
    """Each has a fifth of full time, so holds one review a week, and seven or eight on 27 November."""
    assert "3 IROs have a week with too many: " in said(opened(PAGE))
