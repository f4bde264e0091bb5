"""Dip samples of an IRO's recent work: what they are drawn from, and how.

The same seed, method and work give the same records (`sampling.py`); what is asked of a record is in
`forms.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from data_access.recorded.entries import Entry, EntryKind
from data_access.recorded.kinds import SEED
from data_access.rows.codes import NOT_THERE
from metrics.counting.members import members
from metrics.counting.question import DAY, Selection, months_on
from metrics.practice import sampling
from metrics.practice.caseload import caseload
from metrics.wording import words
from standards import setting

RANDOM, LATE, NOT_ATTENDED, UNTOUCHED = "random", "late", "not_attended", "untouched"
"""How a sample is drawn (`codes.DIP_SAMPLES`)."""

REVIEW, MIDWAY, RECORD = "review", "midway_review", "record"
KINDS = {REVIEW: "Review", MIDWAY: "Midway review", RECORD: "Child's record"}
"""What is read."""

GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate", "Does not apply")
"""As audits grade (`domain.md` section 7), in words."""


@dataclass(frozen=True, order=True)
class Work:
    """A piece of an IRO's work that may be read. on: the day of it; of a child's record the as-at day.

    late, not_attended: of a review. untouched: of a child's record, days since any IRO worked on it.
    """

    on: date
    child_id: str
    kind: str
    late: bool = False
    not_attended: bool = False
    untouched: int = 0


def recent_work(
    engine: Engine, viewer: Viewer, authority: str, iro_id: str, as_at: date, method: str
) -> list[Work]:
    """What a sample is drawn from, as at a day.

    At random: the reviews that the IRO chaired and the midway reviews that they did in the last
    `dip_sample_months`. Weighted to late, or to not attended: those reviews alone. Weighted to untouched: the
    record of every child of the caseload. Raises KeyError for a method that is none.
    """
    since = months_on(as_at, -int(setting("dip_sample_months", as_at))) + DAY
    asked = Selection(authority, since, as_at, as_at, iro_id=iro_id)
    if method == UNTOUCHED:
        rows = caseload(engine, viewer, replace(asked, period_start=as_at))
        return [
            Work(as_at, row["child_id"], RECORD, untouched=int(row["days_untouched"]))
            for row in rows.to_dict("records")
        ]
    if method not in _WEIGHTED_TO:
        raise KeyError(method)
    chaired = members(engine, viewer, "reviews_per_fte_month", asked)
    found = [_review(row) for row in chaired.to_dict("records")]
    if method == RANDOM:
        done = members(engine, viewer, "midway_reviews_per_fte_month", asked)
        found += [Work(row["done_on"], row["child_id"], MIDWAY) for row in done.to_dict("records")]
    return sorted(set(found))


def _review(row: Mapping[Any, Any]) -> Work:
    absent = row["participation_code"] in NOT_THERE
    return Work(row["held_on"], row["child_id"], REVIEW, row["outcome"] == "late", absent)


_WEIGHTED_TO = (RANDOM, LATE, NOT_ATTENDED)


def weight(work: Work, method: str, on: date) -> float:
    """How much likelier a piece of work is drawn than one of weight 1.

    At random 1 for all. Weighted to late or not attended: `dip_sample_weight` for those reviews, 1 for the
    rest, so that good practice is read too. Weighted to untouched: 1, and 1 more for every `coverage_days`
    without an entry.
    """
    if method == UNTOUCHED:
        return 1 + work.untouched / setting("coverage_days", on)
    marked = (method == LATE and work.late) or (method == NOT_ATTENDED and work.not_attended)
    return setting("dip_sample_weight", on) if marked else 1.0


def drawn(work: Iterable[Work], method: str, seed: str, number: int, on: date) -> list[Work]:
    """So many pieces of work, or all there are, by day. on: the day whose settings are used."""
    return sampling.drawn(work, number, lambda one: _chance(seed, one), lambda one: weight(one, method, on))


def _chance(seed: str, work: Work) -> float:
    """The work's own number: of the child, the kind and the day of it.

    Of a child's record it is the same on every day: it is not the day that is read.
    """
    day = "" if work.kind == RECORD else work.on.isoformat()
    return sampling.chance(seed, work.kind, work.child_id, day)


def drawn_from(work: Sequence[Work]) -> str:
    """`31 reviews and 12 midway reviews from Mon 24 Aug 2026 to Fri 20 Nov 2026`, for the sample's record."""
    counted = pd.Series([one.kind for one in work]).value_counts()
    said = [
        words.count(int(counted[kind]), name.lower())
        for kind, name in KINDS.items()
        if kind in counted.index and kind != RECORD
    ]
    if RECORD in counted.index:
        return f"the records of {words.count(len(work), 'child', 'children')}"
    if not said:
        return "nothing"
    return f"{words.listed(said)} from {words.day(work[0].on)} to {words.day(work[-1].on)}"


def sample_entries(
    sample: Entry, work: Sequence[Work], seed: str, number: int, on: date
) -> tuple[Entry, list[Entry]]:
    """The sample with how it was drawn, and an entry for each record to be read, as yet unread.

    sample: its authority, IRO, method (`code`), day and identifier.
    """
    method = sample.code or RANDOM
    answers = (
        (SEED, seed),
        ("Records asked for", str(number)),
        ("Drawn from", drawn_from(work)),
        ("Weight", _weights(method, on)),
    )
    records = [
        Entry(
            sample.authority, one.child_id, EntryKind.SAMPLED, one.on, code=one.kind, iro_id=sample.iro_id,
            part_of=sample.entry_id,
        )
        for one in drawn(work, method, seed, number, on)
    ]  # fmt: skip
    return replace(sample, answers=answers), records


def _weights(method: str, on: date) -> str:
    times = f"{setting('dip_sample_weight', on):g}"
    return {
        RANDOM: "all alike",
        LATE: f"reviews held late {times}, others 1",
        NOT_ATTENDED: f"reviews the child was not at {times}, others 1",
        UNTOUCHED: f"1, and 1 more for every {setting('coverage_days', on):g} days without an entry",
    }[method]
