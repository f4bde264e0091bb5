"""Protecting small numbers in what leaves children's services: declare, calculate, protect - this last.

A count of 1 to 5 is hidden, and so is whatever would let it be worked out from what is still shown. Zero is
shown. Hidden is a flag beside an empty number, never a number (`domain.md` section 11; how many count as
few is the setting `suppress_up_to`).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from standards import setting

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sum:
    """What a reader of a table can add up: `parts` make `total`."""

    total: Hashable
    parts: tuple[Hashable, ...]

    @cached_property
    def cells(self) -> tuple[Hashable, ...]:
        """The parts, then their total."""
        return (*self.parts, self.total)


def hidden_cells(
    counts: Mapping[Hashable, int],
    sums: Iterable[Sum],
    *,
    up_to: int,
    unprinted: Collection[Hashable] = (),
    elsewhere: Collection[Hashable] = (),
    last: Collection[Hashable] = (),
) -> set[Hashable]:
    """Which of the counts of a table must not be shown.

    counts: every cell of the table, or of several that share cells. sums: how cells add up to others. up_to:
    counts from 1 to this are few. unprinted: cells that the table does not print, though a reader may work
    them out, such as how many of a denominator are not in the numerator. elsewhere: cells that stand in
    another place of the same document, so that hiding them here would hide nothing. last: cells that are
    hidden only where nothing else helps, such as those of the whole service.

    Beyond the few the least count that helps is hidden, totals last and zero never. A reader who knows every
    sum, and that a hidden count is 1 or more, is then left with two counts or more that a few may be. What
    the sums tell of anyway is shown: hiding it would keep nothing from anybody.
    """
    system = _System(counts, [each for each in dict.fromkeys(sums) if each.parts], unprinted)
    few = sorted((cell for cell, count in counts.items() if 1 <= count <= up_to), key=str)
    totals = {each.total for each in system.equations}
    not_told: set[Hashable] = set()  # hiding more never makes one of these known again
    system.hide(few)
    for cell in few:
        while cell not in not_told:
            others, tells = system.others(cell)
            not_told |= others
            beside = [] if cell in not_told else system.beside(cell, tells, elsewhere, last)
            if not beside:
                break
            least = min(beside, key=lambda one: (one in last, one in totals, counts[one], str(one)))
            system.hide([least])
    beside_few = system.hidden - set(unprinted) - set(few)
    # What was once seen to be able to be another number is told by no sums: only the rest is asked again.
    return system.hidden - set(unprinted) - system.told(beside_few - not_told)


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
    """What a reader can work out: the sums over what is hidden, with what is shown put in.

    A sum with one hidden cell tells it; what is left falls apart into sets of cells that no sum joins, and a
    question about a cell is asked of its set alone.
    """

    def __init__(
        self, counts: Mapping[Hashable, int], equations: Sequence[Sum], unprinted: Collection[Hashable]
    ) -> None:
        from scipy.sparse import csr_array  # half a second, which only a document or a download costs

        self.equations = equations
        self._counts, self._order = counts, list(counts)
        self._place = {cell: number for number, cell in enumerate(self._order)}
        self._of: dict[Hashable, list[Sum]] = {}
        at: list[tuple[int, int, int]] = []
        for number, each in enumerate(equations):
            at += [(number, self._place[cell], 1) for cell in each.parts]
            at.append((number, self._place[each.total], -1))
            for cell in each.cells:
                self._of.setdefault(cell, []).append(each)
        rows, columns, signs = zip(*at, strict=True) if at else ((), (), ())
        shape = (len(equations), len(self._order))
        self._matrix = csr_array((np.array(signs, dtype=np.float64), (rows, columns)), shape=shape)
        self._touches = abs(self._matrix)
        self._touched = self._touches.T.tocsr()
        self._true = np.array([counts[cell] for cell in self._order], dtype=np.float64)
        self._least = np.array([0.0 if cell in set(unprinted) else 1.0 for cell in self._order])
        self.hidden: set[Hashable] = set()
        self._covered = np.zeros(len(self._order))
        self.hide(unprinted)

    def hide(self, cells: Collection[Hashable]) -> None:
        """Hide more cells, and work out anew which of the hidden a sum tells."""
        self.hidden.update(cells)
        self._covered[[self._place[cell] for cell in cells]] = 1
        dark = self._covered.copy()
        while True:
            tells = np.asarray(self._touches @ dark == 1, dtype=np.float64)
            told = (self._touched @ tells > 0) & (dark > 0)
            if not told.any():
                break
            dark[told] = 0
        self._dark = dark > 0
        self._sets: Places | None = None

    def _joined(self, place: int) -> tuple[Places, Places]:
        """The places of the cells that the sums join to one that is not told, and of the sums over them."""
        from scipy.sparse.csgraph import connected_components

        if self._sets is None:
            joined = self._touches[:, np.flatnonzero(self._dark)]
            _, sets = connected_components(joined.T @ joined, directed=False)
            self._sets = np.full(len(self._order), -1)
            self._sets[self._dark] = sets
        places = np.flatnonzero(self._sets == self._sets[place])
        return places, np.flatnonzero(self._touched[places].sum(axis=0))

    def others(self, cell: Hashable) -> tuple[set[Hashable], list[Sum]]:
        """The hidden cells that can be another number when one cell is least or most, and the sums that rule.

        The one cell is among them unless the sums tell it; then those that rule are the ones that do.
        """
        from scipy.optimize import linprog

        place = self._place[cell]
        if not self._dark[place]:
            return set(), self._of[cell]
        places, rows = self._joined(place)
        sums, true = self._matrix[rows][:, places], self._true[places]
        aim = np.asarray(places == place, dtype=np.float64)
        bounds = np.column_stack([self._least[places], true + _FAR])
        found: set[Hashable] = set()
        rule: list[Sum] = []
        for sign in (1, -1):
            best = linprog(
                sign * aim, A_eq=sums if len(rows) else None, b_eq=sums @ true if len(rows) else None,
                bounds=bounds, method="highs",
            )  # fmt: skip
            different = np.abs(best.x - true) > 1 - _ROUNDING
            found.update(self._order[one] for one in places[different])
            if cell in found:
                break
            rule += [self.equations[row] for row in rows[np.abs(best.eqlin.marginals) > _ROUNDING]]
        return found, rule

    def beside(
        self,
        cell: Hashable,
        tells: Iterable[Sum],
        elsewhere: Collection[Hashable],
        last: Collection[Hashable],
    ) -> list[Hashable]:
        """The counts that can still be hidden in the sums that tell a cell, or else in those beside these.

        Those to be hidden last are among them only where there are no others.
        """
        reached, edge = {cell}, {one for each in tells for one in each.cells} - {cell}
        kept_back: list[Hashable] = []
        while edge:
            shown = [
                one for one in edge if one not in self.hidden and one not in elsewhere and self._counts[one]
            ]
            if before_last := [one for one in shown if one not in last]:
                return before_last
            kept_back = kept_back or shown
            reached |= edge
            edge = {one for old in edge for each in self._of.get(old, ()) for one in each.cells} - reached
        return kept_back

    def told(self, cells: Iterable[Hashable]) -> set[Hashable]:
        """Those of some hidden cells that the sums alone tell, as 60 is told by 57 and 117 in all."""
        found: set[Hashable] = set()
        left = {self._place[cell] for cell in cells}
        while left:
            place = left.pop()
            moved = self._moved(place) if self._dark[place] else set()
            if place not in moved:
                found.add(self._order[place])
            left -= moved
        return found

    def _moved(self, place: int) -> set[int]:
        """The places of the cells that change when one is as far from what it is as the sums alone let it."""
        from scipy.optimize import linprog

        places, rows = self._joined(place)
        best = linprog(
            -np.asarray(places == place, dtype=np.float64),
            A_eq=self._matrix[rows][:, places] if len(rows) else None,
            b_eq=np.zeros(len(rows)) if len(rows) else None,
            bounds=(-_FAR, _FAR), method="highs",
        )  # fmt: skip
        return set(places[np.abs(best.x) > _ROUNDING].tolist())


_FAR, _ROUNDING = 100, 1e-6
"""How far above the true number a hidden one is looked for; what two numbers differ by that are one."""


@dataclass(frozen=True)
class Measured:
    """The rows of `measure_rows` of one measure: by service (one row, or none), and by other things.

    adds_up: of each breakdown, whether its groups add up to the whole.
    """

    whole: pd.DataFrame
    breakdowns: Sequence[pd.DataFrame]
    adds_up: Sequence[bool]

    @property
    def tables(self) -> tuple[pd.DataFrame, ...]:
        """The whole, then each breakdown: places in it are those of `Cell`."""
        return (self.whole, *self.breakdowns)


_COUNTED = ("group", "numerator", "denominator", "unit")
PARTS = ("numerator", "denominator", "rest")
Cell = tuple[int, str, int, str]
"""Of which measure, which of `PARTS` of its row, in which of its tables, of which group."""


def protected(
    measured: Sequence[Measured], *, on: date, same: Iterable[tuple[Cell, Cell]] = ()
) -> list[list[pd.DataFrame]]:
    """The tables of each measure, safe to hand on together.

    on: the day whose setting says how many are few. same: cells that count the same in different groups.
    Parts of two measures that are equal in every group of every table count the same rows, such as the
    absences among the reviews that children could attend and those that have a reason or have none: what is
    hidden of one is hidden of the other. Hidden numbers are empty, and `suppressed` is true; a percentage
    goes with its numerator, and with the rest that it leaves over.
    """
    counts: dict[Cell, int] = {}
    sums: list[tuple[Cell, tuple[Cell, ...]]] = []
    unprinted: set[Cell] = set()
    for number, one in enumerate(measured):
        for place, table in enumerate(one.tables):
            for row in table[list(_COUNTED)].to_dict("records"):
                _add_row(number, place, row, counts, sums, unprinted)
        for part in PARTS:
            _add_totals(number, part, one, counts, sums)
    names = _one_name(counts, same)
    printed = {names[cell] for cell in counts if cell not in unprinted}
    hidden = hidden_cells(
        {names[cell]: count for cell, count in counts.items()},
        [Sum(names[total], tuple(names[part] for part in parts)) for total, parts in sums],
        up_to=int(setting("suppress_up_to", on)),
        unprinted={names[cell] for cell in unprinted} - printed,
        last={name for cell, name in names.items() if not cell[2]},
    )
    dark = {cell for cell, name in names.items() if name in hidden}
    return [
        [_without(table, number, place, dark) for place, table in enumerate(one.tables)]
        for number, one in enumerate(measured)
    ]


def _add_row(
    number: int,
    place: int,
    row: Mapping[Hashable, Any],
    counts: dict[Cell, int],
    sums: list[tuple[Cell, tuple[Cell, ...]]],
    unprinted: set[Cell],
) -> None:
    """The cells of one row: of a count its numerator, of a percentage its denominator and the rest too."""
    if pd.isna(row["numerator"]):
        return
    numerator, denominator, rest = ((number, part, place, str(row["group"])) for part in PARTS)
    counts[numerator] = int(row["numerator"])
    if row["unit"] != "percent" or pd.isna(row["denominator"]):
        return
    counts[denominator] = int(row["denominator"])
    counts[rest] = counts[denominator] - counts[numerator]
    unprinted.add(rest)
    sums.append((denominator, (numerator, rest)))


def _add_totals(
    number: int,
    part: str,
    one: Measured,
    counts: dict[Cell, int],
    sums: list[tuple[Cell, tuple[Cell, ...]]],
) -> None:
    """The sums of the groups of each breakdown to the whole, where they are one."""
    whole = [(number, part, 0, str(group)) for group in one.whole["group"]]
    if not whole or whole[0] not in counts:
        return
    for place, (table, adds) in enumerate(zip(one.breakdowns, one.adds_up, strict=True), start=1):
        cells = [(number, part, place, str(group)) for group in table["group"]]
        if adds:
            sums.append((whole[0], tuple(cell for cell in cells if cell in counts)))


def _one_name(counts: Mapping[Cell, int], same: Iterable[tuple[Cell, Cell]]) -> dict[Cell, Cell]:
    """For each cell the first of those that count the same."""
    names = {cell: cell for cell in counts}

    def name(cell: Cell) -> Cell:
        while names[cell] != cell:
            cell = names[cell]
        return cell

    def join(one: Cell, other: Cell) -> None:
        first, second = sorted((name(one), name(other)))
        names[second] = first

    parts: dict[tuple[int, str], dict[tuple[int, str], int]] = {}
    for (number, part, place, group), count in counts.items():
        parts.setdefault((number, part), {})[place, group] = count
    for one, other in combinations(parts, 2):
        if _count_the_same(parts[one], parts[other]):
            for where in parts[one].keys() & parts[other].keys():
                join((*one, *where), (*other, *where))
    for one_cell, other_cell in same:
        if one_cell in counts and other_cell in counts:
            join(one_cell, other_cell)
    return {cell: name(cell) for cell in counts}


def _count_the_same(one: Mapping[tuple[int, str], int], other: Mapping[tuple[int, str], int]) -> bool:
    """Whether two parts are equal in every group of the tables that both have, and not nought in all."""
    tables = {place for place, _ in one} & {place for place, _ in other}
    here, there = (
        {where: count for where, count in each.items() if count and where[0] in tables}
        for each in (one, other)
    )
    return bool(here) and here == there


def _without(rows: pd.DataFrame, number: int, place: int, hidden: Collection[Cell]) -> pd.DataFrame:
    """The rows of one table with what is hidden left empty, and said to be."""
    safe = rows.copy()
    groups = rows["group"].astype(str)
    gone = {
        part: np.array([(number, part, place, group) in hidden for group in groups], dtype=np.bool_)
        for part in ("numerator", "denominator")
    }
    either = gone["numerator"] | gone["denominator"]
    safe["suppressed"] = either
    if either.any():
        for part, where in (*gone.items(), ("value", either)):
            safe[part] = safe[part].mask(where)
        safe["status"] = safe["status"].mask(either, "")
    return safe
