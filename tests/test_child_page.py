"""The page of one child: found by identifier, answered in one glance, and never named in a URL."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_access.store import open_store
from tests import small_service
from tests.doors import load_world

ROOT = Path(__file__).parent.parent
PAGE = "pages/footprint/child.py"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path}/store.sqlite"
    engine = open_store(found)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    engine.dispose()
    monkeypatch.setenv("IRO_STORE_URL", found)
    return found


@pytest.fixture
def page(url: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    return shown(app.switch_page(PAGE).run())


def shown(app: AppTest) -> AppTest:
    assert not app.exception, [problem.value for problem in app.exception]
    return app


def sought(page: AppTest, typed: str) -> AppTest:
    return shown(page.text_input(key="child_sought").set_value(typed).run())


def said(page: AppTest) -> str:
    words = [str(one.value) for kind in (page.markdown, page.subheader, page.success, page.error, page.info)
             for one in kind]  # fmt: skip
    words += [f"{metric.label} {metric.value}" for metric in page.metric]
    return "\n".join(words)


def test_the_page_says_what_to_do_while_no_child_is_chosen(page):
    assert "Choose a child first" in said(page)
    assert not page.metric


def test_a_child_is_found_whatever_the_case_and_is_not_named_in_the_url(page):
    sought(page, " c09 ")
    assert "Child C09 was last seen or spoken with by Amara Obi on Sat 30 May 2026" in said(page)
    assert "C09" not in str(page.query_params)


def test_a_beginning_lists_the_children_that_begin_with_it(page):
    sought(page, "c2")
    assert "4 children begin with this" in said(page)
    (button,) = [one for one in page.button if one.label == "C22"]
    shown(button.click().run())
    assert "Child C22 was last seen" in said(page)


def test_an_identifier_that_is_nobodys_is_said(page):
    assert "No child in this data is called that" in said(sought(page, "nobody"))


def test_a_child_that_a_newer_load_left_out_is_said_to_be_gone(page, url):
    sought(page, "C05")
    left = {
        kind: [row for row in rows if row.get("child_id") != "C05"]
        for kind, rows in small_service.full().items()
    }
    load_world(left, as_at=small_service.AS_AT, engine=open_store(url))
    assert "Child C05 is not in this data" in said(shown(page.run()))
    page.session_state["child_sought"] = ""
    assert "The latest load does not hold this child" in said(shown(page.run()))
