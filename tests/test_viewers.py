"""Every function that reads rows of children or staff, asked by different viewers.

What a viewer may not see must make no difference to what they are given: each is answered from the whole
store as from one in which nothing is stored but what is theirs. A new reading function that is not asked here
fails by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access import child, reading
from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded import entries as recorded
from data_access.recorded.entries import Entry, EntryKind, keep
from metrics import absences, circumstances, population, teams, tracker
from metrics.ahead import capacity_rows
from metrics.chance import compare
from metrics.child import known_child
from metrics.counting import calculate, duties_as_at, members, numbers, promptness
from metrics.counting.question import Selection
from metrics.disclosure import share
from metrics.measures import CATALOGUE
from metrics.practice import caseload, dip_sample, monitoring, practice, supervision, targeted_audit
from metrics.recorded import due_dates, work
from tests import small_service
from tests.doors import World, load_world
from tests.readers import readers

AS_AT, YEAR_START = small_service.AS_AT, date(2026, 1, 1)
YEAR = Selection("LOCAL", YEAR_START, AS_AT, AS_AT)
VIEWERS = {
    "I1": Viewer(Role.IRO, iro_id="I1"),
    "I2": Viewer(Role.IRO, iro_id="I2"),
    "T1": Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"})),
    "T2": Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T2"})),
}
AUDIT = Entry("LOCAL", None, EntryKind.AUDIT, AS_AT, code="either", who="M", said="To learn")


def allocated(name: str, child_id: str) -> bool:
    """Whether the child is, or was, this IRO's or team's."""
    number = small_service.NAMES.index(child_id)
    if name.startswith("T"):
        return f"T{number % 2 + 1}" == name
    return f"I{number % 3 + 1}" == name and child_id not in small_service.WITHOUT_IRO


def whole() -> World:
    """The small service with what else can be read of a child: escalations, audits, odd and bad rows."""
    world = {kind: [dict(row) for row in rows] for kind, rows in small_service.full().items()}
    for number, child_id in enumerate(small_service.NAMES):
        team, iro = f"T{number % 2 + 1}", f"I{number % 3 + 1}"
        held_on = "2026-04-20" if child_id in small_service.OVERDUE else "2026-05-30"
        world.setdefault("escalations", []).append(
            {
                "escalation_id": f"E{number}", "child_id": child_id, "raised_on": date(2026, 10, number + 1),
                "theme": "permanence", "stage": "formal_1", "iro_id": iro, "team_id": team,
            }
        )  # fmt: skip
        world.setdefault("audits", []).append(
            {
                "audit_id": f"U{number}", "programme": "Focus Five", "audited_on": date(2026, 9, 7),
                "audit_theme": "visiting", "grade": "good", "child_id": child_id, "team_id": team,
            }
        )  # fmt: skip
        for item in ("sdq", "care_plan"):
            world.setdefault("monitoring", []).append(
                {"review_id": f"R-{child_id}-{held_on}", "item": item, "met": "no" if number % 4 else "yes"}
            )
        world.setdefault("review_people", []).append(
            {"review_id": f"R-{child_id}-{held_on}", "person": "mother", "involvement": "attended"}
        )
        world["activities"].append(
            {
                "activity_id": f"W{number}", "child_id": child_id, "iro_id": iro,
                "activity_kind": "child_contact", "done_on": date(2026, 2, 16),
            }
        )  # fmt: skip
        world.setdefault("legal_statuses", []).append(
            {"child_id": child_id, "from_date": date(2025, 5, 1), "legal_status": "C2"}
        )
        world["activities"].append(
            {
                "activity_id": f"Z{number}", "child_id": child_id, "iro_id": iro,
                "activity_kind": "case_note", "done_on": "no day",
            }
        )  # fmt: skip
    for row in world["care_periods"]:
        if row["child_id"] in small_service.WITHOUT_IRO:
            row["started_on"] = date(2025, 4, 29)
    for row in world["reviews"]:
        if row["child_id"] in small_service.WITHOUT_IRO:
            row["chaired_by"] = None
        row["recorded_due_on"] = date(2026, 5, 1)
        if row.get("held_on") == date(2026, 2, 18):
            row["non_attendance_reason"] = "NA01"
    return world


def of(name: str, world: World) -> World:
    """The rows of a world that are about this viewer's children, or about nobody's."""
    children = {row["child_id"]: allocated(name, str(row["child_id"])) for row in world["children"]}
    reviews = {row["review_id"]: children[row["child_id"]] for row in world["reviews"]}
    return {
        kind: [
            row for row in rows if children.get(row.get("child_id"), reviews.get(row.get("review_id"), True))
        ]
        for kind, rows in world.items()
    }


def store_with(world: World, told: Viewer) -> Engine:
    """A store that holds a world, another authority's children beside it, and entries that a viewer sees."""
    engine = load_world(whole(), as_at=AS_AT, authority="OTHER")
    load_world(world, as_at=AS_AT, engine=engine, authority="LOCAL")
    named = {str(row["child_id"]) for row in world["children"]}
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    for child_id in sorted(named):
        entry = Entry("LOCAL", child_id, EntryKind.CONCERN, AS_AT, said=f"About {child_id}")
        keep(engine, SERVICE_VIEWER, entry, by="Manager", at=now)
    for iro_id in small_service.IROS:
        if told.sees_the_service or told.iro_id == iro_id:
            entry = Entry("LOCAL", None, EntryKind.SUPERVISION, AS_AT, said="Talked", iro_id=iro_id, who="M")
            keep(engine, SERVICE_VIEWER, entry, by="Manager", at=now)
    cases = targeted_audit.cases(engine, SERVICE_VIEWER, YEAR, targeted_audit.EITHER)
    entry = replace(AUDIT, entry_id=recorded.new_id())
    audit, drawn = targeted_audit.audit_entries(entry, cases, (YEAR_START, AS_AT), "1", None)
    recorded.keep_together(engine, SERVICE_VIEWER, [audit, *drawn], by="Manager", at=now)
    return engine


@pytest.fixture(scope="module")
def everything() -> Engine:
    return store_with(whole(), SERVICE_VIEWER)


@pytest.fixture(scope="module")
def own() -> dict[str, Engine]:
    """For each viewer a store in which there is nothing but what is theirs."""
    return {name: store_with(of(name, whole()), viewer) for name, viewer in VIEWERS.items()}


def histories(engine: Engine, viewer: Viewer) -> list[Entry]:
    every = recorded.entries(engine, SERVICE_VIEWER, "LOCAL")
    return [one for entry in every for one in recorded.history(engine, viewer, "LOCAL", entry.entry_id)]


def of_each_child(ask: Callable[[str], Any]) -> list[Any]:
    return [ask(child_id) for child_id in small_service.NAMES]


def of_each_iro(ask: Callable[[str], Any]) -> list[Any]:
    return [ask(iro_id) for iro_id in small_service.IROS]


def audit_facts(engine: Engine, viewer: Viewer) -> object:
    """The facts of every case that could be drawn, asked by a viewer who knows of the whole audit."""
    cases = targeted_audit.cases(engine, SERVICE_VIEWER, YEAR, targeted_audit.EITHER)
    entry, drawn = targeted_audit.audit_entries(AUDIT, cases, (YEAR_START, AS_AT), "1", None)
    audit = targeted_audit.TargetedAudit(1, AS_AT, entry, tuple(drawn), (), ())
    return targeted_audit.facts_of(engine, viewer, audit)


def absent(engine: Engine) -> pd.DataFrame:
    return members.members(engine, SERVICE_VIEWER, "absences_explained", YEAR, part="denominator")


def everyone() -> pd.DataFrame:
    return pd.DataFrame({"child_id": small_service.NAMES, "on": AS_AT})


Ask = Callable[[Engine, Viewer], object]
ASKED: dict[str, Ask] = {
    "data_access.child.child_record": lambda e, v: of_each_child(
        lambda one: child.child_record(e, v, "LOCAL", one, AS_AT)
    ),
    "data_access.child.find_children": lambda e, v: child.find_children(e, v, "LOCAL", "C", most=99),
    "data_access.reading.findings": lambda e, v: reading.findings(e, v, "LOCAL"),
    "data_access.reading.refused_rows": lambda e, v: reading.refused_rows(e, v, "LOCAL"),
    "data_access.reading.first_day_in_care": lambda e, v: reading.first_day_in_care(e, v, "LOCAL"),
    "data_access.reading.iros": lambda e, v: reading.iros(e, v, "LOCAL"),
    "data_access.reading.iros_at_work": lambda e, v: reading.iros_at_work(e, v, "LOCAL", AS_AT),
    "data_access.reading.teams": lambda e, v: reading.teams(e, v, "LOCAL"),
    "data_access.recorded.entries.entries": lambda e, v: recorded.entries(e, v, "LOCAL"),
    "data_access.recorded.entries.history": histories,
    "metrics.absences.involvement": lambda e, v: absences.involvement(e, v, YEAR),
    "metrics.absences.with_contact": lambda e, v: absences.with_contact(e, v, YEAR, absent(e)).dropna(
        subset=["contact_on"]
    ),
    "metrics.ahead.capacity_rows.open_work": lambda e, v: capacity_rows.open_work(e, v, YEAR),
    "metrics.chance.compare.compared": lambda e, v: compare.compared(e, v, YEAR, compare.Quarter(2026, 2)),
    "metrics.child.known_child": lambda e, v: of_each_child(
        lambda one: replace(known_child(e, v, "LOCAL", one, AS_AT, midways_from=None), child_id="as asked")
    ),
    "metrics.circumstances.circumstances": lambda e, v: circumstances.circumstances(
        e, v, "LOCAL", everyone(), "on"
    ).query("legal_status != @circumstances.UNKNOWN"),
    "metrics.counting.calculate.measure_rows": lambda e, v: calculate.measure_rows(e, v, YEAR),
    "metrics.counting.calculate.measure_trend": lambda e, v: calculate.measure_trend(
        e, v, ["reviews_held"], YEAR
    ),
    "metrics.counting.calculate.monthly_rows": lambda e, v: calculate.monthly_rows(e, v, YEAR),
    "metrics.counting.calculate.period_rows": lambda e, v: calculate.period_rows(e, v, YEAR, list(CATALOGUE)),
    "metrics.counting.duties_as_at.duties_as_at": lambda e, v: duties_as_at.duties_as_at(
        e, v, "LOCAL", AS_AT
    ),
    "metrics.counting.members.members": lambda e, v: [
        members.members(e, v, key, YEAR) for key in CATALOGUE if CATALOGUE[key].full_time is None
    ],
    "metrics.counting.numbers.numbers_of": lambda e, v: numbers.numbers_of(
        e, v, YEAR, list(CATALOGUE.values())
    ),
    "metrics.counting.promptness.step_rows": lambda e, v: promptness.step_rows(
        e, v, YEAR, ["record_in_15_days"]
    ),
    "metrics.disclosure.share.shareable_rows": lambda e, v: share.shareable_rows(e, v, YEAR),
    "metrics.disclosure.share.shareable_tables": lambda e, v: share.shareable_tables(e, v, YEAR),
    "metrics.population.population": lambda e, v: population.population(e, v, YEAR, AS_AT),
    "metrics.practice.caseload.caseload": lambda e, v: of_each_iro(
        lambda one: caseload.caseload(e, v, replace(YEAR, iro_id=one))
    ),
    "metrics.practice.dip_sample.recent_work": lambda e, v: of_each_iro(
        lambda one: dip_sample.recent_work(e, v, "LOCAL", one, AS_AT, dip_sample.RANDOM)
    ),
    "metrics.practice.monitoring.team_month": lambda e, v: [
        monitoring.team_month(e, v, "LOCAL", team, date(2026, 5, 1), AS_AT) for team in small_service.TEAMS
    ],
    "metrics.practice.practice.late_rows": lambda e, v: practice.late_rows(e, v, YEAR),
    "metrics.practice.practice.practice": lambda e, v: of_each_iro(
        lambda one: practice.practice(e, v, "LOCAL", one, date(2026, 5, 1), AS_AT)
    ),
    "metrics.practice.supervision.records": lambda e, v: of_each_iro(
        lambda one: supervision.records(e, v, "LOCAL", one, AS_AT, small_service.NAMES)
    ),
    "metrics.practice.targeted_audit.cases": lambda e, v: targeted_audit.cases(
        e, v, YEAR, targeted_audit.EITHER
    ),
    "metrics.practice.targeted_audit.facts_of": audit_facts,
    "metrics.practice.targeted_audit.targeted_audits": lambda e, v: targeted_audit.targeted_audits(
        e, v, "LOCAL", AS_AT
    ),
    "metrics.recorded.due_dates.recorded_due_dates": lambda e, v: due_dates.recorded_due_dates(e, v, YEAR),
    "metrics.recorded.work.recorded_work": lambda e, v: work.recorded_work(e, v, YEAR),
    "metrics.teams.teams_beside": lambda e, v: teams.teams_beside(e, v, YEAR, "reviews_held_on_time"),
    "metrics.tracker.open_duties": lambda e, v: tracker.open_duties(e, v, YEAR),
    "metrics.tracker.tracker": lambda e, v: tracker.tracker(e, v, YEAR),
}
COUNTED_AS_THE_SERVICE = {
    "metrics.practice.practice.practice",
    "metrics.practice.monitoring.team_month",
    "metrics.teams.teams_beside",
    "metrics.practice.targeted_audit.targeted_audits",
}
"""What gives the service's own numbers, or an audit as a whole, to whoever may see it: nobody else's rows are
named in it, and that is what is asked here."""
OF_THIS_STORE = {"duty_id", "file", "line", "file_id", "entry_id", "recorded_at", "part_of"}
"""Names of what differs between two stores that say the same."""


def plain(value: Any) -> Any:
    """Any answer as plain values that can be compared: rows in order of what they say."""
    if isinstance(value, pd.DataFrame):
        kept = value[[name for name in value if name not in OF_THIS_STORE]]
        return sorted(map(repr, kept.astype(object).to_dict("records")))
    if is_dataclass(value) and not isinstance(value, type):
        named = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: plain(one) for name, one in named.items() if name not in OF_THIS_STORE}
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return sorted((plain(one) for one in value), key=repr)
    return repr(value)


def names_in(value: object) -> set[str]:
    """The children that an answer names."""
    text = repr(plain(value))
    return {child_id for child_id in small_service.NAMES if re.search(rf"\b{child_id}\b", text)}


def test_every_reading_function_is_asked_here() -> None:
    takes = {
        name
        for name, signature in readers()
        if any(p.annotation is Viewer for p in signature.parameters.values())
    }
    writes = {"data_access.recorded.entries.keep", "data_access.recorded.entries.keep_together"}
    missing = sorted(takes - writes - set(ASKED))
    assert not missing, f"say in ASKED how viewers ask these, so that their rows are compared: {missing}"
    assert not (gone := sorted(set(ASKED) - takes)), f"these are no reading functions any more: {gone}"


@pytest.mark.parametrize("name", sorted(set(ASKED) - COUNTED_AS_THE_SERVICE))
def test_what_is_not_a_viewers_makes_no_difference_to_their_answer(
    name: str, everything: Engine, own: dict[str, Engine]
) -> None:
    ask, differs = ASKED[name], False
    for who, viewer in VIEWERS.items():
        answer = plain(ask(everything, viewer))
        assert answer == plain(ask(own[who], viewer)), f"{name} gives {who} what is not theirs"
        differs |= answer != plain(ask(everything, SERVICE_VIEWER))
    assert differs, f"{name} gives the service no more than anybody: this test would not notice a leak"


@pytest.mark.parametrize("name", sorted(ASKED))
def test_no_answer_names_anybody_elses_child(name: str, everything: Engine) -> None:
    for who, viewer in VIEWERS.items():
        strangers = {one for one in names_in(ASKED[name](everything, viewer)) if not allocated(who, one)}
        assert not strangers, f"{name} names {len(strangers)} children who are not {who}'s"
