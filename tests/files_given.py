"""Small extracts written as files, for the tests of loading; nothing is derived from them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from data_access import reading
from data_access.loading.derivation import Derivation
from data_access.loading.load import LoadReport, load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.schema import KIND_TABLES, metadata

AS_AT = date(2026, 3, 31)

SMALL = {
    "children": "child_id,date_of_birth\n007,2012-05-01\n008,01/06/2014\n009,2010-01-01\n",
    "care_periods": "child_id,started_on,ended_on\n007,2024-01-10,\n008,2024-03-01,2025-03-01\n",
    "iros": "iro_id,iro_name,started_on\nI1,Ada,2020-01-01\nI2,Ben,2020-01-01\n",
    "teams": "team_id,team_name\nT1,North\n",
    "iro_allocations": (
        "child_id,iro_id,from_date,to_date\n007,I1,2024-01-10,2024-12-31\n007,I2,2025-01-01,\n"
    ),
    "reviews": (
        "review_id,child_id,review_status,held_on,chaired_by,participation_code\n"
        "R1,007,held,2024-02-06,I1,PN1\nR2,007,held,2024-05-01,I1,\nR3,008,held,2024-03-27,I2,PN1\n"
    ),
    "review_people": "review_id,person,involvement\nR1,mother,attended\nR1,carer,consulted\n",
    "activities": (
        "activity_id,child_id,iro_id,activity_kind,done_on\n"
        "A1,007,I1,case_note,2024-02-01\nA2,008,I2,midway_review,2024-04-01\n"
    ),
}


def nothing_derived(connection: Connection, authority: str, as_at: date) -> None:
    """A derivation that derives nothing: these tests look at what is stored."""


NOTHING_DERIVED = Derivation("of these tests", nothing_derived)


def write(folder: Path, **files: str) -> Path:
    """A folder with one CSV per kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in files.items():
        (folder / f"{kind}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def load_files(engine: Engine, *paths: Path, **options: Any) -> LoadReport:
    """Load into one authority; its report. derive: what to derive with, by the rules of these tests."""
    derivation = Derivation(NOTHING_DERIVED.digest, options.pop("derive", nothing_derived))
    (report,) = load(engine, list(paths), **{"derivation": derivation, "as_at": AS_AT} | options)
    return report


def load_texts(engine: Engine, folder: Path, **options: Any) -> LoadReport:
    """Load CSVs given as keyword arguments by kind (`children="child_id,..."`), and options of `load`."""
    files = {name: options.pop(name) for name in list(options) if name in KIND_TABLES}
    for old in folder.glob("*.csv"):
        old.unlink()
    return load_files(engine, write(folder, **files), **options)


def rows(engine: Engine, kind: str, *columns: str, authority: str = "LOCAL") -> list[tuple[Any, ...]]:
    """The stored rows of a kind, in the order of the files."""
    table = KIND_TABLES[kind]
    query = (
        select(*(table.c[column] for column in columns))
        .where(table.c.authority == authority)
        .order_by(table.c.file_id, table.c.line)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def counts(engine: Engine) -> dict[str, int]:
    """How many rows every table of the store holds: equal counts before and after say nothing was left."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into (`tmp_path` is its owner's alone)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def by_nobody_special() -> Iterator[None]:
    """Within it nobody is root, to whom every file opens."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def by_kind(report: LoadReport) -> dict[str, tuple[int, int, int, int]]:
    return {
        file.kind: (file.rows_read, file.rows_stored, file.rows_unchanged, file.rows_refused)
        for file in report.files
    }


def refused(engine: Engine) -> list[tuple[object, ...]]:
    frame = reading.refused_rows(engine, SERVICE_VIEWER, "LOCAL")
    shown = frame[["kind", "line", "column", "child_id"]].astype(object)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


def many(kind: str, head: str, good: list[str], bad: list[str]) -> dict[str, str]:
    """A file of 30 good rows and the bad ones after them: fewer than a tenth."""
    return {kind: "\n".join([head, *good, *bad]) + "\n"}
