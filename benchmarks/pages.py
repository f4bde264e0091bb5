"""How long a page's script runs, and how long the same charts, tables and widgets take from constants.

The constants are drawn by a dashboard of as many pages, so that both pay alike for what Streamlit does
around a page. The time is that of the script alone, inside Streamlit's script runner: what the test
harness around it costs is left out, since it would flatter the ratio.
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import plotly.graph_objects as go
import streamlit as st
from sqlalchemy import case, func, select
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from benchmarks.alone import ROOT
from data_access.store.opening import open_store
from data_access.store.schema import duties, spans
from pages import SECTIONS
from pages.pieces.child_link import CHILD_PAGE

RUNS = 101
DRAWN = (
    "plotly_chart", "dataframe", "table", "metric", "markdown", "html", "title", "subheader", "info",
    "warning", "page_link", "selectbox", "date_input", "segmented_control", "download_button", "columns",
    "container", "expander", "text_input", "text_area", "button", "form_submit_button", "pills", "header",
    "checkbox", "number_input", "divider", "spinner", "success",
)  # fmt: skip
"""What is replayed from constants; boxes stay empty, and what stood in them follows."""
_OURS = ("key", "bind", "on_change", "on_click", "args", "query_params")
"""What ties a widget or link to our pages, and is left out."""

_OF_ONE = {"pages/footprint/iro/page.py": "iro", "pages/footprint/team/page.py": "team"}
"""Pages that show one IRO or team, and nothing before it is chosen."""

Drawing = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Opened:
    """A page that stands open, and the address of the store that it reads."""

    app: AppTest
    url: str

    def rerun(self) -> None:
        """Run the page's script once more."""
        os.environ["IRO_STORE_URL"] = self.url
        self.app.run()


def opened(page: str, store: Path, query: dict[str, str]) -> Opened:
    """The dashboard on `store`, gone to one page."""
    url = f"sqlite:///{store}"
    os.environ["IRO_STORE_URL"] = url
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    if page == CHILD_PAGE:
        app.session_state["child"] = child_of_most_duties(store, query.get("authority"))
    if page in _OF_ONE:
        app.session_state[_OF_ONE[page]] = one_of_most_children(store, _OF_ONE[page], query.get("authority"))
    app.run()
    app.switch_page(page).run()
    assert not [*app.exception, *app.error], "the page could not be shown"
    return Opened(app, url)


def child_of_most_duties(store: Path, authority: str | None) -> str:
    """The child looked after of whom most is on record, of an authority or of the only one."""
    still_open = func.max(case((duties.c.closes_on.is_(None), 1), else_=0))
    query = (
        select(duties.c.child_id)
        .group_by(duties.c.child_id)
        .order_by(still_open.desc(), func.count().desc(), duties.c.child_id)
    )
    if authority:
        query = query.where(duties.c.authority == authority)
    with open_store(f"sqlite:///{store}").connect() as connection:
        return str(connection.execute(query.limit(1)).scalar_one())


def one_of_most_children(store: Path, kind: str, authority: str | None) -> str:
    """The IRO or the team that has had most children, of an authority or of the only one."""
    whose = spans.c[f"{kind}_id"]
    query = (
        select(whose)
        .where(whose.is_not(None))
        .group_by(whose)
        .order_by(func.count(spans.c.child_id.distinct()).desc(), whose)
    )
    if authority:
        query = query.where(spans.c.authority == authority)
    with open_store(f"sqlite:///{store}").connect() as connection:
        return str(connection.execute(query.limit(1)).scalar_one())


def rerun_seconds(*pages: Opened) -> list[float]:
    """The median time of each page's script over many reruns, after two to warm up.

    The pages take turns, so that what else the machine does at the time falls on all of them alike.
    """
    taken: list[float] = []
    run = script_runner.exec_func_with_error_handling  # type: ignore[attr-defined]

    def timed(*arguments: Any, **named: Any) -> Any:
        gc.collect()  # as the server does between two turns: else the harness's garbage falls on one of them
        started = time.perf_counter()
        result = run(*arguments, **named)
        taken.append(time.perf_counter() - started)
        return result

    scripts = ScriptCache()
    gc.collect()
    gc.freeze()  # as the server does before its first visitor (`dashboard.py`)
    with (
        patch.object(script_runner, "exec_func_with_error_handling", timed),
        # A server compiles a script once, the harness at every run: two of our files, and one of constants.
        patch.object(app_test, "ScriptCache", lambda: scripts),
        patch.object(local_script_runner, "ScriptCache", lambda: scripts),
    ):
        for _ in range(RUNS + 2):
            for page in pages:
                page.rerun()
    gc.unfreeze()
    of_each = [taken[number :: len(pages)] for number in range(len(pages))]
    return [statistics.median(times[2:]) for times in of_each]


def drawings_of(page: Opened) -> list[Drawing]:
    """Everything the page draws in one rerun, as plain values."""
    drawn: list[Drawing] = []
    with _recorded(drawn):
        page.rerun()
    return drawn


@contextmanager
def _recorded(drawn: list[Drawing]) -> Iterator[None]:
    patches = []
    for name in DRAWN:
        for owner in (st, DeltaGenerator):
            patches.append(patch.object(owner, name, _recording(name, getattr(owner, name), drawn)))
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _recording(name: str, draw: Callable[..., Any], drawn: list[Drawing]) -> Callable[..., Any]:
    def record(*arguments: Any, **named: Any) -> Any:
        values = [value for value in arguments if not isinstance(value, DeltaGenerator)]
        kept = {key: value for key, value in named.items() if key not in _OURS}
        drawn.append((name, tuple(_constant(value) for value in values), kept))
        return draw(*arguments, **named)

    return record


def _constant(value: Any) -> Any:
    return value.to_dict() if isinstance(value, go.Figure) else value


_WITH_KEYS = frozenset(
    {
        "selectbox", "date_input", "segmented_control", "download_button", "dataframe", "text_input",
        "text_area", "button", "pills", "checkbox", "number_input",
    }
)  # fmt: skip
DRAWINGS: list[Drawing] = []
"""What the constant page draws: set before it runs (its script is a file of its own and imports this)."""


def draw_constants() -> None:
    """The script of the constant dashboard: the same drawings with nothing behind them."""
    pages = [
        st.Page(_draw_page, title=page.question, url_path=page.url_path, default=number == 0)
        for number, page in enumerate(chain.from_iterable(SECTIONS.values()))
    ]
    st.session_state["here"] = pages[0]
    st.navigation(pages, position="hidden").run()


def _draw_page() -> None:
    for number, (name, values, named) in enumerate(DRAWINGS):
        if name == "plotly_chart":
            st.plotly_chart(go.Figure(values[0]), key=f"drawing{number}", **named)
        elif name == "page_link":
            label: dict[str, Any] = {"label": "What needs me this week?"} | named
            st.page_link(st.session_state["here"], **label)
        elif name == "form_submit_button":
            st.button(*values, **named | {"key": f"drawing{number}"})
        elif name == "spinner":
            with st.spinner(*values, **named):
                pass
        elif name in _WITH_KEYS:
            getattr(st, name)(*values, key=f"drawing{number}", **named)
        else:
            getattr(st, name)(*values, **named)


@contextmanager
def constants(drawings: list[Drawing]) -> Iterator[Opened]:
    """A page that draws `drawings` from constants."""
    DRAWINGS[:] = drawings
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "constants.py"
        script.write_text("from benchmarks.pages import draw_constants\n\ndraw_constants()\n")
        app = AppTest.from_file(str(script), default_timeout=120)
        app.run()
        assert not app.exception, app.exception
        yield Opened(app, os.environ["IRO_STORE_URL"])
