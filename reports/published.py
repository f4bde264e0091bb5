"""What a document for publication prints: every number through one place, which hides small ones.

Annual and quarterly documents leave children's services, so counts of 1 to 5 are `c`, and so is what would
give them away (`metrics/disclosure/hiding.py`), unless whoever asks for the document wants it whole.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from charts.palette import MARKS
from data_access.people.viewer import Viewer
from metrics.counting.calculate import measure_rows
from metrics.counting.question import Selection
from metrics.disclosure.hiding import ALL, Sum, hidden_cells
from metrics.disclosure.share import BREAKDOWNS, shareable_tables
from metrics.measures import CATALOGUE
from metrics.measures.measure import Paperwork
from metrics.wording import words
from reports.content import Figure, Table
from standards import setting, target

HIDDEN = "c"


@dataclass(frozen=True)
class Published:
    """Figures of a selection's period, as they may be printed.

    selection: whose, and the period; its as-at date is the day that what happened is seen from. Children and
    hours are counted as at the period's last day. whole: nothing is hidden.
    """

    engine: Engine
    viewer: Viewer
    selection: Selection
    whole: bool

    @property
    def up_to(self) -> int:
        """Counts from 1 to this are few."""
        return 0 if self.whole else int(setting("suppress_up_to", self.selection.period_end))

    def paper(self, key: str) -> Paperwork:
        """What a measure means, with the settings in force at the period's end."""
        return CATALOGUE[key].paper(self.selection.period_end)

    @property
    def handling(self) -> str:
        """What stands on every page."""
        if self.whole:
            return "Holds small numbers: keep it inside children's services."
        return (
            f"For publication: counts of 1 to {self.up_to} are shown as {HIDDEN}, and so is what would give "
            "them away."
        )

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        """Every measure by every breakdown, protected together."""
        during = self.selection
        at_end = replace(during.at(during.last_day), period_start=during.period_start)
        keys = [key for key, measure in CATALOGUE.items() if not measure.by_name_only]
        of_moments = [key for key in keys if CATALOGUE[key].rows.day is None]
        others = [key for key in keys if key not in of_moments]
        found = [
            _every_breakdown(self, selection, chosen)
            for selection, chosen in ((during, others), (at_end, of_moments))
        ]
        return {by: pd.concat([tables[by] for tables in found], ignore_index=True) for by in found[0]}

    def rows(self, keys: Sequence[str], by: str = "service") -> pd.DataFrame:
        """Rows of `measure_rows`, small numbers hidden; children and hours as at the period's last day."""
        rows = self._tables[by]
        return _in_order(rows[rows["measure"].isin(keys)], keys)

    def one(self, key: str) -> pd.Series:
        """The one row of a measure, by service."""
        return self.rows([key]).iloc[0]

    def rate(self, key: str) -> str:
        """The value alone: `95.1%`."""
        row = self.one(key)
        return HIDDEN if row["suppressed"] else words.rate(row)

    def said(self, key: str) -> str:
        """`95.1% (215 of 226)`, `4.8 (164 in 34.2 FTE months)`; `c` where hidden; `none to count`."""
        return said(self.one(key))

    def number(self, key: str) -> str:
        """A count, or the numerator of a rate."""
        row = self.one(key)
        if row["suppressed"] and pd.isna(row["numerator"]):
            return HIDDEN
        return "not known" if pd.isna(row["numerator"]) else f"{row['numerator']:,.0f}"

    def count(self, number: int) -> str:
        """A count that is no measure's."""
        return HIDDEN if 1 <= number <= self.up_to else f"{number:,}"

    def figure(self, key: str, label: str = "") -> Figure:
        """The number of a measure with what it was counted from, its day where it is of one, its standard."""
        row = self.one(key)
        title = label or self.paper(key).title
        if row["suppressed"]:
            return Figure(title, HIDDEN, ("hidden: small numbers",))
        lines = []
        if counts := words.out_of(row["numerator"], row["denominator"], row["unit"]):
            lines.append(counts)
        if CATALOGUE[key].rows.day is None:
            lines.append(f"on {words.day(self.selection.last_day)}")
        standard = words.standard(row["standard_low"], row["standard_high"], row["unit"])
        if standard != "none":
            lines.append(f"standard: {standard}")
        mark = MARKS[row["status"]] if row["status"] else None
        return Figure(title, words.rate(row), tuple(lines), mark)

    def standard(self, keys: Sequence[str]) -> float | None:
        """The least that is good at the period's end for all of these measures; None where none is in force.

        None too where they differ, as one line cannot stand for both.
        """
        in_force = [target(key, self.selection.period_end) for key in keys]
        lows = {one.low if one and one.kind == "at_least" else None for one in in_force}
        return lows.pop() if len(lows) == 1 else None

    def hidden(
        self,
        cells: Mapping[Hashable, int],
        sums: Sequence[Sum],
        *,
        unprinted: Collection[Hashable] = (),
        elsewhere: Collection[Hashable] = (),
    ) -> set[Hashable]:
        """Which cells are not printed (`disclosure.hidden_cells`); none where the whole is asked for."""
        if not self.up_to:
            return set()
        return hidden_cells(cells, sums, up_to=self.up_to, unprinted=unprinted, elsewhere=elsewhere)

    def counted(
        self,
        title: str,
        sheet: str,
        heading: str,
        counts: Mapping[str, int],
        *,
        said: str = "",
        beside: Mapping[str, str] | None = None,
        beside_heading: str = "England",
        hidden: Collection[Hashable] | None = None,
        printed: Collection[str] = (),
    ) -> Table:
        """Groups with their number, their share of all, and what stands beside; their sum below.

        hidden: the groups, and `ALL`, that are not printed, where this table is protected together with
        others; by default it is protected by itself. printed: groups whose sum a measure prints.
        """
        of = sum(counts.values())
        cells: dict[Hashable, int] = {ALL: of}
        cells.update(counts.items())
        if hidden is None:
            cells |= {("rest", name): of - number for name, number in counts.items()}
            sums = [Sum(ALL, tuple(counts)), *(Sum(ALL, (name, ("rest", name))) for name in counts)]
            elsewhere: list[Hashable] = []
            if printed:
                cells["printed"] = sum(counts[name] for name in printed)
                sums.append(Sum("printed", tuple(printed)))
                elsewhere = ["printed", ALL]
            hidden = self.hidden(
                cells, sums, unprinted=[("rest", name) for name in counts], elsewhere=elsewhere
            )

        def cell(name: str) -> str:
            return HIDDEN if name in hidden else f"{cells[name]:,}"

        def share(name: str) -> str:
            if name in hidden or ALL in hidden:
                return HIDDEN
            return f"{words.rounded(100 * counts[name] / of)}%" if of else ""

        rows = [
            (name, cell(name), share(name), *([beside.get(name, "")] if beside is not None else []))
            for name in counts
        ]
        rows.append((ALL, cell(ALL), "", *([""] if beside is not None else [])))
        headings = (heading, "Number", "Share", *((beside_heading,) if beside is not None else ()))
        return Table(
            title, sheet, said, headings, tuple(rows), level=2, right=frozenset(range(1, len(headings)))
        )

    def crossed(
        self,
        title: str,
        sheet: str,
        heading: str,
        table: pd.DataFrame,
        *,
        said: str = "",
        hidden: Collection[Hashable] | None = None,
    ) -> Table:
        """A table of numbers with both its margins.

        hidden: the cells `(row, column)`, `ALL` for either margin, that are not printed, where this table is
        protected together with others; by default it is protected by itself.
        """
        cells, sums = crossed_cells(table)
        if hidden is None:
            hidden = self.hidden(cells, sums)
        down, over = [str(one) for one in table.index], [str(one) for one in table.columns]
        rows = tuple(
            (
                row,
                *(
                    HIDDEN if (row, column) in hidden else f"{cells[row, column]:,}"
                    for column in (*over, ALL)
                ),
            )
            for row in (*down, ALL)
        )
        headings = (heading, *over, ALL)
        return Table(title, sheet, said, headings, rows, level=2, right=frozenset(range(1, len(headings))))


def crossed_cells(table: pd.DataFrame) -> tuple[dict[Hashable, int], list[Sum]]:
    """The cells `(row, column)` of a table of two ways with both its margins (`ALL`), and their sums."""
    down, over = [str(one) for one in table.index], [str(one) for one in table.columns]
    numbers = table.to_numpy(dtype=np.int64)
    cells: dict[Hashable, int] = {
        (row, column): int(numbers[i, j]) for i, row in enumerate(down) for j, column in enumerate(over)
    }
    cells |= {(row, ALL): sum(cells[row, column] for column in over) for row in down}
    cells |= {(ALL, column): sum(cells[row, column] for row in down) for column in over}
    cells[ALL, ALL] = sum(cells[row, ALL] for row in down)
    sums = [Sum((row, ALL), tuple((row, column) for column in over)) for row in (*down, ALL)]
    sums += [Sum((ALL, column), tuple((row, column) for row in down)) for column in (*over, ALL)]
    return cells, sums


def said(row: pd.Series, *, short: bool = False) -> str:
    """A row of results as it is printed. short: as in `words.out_of`."""
    if row["suppressed"]:
        return HIDDEN
    if row["denominator"] == 0:
        return "none to count"
    counts = words.out_of(row["numerator"], row["denominator"], row["unit"], short=short)
    return words.rate(row) + (f" ({counts})" if counts else "")


def _in_order(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    order = rows["measure"].map({key: place for place, key in enumerate(keys)})
    return rows.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _every_breakdown(asked: Published, selection: Selection, keys: list[str]) -> dict[str, pd.DataFrame]:
    if not asked.whole:
        return shareable_tables(asked.engine, asked.viewer, selection, keys)
    return {
        by: measure_rows(asked.engine, asked.viewer, replace(selection, by=by), keys)
        for by in ("service", *BREAKDOWNS)
    }
