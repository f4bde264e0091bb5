"""The tracker of random worlds is what the slow second implementation finds, on past days and the present."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.oracle.compare import Stores, tracker_differences
from tests.oracle.tracker import STATES, tracker
from tests.worlds import world

SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_childs_row_is_the_oracles(stores: Stores, seed: int) -> None:
    held = stores.load(world(seed, children=14))
    for day in held.world.days:
        assert tracker_differences(held, day) == []


@pytest.mark.parametrize("seed", [10, 11])
def test_from_day_to_day_states_change_as_the_oracles_do(stores: Stores, seed: int) -> None:
    held = stores.load(world(seed, children=6))
    first = held.world.days[0]
    for number in range(30):
        assert tracker_differences(held, first + timedelta(days=number)) == []


def test_the_worlds_reach_every_state_and_everything_that_can_be_missing() -> None:
    states, missing = set(), set()
    for seed in SEEDS:
        given = world(seed, children=14)
        for day in given.days:
            for row in tracker(given.rows, day, given.reviews_from):
                states.add(row["state"])
                missing |= set((row["missing"] or "").split(";"))
    assert states == set(STATES)
    assert missing == {"", "report", "care_plan", "decisions", "record", "letter"}


def test_postgresql_says_the_same(postgres: Engine) -> None:
    held = Stores(postgres).load(world(4, children=14))
    for day in held.world.days:
        assert tracker_differences(held, day) == []
