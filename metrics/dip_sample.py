"""Dip samples of an IRO's recent work: what they are drawn from, how, and what is asked of a record.

A sample can be drawn again: the same seed, method and work give the same records, on any machine. Each piece
of work has its own number between 0 and 1, made from the seed and the work alone, so that work which a later
load adds changes nothing for the rest. The pieces with the highest numbers are drawn; where a sample is
weighted, a number u counts as u ** (1 / weight), which makes a piece of weight 5 five times as likely to be
drawn first as one of weight 1 (Efraimidis and Spirakis 2006, weighted sampling without replacement).

The form is short and the manager's own: it is kept as an entry, with who changed it and when, because a
manager edits it on the page and has no access to the service's files; a record that was read keeps the
questions that it was read by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from data_access.entries import Entry, EntryKind
from data_access.viewer import Viewer
from metrics import words
from metrics.caseload import caseload
from metrics.codes_of_views import NOT_THERE
from metrics.members import members
from metrics.question import DAY, Selection, months_on
from metrics.standards import setting

RANDOM, LATE, NOT_ATTENDED, UNTOUCHED = "random", "late", "not_attended", "untouched"
"""How a sample is drawn (`codes.DIP_SAMPLES`)."""

REVIEW, MIDWAY, RECORD = "review", "midway_review", "record"
KINDS = {REVIEW: "Review", MIDWAY: "Midway review", RECORD: "Child's record"}
"""What is read."""

GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate", "Does not apply")
"""As audits grade (`domain.md` section 7), in words."""

FORM = (
    "The child's wishes and feelings are on the record, in the child's own words where there are any",
    "What was decided is clear: who does what, and by when",
    "The IRO looked whether what was decided before was done",
    "Drift, or anything else of concern, was challenged",
    "The child could read it one day and understand it",
)
"""The questions until the manager writes their own. S3 3.4, 3.16 ask for quality as well as quantity."""


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
    ranked = sorted(
        set(work),
        key=lambda one: (_chance(seed, one) ** (1 / weight(one, method, on)), one),
        reverse=True,
    )
    return sorted(ranked[:number])


def _chance(seed: str, work: Work) -> float:
    """The work's own number between 0 and 1: made of the seed, the child and the kind, and the day of it.

    Of a child's record it is the same on every day: it is not the day that is read.
    """
    day = "" if work.kind == RECORD else work.on.isoformat()
    named = "\0".join((seed, work.kind, work.child_id, day))
    return (int.from_bytes(hashlib.sha256(named.encode()).digest()[:8]) + 0.5) / 2**64


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
        ("Seed", seed),
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


def form_of(recorded: Iterable[Entry]) -> tuple[tuple[str, ...], Entry | None]:
    """The questions a record is read by, and the entry they come from: the manager's, else `FORM`."""
    own = next((one for one in recorded if one.kind is EntryKind.FORM), None)
    if own is None or not own.answers:
        return FORM, own
    return tuple(question for _, question in own.answers), own
