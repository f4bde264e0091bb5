"""The page of documents: every kind can be chosen, read and downloaded, and says why where it cannot."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from data_access.store.opening import open_store
from pages.reports.documents.answer import KINDS
from tests import small_service
from tests.doors import load_world
from tests.screens import opened, said, shown

PAGE = "pages/reports/documents/page.py"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("documents")
    urls = {name: f"sqlite:///{folder}/{name}.sqlite" for name in ("full", "return")}
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=open_store(urls["full"]))
    small_service.load_return(urls["return"], folder)
    return urls


@pytest.fixture
def page(stores: dict[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> AppTest:
    monkeypatch.setenv("IRO_STORE_URL", stores[getattr(request, "param", "full")])
    return opened(PAGE)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("annual", "annual report 2025-26"),
        ("quarterly", "Independent Reviewing Officers: July to September 2026"),
        ("supervision", "Supervision: Amara Obi"),
        ("team", "Weekly report: Children in care 1"),
        ("iro", "Weekly report: Amara Obi"),
    ],
)
def test_every_kind_says_what_it_is_and_offers_its_files(page: AppTest, kind: str, title: str) -> None:
    shown(page.selectbox(key="document").set_value(kind).run())
    assert title in said(page)
    files = [button for button in page.get("download_button") if KINDS[kind].title in button.proto.label]
    assert len(files) >= 2


def test_small_numbers_are_hidden_unless_the_whole_is_asked_for(page: AppTest) -> None:
    assert "For publication" in said(page)
    assert "Share one period" in said(page)
    shown(page.checkbox(key="whole").set_value(True).run())
    assert "keep it inside children's services" in said(page)
    assert "Share one period" not in said(page)


@pytest.mark.parametrize("page", ["return"], indirect=True)
def test_a_return_without_iros_says_that_there_is_nobody_to_write_it_for(page: AppTest) -> None:
    assert "annual report 2025-26" in said(page)
    shown(page.selectbox(key="document").set_value("supervision").run())
    assert "This data names no IROs" in said(page)
