"""The service's settings that loading needs. They stand in `metrics/standards.toml` with all others, and are
read as a file here: nothing in data_access imports metrics."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, case

_Value = TypeVar("_Value")

STANDARDS_FILE = Path(__file__).parents[1] / "metrics" / "standards.toml"
FORMATS = ("extract", "ssd", "annex_a", "ssda903")
"""The formats that sources come in."""


def setting(name: str, on: date) -> int:
    """The value of a dated setting in force on a day; the first reaches back to the first day there is."""
    entries = _settings()[name]
    return max([entry for entry in entries if entry[0] <= on], default=min(entries))[1]


def by_setting(
    name: str, on: ColumnElement[date], what: Callable[[int], ColumnElement[Any]]
) -> ColumnElement[Any]:
    """What follows, row by row, from the value of a dated setting in force on a day of the row."""
    return by_history(sorted(_settings()[name]), on, what)


def by_history(
    history: Sequence[tuple[date, _Value]],
    on: ColumnElement[date],
    what: Callable[[_Value], ColumnElement[Any]],
) -> ColumnElement[Any]:
    """The same of a history of (first day, value), oldest first; the first holds for every earlier day."""
    (_, first), *later = history
    since = [(on >= start, what(value)) for start, value in reversed(later)]
    return case(*since, else_=what(first)) if since else what(first)


def rank_in(standards: str) -> tuple[str, ...]:
    """The formats in the order in which they are believed, as `standards` (TOML) says.

    Raises ValueError, in the words of who has to mend the file, where it does not name each of them once.
    """
    rank = tomllib.loads(standards).get("sources", {}).get("rank")
    if not isinstance(rank, list) or sorted(map(str, rank)) != sorted(FORMATS):
        raise ValueError(
            f"The standards file needs correcting: rank, under [sources], has to name {', '.join(FORMATS)}, "
            "each once, the one that is believed first in front."
        )
    return tuple(rank)


@cache
def _settings() -> dict[str, list[tuple[date, int]]]:
    settings: dict[str, list[dict[str, Any]]] = tomllib.loads(standards())["settings"]
    return {
        name: [(entry["from"], int(entry["value"])) for entry in entries]
        for name, entries in settings.items()
    }


def standards() -> str:
    """The standards file as it is written."""
    return STANDARDS_FILE.read_text(encoding="utf-8")
