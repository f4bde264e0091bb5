"""Who has no social worker, and when the data cannot say so."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from metrics.counting.calculate import Selection, measure_rows, members
from metrics.counting.coverage import availability
from tests.doors import load_world

AS_AT = date(2026, 3, 31)
KEY = "children_without_a_social_worker"
NOW = Selection("LOCAL", AS_AT, AS_AT, AS_AT)


def store(workers: dict[str, str | None], **more: list[dict[str, Any]]) -> Engine:
    """A store of children in one team, each with the social worker given; None where nobody is named."""
    return load_world(
        {
            "children": [{"child_id": child, "date_of_birth": date(2014, 5, 1)} for child in (*workers, "Z")],
            "care_periods": [
                {"child_id": child, "started_on": date(2025, 1, 6)} for child in (*workers, "Z")
            ],
            "teams": [{"team_id": "T1", "team_name": "Team one"}],
            "team_allocations": [
                {"child_id": child, "team_id": "T1", "from_date": date(2025, 1, 6), "social_worker": worker}
                for child, worker in workers.items()
            ],
            **more,
        },
        as_at=AS_AT,
    )


def test_a_source_that_never_names_a_social_worker_is_not_available_and_not_everybody() -> None:
    engine = store({"A": None, "B": None})
    assert "names a social worker" in availability(engine, "LOCAL")[KEY]
    row = measure_rows(engine, SERVICE_VIEWER, NOW, [KEY]).iloc[0]
    assert row[["numerator", "denominator", "value"]].isna().all()


def test_the_children_of_a_team_whom_nobody_is_named_for_are_listed_those_of_no_team_apart() -> None:
    engine = store({"A": "Worker 1", "B": None})
    assert KEY not in availability(engine, "LOCAL")
    by_team = Selection("LOCAL", AS_AT, AS_AT, AS_AT, by="team")
    rows = measure_rows(engine, SERVICE_VIEWER, by_team, [KEY]).set_index("group")
    assert tuple(rows.loc["T1", ["numerator", "denominator"]]) == (1, 2)
    assert tuple(rows.loc["unallocated", ["numerator", "denominator"]]) == (1, 1)
    assert list(members(engine, SERVICE_VIEWER, KEY, by_team, group="T1")["child_id"]) == ["B"]


def test_a_team_manager_sees_their_own_children_without_a_social_worker() -> None:
    engine = store({"A": "Worker 1", "B": None})
    theirs = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    assert list(members(engine, theirs, KEY, NOW)["child_id"]) == ["B"]
