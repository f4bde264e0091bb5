"""The log of loads: which files the store holds, when they came, how many rows of each it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from data_access.loading.report import FileReport, Problem
from data_access.loading.storing import FileLoad, table_of
from data_access.store.schema import authorities, load_files, loads, refused_rows

MOST_SHOWN = 1_000
"""Refused rows named in a report, per file; the store keeps all (`reading.findings`)."""
SHOWN_WHEN_REFUSED = 20
"""Rows named per file where the whole load is refused."""

Place = tuple[str, str]
"""A kind and a source: what newer files of it replace."""


def authority_row(connection: Connection, authority: str) -> Row[Any] | None:
    """What the store knows of an authority; None where it is new.

    Nobody else changes anything of it until the transaction ends: they wait here.
    """
    query = select(authorities).where(authorities.c.authority == authority).with_for_update()
    return connection.execute(query).one_or_none()


def find_unchanged(
    connection: Connection, authority: str, files: Sequence[FileLoad], version: int | None, as_at: date
) -> dict[Place, list[int]]:
    """Mark the files that are in the store already; return the current files of each place given.

    A file with refused rows is read again when anything that may have refused them has changed since it
    was loaded: another file, or the as-at date.
    """
    current = _current_files(connection, authority)
    given: dict[Place, list[FileLoad]] = defaultdict(list)
    for file in files:
        given[file.kind, file.source].append(file)
    same = [place for place, group in given.items() if _digests(group) == [r.digest for r in current[place]]]
    nothing_new = len(same) == len(given)
    for place in same:
        settled = nothing_new and all(
            row.load_id == version and row.load_as_at == as_at for row in current[place]
        )
        if settled or not any(row.rows_refused for row in current[place]):
            ids = {row.digest: row.file_id for row in current[place]}
            for file in given[place]:
                file.unchanged, file.file_id = True, ids[file.table.digest]
    return {place: [row.file_id for row in current[place]] for place in given}


def _current_files(connection: Connection, authority: str) -> dict[Place, list[Row[Any]]]:
    """The files whose rows the store holds, by kind and source, in the order of their digests."""
    found: dict[Place, list[Row[Any]]] = defaultdict(list)
    rows = connection.execute(
        select(load_files, loads.c.as_at.label("load_as_at"))
        .join(loads, loads.c.load_id == load_files.c.load_id)
        .where(load_files.c.authority == authority, load_files.c.current.is_(True))
        .order_by(load_files.c.digest)
    )
    for row in rows:
        found[row.kind, row.source].append(row)
    return found


def _digests(files: Sequence[FileLoad]) -> list[str]:
    return sorted(file.table.digest for file in files)


def open_load(connection: Connection, authority: str, as_at: date, forced: bool) -> int:
    """Write a load into the log; returns its number."""
    now = datetime.now(UTC).replace(tzinfo=None)  # a log's own hour: nothing is counted from it
    row = {"authority": authority, "loaded_at": now, "as_at": as_at, "forced": forced}
    created = connection.execute(insert(loads).values(row)).inserted_primary_key
    assert created is not None
    return created[0]


def open_file(connection: Connection, authority: str, load_id: int, file: FileLoad) -> None:
    """Write a file into the log, so that its rows can name it. Its counts come later (`settle_counts`)."""
    reviews_from = date(file.year - 1, 4, 1) if file.year and file.kind == "ssda903_reviews" else None
    row = {
        "load_id": load_id, "authority": authority, "source": file.source, "format": file.format,
        "kind": file.kind, "name": file.name, "digest": file.table.digest, "rows_read": 0, "rows_stored": 0,
        "rows_unchanged": 0, "rows_refused": 0, "reviews_from": reviews_from, "current": True,
    }  # fmt: skip
    created = connection.execute(insert(load_files).values(row)).inserted_primary_key
    assert created is not None
    file.file_id = created[0]


def forget_files(connection: Connection, authority: str, like: FileLoad, file_ids: Sequence[int]) -> None:
    """Remove what files said that one `like` this replaces; they stay in the log, no longer current."""
    for file_id in file_ids:
        for gone in (table_of(like.record), refused_rows):
            connection.execute(delete(gone).where(gone.c.authority == authority, gone.c.file_id == file_id))
        connection.execute(update(load_files).where(load_files.c.file_id == file_id).values(current=False))


def settle_counts(
    connection: Connection, authority: str, files: Sequence[FileLoad], *, force: bool
) -> list[Problem]:
    """Write how many rows of each file are stored and refused.

    Returns what refuses the whole load: files of which more than a tenth is refused, unless forced, which
    is for leaving rows out: of the files given something must be left to store. Files loaded earlier are
    among them where rows they point to are gone.
    """
    r, f = refused_rows.c, load_files.c
    counted = select(r.file_id, func.count().label("rows")).where(r.authority == authority)
    refused: dict[int, int] = {
        row.file_id: row.rows for row in connection.execute(counted.group_by(r.file_id))
    }
    read_now = {file.file_id: file.rows_read for file in files if not file.unchanged}
    rows = connection.execute(
        select(f.file_id, f.name, f.rows_read, f.rows_refused).where(
            f.authority == authority, f.current.is_(True)
        )
    ).all()
    given = {file.file_id for file in files}
    some_left = any(
        read_now.get(row.file_id, row.rows_read) > refused.get(row.file_id, 0)
        for row in rows
        if row.file_id in given
    )
    problems: list[Problem] = []
    changed: list[dict[str, int]] = []
    for file_id, name, rows_read, was_refused in rows:
        earlier = file_id not in read_now
        count, read = refused.get(file_id, 0), read_now.get(file_id, rows_read)
        if earlier and count == was_refused:
            continue
        changed.append({"of": file_id, "read": read, "stored": read - count, "refused": count})
        if count * 10 > read and not (force and some_left):
            problems.append(_too_many(name, count, read, earlier=earlier, some_left=some_left))
            problems += problems_of(connection, authority, file_id, name, SHOWN_WHEN_REFUSED)
    if changed:
        counts: dict[str, Any] = {f"rows_{what}": bindparam(what) for what in ("read", "stored", "refused")}
        connection.execute(update(load_files).where(f.file_id == bindparam("of")).values(counts), changed)
    return problems


def _too_many(name: str, refused: int, read: int, *, earlier: bool, some_left: bool) -> Problem:
    of = f"of the {read:,} rows loaded earlier" if earlier else f"of its {read:,} rows"
    said, cure = "more than 10%", ", or load with --force to leave them out"
    if not some_left:
        said, cure = "and no row of this load is left to store", " and load again"
    return Problem(
        name, None, None, f"{refused:,} {of} would be refused, {said}. Correct the rows named here{cure}."
    )


def problems_of(connection: Connection, authority: str, file_id: int, name: str, most: int) -> list[Problem]:
    """The first `most` refused rows of a file."""
    r = refused_rows.c
    rows = connection.execute(
        select(r.line, r.column_name, r.reason)
        .where(r.authority == authority, r.file_id == file_id)
        .order_by(r.line, r.refused_id)
        .limit(most)
    )
    return [Problem(name, *row) for row in rows]


def reports_of(connection: Connection, authority: str, files: Sequence[FileLoad]) -> list[FileReport]:
    """What became of the files that were given to a load."""
    f = load_files.c
    asked: Select[Any] = select(f.file_id, f.rows_read, f.rows_stored, f.rows_refused).where(
        f.file_id.in_([file.file_id for file in files])
    )
    counts = {row.file_id: row for row in connection.execute(asked)}
    return [_report_of(connection, authority, file, counts[file.file_id]) for file in files]


def _report_of(connection: Connection, authority: str, file: FileLoad, counts: Row[Any]) -> FileReport:
    refused = (
        problems_of(connection, authority, file.file_id, file.name, MOST_SHOWN) if counts.rows_refused else []
    )
    kept = ["is in the store already: its rows stay as they are"] if file.unchanged else []
    return FileReport(
        name=file.name,
        kind=file.kind.removeprefix("ssda903_"),
        source=file.source,
        rows_read=counts.rows_read,
        rows_stored=0 if file.unchanged else counts.rows_stored,
        rows_unchanged=counts.rows_stored if file.unchanged else 0,
        rows_refused=counts.rows_refused,
        problems=tuple(refused),
        notes=(*file.notes, *kept),
    )


def write_authority(
    connection: Connection,
    authority: str,
    *,
    known: bool,
    as_at: date,
    version: int,
    reviews_from: date | None,
    rules_digest: str,
) -> None:
    """Write what an authority is known by: its today, the version that caches key on, by which rules."""
    values: dict[str, Any] = {"as_at": as_at, "version": version, "rules_digest": rules_digest}
    if reviews_from is not None:
        values["reviews_from"] = reviews_from
    if known:
        connection.execute(update(authorities).where(authorities.c.authority == authority).values(values))
    else:
        connection.execute(insert(authorities).values(authority=authority, **values))
