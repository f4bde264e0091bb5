"""Look for worlds over which product and oracle differ: `python -m tests.oracle.hunt --seeds 100`.

Prints the first differences of each seed found, and the smallest world that still shows the first of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from time import perf_counter

import click

from tests.oracle.compare import (
    Loaded,
    Stores,
    duty_differences,
    measure_differences,
    member_differences,
    narrowing_differences,
    sum_differences,
    tracker_differences,
)
from tests.oracle.measures import BREAKDOWNS, KEYS
from tests.worlds import RandomWorld, Row, edges, world

Check = Callable[[Loaded], Iterator[str]]
POINTING = {"children": "child_id", "iros": "iro_id", "teams": "team_id", "reviews": "review_id"}
"""Kinds that rows of other kinds point to: such a row goes together with what points to it."""
NEEDED = frozenset(
    {"from_date", "started_on", "review_status", "booked_for", "held_on", "done_on", "raised_on"}
)


def checks(given: RandomWorld, members_one_in: int) -> Iterator[tuple[str, Check]]:
    """Everything to be compared over a world: what it is called, and how it is done."""
    for day in given.days:
        yield "duties", lambda held, day=day: iter(duty_differences(held, day))
        yield "tracker", lambda held, day=day: iter(tracker_differences(held, day))
    for question in edges(given, 40):
        yield "edges", lambda held, question=question: measure_differences(held, question, ["service"])
    for question in given.questions:
        for by in BREAKDOWNS:
            yield (
                "measures",
                lambda held, question=question, by=by: measure_differences(held, question, [by]),
            )
            yield (
                "members",
                lambda held, question=question, by=by: member_differences(
                    held, question, by, one_in=1 if by == "service" else members_one_in
                ),
            )
        yield "sums", lambda held, question=question: sum_differences(held, question)
        yield "narrowing", lambda held, question=question: narrowing_differences(held, question)


def smallest(stores: Stores, given: RandomWorld, check: Check, kind_of: Callable[[str], str]) -> RandomWorld:
    """The world with every row and cell gone without which `check` still finds its first difference."""
    wanted = kind_of(next(check(stores.load(given))))

    def still(smaller: RandomWorld) -> bool:
        try:
            return any(kind_of(found) == wanted for found in check(stores.load(smaller)))
        except Exception:  # a world that cannot be loaded shows nothing
            return False

    for reduce in (_without_things, _without_rows, _without_cells):
        again = True
        while again:
            again = False
            for smaller in reduce(given):
                if still(smaller):
                    given, again = smaller, True
                    break
    return given


def _without_things(given: RandomWorld) -> Iterator[RandomWorld]:
    """Without one child, IRO, team or review, and everything that points to it; without `reviews_from`."""
    if given.reviews_from is not None:
        yield replace(given, reviews_from=None)
    for kind, column in POINTING.items():
        for row in given.rows.get(kind, []):
            name = row[column]
            kept = {
                each: [other for other in rows if name not in (other.get(column), _chair(other, column))]
                for each, rows in given.rows.items()
            }
            yield replace(given, rows={each: rows for each, rows in kept.items() if rows})


def _chair(row: Row, column: str) -> str | None:
    return row.get("chaired_by") if column == "iro_id" else None


def _without_rows(given: RandomWorld) -> Iterator[RandomWorld]:
    for kind, rows in given.rows.items():
        for place in range(len(rows)):
            kept = given.rows | {kind: rows[:place] + rows[place + 1 :]}
            yield replace(given, rows={each: rows for each, rows in kept.items() if rows})


def _without_cells(given: RandomWorld) -> Iterator[RandomWorld]:
    for kind, rows in given.rows.items():
        for place, row in enumerate(rows):
            for column in row:
                if row[column] in (None, "") or column in NEEDED or column.endswith("_id"):
                    continue
                less = {name: cell for name, cell in row.items() if name != column}
                yield replace(given, rows=given.rows | {kind: [*rows[:place], less, *rows[place + 1 :]]})


def _key_of(found: str) -> str:
    """The measure a difference is about, so that a smaller world is not one with another difference."""
    return next((key for key in sorted(KEYS, key=len, reverse=True) if key in found.split(":")[0]), found[:6])


def shown(given: RandomWorld) -> str:
    """The world as a reader can write it into a test."""
    lines = [f"loaded as at {given.loaded_as_at}, reviews from {given.reviews_from or 'the beginning'}"]
    for kind, rows in given.rows.items():
        for row in rows:
            told = ", ".join(f"{column} {cell}" for column, cell in row.items() if cell not in (None, ""))
            lines.append(f"  {kind}: {told}")
    return "\n".join(lines)


def say(*lines: str) -> None:
    for line in lines:
        click.echo(line)


def hunt(seeds: range, children: int, only: str | None, members_one_in: int, most: int) -> int:
    """Compare the worlds of `seeds`; how many of them showed a difference. Stops after `most` of them."""
    stores, bad, begun = Stores(), 0, perf_counter()
    for done, seed in enumerate(seeds):
        given = world(seed, children or None)
        held = stores.load(given)
        for what, check in checks(given, members_one_in):
            if only and what != only:
                continue
            found = list(islice(check(held), 5))
            if found:
                bad += 1
                say(f"seed {seed}, {what}:", *(f"  {line}" for line in found))
                small = smallest(stores, given, check, _key_of)
                say(*islice(check(stores.load(small)), 5), shown(small), "")
                break
        if bad == most:
            break
        if (done + 1) % 20 == 0:
            click.echo(f"{done + 1} worlds, {bad} differ, {perf_counter() - begun:.0f} s", err=True)
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.hunt", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many worlds")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--children", type=int, default=12, help="children in a world; 0 for one to five")
    parser.add_argument("--only", choices=("duties", "measures", "edges", "members", "sums", "narrowing"))
    parser.add_argument("--members-one-in", type=int, default=10, help="look behind every so many numbers")
    parser.add_argument("--most", type=int, default=3, help="stop after so many worlds that differ")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    bad = hunt(seeds, asked.children, asked.only, asked.members_one_in, asked.most)
    say(f"{bad} worlds differ" if bad else f"no difference in {len(seeds)} worlds")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
