"""The pack that is handed over on an IRO's page: its numbers are those on the page."""

from __future__ import annotations

from datetime import date

import pytest

from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from reports.content import Figures
from reports.supervision import supervision_pack
from tests import small_service
from tests.screens import opened
from tests.stored import info_of

SAME = {
    "Midway reviews": "Midway reviews a full-time month",
    "Case notes": "Case notes a full-time month",
    "Looked at in six weeks": "Children looked at in six weeks",
    "Children per FTE": "Children per full-time IRO",
}
"""A number of the page by its name, and the name that it has in the pack."""


@pytest.mark.parametrize("iro", small_service.IROS)
def test_the_page_hands_over_a_pack_with_the_numbers_that_it_shows(full, iro: str):
    page = opened("pages/footprint/iro/page.py", iro=small_service.IROS[iro])
    offered = [one.label for one in page.get("download_button")]
    assert {"The pack to edit (Word)", "The pack to print"} <= set(offered)

    engine = open_store(full)
    info = info_of(engine)
    content = supervision_pack(engine, SERVICE_VIEWER, info, iro, date(2026, 10, 1)).content
    (figures,) = [part for part in content.parts if isinstance(part, Figures)]
    written = {one.label: one.value for one in figures.shown}
    shown = {metric.label: metric.value for metric in page.metric}
    assert {label: shown[label] for label in SAME} == {label: written[name] for label, name in SAME.items()}
