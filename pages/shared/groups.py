"""Breaking a page down by team, IRO, kind of review or age: the choice, and what the groups are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.words import AGES, KINDS
from pages.shared import words
from pages.shared.filters import choose_among
from pages.shared.view import View

WORDS = {"team": "Team", "iro": "IRO", "kind": "Kind of review", "age_band": "Age"}


def choose(view: View, among: Sequence[str]) -> str:
    """One breakdown, kept in the URL, of those this data can answer: no teams or IROs where it has none."""
    known = {"team": bool(view.teams), "iro": bool(view.iros)}
    return broken_down_by({by: WORDS[by] for by in among if known.get(by, True)})


def broken_down_by(options: Mapping[str, str], *, first: str | None = None) -> str:
    """One of the ways to break a page down, by key -> name."""
    return choose_among("Broken down by", options, "breakdown", first=first)


def named(by: str) -> str:
    """What a breakdown is by, within a sentence: `team`, `IRO`."""
    return WORDS[by] if by == "iro" else WORDS[by].lower()


def name(view: View, by: str, group: str) -> str:
    """What a group is called."""
    if by in ("iro", "team"):
        return view.name(by, group)
    if by == "month":
        return words.month(group)
    return {"kind": KINDS, "age_band": AGES}[by].get(group, group)
