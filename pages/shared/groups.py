"""Breaking a page down by team, IRO, kind of review or age: the choice, and what the groups are called."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from metrics.words import AGES, KINDS
from pages.shared import words
from pages.shared.view import View

WORDS = {"team": "Team", "iro": "IRO", "kind": "Kind of review", "age_band": "Age"}


def choose(view: View, among: Sequence[str]) -> str:
    """One breakdown, kept in the URL, of those this data can answer: no teams or IROs where it has none."""
    known = {"team": bool(view.teams), "iro": bool(view.iros)}
    answerable = [by for by in among if known.get(by, True)]
    chosen = st.segmented_control(
        "Broken down by",
        answerable,
        default=answerable[0],
        required=True,
        key="breakdown",
        bind="query-params",
        format_func=lambda by: WORDS[by],
    )
    return chosen or answerable[0]


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
