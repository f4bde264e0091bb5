"""Expressions that SQLite and PostgreSQL both understand: months, ages, days between, settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Integer,
    Label,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

import standards
from data_access.rows.days import as_number
from data_access.store.dated import by_history

Condition = ColumnElement[bool]
Day = ColumnElement[date]

AGE_BANDS = (("0", 1), ("1-4", 5), ("5-9", 10), ("10-15", 16), ("16+", 200))
"""Each band of `measures.md` and the age at which the next begins."""


def asked(name: str) -> Day:
    """A day of the question, filled in when it is asked (`question.py`)."""
    return bindparam(name, type_=Date())


def asked_number(name: str) -> ColumnElement[int]:
    """A whole number of the question, filled in when it is asked (`question.py`)."""
    return bindparam(name, type_=Integer())


def asked_text(name: str) -> ColumnElement[str]:
    """An identifier of the question, filled in when it is asked (`question.py`)."""
    return bindparam(name, type_=String())


AUTHORITY: Any = asked_text("authority")
"""The authority asked for; stands wherever a query takes one, so that the query is written once for all."""


def month_of(day: Day) -> ColumnElement[str]:
    """The calendar month as `YYYY-MM`: both stores write days as ISO text."""
    return func.substr(cast(day, String), 1, 7, type_=String())


def age_on(born: Day, day: Day) -> ColumnElement[int]:
    """Whole years old. A birthday on 29 February falls on the 28th in a year without one (rule 4)."""
    number = as_number(day)
    stands_in = case((and_(number % 10000 == 228, (number // 10000) % 4 != 0), 1), else_=0)
    return (number + stands_in - as_number(born)) // 10000


def age_band_on(born: Day, day: Day) -> ColumnElement[str]:
    """The age band of `measures.md`; empty where the date of birth is not known."""
    age = age_on(born, day)
    return case(*((age < until, band) for band, until in AGE_BANDS), else_=None)


def setting_on(name: str, day: Day) -> ColumnElement[float]:
    """The value of a dated setting in force on each row's day (`standards.toml`)."""
    return by_history(standards.setting_history(name), day, lambda value: literal(value, Float()))


def off_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column's values, not found or ordered by any index.

    SQLite keeps no statistics here, and takes an index in the order of groups for better than the one that
    finds the few rows of a period.
    """
    return func.coalesce(column, null())


def counted(condition: ColumnElement[bool], name: str) -> Label[int]:
    """How many rows meet the condition."""
    return func.count().filter(condition).label(name)


FLAGS = 63
"""How many conditions one whole number of either store tells of."""


class flags(FunctionElement[int]):  # noqa: N801 - reads as the function it is in SQL
    """A number that says which of up to `FLAGS` conditions a row meets, as the sum of 1, 2, 4 and so on."""

    type = BigInteger()
    inherit_cache = True
    name = "flags"


@compiles(flags)
def _flags(element: Any, compiler: Any, **kw: Any) -> str:
    each = (compiler.process(condition, **kw) for condition in element.clauses)
    return " + ".join(f"CASE WHEN {said} THEN {1 << place} ELSE 0 END" for place, said in enumerate(each))
