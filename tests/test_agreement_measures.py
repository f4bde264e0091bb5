"""The measures of random worlds are what the slow second implementation counts, by every breakdown.

The first question of a world is whole months as at the load's day, which the cube can answer; the others are
ragged or seen from other days, counted from the facts.
"""

from __future__ import annotations

import pytest

from tests.oracle.compare import (
    Loaded,
    Stores,
    measure_differences,
    member_differences,
    sum_differences,
)
from tests.oracle.measures import BREAKDOWNS
from tests.worlds import world

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def stores() -> Stores:
    return Stores()


@pytest.fixture(scope="module", params=SEEDS)
def held(stores: Stores, request: pytest.FixtureRequest) -> Loaded:
    return stores.load(world(request.param, children=14))


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
