"""What people recorded here of reasons and agreements, beside what the extract says of the same.

The extract counts until someone settles which of the two does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from data_access.recorded.entries import Entry, EntryKind

NO_DUTY = pd.Series(
    dict.fromkeys(
        ("child_id", "opens_on", "due_on", "last_held_on", "late_reason", "agreed_on", "last_absence_reason")
    ),
    dtype=object,
)
"""In place of a child's row of the tracker, for what is recorded about no open duty."""


def about_open_duty(recorded: Iterable[Entry], opens_on: date | None) -> list[Entry]:
    """The open entries of a child that are about the duty opened on a day, which is still open."""
    return [entry for entry in recorded if entry.is_open and opens_on and entry.about_on >= opens_on]


def add_recorded(facts: pd.DataFrame, recorded: Sequence[Entry]) -> None:
    """Put what was recorded here beside what the extract says, which counts until someone settles it."""
    by_child: dict[str, list[Entry]] = defaultdict(list)
    for entry in recorded:
        if entry.child_id is not None:
            by_child[entry.child_id].append(entry)
    wrong = np.zeros(len(facts), dtype=np.bool_)
    columns = {name: facts[name].to_numpy(dtype=object, copy=True) for name in _RECORDED}
    for row, (child_id, opens_on, held_on) in enumerate(
        zip(facts["child_id"], facts["opens_on"], facts["last_held_on"], strict=True)
    ):
        theirs = by_child.get(child_id, [])
        wrong[row] = any(
            entry.kind is EntryKind.RECORD_WRONG and entry.is_open and entry.about_on == held_on
            for entry in theirs
        )
        absence = absence_reason(theirs, held_on, columns["last_absence_reason"][row])
        columns["last_absence_reason"][row] = absence
        for entry in about_open_duty(theirs, opens_on):
            if entry.kind is EntryKind.LATE_REASON and _counts(entry, columns["late_reason"][row]):
                columns["late_reason"][row] = entry.code
            if entry.kind is EntryKind.AGREEMENT and _counts(entry, columns["agreed_on"][row]):
                columns["agreed_by"][row], columns["agreed_on"][row] = entry.who, entry.happened_on
    facts["last_marked_wrong"] = wrong
    for name, column in columns.items():
        facts[name] = pd.Series(column, dtype=object)


_RECORDED = ("late_reason", "agreed_by", "agreed_on", "last_absence_reason")
"""What may be recorded here where the extract says nothing."""


def absence_reason(recorded: Iterable[Entry], held_on: date | None, said: Any) -> Any:
    """Why a child was not at the review of a day: as the extract has said, or as was recorded here of it."""
    for entry in recorded:
        about_it = entry.kind is EntryKind.ABSENCE_REASON and entry.is_open and entry.about_on == held_on
        if about_it and _counts(entry, said):
            said = entry.code
    return said


def _counts(entry: Entry, said: Any) -> bool:
    return entry.prevails or pd.isna(said)
