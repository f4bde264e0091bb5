"""Counting measures from the facts: measures over the same rows in one query, by any grouping.

The engine counts; what comes back is as large as what is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, func, literal_column, or_, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import FromClause

from data_access.people.viewer import Viewer, visible
from metrics.counting.question import Selection, asked_of
from metrics.measures.measure import Measure
from metrics.rows.expressions import (
    AUTHORITY,
    FLAGS,
    Condition,
    asked_text,
    counted,
    flags,
    month_of,
    off_index,
)
from metrics.rows.row_sets import Rows

Group = tuple[str | None, ...]
Counts = tuple[float, float]
"""(numerator, denominator); the denominator of a count, or of one divided by FTE, is 0."""
Counted = dict[str, dict[Group, Counts]]
"""key -> group -> counts"""
_NUMBER = "conditions_from_"
"""How `flagged_query` calls its numbers, and the first condition each tells of."""


def group_column(rows: Rows, by: str) -> ColumnElement[Any]:
    """The column whose value is the group of each row."""
    if by == "month":
        assert rows.day is not None
        return month_of(rows.day)
    column: ColumnElement[Any] | None = getattr(rows, by)
    assert column is not None
    return column


def in_denominator(measure: Measure) -> Condition | None:
    """The condition of rows that the measure is out of; None for a count or one divided by FTE."""
    return None if measure.denominator is None or measure.full_time else measure.denominator  # type: ignore[return-value]


def in_numerator(measure: Measure) -> Condition:
    """The condition of rows that the measure counts: always of those in its denominator."""
    below = in_denominator(measure)
    return measure.numerator if below is None else and_(below, measure.numerator)


def in_part(measure: Measure, part: str) -> Condition:
    """The condition of rows in a part of a measure (`members.Part`); a count is all numerator."""
    below = in_denominator(measure)
    if part == "numerator" or below is None:
        return in_numerator(measure)
    if part == "denominator":
        return below
    done = false() if measure.done is None else measure.done
    if part == "late":
        return and_(below, case((measure.numerator, 0), (done, 1), else_=0) == 1)
    counts = measure.numerator if part == "shortfall" else or_(measure.numerator, done)
    return and_(below, case((counts, 1), else_=0) == 0)


def from_rows(rows: Rows, expressions: Sequence[ColumnElement[Any]]) -> FromClause:
    """The rows with what else the expressions name joined to them."""
    joined = rows.table
    for other, condition in rows.joins:
        if any(_names(expression, other) for expression in expressions):
            joined = joined.outerjoin(other, condition)
    return joined


def _names(expression: ColumnElement[Any], table: FromClause) -> bool:
    return any(getattr(element, "table", None) is table for element in visitors.iterate(expression))


def narrowed(rows: Rows, viewer: Viewer, *, to_iro: bool, to_team: bool) -> list[Condition]:
    """Which rows: of the authority and for the viewer, for the question, and of an IRO or team asked for."""
    conditions = [visible(viewer, rows.table, AUTHORITY), rows.where]
    if to_iro:
        conditions.append(rows.iro == asked_text("iro_id"))
    if to_team:
        conditions.append(rows.team == asked_text("team_id"))
    return conditions


def count_rows(
    connection: Connection,
    viewer: Viewer,
    selection: Selection,
    measures: Sequence[Measure],
    by: Sequence[str] = (),
) -> Counted:
    """Count measures from the facts, each group of `by` (iro, team, kind, age_band, month) apart."""
    of_rows: dict[Rows, list[Measure]] = defaultdict(list)
    for measure in measures:
        of_rows[measure.rows].append(measure)
    found: Counted = {}
    for rows, theirs in of_rows.items():
        query = counting_query(
            rows,
            tuple(theirs),
            tuple(by),
            viewer,
            selection.iro_id is not None,
            selection.team_id is not None,
        )
        found |= _read(connection, query, asked_of(selection), theirs, len(by))
    return found


@dataclass(frozen=True)
class Tallies:
    """What is counted for some measures; what they share, as steps do the reviews held, is counted once."""

    columns: dict[str, ColumnElement[Any]]
    conditions: dict[str, Condition]
    """column -> the condition of the rows it counts, where it counts each"""
    of_measure: dict[str, tuple[str, ...]]
    """key -> the columns of its numerator and, where that is counted in rows, its denominator."""


@lru_cache(maxsize=512)
def tallies_of(measures: tuple[Measure, ...]) -> Tallies:
    """The columns that some measures over the same rows are counted in."""
    columns: dict[str, ColumnElement[Any]] = {}
    conditions: dict[str, Condition] = {}
    of_measure: dict[str, tuple[str, ...]] = {}
    shared: dict[int, str] = {}  # by identity, as == of two expressions is another one
    for measure in measures:
        above, below = in_numerator(measure), in_denominator(measure)
        names = []
        for name, condition in ((f"n_{measure.key}", above), (f"d_{measure.key}", below)):
            if condition is None:
                continue
            if measure.distinct is not None and condition is above:
                once = case((above, measure.rows.table.c[measure.distinct]))
                columns[name] = func.count(once.distinct()).label(name)
            elif id(condition) in shared:
                name = shared[id(condition)]
            else:
                shared[id(condition)] = name
                conditions[name] = condition
                columns[name] = counted(condition, name)
            names.append(name)
        of_measure[measure.key] = tuple(names)
    return Tallies(columns, conditions, of_measure)


@lru_cache(maxsize=512)
def counting_query(
    rows: Rows,
    measures: tuple[Measure, ...],
    by: tuple[str, ...],
    viewer: Viewer,
    to_iro: bool,
    to_team: bool,
) -> Select[Any]:
    """One query with the numbers of each measure, a line for each group; kept, for it is dear to write."""
    conditions = narrowed(rows, viewer, to_iro=to_iro, to_team=to_team)
    groups = [off_index(group_column(rows, one)).label(one) for one in by]
    columns = tallies_of(measures).columns.values()
    source = from_rows(rows, [*groups, *columns, *conditions])
    query = select(*groups, *columns).select_from(source).where(*conditions)
    # By position: PostgreSQL takes the same expression with parameters written twice for two expressions.
    return query.group_by(*(literal_column(str(place + 1)) for place in range(len(by))))


def flagged_query(
    rows: Rows, measures: tuple[Measure, ...], by: tuple[str, ...], viewer: Viewer
) -> Select[Any]:
    """The rows themselves: the groups of each, then whole numbers that say which conditions it meets.

    The conditions are those of `tallies_of` in their order; `conditions_met` reads the numbers.
    """
    narrowing = narrowed(rows, viewer, to_iro=False, to_team=False)
    groups = [group_column(rows, one).label(one) for one in by]
    conditions = list(tallies_of(measures).conditions.values())
    numbers = [
        flags(*conditions[first : first + FLAGS]).label(f"{_NUMBER}{first}")
        for first in range(0, len(conditions), FLAGS)
    ]
    source = from_rows(rows, [*groups, *conditions, *narrowing])
    return select(*groups, *numbers).select_from(source).where(*narrowing)


def conditions_met(columns: Mapping[str, npt.NDArray[Any]], count: int) -> npt.NDArray[np.uint8]:
    """A line of 1 and 0 for each row, for `count` conditions, from the columns of a `flagged_query`."""
    words = np.stack([column for name, column in columns.items() if name.startswith(_NUMBER)], axis=1)
    bits = np.unpackbits(words.astype("<i8").view(np.uint8), axis=1, bitorder="little")
    return bits.reshape(len(words), -1, 64)[:, :, :FLAGS].reshape(len(words), -1)[:, :count]


def _read(
    connection: Connection,
    query: Select[Any],
    asked: Mapping[str, Any],
    measures: Sequence[Measure],
    width: int,
) -> Counted:
    found: Counted = {measure.key: {} for measure in measures}
    names = tallies_of(tuple(measures)).of_measure
    for line in connection.execute(query, asked):
        group, numbers = tuple(line[:width]), line._mapping
        for key, (above, *below) in names.items():
            found[key][group] = (numbers[above], numbers[below[0]] if below else 0)
    return found
