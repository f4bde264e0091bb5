"""A world of one child, loaded from files as a user would, and the duties derived from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from data_access.store.schema import duties
from tests.doors import World, load_world
from tests.stored import stored

AS_AT = date(2026, 6, 30)
CHILD = {"child_id": "007", "date_of_birth": "2014-05-01"}
CARE = {"child_id": "007", "started_on": "2025-01-06"}  # first review due Mon 3 Feb 2025
IROS = [{"iro_id": i, "iro_name": i, "started_on": "2019-01-01"} for i in ("ANN", "BEN")]
TEAMS = [{"team_id": t, "team_name": t} for t in ("EAST", "WEST")]


def d(text: str | None) -> date | None:
    """A day as the store has it, written 2026-01-05; none for none."""
    return None if text is None else date.fromisoformat(text)


def world(**more: list[dict[str, object]]) -> World:
    """One child in care since 6 January 2025, with two IROs and two teams, and what a test adds."""
    return {"children": [CHILD], "care_periods": [CARE], "iros": IROS, "teams": TEAMS} | more


def review(**more: object) -> dict[str, object]:
    """The first review, held on Friday 31 January 2025, unless a test says otherwise."""
    return {"review_id": "R1", "child_id": "007", "review_status": "held", "held_on": "2025-01-31"} | more


def iro(iro_id: str, first: str, last: str | None = None) -> dict[str, object]:
    return {"child_id": "007", "iro_id": iro_id, "from_date": first, "to_date": last}


def team(team_id: str, first: str, last: str | None = None, worker: str = "") -> dict[str, object]:
    row = {"child_id": "007", "team_id": team_id, "from_date": first, "to_date": last}
    return row | {"social_worker": worker}


def duties_in(given: World) -> list[dict[str, Any]]:
    return stored(load_world(given, as_at=AS_AT), duties)


def first_duty(**more: list[dict[str, object]]) -> dict[str, Any]:
    return duties_in(world(**more))[0]


def story(
    *periods: tuple[str, str | None] | dict[str, object],
    held: Sequence[str] = (),
    statuses: Sequence[tuple[str, str | None, str]] = (),
    placements: Sequence[tuple[str, str | None, str]] = (),
    reviews: Sequence[dict[str, object]] = (),
    reviews_from: date | None = None,
) -> list[dict[str, Any]]:
    """The duties of one child with these periods of care, reviews held, legal statuses and placements."""
    given = [p if isinstance(p, dict) else {"started_on": p[0], "ended_on": p[1]} for p in periods]
    world = {
        "children": [CHILD],
        "care_periods": [{"child_id": "007"} | period for period in given],
        "legal_statuses": [
            {"child_id": "007", "from_date": first, "to_date": last, "legal_status": code}
            for first, last, code in statuses
        ],
        "placements": [
            {"child_id": "007", "from_date": first, "to_date": last, "placement_type": code}
            for first, last, code in placements
        ],
        "reviews": [
            {"review_id": f"R{n}", "child_id": "007", "review_status": "held", "held_on": day}
            for n, day in enumerate(held)
        ]
        + [{"child_id": "007", "review_status": "held"} | review for review in reviews],
    }
    return stored(load_world(world, as_at=AS_AT, reviews_from=reviews_from), duties)


def told(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These columns of each duty, days as text."""
    return [tuple(str(row[n]) if isinstance(row[n], date) else row[n] for n in names) for row in rows]


def dues(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return told(rows, "kind", "opens_on", "due_on")


def ends(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return told(rows, "regime", "kind", "due_on", "closes_on", "closed_by")
