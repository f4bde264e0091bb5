"""Which schedule of reviews a child is on, and when it changes (`domain.md` section 1, rules 8, 9, 9a).

A period of care falls into segments: short breaks (legal status V3/V4) before placed for adoption
(placement A3-A6) before the ordinary schedule of every other day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.codes import ADOPTION_PLACEMENTS, SHORT_BREAK_STATUSES
from metrics.calendar import Days, Flags, Integers, as_days
from metrics.intervals import Ranges, closed_ranges, covers, points, union

REGIMES = ("looked_after", "adoption", "short_break")
LOOKED_AFTER, ADOPTION, SHORT_BREAK = range(3)


@dataclass(frozen=True)
class Care:
    """Periods of care in the order of child and start. `end` is the day the child ceased (exclusive)."""

    children: pd.Index
    start: Integers
    end: Integers
    row: Integers
    start_known: Flags
    covered_from: Days

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Segments:
    """Unbroken stretches of one schedule within one period, in order. Half-open, as points."""

    period: Integers
    regime: Integers
    start: Integers
    end: Integers

    def __len__(self) -> int:
        return len(self.start)


def numbered(children: pd.Index, child_ids: object) -> Integers:
    """The position of each child in `children`, -1 for one that is not in it."""
    return children.get_indexer(pd.Index(child_ids)).astype(np.int64)  # type: ignore[call-overload]


def care_of(periods: pd.DataFrame) -> Care:
    """The periods as points on the line of days.

    `periods`: child_id, started_on, ended_on (the day the child ceased, blank while looked after),
    start_known (blank counts as known), covered_from (first day the source's reviews cover, blank
    for everything).
    """
    codes, distinct = pd.factorize(pd.Index(periods["child_id"]), sort=True)
    children = pd.Index(distinct)
    number = codes.astype(np.int64)
    start = points(number, as_days(periods["started_on"]))
    end = points(number, as_days(periods["ended_on"]))
    order = np.lexsort((end, start))
    known = _truth(periods["start_known"])
    return Care(
        children, start[order], end[order], order.astype(np.int64), known[order],
        as_days(periods["covered_from"])[order],
    )  # fmt: skip


def _truth(column: pd.Series) -> Flags:
    """A yes/no column as flags; a blank counts as yes."""
    if column.dtype.kind == "b":
        return column.to_numpy(dtype=np.bool_)
    return column.astype(object).where(column.notna(), True).to_numpy(dtype=np.bool_)


def segments_of(care: Care, statuses: pd.DataFrame, placements: pd.DataFrame) -> Segments:
    """Cut every period of care where its schedule changes.

    `statuses`: child_id, from_date, to_date, legal_status. `placements`: child_id, from_date,
    to_date, placement_type. Their ranges are closed: a status ends the day after `to_date`.
    Neighbouring or overlapping rows of one schedule are one stretch (rule 9a).
    """
    short_breaks = _stretches(care.children, statuses, "legal_status", SHORT_BREAK_STATUSES)
    adoption = _stretches(care.children, placements, "placement_type", ADOPTION_PLACEMENTS)
    cuts = np.concatenate([short_breaks.start, short_breaks.end, adoption.start, adoption.end])
    period = np.searchsorted(care.start, cuts, side="right") - 1
    inside = (period >= 0) & (care.start[period] < cuts) & (cuts < care.end[period])
    start = np.concatenate([care.start, cuts[inside]])
    owner = np.concatenate([np.arange(len(care), dtype=np.int64), period[inside]])
    order = np.lexsort((start, owner))
    start, owner = start[order], owner[order]
    regime = np.where(
        covers(short_breaks, start), SHORT_BREAK, np.where(covers(adoption, start), ADOPTION, LOOKED_AFTER)
    )
    changes = np.ones(len(start), dtype=np.bool_)
    changes[1:] = (owner[1:] != owner[:-1]) | (regime[1:] != regime[:-1])
    start, owner, regime = start[changes], owner[changes], regime[changes]
    end = care.end[owner]
    follows = owner[1:] == owner[:-1]
    end[:-1] = np.where(follows, start[1:], end[:-1])
    return Segments(owner, regime.astype(np.int64), start, end)


def _stretches(children: pd.Index, rows: pd.DataFrame, column: str, codes: frozenset[str]) -> Ranges:
    """The days on which any row with one of `codes` holds, as joined ranges."""
    chosen = rows[rows[column].isin(codes)]
    return union(
        closed_ranges(
            numbered(children, chosen["child_id"]), as_days(chosen["from_date"]), as_days(chosen["to_date"])
        )
    )
