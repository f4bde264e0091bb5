"""The cube: measures counted once at each load, by month, IRO, team and kind of review.

Two sorts of lines. Of measures whose rows lie on days: all of a month, seen from the load's as-at date.
Of stocks: as they stood on a day, for the last month ends, the as-at date and the week before it. Both say
what the facts would; what the cube does not hold (another as-at date, part of a month, an age band) is
counted from them (`design.md`, idea 3).

Its columns follow the catalogue, so the table's name carries a digest of every condition in it: after a
change of a measure or a standard the old table is not read, and the next load writes the new one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    literal,
    select,
)

from data_access.records import EARLIEST, LATEST
from data_access.viewer import SERVICE_VIEWER, Viewer
from metrics.child_rows import CHILDREN_AT_PERIOD_END
from metrics.counting import (
    Counted,
    Counts,
    counting_query,
    in_denominator,
)
from metrics.expressions import AUTHORITY, asked_text
from metrics.measure import Measure
from metrics.measures import CATALOGUE
from metrics.question import Selection, asked_of, month_end, months_on
from metrics.rows import Rows

STOCK_MONTHS = 12
WEEK = timedelta(days=7)
_HEADER = "as at"
_KEYS = ("iro", "team", "kind")


@lru_cache
def _of(rows: Rows) -> tuple[Measure, ...]:
    """The measures of these rows that add up, which the cube holds."""
    return tuple(
        measure for measure in CATALOGUE.values() if measure.rows is rows and measure.distinct is None
    )


def _names(measure: Measure) -> tuple[str, ...]:
    """The columns of a measure: its numerator, and its denominator where that is counted in rows."""
    numerator, denominator = f"n_{measure.key}", f"d_{measure.key}"
    return (numerator,) if in_denominator(measure) is None else (numerator, denominator)


@lru_cache(maxsize=1)
def sources() -> tuple[Rows, ...]:
    """The rows whose measures the cube holds."""
    return tuple({measure.rows: None for measure in CATALOGUE.values() if measure.distinct is None})


@lru_cache(maxsize=1)
def table() -> Table:
    """The cube's table, for the catalogue as it is."""
    counted = [name for rows in sources() for measure in _of(rows) for name in _names(measure)]
    columns: list[Column[Any]] = [
        Column("authority", String(64), nullable=False),
        Column("source", String(32), nullable=False, comment="the rows counted, or the header"),
        Column("moment", String(10), nullable=False, comment="month, YYYY-MM; of a stock day, YYYY-MM-DD"),
        Column("iro", Text),
        Column("team", Text),
        Column("kind", String(16)),
        *(Column(name, Integer) for name in counted),
    ]
    name = f"cube_{_digest([column.name for column in columns])}"
    found_by = Index(f"ix_{name}_authority_source_moment", "authority", "source", "moment")
    return Table(name, MetaData(), *columns, found_by)


def _digest(columns: Sequence[str]) -> str:
    """Eight letters that change with any column, condition or setting of the cube."""
    said = hashlib.sha256(" ".join(columns).encode())
    for rows in sources():
        query = counting_query(rows, _of(rows), _by(rows), SERVICE_VIEWER, False, False).compile()
        numbers = sorted((name, str(value)) for name, value in query.params.items())
        said.update(f"{rows.name} {query} {numbers}".encode())
    return said.hexdigest()[:8]


def _by(rows: Rows) -> tuple[str, ...]:
    """What the lines of a source tell apart: FTE has no team, and only duties are of a kind."""
    of_team = any(measure.full_time is None for measure in _of(rows))
    has = {"iro": True, "team": of_team, "kind": rows.kind is not None}
    return tuple(key for key in _KEYS if has[key])


def stock_days(as_at: date) -> list[date]:
    """The days of which the cube holds stocks: month ends, the as-at date and the week before it."""
    last = month_end(months_on(as_at, -1))
    ends = [month_end(months_on(last.replace(day=1), -back)) for back in range(STOCK_MONTHS)]
    return sorted({*ends, as_at - WEEK, as_at})


# -- writing


def build(connection: Connection, authority: str, as_at: date) -> None:
    """Count an authority's cube anew, in the caller's transaction."""
    cube = table()
    _make_room(connection, cube)
    connection.execute(delete(cube).where(cube.c.authority == authority))
    header = {"authority": authority, "source": _HEADER, "moment": as_at.isoformat()}
    connection.execute(insert(cube).values(header))
    whole = Selection(authority, EARLIEST, LATEST, as_at)
    for rows in sources():
        filling = _filling(rows)
        if rows.day is not None:
            connection.execute(filling, asked_of(whole))
            continue
        for day in stock_days(as_at):
            connection.execute(filling, asked_of(whole.at(day)) | {"moment": day.isoformat()})


@lru_cache
def _filling(rows: Rows) -> Insert:
    """The statement that counts one source into the cube: the engine reads, counts and writes."""
    by = _by(rows) if rows.day is None else ("month", *_by(rows))
    counts = counting_query(rows, _of(rows), by, SERVICE_VIEWER, False, False).subquery()
    moment = asked_text("moment") if rows.day is None else counts.c.month
    named = {
        "authority": AUTHORITY,
        "source": literal(rows.name),
        "moment": moment,
        **{name: counts.c[name] for name in _by(rows)},
        **{name: counts.c[name] for measure in _of(rows) for name in _names(measure)},
    }
    query = select(*(value.label(name) for name, value in named.items()))
    return insert(table()).from_select(list(named), query.select_from(counts))


def _make_room(connection: Connection, cube: Table) -> None:
    """Make the table, and drop those of other catalogues."""
    for name in inspect(connection).get_table_names():
        if re.fullmatch(r"cube_[0-9a-f]{8}", name) and name != cube.name:
            Table(name, MetaData()).drop(connection)
    cube.create(connection, checkfirst=True)


# -- reading


@dataclass(frozen=True)
class Cube:
    """An authority's cube, as at the day of its latest load."""

    authority: str
    as_at: date
    days: frozenset[date]
    """Of which it holds stocks."""

    def has_flow(self, measure: Measure, selection: Selection) -> bool:
        """Whether it holds the rows of the selection: whole months, seen from the load's day."""
        return (
            measure.distinct is None
            and selection.as_at == self.as_at
            and selection.period_start.day == 1
            and selection.period_end == month_end(selection.period_end)
            and selection.by != "age_band"
            and not (selection.team_id and measure.full_time)
        )

    def has_stock(self, measure: Measure, selection: Selection) -> bool:
        """Whether it holds the stock as at the selection's day."""
        return (
            selection.as_at in self.days
            and selection.by != "age_band"
            and (measure.rows is not CHILDREN_AT_PERIOD_END or selection.last_day == selection.as_at)
        )

    def flows(
        self, connection: Connection, selection: Selection, measures: Sequence[Measure], by: Sequence[str]
    ) -> Counted:
        """The measures by group, of the months of the selection. `by` may begin with `month`."""
        cube = table()
        first, last = (f"{day:%Y-%m}" for day in (selection.period_start, selection.period_end))
        groups = [cube.c.moment if one == "month" else cube.c[one] for one in by]
        found: Counted = {measure.key: {} for measure in measures}
        months = cube.c.moment.between(first, last)
        for group, counts in self._summed(connection, selection, measures, groups, months):
            for key, pair in counts.items():
                found[key][group] = pair
        return found

    def stocks(
        self,
        connection: Connection,
        moments: Sequence[Selection],
        measures: Sequence[Measure],
        by: Sequence[str],
    ) -> dict[date, Counted]:
        """The measures by group as they stood on those of the moments that the cube holds."""
        days = sorted({moment.as_at for moment in moments} & self.days)
        if not days or "age_band" in by:
            return {}
        cube = table()
        found: dict[date, Counted] = {day: {measure.key: {} for measure in measures} for day in days}
        groups = [cube.c.moment, *(cube.c[one] for one in by)]
        among = cube.c.moment.in_([day.isoformat() for day in days])
        for (day, *group), counts in self._summed(connection, moments[0], measures, groups, among):
            for key, pair in counts.items():
                found[date.fromisoformat(day)][key][tuple(group)] = pair
        return found

    def _summed(
        self,
        connection: Connection,
        selection: Selection,
        measures: Sequence[Measure],
        groups: Sequence[ColumnElement[Any]],
        moments: ColumnElement[bool],
    ) -> Collection[tuple[Any, dict[str, Counts]]]:
        cube = table()
        conditions = [
            cube.c.authority == self.authority,
            cube.c.source.in_(sorted({measure.rows.name for measure in measures})),
            moments,
        ]
        if selection.iro_id is not None:
            conditions.append(cube.c.iro == selection.iro_id)
        if selection.team_id is not None:
            conditions.append(cube.c.team == selection.team_id)
        names = [
            name
            for measure in measures
            for name in (f"n_{measure.key}", f"d_{measure.key}")
            if name in cube.c
        ]
        sums = [func.sum(cube.c[name]).label(name) for name in names]
        query = select(*(group.label(f"group_{place}") for place, group in enumerate(groups)), *sums)
        query = query.where(*conditions)
        if groups:
            query = query.group_by(*(f"group_{place}" for place in range(len(groups))))
        found = []
        for line in connection.execute(query):
            numbers = dict(zip(names, line[len(groups) :], strict=True))
            counts = {
                measure.key: (numbers[f"n_{measure.key}"] or 0, numbers.get(f"d_{measure.key}") or 0)
                for measure in measures
            }
            found.append((tuple(line[: len(groups)]), counts))
        return found


def opened(connection: Connection, viewer: Viewer, authority: str) -> Cube | None:
    """The authority's cube, for a viewer who sees the whole service; None where there is none to read."""
    if not viewer.sees_the_service:
        return None
    cube = table()
    if not inspect(connection).has_table(cube.name):
        return None
    header = select(cube.c.moment).where(cube.c.authority == authority, cube.c.source == _HEADER)
    written: str | None = connection.execute(header).scalar()
    if written is None:
        return None
    as_at = date.fromisoformat(written)
    return Cube(authority, as_at, frozenset(stock_days(as_at)))
