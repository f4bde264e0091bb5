"""Who and what a child was on any day: unbroken spans in which nothing of it changes.

Being looked after, the schedule of reviews, the IRO and the team allocated, each with its own
history, are cut into one line per child, so that "on that day" is one look-up in one table.
Allocations count outside care too: an escalation may be raised after a child has ceased.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.rules.calendar import Integers, as_days
from metrics.rules.columns import Column, Rows, as_column
from metrics.rules.intervals import NEVER, STRIDE, Ranges, child_at, closed_ranges, in_force
from metrics.rules.schedules import Care, Segments, numbered


@dataclass(frozen=True)
class Spans:
    """Spans in the order of child and day, half-open, as points (`metrics.deriving.intervals`)."""

    start: Integers
    end: Integers
    segment: Integers
    """The position in `Segments`, -1 when not in care."""
    iro_id: Column
    iro_since: Integers
    """The point at which this IRO's unbroken allocation began; meaningless without an IRO."""
    team_id: Column
    social_worker: Column

    def __len__(self) -> int:
        return len(self.start)

    def at(self, given: Integers) -> Integers:
        """The position of the span that each point lies in, -1 where there is none."""
        return in_force(Ranges(self.start, self.end, np.arange(len(self))), given)


def spans_of(care: Care, segments: Segments, iros: Rows, teams: Rows) -> Spans:
    """The spans of all children of `care`.

    `iros`: child_id, iro_id, from_date, to_date; `teams`: child_id, team_id, social_worker,
    from_date, to_date. Of two teams on one day the one that began later counts.
    """
    with_iro, with_team = allocations(care.children, iros), allocations(care.children, teams)
    cuts = np.unique(
        np.concatenate(
            [segments.start, segments.end, with_iro.start, with_iro.end, with_team.start, with_team.end]
        )
    )
    cuts = cuts[cuts % STRIDE != NEVER]
    segment = in_force(Ranges(segments.start, segments.end, np.arange(len(segments))), cuts)
    iro = _codes(iros["iro_id"], with_iro, cuts)
    team = _codes(teams["team_id"], with_team, cuts)
    worker = _codes(teams["social_worker"], with_team, cuts)
    same = np.zeros(len(cuts), dtype=np.bool_)
    same[1:] = child_at(cuts[1:]) == child_at(cuts[:-1])
    for what in (segment, iro, team, worker):
        same[1:] &= what[1:] == what[:-1]
    kept = np.flatnonzero(~same)
    start = cuts[kept]
    end = (child_at(start) + 1) * STRIDE - 1
    end[:-1] = np.minimum(end[:-1], start[1:])
    segment, iro, team, worker = segment[kept], iro[kept], team[kept], worker[kept]
    since = _since(start, iro)
    some = (segment >= 0) | (iro >= 0) | (team >= 0)
    return Spans(
        start[some], end[some], segment[some],
        _words(iros["iro_id"], iro[some]), since[some],
        _words(teams["team_id"], team[some]), _words(teams["social_worker"], worker[some]),
    )  # fmt: skip


def allocations(children: pd.Index, rows: Rows) -> Ranges:
    """The ranges of days of allocations: child_id, from_date, to_date (the last day it held)."""
    number = numbered(children, rows["child_id"])
    return closed_ranges(number, as_days(rows["from_date"]), as_days(rows["to_date"]))


def _codes(words: Column, ranges: Ranges, given: Integers) -> Integers:
    """The number of the word of the row in force at each point, -1 for none or a blank."""
    codes, _ = pd.factorize(words)
    rows = np.append(ranges.row, -1)[in_force(ranges, given)]
    return np.append(codes.astype(np.int64), -1)[rows]


def _words(words: Column, codes: Integers) -> Column:
    """The words of these numbers, nothing for -1."""
    _, distinct = pd.factorize(words)
    return as_column([*distinct, None])[codes]


def _since(start: Integers, iro: Integers) -> Integers:
    """The start of the run of spans with one IRO that each span belongs to.

    Spans here leave no gaps between a child's first and last day, so a gap in the allocation is
    a span without an IRO and ends the run.
    """
    begins = np.ones(len(start), dtype=np.bool_)
    begins[1:] = (child_at(start[1:]) != child_at(start[:-1])) | (iro[1:] != iro[:-1])
    return start[np.maximum.accumulate(np.where(begins, np.arange(len(start)), 0))]
