"""The supervision's screen: one IRO's practice, and what is recorded of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, entries, keep
from data_access.store.opening import open_store
from metrics.practice.forms import DIP_SAMPLE, QUESTIONS
from pages.footprint.iro import answer as answers
from pages.pieces.pieces import Text
from tests import small_service
from tests.doors import load_world
from tests.screens import field, opened, press, said, view_of

PAGE = "pages/footprint/iro/page.py"


def table(page: AppTest, column: str):
    (found,) = [one.value for one in page.dataframe if column in one.value]
    return found


def test_with_nobody_chosen_the_page_says_whom_to_choose_by_name(full):
    page = opened(PAGE)
    assert "Choose an IRO first" in said(page)
    names = [one.label for one in page.button if one.key.startswith("choose_")]
    assert names == ["Amara Obi", "Ben Carter", "Chris Dunn"]
    words = said(press(page, "Ben Carter"))
    assert "with Ben Carter on Fri 20 Nov 2026" in words


def test_what_is_late_among_an_iros_children_is_a_click_away(full):
    page = opened(PAGE, iro="Amara Obi")
    (link,) = [one.proto for one in page.get("page_link") if "overdue or booked late" in one.proto.label]
    number = int(link.label.split()[1])
    assert f"{number} reviews are overdue or booked late" in said(page)
    tracker = opened("pages/weekly/tracker/page.py", iro="Amara Obi")
    states = list(tracker.dataframe[0].value["State"])
    assert sum("overdue" in state or "booked late" in state for state in states) == number


def test_the_month_is_the_last_whole_one_and_says_what_was_done(full):
    words = said(opened(PAGE, iro="Amara Obi"))
    assert "In October 2026, 0.2 of a month of full-time work, Amara Obi chaired no reviews" in words
    # A note a month on each of eight children, but on C00 none.
    assert "7 case notes (35.0 for each full-time month: below the range of 40 to 50)" in words


def test_a_month_that_is_chosen_is_the_month_that_is_shown(full):
    assert "In May 2026," in said(opened(PAGE, iro="Amara Obi", period="May 2026"))


def test_this_year_so_far_shows_the_month_in_progress_pro_rata(full):
    words = said(opened(PAGE, iro="Amara Obi", period="This year so far"))
    assert "In November 2026 so far, 0.13 of a month of full-time work" in words  # 0.2 x 20 of 30 days


def test_the_caseload_begins_with_the_child_longest_untouched(full):
    rows = table(opened(PAGE, iro="Amara Obi"), "Days since")
    assert len(rows) == 7  # every third child but C06, who has no IRO
    assert list(rows["Days since"]) == sorted(rows["Days since"], reverse=True)
    assert rows["Child"].iloc[0] == "C00"


def test_state_last_touch_next_review_and_next_midway_stand_where_no_scrolling_hides_them(full):
    shown = table(opened(PAGE, iro="Amara Obi"), "Last worked on")
    assert list(shown)[:6] == [
        "Child", "State", "Last worked on", "Days since", "Due", "Midway review due"
    ]  # fmt: skip


def test_late_reviews_say_where_the_reason_lies_and_set_nobody_beside_others(full):
    page = opened(PAGE, iro="Ben Carter")
    assert "No reason recorded" in set(table(page, "Where the reason lies")["Where the reason lies"])
    assert "No colleagues stand beside it" in said(page)
    assert "were not on time, by where the reason lies:" in said(page)
    shown = list(table(page, "Where the reason lies"))
    letters = sum(len(name) for name in shown[shown.index("Days late") : shown.index("Agreed") + 1])
    assert letters <= 62, "as many as fit beside the days, so that no heading is cut off"


def test_where_a_reason_lies_is_said_once_and_none_late_in_words(url):
    world = small_service.full()
    reviews = [
        review | ({"late_reason": "LR04"} if review["review_id"] == "R-C07-2026-02-27" else {})
        for review in world["reviews"]
    ]
    load_world({**world, "reviews": reviews}, as_at=small_service.AS_AT, engine=open_store(url))
    late = table(opened(PAGE, iro="Ben Carter"), "Where the reason lies").set_index("Child")
    assert late.loc["C07", "Where the reason lies"] == "With the child's team"
    assert late.loc["C07", "Reason for lateness"] == "Social work report not completed"

    def held(as_at):
        words = said(opened(PAGE, iro="Ben Carter", as_at=as_at))
        return next(line for line in words.splitlines() if "of their children held" in line)

    assert held("2026-03-10") == "- 7 reviews of their children held, 1 late"
    assert held("2026-06-10") == "- 7 reviews of their children held, none late"
    assert held("2026-10-31") == "- No reviews of their children held"


def test_colleagues_so_few_that_they_could_be_named_are_not_shown(full):
    words = said(opened(PAGE, iro="Amara Obi"))
    assert "Colleagues are too few for a range without names" in words
    assert "half the colleagues" not in words


def test_a_child_in_short_breaks_explains_why_the_figures_have_fewer_children(url):
    engine = open_store(url)
    world = small_service.full()
    breaks = [{"child_id": "C12", "from_date": date(2024, 1, 1), "legal_status": "V4"}]
    load_world({**world, "legal_statuses": breaks}, as_at=small_service.AS_AT, engine=engine)
    pages = [said(opened(PAGE, iro=name)) for name in small_service.IROS.values()]
    why = (
        r"(\d+) children were with .* 1 of the \1 is in a series of short breaks: the figures about children"
    )
    assert [bool(re.search(why, one)) for one in pages].count(True) == 1


def test_an_empty_store_says_how_to_fill_it(url):
    open_store(url).dispose()
    assert "There is no data yet" in said(opened(PAGE))


def test_a_return_without_iros_says_what_to_load(url, tmp_path):
    small_service.load_return(url, tmp_path)
    page = opened(PAGE)
    assert "This data names no IROs" in said(page)
    assert not page.metric


def test_an_iro_who_looks_has_their_own_page_whoever_is_chosen(full):
    view = view_of(full, Viewer(Role.IRO, iro_id="I2"))
    found = answers.practice(view)
    assert found is not None
    assert found.iro.name == "Ben Carter"
    assert set(view.iros) == {"I2"}


def test_a_team_manager_is_told_whom_the_page_is_for(full):
    view = view_of(full, Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"})))
    assert answers.practice(view) is None
    text = [piece.markdown for piece in answers.what_to_choose(view) if isinstance(piece, Text)]
    assert text == ["##### This page is for IROs and for those who supervise them."]


# -- what is recorded


def recorded(url: str, kind: EntryKind) -> list[Entry]:
    return [one for one in entries(open_store(url), SERVICE_VIEWER, "LOCAL") if one.kind is kind]


def supervised() -> AppTest:
    """A supervision of Amara Obi, with an action about one of her children."""
    page = opened(PAGE, iro="Amara Obi")
    field(page, "Your name").set_value("Petra Manager")
    field(page, "Held on").set_value(date(2026, 11, 10))
    field(page, "Who was there").set_value("Amara and Petra")
    field(page, "What was discussed").set_value("The caseload, and drift for two children")
    page = press(page, "Save")
    field(page, "About a child (if it is)").set_value("C03")
    field(page, "What is to be done").set_value("Escalate the placement")
    field(page, "Who does it").set_value("Amara")
    field(page, "By when").set_value(date(2026, 11, 19))
    return press(page, "Agree this action")


def test_a_supervision_with_an_agreed_action_is_kept_and_the_action_is_open_and_overdue(full):
    words = said(supervised())
    assert "The last supervision was on Tue 10 Nov 2026" in words
    assert "1 action is open](#supervision)" in words
    assert "Supervision of Tue 10 Nov 2026 · child C03 · ▲ overdue" in words
    (action,) = recorded(full, EntryKind.ACTION)
    (supervision,) = recorded(full, EntryKind.SUPERVISION)
    assert (action.part_of, action.iro_id, action.child_id) == (supervision.entry_id, "I1", "C03")
    assert (supervision.recorded_by, supervision.who) == ("Petra Manager", "Amara and Petra")


def test_an_action_due_before_its_supervision_is_not_taken_and_what_was_typed_stays(full):
    page = supervised()
    field(page, "What is to be done").set_value("Ask for the plan")
    field(page, "Who does it").set_value("Amara")
    field(page, "By when").set_value(date(2026, 11, 9))
    page = press(page, "Agree this action")
    assert "before the day it was agreed: choose Tue 10 Nov 2026 or a later day." in said(page)
    assert field(page, "What is to be done").value == "Ask for the plan"
    assert len(recorded(full, EntryKind.ACTION)) == 1


def test_an_action_that_is_closed_is_open_no_more_and_stays_with_its_supervision(full):
    page = press(supervised(), "Close")
    assert "No action is open" in said(page)
    assert "Escalate the placement. Amara, by Thu 19 Nov 2026 (closed on" in said(page)


def test_an_action_that_was_closed_by_mistake_can_be_opened_again(full):
    page = press(supervised(), "Close")
    assert [one.label for one in page.expander if one.label.startswith("Closed since")] == [
        "Closed since Tue 10 Nov 2026: 1"
    ]
    page = press(page, "Open again")
    assert "1 action is open](#supervision)" in said(page)
    (action,) = recorded(full, EntryKind.ACTION)
    assert (action.is_open, action.version) == (True, 3)


def test_what_is_missing_is_said_and_what_was_typed_stays(full):
    page = opened(PAGE, iro="Amara Obi")
    field(page, "Your name").set_value("Petra Manager")
    field(page, "What was discussed").set_value("The caseload")
    page = press(page, "Save")
    assert "Say who was there" in said(page)
    assert field(page, "What was discussed").value == "The caseload"
    assert recorded(full, EntryKind.SUPERVISION) == []


def test_of_two_who_change_a_supervision_the_second_is_told_and_loses_nothing(full):
    page = press(supervised(), "Change", 1)
    (before,) = recorded(full, EntryKind.SUPERVISION)
    theirs = replace(before, said="Something else")
    keep(open_store(full), SERVICE_VIEWER, theirs, by="Head of QA", at=datetime.now(tz=UTC))
    mine = next(one for one in page.text_area if one.value.startswith("The caseload"))
    mine.set_value("The caseload, and leave")
    page = press(page, "Save the change")
    assert "Head of QA changed this" in said(page)
    page = press(page, "Save the change")
    (after,) = recorded(full, EntryKind.SUPERVISION)
    assert (after.said, after.version) == ("The caseload, and leave", 3)


def drawn(way: str = "untouched", number: int = 2) -> AppTest:
    page = opened(PAGE, iro="Amara Obi")
    field(page, "Your name").set_value("Petra Manager")
    field(page, "How it is drawn").set_value(way)
    field(page, "How many records").set_value(number)
    field(page, "Seed").set_value("20261123")
    return press(page, "Draw the sample")


def test_a_sample_is_drawn_with_its_seed_and_each_record_can_be_read(full):
    page = drawn()
    (sample,) = recorded(full, EntryKind.SAMPLE)
    assert (sample.code, sample.answer("Seed")) == ("untouched", "20261123")
    assert len(recorded(full, EntryKind.SAMPLED)) == 2
    assert "seed 20261123" in said(page)
    page = press(page, "Record what you read")
    page = press(page, "Save the change")
    assert "Say what was read" in said(page)
    field(page, "What was read").set_value("Midway review and record")
    field(page, QUESTIONS[DIP_SAMPLE][0]).set_value("Good")
    field(page, "Feedback to the IRO").set_value("The child is heard")
    page = press(page, "Save the change")
    (read,) = [one for one in recorded(full, EntryKind.SAMPLED) if one.answers]
    assert read.answer(QUESTIONS[DIP_SAMPLE][0]) == "Good"
    assert read.said == "The child is heard"
    assert any("1 of 2 read" in one.label for one in page.expander)


def test_what_was_not_graded_is_said_to_be_so_and_a_record_not_yet_read_is_not_said_to_have_been(full):
    page = press(drawn("random", 1), "Record what you read")
    field(page, "What was read").set_value("Minutes")
    words = said(press(page, "Save the change"))
    assert "What was read: Minutes." in words
    assert f"{QUESTIONS[DIP_SAMPLE][2]}: not graded." in words
    assert "**Record read**: drawn, nothing written yet." in words  # the earlier version


def test_the_questions_are_the_managers_and_a_reading_keeps_those_it_was_read_by(full):
    page = drawn()
    page = press(page, "Record what you read")
    field(page, "What was read").set_value("Record")
    field(page, QUESTIONS[DIP_SAMPLE][0]).set_value("Good")
    page = press(page, "Save the change")
    field(page, "Questions, each on a line of its own").set_value("Was it kind?\n\nWas it clear?")
    page = press(page, "Use these questions")
    page = press(page, "Record what you read")
    assert field(page, "Was it kind?").options[0] == "Outstanding"
    (read,) = [one for one in recorded(full, EntryKind.SAMPLED) if one.answers]
    assert read.answer(QUESTIONS[DIP_SAMPLE][0]) == "Good"


def test_observations_are_counted_against_the_three_a_year_that_are_expected(full):
    page = opened(PAGE, iro="Amara Obi")
    assert "No observations of practice in the last twelve months; 3 are expected" in said(page)
    field(page, "Your name").set_value("Petra Manager")
    field(page, "Who observed").set_value("Petra")
    field(page, "What was observed, and the feedback given").set_value("Warm and clear")
    page = press(page, "Save", 1)
    assert "1 observation of practice in the last twelve months" in said(page)


def test_a_later_load_leaves_everything_that_was_recorded(full):
    supervised()
    drawn("untouched", 3)
    kinds = (EntryKind.SUPERVISION, EntryKind.ACTION, EntryKind.SAMPLE, EntryKind.SAMPLED)
    before = [recorded(full, kind) for kind in kinds]
    load_world(small_service.full(), as_at=date(2026, 11, 23), engine=open_store(full))
    assert [recorded(full, kind) for kind in kinds] == before
    words = said(opened(PAGE, iro="Amara Obi"))
    assert "What has changed since the last supervision" in words
    assert "From Tue 10 Nov 2026 to Mon 23 Nov 2026" in words
    assert "Escalate the placement" in words


def test_seen_from_an_earlier_day_nothing_can_be_recorded(full):
    page = opened(PAGE, iro="Amara Obi", as_at="2026-11-10")
    assert "Choose the latest day to record something" in said(page)
    assert [one for one in page.button if one.label == "Save"] == []
