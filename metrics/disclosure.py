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
    elsewhere: Collection[Hashable] = (),
) -> set[Hashable]:
    """Which of the counts of a table must not be shown.

    counts: every cell of the table, or of several that share cells. sums: how cells add up to others. up_to:
    counts from 1 to this are few. unprinted: cells that the table does not print, though a reader may work
    them out, such as how many of a denominator are not in the numerator. elsewhere: cells that stand in
    another place of the same document, so that hiding them here would hide nothing.

    Beyond the few the least count that helps is hidden, totals last and zero never. A reader who knows every
    sum, and that a hidden count is 1 or more, is then left with two counts or more that a few may be. What
    the sums tell of anyway is shown: hiding it would keep nothing from anybody.
    """
    equations = [each for each in sums if each.parts]
    few = sorted((cell for cell, count in counts.items() if 1 <= count <= up_to), key=str)
    hidden = {*few, *unprinted}
    totals = {each.total for each in equations}
    system = _System(counts, equations, hidden, set(unprinted))
    not_told: set[Hashable] = set()  # hiding more never makes one of these known again
    for cell in few:
        while cell not in not_told:
            found = system.others(cell)
            not_told.update(one for one in few if one in found)
            beside = [] if cell in not_told else _beside(counts, equations, hidden | {*elsewhere}, cell)
            if not beside:
                break
            hidden.add(min(beside, key=lambda one: (one in totals, counts[one], str(one))))
            system = _System(counts, equations, hidden, set(unprinted))
    return hidden - set(unprinted) - (system.told() - set(few))


ALL = "All"
"""The cell of all rows in `tables_of`."""


def tables_of(
    rows: pd.DataFrame,
    ways: Sequence[str],
    crossed: Sequence[tuple[str, str]] = (),
    within: Sequence[tuple[str, str]] = (),
) -> tuple[dict[Hashable, int], list[Sum], set[Hashable]]:
    """The cells and sums of several tables of the same rows, and which of the cells none of them prints.

    ways: columns by which the rows are counted, each in a table of its own or in a margin. crossed: pairs of
    them that are a table of two ways. within: pairs of them of which the first is finer: its groups make up
    those of the second. Cells are `ALL`, `(column, group)`, `(column, group, column, group)`, and, not
    printed, `("rest", column, group)`: what a share leaves over.
    """
    counts: dict[Hashable, int] = {ALL: len(rows)}
    sums: list[Sum] = []
    for way in ways:
        counts |= {(way, group): int(number) for group, number in rows[way].value_counts().items()}
        groups = rows[way].unique()
        sums.append(Sum(ALL, tuple((way, group) for group in groups)))
        for group in groups:
            counts["rest", way, group] = len(rows) - counts[way, group]
            sums.append(Sum(ALL, ((way, group), ("rest", way, group))))
    for down, over in crossed:
        table = pd.crosstab(rows[down], rows[over])
        for a in table.index:
            counts |= {(down, a, over, b): int(table.loc[a, b]) for b in table.columns}
            sums.append(Sum((down, a), tuple((down, a, over, b) for b in table.columns)))
        sums += [Sum((over, b), tuple((down, a, over, b) for a in table.index)) for b in table.columns]
    for fine, coarse in within:
        for group, part in rows.groupby(coarse):
            sums.append(Sum((coarse, group), tuple((fine, one) for one in part[fine].unique())))
    return counts, sums, {cell for cell in counts if isinstance(cell, tuple) and cell[0] == "rest"}


class _System:
    """What a reader can work out: the sums over what is hidden, with what is shown put in."""

    def __init__(
        self,
        counts: Mapping[Hashable, int],
        equations: Sequence[Sum],
        hidden: set[Hashable],
        unprinted: set[Hashable],
    ) -> None:
        self._order = sorted(hidden, key=str)
        self._place = {cell: number for number, cell in enumerate(self._order)}
        self._true = np.array([counts[cell] for cell in self._order], dtype=np.float64)
        self._bounds = [(0 if cell in unprinted else 1, None) for cell in self._order]
        touching = [each for each in equations if hidden.intersection(each.cells)]
        self._matrix = np.zeros((len(touching), len(self._order)))
        self._left = np.zeros(len(touching))
        for number, each in enumerate(touching):
            for cell, sign in (*((part, 1) for part in each.parts), (each.total, -1)):
                if cell in self._place:
                    self._matrix[number, self._place[cell]] += sign
                else:
                    self._left[number] -= sign * counts[cell]

    def others(self, cell: Hashable) -> set[Hashable]:
        """The hidden cells that are another number in the least or the most that the sums allow for one cell.

        The one cell is among them unless the sums tell it.
        """
        from scipy.optimize import linprog  # half a second, which only a document or a download costs

        found: set[Hashable] = set()
        for sign in (1, -1):
            aim = np.zeros(len(self._order))
            aim[self._place[cell]] = sign
            best = linprog(
                aim, A_eq=self._matrix if len(self._matrix) else None,
                b_eq=self._left if len(self._matrix) else None, bounds=self._bounds, method="highs",
            )  # fmt: skip
            if best.status == _UNBOUNDED:
                return {cell}
            different = np.abs(best.x - self._true) > 1 - _ROUNDING
            found.update(one for one, differs in zip(self._order, different, strict=True) if differs)
        return found

    def told(self) -> set[Hashable]:
        """The hidden cells that the sums alone tell, as 60 is told by 57 and 117 in all."""
        if not len(self._matrix):
            return set()
        _, sizes, ways = np.linalg.svd(self._matrix)
        rank = int((sizes > _ROUNDING).sum())
        free = np.abs(ways[rank:]).max(axis=0, initial=0)
        return {cell for cell, moves in zip(self._order, free, strict=True) if moves < _ROUNDING}


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
    whole: pd.DataFrame, breakdowns: Sequence[pd.DataFrame], *, adds_up: Sequence[bool], on: date
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The rows of `measure_rows` of one measure, by service and by other things, safe to hand on together.

    whole: by service (one row, or none). breakdowns: by something else, each. adds_up: of each, whether its
    groups add up to the whole. on: the day whose setting says how many are few. Hidden numbers are empty, and
    `suppressed` is true; a percentage goes with its numerator, and with the rest that it leaves over.
    """
    counts: dict[Hashable, int] = {}
    sums: list[Sum] = []
    unprinted: set[Hashable] = set()
    tables = [whole, *breakdowns]
    for number, table in enumerate(tables):
        for place, row in enumerate(table.to_dict("records")):
            _add_row((number, place), row, counts, sums, unprinted)
    for number, (table, adds) in enumerate(zip(breakdowns, adds_up, strict=True), start=1):
        for part in ("numerator", "rest", "denominator"):
            groups = [(part, (number, place)) for place in range(len(table))]
            if adds and (part, _WHOLE) in counts:
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
