"""Loading: files of an authority into the store, all of it or nothing, in one transaction.

recognise > validate > store > refuse contradictions > resolve sources > derive > findings. What is
derived (duties, facts, cube) comes as a callable, so that nothing here imports `metrics`.
Source: `formats.md`, opening.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from data_access.given import RETURN_FORMAT, Given, Unused, given_tables
from data_access.integrity import refuse_contradictions
from data_access.resolve import resolve
from data_access.schema import KIND_TABLES, authorities, findings, load_files, loads, refused_rows
from data_access.sources import template
from data_access.sources.files import FileProblem, folders_by_authority
from data_access.store import indexes_rebuilt, writing
from data_access.storing import (
    FileLoad,
    forget_files,
    indexes_in_the_way,
    not_collecting,
    open_file,
    refused_of,
    store_rows,
    table_of,
)

Derive = Callable[[Connection, str, date], None]
Progress = Callable[[str, int, int], None]

MOST_SHOWN = 1_000
"""Refused rows named in a report, per file; the store keeps all (`reading.findings`)."""
SHOWN_WHEN_REFUSED = 20
"""Rows named per file where the whole load is refused."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do; never holds an identifier."""

    file: str
    line: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        where = self.file
        where += f", line {self.line}" if self.line is not None else ""
        where += f", {self.column}" if self.column else ""
        return f"{where}: {self.message}"


class LoadRefused(Exception):  # noqa: N818 - the user's word
    """Nothing was stored. `problems` says why, file by file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `problems`: the first refused rows; `notes`: what else there is to know."""

    name: str
    kind: str
    source: str
    rows_read: int = 0
    rows_stored: int = 0
    rows_unchanged: int = 0
    rows_refused: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadReport:
    """What a load did for one authority. changed: whether the store differs from before."""

    authority: str
    as_at: date
    load_id: int
    changed: bool
    files: tuple[FileReport, ...]
    findings: int


@dataclass
class _Load:
    """One load of one authority, under way."""

    connection: Connection
    authority: str
    as_at: date
    reviews_from: date | None
    force: bool
    load_id: int = 0
    files: list[FileLoad] = field(default_factory=list)
    changed_kinds: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def load(
    engine: Engine,
    paths: Sequence[Path],
    *,
    derive: Derive,
    as_at: date,
    authority: str | None = None,
    source: str | None = None,
    year: int | None = None,
    reviews_from: date | None = None,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[LoadReport, ...]:
    """Load files, folders and zips: everything in one transaction, or nothing.

    derive: called as `derive(connection, authority, as_at)` once an authority's rows are in.
    as_at: the store's today afterwards. authority: whose files these are; without it the folders of a
    folder of folders name theirs, and all else is LOCAL. source: where the files come from, by default
    their format. year: 903 only, the year its collection year ends. reviews_from: the first day the
    reviews cover. force: allow more than 10% of a file's rows to be refused. dry_run: write nothing.
    progress: called with (what, done, of how many).

    Returns a report per authority. Raises LoadRefused, naming every file at fault, and leaves the store as
    it was.
    """
    tell = progress or (lambda what, done, total: None)
    shares = folders_by_authority([Path(path) for path in paths], authority)
    reports: list[LoadReport] = []
    problems: list[Problem] = []
    try:
        with writing(engine) as connection:
            for place, (name, share) in enumerate(shares):
                given = given_tables(share, source=source, year=year)
                if len(name) > 64 or not name.strip():
                    given.problems.append(
                        FileProblem(name, "is not an authority's code: use 1 to 64 letters.")
                    )
                under_way = _Load(connection, name, as_at, reviews_from, force)
                under_way.problems += [Problem(p.file, p.line, p.column, p.message) for p in given.problems]
                report = _load_one(under_way, given, derive, _share_of(tell, name, place, len(shares)))
                problems += under_way.problems
                if report is not None:
                    reports.append(report)
            if problems:
                raise LoadRefused(problems)
            if dry_run:
                transaction = connection.get_transaction()
                assert transaction is not None
                transaction.rollback()
    except (DBAPIError, sqlite3.Error, psycopg.Error) as problem:
        # Rows go in through the driver itself, whose errors SQLAlchemy does not wrap.
        if (words := _store_at_fault(problem)) is None:
            raise
        raise LoadRefused([Problem("the store", None, None, words)]) from problem
    return tuple(reports)


def _share_of(tell: Progress, authority: str, place: int, of: int) -> Progress:
    """Progress of one authority as progress of the whole command, in thousandths."""

    def told(what: str, done: int, total: int) -> None:
        label = what if of == 1 else f"{authority}: {what}"
        tell(label, int(1000 * (place + done / max(total, 1)) / of), 1000)

    return told


def _store_at_fault(problem: Exception) -> str | None:
    """A failure of the database in the words of who has to cure it; None for a fault of ours."""
    words = str(problem.orig if isinstance(problem, DBAPIError) else problem).lower()
    if "full" in words or "no space" in words or "disk i/o" in words:
        return "the disk is full. Free some space (a load needs about three times the size of its files)."
    if "locked" in words:
        return "another load is writing to it. Wait until that has ended, and load again."
    if "readonly" in words or "read-only" in words:
        return "it may not be written to. Check the rights of its file and folder."
    if "connection" in words or "server closed" in words:
        return "the connection to the database was lost. Check that it runs, and load again."
    return None


def _load_one(under_way: _Load, given: Given, derive: Derive, tell: Progress) -> LoadReport | None:
    """Load one authority's tables; None where something is wrong with them (`under_way.problems`)."""
    connection, authority, as_at = under_way.connection, under_way.authority, under_way.as_at
    under_way.files = given.files
    before = connection.execute(select(authorities).where(authorities.c.authority == authority)).one_or_none()
    replaced = _find_unchanged(under_way, before)
    moved = (
        before is None or before.as_at != as_at or under_way.reviews_from not in (None, before.reviews_from)
    )
    fresh = [file for file in given.files if not file.unchanged]
    if under_way.problems and not fresh:
        return None
    if not fresh and not moved:
        files = tuple(_report_of(under_way, file) for file in given.files) + _unused(given.unused)
        return LoadReport(
            authority, as_at, before.version if before else 0, False, files, _count_findings(under_way)
        )
    under_way.load_id = _open_load(under_way)
    steps = len(fresh) + 3
    with not_collecting(), indexes_rebuilt(connection, indexes_in_the_way(connection, authority, fresh)):
        for place, file in enumerate(fresh):
            tell(file.name, place, steps)
            gone = replaced.pop((file.kind, file.source), [])
            forget_files(connection, authority, table_of(file.record), gone)
            _store(under_way, file, partial(_tell_rows, tell, file.name, place, steps))
    tell("looking for contradictions", len(fresh), steps)
    _after_storing(under_way, fresh)
    _settle_counts(under_way)
    if under_way.problems:
        return None
    tell("deriving duties and facts", len(fresh) + 1, steps)
    _write_authority(under_way, known=before is not None)
    derive(connection, authority, as_at)
    tell("looking for findings", len(fresh) + 2, steps)
    found = _raise_findings(under_way)
    files = tuple(_report_of(under_way, file) for file in given.files) + _unused(given.unused)
    tell("done", steps, steps)
    return LoadReport(authority, as_at, under_way.load_id, True, files, found)


def _find_unchanged(under_way: _Load, before: Row[Any] | None) -> dict[tuple[str, str], list[int]]:
    """Mark the files that are in the store already; return the current files of each (kind, source) given.

    A file with refused rows is read again when anything that may have refused them has changed since:
    another file, or the as-at date.
    """
    c = load_files.c
    current: dict[tuple[str, str], list[Row[Any]]] = {}
    rows = under_way.connection.execute(
        select(load_files, loads.c.as_at)
        .join(loads, loads.c.load_id == c.load_id)
        .where(c.authority == under_way.authority, c.current.is_(True))
    ).all()
    for row in rows:
        current.setdefault((row.kind, row.source), []).append(row)
    given: dict[tuple[str, str], list[FileLoad]] = {}
    for file in under_way.files:
        given.setdefault((file.kind, file.source), []).append(file)
    same = {
        place
        for place, files in given.items()
        if sorted(file.table.digest for file in files) == sorted(row.digest for row in current.get(place, []))
    }
    settled = len(same) == len(given)
    for place in same:
        rows_now = current[place]
        stale = any(
            row.rows_refused
            and not (
                settled and row.load_id == getattr(before, "version", None) and row.as_at == under_way.as_at
            )
            for row in rows_now
        )
        if not stale:
            by_digest = {row.digest: row for row in rows_now}
            for file in given[place]:
                file.unchanged = True
                file.file_id = by_digest[file.table.digest].file_id
    return {place: [row.file_id for row in current.get(place, [])] for place in given}


def _tell_rows(tell: Progress, name: str, place: int, steps: int, rows: int) -> None:
    tell(f"{name}: {rows:,} rows", place, steps)


def _open_load(under_way: _Load) -> int:
    row = {
        "authority": under_way.authority,
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
        "as_at": under_way.as_at,
        "forced": under_way.force,
    }
    created = under_way.connection.execute(insert(loads).values(row)).inserted_primary_key
    assert created is not None
    return created[0]


def _write_authority(under_way: _Load, *, known: bool) -> None:
    """Write what the pages know an authority by: its today, and the version that caches key on."""
    values = {"as_at": under_way.as_at, "version": under_way.load_id}
    if under_way.reviews_from is not None:
        values["reviews_from"] = under_way.reviews_from
    if known:
        here = authorities.c.authority == under_way.authority
        under_way.connection.execute(update(authorities).where(here).values(values))
    else:
        under_way.connection.execute(insert(authorities).values(authority=under_way.authority, **values))


def _store(under_way: _Load, file: FileLoad, told: Callable[[int], None]) -> None:
    """Store one file's rows; what makes it unreadable joins the problems, so that all are named at once."""
    open_file(under_way.connection, under_way.authority, under_way.load_id, file)
    under_way.changed_kinds.add(file.kind)
    try:
        store_rows(under_way.connection, under_way.authority, file, under_way.as_at, told)
    except FileProblem as problem:
        under_way.problems.append(Problem(problem.file, problem.line, problem.column, problem.message))


def _after_storing(under_way: _Load, fresh: Sequence[FileLoad]) -> None:
    """All rows are in: build what follows from the return, refuse contradictions, say who speaks."""
    connection, authority = under_way.connection, under_way.authority
    changed = under_way.changed_kinds
    if any(file.format == RETURN_FORMAT for file in fresh):
        from data_access.sources import ssda903

        ssda903.to_extract(connection, authority)
        changed |= set(KIND_TABLES)
    extracts = [file for file in fresh if file.format == template.FORMAT]
    refuse_contradictions(connection, authority, extracts, changed, template.FORMAT)
    resolve(connection, authority)


def _settle_counts(under_way: _Load) -> None:
    """Write how many rows of each file are stored and refused; the load is refused where too many are."""
    connection, authority = under_way.connection, under_way.authority
    r, f = refused_rows.c, load_files.c
    counted = select(r.file_id, func.count()).where(r.authority == authority).group_by(r.file_id)
    refused: dict[int, int] = dict(connection.execute(counted).tuples().all())
    read_now = {file.file_id: file.rows_read for file in under_way.files if not file.unchanged}
    rows = connection.execute(
        select(f.file_id, f.name, f.rows_read, f.rows_refused).where(
            f.authority == authority, f.current.is_(True)
        )
    ).all()
    for file_id, name, rows_read, rows_refused in rows:
        count = refused.get(file_id, 0)
        rows_read = read_now.get(file_id, rows_read)
        if file_id not in read_now and count == rows_refused:
            continue
        counts = {"rows_read": rows_read, "rows_stored": rows_read - count, "rows_refused": count}
        connection.execute(update(load_files).where(f.file_id == file_id).values(counts))
        if count * 10 > rows_read and not under_way.force:
            under_way.problems += _too_many(
                under_way, file_id, name, count, rows_read, file_id not in read_now
            )


def _too_many(
    under_way: _Load, file_id: int, name: str, refused: int, read: int, earlier: bool
) -> list[Problem]:
    when = ", loaded earlier" if earlier else ""
    share = f"{refused:,} of its {read:,} rows{when} would be refused, more than 10%"
    summary = Problem(
        name, None, None, f"{share}. Correct the rows named here, or load with --force to leave them out."
    )
    return [summary, *_problems_of(under_way, file_id, name, SHOWN_WHEN_REFUSED)]


def _problems_of(under_way: _Load, file_id: int, name: str, most: int) -> list[Problem]:
    rows = refused_of(under_way.connection, under_way.authority, file_id, most)
    return [Problem(name, row.line, row.column_name, row.reason) for row in rows]


def _raise_findings(under_way: _Load) -> int:
    try:
        from data_access.findings import raise_findings
    except ImportError:
        return 0

    return raise_findings(under_way.connection, under_way.authority, under_way.as_at)


def _count_findings(under_way: _Load) -> int:
    counted = select(func.count()).where(findings.c.authority == under_way.authority)
    return under_way.connection.execute(counted).scalar_one()


def _report_of(under_way: _Load, file: FileLoad) -> FileReport:
    f = load_files.c
    row = under_way.connection.execute(select(load_files).where(f.file_id == file.file_id)).one()
    notes = list(file.notes)
    if file.unchanged:
        notes.append("is in the store already: nothing was changed")
    return FileReport(
        name=file.name,
        kind=file.kind.removeprefix("ssda903_"),
        source=file.source,
        rows_read=row.rows_read,
        rows_stored=0 if file.unchanged else row.rows_stored,
        rows_unchanged=row.rows_stored if file.unchanged else 0,
        rows_refused=row.rows_refused,
        problems=tuple(_problems_of(under_way, file.file_id, file.name, MOST_SHOWN))
        if row.rows_refused
        else (),
        notes=tuple(notes),
    )


def _unused(unused: Sequence[Unused]) -> tuple[FileReport, ...]:
    return tuple(FileReport(item.name, "not used", "", notes=(item.why,)) for item in unused)
