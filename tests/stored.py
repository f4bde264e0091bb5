"""What a store holds after a load, read back as plain rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Table, select


def stored(engine: Engine, table: Table, authority: str = "LOCAL") -> list[dict[str, Any]]:
    """The rows of a table for one authority in the order of its key, the authority left out."""
    query = select(table).where(table.c.authority == authority).order_by(*table.primary_key.columns)
    with engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        del row["authority"]
    return rows
