"""Breaking a page down by team, IRO, kind of review or age: the choice, and what the groups are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from metrics.circumstances import UNKNOWN
from metrics.wording import words
from metrics.wording.words import AGES, KINDS
from pages.frame import reads
from pages.frame.filters import choose_among
from pages.frame.view import View

WORDS = {"team": "Team", "iro": "IRO", "kind": "Kind of review", "age_band": "Age"}
"""What measures are broken down by."""
OF_ROWS = {
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "legal_status": "Legal status",
    "unaccompanied": "Unaccompanied",
    "placement": "Placement",
    "national_placement": "Placement",
    "inside_authority": "Inside the authority or outside",
    "mode": "How it was held",
}
"""What the rows behind a measure are told apart by besides: what a child's circumstances were, and how a
review was held. The groups are called as in `of_rows`, in links too."""
MODES = {
    "in_person": "In person",
    "video": "By video",
    "phone": "By phone",
    "hybrid": "Some in person, some not",
    "no_meeting": "Without a meeting",
}


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


def of_rows(view: View, rows: pd.DataFrame, by: str) -> pd.Series:
    """The group of each row by one of `OF_ROWS`: on the day of the review, or else as at the day shown."""
    if by == "mode":
        return rows["mode"].map(MODES).fillna(UNKNOWN)
    dated = rows if "held_on" in rows else rows.assign(held_on=view.selection.as_at)
    found: pd.Series = reads.circumstances(view.asking, dated, "held_on")[by]
    return found


def name(view: View, by: str, group: str) -> str:
    """What a group is called."""
    if by in OF_ROWS:
        return group
    if by in ("iro", "team"):
        return view.name(by, group)
    if by == "month":
        return words.month(group)
    return {"kind": KINDS, "age_band": AGES}[by].get(group, group)
