"""Data findings: what is odd in the rows that were stored, and what to do about it.

A finding never changes a number; the data page and `manage.py findings` list them. Adding one is adding
a `Rule` (`rule.py`) to `of_return.py` or `of_rows.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, delete, or_, select, true

from data_access.findings import of_rows
from data_access.findings.rule import Asked, Found, Place, Rule, of_authority, where
from data_access.sources.ssda903 import findings as of_return
from data_access.store import schema
from data_access.store.opening import insert_rows

reviews = schema.KIND_TABLES["reviews"]

RULES: tuple[Rule, ...] = (*of_return.RULES, *of_rows.RULES)

_COLUMNS = ("rule", "severity", "file_id", "line", "child_id", "message")


def raise_findings(connection: Connection, authority: str, as_at: date) -> int:
    """Write the findings of an authority anew, after its facts are derived; returns how many there are."""
    table = schema.findings
    connection.execute(delete(table).where(table.c.authority == authority))
    asked = Asked(connection, authority, as_at)
    found = [(rule, find(asked)) for rule, find in _finders(has_return=bool(asked.of_return))]
    of_reviews = _reviews_that_meet(asked, [one for _, one in found if isinstance(one, ColumnElement)])
    rows = [
        (rule.code, rule.severity, *place, rule.message(as_at))
        for rule, one in found
        for place in (next(of_reviews) if isinstance(one, ColumnElement) else _places(asked, one))
    ]
    insert_rows(connection, table, _COLUMNS, rows, {"authority": authority})
    return len(rows)


def _places(asked: Asked, found: Select[Any] | Iterable[Place]) -> Iterable[Any]:
    return asked.connection.execute(found) if isinstance(found, Select) else found


def _reviews_that_meet(asked: Asked, conditions: Sequence[ColumnElement[bool]]) -> Iterator[list[Place]]:
    """Of each condition the reviews that meet it."""
    places = where(reviews)
    # As cases: of these SQLite works out no more than it takes to tell, of a bare condition every part.
    met = [case((condition, true())).label(f"met_{place}") for place, condition in enumerate(conditions)]
    looked_at = select(*places, *met).where(of_authority(asked, reviews)).subquery()
    first, *others = list(looked_at.c)[len(places) :]
    rows = asked.connection.execute(select(looked_at).where(or_(first, *others))).all()
    for column in range(len(places), len(places) + len(met)):
        yield [tuple(row[: len(places)]) for row in rows if row[column]]


def _finders(*, has_return: bool) -> Iterator[tuple[Rule, Callable[[Asked], Found]]]:
    """The rules that rows are looked at by, with how; nothing is looked for in a return that is not there."""
    yield from ((rule, rule.find) for rule in of_rows.RULES if rule.find)
    if has_return:
        yield from ((rule, rule.find) for rule in of_return.RULES if rule.find)
        yield from ((rule, rule.find_in_return) for rule in of_rows.RULES if rule.find_in_return)
