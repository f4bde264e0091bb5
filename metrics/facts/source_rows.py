"""What the sources said, read as columns: one array per column, only the rows that speak.

Facts are derived a batch of children at a time, so that memory does not grow with the authority.
Values stay as the store's driver gives them (days are ISO text in SQLite, `date` in PostgreSQL):
columns that are only passed on are never converted; `calendar.as_days` reads those that are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    Text,
    and_,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.sql.selectable import FromClause

from data_access.store.schema import KIND_TABLES
from metrics.rules.columns import Rows

CHILDREN_IN_A_BATCH = 4_000
"""More than most authorities have in five years: a load of 18,000 reviews takes 250 MB in all."""
_ROWS_IN_A_PART = 100_000
"""Some tens of megabytes."""


@dataclass(frozen=True)
class Children:
    """Some of an authority's children: their identifiers go from `first` up to `below`; None is no limit."""

    authority: str
    first: str | None = None
    below: str | None = None

    def where(self, table: FromClause) -> ColumnElement[bool]:
        """The condition on a kind's table: the rows of these children, or of their reviews, that speak."""
        condition = and_(table.c.authority == self.authority, table.c.speaks == true())
        if self.first is None and self.below is None:
            return condition
        if "child_id" not in table.c:
            reviews = KIND_TABLES["reviews"]
            return and_(
                condition, table.c.review_id.in_(select(reviews.c.review_id).where(self.where(reviews)))
            )
        if self.first is not None:
            condition = and_(condition, table.c.child_id >= self.first)
        if self.below is not None:
            within = table.c.child_id < self.below
            if self.first is None and table.c.child_id.nullable:  # the first has what is about nobody
                within = or_(within, table.c.child_id.is_(None))
            condition = and_(condition, within)
        return condition


def batches(connection: Connection, authority: str, size: int = CHILDREN_IN_A_BATCH) -> list[Children]:
    """All children of an authority in batches of about `size`; most authorities are one batch."""
    table = KIND_TABLES["children"]
    everyone = Children(authority)
    count = connection.execute(select(func.count()).where(everyone.where(table))).scalar_one()
    if count <= size:
        return [everyone]
    ids = select(table.c.child_id).where(everyone.where(table)).order_by(table.c.child_id)
    cuts = [child_id for position, (child_id,) in enumerate(connection.execute(ids)) if position % size == 0]
    return [
        Children(authority, first, below)
        for first, below in zip([None, *cuts[1:]], [*cuts[1:], None], strict=True)
    ]


def read(
    connection: Connection,
    table: FromClause,
    names: Sequence[str],
    children: Children,
    *,
    only: tuple[str, Collection[str]] | None = None,
) -> Rows:
    """Columns of a table's rows that speak for `children`, in the order the sources gave them.

    `table`: one of `KIND_TABLES` with a child_id, or `read_reviews`. `only`: a column and the values
    of it to read.
    """
    condition = children.where(table)
    if only is not None:
        condition &= table.c[only[0]].in_(sorted(only[1]))
    query = (
        select(*(as_stored(table.c[name]) for name in names))
        .where(condition)
        .order_by(table.c.file_id, table.c.line)
    )
    return columns_of(names, fetched(connection, query))


def fetched_in_parts(
    connection: Connection, query: Select[Any], asked: Mapping[str, Any] | None = None
) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a query, some at a time, as the driver gives them: half the time of SQLAlchemy's."""
    result = connection.execute(query, asked)
    assert result.cursor is not None
    while rows := result.cursor.fetchmany(_ROWS_IN_A_PART):
        yield rows
    result.close()


def fetched(connection: Connection, query: Select[Any]) -> list[Any]:
    """All rows of a query as the driver gives them."""
    return list(chain.from_iterable(fetched_in_parts(connection, query)))


def as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column without conversion: text or `date` for a day, 0/1 or bool for yes/no."""
    if isinstance(column.type, Date):
        return type_coerce(column, Text())
    return type_coerce(column, Integer()) if isinstance(column.type, Boolean) else column


def columns_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Rows:
    """Rows turned into one object array per name."""
    cells = np.fromiter(chain.from_iterable(rows), dtype=object, count=len(rows) * len(names))
    return dict(zip(names, cells.reshape(-1, len(names)).T, strict=True))
