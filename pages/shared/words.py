"""How days, counts and names are written on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from charts.chart import rounded

NOBODY = "unallocated"
"""The group of rows that nobody is allocated to, as the measures name it."""


def day(on: date | None) -> str:
    """`Fri 30 Jan 2026`; nothing for no day."""
    if on is None or pd.isna(on):
        return ""
    return f"{on:%a} {on.day} {on:%b %Y}"


def moment(at: datetime | None) -> str:
    """A moment kept in UTC, on this machine's clock: `Fri 30 Jan 2026, 14:05`."""
    if at is None or pd.isna(at):
        return ""
    here = pd.Timestamp(at).to_pydatetime().replace(tzinfo=UTC).astimezone()
    return f"{day(here.date())}, {here:%H:%M}"


def count(number: float, one: str, many: str | None = None) -> str:
    """`1 review`, `12 reviews`, `no reviews`."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def value(number: Any, unit: str) -> str:
    """A measure's value in its unit: `93.4%`, `12`, `6.2`; `no value` where there is none."""
    if number is None or pd.isna(number):
        return "no value"
    if unit == "percent":
        return f"{rounded(number)}%"
    if unit == "count":
        return f"{number:,.0f}"
    return f"{rounded(number):,}"


def rate(row: Any) -> str:
    """The value of a row of `measure_rows`: to two places where one would round it up to a standard."""
    if row.unit == "percent" and row.status == "not_met" and rounded(row.value) == row.standard_low:
        return f"{rounded(row.value, 2)}%"
    return value(row.value, row.unit)


def standard(low: Any, high: Any, unit: str) -> str:
    """A standard in words: `at least 95%`, `at most 0`, `5 to 10`; `none` where there is none."""
    lowest: float | None = None if low is None or pd.isna(low) else low
    highest: float | None = None if high is None or pd.isna(high) else high
    if lowest is None and highest is None:
        return "none"
    if lowest is None and highest is not None:
        return "none expected" if highest == 0 else f"at most {_plain(highest, unit)}"
    assert lowest is not None
    if highest is None:
        return f"at least {_plain(lowest, unit)}" if lowest < 100 or unit != "percent" else "100%"
    return f"{_plain(lowest, unit)} to {_plain(highest, unit)}"


def _plain(number: float, unit: str) -> str:
    return f"{number:g}" + ("%" if unit == "percent" else "")


def change(now: float, before: float, since: str) -> str:
    """`2 more than last week`, `the same as last week`."""
    if now == before:
        return f"the same as {since}"
    return f"{abs(now - before):,.0f} {'more' if now > before else 'fewer'} than {since}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def sentence(text: str) -> str:
    """With a capital first letter, whatever it starts with."""
    return text[:1].upper() + text[1:]


def month(year_month: str) -> str:
    """`2026-01` as `Jan 2026`."""
    return f"{date.fromisoformat(year_month + '-01'):%b %Y}"
