"""Measures of a period: which rows there are, whose they are, and the lists behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import standards
from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.store.opening import open_store
from metrics.counting.calculate import (
    RESULT_COLUMNS,
    Selection,
    availability,
    default_as_at,
    duties_as_at,
    measure_rows,
    measure_trend,
    members,
    monthly_rows,
)
from metrics.derive import derivation
from metrics.measures import CATALOGUE, timeliness
from metrics.measures.measure import BREAKDOWNS, CatalogueProblem, catalogue_of
from metrics.rows.expressions import age_band_on
from tests import small_service
from tests.doors import load_world
from tests.worlds import world

AS_AT = small_service.AS_AT
YEAR = Selection("LOCAL", date(2025, 11, 1), date(2026, 10, 31), AS_AT)
NOW = replace(YEAR, period_end=AS_AT)
PAST = Selection("LOCAL", date(2026, 2, 10), date(2026, 6, 20), date(2026, 5, 14))


@pytest.fixture(scope="module")
def random_store():
    """A world with everything in it: see tests/worlds.py."""
    drawn = world(7, 12)
    engine = load_world(drawn.rows, as_at=drawn.loaded_as_at, reviews_from=drawn.reviews_from)
    yield engine, [Selection("LOCAL", q.start, q.end, q.as_at) for q in drawn.questions]
    engine.dispose()


def one(store, key: str, selection: Selection = NOW, viewer: Viewer = SERVICE_VIEWER) -> dict:
    (row,) = measure_rows(store, viewer, selection, [key]).to_dict("records")
    return row


def by_group(store, key: str, selection: Selection, viewer: Viewer = SERVICE_VIEWER) -> dict:
    rows = measure_rows(store, viewer, selection, [key])
    return {row.group: (row.numerator, row.denominator) for row in rows.itertuples()}


# -- the shape of a result


def test_a_result_has_the_columns_of_the_command_line(store):
    rows = measure_rows(store, SERVICE_VIEWER, YEAR)
    assert tuple(rows.columns) == RESULT_COLUMNS
    assert list(rows["measure"]) == [key for key, measure in CATALOGUE.items() if not measure.by_name_only]
    assert set(rows["unit"]) == {"percent", "count", "per_fte_month", "per_fte"}
    assert set(rows["group"]) == {"service"}
    assert not rows["suppressed"].any()


def test_a_count_stands_in_numerator_and_value_with_an_empty_denominator(store):
    row = one(store, "reviews_held")
    assert row["numerator"] == row["value"] > 0
    assert pd.isna(row["denominator"])


def test_an_empty_denominator_gives_no_value_and_no_status(store):
    row = one(
        store,
        "children_attended",
        replace(YEAR, period_start=date(2025, 11, 1), period_end=date(2025, 11, 2)),
    )
    assert (row["numerator"], row["denominator"]) == (0, 0)
    assert pd.isna(row["value"])
    assert row["status"] == ""


def test_the_status_is_judged_by_the_standard(store):
    overdue = one(store, "reviews_overdue")
    assert (overdue["numerator"], overdue["denominator"]) == (3, 24)
    assert (overdue["standard_high"], overdue["status"]) == (0, "not_met")
    assert one(store, "escalations_raised")["status"] == ""


def test_a_measure_that_is_not_in_the_catalogue_is_refused(store):
    with pytest.raises(KeyError, match="no_such_measure"):
        measure_rows(store, SERVICE_VIEWER, YEAR, ["no_such_measure"])


def test_the_pages_own_count_of_reviews_booked_late_is_asked_by_name(store):
    assert "reviews_booked_late" not in set(measure_rows(store, SERVICE_VIEWER, NOW)["measure"])
    assert one(store, "reviews_booked_late")["numerator"] == len(small_service.BOOKED_LATE)
    behind = members(store, SERVICE_VIEWER, "reviews_booked_late", NOW)
    assert set(behind["child_id"]) == small_service.BOOKED_LATE


def test_every_target_of_the_standards_file_is_of_a_measure():
    assert set(standards.TARGETS) <= set(CATALOGUE)


def test_two_measures_with_one_key_are_refused():
    with pytest.raises(CatalogueProblem, match="reviews_held"):
        catalogue_of(timeliness.MEASURES, timeliness.MEASURES)


# -- groups


def test_every_iro_and_team_has_a_row_and_nobody_where_it_has_any(store):
    assert list(by_group(store, "reviews_overdue", replace(NOW, by="iro"))) == [
        "I1",
        "I2",
        "I3",
        "unallocated",
    ]
    assert list(by_group(store, "late_reviews_record_only", replace(NOW, by="team"))) == ["T1", "T2"]
    nobody = by_group(store, "children_without_an_iro", replace(NOW, by="iro"))
    assert nobody["unallocated"] == (1, 1)
    assert nobody["I1"][0] == 0


def test_what_is_divided_by_full_time_iros_has_no_team_age_or_kind(store):
    for by in ("team", "kind", "age_band"):
        assert not by_group(store, "midway_reviews_per_fte_month", replace(YEAR, by=by))
    assert set(by_group(store, "caseload_per_fte", replace(YEAR, by="iro"))) == {"I1", "I2", "I3"}


def test_ages_and_kinds_stand_in_their_order(store):
    kinds = by_group(store, "reviews_due_on_time", replace(NOW, period_start=date(2025, 4, 1), by="kind"))
    assert list(kinds) == ["first", "second", "subsequent"]
    ages = list(by_group(store, "reviews_held", replace(NOW, by="age_band")))
    assert ages == ["10-15"]


def test_every_month_of_the_period_has_a_row(store):
    months = by_group(store, "reviews_held", replace(YEAR, by="month"))
    assert list(months) == [f"2025-{n}" for n in (11, 12)] + [f"2026-{n:02}" for n in range(1, 11)]
    assert sum(held for held, _ in months.values()) == one(store, "reviews_held", YEAR)["numerator"]


def test_a_stock_by_month_is_as_at_each_months_end_or_as_at_if_earlier(store):
    months = by_group(store, "reviews_overdue", replace(NOW, by="month"))
    assert months["2026-09"] == (0, 24)
    for month, day in (("2026-10", date(2026, 10, 31)), ("2026-11", AS_AT)):
        row = one(store, "reviews_overdue", replace(NOW, as_at=day))
        assert months[month] == (3, 24) == (row["numerator"], row["denominator"])


def test_the_months_of_an_iro_are_that_iros_alone(store):
    keys = ["midway_reviews_per_fte_month", "children_seen_in_six_weeks"]
    rows = monthly_rows(store, SERVICE_VIEWER, replace(YEAR, by="iro"), keys)
    for row in rows[(rows["group"] == "I2") & (rows["measure"] == keys[0])].itertuples():
        alone = replace(YEAR, iro_id="I2", by="month")
        assert by_group(store, keys[0], alone)[row.month] == (row.numerator, row.denominator)
    assert set(rows["month"]) == set(by_group(store, "reviews_held", replace(YEAR, by="month")))


def test_a_trend_is_the_last_months_up_to_the_periods_end(store):
    rows = measure_trend(store, SERVICE_VIEWER, ["reviews_held"], YEAR, months=3)
    assert list(rows["group"]) == ["2026-08", "2026-09", "2026-10"]


def test_one_team_asked_for_is_its_row_of_the_breakdown(store):
    for key in ("reviews_due_on_time", "children_all_reviews_on_time", "reviews_due_soon_unbooked"):
        of_team = by_group(store, key, replace(NOW, by="team"))["T2"]
        row = one(store, key, replace(NOW, team_id="T2"))
        assert (row["numerator"], row["denominator"]) == of_team
    assert pd.isna(one(store, "caseload_per_fte", replace(NOW, team_id="T2"))["numerator"])


def test_one_team_broken_down_by_iro_adds_up_to_the_team(store):
    groups = by_group(store, "reviews_held_on_time", replace(YEAR, by="iro", team_id="T1"))
    row = one(store, "reviews_held_on_time", replace(YEAR, team_id="T1"))
    assert sum(below for _, below in groups.values()) == row["denominator"]


# -- the world as it was


def test_a_review_held_after_the_as_at_date_is_not_yet_held(store):
    before = replace(YEAR, as_at=date(2026, 5, 29), period_end=date(2026, 5, 29))
    assert one(store, "reviews_held", before)["numerator"] < one(store, "reviews_held", YEAR)["numerator"]
    known = duties_as_at(store, SERVICE_VIEWER, "LOCAL", date(2026, 5, 29))
    assert known["held_on"].dropna().max() <= date(2026, 5, 29)


def test_the_default_as_at_date_is_the_stores_or_the_periods_end(store):
    assert default_as_at(store, "LOCAL", date(2026, 3, 31)) == date(2026, 3, 31)
    assert default_as_at(store, "LOCAL", date(2027, 3, 31)) == AS_AT


def test_the_duties_known_on_a_day_have_the_columns_of_the_command_line(store):
    known = duties_as_at(store, SERVICE_VIEWER, "LOCAL", AS_AT)
    assert list(known.columns) == [
        "child_id", "period_started_on", "regime", "kind", "opens_on", "due_on", "held_on", "review_id",
        "outcome", "days_late", "iro_id", "team_id",
    ]  # fmt: skip
    overdue = known[known["outcome"] == "overdue"]
    assert set(overdue["child_id"]) == small_service.OVERDUE
    assert set(overdue["days_late"]) == {(AS_AT - date(2026, 10, 20)).days}


def test_a_birthday_on_29_february_falls_on_the_28th_in_other_years(store):
    from sqlalchemy import Date, literal, select

    def band(day: date) -> str:
        born = literal(date(2020, 2, 29), Date())
        with store.connect() as connection:
            return connection.execute(select(age_band_on(born, literal(day, Date())))).scalar_one()

    assert band(date(2021, 2, 27)) == "0"
    assert band(date(2021, 2, 28)) == "1-4"
    assert band(date(2024, 2, 28)) == "1-4"
    assert band(date(2025, 2, 28)) == "5-9"


# -- what data can answer


def test_consultation_papers_that_no_review_records_are_not_available(store):
    row = one(store, "child_consulted")
    assert pd.isna(row["numerator"])
    assert pd.isna(row["denominator"])
    assert row["status"] == ""
    assert not by_group(store, "child_consulted", replace(NOW, by="iro"))
    assert "child_paper_returned" in availability(store, "LOCAL")["child_consulted"]


def test_what_was_not_loaded_is_said_in_words(store):
    reasons = availability(store, "LOCAL")
    assert "escalations" in reasons["escalations_raised"]
    assert "reviews_held_on_time" not in reasons
    assert "case_notes_per_fte_month" not in reasons


def test_the_statutory_return_alone_tells_nothing_of_iros(tmp_path):
    engine = open_store("sqlite://")
    load(engine, [small_service.write_return(tmp_path)], derivation=derivation(), as_at=AS_AT, year=2027)
    rows = measure_rows(engine, SERVICE_VIEWER, NOW).set_index("measure")
    for key in (
        "children_without_an_iro",
        "case_notes_per_fte_month",
        "record_in_15_days",
        "escalations_raised",
    ):
        assert pd.isna(rows.loc[key, "numerator"]), key
        assert "statutory return" in availability(engine, "LOCAL")[key]
    assert rows.loc["reviews_held", "numerator"] > 0
    assert rows.loc["children_participated", "denominator"] > 0
    assert measure_rows(engine, SERVICE_VIEWER, replace(NOW, by="iro"), ["children_without_an_iro"]).empty
    engine.dispose()


# -- the rows behind a number


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_the_rows_behind_every_number_are_as_many_as_it_says(random_store, by):
    engine, questions = random_store
    looked = 0
    for question in questions:
        asked = replace(question, by=by)
        for row in measure_rows(engine, SERVICE_VIEWER, asked, list(CATALOGUE)).itertuples():
            if pd.isna(row.numerator) or not (row.numerator or row.denominator):
                continue
            parts = {"numerator": row.numerator}
            if row.unit == "percent":
                parts |= {"denominator": row.denominator, "shortfall": row.denominator - row.numerator}
            for part, number in parts.items():
                behind = members(engine, SERVICE_VIEWER, row.measure, asked, part=part, group=row.group)
                assert len(behind) == number, (row.measure, by, row.group, part)
                looked += 1
    assert looked > 50


def test_the_rows_behind_a_number_say_whose_they_are_and_when_they_were_due(store):
    behind = members(store, SERVICE_VIEWER, "reviews_overdue", NOW)
    assert set(behind["child_id"]) == small_service.OVERDUE
    assert {"child_id", "age_band", "team_id", "iro_id", "due_on", "days_late", "booked_for"} <= set(
        behind.columns
    )
    assert set(behind["due_on"]) == {date(2026, 10, 20)}


def test_what_an_fte_month_is_made_of_is_told_by_month(store):
    hours = members(store, SERVICE_VIEWER, "case_notes_per_fte_month", YEAR, part="denominator")
    assert hours["fte_months"].sum() == pytest.approx(
        one(store, "case_notes_per_fte_month", YEAR)["denominator"]
    )
    assert len(hours) == 3 * 12


def test_a_part_that_is_none_is_refused(store):
    for part in ("all", "late"):
        with pytest.raises(ValueError, match="numerator, denominator or shortfall"):
            members(store, SERVICE_VIEWER, "reviews_held", YEAR, part=part)


# -- who is looking


def test_an_iro_sees_the_numbers_and_rows_of_their_own_children(store):
    viewer = Viewer(Role.IRO, iro_id="I1")
    theirs = {name for number, name in enumerate(small_service.NAMES) if number % 3 == 0}
    theirs -= small_service.WITHOUT_IRO
    assert one(store, "reviews_overdue", NOW, viewer)["denominator"] == len(theirs)
    assert set(members(store, viewer, "reviews_overdue", NOW, part="denominator")["child_id"]) == theirs
    assert set(duties_as_at(store, viewer, "LOCAL", AS_AT)["child_id"]) == theirs
    assert list(by_group(store, "case_notes_per_fte_month", replace(NOW, by="iro"), viewer)) == ["I1"]


def test_a_team_manager_sees_their_teams_children_and_no_iros_hours(store):
    viewer = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    assert one(store, "reviews_overdue", NOW, viewer)["denominator"] == 12
    assert one(store, "caseload_per_fte", NOW, viewer)["denominator"] == 0
    assert list(by_group(store, "reviews_overdue", replace(NOW, by="team"), viewer)) == ["T1"]
