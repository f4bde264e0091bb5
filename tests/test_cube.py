"""The cube says what the facts say, wherever it can answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import inspect, select

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.store.opening import writing
from metrics.counting import cube, numbers, queries
from metrics.counting.calculate import Selection, measure_rows, monthly_rows
from metrics.counting.queries import tallies_of
from metrics.counting.question import month_end
from metrics.facts import source_rows
from metrics.measures import CATALOGUE
from metrics.measures.measure import BREAKDOWNS
from metrics.rows.row_sets import REVIEWS_HELD
from tests import small_service
from tests.doors import load_world
from tests.worlds import world

AS_AT = small_service.AS_AT
YEAR = Selection("LOCAL", date(2025, 11, 1), date(2026, 10, 31), AS_AT)
ADDITIVE = [key for key, measure in CATALOGUE.items() if measure.in_cube and measure.rows.day is not None]


def from_facts(monkeypatch, ask):
    """The answer with the cube out of reach."""
    with monkeypatch.context() as patch:
        patch.setattr(numbers.cube, "opened", lambda *_: None)
        return ask()


@pytest.fixture(scope="module", params=[3, 11, 19])
def random_store(request):
    """Worlds with everything in them: see tests/worlds.py."""
    drawn = world(request.param, 10)
    engine = load_world(drawn.rows, as_at=drawn.loaded_as_at, reviews_from=drawn.reviews_from)
    yield engine, drawn
    engine.dispose()


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_cube_and_facts_agree_on_everything_both_can_answer(random_store, monkeypatch, by):
    engine, drawn = random_store
    end = month_end(drawn.loaded_as_at)
    year = Selection("LOCAL", end.replace(day=1, year=end.year - 1), end, drawn.loaded_as_at, by=by)
    for asked in (year, replace(year, iro_id="IRO1"), replace(year, team_id="TEAM1")):

        def ask(asked=asked):
            return measure_rows(engine, SERVICE_VIEWER, asked, list(CATALOGUE))

        pd.testing.assert_frame_equal(ask(), from_facts(monkeypatch, ask))


@pytest.mark.parametrize("by", ["service", "iro", "team"])
def test_months_of_groups_agree_too(store, monkeypatch, by):
    def ask():
        return monthly_rows(store, SERVICE_VIEWER, replace(YEAR, by=by), list(CATALOGUE))

    pd.testing.assert_frame_equal(ask(), from_facts(monkeypatch, ask))


@pytest.mark.parametrize("by", ["service", "iro", "team", "month", "kind"])
def test_whole_months_are_read_without_touching_the_facts(store, monkeypatch, by):
    def refuse(*_args):
        raise AssertionError("counted from the facts")

    monkeypatch.setattr(numbers, "count_rows", refuse)
    assert len(measure_rows(store, SERVICE_VIEWER, replace(YEAR, by=by), ADDITIVE))


@pytest.mark.parametrize("by", ["service", "iro", "team"])
def test_what_stands_on_the_day_of_the_load_is_read_without_touching_the_facts(store, monkeypatch, by):
    def refuse(*_args):
        raise AssertionError("counted from the facts")

    monkeypatch.setattr(numbers, "count_rows", refuse)
    keys = ["reviews_overdue", "reviews_due_soon_unbooked", "reviews_booked_late", "children_without_an_iro"]
    asked = Selection("LOCAL", AS_AT.replace(day=1), AS_AT, AS_AT, by=by)
    assert set(measure_rows(store, SERVICE_VIEWER, asked, keys)["measure"]) == set(keys)


def test_what_measures_share_is_counted_once():
    asked = tallies_of((CATALOGUE["reviews_held"], CATALOGUE["iro_saw_child_before"]))
    assert list(asked.columns) == ["n_reviews_held", "n_iro_saw_child_before"]
    assert asked.of_measure["reviews_held"] == ("n_reviews_held",)
    assert asked.of_measure["iro_saw_child_before"] == ("n_iro_saw_child_before", "n_reviews_held")


@pytest.mark.parametrize("in_a_number", [1, 3, queries.FLAGS])
def test_the_cube_counts_the_same_however_many_conditions_a_number_tells_of(store, monkeypatch, in_a_number):
    before = measure_rows(store, SERVICE_VIEWER, replace(YEAR, by="iro"), ADDITIVE)
    assert len(tallies_of(cube._of(REVIEWS_HELD)).conditions) > 3
    monkeypatch.setattr(queries, "FLAGS", in_a_number)
    cube._reading.cache_clear()
    try:
        with writing(store) as connection:
            cube.build(connection, "LOCAL", AS_AT)
    finally:
        cube._reading.cache_clear()
    pd.testing.assert_frame_equal(
        before, measure_rows(store, SERVICE_VIEWER, replace(YEAR, by="iro"), ADDITIVE)
    )


def test_rows_read_in_parts_make_the_same_cube(store, monkeypatch):
    before = measure_rows(store, SERVICE_VIEWER, replace(YEAR, by="team"), ADDITIVE)
    monkeypatch.setattr(source_rows, "_ROWS_IN_A_PART", 2)
    with writing(store) as connection:
        cube.build(connection, "LOCAL", AS_AT)
    pd.testing.assert_frame_equal(
        before, measure_rows(store, SERVICE_VIEWER, replace(YEAR, by="team"), ADDITIVE)
    )


@pytest.mark.parametrize(
    "asked",
    [
        replace(YEAR, as_at=date(2026, 11, 19)),
        replace(YEAR, period_start=date(2025, 11, 2)),
        replace(YEAR, period_end=date(2026, 10, 30)),
        replace(YEAR, by="age_band"),
        replace(YEAR, by="iro", team_id="T1"),
        replace(YEAR, period_start=date(2023, 11, 1)),
    ],
)  # fmt: skip
def test_another_day_part_of_a_month_or_a_cross_of_groups_is_not_the_cubes(asked):
    held = cube.Cube("LOCAL", AS_AT)
    assert held.has_flow(CATALOGUE["reviews_held"], YEAR)
    assert not held.has_flow(CATALOGUE["reviews_held"], asked)


def test_only_who_sees_the_service_reads_the_cube(store):
    with store.connect() as connection:
        assert cube.opened(connection, SERVICE_VIEWER, "LOCAL") is not None
        assert cube.opened(connection, Viewer(Role.IRO, iro_id="I1"), "LOCAL") is None
        assert cube.opened(connection, SERVICE_VIEWER, "ELSEWHERE") is None


def test_a_cube_of_other_rules_is_not_read_and_the_next_derivation_drops_it(store, monkeypatch):
    before = cube.table().name
    monkeypatch.setattr(cube, "digest", lambda: "0" * 64)
    try:
        for kept in (cube.table, cube._reading):
            kept.cache_clear()
        with store.connect() as connection:
            assert cube.opened(connection, SERVICE_VIEWER, "LOCAL") is None
        assert len(measure_rows(store, SERVICE_VIEWER, YEAR, ["reviews_held"])) == 1
        with writing(store) as connection:
            cube.build(connection, "LOCAL", AS_AT)
        tables = [name for name in inspect(store).get_table_names() if name.startswith("cube_")]
        assert before != "cube_00000000"
        assert tables == ["cube_00000000"]
    finally:
        monkeypatch.undo()
        for kept in (cube.table, cube._reading):
            kept.cache_clear()
        with writing(store) as connection:
            cube.build(connection, "LOCAL", AS_AT)


def test_building_again_counts_nothing_twice(store):
    before = measure_rows(store, SERVICE_VIEWER, YEAR)
    with writing(store) as connection:
        cube.build(connection, "LOCAL", AS_AT)
    pd.testing.assert_frame_equal(before, measure_rows(store, SERVICE_VIEWER, YEAR))


@pytest.mark.parametrize("by", ["iro", "team", "kind", "age_band", "month"])
def test_groups_add_up_to_the_service(random_store, by):
    engine, drawn = random_store
    for question in drawn.questions:
        asked = Selection("LOCAL", question.start, question.end, question.as_at)
        keys = [key for key in ADDITIVE if CATALOGUE[key].rows is REVIEWS_HELD] + ["reviews_due_on_time"]
        if by != "month":
            keys.append("reviews_due_soon_unbooked")
        whole = measure_rows(engine, SERVICE_VIEWER, asked, keys).set_index("measure")
        parts = measure_rows(engine, SERVICE_VIEWER, replace(asked, by=by), keys).groupby("measure")
        for key, part in parts:
            if pd.isna(whole.loc[key, "numerator"]):
                continue
            assert part["numerator"].sum() == whole.loc[key, "numerator"], key
            assert part["denominator"].sum() == pytest.approx(whole["denominator"].fillna(0)[key]), key


def cube_lines(engine):
    """All that the cube holds, each line with the counts it has."""
    with engine.connect() as connection:
        found = connection.execute(select(cube.table())).mappings().all()
    lines = [{name: value for name, value in line.items() if value is not None} for line in found]
    return sorted(sorted((name, str(value)) for name, value in line.items()) for line in lines)


def test_postgresql_keeps_the_same_cube(random_store, postgres):
    engine, drawn = random_store
    load_world(drawn.rows, as_at=drawn.loaded_as_at, reviews_from=drawn.reviews_from, engine=postgres)
    assert len(cube_lines(engine)) > 50
    assert cube_lines(postgres) == cube_lines(engine)
