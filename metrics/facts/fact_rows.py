"""Facts from columns to rows of the store: the way back from `source_rows`."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from data_access.store.opening import insert_columns, plain
from metrics.rules.columns import Rows


def write(connection: Connection, table: Table, columns: Rows, *, authority: str | None = None) -> None:
    """Insert columns of one length as rows, with the authority they are of where the table has it."""
    insert_columns(
        connection,
        table,
        {name: plain(column) for name, column in columns.items()},
        {} if authority is None else {"authority": authority},
    )
