"""One file's way into the store: its rows streamed, validated and inserted a chunk at a time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, func, select

from data_access.rows.records import RECORDS, Record
from data_access.sources.reading import files
from data_access.sources.reading.columns import REMEMBERED, KnownTexts, ReadRows, RowReader
from data_access.sources.ssda903.records import ReturnRecord
from data_access.store.opening import insert_columns, insert_rows
from data_access.store.schema import KIND_TABLES, RETURN_TABLES, load_files, refused_rows

CHUNK = 16_000
"""Rows validated and inserted at once (of plain text as many as `delimited` reads at once): few enough to
stay in the processor's cache."""
_FEW = 50_000
"""Rows of other authorities for which an index may be built afresh."""
_POINTED_TO = {kind for record in RECORDS for kind in record.points_to.values()}


@dataclass
class FileLoad:
    """One table of one file on its way into the store."""

    table: files.Table
    record: type[Record]
    format: str
    source: str = ""
    year: int | None = None
    """903 only: the year in which the collection year ends."""
    unchanged: bool = False
    file_id: int = 0
    rows_read: int = 0
    notes: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    """column -> how the file heads it"""
    pointed_to: dict[str, set[Any] | None] = field(default_factory=dict)
    """column that points to another kind -> the identifiers in it; None: too many to remember"""
    declared: set[Any] | None = field(default_factory=set)
    """The identifiers stored, of a kind that others point to; None: too many to remember"""
    key_hashes: array[int] = field(default_factory=lambda: array("q"))

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def kind(self) -> str:
        return self.record.kind


def table_of(record: type[Record]) -> Table:
    """The store's table for rows of a kind, the statutory return's included."""
    return (RETURN_TABLES if issubclass(record, ReturnRecord) else KIND_TABLES)[record.kind]


def indexes_in_the_way(connection: Connection, authority: str, loaded: Sequence[FileLoad]) -> list[Table]:
    """The tables whose indexes are better built afresh: hardly a row is another authority's."""
    others = _rows_of_others(connection, authority)
    kinds = {file.kind: file.record for file in loaded}
    return [table_of(record) for kind, record in kinds.items() if others.get(kind, 0) < _FEW]


def hardly_others(connection: Connection, authority: str) -> bool:
    """Whether hardly a row of the store, of whatever kind, is another authority's."""
    return sum(_rows_of_others(connection, authority).values()) < _FEW


def _rows_of_others(connection: Connection, authority: str) -> dict[str, int]:
    """kind -> how many rows other authorities have of it."""
    f = load_files.c
    counted = (
        select(f.kind, func.sum(f.rows_stored).label("rows"))
        .where(f.authority != authority, f.current.is_(True))
        .group_by(f.kind)
    )
    return {row.kind: row.rows for row in connection.execute(counted)}


def store_rows(
    connection: Connection,
    authority: str,
    file: FileLoad,
    as_at: date,
    known: KnownTexts,
    told: Callable[[int], None],
) -> None:
    """Validate the file's rows and insert the good ones, the refused ones into `refused_rows`.

    known: what texts mean, from file to file of a load. told: called with the number of rows read so far.
    Raises FileProblem where the file turns out to be unreadable on the way.
    """
    reader = RowReader(file.record, file.table.headings, as_at, known)
    file.headings = {column: reader.heading(column) for column in reader.columns}
    table = table_of(file.record)
    same: dict[str, Any] = {"authority": authority, "file_id": file.file_id}
    same |= {"collection_year": file.year} if "collection_year" in table.c else {"speaks": True}
    columns = ("line", *reader.columns)
    key_at = [reader.columns.index(name) for name in file.record.key] if file.record.unique else []
    for chunk in file.table.chunks(CHUNK):
        rows = reader.read(chunk)
        file.rows_read += len(rows.lines) + len(rows.refused)
        _remember_keys(file, rows, key_at)
        insert_columns(connection, table, dict(zip(columns, (rows.lines, *rows.columns), strict=True)), same)
        if rows.refused:
            _keep_refused(connection, authority, file, rows)
        told(file.rows_read)
    file.pointed_to = {name: reader.seen(name) for name in file.record.points_to if name in reader.columns}


def _remember_keys(file: FileLoad, rows: ReadRows, key_at: list[int]) -> None:
    """What tells afterwards, without reading all rows again, which keys there are and whether they repeat."""
    if len(key_at) == 1:
        keys = rows.columns[key_at[0]].tolist()
        file.key_hashes.extend(map(hash, keys))
        if file.kind in _POINTED_TO and file.declared is not None:
            file.declared.update(keys)
            file.declared = file.declared if len(file.declared) <= REMEMBERED else None
    elif key_at:
        parts = (rows.columns[at].tolist() for at in key_at)
        file.key_hashes.extend(map(hash, zip(*parts, strict=True)))


def keys_may_repeat(loads: list[FileLoad]) -> bool:
    """Whether two rows of these files may have one key: by their hashes, so never wrongly no."""
    hashes = np.concatenate([np.frombuffer(file.key_hashes, dtype=np.int64) for file in loads])
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def _keep_refused(connection: Connection, authority: str, file: FileLoad, rows: ReadRows) -> None:
    insert_rows(
        connection,
        refused_rows,
        ("authority", "file_id", "line", "column_name", "rule", "child_id", "reason"),
        [
            (
                authority,
                file.file_id,
                row.line,
                row.column and row.column[:64],
                row.rule,
                row.child_id,
                row.message,
            )
            for row in rows.refused
        ],
    )
