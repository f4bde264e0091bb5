"""The dashboard in a real browser: ways through it, deep links, headers, and axe on every page."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from data_access.entries import EntryKind, entries, history
from data_access.store import open_store
from data_access.viewer import SERVICE_VIEWER
from metrics.calculate import Selection
from metrics.tracker import tracker
from pages import SECTIONS
from tests import small_service
from tests.doors import load_world, write_world
from tests.served import ROOT, chromium, served

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"), reason="no Chromium on this machine"
)
PAGES = [(Path(file).stem, question) for pages in SECTIONS.values() for file, question, _ in pages]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    engine = open_store(url)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def address(store) -> Iterator[str]:
    with served(store) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def settled(page: Page, heading: str) -> None:
    """Wait until the page with this question has been drawn to its end, our style included."""
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible(timeout=30_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.stMainBlockContainer')).maxWidth !== 'initial' && "
        "getComputedStyle(document.querySelector('.stMainBlockContainer')).maxWidth !== 'none'"
    )


def children_in(text: str) -> set[str]:
    return {child for child in small_service.NAMES if child in text}


def test_from_this_week_to_the_children_overdue_and_their_download(page, address, tmp_path):
    page.goto(address)
    settled(page, "What needs me this week?")
    page.get_by_role("link", name="3 reviews overdue").click()
    settled(page, "What is behind this number?")
    assert children_in(page.url) == set(), "no child may be named in a URL"
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download these 3 rows").click()
    assert downloading.value.suggested_filename == "reviews_overdue_2026-11-20.csv"
    downloading.value.save_as(tmp_path / "rows.csv")
    text = (tmp_path / "rows.csv").read_text(encoding="utf-8-sig")
    assert children_in(text) == small_service.OVERDUE
    assert "as at Fri 20 Nov 2026" in text.splitlines()[1]


def test_a_cold_deep_link_on_a_fresh_server_shows_the_frame(page, store):
    with served(store) as fresh:
        page.goto(f"{fresh}/timeliness")
        settled(page, "Are reviews on time?")
        expect(page.get_by_role("link", name="What needs me this week?")).to_be_visible()
        expect(page.get_by_text("as at Fri 20 Nov 2026").first).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)


def test_the_first_page_is_found_by_its_name_too_with_its_filters(page, address):
    page.goto(f"{address}/overview?team=Children+in+care+2")
    settled(page, "What needs me this week?")
    expect(page.get_by_text("1 review is overdue").first).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_filters_live_in_the_url_and_survive_moving_between_pages(page, address):
    page.goto(f"{address}/timeliness?period=2025-26&team=Children+in+care+2")
    settled(page, "Are reviews on time?")
    expect(page.get_by_text("1 Apr 2025 to 31 Mar 2026").first).to_be_visible()
    page.get_by_role("link", name="What footprint does each IRO leave?").click()
    settled(page, "What footprint does each IRO leave?")
    expect(page.get_by_text("1 Apr 2025 to 31 Mar 2026").first).to_be_visible()
    page.get_by_role("link", name="What needs me this week?").click()
    settled(page, "What needs me this week?")
    page.get_by_role("link", name="Are reviews on time?").click()
    settled(page, "Are reviews on time?")
    assert parse_qs(urlsplit(page.url).query) == {"period": ["2025-26"], "team": ["Children in care 2"]}


def test_a_link_opened_in_a_new_tab_carries_the_filters_of_its_page(page, address):
    page.goto(f"{address}/timeliness?period=2026-27+Q1&team=Children+in+care+2")
    settled(page, "Are reviews on time?")
    ways = (("What footprint does each IRO leave?", "middle", []), ("Every definition", "left", ["Control"]))
    page.get_by_text("About these measures").click()
    for link, button, held in ways:
        with page.context.expect_page() as opening:
            page.get_by_role("link", name=link).click(button=button, modifiers=held)
        asked = parse_qs(urlsplit(opening.value.url).query)
        assert asked == {"period": ["2026-27 Q1"], "team": ["Children in care 2"]}
    settled(page, "Are reviews on time?")


def test_going_back_from_the_rows_returns_to_the_page_and_its_filters(page, address):
    page.goto(f"{address}/timeliness?period=2025-26")
    settled(page, "Are reviews on time?")
    page.get_by_role("link", name="not on time").first.click()
    settled(page, "What is behind this number?")
    page.go_back()
    settled(page, "Are reviews on time?")
    assert parse_qs(urlsplit(page.url).query)["period"] == ["2025-26"]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_row_of_any_list_opens_its_child_whom_no_url_names_and_back_returns_to_the_list(page, address, by):
    rows = f"{address}/children?measure=reviews_overdue&part=numerator"
    page.goto(rows)
    settled(page, "What is behind this number?")
    table = page.get_by_test_id("stDataFrame")
    if by == "mouse":
        table.click(position={"x": 18, "y": 52})
    else:
        table.locator("canvas").first.focus()
        for key in ("ArrowDown", "Shift+Space"):
            page.keyboard.press(key)
    settled(page, "What is happening for this child?")
    expect(page.get_by_role("heading", name="was last seen or spoken with")).to_be_visible()
    assert children_in(page.url) == set()
    found = Axe().run(page, options=WCAG)
    assert not found.response["violations"], found.generate_report()
    page.go_back()
    settled(page, "What is behind this number?")
    assert page.url == rows


def test_the_tracker_leads_to_the_child_with_the_day_that_is_looked_at(page, address):
    page.goto(f"{address}/tracker?as_at=2026-11-02")
    settled(page, "Which reviews are late or at risk?")
    page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 52})
    page.get_by_test_id("stMain").get_by_role("link", name="What is happening for this child?").click()
    settled(page, "What is happening for this child?")
    expect(page.get_by_text("as at Mon 2 Nov 2026").first).to_be_visible()
    assert children_in(page.url) == set()


def test_every_answer_carries_the_security_headers(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("path", "question"), PAGES)
def test_axe_finds_nothing_and_the_browser_complains_of_nothing(page, address, path, question):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
    query = "?measure=reviews_overdue&part=numerator" if path == "children" else ""
    page.goto(f"{address}/{path}{query}")
    settled(page, question)
    page.wait_for_timeout(500)
    found = Axe().run(page, options=WCAG)
    assert not found.response["violations"], found.generate_report()
    assert not complaints


@pytest.mark.parametrize(("path", "question"), PAGES)
def test_nothing_is_cut_off_on_a_phone_and_axe_finds_nothing_with_all_unfolded(
    browser, address, path, question
):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{path}")
    settled(page, question)
    for folded in page.get_by_test_id("stExpander").locator("summary").all():
        folded.click()
    page.wait_for_timeout(500)
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = Axe().run(page, options=WCAG)
    context.close()
    assert wide <= 390
    assert not found.response["violations"], found.generate_report()


def test_on_a_monday_the_three_most_urgent_children_each_get_an_action(page, tmp_path):
    url = f"sqlite:///{tmp_path}/monday.sqlite"
    engine = open_store(url)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    with served(url) as fresh:
        page.goto(fresh)
        settled(page, "What needs me this week?")
        page.get_by_role("link", name="Which reviews are late or at risk?").first.click()
        settled(page, "Which reviews are late or at risk?")
        for place in range(3):
            # The table is drawn on a canvas: a row is a place on it.
            page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 35 * (place + 1) + 17})
            child = f"C{place:02}"
            expect(page.get_by_role("heading", name=f"Child {child}")).to_be_visible()
            if place == 0:
                page.get_by_role("textbox", name="Your name").fill("Practice manager")
            page.get_by_label("What is to be done").fill("book it this week")
            page.get_by_label("Who does it").fill("Amara Obi")
            page.get_by_test_id("stForm").get_by_test_id("stDateInput").click()
            page.keyboard.type("27112026")
            page.keyboard.press("Tab")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("Saved: action.")).to_be_visible()
            expect(page.get_by_text("Amara Obi, by Fri 27 Nov 2026")).to_be_visible()
            assert children_in(page.url) == set()
        found = Axe().run(page, options=WCAG)
        assert not found.response["violations"], found.generate_report()
    kept = entries(engine, SERVICE_VIEWER, "LOCAL")
    assert {entry.child_id for entry in kept} == small_service.OVERDUE


def record_an_action(page: Page, what: str) -> None:
    page.get_by_label("What is to be done").fill(what)
    page.get_by_label("Who does it").fill("Amara Obi")
    page.get_by_test_id("stForm").get_by_test_id("stDateInput").click()
    page.keyboard.type("27112026")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()


def open_first_child(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/tracker")
    settled(page, "Which reviews are late or at risk?")
    page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 52})
    expect(page.get_by_role("heading", name="Child C00")).to_be_visible()
    page.get_by_role("textbox", name="Your name").fill(who)
    page.keyboard.press("Enter")


def test_two_people_record_about_one_child_while_a_load_runs_and_nothing_is_lost(browser, tmp_path):
    """A newer extract in which the child's review was held is loaded while both type."""
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    engine = open_store(url)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    newer = tmp_path / "newer"
    newer.mkdir()
    write_world(
        {
            **small_service.full(),
            "reviews": [
                *small_service.full()["reviews"],
                {
                    "review_id": "R-new", "child_id": "C01", "review_status": "held",
                    "held_on": small_service.AS_AT,
                },
            ],
        },
        newer,
    )  # fmt: skip
    manager, deputy = (browser.new_context(viewport={"width": 1440, "height": 1000}) for _ in range(2))
    with served(url) as address:
        pages = {"Manager": manager.new_page(), "Deputy": deputy.new_page()}
        for who, page in pages.items():
            page.set_default_timeout(30_000)
            open_first_child(page, address, who)
        record_an_action(pages["Manager"], "book the review")
        expect(pages["Manager"].get_by_text("Saved: action.")).to_be_visible()
        loading = subprocess.Popen(
            [sys.executable, "manage.py", "load", str(newer), "--store", url, "--as-at", "2026-11-20"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        record_an_action(pages["Deputy"], "ring the carer")
        said = loading.communicate(timeout=60)[0].decode()
        assert loading.returncode == 0, said
        if pages["Deputy"].get_by_text("An extract is being loaded").count():
            pages["Deputy"].get_by_role("button", name="Save", exact=True).click()
        expect(pages["Deputy"].get_by_text("Saved: action.")).to_be_visible()
        # Both now change what the manager recorded, from the version that both have seen.
        for who, page in pages.items():
            open_first_child(page, address, who)
            expect(page.get_by_text("ring the carer").first).to_be_visible()
            page.get_by_role("button", name="Change", exact=True).first.click()
            settled(page, "Which reviews are late or at risk?")
            page.get_by_test_id("stForm").first.get_by_label("What is to be done").fill(f"done by {who}")
            page.keyboard.press("Tab")
        for page in pages.values():
            page.get_by_role("button", name="Save the change").click()
            page.wait_for_timeout(1500)
        expect(pages["Deputy"].get_by_text("Manager changed this at")).to_be_visible()
        expect(pages["Deputy"].get_by_label("What is to be done").first).to_have_value("done by Deputy")
        pages["Deputy"].get_by_role("button", name="Save the change").click()
        expect(pages["Deputy"].get_by_text("done by Deputy").first).to_be_visible()
        pages["Deputy"].wait_for_timeout(1000)
    for context in (manager, deputy):
        context.close()
    kept = entries(engine, SERVICE_VIEWER, "LOCAL")
    assert sorted((entry.kind, entry.said) for entry in kept) == [
        (EntryKind.ACTION, "done by Deputy"), (EntryKind.ACTION, "ring the carer"),
    ]  # fmt: skip
    changed = next(entry for entry in kept if entry.version > 1)
    versions = history(engine, SERVICE_VIEWER, "LOCAL", changed.entry_id)
    assert [entry.said for entry in versions] == ["book the review", "done by Manager", "done by Deputy"]
    today = Selection("LOCAL", *[small_service.AS_AT] * 3)
    rows = tracker(engine, SERVICE_VIEWER, today).set_index("child_id")
    assert rows.loc["C00", "state"] == "overdue"
    assert rows.loc["C01", "state"] != "overdue", "the newer extract went in"
