"""The months ahead of random worlds are what a walk from day to day finds, with and without random plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER
from metrics.ahead.capacity import Ahead, ahead, service
from metrics.ahead.capacity_rows import OpenWork, open_work
from metrics.ahead.whatif import HoursChange, Joiner, Leaver, Move, Plan
from metrics.counting.calculate import Selection, measure_rows
from metrics.wording.words import NOBODY
from tests.oracle.capacity import capacity, families
from tests.oracle.compare import Loaded, Stores
from tests.worlds import RandomWorld, world

SEEDS = range(8)
COLUMNS = ("reviews", "midways", "children", "fte", "fte_weeks")


def with_siblings(given: RandomWorld, seed: int) -> RandomWorld:
    """The world with most of its children in sibling groups of up to five."""
    random = Random(seed)
    rows = {kind: [dict(row) for row in each] for kind, each in given.rows.items()}
    for child in rows["children"]:
        child["sibling_group"] = random.choice(("S1", "S2", "S3", "S4", None))
    return replace(given, rows=rows)


def drawn_plan(given: RandomWorld, seed: int, as_at: date) -> tuple[Plan, list[tuple[Any, ...]]]:
    """A plan of a few steps, as the product and as the oracle has it."""
    random = Random(1000 + seed)
    iros = [row["iro_id"] for row in given.rows["iros"]]
    ours: list[Any] = []
    theirs: list[tuple[Any, ...]] = []
    post = Joiner("Post", as_at + timedelta(days=random.randint(0, 100)), Fraction("0.8"))
    for _ in range(random.randint(1, 6)):
        day = as_at + timedelta(days=random.choice((-10, 0, 1, 30, 59, 90, 120, 182, 200)))
        iro = random.choice(iros)
        pick = random.randrange(5)
        if pick == 0:
            fte = random.choice(("0", "0.5", "1"))
            ours.append(HoursChange(iro, day, Fraction(fte)))
            theirs.append(("hours", iro, day, fte))
        elif pick == 1:
            ours.append(Leaver(iro, day))
            theirs.append(("leaves", iro, day))
        elif pick == 2 and post not in ours:
            ours.append(post)
            theirs.append(("joins", post.iro_id, post.from_on, "0.8"))
        else:
            whose = random.choice((*iros, NOBODY))
            group = random.choice((None, None, "S1", "S2"))
            to = random.choice((None, None, *iros))
            ours.append(Move(day, whose, group and f"siblings {group}", to))
            theirs.append(("move", day, whose, group, to))
    return Plan(tuple(ours)), theirs


def work_of(held: Loaded, as_at: date) -> OpenWork:
    return open_work(held.engine, SERVICE_VIEWER, Selection(held.authority, as_at, as_at, as_at))


def told(found: Ahead) -> dict[tuple[str, int], tuple[float, ...]]:
    """The rows as the oracle has them, those of nothing left out."""
    rows = {
        (row["iro_id"], row["month"]): tuple(float(row[column]) for column in COLUMNS)
        for row in found.rows.to_dict("records")
    }
    assert len(rows) == len(found.rows)
    return {place: row for place, row in rows.items() if any(row)}


def expected(rows: dict[tuple[str, int], tuple[Any, ...]]) -> dict[tuple[str, int], Any]:
    return {place: pytest.approx(tuple(map(float, row))) for place, row in rows.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_the_oracles_with_a_plan_and_without(stores: Stores, seed: int) -> None:
    given = with_siblings(world(seed, children=16), seed)
    held = stores.load(given)
    for day in given.days:
        work = work_of(held, day)
        assert told(ahead(work)) == expected(capacity(given.rows, day, given.reviews_from))
        for number in range(4):
            plan, steps = drawn_plan(given, 10 * seed + number, day)
            theirs = capacity(given.rows, day, given.reviews_from, steps)
            assert told(ahead(work, plan)) == expected(theirs), plan


@pytest.mark.parametrize("seed", SEEDS)
def test_iros_and_children_without_one_add_up_to_the_service_before_and_after_a_plan(
    stores: Stores, seed: int
) -> None:
    given = with_siblings(world(seed, children=16), seed)
    held = stores.load(given)
    day = given.days[-1]
    work = work_of(held, day)
    as_is = service(ahead(work).rows)
    for number in range(6):
        plan, _ = drawn_plan(given, 10 * seed + number, day)
        planned = service(ahead(work, plan).rows)
        for column in ("reviews", "midways", "children"):
            assert list(planned[column]) == list(as_is[column]), "a plan moves work, it makes and loses none"
        assert set(planned["children"]) == {int((work.duties["regime"] != "short_break").sum())}


@pytest.mark.parametrize("seed", SEEDS)
def test_children_who_had_one_iro_still_have_one_when_their_siblings_are_spread(
    stores: Stores, seed: int
) -> None:
    given = with_siblings(world(seed, children=30), seed)
    held = stores.load(given)
    day = given.loaded_as_at
    work = work_of(held, day)
    for iro in {NOBODY, *work.duties["iro_id"]}:
        found = ahead(work, Plan((Move(day, iro),)))
        together = found.moved.groupby("family")["to_iro"].nunique()
        assert (together == 1).all()
        sizes = found.moved["family"].map(work.duties[work.duties["iro_id"] == iro]["family"].value_counts())
        moved = found.moved.groupby("family").size()
        assert (moved == sizes.groupby(found.moved["family"]).first()).all(), "a group goes whole or stays"
        ends = families(given.rows, day, given.reviews_from, [("move", day, iro, None, None)])
        assert {row.child_id: row.to_iro for row in found.moved.itertuples()}.items() <= ends.items()


def test_today_the_children_of_an_iro_are_those_of_the_caseload_measure(stores: Stores) -> None:
    for seed in SEEDS:
        held = stores.load(world(seed, children=16))
        day = held.world.loaded_as_at
        rows = ahead(work_of(held, day)).rows
        ours = rows[rows["month"] == 1].set_index("iro_id")["children"]
        asked = Selection(held.authority, day, day, day, by="iro")
        measured = measure_rows(held.engine, SERVICE_VIEWER, asked, ["caseload_per_fte"])
        theirs = dict(zip(measured["group"], measured["numerator"], strict=True))
        for iro, number in ours.items():
            if iro != NOBODY and theirs.get(iro) is not None and not pd.isna(theirs[iro]):
                assert number == theirs[iro]


def test_the_worlds_have_reviews_midways_moves_and_every_verdict() -> None:
    stores, moved, statuses = Stores(), 0, set()
    for seed in SEEDS:
        given = with_siblings(world(seed, children=16), seed)
        held = stores.load(given)
        for day in given.days:
            work = work_of(held, day)
            plan, _ = drawn_plan(given, seed, day)
            found = ahead(work, plan)
            moved += len(found.moved)
            statuses |= set(found.rows["caseload"])
    assert moved > 20
    assert statuses >= {"below", "no_hours", ""}


def test_postgresql_says_the_same(postgres: Engine) -> None:
    given = with_siblings(world(4, children=14), 4)
    held = Stores(postgres).load(given)
    for day in given.days:
        assert told(ahead(work_of(held, day))) == expected(capacity(given.rows, day, given.reviews_from))
