"""Loading: files of an authority into the store, all of it or nothing, in one transaction.

recognise > validate > store > refuse contradictions > resolve sources > derive > findings. What is
derived (duties, facts, cube) comes as a callable, so that nothing here imports `metrics`.
Source: `formats.md`, opening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from data_access.findings import raise_findings
from data_access.loading.collecting import not_collecting
from data_access.loading.derivation import Derivation, make_anew
from data_access.loading.given import RETURN_FORMAT, Given, given_tables
from data_access.loading.integrity import refuse_contradictions
from data_access.loading.log import (
    authority_row,
    find_unchanged,
    forget_files,
    open_file,
    open_load,
    reports_of,
    settle_counts,
    write_authority,
)
from data_access.loading.report import FileReport, LoadRefused, LoadReport, Problem
from data_access.loading.resolve import resolve
from data_access.loading.storing import FileLoad, indexes_in_the_way, store_rows, table_of
from data_access.sources.extract import template
from data_access.sources.reading.columns import KnownTexts
from data_access.sources.reading.files import FileProblem, folders_by_authority
from data_access.sources.ssda903 import rows as ssda903
from data_access.store import schema
from data_access.store.faults import STORE_FAULTS, words_of
from data_access.store.opening import (
    indexes_rebuilt,
    is_empty,
    migrate,
    refresh_statistics,
    tell_planner,
    writing,
)

__all__ = ["FileReport", "LoadRefused", "LoadReport", "Problem", "load"]

Progress = Callable[[str, int, int], None]

MOST_LETTERS = 64
"""Of a name that rows are kept under: an authority's or a source's."""
_NOTHING_TO_LOAD = "Nothing else was given: add files of the template, or Header, Episodes and Reviews."


@dataclass
class _Load:
    """One load of one authority, under way."""

    connection: Connection
    authority: str
    as_at: date
    reviews_from: date | None
    force: bool
    derivation: Derivation
    tell: Progress
    given: Given
    load_id: int = 0
    problems: list[Problem] = field(default_factory=list)
    known: KnownTexts = field(default_factory=dict)

    def report(self, *, changed: bool, found: int, made_anew: bool = False) -> LoadReport:
        files = reports_of(self.connection, self.authority, self.given.files)
        files += [FileReport(item.name, "not used", "", notes=(item.why,)) for item in self.given.unused]
        return LoadReport(self.authority, self.as_at, self.load_id, changed, tuple(files), found, made_anew)


def load(
    engine: Engine,
    paths: Sequence[Path],
    *,
    derivation: Derivation,
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

    derivation: what follows from an authority's rows once they are in, and by which rules.
    as_at: the store's today afterwards. authority: whose files these are; without it the folders of a
    folder of folders name theirs, and all else is LOCAL. source: where the files come from, by default
    their format. year: 903 only, the year its collection year ends. reviews_from: the first day the
    reviews cover. force: allow more than 10% of a file's rows to be refused. dry_run: write nothing, not
    even this version's schema into an older store. progress: called with (what, done, of how many).

    Returns a report per authority. Raises LoadRefused, naming every file at fault, and leaves the store as
    it was.
    """
    tell = progress or (lambda what, done, total: None)
    shares = folders_by_authority([Path(path) for path in paths], authority)
    reports: list[LoadReport] = []
    problems: list[Problem] = []
    alone = len(shares) == 1 and not dry_run
    with _store_problems(), writing(engine, first=alone and is_empty(engine)) as connection:
        if dry_run:
            migrate(connection)  # the store may be open as it is (`open_store`)
        for place, (name, files, beside) in enumerate(shares):
            given = given_tables(files, source=source, year=year, beside=beside)
            problems += _bad_files(name, given)
            if problems:
                continue  # nothing will be stored: only look for further bad files
            told = _share_of(tell, name, place, len(shares))
            under_way = _Load(connection, name, as_at, reviews_from, force, derivation, told, given)
            with not_collecting():
                reports += _load_one(under_way)
            problems += under_way.problems
        if problems:
            raise LoadRefused(problems, shares[0].authority if len(shares) == 1 else None)
        if dry_run:
            transaction = connection.get_transaction()
            assert transaction is not None
            transaction.rollback()
    return tuple(reports)


def _bad_files(authority: str, given: Given) -> list[Problem]:
    """What is wrong with the files before a row of them is read."""
    problems = [Problem(bad.file, bad.line, bad.column, bad.message) for bad in given.problems]
    if not given.files and not problems:
        # Saying that nothing has changed would let an empty load pass for a good one.
        problems += [Problem(it.name, None, None, f"{it.why}. {_NOTHING_TO_LOAD}") for it in given.unused]
    if any(len(file.source) > MOST_LETTERS for file in given.files):
        problems.append(Problem("the source", None, None, "has too long a name: take 50 letters at most."))
    if not 1 <= len(authority.strip()) <= MOST_LETTERS:
        problems.append(Problem(authority, None, None, "is no authority's code: name it in 1 to 64 letters."))
    return problems


def _share_of(tell: Progress, authority: str, place: int, of: int) -> Progress:
    """Progress of one authority as progress of the whole command, in thousandths."""

    def told(what: str, done: int, total: int) -> None:
        label = what if of == 1 else f"{authority}: {what}"
        tell(label, int(1000 * (place + done / max(total, 1)) / of), 1000)

    return told


@contextmanager
def _store_problems() -> Iterator[None]:
    """A failure of the store as a refused load, in the words of who has to cure it."""
    try:
        yield
    except STORE_FAULTS as fault:
        words = words_of(fault, "load again")
        if words is None:
            raise
        raise LoadRefused([Problem("the store", None, None, words)]) from fault


def _load_one(under_way: _Load) -> list[LoadReport]:
    """Load one authority's tables; no report where something is wrong with them (`problems`)."""
    connection, authority, as_at = under_way.connection, under_way.authority, under_way.as_at
    files = under_way.given.files
    before = authority_row(connection, authority)
    stale = before is not None and before.rules_digest != under_way.derivation.digest
    version = before.version if before else None
    replaced = find_unchanged(connection, authority, files, version, as_at)
    fresh = [file for file in files if not file.unchanged]
    moved = before is not None and (
        before.as_at != as_at or under_way.reviews_from not in (None, before.reviews_from)
    )
    if not fresh and not moved:
        under_way.load_id = version or 0
        if stale:
            found = make_anew(connection, authority, as_at, under_way.derivation, under_way.tell)
            return [under_way.report(changed=True, found=found, made_anew=True)]
        return [under_way.report(changed=False, found=_count_findings(under_way))]
    under_way.load_id = open_load(connection, authority, as_at, under_way.force)
    steps = len(fresh) + 3
    with indexes_rebuilt(connection, indexes_in_the_way(connection, authority, fresh)):
        for place, file in enumerate(fresh):
            forget_files(connection, authority, file, replaced.pop((file.kind, file.source), []))
            _store(under_way, file, partial(_tell_rows, under_way.tell, file.name, place, steps))
    if under_way.problems:
        return []
    tell_planner(connection, schema.metadata)
    under_way.tell("looking for contradictions", len(fresh), steps)
    refresh_statistics(connection, {table_of(file.record): None for file in fresh})
    _after_storing(under_way, fresh, known=before is not None, stale=stale)
    under_way.problems += settle_counts(connection, authority, files, force=under_way.force)
    if under_way.problems:
        return []
    under_way.tell("deriving duties and facts", len(fresh) + 1, steps)
    write_authority(
        connection, authority, known=before is not None, as_at=as_at, version=under_way.load_id,
        reviews_from=under_way.reviews_from, rules_digest=under_way.derivation.digest,
    )  # fmt: skip
    under_way.derivation.derive(connection, authority, as_at)
    under_way.tell("looking for findings", len(fresh) + 2, steps)
    found = raise_findings(connection, authority, as_at)
    under_way.tell("done", steps, steps)
    return [under_way.report(changed=True, found=found)]


def _tell_rows(tell: Progress, name: str, place: int, steps: int, rows: int) -> None:
    tell(f"{name}: {rows:,} rows", place, steps)


def _store(under_way: _Load, file: FileLoad, told: Callable[[int], None]) -> None:
    """Store one file's rows; what makes it unreadable joins the problems, so that all are named at once."""
    open_file(under_way.connection, under_way.authority, under_way.load_id, file)
    told(0)
    try:
        store_rows(under_way.connection, under_way.authority, file, under_way.as_at, under_way.known, told)
    except FileProblem as problem:
        under_way.problems.append(Problem(problem.file, problem.line, problem.column, problem.message))


def _after_storing(under_way: _Load, fresh: Sequence[FileLoad], *, known: bool, stale: bool) -> None:
    """All rows are in: build what follows from the return, refuse contradictions, say who speaks."""
    connection, authority = under_way.connection, under_way.authority
    changed = {file.kind for file in fresh}
    if stale or any(file.format == RETURN_FORMAT for file in fresh):
        ssda903.to_extract(connection, authority)
        changed |= set(schema.KIND_TABLES)
    extracts = [file for file in fresh if file.format == template.FORMAT]
    refuse_contradictions(connection, authority, extracts, changed, template.FORMAT)
    resolve(connection, authority, known=known)


def _count_findings(under_way: _Load) -> int:
    counted = select(func.count()).where(schema.findings.c.authority == under_way.authority)
    return under_way.connection.execute(counted).scalar_one()
