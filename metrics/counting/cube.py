"""The cube: measures counted once at each load, by month and by IRO, team or kind of review.

Two sorts of lines, each for every IRO, team and kind of review; the service is its IROs together, with what
is nobody's. Of measures whose rows lie on days: a month, seen from the load's as-at date. Of stocks: as they
stood on that date. Both say what the facts would; what the cube does not hold is counted from them
(`design.md`, idea 3): another as-at date, part of a month, an age band, an IRO's reviews by team, a stock a
week earlier or at the month ends of a trend, what an authority has few of. Lines of every IRO in every team
would be as many as there are reviews, and no quicker to read.

Its columns follow the catalogue, so the table's name begins with the digest of the rules its lines were made
by. After a change of these the old table is not read; the first authority derived anew makes the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
)

from data_access.people.viewer import SERVICE_VIEWER, Viewer
from data_access.rows.values import LATEST
from data_access.store.opening import Values, insert_columns, one_at_a_time, plain
from metrics.counting.queries import Counted, conditions_met, flagged_query, tallies_of
from metrics.counting.question import Selection, asked_of, month_end, months_on
from metrics.digest import digest
from metrics.facts.source_rows import columns_of, fetched_in_parts
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from metrics.rows.child_rows import CHILDREN_AT_PERIOD_END
from metrics.rows.row_sets import Rows
from metrics.rules.columns import as_column

FLOW_MONTHS = 24
"""Whole months before the as-at date's own that are held; pages show twelve, or set them beside the last."""
_HEADER = "as at"
_DIMENSIONS = ("iro", "team", "kind")


@lru_cache
def _of(rows: Rows) -> tuple[Measure, ...]:
    """The measures of these rows that the cube holds."""
    return tuple(measure for measure in CATALOGUE.values() if measure.rows is rows and measure.in_cube)


def _names(measure: Measure) -> tuple[str, ...]:
    """The columns of a measure: its numerator, and its denominator where that is counted in rows."""
    return tallies_of(_of(measure.rows)).of_measure[measure.key]


@lru_cache(maxsize=1)
def sources() -> tuple[Rows, ...]:
    """The rows whose measures the cube holds."""
    return tuple({measure.rows: None for measure in CATALOGUE.values() if measure.in_cube})


@lru_cache(maxsize=1)
def table() -> Table:
    """The cube's table, for the rules in force."""
    counted = [name for rows in sources() for name in tallies_of(_of(rows)).columns]
    name = f"cube_{digest()[:8]}"
    return Table(
        name,
        MetaData(),
        Column("authority", String(64), nullable=False),
        Column("source", String(32), nullable=False, comment="the rows counted, or the header"),
        Column("moment", String(10), nullable=False, comment="month, YYYY-MM; of a stock day, YYYY-MM-DD"),
        Column("dimension", String(8), nullable=False, comment="iro, team or kind"),
        Column("name", Text, comment="of the IRO, team or kind; empty for nobody"),
        *(Column(column, Integer) for column in counted),
        Index(f"ix_{name}_authority_source_dimension_moment", "authority", "source", "dimension", "moment"),
    )


def _dimensions(rows: Rows) -> tuple[str, ...]:
    """What lines of a source there are: FTE has no team, and only duties are of a kind."""
    of_team = any(measure.full_time is None for measure in _of(rows))
    has = {"iro": True, "team": of_team, "kind": rows.kind is not None}
    return tuple(dimension for dimension in _DIMENSIONS if has[dimension])


def first_month(as_at: date) -> date:
    """The first day of the months that the cube holds."""
    return months_on(as_at.replace(day=1), -FLOW_MONTHS)


# -- writing


def build(connection: Connection, authority: str, as_at: date) -> None:
    """Count an authority's cube anew, in the caller's transaction."""
    cube = table()
    _make_room(connection, cube)
    connection.execute(delete(cube).where(cube.c.authority == authority))
    connection.execute(
        insert(cube).values(authority=authority, source=_HEADER, moment=as_at.isoformat(), dimension="")
    )
    months = Selection(authority, first_month(as_at), LATEST, as_at)
    for rows in sources():
        same = {"authority": authority, "source": rows.name}
        if rows.day is None:
            same["moment"] = as_at.isoformat()
        asked = asked_of(months if rows.day is not None else months.at(as_at))
        for found in fetched_in_parts(connection, _reading(rows), asked):
            for lines in _lines(rows, found):
                insert_columns(connection, cube, lines, same)


@lru_cache
def _reading(rows: Rows) -> Select[Any]:
    """What is read of one source: of each row its month, whose it is, and which conditions it meets.

    Counted by the store itself, rows would be sorted with all that the conditions look at, twice.
    """
    by = (() if rows.day is None else ("month",)) + _dimensions(rows)
    return flagged_query(rows, _of(rows), by, SERVICE_VIEWER)


def _lines(rows: Rows, found: Sequence[Sequence[Any]]) -> Iterator[dict[str, Values]]:
    """The lines of each dimension of some rows. Two of one place add up where they are read."""
    counted = tallies_of(_of(rows)).conditions
    columns = columns_of(_reading(rows).selected_columns.keys(), found)
    met = conditions_met(columns, len(counted))
    months = columns.get("month", as_column([None] * len(found)))
    month, _ = pd.factorize(months, use_na_sentinel=False)
    for dimension in _dimensions(rows):
        named = columns[dimension]
        name, names = pd.factorize(named, use_na_sentinel=False)
        line = month * len(names) + name
        order = np.argsort(line, kind="stable")
        first = np.flatnonzero(np.diff(line[order], prepend=-1))
        at = order[first]
        lines = {"dimension": as_column([dimension] * len(at)), "name": plain(named[at])}
        if rows.day is not None:
            lines["moment"] = months[at]
        sums = np.add.reduceat(met[order], first, axis=0, dtype=np.int64)
        yield lines | dict(zip(counted, sums.T, strict=True))


def _make_room(connection: Connection, cube: Table) -> None:
    """Make the table, and drop those of other rules."""
    if _cubes_in(connection) == [cube.name]:
        return
    one_at_a_time(connection)
    for name in _cubes_in(connection):
        if name != cube.name:
            Table(name, MetaData()).drop(connection)
    cube.create(connection, checkfirst=True)


def _cubes_in(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if re.fullmatch(r"cube_[0-9a-f]{8}", name)]


# -- reading


@dataclass(frozen=True)
class Cube:
    """An authority's cube, as at the day of its latest load."""

    authority: str
    as_at: date

    def has_flow(self, measure: Measure, selection: Selection) -> bool:
        """Whether it holds the rows of the selection: whole months, seen from the load's day."""
        return (
            measure.in_cube
            and _line_of(selection) is not None
            and selection.as_at == self.as_at
            and selection.period_start.day == 1
            and selection.period_start >= first_month(self.as_at)
            and selection.period_end == month_end(selection.period_end)
        )

    def has_stock(self, measure: Measure, selection: Selection) -> bool:
        """Whether it holds the stock as at the selection's day."""
        return (
            measure.in_cube
            and _line_of(selection) is not None
            and selection.as_at == self.as_at
            and (measure.rows is not CHILDREN_AT_PERIOD_END or selection.last_day == selection.as_at)
        )

    def flows(
        self, connection: Connection, selection: Selection, measures: Sequence[Measure], *, by_month: bool
    ) -> Counted:
        """The measures by the selection's groups, and by month before that where asked."""
        first, last = (f"{day:%Y-%m}" for day in (selection.period_start, selection.period_end))
        among = table().c.moment.between(first, last)
        return self._summed(connection, selection, measures, among, by_moment=by_month)

    def stocks(self, connection: Connection, selection: Selection, measures: Sequence[Measure]) -> Counted:
        """The measures by the selection's groups, as they stand at the cube's day."""
        there = table().c.moment == self.as_at.isoformat()
        return self._summed(connection, selection, measures, there, by_moment=False)

    def _summed(
        self,
        connection: Connection,
        selection: Selection,
        measures: Sequence[Measure],
        moments: ColumnElement[bool],
        *,
        by_moment: bool,
    ) -> Counted:
        cube, line = table(), _line_of(selection)
        assert line is not None
        dimension, only = line
        conditions = [
            cube.c.authority == self.authority,
            cube.c.source.in_(sorted({measure.rows.name for measure in measures})),
            cube.c.dimension == dimension,
            moments,
        ]
        if only is not None:
            conditions.append(cube.c.name == only)
        groups = ([cube.c.moment] if by_moment else []) + ([] if selection.by == "service" else [cube.c.name])
        names = list({name: None for measure in measures for name in _names(measure)})
        query = select(*groups, *(func.sum(cube.c[name]) for name in names)).where(*conditions)
        found: Counted = {measure.key: {} for measure in measures}
        for row in connection.execute(query.group_by(*groups)):
            numbers = dict(zip(names, row[len(groups) :], strict=True))
            for measure in measures:
                above, *below = (numbers[name] or 0 for name in _names(measure))
                found[measure.key][tuple(row[: len(groups)])] = (above, below[0] if below else 0)
        return found


def _line_of(selection: Selection) -> tuple[str, str | None] | None:
    """Which lines answer the selection: a dimension, and its one name asked for; None where none do."""
    narrowed = {"iro": selection.iro_id, "team": selection.team_id}
    to = [dimension for dimension, name in narrowed.items() if name is not None]
    if not to:
        dimension = "iro" if selection.by == "service" else selection.by
        return (dimension, None) if dimension in _DIMENSIONS else None
    if len(to) == 1 and selection.by in ("service", to[0]):
        return to[0], narrowed[to[0]]
    return None


def opened(connection: Connection, viewer: Viewer, authority: str) -> Cube | None:
    """The authority's cube, for a viewer who sees the whole service; None where there is none to read."""
    if not viewer.sees_the_service:
        return None
    cube = table()
    if not inspect(connection).has_table(cube.name):
        return None
    header = select(cube.c.moment).where(cube.c.authority == authority, cube.c.source == _HEADER)
    written: str | None = connection.execute(header).scalar()
    return Cube(authority, date.fromisoformat(written)) if written else None
