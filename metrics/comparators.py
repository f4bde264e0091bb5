"""National figures and child populations, dated and with their sources (`comparators.toml`)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from standards import StandardsProblem

COMPARATORS_FILE = Path(__file__).with_name("comparators.toml")
SETTING = "IRO_COMPARATORS"
"""Names another file in its place."""


@dataclass(frozen=True)
class National:
    """England's children looked after on 31 March of a year: percentages by group, as published."""

    year: int
    rate_per_10000: float
    source: str
    percent: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class ChildPopulation:
    """How many children under 18 live in an authority's area."""

    authority: str
    year: int
    under_18: int
    source: str


@dataclass(frozen=True)
class Comparators:
    """What an authority's own figures stand beside, by year."""

    national: tuple[National, ...]
    populations: tuple[ChildPopulation, ...]

    def national_on(self, day: date) -> National | None:
        """The latest published by a day's reporting year, else the earliest there is."""
        known = sorted(self.national, key=lambda one: one.year)
        earlier = [one for one in known if date(one.year, 3, 31) <= day]
        return next(iter(earlier[-1:] or known[:1]), None)

    def population_on(self, authority: str, day: date) -> ChildPopulation | None:
        """The authority's own, of the latest year up to the day's, else the earliest there is."""
        known = sorted(
            (one for one in self.populations if one.authority == authority), key=lambda one: one.year
        )
        earlier = [one for one in known if one.year <= day.year]
        return next(iter(earlier[-1:] or known[:1]), None)


def comparators() -> Comparators:
    """What the file says. Raises StandardsProblem, which names the file and what is wrong with it."""
    path = Path(os.environ.get(SETTING) or COMPARATORS_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as problem:
        raise StandardsProblem(f"{path} cannot be read: {problem.strerror}. Correct {SETTING}.") from None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Comparators:
    try:
        return read_comparators(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as problem:
        raise StandardsProblem(
            f"{path} needs correcting: {problem}. Copy metrics/comparators.toml and start from that."
        ) from problem


def read_comparators(text: str) -> Comparators:
    """The figures written in `text` (TOML). Raises KeyError, TypeError or ValueError for what is missing."""
    written = tomllib.loads(text)
    return Comparators(
        tuple(_national(entry) for entry in written.get("national", [])),
        tuple(
            ChildPopulation(
                str(entry["authority"]), int(entry["year"]), int(entry["under_18"]), entry["source"]
            )
            for entry in written.get("population", [])
        ),
    )


def _national(entry: Mapping[str, Any]) -> National:
    groups = {name: values for name, values in entry.items() if isinstance(values, dict)}
    return National(int(entry["year"]), float(entry["rate_per_10000"]), entry["source"], groups)
