"""What audits say: grades add up, and no link between themes is claimed from a few audits."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests import small_service
from tests.doors import store_of
from tests.screens import opened, said, shown

PAGE = "pages/quality/audits/page.py"

GRADED = [
    # audit, team, cohort, months out of date, supervision, plans
    ("Q1", "T1", "Under 5", 0, "good", "good"),
    ("Q2", "T1", "Under 5", 6, "outstanding", "good"),
    ("Q3", "T2", None, 5, "inadequate", "requires_improvement"),
    ("Q4", None, None, 11, "good", "inadequate"),
]
"""Supervision 3 of 4 good or better, plans 2 of 4; the two alike in 3 of 4 audits, by chance in 2."""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> str:
    rows = [
        {
            "audit_id": audit, "programme": "Focus Five", "audited_on": date(2026, 5, 11),
            "audit_theme": theme, "grade": grade, "team_id": team, "cohort": cohort,
            "improvement": "Say who does what" if grade not in ("good", "outstanding") else None,
            "months_out_of_date": months if theme == "plans" else None,
            "in_time": months < 6 if theme == "supervision" and cohort else None,
        }
        for audit, team, cohort, months, *grades in GRADED
        for theme, grade in zip(("supervision", "plans"), grades, strict=True)
    ]  # fmt: skip
    world = {**small_service.full(), "audits": rows}
    return store_of(world, tmp_path_factory.mktemp("audits"), as_at=small_service.AS_AT)


@pytest.fixture
def page(audited: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("IRO_STORE_URL", audited)
    return opened(PAGE)


def table(page: AppTest, first: str):
    (found,) = [one.value for one in page.table if one.value.columns[0] == first]
    return found.replace("\u00a0", " ", regex=True)


def test_each_theme_stands_with_its_share_of_good_or_better(page: AppTest) -> None:
    assert "Of 8 sections graded in 4 audits in the last 12 months, 5 were good or better" in said(page)
    assert [(metric.label, metric.value) for metric in page.metric][:2] == [
        ("Plans: good or better", "50.0%"),
        ("Supervision: good or better", "75.0%"),
    ]
    assert list(table(page, "Theme")["Good or better"]) == ["50.0% (2 of 4)", "75.0% (3 of 4)"]


def test_grades_by_team_add_up_to_all_sections_and_name_those_of_no_team(page: AppTest) -> None:
    teams = table(page, "Team")
    assert list(teams["Team"]) == ["Children in care 1", "Children in care 2", "No team allocated"]
    grades = teams.loc[:, :"Inadequate"].drop(columns="Team").astype(int)
    assert grades.to_numpy().sum() == 8


def test_grades_by_cohort_keep_the_sections_of_none(page: AppTest) -> None:
    page.segmented_control(key="breakdown").set_value("cohort")
    cohorts = table(shown(page.run()), "Cohort")
    assert list(cohorts["Cohort"]) == ["Under 5", "Not recorded"]
    assert list(cohorts["Good or better"]) == ["100.0% (4 of 4)", "25.0% (1 of 4)"]


def test_what_is_in_time_and_what_is_out_of_date_is_counted_where_auditors_recorded_it(page: AppTest) -> None:
    assert [(metric.label, metric.value) for metric in page.metric][2:] == [
        ("Plans: 6 months or more out of date", "50.0%"),
        ("Supervision: in time", "50.0%"),
    ]
    beneath = [text.value for text in page.markdown if text.value in ("2 of 4", "1 of 2")]
    assert beneath[-2:] == ["2 of 4", "1 of 2"]
    page.segmented_control(key="breakdown").set_value("cohort")
    cohorts = table(shown(page.run()), "Cohort")
    assert list(cohorts["Plans: 6 months or more out of date"]) == ["50.0% (1 of 2)", "50.0% (1 of 2)"]
    assert list(cohorts["Supervision: in time"]) == ["50.0% (1 of 2)", ""]


def test_what_auditors_wrote_is_shown_with_how_often(page: AppTest) -> None:
    assert "Plans: Say who does what (2)" in said(page)


def test_four_audits_are_too_few_to_say_that_two_themes_go_together(page: AppTest) -> None:
    assert "In 3 of 4 audits that graded both, the two were alike" in said(page)
    assert "about 2 would be" in said(page)
    assert "too few to say that the two go together" in said(page)
    cross = table(page, "")
    assert cross.iloc[:, 1:].astype(int).to_numpy().sum() == 4


def test_what_stands_beside_a_bar_of_grades_and_what_is_broken_down_is_said(page: AppTest) -> None:
    assert said(page).count("Beside each bar: how many sections were good or better.") == 2
    assert "Grades by team, programme or cohort" in said(page)
