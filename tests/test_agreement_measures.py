"""The measures of random worlds are what the slow second implementation counts, by every breakdown.

The first question of a world is whole months as at the load's day, which the cube can answer; the others are
ragged or seen from other days, counted from the facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from tests.oracle.compare import (
    Loaded,
    Stores,
    duty_differences,
    measure_differences,
    member_differences,
    narrowing_differences,
    sum_differences,
)
from tests.oracle.measures import BREAKDOWNS
from tests.worlds import edges, world

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def all_held() -> dict[int, Loaded]:
    """All worlds in one store, so that none may be disturbed by, or mixed with, another authority's."""
    stores = Stores()
    return {seed: stores.load(world(seed, children=14)) for seed in SEEDS}


@pytest.fixture(params=SEEDS)
def held(all_held: dict[int, Loaded], request: pytest.FixtureRequest) -> Loaded:
    return all_held[request.param]


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_every_measure_is_the_oracles_in_whole_months_and_ragged_periods(held: Loaded, by: str) -> None:
    for question in held.world.questions:
        assert list(measure_differences(held, question, [by])) == []


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_the_list_behind_each_number_has_as_many_rows_as_the_number(held: Loaded, by: str) -> None:
    for question in held.world.questions:
        one_in = 3 if by == "service" else 12
        assert list(member_differences(held, question, by, one_in=one_in)) == []


def test_the_groups_add_up_to_the_service(held: Loaded) -> None:
    for question in held.world.questions:
        assert list(sum_differences(held, question)) == []


@pytest.mark.parametrize("seed", range(4))
def test_on_the_very_day_of_a_limit_every_measure_is_the_oracles(seed: int) -> None:
    held = Stores().load(world(seed, children=4))
    for question in edges(held.world, 40):
        assert list(measure_differences(held, question, ["service"])) == []


def test_narrowed_to_an_iro_or_a_team_the_numbers_are_those_of_its_group(held: Loaded) -> None:
    for question in held.world.questions:
        assert list(narrowing_differences(held, question)) == []


def test_a_newer_extract_of_every_kind_leaves_nothing_of_the_older() -> None:
    stores = Stores()
    stores.load(replace(world(5, children=10), reviews_from=None), authority="A")
    newer = replace(world(6, children=6), loaded_as_at=date(2027, 3, 31))
    held = stores.load(newer, authority="A")
    assert [found for day in newer.days for found in duty_differences(held, day)] == []
    for question in newer.questions:
        assert list(measure_differences(held, question, ["service", "iro"])) == []


def test_postgresql_counts_the_same(postgres: Engine) -> None:
    held = Stores(postgres).load(world(4, children=14))
    assert [found for day in held.world.days for found in duty_differences(held, day)] == []
    for question in held.world.questions:
        assert list(measure_differences(held, question)) == []
        assert list(member_differences(held, question, "iro", one_in=8)) == []
