"""Who is looked after, and the figures that stand beside: dated, with their source, replaceable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.people.viewer import SERVICE_VIEWER
from metrics.comparators import COMPARATORS_FILE, SETTING, comparators, read_comparators
from metrics.counting.calculate import Selection
from metrics.population import GROUPINGS, Population, population
from standards import StandardsProblem
from tests.doors import load_world, store_of
from tests.screens import opened, said
from tests.three_children import AS_AT, WORLD


@pytest.fixture(scope="module")
def found() -> Population:
    return population(
        load_world(WORLD, as_at=AS_AT), SERVICE_VIEWER, Selection("LOCAL", AS_AT, AS_AT, AS_AT), AS_AT
    )


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_grouping_adds_up_to_all_children(found: Population, grouping: str) -> None:
    rows = found.by(grouping)
    assert rows["children"].sum() == len(found.children) == 3
    assert rows["percent"].sum() == pytest.approx(100)


def test_two_ways_of_a_table_hold_every_child_once(found: Population) -> None:
    assert found.across("placement", "inside_authority").to_numpy().sum() == 3
    assert found.across("age_band", "sex").to_numpy().sum() == 3


def test_a_group_that_only_england_has_stands_with_none(found: Population) -> None:
    rows = found.by("legal_status").set_index("group")
    assert rows.loc["Full care order", "children"] == 0
    assert rows.loc["Full care order", "national"] > 50


def test_national_figures_are_those_of_the_latest_year_up_to_the_day() -> None:
    known = comparators()
    years = {one.year for one in known.national}
    assert {2023, 2024, 2025} <= years
    of = {day: known.national_on(day) for day in (date(2024, 3, 30), date(2024, 3, 31), date(2012, 3, 31))}
    assert [one.year for one in of.values() if one] == [2023, 2024, 2023]


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_national_group_is_one_of_ours(grouping: str) -> None:
    for one in comparators().national:
        assert set(one.percent[grouping]) <= set(GROUPINGS[grouping])
        assert sum(one.percent[grouping].values()) == pytest.approx(100, abs=3)


def test_the_rate_needs_the_population_and_says_where_it_is_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        COMPARATORS_FILE.read_text(encoding="utf-8")
        + '\n[[population]]\nauthority = "LOCAL"\nyear = 2025\nunder_18 = 1000\nsource = "ONS"\n',
        encoding="utf-8",
    )
    store = load_world(WORLD, as_at=AS_AT)
    asked = Selection("LOCAL", AS_AT, AS_AT, AS_AT)
    assert population(store, SERVICE_VIEWER, asked, AS_AT).rate_per_10000 is None
    monkeypatch.setenv(SETTING, str(own))
    known = population(store, SERVICE_VIEWER, asked, AS_AT)
    assert known.rate_per_10000 == 30
    assert known.under_18 is not None
    assert known.under_18.source == "ONS"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRO_STORE_URL", store_of(WORLD, tmp_path, as_at=AS_AT))


def test_a_reader_is_told_what_is_needed_for_the_rate_and_whom_to_ask_and_not_which_file(store: None) -> None:
    words = said(opened("pages/quality/population/page.py"))
    assert "Not given yet: how many children under 18 live in the area, for a rate for each 10,000. " in words
    assert "Ask whoever runs this dashboard to add it" in words
    assert SETTING not in words
    assert COMPARATORS_FILE.name not in words
    about = said(opened("pages/data/about/page.py"))
    assert f"metrics/{COMPARATORS_FILE.name}" in about
    assert SETTING in about


def test_a_reader_is_told_that_englands_figures_are_not_given_where_they_are_not(
    store: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("")
    monkeypatch.setenv(SETTING, str(own))
    words = said(opened("pages/quality/population/page.py"))
    assert "for a rate for each 10,000 and England's figures, to stand beside these. Ask whoever" in words


@pytest.mark.parametrize("text", ["[[national]]\nyear = 2025\n", "year = ", "[[population]]\nyear = 1\n"])
def test_a_file_that_cannot_be_used_says_which_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(wrong))
    with pytest.raises(StandardsProblem, match=r"wrong.toml needs correcting.*Copy metrics/comparators"):
        comparators()


def test_a_file_without_figures_leaves_nothing_beside() -> None:
    nothing = read_comparators("")
    assert nothing.national_on(AS_AT) is None
    assert nothing.population_on("LOCAL", AS_AT) is None
