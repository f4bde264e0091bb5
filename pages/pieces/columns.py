"""Rows of children in the readers' words: headings, names for identifiers, meanings for codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from data_access.rows.codes import ESCALATION_THEMES, NON_ATTENDANCE_REASONS, PARTICIPATION_WORDS
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results

FIRST = (
    "child_id", "due_on", "days_late", "held_on", "outcome", "booked_for", "late_reason", "kind", "team_id",
    "iro_id", "social_worker", "age_band",
)  # fmt: skip
"""The columns a reader looks at first; the others follow as the measure has them."""


def in_words(view: View, rows: pd.DataFrame, first: Sequence[str] = FIRST) -> pd.DataFrame:
    """`rows` as a reader sees them, some columns first; columns without a value in any row are left out."""
    rows = _with_reasons_not_given(view, rows)
    shown = {}
    names = [str(name) for name in rows]
    for name in [*(name for name in first if name in names), *(name for name in names if name not in first)]:
        column = rows[name]
        if column.isna().all() or (name == "regime" and column.eq("looked_after").all()):
            continue
        shown[words.heading(name)] = _translated(view, name, column, says_where="lies" in names)
    return pd.DataFrame(shown, index=rows.index)


def _with_reasons_not_given(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Where a review is late and nobody said why, that is said, so that nobody is blamed by a guess."""
    if "late_reason" not in rows or "late_reviews_explained" in reads.unavailable(view.asking):
        return rows
    if "days_late" in rows:
        late = pd.to_numeric(rows["days_late"]).gt(0)
    elif "state" in rows:
        late = rows["state"].eq("overdue")
    else:
        return rows
    reasons = rows["late_reason"].astype(object)
    return rows.assign(late_reason=reasons.mask(late & reasons.isna(), words.NO_REASON))


def _translated(view: View, name: str, column: pd.Series, *, says_where: bool) -> pd.Series:
    """says_where: a column beside it says where the reason lies."""
    coded: dict[str, Callable[[str], str]] = {
        "iro_id": lambda code: view.name("iro", code),
        "chaired_by": lambda code: view.name("iro", code),
        "last_touch_by": lambda code: view.name("iro", code),
        "last_touch": lambda code: code.replace("_", " "),
        "team_id": lambda code: view.name("team", code),
        "kind": lambda code: words.KINDS.get(code, code),
        "age_band": lambda code: words.AGES.get(code, code),
        "outcome": lambda code: words.OUTCOMES.get(code, code),
        "regime": lambda code: words.REGIMES.get(code, code),
        "late_reason": lambda code: words.late_reason(code, where=not says_where),
        "participation_code": words.with_meaning(PARTICIPATION_WORDS),
        "non_attendance_reason": words.with_meaning(NON_ATTENDANCE_REASONS),
        "last_absence_reason": words.with_meaning(NON_ATTENDANCE_REASONS),
        "theme": lambda code: ESCALATION_THEMES.get(code, code),
        "activity_kind": lambda code: code.replace("_", " "),
        "stage": lambda code: words.STAGES.get(code, code),
        **dict.fromkeys(("human_rights", "in_time"), lambda so: "yes" if so else "no"),
        "grade": lambda code: code.replace("_", " "),
        "state": results.state,
        "missing": words.missing,
        "to_check": words.to_check,
    }
    if name in coded:
        return column.map(coded[name], na_action="ignore").fillna("")
    if column.dtype == bool:
        return column.map({True: "yes", False: "no"})
    return column
