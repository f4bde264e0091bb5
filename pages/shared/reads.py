"""What pages read, kept in memory until the authority's next load.

Every result is kept under (store, authority's version, viewer, what was asked) and nothing larger, so
that two readers who may see different rows never share one (`design.md`, facts about the parts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from data_access import reading
from data_access.store import open_store, store_url
from data_access.viewer import Viewer
from metrics import calculate
from metrics.calculate import Selection

kept = st.cache_data(max_entries=512, show_spinner=False)


@dataclass(frozen=True)
class Asking:
    """Who asks for which authority's rows, in which state of the store."""

    url: str
    authority: str
    version: int
    viewer: Viewer


@st.cache_resource(show_spinner=False)
def engine_of(url: str) -> Engine:
    """The store, opened once per server. Raises StoreProblem."""
    return open_store(url)


def engine() -> Engine:
    """The store that this server reads."""
    return engine_of(store_url())


def authorities() -> list[reading.AuthorityInfo]:
    """Every authority in the store, read anew at each run: it says whether a load has come in."""
    return reading.authorities_in(engine())


@kept
def iros(asking: Asking) -> dict[str, str]:
    """IRO identifier -> name, no two alike."""
    return _named(reading.iros(engine_of(asking.url), asking.viewer, asking.authority))


@kept
def teams(asking: Asking) -> dict[str, str]:
    """Team identifier -> name, no two alike."""
    return _named(reading.teams(engine_of(asking.url), asking.viewer, asking.authority))


def _named(rows: pd.DataFrame) -> dict[str, str]:
    repeated = rows["name"].duplicated(keep=False)
    named = rows["name"].where(~repeated, rows["name"] + " (" + rows["id"] + ")")
    return dict(sorted(zip(rows["id"], named, strict=True), key=lambda pair: pair[1]))


@kept
def measures(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> pd.DataFrame:
    """The results of some measures, as `calculate.measure_rows` has them."""
    return calculate.measure_rows(engine_of(asking.url), asking.viewer, selection, keys)


@kept
def behind(
    asking: Asking, key: str, selection: Selection, part: str, group: str | None = None
) -> pd.DataFrame:
    """The rows behind a number, as `calculate.members` has them."""
    return calculate.members(engine_of(asking.url), asking.viewer, key, selection, part=part, group=group)


def on(selection: Selection, day: date) -> Selection:
    """The same question, asked as at another day, with the period moved along."""
    moved = selection.period_end - selection.as_at
    return replace(
        selection,
        as_at=day,
        period_start=day + (selection.period_start - selection.as_at),
        period_end=day + moved,
    )


@kept
def load_history(asking: Asking) -> pd.DataFrame:
    """`reading.load_history`."""
    return reading.load_history(engine_of(asking.url), asking.authority)


@kept
def current_files(asking: Asking) -> pd.DataFrame:
    """`reading.current_files`."""
    return reading.current_files(engine_of(asking.url), asking.authority)


@kept
def refused_rows(asking: Asking) -> pd.DataFrame:
    """`reading.refused_rows`."""
    return reading.refused_rows(engine_of(asking.url), asking.viewer, asking.authority)


def findings(asking: Asking) -> pd.DataFrame:
    """`reading.findings`; not kept, for it may be long: pages keep the counts."""
    return reading.findings(engine_of(asking.url), asking.viewer, asking.authority)


@kept
def finding_counts(asking: Asking) -> pd.DataFrame:
    """Findings by rule: `rule, severity, rows`, the gravest first."""
    found = findings(asking)
    return found.groupby(["rule", "severity"], sort=False).size().rename("rows").reset_index()


def grouped(selection: Selection, by: str) -> Selection:
    """The same question, broken down."""
    return replace(selection, by=by)


@kept
def unavailable(asking: Asking) -> dict[str, str]:
    """Measure -> why this authority's data cannot answer it, in words."""
    return calculate.availability(engine_of(asking.url), asking.authority)


@kept
def months_of_iros(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> pd.DataFrame:
    """Some measures by IRO and month, as `calculate.monthly_rows` has them."""
    by_iro = replace(selection, by="iro")
    return calculate.monthly_rows(engine_of(asking.url), asking.viewer, by_iro, keys)
