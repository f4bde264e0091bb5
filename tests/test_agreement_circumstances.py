"""What children's circumstances were, over random worlds, is what the slow second implementation finds, and
every breakdown by them adds up to its total."""

from __future__ import annotations

import pandas as pd
import pytest

from data_access.people.viewer import SERVICE_VIEWER
from metrics.circumstances import COLUMNS, ORDER, UNKNOWN, circumstances
from metrics.counting.calculate import measure_rows, members
from tests.oracle import circumstances as oracle
from tests.oracle.compare import Loaded, Stores
from tests.oracle.story import Story
from tests.worlds import Question, world

SEEDS = range(8)
KEY = "participation_recorded"


@pytest.fixture(scope="module")
def all_held() -> list[Loaded]:
    stores = Stores()
    return [stores.load(world(seed, children=14)) for seed in SEEDS]


def broken_down(held: Loaded, question: Question) -> pd.DataFrame:
    """Every review held, with the child's circumstances on its day."""
    selection = held.asked(question, "service")
    rows = members(held.engine, SERVICE_VIEWER, KEY, selection, part="denominator")
    if rows.empty:
        return rows
    return circumstances(held.engine, SERVICE_VIEWER, held.authority, rows, "held_on")


def test_legal_status_and_placement_on_the_day_of_each_review_are_the_oracles(all_held) -> None:
    seen: set[str] = set()
    for held in all_held:
        story = Story(held.world.rows)
        for question in held.world.questions:
            for row in broken_down(held, question).to_dict("records"):
                expected = oracle.circumstances(story, row["child_id"], row["held_on"])
                for name, names in expected.items():
                    assert row[name] in names, f"{name} on {row['held_on']}"
                    seen |= names
    assert UNKNOWN in seen
    assert len(seen) > 5, "the worlds reach more than a few groups"


def test_every_breakdown_by_circumstances_adds_up_to_the_measure(all_held) -> None:
    for held in all_held:
        for question in held.world.questions:
            (total,) = measure_rows(held.engine, SERVICE_VIEWER, held.asked(question, "service"), [KEY])[
                "denominator"
            ]
            rows = broken_down(held, question)
            assert len(rows) == (total or 0)
            for name in COLUMNS if len(rows) else ():
                assert set(rows[name]) <= set(ORDER[name]), "no row without a group that is shown"
