"""How does this team support its reviews? What the page says of a team, and what not of others."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.store.opening import open_store
from metrics.teams import teams_beside
from pages.footprint.team import answer as team
from pages.footprint.team import rows as team_rows
from pages.frame import reads
from pages.pieces import compared
from pages.pieces.pieces import Cards, Folded, Link, LongTable, Picture, Pieces, Text
from tests import screens, small_service
from tests.doors import store_of
from tests.screens import said, view_of

PAGE = "pages/footprint/team/page.py"
FIRST, SECOND = small_service.TEAMS.values()


def world() -> dict[str, list[dict[str, object]]]:
    """The small service with social workers, late reasons, an escalation, good practice and a form."""
    given = {kind: list(rows) for kind, rows in small_service.full().items()}
    given["team_allocations"] = [
        row | {"social_worker": None if row["child_id"] == "C04" else "Worker 1"}
        for row in given["team_allocations"]
        if row["child_id"] != "C23"
    ]
    for row in given["reviews"]:
        if row.get("held_on") == date(2026, 2, 27):
            row["late_reason"] = {"C07": "LR10", "C08": "LR04"}[str(row["child_id"])]
    given["escalations"] = [
        {"escalation_id": f"E{place}", "child_id": child, "raised_on": date(2026, 5, 12), "theme": theme,
         "stage": stage}
        for place, (child, theme, stage) in enumerate(
            [("C10", "not_visited", "formal_1"), ("C12", "good_practice", "informal"),
             ("C11", "permanence", "informal")]
        )
    ]  # fmt: skip
    given["monitoring"] = [{"review_id": "R-C04-2026-05-30", "item": "sdq", "met": "no"}]
    return given


@pytest.fixture(scope="module")
def in_teams(tmp_path_factory: pytest.TempPathFactory) -> str:
    return store_of(world(), tmp_path_factory.mktemp("team"), as_at=small_service.AS_AT)


@pytest.fixture
def opened(in_teams: str, monkeypatch: pytest.MonkeyPatch):
    """A function that opens the page with a team chosen by name."""

    def open_page(name: str | None = None, store: str = in_teams, **query: str) -> AppTest:
        monkeypatch.setenv("IRO_STORE_URL", store)
        return screens.opened(PAGE, **query | ({"team": name} if name else {}))

    return open_page


def words_of(pieces: Pieces) -> str:
    return "\n".join(piece.markdown for piece in pieces if isinstance(piece, Text))


# -- which team


def test_with_no_team_chosen_each_is_offered_by_name_with_its_counts(opened, in_teams, monkeypatch):
    assert "Choose a team first" in said(opened())
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    (cards,) = [piece for piece in team.what_to_choose(view_of(in_teams)) if isinstance(piece, Cards)]
    links = [piece for card in cards.cards for piece in card if isinstance(piece, Link)]
    assert [link.label for link in links] == [FIRST, SECOND]
    assert words_of(cards.cards[0]) == (
        "12 children on Fri 20 Nov 2026; 24 reviews held in the last 12 months."
    )


def test_an_empty_store_says_how_to_fill_it(opened, tmp_path):
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    open_store(url).dispose()
    assert "There is no data yet" in said(opened(store=url))


def test_a_return_without_teams_says_what_to_load(opened, tmp_path):
    url = f"sqlite:///{tmp_path}/return.sqlite"
    small_service.load_return(url, tmp_path)
    page = opened(store=url)
    assert "This data names no teams" in said(page)
    assert not page.metric


def test_an_extract_without_the_steps_says_what_it_cannot_tell(opened, tmp_path):
    teams = {kind: small_service.full()[kind] for kind in ("teams", "team_allocations")}
    url = store_of({**small_service.bare(), **teams}, tmp_path, as_at=small_service.AS_AT)
    page = opened(FIRST, store=url)
    words = said(page)
    assert "**Children without a social worker**: No allocation to a team" in words
    assert "Nothing at all is recorded in this period of the social worker's visit, the report" in words
    assert "This data holds no monitoring forms" in words
    assert not [metric for metric in page.metric if "eport" in metric.label], "no 0% of what is not recorded"


# -- what it says of the team


def test_the_sentence_tells_late_reviews_whose_reason_reports_and_social_workers(opened):
    words = said(opened(FIRST))
    assert (
        "Of 26 reviews due for the children of Children in care 1 in the last 12 months, 3 were not on time; "
        "for 1 of them the reason lies with the team. In time came the report for 23 of 24 reviews and the "
        "updated care plan for 24 of 24 reviews. 1 child has no social worker now."
    ) in words


def test_only_reviews_late_for_a_reason_that_lies_with_the_team_are_listed_as_its_own(opened):
    page = opened(FIRST)
    (late,) = [one.value for one in page.dataframe if "Reason for lateness" in one.value]
    assert list(late["Child"]) == ["C08"]
    assert list(late["Reason for lateness"]) == ["Social work report not completed"]
    other = said(opened(SECOND))
    assert "For none of them does the reason lie with the team" in other


def test_children_without_a_social_worker_are_listed_and_those_of_no_team_said_apart(opened):
    page = opened(FIRST)
    assert (
        "1 child has nobody named in the allocation to this team. 1 child of the service without any team."
        in (said(page))
    )
    assert ["C04"] in [
        list(one.value["Child"]) for one in page.dataframe if "Looked after since" in one.value
    ]


def test_good_practice_is_a_theme_and_the_number_of_escalations_is_never_judged(opened):
    page = opened(FIRST)
    assert "1 escalation and good practice passed on 1 time in the last 12 months" in said(page)
    (table,) = [one.value for one in page.table if "Theme" in one.value]
    assert list(table["Theme"]) == ["Child not visited", "Good practice"]
    assert not [metric for metric in page.metric if "scalation" in metric.label]


def test_the_months_meeting_is_that_of_the_month_in_which_the_period_ends(opened):
    page = opened(FIRST, period="May 2026")
    words = said(page)
    assert "The month's meeting: May 2026" in words
    assert "In May 2026, 10 reviews were held; 10 of 10 have a monitoring form." in words
    (reviews,) = [one.value for one in page.dataframe if "Late or not in place" in one.value]
    assert len(reviews) == 10
    row = reviews.set_index("Child").loc["C04"]
    assert "strengths and difficulties questionnaire" in row["Late or not in place"]
    (drawn,) = [one.proto for one in page.dataframe if "Late or not in place" in one.value]
    assert drawn.row_height > 64  # from there on Streamlit wraps what is longer than its column


def test_a_child_leads_to_their_page_and_never_into_the_address(opened):
    page = opened(FIRST)
    assert not [link for link in page.get("page_link") if "C0" in link.proto.query_string]


# -- beside other teams


def test_teams_are_compared_by_chance_and_never_put_in_order(opened, in_teams, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    pieces = compared.comparison(view_of(in_teams, team_id="T1"), "report_2_days_before", compared.TEAMS)
    assert "2 teams are within expected variation" in words_of(pieces)
    (table,) = [piece.inside[0] for piece in pieces if isinstance(piece, Folded)]
    assert isinstance(table, LongTable)
    assert list(table.rows["Team"]) == [FIRST, SECOND]
    text = said(opened(FIRST)).lower()
    assert not [word for word in ("best", "worst", "rank", "league") if word in text.split()]


def test_the_team_of_the_page_is_named_in_the_funnel_wherever_it_stands(in_teams, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    pieces = compared.comparison(view_of(in_teams, team_id="T1"), "report_2_days_before", compared.TEAMS)
    (picture,) = [piece for piece in pieces if isinstance(piece, Picture)]
    assert "Children in care 1: 95.8% (23 of 24), within expected variation." in picture.chart.alt
    assert FIRST in [note.text for note in picture.chart.figure.layout.annotations]


def test_a_team_manager_sees_their_own_team_beside_others_without_names(in_teams, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    theirs = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    view = view_of(in_teams, theirs, team_id="T1")
    assert list(view.teams) == ["T1"]
    everybody = teams_beside(
        reads.engine_of(in_teams), SERVICE_VIEWER, view.selection, "report_2_days_before"
    ).set_index("group")
    own = teams_beside(reads.engine_of(in_teams), theirs, view.selection, "report_2_days_before")
    assert set(own["group"]) == {"T1", "other 1"}
    numbers = own.set_index("group")[["numerator", "denominator"]]
    assert tuple(numbers.loc["other 1"]) == tuple(everybody.loc["T2", ["numerator", "denominator"]])
    pieces = compared.comparison(view, "report_2_days_before", compared.TEAMS)
    assert SECOND not in str(pieces)
    (table,) = [piece.inside[0] for piece in pieces if isinstance(piece, Folded)]
    assert list(table.rows["Team"]) == [FIRST]


def test_a_team_manager_who_asks_for_another_team_is_asked_to_choose(in_teams, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    theirs = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    assert not team.is_chosen(view_of(in_teams, theirs, team_id="T2"))
    own = view_of(in_teams, theirs, team_id="T1")
    assert "without any team" not in words_of(team_rows.no_social_worker(own))


def test_an_iro_is_told_whom_the_page_is_for(in_teams, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", in_teams)
    view = view_of(in_teams, Viewer(Role.IRO, iro_id="I1"), team_id="T1")
    assert not team.is_chosen(view)
    assert "for team managers" in words_of(team.what_to_choose(view))
