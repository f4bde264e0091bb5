"""Facts are the same however they were loaded: in batches, from several sources, into either database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from data_access.loading.resolve import resolve
from data_access.store.opening import writing
from data_access.store.schema import DERIVED_TABLES, bookings, duties, load_files
from metrics.derive import derive
from metrics.facts import source_rows
from tests.doors import World, load_world
from tests.one_child import (
    AS_AT,
    IROS,
    TEAMS,
    d,
    review,
    world,
)
from tests.stored import stored


def full_world(children: int = 7) -> World:
    """Several children with a row of every kind, in no order of their identifiers."""
    ids = [f"{(n * 5) % children:03d}" for n in range(children)]
    each = [(n, {"child_id": child}) for n, child in enumerate(ids)]
    return {
        "children": [child | {"date_of_birth": f"20{10 + n}-05-01"} for n, child in each],
        "iros": IROS,
        "teams": TEAMS,
        "care_periods": [child | {"started_on": f"2025-01-{6 + n:02d}"} for n, child in each],
        "legal_statuses": [
            child | {"from_date": "2025-01-06", "legal_status": "V3" if n == 2 else "C2"} for n, child in each
        ],
        "placements": [
            child | {"from_date": "2025-04-01", "placement_type": "A4" if n == 3 else "U1"}
            for n, child in each
        ],
        "iro_allocations": [
            child | {"iro_id": ("ANN", "BEN")[n % 2], "from_date": "2025-01-08"} for n, child in each
        ],
        "team_allocations": [
            child | {"team_id": ("EAST", "WEST")[n % 2], "from_date": "2025-01-06", "social_worker": f"W{n}"}
            for n, child in each
        ],
        "reviews": [
            child
            | {
                "review_id": f"{child['child_id']}-{month}",
                "review_status": "held",
                "held_on": f"2025-{month:02d}-1{n}",
                "booked_for": f"2025-{month:02d}-1{n}",
                "participation_code": "PN1",
                "is_series": "no",
                "child_paper_returned": "yes",
                "report_received_on": f"2025-{month:02d}-02",
                "letter_sent_on": f"2025-{month:02d}-25",
            }
            for n, child in each
            for month in (2, 5)
        ],
        "review_people": [
            {"review_id": f"{child['child_id']}-2", "person": "mother", "involvement": "attended"}
            for _, child in each
        ],
        "activities": [
            child
            | {"activity_id": f"N{n}", "iro_id": "ANN", "activity_kind": "child_contact"}
            | {"done_on": "2025-04-01"}
            for n, child in each
            if n % 2
        ],
        "escalations": [
            child | {"escalation_id": f"E{n}", "raised_on": "2025-03-01", "stage": "informal"}
            for n, child in each
        ],
        "audits": [
            about
            | {"audit_id": f"A{n}", "programme": "P", "audited_on": "2025-03-01"}
            | {"audit_theme": "plans", "grade": "good"}
            for n, about in [*each, (children, {})]
        ],
    }


def facts_in(engine: Engine, authority: str = "LOCAL") -> dict[str, list[dict[str, Any]]]:
    return {table.name: stored(engine, table, authority) for table in DERIVED_TABLES}


def test_facts_are_the_same_in_one_batch_of_children_or_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_world(full_world(), as_at=AS_AT)
    at_once = facts_in(engine)
    assert {name for name, rows in at_once.items() if not rows} == set()
    sizes = []

    def few(connection: Any, authority: str) -> list[source_rows.Children]:
        found = source_rows.batches(connection, authority, size=2)
        sizes.append(len(found))
        return found

    monkeypatch.setattr("metrics.derive.batches", few)
    with writing(engine) as connection:
        derive(connection, "LOCAL", AS_AT)
    assert sizes == [4]
    assert facts_in(engine) == at_once


def test_a_later_load_replaces_the_facts_of_its_authority_alone() -> None:
    engine = load_world(world(reviews=[review(held_on="2025-01-20")]), as_at=AS_AT, authority="HERE")
    load_world(full_world(), as_at=AS_AT, authority="THERE", engine=engine)
    there = facts_in(engine, "THERE")
    load_world({"reviews": [review()]}, as_at=AS_AT, authority="HERE", engine=engine)
    assert facts_in(engine, "THERE") == there
    assert [row["held_on"] for row in stored(engine, duties, "HERE")] == [date(2025, 1, 31), None]


def test_facts_do_not_depend_on_the_as_at_date() -> None:
    later = load_world(full_world(), as_at=date(2027, 1, 1))
    assert facts_in(load_world(full_world(), as_at=date(2025, 3, 1))) == facts_in(later)


def as_if_from(engine: Engine, source: str, **columns: object) -> None:
    """Make what a source said come from another format or year, and settle and derive it again."""
    with writing(engine) as connection:
        connection.execute(load_files.update().where(load_files.c.source == source).values(**columns))
        resolve(connection, "LOCAL")
        derive(connection, "LOCAL", AS_AT)


def test_of_two_sources_the_one_believed_first_speaks_and_its_blanks_are_filled_from_the_other() -> None:
    """A statutory return knows the review's code; the extract knows the rest."""
    engine = load_world(world(reviews=[review(chaired_by="ANN", booked_for="2025-01-30")]), as_at=AS_AT)
    lower = review(review_id="903-1", participation_code="PN5", chaired_by="BEN")
    load_world({"reviews": [lower]}, as_at=AS_AT, engine=engine, source="the return")
    as_if_from(engine, "the return", format="ssda903")
    first, _ = stored(engine, duties)
    assert (first["review_id"], first["chaired_by"], first["participation_code"]) == ("R1", "ANN", "PN5")
    assert [row["review_id"] for row in stored(engine, bookings)] == ["R1"]


@pytest.mark.parametrize(
    ("reviews_from", "kind"), [("2025-02-03", "first"), ("2025-02-04", "unknown"), (None, "unknown")], ids=str
)
def test_a_return_covers_the_reviews_since_its_first_year_and_without_a_reviews_table_none(
    reviews_from: str | None, kind: str
) -> None:
    engine = load_world(world(), as_at=AS_AT)
    as_if_from(engine, "extract", format="ssda903", reviews_from=d(reviews_from))
    (duty,) = stored(engine, duties)
    assert (duty["kind"], duty["due_on"]) == (kind, d("2025-02-03") if kind == "first" else None)


def test_what_the_user_said_the_reviews_cover_overrides_the_return() -> None:
    engine = load_world(world(), as_at=AS_AT, reviews_from=date(2025, 2, 3))
    as_if_from(engine, "extract", format="ssda903", reviews_from=date(2025, 4, 1))
    assert [row["kind"] for row in stored(engine, duties)] == ["first"]


def test_a_child_known_to_the_extract_whose_reviews_the_return_tells_has_those_the_return_covers() -> None:
    engine = load_world(world(), as_at=AS_AT)
    told = {"reviews": [review(review_id="903-1", held_on="2025-04-10")]}
    load_world(told, as_at=AS_AT, engine=engine, source="the return")
    as_if_from(engine, "the return", format="ssda903", reviews_from=date(2025, 4, 1))
    assert [row["kind"] for row in stored(engine, duties)] == ["unknown", "subsequent"]


def test_facts_are_the_same_on_postgresql(postgres: Engine) -> None:
    load_world(full_world(), as_at=AS_AT, engine=postgres)
    assert facts_in(postgres) == facts_in(load_world(full_world(), as_at=AS_AT))
