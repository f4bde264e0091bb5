"""What a child's circumstances were on a day, and the page that breaks participation down by them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.rows.codes import (
    ETHNIC_GROUPS,
    LEGAL_GROUPS,
    LEGAL_STATUSES,
    NON_ATTENDANCE_GROUPS,
    NON_ATTENDANCE_REASONS,
    PLACEMENT_GROUPS,
    PLACEMENT_TYPES,
)
from data_access.store.opening import open_store
from metrics.absences import involvement, with_contact
from metrics.circumstances import COLUMNS, ORDER, UNKNOWN, circumstances
from metrics.counting.calculate import Selection, members
from metrics.population import GROUPINGS
from metrics.recorded.work import recorded_work
from tests.doors import store_of
from tests.screens import opened, said, shown
from tests.three_children import AS_AT, WORLD

PERIOD = Selection("LOCAL", date(2026, 1, 1), date(2026, 3, 31), AS_AT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_store(store_of(WORLD, tmp_path_factory.mktemp("circumstances"), as_at=AS_AT))


@pytest.fixture(scope="module")
def found(store: Engine) -> pd.DataFrame:
    rows = members(store, SERVICE_VIEWER, "children_attended", PERIOD, part="denominator")
    return circumstances(store, SERVICE_VIEWER, "LOCAL", rows, "held_on").set_index("child_id")


def test_the_status_in_force_on_the_day_counts_and_not_the_one_before(found: pd.DataFrame) -> None:
    assert found.loc["A", "legal_status"] == "Interim care order"


def test_what_had_ended_or_not_begun_by_the_day_is_not_on_record(found: pd.DataFrame) -> None:
    assert found.loc["B", "legal_status"] == UNKNOWN
    assert found.loc["B", "placement"] == UNKNOWN


def test_sex_and_ethnicity_are_read_as_either_return_writes_them(found: pd.DataFrame) -> None:
    assert list(found.loc["B", ["sex", "ethnicity", "unaccompanied"]]) == [
        "Girls", "Black, African, Caribbean or Black British", "Unaccompanied",
    ]  # fmt: skip
    assert list(found.loc["A", ["sex", "placement", "inside_authority"]]) == [
        "Boys", "Foster: relative or friend", "Outside the authority",
    ]  # fmt: skip


def test_a_child_of_whom_nothing_is_on_record_keeps_a_row(found: pd.DataFrame) -> None:
    assert len(found) == 3
    assert set(found.loc["C", list(COLUMNS)]) == {UNKNOWN}


def test_every_code_has_a_group_and_every_group_its_place() -> None:
    assert LEGAL_GROUPS.keys() == LEGAL_STATUSES.keys()
    assert PLACEMENT_GROUPS.keys() == PLACEMENT_TYPES.keys()
    assert NON_ATTENDANCE_GROUPS.keys() == NON_ATTENDANCE_REASONS.keys()
    assert set(ETHNIC_GROUPS.values()) < set(ORDER["ethnicity"])


def test_a_contact_within_a_fortnight_of_an_absence_is_found_and_one_after_it_not(store: Engine) -> None:
    absent = members(store, SERVICE_VIEWER, "absences_explained", PERIOD, part="denominator")
    met = with_contact(store, SERVICE_VIEWER, PERIOD, absent).set_index("child_id")["contact_on"]
    assert met["C"] == date(2026, 1, 16), "14 days before"
    assert pd.isna(met["B"]), "15 days after, and a note is no contact"


def test_how_family_took_part_counts_each_review_once_for_each_person(store: Engine) -> None:
    people = involvement(store, SERVICE_VIEWER, PERIOD).set_index("person")
    assert people.loc["mother", "attended"] == 1
    assert people.loc["mother", "not_applicable"] == 1
    assert people.loc["step_parent", "consulted"] == 1
    assert people.to_numpy().sum() == 3
    nobody = Viewer(Role.IRO, "I2")
    assert involvement(store, nobody, PERIOD).set_index("person").to_numpy().sum() == 0


def test_what_iros_recorded_is_counted_by_kind_for_those_who_may_see_it(store: Engine) -> None:
    work = recorded_work(store, SERVICE_VIEWER, PERIOD).set_index("activity_kind")
    assert list(work.loc["child_contact"]) == [1, 1]
    assert list(work.loc["pathway_review"]) == [0, 0]
    assert work["number"].sum() == 2
    before = replace(PERIOD, as_at=date(2026, 2, 13))
    assert recorded_work(store, SERVICE_VIEWER, before)["number"].sum() == 1, "the contact was not made yet"
    assert recorded_work(store, Viewer(Role.IRO, "I2"), PERIOD)["number"].sum() == 0


# The page


@pytest.fixture
def page(store: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("IRO_STORE_URL", store.url.render_as_string())
    page = opened("pages/quality/participation/page.py")
    return shown(page.selectbox(key="period").set_value("This year so far").run())


def test_being_there_and_being_heard_are_told_apart(page: AppTest) -> None:
    assert "Children were at 33.3% of their reviews (1 of 3)" in said(page)
    assert "their views were conveyed at 66.7% (2 of 3)" in said(page)
    assert "1 absence has no reason recorded" in said(page)


@pytest.mark.parametrize("by", ["age_band", "legal_status", "unaccompanied", "placement"])
def test_every_breakdown_adds_up_to_all_reviews(page: AppTest, by: str) -> None:
    page.segmented_control(key="breakdown").set_value(by).run()
    tables = [table.value for table in page.table if "Views conveyed" in table.value]
    (groups,) = [table for table in tables if table.columns[0] not in ("Month", "How the child took part")]
    of = [int(cell.split("\u00a0of\u00a0")[1].rstrip(")")) for cell in groups["Were there"]]
    assert sum(of) == 3


def links_of(page: AppTest) -> list[tuple[int, dict[str, str]]]:
    """The links that name a number of rows, `Foster (3)`: the number, and what each asks for."""
    links = []
    for link in page.get("page_link"):
        number = re.search(r" \(([\d,]+)\)$|^The ([\d,]+) child", link.proto.label)
        asked = {key: values[0] for key, values in parse_qs(link.proto.query_string).items()}
        if number and "measure" in asked:
            links.append((int((number[1] or number[2]).replace(",", "")), asked))
    return links


def rows_behind(page: AppTest) -> int:
    """How many rows the page behind a number shows."""
    return sum(len(table.value) for table in page.dataframe)


@pytest.mark.parametrize("by", ["age_band", "legal_status", "unaccompanied", "placement", "mode", "team_id"])
def test_each_group_leads_to_as_many_reviews_without_the_child_as_it_says(page: AppTest, by: str) -> None:
    page.segmented_control(key="breakdown").set_value(by).run()
    links = [(number, asked) for number, asked in links_of(page) if "group" in asked]
    assert sum(number for number, _ in links) == 2
    for number, asked in links:
        behind = opened("pages/weekly/children/page.py", period="This year so far", **asked)
        assert rows_behind(behind) == number, asked


def test_each_group_of_the_children_looked_after_leads_to_as_many_children(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRO_STORE_URL", store.url.render_as_string())
    page = opened("pages/quality/population/page.py")
    links = [(number, asked) for number, asked in links_of(page) if "group" in asked]
    (unaccompanied, outside), links_of_groups = links[:2], links[2:]
    assert unaccompanied == (1, {**unaccompanied[1], "by": "unaccompanied", "group": "Unaccompanied"})
    assert outside == (1, {**outside[1], "by": "inside_authority", "group": "Outside the authority"})
    assert {asked["by"] for _, asked in links_of_groups} == set(GROUPINGS)
    for by in GROUPINGS:
        assert sum(number for number, asked in links_of_groups if asked["by"] == by) == 3, by
    for number, asked in links:
        behind = opened("pages/weekly/children/page.py", **asked)
        assert rows_behind(behind) == number, asked
        assert "without an IRO" not in said(behind), "the measure they are out of is not what was asked"


def test_a_likely_wrong_code_is_shown_with_what_it_would_change(page: AppTest) -> None:
    assert "At 1 absence of 2 the child and the IRO met within 14 days" in said(page)
    assert "the rate would be 66.7% (2 of 3) and not 33.3%" in said(page)


def test_the_table_of_codes_adds_up_to_every_review_held(page: AppTest) -> None:
    (codes,) = [table.value for table in page.table if "Was there" in table.value]
    reviews = [int(number) for number in codes["Reviews"]]
    assert sum(reviews[:-1]) == reviews[-1] == 3
    assert list(codes["How the child took part"][-3:]) == [
        "PN0 - under 4 at the review", "No code recorded", "All reviews held",
    ]  # fmt: skip


def test_the_counts_beneath_the_rates_of_family_are_said_to_be_how_each_was_involved(page: AppTest) -> None:
    """They are not the same as the table above them."""
    (fold,) = [one for one in page.expander if one.label == "How each was involved"]
    (counted,) = [table.value for table in fold.table]
    assert next(iter(counted["Attended"])) == "1"


def test_what_could_be_done_about_absences_is_a_list_beneath_how_many_still_had_views(page: AppTest) -> None:
    words = said(page)
    assert "Of 2 absences, 1 still had the child's views. By what could be done about it:" in words
    assert "\n- The child's choice: ask what would make it worth coming." in words
