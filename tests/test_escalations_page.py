"""Where IROs challenge: what is counted adds up, what is open stands first, and no count is judged."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from charts.palette import ACCENT
from tests import small_service
from tests.doors import store_of
from tests.screens import opened, said

PAGE = "pages/quality/escalations/page.py"

RAISED = [
    # child, raised, theme, stage, human rights, resolved
    ("C00", date(2026, 10, 5), "permanence", "formal_1", "no", None),
    ("C00", date(2026, 10, 5), "permanence", "informal", "no", date(2026, 10, 9)),
    ("C01", date(2026, 9, 7), "not_visited", "formal_2", "no", date(2026, 9, 21)),
    ("C02", date(2026, 9, 8), "services", "informal", "yes", date(2026, 9, 10)),
    ("C03", date(2026, 3, 2), "good_practice", "informal", "no", date(2026, 3, 2)),
    ("C04", date(2024, 3, 4), "safety", "cafcass", "no", None),
    ("C05", date(2026, 11, 19), "safety", "informal", "no", None),
]
"""The period is November 2025 to October 2026: five in it, and an older and a newer one still open."""


@pytest.fixture(scope="module")
def challenged(tmp_path_factory: pytest.TempPathFactory) -> str:
    rows = [
        {
            "escalation_id": f"E{number}", "child_id": child, "raised_on": raised, "theme": theme,
            "stage": stage, "human_rights": rights, "resolved_on": resolved,
        }
        for number, (child, raised, theme, stage, rights, resolved) in enumerate(RAISED)
    ]  # fmt: skip
    world = {**small_service.full(), "escalations": rows}
    return store_of(world, tmp_path_factory.mktemp("escalations"), as_at=small_service.AS_AT)


@pytest.fixture
def page(challenged: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("IRO_STORE_URL", challenged)
    return opened(PAGE)


def test_the_sentence_counts_escalations_and_children_apart(page: AppTest) -> None:
    assert "5 escalations were raised for 4 children in the last 12 months" in said(page)
    assert "3 are open now, 2 of them formal and 2 for more than 20 working days" in said(page)


def test_themes_by_stage_add_up_to_all_that_were_raised(page: AppTest) -> None:
    (themes,) = [table.value for table in page.table if "Theme" in table.value]
    numbers = themes.drop(columns=["Theme", "Children"]).astype(int)
    assert numbers["All"].sum() == 5
    assert (numbers.drop(columns="All").sum(axis=1) == numbers["All"]).all()


def test_good_practice_is_a_theme_and_comes_after_the_challenges(page: AppTest) -> None:
    (themes,) = [table.value for table in page.table if "Theme" in table.value]
    assert themes["Theme"].iloc[0] == "Permanence drift or delay"
    assert themes["Theme"].iloc[-1] == "Good practice"


def test_a_breach_of_human_rights_that_stayed_informal_is_said(page: AppTest) -> None:
    assert "1 concerned a breach of human rights" in said(page)
    assert "is recorded as informal" in said(page)


def test_what_is_open_stands_oldest_first_with_its_age(page: AppTest) -> None:
    (waiting,) = [table.value for table in page.dataframe if "Against its time" in table.value]
    assert list(waiting["Child"]) == ["C04", "C00", "C05"]
    assert list(waiting["Against its time"]) == [
        "▲ longer than its time", "▲ longer than its time", "○ informal",
    ]  # fmt: skip
    assert list(waiting["Open, working days"])[1:] == [34, 1]


def test_no_count_of_escalations_is_coloured(page: AppTest) -> None:
    charts = [chart.proto.spec for chart in page.get("plotly_chart")]
    assert charts
    for spec in charts:
        assert ACCENT in spec
        assert not any(colour in spec for colour in ("#B3470B", "#2A6FB0"))


def test_what_a_number_leads_to_is_said_with_how_many(page: AppTest) -> None:
    links = [link.proto.label for link in page.get("page_link")]
    for label in ("The 5 escalations raised", "The 4 children", "The 2 open too long"):
        assert label in links
