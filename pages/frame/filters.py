"""The filters, in one place on every page and in the page's URL.

Each widget is bound to the URL under its key, so a link carries what was chosen; a page shows only
those it obeys (`pages.SECTIONS`). The frame draws them before the page, so that what was chosen
survives moving between pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from metrics.wording import words

LAST_TWELVE = "Last 12 months"
YEAR_SO_FAR = "This year so far"
YEARS_BACK = 6
KEYS = ("authority", "as_at", "period", "iro", "team")
"""What they are called in the URL."""
EVERYBODY = {"iro": "All IROs", "team": "All teams"}

Period = tuple[date, date]


@lru_cache(maxsize=64)
def periods(as_at: date) -> Mapping[str, Period]:
    """The periods that can be chosen, by name, seen from a day: 12 whole months, years, quarters, months.

    Years run from 1 April (the reporting year of the 903). Nothing reaches past `as_at`, so that a part of a
    year is never set beside a whole one under the same name.
    """
    month = as_at.replace(day=1)
    whole = month if as_at + timedelta(days=1) < _months(month, 1) else _months(month, 1)
    april = as_at.year if as_at.month > 3 else as_at.year - 1
    found = {LAST_TWELVE: (_months(whole, -12), whole - timedelta(days=1))}
    found[YEAR_SO_FAR] = (date(april, 4, 1), as_at)
    for year in range(april - 1, april - YEARS_BACK, -1):
        found[f"{year}-{(year + 1) % 100:02}"] = (date(year, 4, 1), date(year + 1, 3, 31))
    for back in range(1, 25):
        first = _months(whole, -back)
        if first.month % 3 == 1 and _months(first, 3) <= whole:
            year = first.year if first.month > 3 else first.year - 1
            quarter = (first.month - 4) % 12 // 3 + 1
            name = f"{year}-{(year + 1) % 100:02} Q{quarter}"
            found[name] = (first, _months(first, 3) - timedelta(days=1))
    for back in range(1, 13):
        first = _months(whole, -back)
        found[f"{first:%B %Y}"] = (first, _months(first, 1) - timedelta(days=1))
    return found


def _months(first: date, number: int) -> date:
    """The first of the month `number` months on."""
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def choose_authority(authorities: list[str]) -> str:
    """Which authority, where the store holds several."""
    if len(authorities) == 1:
        return authorities[0]
    return st.selectbox("Authority", authorities, key="authority", bind="query-params") or authorities[0]


def choose_as_at(latest: date, *, shown: bool) -> date:
    """The day to see the world from: by default the latest load's, and never after it."""
    known = st.session_state.get("latest_as_at")
    if known not in (None, latest) and st.session_state.get("as_at") == known:
        # A newer load moves a reader who had chosen nothing. Forgetting the day alone would not tell the
        # browser, which would send the old one again at the next click.
        st.session_state["as_at"] = latest
    st.session_state["latest_as_at"] = latest
    if not shown:
        kept: date = _chosen("as_at", latest)
        return kept
    chosen = st.date_input(
        "As at",
        latest,
        min_value=latest.replace(year=latest.year - YEARS_BACK, day=1),
        max_value=latest,
        key="as_at",
        bind="query-params",
        format="DD/MM/YYYY",
        help="The day to see things from. What was recorded as done after it is not counted.",
    )
    _remember("as_at", None if chosen == latest else chosen)
    return chosen or latest


def choose_period(as_at: date, *, shown: bool) -> str:
    """The name of a period out of `periods(as_at)`."""
    names = list(periods(as_at))
    if not shown:
        chosen = _chosen("period", LAST_TWELVE)
        return chosen if chosen in names else LAST_TWELVE
    period = st.selectbox("Period", names, key="period", bind="query-params") or LAST_TWELVE
    _remember("period", period)
    return period


def choose_one(kind: str, names: Mapping[str, str], *, shown: bool) -> str | None:
    """One IRO or team by identifier, or None for all; not shown where the data have none to choose."""
    if not names:
        return None
    if not shown:
        return None
    one = st.selectbox(
        {"iro": "IRO", "team": "Team"}[kind],
        [None, *names],
        key=kind,
        bind="query-params",
        format_func=label(kind, names),
    )
    _remember(kind, one)
    return one


def choose_among(what: str, options: Mapping[str, str], key: str, *, first: str | None = None) -> str:
    """One of a few ways to look at a page, in a row of buttons: the key of `options` that was chosen.

    what: how the choice is called. options: the ways and their names. key: how it is called in the URL.
    first: the way before anybody has chosen, if it is not the first.
    """
    first = first if first is not None else next(iter(options))
    chosen = st.segmented_control(
        what, list(options), default=first, required=True, key=key, bind="query-params",
        format_func=lambda one: options[one],
    )  # fmt: skip
    return chosen if chosen is not None else first


def label(kind: str, names: Mapping[str, str]) -> Callable[[str | None], str]:
    """How a choice is written, in the list and in the URL."""
    return lambda chosen: EVERYBODY[kind] if chosen is None else names.get(chosen, chosen)


def _chosen(key: str, otherwise: Any) -> Any:
    return last_chosen(key) or otherwise


def last_chosen(key: str) -> Any:
    """What was chosen on a page that shows the filter, while on one that does not; None where nothing was.

    Kept beside the widget's own state, as Streamlit may forget a widget that a page does not draw.
    """
    return st.session_state.get(key) or st.session_state.get(f"last_{key}")


def _remember(key: str, chosen: Any) -> None:
    st.session_state[f"last_{key}"] = chosen


def spoken(period: str) -> str:
    """A period's name within a sentence: `the last 12 months`, `this year so far`, `2025-26 Q3`."""
    return {LAST_TWELVE: "the last 12 months", YEAR_SO_FAR: "this year so far"}.get(period, period)


def month_words(period: Period) -> str:
    """`1 Nov 2025 to 31 Oct 2026`."""
    first, last = period
    return f"{words.day(first)[4:]} to {words.day(last)[4:]}"


def months(start: date, end: date) -> list[str]:
    """The calendar months that a period touches, as `YYYY-MM`."""
    found = []
    month = start.replace(day=1)
    while month <= end:
        found.append(f"{month:%Y-%m}")
        month = _months(month, 1)
    return found
