"""The tracker's page: every child by state, and what is recorded about one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER
from data_access.recorded.entries import Entry, EntryKind, entries, keep
from data_access.store.opening import open_store
from tests import small_service
from tests.doors import load_world
from tests.screens import field, opened, press, said, shown

PAGE = "pages/weekly/tracker/page.py"


@pytest.fixture
def page(full: str) -> AppTest:
    return opened(PAGE)


def sought(page: AppTest, child: str) -> AppTest:
    return shown(page.text_input(key="sought").set_value(child).run())


def recorded(url: str) -> list[tuple[str, str, str | None]]:
    found = entries(open_store(url), SERVICE_VIEWER, "LOCAL")
    return [(one.child_id, one.kind, one.said) for one in found]


def test_the_worst_stand_first_and_the_counts_are_those_of_the_rows(page):
    rows = page.dataframe[0].value
    assert set(rows["Child"][:3]) == small_service.OVERDUE
    counted = list(page.button_group[0].options)
    assert any("overdue 3" in option for option in counted), counted
    assert sum(int(option.rsplit(" ", 1)[1]) for option in counted) == len(rows) == 24
    assert "3 reviews are overdue and 1 booked late" in said(page)


def test_of_records_to_check_alone_what_to_check_stands_beside_the_state(full):
    world = small_service.full()
    gone_by = small_service.AS_AT - timedelta(days=4)
    called = {"child_id": "C04", "review_status": "booked", "review_id": "G1", "booked_for": gone_by}
    load_world(world | {"reviews": [*world["reviews"], called]}, as_at=small_service.AS_AT,
               engine=open_store(full))  # fmt: skip
    rows = opened(PAGE, state="check_the_record").dataframe[0].value
    assert list(rows)[:4] == ["Child", "State", "What to check", "Booking that went by"]
    assert list(rows["What to check"]) == ["a booking went by with nothing recorded"]


def test_children_in_short_breaks_are_told_apart_as_other_pages_leave_them_out(page, full):
    assert "24 children, worst state first" in said(page)
    world = small_service.full()
    start = {one["child_id"]: one["started_on"] for one in world["care_periods"]}
    breaks = [
        {"child_id": child, "from_date": start[child], "legal_status": "V4"} for child in ("C05", "C06")
    ]
    load_world({**world, "legal_statuses": breaks}, as_at=small_service.AS_AT, engine=open_store(full))
    assert "24 children, 2 of them in a series of short breaks, worst state first" in said(opened(PAGE))


def test_a_state_that_a_link_names_shows_its_children_alone(full):
    page = opened(PAGE, state="overdue")
    assert set(page.dataframe[0].value["Child"]) == small_service.OVERDUE
    assert page.query_params["state"] == "overdue"


def test_a_child_is_found_by_identifier_which_never_enters_the_url(page):
    sought(page, "c01")
    assert "Child C01" in [heading.value for heading in page.subheader]
    assert "1 child. Click" in said(page), "of one alone no order is spoken of"
    assert "C01" not in str(page.query_params)


def test_an_identifier_that_fits_nobody_is_said(page):
    sought(page, "nobody")
    assert "No child looked after on this day" in said(page)


def test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full):
    sought(page, "C01")
    field(page, "Your name").set_value("Practice manager")
    field(page, "What is to be done").set_value("book it")
    field(page, "Who does it").set_value("Ben Carter")
    field(page, "By when").set_value("2026-11-27")
    press(page, "Save")
    assert recorded(full) == [("C01", EntryKind.ACTION, "book it")]
    assert "book it. Ben Carter, by Fri 27 Nov 2026" in said(page)
    assert field(page, "What is to be done").value == ""


def test_what_is_missing_is_said_and_what_was_typed_stays(page, full):
    sought(page, "C01")
    field(page, "What is to be done").set_value("book it")
    press(page, "Save")
    assert "Say who you are" in said(page)
    assert field(page, "What is to be done").value == "book it"
    assert recorded(full) == []


def test_what_is_done_is_closed_and_can_be_opened_again(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    for label, after in (("Close", False), ("Open again", True)):
        (button,) = [one for one in page.button if one.label == label]
        shown(button.click().run())
        (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
        assert entry.is_open is after


def test_of_two_browsers_the_second_to_change_an_entry_is_told(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    other = sought(opened(PAGE), "C01")
    field(other, "Your name").set_value("Deputy").run()
    for app in (other, page):
        (button,) = [one for one in app.button if one.label == "Close"]
        shown(button.click().run())
    assert "Deputy changed this" in said(page)
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert (entry.version, entry.recorded_by) == (2, "Deputy")


def test_what_an_entry_says_is_changed_from_what_it_said_and_both_are_kept(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    press(page, "Change")
    (said_before,) = [one for one in page.text_area if one.value == "book it"]
    said_before.set_value("book it for Friday")
    press(page, "Save the change")
    assert recorded(full) == [("C01", EntryKind.ACTION, "book it for Friday")]
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert (entry.version, entry.who) == (2, "Ben Carter")
    assert "book it. Ben Carter" in said(page), "the earlier version is shown"
    assert not [one for one in page.button if one.label == "Save the change"]


def test_what_was_typed_stays_when_somebody_else_changed_the_entry_first(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    other = sought(opened(PAGE), "C01")
    field(other, "Your name").set_value("Deputy").run()
    for app, text in ((other, "book it for Monday"), (page, "book it for Friday")):
        press(app, "Change")
        (typed,) = [one for one in app.text_area if one.value == "book it"]
        typed.set_value(text)
    press(other, "Save the change")
    press(page, "Save the change")
    assert "Deputy changed this" in said(page)
    assert "book it for Monday" in said(page)
    assert [one.value for one in page.text_area if "Friday" in one.value] == ["book it for Friday"]
    press(page, "Save the change")
    assert recorded(full) == [("C01", EntryKind.ACTION, "book it for Friday")]


def test_a_reason_for_an_earlier_review_is_not_offered_against_what_the_extract_says_of_this_one(full):
    engine = open_store(full)
    late = Entry("LOCAL", "C01", EntryKind.LATE_REASON, date(2026, 3, 2), code="LR04", said="came late")
    keep(engine, SERVICE_VIEWER, late, by="Practice manager", at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    engine.dispose()
    page = sought(opened(PAGE), "C01")
    assert "came late" in said(page)
    assert "Let this count, not the extract" not in [button.label for button in page.button]


def test_a_change_that_is_left_changes_nothing(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    press(page, "Change")
    press(page, "Leave it as it is")
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert entry.version == 1


def test_an_earlier_day_can_be_looked_at_but_not_written_to(full):
    page = sought(opened(PAGE, as_at="2026-11-02"), "C01")
    assert "Choose the latest day to record something" in said(page)
    assert not [one for one in page.button if one.label == "Save"]


def test_the_return_alone_says_what_the_states_cannot_rest_on(url, tmp_path):
    small_service.load_return(url, tmp_path)
    page = opened(PAGE)
    assert "What this data cannot say" in [heading.value for heading in page.subheader]
    assert "each counts as not booked" in said(page)
    assert "Missing" not in page.dataframe[0].value
    assert "Missing" not in [box.label for box in page.selectbox], "it tells of nothing missing"


@pytest.mark.parametrize("question", [PAGE, "pages/weekly/overview/page.py"])
def test_no_child_is_counted_in_a_state_that_the_return_alone_cannot_tell(url, tmp_path, question):
    small_service.load_return(url, tmp_path)
    (states,) = [one.value for one in opened(question).table if "A week before" in one.value]
    counted = {row["State"].split(" ", 1)[1]: list(row[1:]) for _, row in states.iterrows()}
    for untold in ("booked late", "report missing"):
        assert counted.pop(untold) == ["not in this data", "", ""]
    assert counted["overdue"][0] == "4"
    assert all(number.isdigit() for number, _, _ in counted.values())


@pytest.mark.parametrize("question", [PAGE, "pages/weekly/overview/page.py"])
def test_none_is_counted_in_every_state_that_the_data_can_tell(full, question):
    (states,) = [one.value for one in opened(question).table if "A week before" in one.value]
    assert set(states["Children"].str.isdigit()) == {True}


def hold_the_review_of_c01(url: str) -> None:
    """A newer extract in which the overdue review of C01 was held."""
    world = small_service.full()
    held = {
        "review_id": "R-new", "child_id": "C01", "review_status": "held", "held_on": small_service.AS_AT,
    }  # fmt: skip
    engine = open_store(url)
    load_world(
        {**world, "reviews": [*world["reviews"], held]},
        as_at=small_service.AS_AT + timedelta(days=1), engine=engine,
    )  # fmt: skip


def test_what_is_written_while_a_load_closes_the_review_is_about_the_review_that_was_seen(page, full):
    sought(page, "C01")
    field(page, "Your name").set_value("Practice manager")
    (kind,) = [one for one in page.selectbox if one.label == "Record"]
    shown(kind.set_value(EntryKind.LATE_REASON).run())
    hold_the_review_of_c01(full)
    (reason,) = [one for one in page.selectbox if one.label == "Reason"]
    reason.set_value("LR04")
    press(page, "Save")
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert (entry.code, entry.about_on) == ("LR04", date(2026, 4, 20)), "the day that review opened"
    assert "Newer data came in" not in said(page), "what is written next is about the review that is open now"


def test_whoever_writes_is_told_that_newer_data_came_in_and_can_turn_to_the_review_open_now(page, full):
    sought(page, "C01")
    hold_the_review_of_c01(full)
    shown(page.run())
    assert "Newer data came in while you had this child open" in said(page)
    assert "as you saw it, due Tue 20 Oct 2026" in said(page)
    press(page, "Write about the review that is open now")
    assert "Newer data came in" not in said(page)


def test_a_child_who_leaves_the_list_while_open_stays_open_until_what_is_typed_is_saved(page, full):
    sought(page, "C01")
    world = small_service.full()
    ended = [
        {**period, "ended_on": small_service.AS_AT} if period["child_id"] == "C01" else period
        for period in world["care_periods"]
    ]
    engine = open_store(full)
    load_world({**world, "care_periods": ended}, as_at=small_service.AS_AT + timedelta(days=1), engine=engine)
    field(page, "Your name").set_value("Practice manager")
    field(page, "What is to be done").set_value("write to the carer")
    field(page, "Who does it").set_value("Ben Carter")
    field(page, "By when").set_value("2026-11-27")
    press(page, "Save")
    assert recorded(full) == [("C01", EntryKind.ACTION, "write to the carer")]
    assert "not among those shown here any more" in said(page)


def test_of_two_who_change_an_entry_one_closing_it_neither_change_is_lost(page, full):
    test_an_action_is_recorded_with_who_and_by_when_and_the_fields_are_empty_again(page, full)
    other = sought(opened(PAGE), "C01")
    field(other, "Your name").set_value("Deputy").run()
    press(page, "Change")
    (typed,) = [one for one in page.text_area if one.value == "book it"]
    typed.set_value("book it for Friday")
    press(other, "Close")
    press(page, "Save the change")
    assert "Deputy changed this" in said(page)
    press(page, "Save the change")
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert (entry.said, entry.is_open, entry.version) == ("book it for Friday", False, 3)
