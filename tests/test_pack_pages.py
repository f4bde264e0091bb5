"""The pack for a supervision opened as pages: two, in LibreOffice and printed by a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from data_access.people.viewer import SERVICE_VIEWER
from data_access.recorded.entries import Entry, EntryKind
from metrics.practice.practice import Practice, practice
from metrics.practice.supervision import OpenAction
from reports.content import Table
from reports.document import Document
from reports.supervision import pack_of, supervision_pack
from tests import small_service
from tests.doors import load_world
from tests.served import chromium
from tests.stored import info_of

NOVEMBER = date(2026, 11, 1)
SOFFICE = shutil.which("soffice")


def crowded(found: Practice, actions: int, late: int, escalations: int) -> Practice:
    """The same IRO with so many in each list, and children that came, left and became late."""
    action = Entry(
        "LOCAL", "C00201", EntryKind.ACTION, date(2026, 11, 2), who="Amara Obi", due_on=date(2026, 11, 9),
        said="Ask the team manager for the care plan and the health assessment before the review, and say so",
    )  # fmt: skip
    children = tuple(f"C{number:05}B" for number in range(12))
    was_late = {
        "child_id": "C00201B", "due_on": date(2026, 11, 9), "held_on": None, "outcome": "overdue",
        "days_late": 11, "late_reason": "LR03", "lies": "With the child's team", "agreed": "not on record",
    }  # fmt: skip
    raised = {
        "child_id": "C00201B", "raised_on": date(2026, 11, 2), "theme": "services", "stage": "formal_1",
        "deadline_on": date(2026, 11, 30), "resolved_on": None,
    }  # fmt: skip
    return replace(
        found,
        late_reviews=pd.DataFrame([was_late] * late),
        escalations=pd.DataFrame([raised] * escalations),
        records=replace(found.records, open_actions=(OpenAction(action, action.about_on),) * actions),
        changed=replace(
            found.changed, came=children, left=children, newly_red=children, no_longer_red=children,
            actions_closed=(action,),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def packs() -> dict[str, Document]:
    world = small_service.full()
    everybody = [row | {"iro_id": "I1"} for row in world["iro_allocations"]]
    engine = load_world({**world, "iro_allocations": everybody}, as_at=small_service.AS_AT)
    info = info_of(engine)
    found = practice(engine, SERVICE_VIEWER, "LOCAL", "I1", NOVEMBER, small_service.AS_AT)
    assert found is not None
    return {
        "as it is": supervision_pack(engine, SERVICE_VIEWER, info, "I1", NOVEMBER),
        "all that fits": pack_of(engine, SERVICE_VIEWER, info, crowded(found, 3, 2, 1)),
        "more than fits": pack_of(engine, SERVICE_VIEWER, info, crowded(found, 12, 12, 12)),
    }


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice on this machine")
@pytest.mark.parametrize("which", ["as it is", "all that fits", "more than fits"])
def test_in_libreoffice_the_pack_is_two_pages_however_much_there_is(packs, tmp_path: Path, which):
    (tmp_path / "pack.docx").write_bytes(packs[which].docx)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path),
         str(tmp_path / "pack.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert pages_in((tmp_path / "pack.pdf").read_bytes()) == 2


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("which", ["as it is", "all that fits", "more than fits"])
def test_printed_by_a_browser_the_pack_is_two_pages_however_much_there_is(packs, tmp_path: Path, which):
    (tmp_path / "pack.html").write_text(packs[which].html, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((tmp_path / "pack.html").as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        browser.close()
    assert pages_in(printed) == 2


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
def test_printed_by_a_browser_good_news_does_not_hold_what_follows_on_its_page(packs, tmp_path: Path):
    """`Nothing is missing` and its like follow each other, and all went to the next page together."""
    told = Table("Records to check", "Check", "No record needs checking.", ("Child",), ())
    listed = Table("Children", "Children", "One child.", ("Child",), (("C00201",),))
    content = replace(packs["as it is"].content, parts=(told, listed))
    (tmp_path / "report.html").write_text(Document("report", content).html, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        page.emulate_media(media="print")
        after = page.eval_on_selector_all(
            "section > p", "all => all.map(one => [one.innerText, getComputedStyle(one).breakAfter])"
        )
        browser.close()
    assert after == [["No record needs checking.", "auto"], ["One child.", "avoid"]]
