"""A page as a reader has it, but without a browser: open it, fill in, press, and read what it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Viewer
from data_access.reading import authorities_in
from data_access.store.opening import open_store
from metrics.counting.question import Selection
from pages.frame import reads
from pages.frame.frame import FAULT
from pages.frame.view import View

ROOT = Path(__file__).parent.parent


def opened(page: str, *, patience: int = 120, **query: str) -> AppTest:
    """The page by its file, on the store that IRO_STORE_URL names; what is chosen in the URL as `query`."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=patience)
    app.query_params.update(query)
    return shown(shown(app.run()).switch_page(page).run())


def shown(app: AppTest) -> AppTest:
    """The page itself, which must have been drawn to its end."""
    assert not app.exception, [problem.value for problem in app.exception]
    assert not any(one.value.startswith(FAULT) for one in app.error), "see what was logged"
    return app


def said(app: AppTest) -> str:
    """All the words on the page, and its numbers with what they are."""
    kinds = (
        app.title, app.subheader, app.markdown, app.success, app.info, app.warning, app.error, app.caption,
    )  # fmt: skip
    words = [str(one.value) for kind in kinds for one in kind]
    return "\n".join([*words, *(f"{metric.label} {metric.value}" for metric in app.metric)])


def alts(app: AppTest) -> str:
    """What the pictures say to whoever cannot see them."""
    return "\n".join(chart.proto.alt for chart in app.get("plotly_chart"))


def view_of(
    url: str,
    viewer: Viewer = SERVICE_VIEWER,
    *,
    shown: tuple[str, ...] = ("period", "team", "as_at"),
    **narrowed: str | None,
) -> View:
    """What a page of the small service's last 12 months works with, for whom no sign-in tells it of yet.

    shown: the filters of the page. narrowed: to whom, as `iro_id` or `team_id`.
    """
    (info,) = authorities_in(open_store(url))
    asking = reads.Asking(url, info, viewer)
    selection = Selection(info.authority, date(2025, 11, 1), date(2026, 10, 31), info.as_at, **narrowed)
    return View(info, asking, selection, "Last 12 months", shown, reads.iros(asking), reads.teams(asking))


def field(app: AppTest, label: str) -> Any:
    """The one field of this name."""
    kinds = (app.text_input, app.text_area, app.date_input, app.selectbox, app.number_input)
    (found,) = [one for kind in kinds for one in kind if one.label == label]
    return found


def press(app: AppTest, label: str, place: int = 0) -> AppTest:
    """The page after the button of this name, of several the one at this place."""
    return shown([one for one in app.button if one.label == label][place].click().run())
