"""The page of one child: found by identifier, answered in one glance, and never named in a URL."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER
from data_access.recorded.entries import entries
from data_access.store.opening import open_store
from tests import small_service
from tests.doors import load_world
from tests.screens import field, opened, press, said, shown

PAGE = "pages/footprint/child/page.py"


@pytest.fixture
def page(full: str) -> AppTest:
    return opened(PAGE)


def sought(page: AppTest, typed: str) -> AppTest:
    return shown(page.text_input(key="child_sought").set_value(typed).run())


def test_the_page_says_what_to_do_while_no_child_is_chosen(page):
    assert "Choose a child first" in said(page)
    assert not page.metric


def test_a_child_is_found_whatever_the_case_and_is_not_named_in_the_url(page):
    sought(page, " c09 ")
    assert "Child C09 was last seen or spoken with by Amara Obi on Sat 30 May 2026" in said(page)
    assert "C09" not in str(page.query_params)


def test_a_beginning_lists_the_children_that_begin_with_it(page):
    sought(page, "c2")
    assert "4 children begin with this" in said(page)
    (button,) = [one for one in page.button if one.label == "C22"]
    shown(button.click().run())
    assert "Child C22 was last seen" in said(page)


def test_an_identifier_that_is_nobodys_is_said(page):
    assert "No child in this data is called that" in said(sought(page, "nobody"))


def test_a_child_that_a_newer_load_left_out_is_said_to_be_gone(page, full):
    sought(page, "C05")
    left = {
        kind: [row for row in rows if row.get("child_id") != "C05"]
        for kind, rows in small_service.full().items()
    }
    load_world(left, as_at=small_service.AS_AT, engine=open_store(full))
    assert "Child C05 is not in this data" in said(shown(page.run()))
    assert "The latest load does not hold this child" in said(page)


def test_the_timeline_shows_every_lane_and_the_table_says_the_same_in_the_order_of_days(page):
    sought(page, "C09")
    (table,) = [one.value for one in page.dataframe]
    days = list(table["Day"])
    assert days == sorted(days, reverse=True)
    whats = set(table["What"])
    assert {"Looked after", "IRO", "Team", "Review", "Midway review", "Seen or spoken with"} <= whats
    assert "Later review: on time; there, an advocate or the IRO spoke for them" in set(table["In words"])
    assert "C09" not in table.to_string(), "the table is of one child: it need not name them"


def test_how_much_of_the_time_is_shown_is_kept_in_the_url(page):
    sought(page, "C09")
    years = page.button_group[0]
    shown(years.set_value([""]).run() if isinstance(years.value, list) else years.set_value("").run())
    assert "C09" not in str(page.query_params)


def test_what_is_recorded_here_is_recorded_and_outstanding_at_once(page, full):
    sought(page, "C09")
    for label, value in (("Your name", "Manager"), ("What is to be done", "ring the *school*"),
                         ("Who does it", "Ben Carter"), ("By when", "2026-11-27")):  # fmt: skip
        field(page, label).set_value(value)
    press(page, "Save")
    assert "**Action** to be done by Fri 27 Nov 2026. ring the \\*school\\*" in said(page)
    assert "1 thing is outstanding" in said(page)
    (entry,) = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert (entry.child_id, entry.said) == ("C09", "ring the *school*")


def test_a_child_who_has_left_care_has_a_past_and_nothing_can_be_recorded_but_closed(full, page):
    left = dict(small_service.full())
    left["care_periods"] = [
        row | ({"ended_on": small_service.LATEST_REVIEW} if row["child_id"] == "C09" else {})
        for row in left["care_periods"]
    ]
    load_world(left, as_at=small_service.AS_AT, engine=open_store(full))
    sought(shown(page.run()), "C09")
    assert "The child has not been looked after since Sat 30 May 2026" in said(page)
    assert page.dataframe
    assert not [one for one in page.button if one.label == "Save"]


def test_the_return_alone_says_what_it_cannot_tell_of_a_child(url, tmp_path):
    small_service.load_return(url, tmp_path)
    page = sought(opened(PAGE), "C09")
    words = said(page)
    assert "by an IRO who is not on record on Sat 30 May 2026" in words
    assert "Midway review due not known" in words
    assert "Midway review** overdue" not in words
    assert "What this data cannot say" in words


def test_another_authority_closes_the_child(url):
    engine = open_store(url)
    for authority in ("Avon", "Borsetshire"):
        load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine, authority=authority)
    page = sought(opened(PAGE), "C09")
    assert page.metric
    shown(page.selectbox(key="authority").set_value("Borsetshire").run())
    assert "Choose a child first" in said(page)
