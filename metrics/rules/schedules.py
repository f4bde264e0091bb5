"""Which schedule of reviews a child is on, and when it changes (`domain.md` section 1, rules 8, 9, 9a).

A period of care falls into segments: short breaks (legal status V3/V4) before placed for adoption
(placement A3-A6) before the ordinary schedule of every other day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.rules.calendar import Days, Flags, Integers, as_days
from metrics.rules.columns import Column, Rows
from metrics.rules.intervals import Ranges, closed_ranges, covers, points, union

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


def numbered(children: pd.Index, child_ids: Column) -> Integers:
    """The position of each child in `children`, -1 for one that is not in it."""
    return children.get_indexer(pd.Index(child_ids, dtype=object)).astype(np.int64)


def care_of(children: pd.Index, periods: Rows) -> Care:
    """The periods of care of `children` as points on the line of days.

    `periods`: child_id, started_on, ended_on (the day the child ceased, blank while looked after),
    start_known (blank counts as known), covered_from (first day the source's reviews cover, blank
    for everything). One child's periods do not overlap; they may share a day.
    """
    number = numbered(children, periods["child_id"])
    start = points(number, as_days(periods["started_on"]))
    end = points(number, as_days(periods["ended_on"]))
    order = np.lexsort((end, start))
    known = np.array([given is None or bool(given) for given in periods["start_known"]], dtype=np.bool_)
    covered_from = as_days(periods["covered_from"])
    return Care(children, start[order], end[order], order.astype(np.int64), known[order], covered_from[order])


def segments_of(care: Care, short_breaks: Rows, adoptions: Rows) -> Segments:
    """Cut every period of care where its schedule changes.

    `short_breaks`: the legal statuses V3/V4, `adoptions`: the placements A3-A6, each with child_id,
    from_date and to_date. Their ranges are closed: a status ends the day after `to_date`.
    Neighbouring or overlapping rows of one schedule are one stretch (rule 9a).
    """
    in_series, placed = (_stretches(care.children, rows) for rows in (short_breaks, adoptions))
    cuts = np.concatenate([in_series.start, in_series.end, placed.start, placed.end])
    period = np.searchsorted(care.start, cuts, side="right") - 1
    cuts, period = cuts[period >= 0], period[period >= 0]  # the others lie before all care, or there is none
    inside = (care.start[period] < cuts) & (cuts < care.end[period])
    start = np.concatenate([care.start, cuts[inside]])
    owner = np.concatenate([np.arange(len(care), dtype=np.int64), period[inside]])
    order = np.lexsort((start, owner))
    start, owner = start[order], owner[order]
    regime = np.where(
        covers(in_series, start), SHORT_BREAK, np.where(covers(placed, start), ADOPTION, LOOKED_AFTER)
    )
    changes = np.ones(len(start), dtype=np.bool_)
    changes[1:] = (owner[1:] != owner[:-1]) | (regime[1:] != regime[:-1])
    start, owner, regime = start[changes], owner[changes], regime[changes]
    end = care.end[owner]
    follows = owner[1:] == owner[:-1]
    end[:-1] = np.where(follows, start[1:], end[:-1])
    return Segments(owner, regime.astype(np.int64), start, end)


def _stretches(children: pd.Index, rows: Rows) -> Ranges:
    """The days on which any of the rows holds, as joined ranges."""
    number = numbered(children, rows["child_id"])
    return union(closed_ranges(number, as_days(rows["from_date"]), as_days(rows["to_date"])))
