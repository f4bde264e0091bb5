"""One digest over what duties, facts and the cube are made by, which they carry (`authorities.rules_digest`).

In it are: what the modules do that derive and count, the conditions of each measure as they are compiled, the
values of the standards with the days they hold from, England's bank holidays, the codes, and the tables of
the store with the types of their columns. Not in it is wording: titles, definitions, messages, docstrings,
where a standard comes from. It is the same on every version of Python and on both kinds of store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import sqlite

import standards
from data_access.loading.collecting import not_collecting
from data_access.rows import codes
from data_access.rows.bank_holidays import bank_holidays
from data_access.store.schema import metadata
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from metrics.rows.row_sets import Rows
from metrics.syntax import normal_form

ROOT = Path(__file__).parents[1]

DERIVING = (
    "data_access/loading/resolve.py",
    "data_access/rows/days.py",
    "data_access/sources/*/periods.py",
    "data_access/sources/*/rows.py",
    "data_access/store/dated.py",
    "metrics/counting/cube.py",
    "metrics/counting/queries.py",
    "metrics/counting/question.py",
    "metrics/derive.py",
    "metrics/facts/*.py",
    "metrics/rows/expressions.py",
    "metrics/rules/*.py",
)
"""The modules that derive and count. What rows measures look at (`metrics/rows/`) is in their conditions."""

_DIALECT = sqlite.dialect()


@lru_cache(maxsize=1)
def digest() -> str:
    """The digest of the rules in force. They are those that this process began with."""
    with not_collecting():
        return digest_of(
            (
                *forms_of_modules(ROOT),
                *conditions_of(CATALOGUE.values()),
                *values_of(standards.SETTINGS, standards.TARGETS),
                f"rank {standards.SOURCE_RANK}",
                *lists_of_codes(),
                *(day.isoformat() for day in sorted(bank_holidays())),
                *columns_of(metadata.tables.values()),
            )
        )


def digest_of(parts: Iterable[str]) -> str:
    """The digest of some texts in their order, in 64 letters."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part.encode() + b"\0")
    return made.hexdigest()


def forms_of_modules(root: Path) -> Iterator[str]:
    """What each of the modules that derive and count does (`syntax.normal_form`), under its name."""
    for path in sorted(path for pattern in DERIVING for path in root.glob(pattern)):
        yield f"{path.relative_to(root).as_posix()}: {normal_form(path.read_text(encoding='utf-8'))}"


def conditions_of(measures: Iterable[Measure]) -> Iterator[str]:
    """What each measure counts, and which rows it looks at, as SQL with its values."""
    looked_at: dict[str, Rows] = {}
    compiled: dict[int, str] = {}  # by identity: measures share conditions, and == of two is another one
    for measure in sorted(measures, key=lambda measure: measure.key):
        looked_at[measure.rows.name] = measure.rows
        parts = [measure.key, measure.rows.name, str(measure.distinct), str(measure.in_cube)]
        for part in (measure.numerator, measure.denominator, measure.done):
            if id(part) not in compiled:
                compiled[id(part)] = _as_sql(part)
            parts.append(compiled[id(part)])
        yield "; ".join(parts)
    for name, rows in sorted(looked_at.items()):
        own = (rows.where, rows.day, rows.iro, rows.team, rows.kind, rows.born, rows.aged_on)
        joined = (f"{table.description} on {_as_sql(condition)}" for table, condition in rows.joins)
        yield "; ".join([name, rows.table.description, *map(_as_sql, own), *joined])


def _as_sql(expression: ColumnElement[Any] | str | None) -> str:
    """An expression as SQLite is asked it, and the values in it; what is none as it is."""
    if not isinstance(expression, ColumnElement):
        return str(expression)
    compiled = expression.compile(dialect=_DIALECT)
    return f"{compiled} {sorted((name, _plain(value)) for name, value in compiled.params.items())}"


def _plain(value: Any) -> str:
    """A value as text. One of several (`in_`) comes from a set often, in whose order nothing lies."""
    if isinstance(value, list | tuple | set | frozenset):
        return str(sorted(map(_plain, value)))
    return str(value)


def values_of(
    settings: Mapping[str, Sequence[standards.Setting]], targets: Mapping[str, Sequence[standards.Target]]
) -> Iterator[str]:
    """Each value of each standard with the day that it holds from."""
    for name, values in sorted(settings.items()):
        yield f"{name}: {[(one.from_on.isoformat(), float(one.value)) for one in values]}"
    for key, bounds in sorted(targets.items()):
        yield f"{key}: {[(one.from_on.isoformat(), one.kind, one.low, one.high) for one in bounds]}"


def lists_of_codes() -> Iterator[str]:
    """The codes that there are, without what each means."""
    for name, listed in sorted(vars(codes).items()):
        if isinstance(listed, type) and issubclass(listed, Enum):
            yield f"{name}: {[str(member.value) for member in listed]}"
        elif isinstance(listed, str | tuple | frozenset | dict) and not name.startswith("_"):
            yield f"{name}: {listed if isinstance(listed, str) else sorted(listed)}"


def columns_of(tables: Iterable[Table]) -> Iterator[str]:
    """The columns of each table with their types."""
    for table in sorted(tables, key=lambda table: table.name):
        columns = (f"{column.name} {column.type!r} {column.nullable}" for column in table.columns)
        yield f"{table.name}: {', '.join(columns)}"
