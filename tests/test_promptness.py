"""Steps in three parts, counted and listed: on time, late and missing are all there is, each row in one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from metrics.counting.calculate import Selection, measure_rows, members
from metrics.counting.promptness import step_rows
from metrics.measures import steps
from tests import small_service
from tests.doors import load_world
from tests.worlds import edges, world

KEYS = [measure.key for measure in steps.MEASURES]
DONE_ON = {
    "iro_told_in_2_days": "notified_on",
    "iro_allocated_in_5_days": "first_iro_on",
    "invitations_10_days_before": "invitations_sent_on",
    "report_2_days_before": "report_received_on",
    "care_plan_2_days_before": "care_plan_updated_on",
    "decisions_in_5_days": "decisions_sent_on",
    "record_in_15_days": "record_sent_on",
    "letter_in_20_days": "letter_sent_on",
    "monitoring_form_sent": "monitoring_sent_on",
    "social_worker_visited_10_days_before": "social_worker_visit_on",
}
"""The column of a list's rows that says when a step was done."""
SINCE_OPENING = {"care_plan_2_days_before", "social_worker_visited_10_days_before"}
YEAR = Selection("LOCAL", date(2025, 11, 1), date(2026, 10, 31), small_service.AS_AT)


@pytest.fixture(scope="module", params=[3, 7, 11])
def drawn(request):
    """A random world, and what to ask of it: whole months, ragged periods, the very days of a limit."""
    given = world(request.param, 12)
    engine = load_world(given.rows, as_at=given.loaded_as_at, reviews_from=given.reviews_from)
    asked = [*given.questions, *edges(given, 6)]
    yield engine, [Selection("LOCAL", one.start, one.end, one.as_at) for one in asked]
    engine.dispose()


@pytest.mark.parametrize("by", ["service", "iro", "team", "month", "kind", "age_band"])
def test_on_time_late_and_missing_add_up_in_every_group(drawn, by):
    engine, questions = drawn
    for question in questions:
        rows = step_rows(engine, SERVICE_VIEWER, replace(question, by=by), KEYS)
        told = rows[rows["denominator"].notna()]
        assert (told["numerator"] + told["late"] + told["missing"] == told["denominator"]).all()
        assert (told[["late", "missing"]] >= 0).all(axis=None)
        plain = measure_rows(engine, SERVICE_VIEWER, replace(question, by=by), KEYS)
        pd.testing.assert_frame_equal(rows[list(plain)], plain)


@pytest.mark.parametrize("by", ["service", "team"])
def test_each_part_has_as_many_rows_as_its_number_and_each_row_is_in_one(drawn, by):
    engine, questions = drawn
    seen = Counter()
    for question in questions:
        asked = replace(question, by=by)
        for row in step_rows(engine, SERVICE_VIEWER, asked, KEYS).itertuples():
            if not row.denominator > 0:
                continue
            parts = {
                part: members(engine, SERVICE_VIEWER, row.measure, asked, part=part, group=row.group)
                for part in ("numerator", "late", "missing")
            }
            numbers = {"numerator": row.numerator, "late": row.late, "missing": row.missing}
            assert {part: len(rows) for part, rows in parts.items()} == numbers, (row.measure, row.group)
            if row.measure in DONE_ON:
                assert all(_done(row.measure, one, question) for one in _rows(parts["late"]))
                assert not any(_done(row.measure, one, question) for one in _rows(parts["missing"]))
            seen.update({part: len(rows) for part, rows in parts.items()})
    assert min(seen[part] for part in ("numerator", "late", "missing")) > 20


def _rows(frame: pd.DataFrame) -> list[dict]:
    return frame.to_dict("records")


def _done(key: str, row: dict, question: Selection) -> bool:
    """Whether a row of a list says that the step was done by the as-at date, since the duty opened."""
    day = row[DONE_ON[key]]
    if day is None or pd.isna(day) or day > question.as_at:
        return False
    return key not in SINCE_OPENING or day >= row["opens_on"]


def test_the_small_services_reports_are_the_ones_it_was_made_with(store):
    (row,) = step_rows(store, SERVICE_VIEWER, YEAR, ["report_2_days_before"]).itertuples()
    assert (row.late, row.missing) == (len(small_service.REPORT_LATE), len(small_service.REPORT_MISSING))
    for part, children in (("late", small_service.REPORT_LATE), ("missing", small_service.REPORT_MISSING)):
        rows = members(store, SERVICE_VIEWER, "report_2_days_before", YEAR, part=part)
        assert set(rows["child_id"]) == children


def test_a_step_without_a_limit_is_never_late(store):
    rows = step_rows(store, SERVICE_VIEWER, YEAR, ["monitoring_form_sent", "iro_saw_child_before"])
    assert list(rows["late"]) == [0, 0]


def test_a_team_manager_counts_their_own_teams_steps(store):
    viewer = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    (row,) = step_rows(store, viewer, YEAR, ["report_2_days_before"]).itertuples()
    assert (row.late, row.missing) == (0, len(small_service.REPORT_MISSING)), "C09 is in the other team"


def test_what_is_no_step_is_refused(store):
    with pytest.raises(KeyError):
        step_rows(store, SERVICE_VIEWER, YEAR, ["reviews_held"])
