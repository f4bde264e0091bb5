"""The duties of random worlds, loaded through the front door, are those the slow oracle finds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle.compare import Stores, duty_differences
from tests.worlds import RandomWorld, world, worlds


@pytest.mark.parametrize("seed", range(3))
def test_every_duty_of_many_children_is_the_oracles(stores: Stores, seed: int) -> None:
    held = stores.load(world(seed, children=60))
    for day in held.world.days:
        assert duty_differences(held, day) == []


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(given_world=worlds())
def test_every_duty_of_a_small_world_is_the_oracles(stores: Stores, given_world: RandomWorld) -> None:
    held = stores.load(given_world)
    for day in given_world.days:
        assert duty_differences(held, day) == []
