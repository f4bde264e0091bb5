"""The review store: where it is, how it is opened, and how many rows go in at once.

One file of SQLite for one council; PostgreSQL by another URL (`design.md`, "Past one machine").
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    DATE,
    URL,
    Column,
    Connection,
    Date,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import StaticPool

ROOT = Path(__file__).resolve().parents[2]
_MIGRATIONS = Path(__file__).with_name("migrations")
DEFAULT_URL = f"sqlite:///{(ROOT / 'store' / 'iro_footprint.sqlite').as_posix()}"

_PRAGMAS = (
    "page_size=16384",  # of a new file, before anything is in it: wide rows go in a tenth faster
    "busy_timeout=30000",
    "foreign_keys=ON",
    "cache_size=-65536",
    "temp_store=FILE",
    "journal_size_limit=67108864",
)


@compiles(DATE, "sqlite")
@compiles(Date, "sqlite")
def _day(*_: Any, **_kw: Any) -> str:
    # Of text affinity. Days are ISO text, and SQLite would try those of a column called DATE for numbers
    # whenever they are stored or compared.
    return "DATE_CHAR"


class StoreProblem(Exception):  # noqa: N818 - it is the user's problem to solve, in their words
    """The store cannot be opened or used. The message says what to do."""


def store_url(given: str | None = None) -> str:
    """The store's URL: what was given, else `IRO_STORE_URL`, else the embedded file."""
    return given or os.environ.get("IRO_STORE_URL") or DEFAULT_URL


def store_file(given: str | None = None) -> Path | None:
    """The file of an embedded store, whether it is there or not; None for any other."""
    try:
        url = make_url(store_url(given))
    except ArgumentError:
        return None  # `open_store` says what is wrong with it
    embedded = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(url.database or "") if embedded else None


def open_store(url: str | None = None, *, as_it_is: bool = False) -> Engine:
    """The engine of the store at `url`, brought to this version's schema unless it is to stay as it is.

    Raises StoreProblem where the URL is not one, the place cannot be written to, or the store
    was made by a later version.
    """
    engine = _connect(store_url(url))
    try:
        with engine.connect() as connection:
            behind, new = _is_behind(connection), _revision(connection) is None
        if behind and not as_it_is:
            with writing(engine, first=new) as connection:
                migrate(connection)
    except StoreProblem:
        raise
    except Exception as problem:
        raise _cannot_be_opened(engine.url, problem) from problem
    return engine


def _cannot_be_opened(url: URL, problem: Exception) -> StoreProblem:
    cure = (
        "that the folder exists, that the disk is not full and that you may write there"
        if url.get_backend_name() == "sqlite"
        else "that the database runs, and its server, name, user and password"
    )
    return StoreProblem(
        f"The store at {url.render_as_string()} cannot be opened: {_first_line(problem)}. Check {cure}."
    )


def _connect(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except Exception as problem:
        raise StoreProblem(
            "The store's address is not a URL. Write it like sqlite:///C:/iro/store.sqlite "
            "or postgresql+psycopg://user@server/iro."
        ) from problem
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, in_memory=parsed.database in (None, "", ":memory:"))
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    try:
        return create_engine(parsed, pool_pre_ping=True, **_ENGINE)
    except (ArgumentError, ImportError) as problem:
        raise StoreProblem(
            f"The store cannot be a {parsed.get_backend_name()} database: it is SQLite or PostgreSQL."
        ) from problem


_ENGINE: dict[str, Any] = {"hide_parameters": True}
"""A fault is logged with its statement, and the values asked for are children's identifiers."""


def _sqlite_engine(url: URL, *, in_memory: bool) -> Engine:
    if not in_memory:
        try:
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise _cannot_be_opened(url, problem) from problem
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False},
        **_ENGINE,
        **({"poolclass": StaticPool} if in_memory else {}),
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: see _on_begin
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _keep_log(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A write transaction takes its lock at once, so that a second load waits for it rather
        # than failing half-way; readers stay deferred and never wait (WAL).
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def migrate(connection: Connection) -> None:
    """Bring the store's tables to this version's schema with Alembic, within the transaction."""
    if not _is_behind(connection):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_behind(connection: Connection) -> bool:
    """Whether a migration is still to be made. Raises StoreProblem for a store of a later version."""
    # A migration's file is named by its revision, in order (a test holds that): asking Alembic would take
    # every command and the first page a third of a second to import it.
    known = sorted(path.stem.split("_")[0] for path in _MIGRATIONS.glob("versions/*.py"))
    current = _revision(connection)
    if current is not None and current not in known:
        raise StoreProblem(
            "This store was made by a later version of IRO Footprint. Update the program, or point "
            "--store (IRO_STORE_URL) at another store."
        )
    return current != known[-1]


def _revision(connection: Connection) -> str | None:
    """Which migration a store was brought to; None for a store without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


@contextmanager
def writing(engine: Engine, *, first: bool = False) -> Iterator[Connection]:
    """One write transaction: everything in it is stored, or nothing.

    first: the tables or the first rows of an empty store, which may make whoever opens it meanwhile wait at
    their end.
    """
    with (
        engine.connect().execution_options(writing=True) as connection,
        _without_log(connection) if first else nullcontext(),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            # Statements of a load run once: to compile one into machine code takes longer than to run it.
            connection.exec_driver_sql("SET LOCAL jit = off")
        yield connection


_OUR_LOCK = 0x1F0_D16E57
"""The number that our processes know it by among the locks of a PostgreSQL database."""


def one_at_a_time(connection: Connection) -> None:
    """Wait until no other process is beyond this point in a transaction of its own.

    PostgreSQL only: of SQLite there is one write transaction at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OUR_LOCK})")


@contextmanager
def _without_log(connection: Connection) -> Iterator[None]:
    """Within it what is written goes into SQLite's file itself, if nobody else has that open.

    The log that spares readers waiting (WAL) has everything written twice. Of pages that were there before
    the rollback journal keeps copies; a new store has hardly any.
    """
    raw: Any = connection.connection.dbapi_connection
    alone = False
    if connection.dialect.name == "sqlite":
        with _unless_in_use():
            alone = raw.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    if not alone:
        yield
        return
    raw.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with suppress(sqlite3.OperationalError):  # all is stored, or nothing; the next to open it sees to it
            _keep_log(raw)


def _keep_log(connection: Any) -> None:
    """Have SQLite write into the log (WAL), unless another writes the first rows: that one will."""
    with _unless_in_use():
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def _unless_in_use() -> Iterator[None]:
    """Leave SQLite's way of writing as it is where another has the file open: it says so without waiting."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise


Values: TypeAlias = Sequence[Any] | npt.NDArray[Any]
_Grid: TypeAlias = npt.NDArray[np.object_]

BLANK = float("nan")
"""No value, as `insert_columns` takes it: SQLite stores NaN as NULL, and its driver hands a number over six
times faster than None."""


def insert_columns(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Values],
    constants: Mapping[str, str | int] | None = None,
) -> None:
    """Insert rows given as columns of equal length, the store's fastest way.

    Values are `plain`: text (days as ISO text), numbers, yes/no as 1 and 0, nothing as BLANK. constants:
    columns that hold one value in every row.
    """
    if not columns:
        return
    fixed, names = constants or {}, list(columns)
    grid = np.empty((len(columns[names[0]]), len(names)), dtype=object)
    for place, name in enumerate(names):
        grid[:, place] = columns[name]
    if connection.dialect.name == "postgresql":
        _copy(connection, table, fixed, names, grid)
    else:
        _insert_many(connection, table, fixed, names, grid)


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    constants: Mapping[str, str | int] | None = None,
) -> None:
    """Insert `rows`, values in the order of `columns`: days as `date` or ISO text, nothing as None."""
    if rows:
        by_column = zip(columns, map(plain, zip(*rows, strict=True)), strict=True)
        insert_columns(connection, table, dict(by_column), constants)


def plain(values: Values) -> Values:
    """A column's values as `insert_columns` takes them: None as BLANK, yes and no as 1 and 0, days as text.

    values: a list of anything that a column may hold, or an array: of yes and no, of numbers, or of objects,
    which are then text, numbers and None.

    The driver of SQLite hands over None and True three to six times slower than text and numbers, and from
    Python 3.12 on no longer knows days.
    """
    if isinstance(values, np.ndarray):
        return _plain_array(values)
    kinds = set(map(type, values))
    if date in kinds:
        values = [value.isoformat() if isinstance(value, date) else value for value in values]
    return list(map(_PLAIN.get, values, values)) if _NOT_PLAIN & kinds else values


def _plain_array(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype == np.bool_:
        return values.astype(np.int8)
    if values.dtype == np.object_:
        blank = values == None  # noqa: E711 - of each value in turn
        if blank.any():
            values = values.copy()
            values[blank] = BLANK
    return values


_NOT_PLAIN = {type(None), bool}
_PLAIN = {None: BLANK, True: 1, False: 0}

_BOUND = 500
"""Values handed to SQLite at once: where rows are narrow, running a statement costs more than its values."""


def _insert_many(
    connection: Connection, table: Table, fixed: Mapping[str, str | int], columns: Sequence[str], grid: _Grid
) -> None:
    """SQLite's way in: several rows a statement."""
    size = max(1, _BOUND // len(columns))
    whole = len(grid) - len(grid) % size
    groups = grid[:whole].reshape(-1, size * len(columns))
    # OR FAIL: what would undo one statement alone need not be kept, since a failure undoes the whole load.
    names = ", ".join(f'"{column}"' for column in (*fixed, *columns))
    insert = f'INSERT OR FAIL INTO "{table.name}" ({names}) VALUES '
    # Constants stand in the statement: handing them over anew for each row would take a fifth of the time.
    row = f"({', '.join((*map(_literal, fixed.values()), *'?' * len(columns)))})"
    cursor: Any = connection.connection.cursor()
    try:
        cursor.executemany(insert + ", ".join([row] * size), _lists(groups))
        cursor.executemany(insert + row, _lists(grid[whole:]))
    finally:
        cursor.close()


def _copy(
    connection: Connection, table: Table, fixed: Mapping[str, str | int], columns: Sequence[str], grid: _Grid
) -> None:
    """PostgreSQL's own way in, in which nothing is written as the files write a blank."""
    names = ", ".join(f'"{column}"' for column in (*fixed, *columns))
    raw: Any = connection.connection.dbapi_connection
    grid[grid != grid] = ""
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY \"{table.name}\" ({names}) FROM STDIN WITH (NULL '')") as copy,
    ):
        for row in _lists(grid):
            copy.write_row((*fixed.values(), *row))


def _lists(grid: _Grid) -> Iterator[list[Any]]:
    """The rows of an array one at a time, never a list of all of them."""
    return (row.tolist() for row in grid)


def _literal(value: str | int) -> str:
    """A constant as SQL writes it."""
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@contextmanager
def indexes_rebuilt(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Within it the tables have no indexes; after it they are built afresh, within the transaction.

    Building one is three times faster than keeping it while most of a table's rows go in. SQLite only:
    PostgreSQL would lock out readers for it. What SQLite plans queries by has to be told again afterwards
    (`tell_planner`).
    """
    indexes = [index for table in tables for index in sorted(table.indexes, key=lambda i: str(i.name))]
    if connection.dialect.name != "sqlite":
        indexes = []
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def refresh_statistics(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL count what was written to `tables` in this transaction, before they are joined.

    Until it has, it takes an authority's rows for a handful and joins thousands of them row by row. Only
    columns that rows are found by are counted. (SQLite: `tell_planner`.)
    """
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        found_by = {column.name for index in table.indexes for column in index.columns}
        found_by |= {column.name for column in table.primary_key.columns}
        names = ", ".join(f'"{name}"' for name in sorted(found_by))
        connection.exec_driver_sql(f'ANALYZE "{table.name}"' + (f" ({names})" if names else ""))


def read_at_once(engine: Engine, statement: Select[Any]) -> list[list[Any]]:
    """The rows of a statement without parameters, by the driver itself, typed as SQLAlchemy types them.

    For what every turn of every page asks: a third of the time that a connection and a result would take.
    """
    text, readers = _as_driver_reads(engine.dialect, statement)
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(text)
        rows = cursor.fetchall()
    finally:
        connection.close()
    return [[read(cell) if read else cell for read, cell in zip(readers, row, strict=True)] for row in rows]


@lru_cache(maxsize=16)
def _as_driver_reads(
    dialect: Dialect, statement: Select[Any]
) -> tuple[str, tuple[Callable[[Any], Any] | None, ...]]:
    """A statement as text, and what makes a value of each of its columns out of what the driver gives."""
    types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    return str(statement.compile(dialect=dialect)), tuple(
        one.result_processor(dialect, None) for one in types
    )


def is_empty(engine: Engine) -> bool:
    """Whether the store holds no authority yet. Quick to ask: nothing that reads rows need be imported."""
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT 1 FROM authorities LIMIT 1").first() is None


def _first_line(problem: Exception) -> str:
    return str(problem).splitlines()[0].rstrip(". ") if str(problem) else type(problem).__name__


_ALIKE = {
    "authority": 100,
    "file_id": 2,
    "speaks": 1,
    "line": 10_000,
    "child_id": 500,
    "iro_id": 12,
    "team_id": 8,
}
"""Into how many a column divides a table: what SQLite cannot guess. It takes any indexed column to find a few
rows, and an authority is all of them. Other columns (days, mostly) divide by a hundred."""
_ROWS = 2_000_000
"""More than SQLite takes a table for of which it is told nothing. Where duties are joined to what was said it
would take the latter for fewer, and read all of it beforehand to know which rows there are."""


def tell_planner(connection: Connection, metadata: MetaData) -> None:
    """Tell SQLite how choosy each index is, so that it searches by child and day, not through an authority.

    Its own ANALYZE would come too late: tables are filled and read within one transaction. To be said again
    after indexes were built, with which SQLite forgets it. (PostgreSQL: `refresh_statistics`.)
    """
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table of expectations where there is none
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    rows = []
    for table in metadata.sorted_tables:
        keys = [(str(index.name), list(index.columns)) for index in table.indexes]
        if not table.dialect_options["sqlite"]["with_rowid"]:
            keys.append((table.name, list(table.primary_key.columns)))
        rows += [(table.name, name, _expected(columns)) for name, columns in keys]
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes this connection read them


def _expected(columns: Sequence[Column[Any]]) -> str:
    """All rows, then how many are alike in the first column, in the first two, and so on."""
    alike = [_ROWS]
    for column in columns:
        alike.append(max(1, alike[-1] // _ALIKE.get(column.name, 100)))
    return " ".join(map(str, alike))
