"""The service's standards: every target, interval, benchmark and threshold, dated (`standards.toml`).

A figure is judged by the target in force at the end of its period, so that a year keeps the
standard it had; an interval or threshold is the one in force on the day it starts to run.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

STANDARDS_FILE = Path(__file__).with_name("standards.toml")

EARLIEST = date(1900, 1, 1)
"""No day before it is believed anywhere; the first value of a setting reaches back to it."""

TargetKind = Literal["at_least", "at_most", "band"]


class StandardsProblem(Exception):  # noqa: N818 - it is the user's problem to solve, in their words
    """`standards.toml` cannot be used. The message lists every fault in it."""


@dataclass(frozen=True)
class Setting:
    """A number that a rule uses, from the day it holds."""

    from_on: date
    value: float
    source: str


@dataclass(frozen=True)
class Target:
    """What good looks like for a measure, from the day it holds.

    `at_least` has only `low`, `at_most` only `high`, a `band` both; the bounds themselves are good.
    """

    from_on: date
    kind: TargetKind
    low: float | None
    high: float | None
    source: str

    def status(self, value: float | None) -> str:
        """`met`, `not_met`, `below`, `within` or `above` for an unrounded value; empty without one."""
        if value is None:
            return ""
        if self.kind == "band":
            assert self.low is not None
            assert self.high is not None
            return "below" if value < self.low else "above" if value > self.high else "within"
        met = value >= self.low if self.low is not None else self.high is None or value <= self.high
        return "met" if met else "not_met"


def setting(name: str, on: date) -> float:
    """The value of the setting in force on a day. Raises KeyError for a name that is not one."""
    entries = SETTINGS[name]
    return entries[max(_position(entries, on), 0)].value


def setting_history(name: str) -> tuple[tuple[date, float], ...]:
    """Every (first day, value) of a setting, oldest first; the first holds for every earlier day too."""
    first, *later = SETTINGS[name]
    return ((EARLIEST, first.value), *((entry.from_on, entry.value) for entry in later))


def target(key: str, on: date) -> Target | None:
    """The target of the measure `key` in force on a day, or None where it has none."""
    entries = TARGETS.get(key, ())
    position = _position(entries, on)
    return entries[position] if position >= 0 else None


def _position(entries: Sequence[Setting | Target], on: date) -> int:
    """Which entry holds on the day; -1 before the first."""
    return bisect_right([entry.from_on for entry in entries], on) - 1


def read_standards(text: str) -> tuple[dict[str, tuple[Setting, ...]], dict[str, tuple[Target, ...]]]:
    """The settings and targets written in `text` (TOML), each oldest first.

    Raises StandardsProblem naming every fault at once.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise StandardsProblem(f"The standards file cannot be read: {problem}") from problem
    faults: list[str] = []
    settings = {
        name: _entries(name, rows, _setting, faults) for name, rows in written.get("settings", {}).items()
    }
    targets = {key: _entries(key, rows, _target, faults) for key, rows in written.get("targets", {}).items()}
    if faults:
        raise StandardsProblem("The standards file needs correcting:\n" + "\n".join(faults))
    return settings, targets


def read_rank(text: str) -> tuple[str, ...]:
    """The names of sources written under [sources], in the order in which they are believed."""
    rank = tomllib.loads(text).get("sources", {}).get("rank")
    return tuple(map(str, rank)) if isinstance(rank, list) else ()


def _entries(name: str, rows: Any, read: Any, faults: list[str]) -> tuple[Any, ...]:
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except (KeyError, TypeError, ValueError) as problem:
            faults.append(f"- {name}: an entry needs from, source and its numbers ({problem})")
    days = [entry.from_on for entry in found]
    if days != sorted(set(days)) or not rows:
        faults.append(f"- {name}: needs at least one entry, oldest first, each with its own first day")
    return tuple(found)


def _setting(row: Mapping[str, Any]) -> Setting:
    _only(row, {"from", "value", "source"})
    return Setting(_day(row), row["value"], row["source"])


def _target(row: Mapping[str, Any]) -> Target:
    numbers = row.keys() - {"from", "source"}
    if numbers == {"at_least"}:
        return Target(_day(row), "at_least", row["at_least"], None, row["source"])
    if numbers == {"at_most"}:
        return Target(_day(row), "at_most", None, row["at_most"], row["source"])
    if numbers == {"low", "high"} and row["low"] <= row["high"]:
        return Target(_day(row), "band", row["low"], row["high"], row["source"])
    raise ValueError("write at_least, at_most, or low and high with low not above high")


def _only(row: Mapping[str, Any], names: set[str]) -> None:
    if unknown := row.keys() - names:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")


def _day(row: Mapping[str, Any]) -> date:
    if type(row["from"]) is not date:
        raise ValueError("from is a day such as 2011-04-01")
    return row["from"]


_WRITTEN = STANDARDS_FILE.read_text(encoding="utf-8")
SETTINGS, TARGETS = read_standards(_WRITTEN)
SOURCE_RANK = read_rank(_WRITTEN)
