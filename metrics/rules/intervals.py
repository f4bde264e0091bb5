"""Ranges of days of many children at once, as ranges of whole numbers on one line.

Every child has a stretch of `STRIDE` numbers to themselves, in which each number is a day, so that
"this child on that day" is one whole number, a *point*. Sorting, joining and looking up ranges of
all children together is then plain arithmetic on sorted arrays, and no two children can meet.

Ranges are half-open here: `[start, end)`. The extract's ranges are closed (`to_date` is the last
day it held), so their end is the point of the day after; a blank end is the last point of the
child's stretch, `NEVER`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.rules.calendar import NO_DAY, Days, Flags, Integers

STRIDE = 1 << 17
NEVER = STRIDE - 1
_ORIGIN = np.datetime64("1850-01-01", "D")


def points(children: Integers, days: Days) -> Integers:
    """The point of each (child number, day); a blank day is the end of the child's stretch."""
    offsets = np.where(np.isnat(days), _ORIGIN, days).astype("datetime64[D]") - _ORIGIN
    return children * STRIDE + np.where(np.isnat(days), NEVER, offsets.astype(np.int64))


def day_at(given: Integers) -> Days:
    """The day of each point; NaT at the end of a child's stretch."""
    offsets = given % STRIDE
    return np.where(offsets == NEVER, NO_DAY, _ORIGIN + offsets.astype("timedelta64[D]"))


def child_at(given: Integers) -> Integers:
    """The child number of each point."""
    return given // STRIDE


@dataclass(frozen=True)
class Ranges:
    """Half-open ranges on the line, sorted by start; `row` says which input row each came from."""

    start: Integers
    end: Integers
    row: Integers

    def __len__(self) -> int:
        return len(self.start)


def closed_ranges(children: Integers, first_days: Days, last_days: Days) -> Ranges:
    """The ranges of rows `(child, first day, last day or blank)`; of equal starts the later row is last.

    Rows whose child number is negative (a child nobody has declared) are left out.
    """
    row = np.flatnonzero(children >= 0)
    start = points(children[row], first_days[row])
    end = points(children[row], last_days[row])
    end = np.where(end % STRIDE == NEVER, end, end + 1)
    order = np.argsort(start, kind="stable")
    return Ranges(start[order], end[order], row[order])


def union(ranges: Ranges) -> Ranges:
    """What the ranges cover together; those that overlap or are neighbours become one.

    `row` of a joined range is that of its first part.
    """
    if not len(ranges):
        return ranges
    reach = np.maximum.accumulate(ranges.end)
    begins = np.append(True, ranges.start[1:] > reach[:-1])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(ranges)) - 1
    return Ranges(ranges.start[first], reach[last], ranges.row[first])


def covers(joined: Ranges, given: Integers) -> Flags:
    """Whether each point lies in one of the `joined` ranges, which do not overlap."""
    if not len(joined):
        return np.zeros(len(given), dtype=np.bool_)
    at = np.searchsorted(joined.start, given, side="right") - 1
    return (at >= 0) & (joined.end[np.maximum(at, 0)] > given)


def in_force(ranges: Ranges, given: Integers) -> Integers:
    """The position in `ranges` of the range that holds at each point, -1 where none does.

    Of several the one that starts latest holds, and of those the later row. The loop goes down the
    depth of overlapping, not over rows: ranges that follow one another take one round.
    """
    held = np.full(len(given), -1, dtype=np.int64)
    if not len(ranges):
        return held
    reach = np.maximum.accumulate(ranges.end)
    at = np.searchsorted(ranges.start, given, side="right") - 1
    open_rows = np.flatnonzero(at >= 0)
    while len(open_rows):
        candidate = at[open_rows]
        found = ranges.end[candidate] > given[open_rows]
        held[open_rows[found]] = candidate[found]
        open_rows = open_rows[~found]
        open_rows = open_rows[reach[at[open_rows]] > given[open_rows]]  # something earlier still holds
        at[open_rows] -= 1
    return held
