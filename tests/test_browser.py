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

from data_access.people.viewer import SERVICE_VIEWER
from data_access.recorded.entries import entries, history
from data_access.store.opening import open_store
from pages import SECTIONS
from tests import small_service
from tests.doors import write_world
from tests.served import ROOT, chromium, served

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"), reason="no Chromium on this machine"
)
PAGES = [(page.url_path, page.question) for pages in SECTIONS.values() for page in pages]

expect.set_options(timeout=30_000)  # a page is waited for as long as a busy machine may need
TRIES = 60
"""How often a person tries again, every half second, what a page still being drawn did not take."""

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def address(service) -> Iterator[str]:
    with served(service[0]) as found:
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


def drawn(page: Page) -> None:
    """Wait until the page has been drawn to its end: until then what was there before may still stand."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def settled(page: Page, heading: str) -> None:
    """Wait until the page with this question has been drawn to its end, our style included."""
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    drawn(page)
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


def test_a_chart_is_saved_as_a_picture_from_the_page_to_print(page, address, tmp_path):
    page.goto(f"{address}/timeliness")
    settled(page, "Are reviews on time?")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="This page to print").click()
    downloading.value.save_as(tmp_path / "page.html")
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.goto((tmp_path / "page.html").as_uri())
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a picture").first.press("Enter")
    assert saving.value.suggested_filename == "on_time_by_month.png"
    saving.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert complaints == []


def test_a_cold_deep_link_on_a_fresh_server_shows_the_frame(page, service):
    with served(service[0]) as fresh:
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


def test_an_iros_page_opens_from_the_service_and_from_its_own_list_and_axe_finds_nothing_in_its_forms(
    page, address
):
    page.goto(f"{address}/service")
    settled(page, "What footprint does each IRO leave?")
    page.get_by_test_id("stMain").get_by_role("link", name="Ben Carter", exact=True).click()
    settled(page, "How is this IRO's practice?")
    expect(page.get_by_text("with Ben Carter on Fri 20 Nov 2026")).to_be_visible()
    page.goto(f"{address}/iro")
    settled(page, "How is this IRO's practice?")
    page.get_by_role("button", name="Amara Obi").click()
    expect(page.get_by_text("with Amara Obi on Fri 20 Nov 2026")).to_be_visible()
    assert "iro=Amara" in page.url
    for folded in page.get_by_test_id("stExpander").locator("summary").all():
        folded.click()
    page.wait_for_timeout(500)
    found = Axe().run(page, options=WCAG)
    assert not found.response["violations"], found.generate_report()


def test_what_is_missing_is_said_where_somebody_types_though_something_was_saved_just_before(page, full):
    with served(full) as address:
        page.goto(f"{address}/iro?iro=Amara+Obi")
        settled(page, "How is this IRO's practice?")
        page.get_by_label("Your name", exact=True).fill("Petra Manager")
        training = page.get_by_test_id("stExpander").filter(has_text="Record training").last
        training.locator("summary").click()
        training.get_by_label("What the training was").fill("Permanence")
        training.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved: training.")).to_be_visible()
        drawn(page)
        observed = page.get_by_test_id("stExpander").filter(has_text="Record an observation").last
        observed.locator("summary").click()
        page.wait_for_timeout(500)  # a button that still moves as the form unfolds is not pressed
        observed.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Say in a few words what was observed.")).to_be_visible()


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


def test_on_a_phone_what_the_months_say_begins_beside_its_figure_and_has_the_most_room(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/quarter")
    settled(page, "What changed this quarter?")
    rows = page.get_by_test_id("stTable").first.evaluate(
        """(table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => {
          const text = document.createRange();
          text.selectNodeContents(cell);
          return [Math.round(text.getBoundingClientRect().top), cell.offsetWidth];
        }))"""
    )
    context.close()
    for row in rows:
        tops, (*others, months_say) = zip(*row, strict=True)
        assert max(tops) - min(tops) <= 1
        assert months_say > max(others)


def test_on_a_monday_the_three_most_urgent_children_each_get_an_action(page, full):
    with served(full) as fresh:
        page.goto(fresh)
        settled(page, "What needs me this week?")
        page.get_by_role("link", name="Which reviews are late or at risk?").first.click()
        settled(page, "Which reviews are late or at risk?")
        for place in range(3):
            # The table is drawn on a canvas: a row is a place on it.
            page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 35 * (place + 1) + 17})
            child = f"C{place:02}"
            expect(page.get_by_role("heading", name=f"Child {child}")).to_be_visible()
            drawn(page)
            if place == 0:
                page.get_by_role("textbox", name="Your name").fill("Practice manager")
            type_an_action(page, "book it this week")
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_text("Saved: action.")).to_be_visible()
            expect(page.get_by_text("Amara Obi, by Fri 27 Nov 2026")).to_be_visible()
            assert children_in(page.url) == set()
        found = Axe().run(page, options=WCAG)
        assert not found.response["violations"], found.generate_report()
    kept = entries(open_store(full), SERVICE_VIEWER, "LOCAL")
    assert {entry.child_id for entry in kept} == small_service.OVERDUE


CHILD, MANAGER, DEPUTY = "C01", "Practice manager", "Deputy"


def newer_extract(folder: Path) -> Path:
    """The service a day later: the review of the first child overdue was held, so that all rows move up."""
    world = small_service.full()
    held = {
        "review_id": "R-new", "child_id": "C00", "review_status": "held", "held_on": small_service.AS_AT,
    }  # fmt: skip
    folder.mkdir()
    return write_world({**world, "reviews": [*world["reviews"], held]}, folder)


def open_the_child(page: Page, address: str, who: str) -> None:
    """The second row of the tracker."""
    page.set_default_timeout(30_000)
    page.goto(f"{address}/tracker")
    settled(page, "Which reviews are late or at risk?")
    page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 35 * 2 + 17})
    expect(page.get_by_role("heading", name=f"Child {CHILD}")).to_be_visible()
    drawn(page)
    page.get_by_role("textbox", name="Your name").fill(who)
    page.keyboard.press("Tab")
    drawn(page)


def type_an_action(page: Page, what: str) -> None:
    page.get_by_label("What is to be done").fill(what)
    page.get_by_label("Who does it").fill("Amara Obi")
    by_when = page.get_by_test_id("stForm").get_by_test_id("stDateInput")
    day = by_when.get_by_role("spinbutton", name="day, By when")
    year = by_when.get_by_role("spinbutton", name="year, By when")
    for _ in range(TRIES):
        day.press_sequentially("27112026")
        if year.inner_text() == "2026":
            break
        page.wait_for_timeout(500)
    expect(year).to_have_text("2026")
    page.keyboard.press("Tab")


def save(page: Page, what: str) -> None:
    """Save until it is kept: while a load writes, the page may ask to do so again."""
    button, kept = page.get_by_role("button", name="Save", exact=True), page.get_by_text(f"{what}. Amara Obi")
    asked_again = page.get_by_text("An extract is being loaded")
    button.click()
    expect(kept.or_(asked_again).first).to_be_visible()
    for _ in range(TRIES):
        if kept.count():
            break
        button.click()
        page.wait_for_timeout(500)
    expect(kept).to_be_visible()
    drawn(page)


def test_two_people_record_about_one_child_while_a_load_runs_and_nothing_is_lost(browser, full, tmp_path):
    """A newer extract, which moves the rows of the tracker, is loaded while one saves and the other types."""
    newer = newer_extract(tmp_path / "newer")
    contexts = [browser.new_context(viewport={"width": 1440, "height": 1000}) for _ in range(2)]
    manager, deputy = (context.new_page() for context in contexts)
    with served(full) as address:
        for page, who in ((manager, MANAGER), (deputy, DEPUTY)):
            open_the_child(page, address, who)
        type_an_action(manager, "book the review")
        save(manager, "book the review")
        type_an_action(deputy, "ring the carer")
        loading = subprocess.Popen(
            [sys.executable, "manage.py", "load", str(newer), "--store", full, "--as-at", "2026-11-21"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        meanwhile = 0
        while loading.poll() is None:
            meanwhile += 1
            type_an_action(manager, f"meanwhile {meanwhile}")
            save(manager, f"meanwhile {meanwhile}")
        assert loading.returncode == 0, loading.communicate()[0].decode()
        assert meanwhile, "somebody recorded something while the load ran"
        save(deputy, "ring the carer")

        for page, theirs in ((manager, "ring the carer"), (deputy, "meanwhile 1")):
            page.get_by_role("button", name="Change", exact=True).first.click()
            expect(page.get_by_text("as at Sat 21 Nov 2026").first).to_be_visible()
            expect(page.get_by_text("2 reviews are overdue").first).to_be_visible()
            expect(page.get_by_role("heading", name=f"Child {CHILD}")).to_be_visible()
            expect(page.get_by_text(f"{theirs}. Amara Obi")).to_be_visible()
            drawn(page)
        deputy.get_by_test_id("stForm").last.get_by_label("What is to be done").fill("half a thought")
        changing = {page: page.get_by_test_id("stForm").first for page in (manager, deputy)}
        for page, what in ((manager, "booked for Friday"), (deputy, "booked for Monday")):
            changing[page].get_by_label("What is to be done").fill(what)
            changing[page].get_by_role("button", name="Save the change").click()
            expect(page.get_by_text("booked for Friday. Amara Obi")).to_be_visible()
        expect(deputy.get_by_text(f"{MANAGER} changed this at")).to_be_visible()
        expect(changing[deputy].get_by_label("What is to be done")).to_have_value("booked for Monday")
        changing[deputy].get_by_role("button", name="Save the change").click()
        expect(deputy.get_by_text("booked for Monday. Amara Obi")).to_be_visible()
        expect(deputy.get_by_role("button", name="Save the change")).to_have_count(0)
        drawn(deputy)
        expect(deputy.get_by_label("What is to be done")).to_have_value("half a thought")
        for page in (manager, deputy):
            assert children_in(page.url) == set()
            assert "as_at" not in page.url, "nobody chose a day"
            expect(page.get_by_text("Session State API")).to_have_count(0)
    for context in contexts:
        context.close()

    kept = entries(open_store(full), SERVICE_VIEWER, "LOCAL", child_id=CHILD)
    said = [
        "booked for Monday",
        "ring the carer",
        *(f"meanwhile {number + 1}" for number in range(meanwhile)),
    ]
    assert sorted(str(entry.said) for entry in kept) == sorted(said)
    assert entries(open_store(full), SERVICE_VIEWER, "LOCAL") == kept, "nothing went to another child"
    (changed,) = [entry for entry in kept if entry.version > 1]
    versions = history(open_store(full), SERVICE_VIEWER, "LOCAL", changed.entry_id)
    assert [(entry.said, entry.recorded_by) for entry in versions] == [
        ("book the review", MANAGER), ("booked for Friday", MANAGER), ("booked for Monday", DEPUTY),
    ]  # fmt: skip


def test_a_plan_is_tried_out_by_hand_and_leaves_nothing_in_the_address(page, address):
    page.goto(f"{address}/capacity")
    settled(page, "Who will have too much?")
    page.get_by_text("What if somebody leaves or joins?").click()
    page.get_by_role("button", name="Add to the plan").click()
    expect(page.get_by_role("heading", name="Who would go where: 7 children")).to_be_visible()
    settled(page, "Who will have too much?")
    found = Axe().run(page, options=WCAG)
    assert not found.response["violations"], found.generate_report()
    assert urlsplit(page.url).query == ""
    page.get_by_role("button", name="Take out 2").click()
    expect(page.get_by_role("button", name="Take out 2")).to_have_count(0)
    page.get_by_role("button", name="Take out 1").click()
    expect(page.get_by_text("What if somebody leaves or joins?")).to_be_visible()
    expect(page.get_by_role("heading", name="Who would go where: 7 children")).to_have_count(0)
