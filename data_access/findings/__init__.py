"""Data findings: what is odd in the rows that were stored, and what to do about it.

A finding never changes a number; the data page and `manage.py findings` list them. Adding one is adding
a `Rule` (`rule.py`) to `of_return.py` or `of_rows.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Connection, Select, delete, func, select

from data_access import schema
from data_access.findings import of_return, of_rows
from data_access.findings.rule import Asked, Found, Rule
from data_access.store import insert_rows

RULES: tuple[Rule, ...] = (*of_return.RULES, *of_rows.RULES)

_COLUMNS = ("authority", "rule", "severity", "file_id", "line", "child_id", "message")


def raise_findings(connection: Connection, authority: str, as_at: date) -> int:
    """Write the findings of an authority anew, after its facts are derived; returns how many there are."""
    table = schema.findings
    connection.execute(delete(table).where(table.c.authority == authority))
    asked = Asked(connection, authority, as_at)
    for rule, find in _finders(has_return=_has_return(asked)):
        found = find(asked)
        places = connection.execute(found) if isinstance(found, Select) else found
        said = (authority, rule.code, rule.severity)
        # A list: rules may ask the store row by row, which PostgreSQL cannot answer while rows go in.
        insert_rows(connection, table, _COLUMNS, [(*said, *place, rule.message) for place in places])
    counted = select(func.count()).where(table.c.authority == authority)
    return connection.execute(counted).scalar_one()


def _finders(*, has_return: bool) -> Iterator[tuple[Rule, Callable[[Asked], Found]]]:
    """The rules that rows are looked at by, with how; nothing is looked for in a return that is not there."""
    yield from ((rule, rule.find) for rule in of_rows.RULES if rule.find)
    if has_return:
        yield from ((rule, rule.find) for rule in of_return.RULES if rule.find)
        yield from ((rule, rule.find_in_return) for rule in of_rows.RULES if rule.find_in_return)


def _has_return(asked: Asked) -> bool:
    """Whether the authority has a statutory return in the store."""
    f = schema.load_files.c
    files = select(f.file_id).where(
        f.authority == asked.authority, f.current.is_(True), f.format == "ssda903"
    )
    return asked.connection.execute(files.limit(1)).first() is not None
