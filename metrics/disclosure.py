"""Protecting small numbers in what leaves children's services: declare, calculate, protect - this last.

A count of 1 to 5 is hidden, and so is whatever would let it be worked out from what is still shown. Zero is
shown. Hidden is a flag beside an empty number, never a number (`domain.md` section 11; how many count as
few is the setting `suppress_up_to`).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.standards import setting

Matrix = npt.NDArray[np.float64]
_WHOLE = (0, 0)
"""The only row of the first table: the service."""


@dataclass(frozen=True)
class Sum:
    """What a reader of a table can add up: `parts` make `total`."""

    total: Hashable
    parts: tuple[Hashable, ...]

    @property
    def cells(self) -> tuple[Hashable, ...]:
        return (*self.parts, self.total)


def hidden_cells(
    counts: Mapping[Hashable, int],
    sums: Iterable[Sum],
    *,
    up_to: int,
    unprinted: Collection[Hashable] = (),
) -> set[Hashable]:
    """Which of the counts of a table must not be shown.

    counts: every cell of the table, or of several that share cells. sums: how cells add up to others. up_to:
    counts from 1 to this are few. unprinted: cells that the table does not print, though a reader may work
    them out, such as how many of a denominator are not in the numerator.

    Beyond the few the least count that helps is hidden, totals last and zero never. A reader who knows every
    sum, and that a hidden count is 1 or more, is then left with two counts or more that a few may be.
    """
    equations = [each for each in sums if each.parts]
    few = {cell for cell, count in counts.items() if 1 <= count <= up_to}
    hidden = few | set(unprinted)
    totals = {each.total for each in equations}
    while True:
        told = _told(counts, equations, hidden, few, set(unprinted))
        if told is None:
            return hidden - set(unprinted)
        hidden.add(min(told, key=lambda cell: (cell in totals, counts[cell], str(cell))))


def _told(
    counts: Mapping[Hashable, int],
    equations: Sequence[Sum],
    hidden: set[Hashable],
    few: set[Hashable],
    unprinted: set[Hashable],
) -> list[Hashable] | None:
    """What can still be hidden beside the first few that a reader can tell; None where none can be told."""
    order = sorted(hidden, key=str)
    place = {cell: number for number, cell in enumerate(order)}
    touching = [each for each in equations if hidden.intersection(each.cells)]
    if not touching:
        return None
    matrix, left = np.zeros((len(touching), len(order))), np.zeros(len(touching))
    for number, each in enumerate(touching):
        for cell, sign in (*((part, 1) for part in each.parts), (each.total, -1)):
            if cell in place:
                matrix[number, place[cell]] += sign
            else:
                left[number] -= sign * counts[cell]
    bounds = [(0 if cell in unprinted else 1, None) for cell in order]
    for cell in order:
        if cell in few and not _is_open(matrix, left, bounds, place[cell]):
            beside = _beside(counts, touching, hidden, cell)
            if beside:
                return beside
    return None


def _is_open(matrix: Matrix, left: Matrix, bounds: Sequence[tuple[int, int | None]], place: int) -> bool:
    """The sums leave two whole numbers or more for a hidden count."""
    from scipy.optimize import linprog  # a second to import, which only a document or a download costs

    least, most = (
        linprog(
            [sign * float(number == place) for number in range(matrix.shape[1])],
            A_eq=matrix, b_eq=left, bounds=bounds, method="highs",
        )
        for sign in (1, -1)
    )  # fmt: skip
    return most.status == _UNBOUNDED or -most.fun - least.fun > 1 - _ROUNDING


_UNBOUNDED, _ROUNDING = 3, 1e-6


def _beside(
    counts: Mapping[Hashable, int], equations: Sequence[Sum], hidden: set[Hashable], cell: Hashable
) -> list[Hashable]:
    """The counts that can still be hidden in the sums a cell is in, or else in those that touch these."""
    reached = {cell}
    while True:
        inside = {one for each in equations if reached.intersection(each.cells) for one in each.cells}
        shown = [one for one in inside - hidden if counts[one]]
        if shown or inside <= reached:
            return shown
        reached |= inside


def protected(
    whole: pd.DataFrame, breakdowns: Sequence[pd.DataFrame], *, adds_up: bool, on: date
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The rows of `measure_rows` of one measure, by service and by other things, safe to hand on together.

    whole: by service (one row). breakdowns: by something else, each. adds_up: whether the groups of each add
    up to the whole. on: the day whose setting says how many are few. Hidden numbers are empty, and
    `suppressed` is true; a percentage goes with its numerator, and with the rest that it leaves over.
    """
    counts: dict[Hashable, int] = {}
    sums: list[Sum] = []
    unprinted: set[Hashable] = set()
    tables = [whole, *breakdowns]
    for number, table in enumerate(tables):
        for place, row in enumerate(table.to_dict("records")):
            _add_row((number, place), row, counts, sums, unprinted)
    if adds_up:
        for number, table in enumerate(breakdowns, start=1):
            for part in ("numerator", "rest", "denominator"):
                groups = [(part, (number, place)) for place in range(len(table))]
                if (part, _WHOLE) in counts:
                    sums.append(Sum((part, _WHOLE), tuple(cell for cell in groups if cell in counts)))
    up_to = int(setting("suppress_up_to", on))
    hidden = hidden_cells(counts, sums, up_to=up_to, unprinted=unprinted)
    safe, *others = (_without(table, number, hidden) for number, table in enumerate(tables))
    return safe, others


def _add_row(
    name: Hashable,
    row: Mapping[Hashable, Any],
    counts: dict[Hashable, int],
    sums: list[Sum],
    unprinted: set[Hashable],
) -> None:
    """The cells of one row: of a count its numerator, of a percentage its denominator and the rest too."""
    numerator, denominator = row["numerator"], row["denominator"]
    if pd.isna(numerator):
        return
    counts["numerator", name] = int(numerator)
    if row["unit"] != "percent" or pd.isna(denominator):
        return
    counts["denominator", name] = int(denominator)
    counts["rest", name] = counts["denominator", name] - counts["numerator", name]
    unprinted.add(("rest", name))
    sums.append(Sum(("denominator", name), (("numerator", name), ("rest", name))))


def _without(rows: pd.DataFrame, number: int, hidden: set[Hashable]) -> pd.DataFrame:
    """The rows of one table with what is hidden left empty, and said to be."""
    safe = rows.copy()
    gone = {
        part: np.array([(part, (number, place)) in hidden for place in range(len(rows))], dtype=np.bool_)
        for part in ("numerator", "denominator")
    }
    either = gone["numerator"] | gone["denominator"]
    for part, where in (*gone.items(), ("value", either)):
        safe.loc[where, part] = np.nan
    safe.loc[either, "status"] = ""
    safe["suppressed"] = either
    return safe
