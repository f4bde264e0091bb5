"""The supervision's screen: one IRO's practice, and what is recorded of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_access.load import load
from data_access.store import open_store
from data_access.viewer import Role, Viewer
from metrics.facts import derive
from metrics.question import Selection
from pages.answers import iro as answers
from pages.shared import reads
from pages.shared.pieces import Links, Text
from pages.shared.view import View
from tests import small_service
from tests.doors import load_world

ROOT = Path(__file__).parent.parent
PAGE = "pages/footprint/iro.py"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path}/store.sqlite"
    monkeypatch.setenv("IRO_STORE_URL", found)
    return found


@pytest.fixture
def full(url: str) -> str:
    engine = open_store(url)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    engine.dispose()
    return url


def shown(app: AppTest) -> AppTest:
    assert not app.exception, [problem.value for problem in app.exception]
    return app


def opened(iro: str | None = None, **query: str) -> AppTest:
    """The page, with an IRO chosen by name."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params.update(query | ({"iro": iro} if iro else {}))
    return shown(shown(app.run()).switch_page(PAGE).run())


def said(page: AppTest) -> str:
    words = [str(one.value) for kind in (page.markdown, page.subheader, page.success, page.error, page.info)
             for one in kind]  # fmt: skip
    words += [f"{metric.label} {metric.value}" for metric in page.metric]
    return "\n".join(words)


def table(page: AppTest, column: str):
    (found,) = [one.value for one in page.dataframe if column in one.value]
    return found


def viewing(url: str, viewer: Viewer) -> View:
    """The page's view for a viewer, which no sign-in tells it yet."""
    (info,) = reads.authorities()
    asking = reads.Asking(url, info, viewer)
    selection = Selection(info.authority, date(2025, 11, 1), date(2026, 10, 31), info.as_at)
    return View(
        info, asking, selection, "Last 12 months", ("period", "iro"), reads.iros(asking), reads.teams(asking)
    )


def test_with_nobody_chosen_the_page_says_whom_to_choose_by_name(full):
    assert "Choose an IRO first" in said(opened())
    view = viewing(full, Viewer(Role.PRACTICE_MANAGER))
    (links,) = [piece for piece in answers.what_to_choose(view) if isinstance(piece, Links)]
    assert [link.label for link in links.links] == ["Amara Obi", "Ben Carter", "Chris Dunn"]


def test_the_month_is_the_last_whole_one_and_says_what_was_done(full):
    words = said(opened("Amara Obi"))
    assert "In October 2026, 0.2 of a month of full-time work, Amara Obi chaired no reviews" in words
    # A note a month on each of eight children, but on C00 none.
    assert "7 case notes (35.0 for each full-time month: below the range of 40 to 50)" in words


def test_a_month_that_is_chosen_is_the_month_that_is_shown(full):
    assert "In May 2026," in said(opened("Amara Obi", period="May 2026"))


def test_this_year_so_far_shows_the_month_in_progress_pro_rata(full):
    words = said(opened("Amara Obi", period="This year so far"))
    assert "In November 2026 so far, 0.13 of a month of full-time work" in words  # 0.2 x 20 of 30 days


def test_the_caseload_begins_with_the_child_longest_untouched(full):
    rows = table(opened("Amara Obi"), "Days since")
    assert len(rows) == 7  # every third child but C06, who has no IRO
    assert list(rows["Days since"]) == sorted(rows["Days since"], reverse=True)
    assert rows["Child"].iloc[0] == "C00"


def test_late_reviews_say_where_the_reason_lies_and_set_nobody_beside_others(full):
    page = opened("Ben Carter")
    assert "No reason recorded" in set(table(page, "Where the reason lies")["Where the reason lies"])
    assert "No colleagues stand beside it" in said(page)


def test_colleagues_so_few_that_they_could_be_named_are_not_shown(full):
    words = said(opened("Amara Obi"))
    assert "Colleagues are too few for a range without names" in words
    assert "most colleagues" not in words


def test_an_empty_store_says_how_to_fill_it(url):
    open_store(url).dispose()
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    shown(shown(app.run()).switch_page(PAGE).run())


def test_a_return_without_iros_says_what_to_load(url, tmp_path):
    given = tmp_path / "return"
    given.mkdir()
    load(
        open_store(url), [small_service.write_return(given)], derive=derive, as_at=small_service.AS_AT,
        year=2027,
    )  # fmt: skip
    page = opened()
    assert "This data names no IROs" in said(page)
    assert not page.metric


def test_an_iro_who_looks_has_their_own_page_whoever_is_chosen(full):
    view = viewing(full, Viewer(Role.IRO, iro_id="I2"))
    found = answers.practice(view)
    assert found is not None
    assert found.iro.name == "Ben Carter"
    assert set(view.iros) == {"I2"}


def test_a_team_manager_is_told_whom_the_page_is_for(full):
    view = viewing(full, Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"})))
    assert answers.practice(view) is None
    text = [piece.markdown for piece in answers.what_to_choose(view) if isinstance(piece, Text)]
    assert text == ["##### This page is for IROs and for those who supervise them."]
