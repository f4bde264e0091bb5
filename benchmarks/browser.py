"""How long it takes in a browser from a click on a filter of the tracker until its table is redrawn.

Against a page with the same choice and tables of the same size, from constants: what Streamlit, the wire and
the browser take, with nothing of ours. The clock runs in the browser, and stops when the table was last drawn
before it says that it has the rows of the choice (it says so some 200 ms late), told apart by their number.
"""

from __future__ import annotations

import os
import pickle
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.pages import opened
from charts.palette import STATES
from metrics.wording import words
from pages.pieces import results
from tests.served import chromium, served

ROUNDS = 8
_TABLES = "BENCHMARK_TABLES"
"""Where the constant page finds its tables."""
_CLICK = """([name, rows]) => new Promise((done) => {
  const grid = () => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount");
  const choice = [...document.querySelectorAll("[role=radiogroup][aria-label=State] [role=radio]")]
    .find((one) => one.innerText.includes(name));
  const started = performance.now();
  const look = () =>
    grid() === rows && drawnAt > started ? done(drawnAt - started) : requestAnimationFrame(look);
  choice.click();
  requestAnimationFrame(look);
})"""
_WATCH_DRAWING = """window.drawnAt = 0;
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (...what) {
  window.drawnAt = performance.now();
  return write.apply(this, what);
};"""
"""The table is drawn on a canvas."""
_SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

Tables = dict[str, pd.DataFrame]
"""What is chosen, as it is written, and the rows it shows."""


class Taken(NamedTuple):
    """Seconds from a click to the table redrawn: the first time of each choice, and later on."""

    first: float
    later: float


def tables_of(store: Path, query: dict[str, str]) -> Tables:
    """The tracker's states with their tables, those whose number of rows no other has."""
    app = opened("pages/weekly/tracker/page.py", store, query).app
    found: Tables = {}
    for option in app.button_group(key="state").options:
        app.button_group(key="state").set_value(_state_of(option)).run()
        found[option] = app.dataframe[0].value
    sizes = [len(rows) for rows in found.values()]
    return {name: rows for name, rows in found.items() if sizes.count(len(rows)) == 1}


def _state_of(option: str) -> str:
    shown, _, _ = option.rpartition(" ")
    return next(state for state in STATES if results.state_mark(state) == shown)


def tracker_seconds(store: Path, query: dict[str, str], tables: Tables) -> Taken:
    """The tracker on a store."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    with served(f"sqlite:///{store}") as address:
        return _taken(f"{address}/tracker?{asked}", tables)


def constant_seconds(tables: Tables) -> Taken:
    """The same choice and tables from constants."""
    with tempfile.TemporaryDirectory() as folder:
        script, kept = Path(folder) / "constants.py", Path(folder) / "tables.pickle"
        script.write_text("from benchmarks.browser import draw_constants\n\ndraw_constants()\n")
        kept.write_bytes(pickle.dumps(tables))
        os.environ[_TABLES] = str(kept)
        with served("sqlite://", script) as address:
            return _taken(address, tables)


@cache
def _constants() -> Tables:
    """Read once by the server of the constant page."""
    kept: Tables = pickle.loads(Path(os.environ[_TABLES]).read_bytes())
    return kept


def draw_constants() -> None:
    """The script of the constant page."""
    tables = _constants()
    chosen = st.pills("State", list(tables), key="state")
    st.dataframe(
        tables[chosen] if chosen else pd.concat(tables.values()),
        hide_index=True, on_select="rerun", selection_mode="single-row", key=f"table_{chosen}",
    )  # fmt: skip


def _taken(address: str, tables: Tables) -> Taken:
    with _browser() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.add_init_script(_WATCH_DRAWING)
        page.goto(address)
        page.wait_for_selector("[role=grid]", state="attached", timeout=120_000)
        rounds = [[_click(page, name, len(rows)) for name, rows in tables.items()] for _ in range(ROUNDS)]
    first, *later = rounds
    return Taken(statistics.median(first), statistics.median(seconds for each in later for seconds in each))


def _click(page: Page, name: str, rows: int) -> float:
    """Seconds from the click until a table of so many rows, and its heading, is there."""
    page.wait_for_selector(_SETTLED)
    milliseconds: float = page.evaluate(_CLICK, [words.without_colour(name), str(rows + 1)])
    return milliseconds / 1000


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
