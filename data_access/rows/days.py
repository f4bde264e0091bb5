"""Days counted by the store, which SQLite and PostgreSQL each write in their own way."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, cast, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement, GenericFunction


class moved(FunctionElement[date]):  # noqa: N801 - it is written as a function of SQL
    """A day so much later, or earlier: `moved(held_on, "-14 days")`, `moved(date_of_birth, "4 years")`."""

    type = Date()
    inherit_cache = True

    def __init__(self, day: ColumnElement[Any], by: str) -> None:
        super().__init__(day, literal(by))


@compiles(moved)
def _moved(element: moved, compiler: Any, **kw: Any) -> str:
    day, by = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST({day} + CAST({by} AS INTERVAL) AS DATE)"


@compiles(moved, "sqlite")
def _moved_in_sqlite(element: moved, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)})"


class days_between(GenericFunction[int]):  # noqa: N801 - it is written as a function of SQL
    """How many calendar days the second day is after the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between)
def _days_between(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(({last}) - ({first}))"


@compiles(days_between, "sqlite")
def _days_between_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


def as_number(day: ColumnElement[Any]) -> ColumnElement[int]:
    """A day as a whole number such as 20260131: 10000 more is the same day of the next year."""
    return cast(func.replace(cast(day, String), "-", ""), Integer)
