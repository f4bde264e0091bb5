"""Rows of children in the readers' words: headings, names for identifiers, meanings for codes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from data_access.codes import (
    ESCALATION_THEMES,
    LATE_REASONS,
    NON_ATTENDANCE_REASONS,
    PARTICIPATION_WORDS,
)
from pages.shared import groups, words
from pages.shared.view import View

HEADINGS = {
    "child_id": "Child",
    "age_band": "Age",
    "team_id": "Team",
    "social_worker": "Social worker",
    "iro_id": "IRO",
    "kind": "Kind of review",
    "opens_on": "Counted from",
    "due_on": "Due",
    "held_on": "Held",
    "booked_for": "Booked for",
    "outcome": "Outcome",
    "days_late": "Days late",
    "late_reason": "Reason for lateness",
    "late_agreed_by": "Lateness agreed by",
    "late_agreed_on": "Lateness agreed on",
    "participation_code": "How the child took part",
    "non_attendance_reason": "Why the child was not there",
    "period_started_on": "Looked after since",
    "regime": "Schedule",
    "activity_kind": "Kind of work",
    "done_on": "Done",
    "iro_since": "With this IRO since",
}
OUTCOMES = {
    "on_time": "on time",
    "late": "held late",
    "overdue": "overdue",
    "missed": "never held",
    "open": "not yet due",
    "not_required": "no longer needed",
    "not_assessable": "due date not known",
}
REGIMES = {"looked_after": "looked after", "adoption": "placed for adoption", "short_break": "short breaks"}
FIRST = (
    "child_id", "due_on", "days_late", "held_on", "outcome", "booked_for", "kind", "team_id", "iro_id",
    "social_worker", "age_band", "late_reason",
)  # fmt: skip
"""The columns a reader looks at first; the others follow as the measure has them."""
_SMALL = {"iro": "IRO", "fte": "FTE"}


def in_words(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` of a measure as a reader sees them; columns without a value in any row are left out."""
    shown = {}
    names = [str(name) for name in rows]
    for name in [*(name for name in FIRST if name in names), *(name for name in names if name not in FIRST)]:
        column = rows[name]
        if column.isna().all() or (name == "regime" and column.eq("looked_after").all()):
            continue
        shown[heading(name)] = _translated(view, name, column)
    return pd.DataFrame(shown, index=rows.index)


def heading(name: str) -> str:
    """A column's heading: `iro_since` is `With this IRO since`."""
    if name in HEADINGS:
        return HEADINGS[name]
    spoken = " ".join(_SMALL.get(part, part) for part in name.removesuffix("_id").split("_"))
    return words.sentence(spoken)


def _translated(view: View, name: str, column: pd.Series) -> pd.Series:
    coded: dict[str, Callable[[str], str]] = {
        "iro_id": lambda code: view.name("iro", code),
        "chaired_by": lambda code: view.name("iro", code),
        "team_id": lambda code: view.name("team", code),
        "kind": lambda code: groups.KINDS.get(code, code),
        "age_band": lambda code: groups.AGES.get(code, code),
        "outcome": lambda code: OUTCOMES.get(code, code),
        "regime": lambda code: REGIMES.get(code, code),
        "late_reason": _meaning(LATE_REASONS),
        "participation_code": _meaning(PARTICIPATION_WORDS),
        "non_attendance_reason": _meaning(NON_ATTENDANCE_REASONS),
        "theme": lambda code: ESCALATION_THEMES.get(code, code),
        "activity_kind": lambda code: code.replace("_", " "),
        "stage": lambda code: code.replace("_", " "),
        "grade": lambda code: code.replace("_", " "),
    }
    if name in coded:
        return column.map(coded[name], na_action="ignore").fillna("")
    if column.dtype == bool:
        return column.map({True: "yes", False: "no"})
    return column


def _meaning(codes: dict[str, str]) -> Callable[[str], str]:
    """A code with its meaning: `PN5 - not there, views sent`."""
    return lambda code: f"{code} - {codes[code]}" if code in codes else code
