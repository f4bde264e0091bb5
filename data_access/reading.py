"""What pages and commands read from the store that is not a measure: authorities, staff, loads, findings.

Every function that returns rows of children or staff takes a Viewer (`viewer.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Select, String, func, literal, or_, select, union_all

from data_access.people.viewer import Viewer, visible
from data_access.store import schema
from data_access.store.opening import read_at_once
from data_access.store.schema import KIND_TABLES, authorities, entries, load_files, loads


@dataclass(frozen=True)
class AuthorityInfo:
    """An authority in the store.

    as_at: its today; version: the load that last changed anything; last_loaded_at: of that, UTC. entries: how
    many versions the entries made here have. rules_digest: of the rules by which its figures were made, None
    where nobody knows. Whatever is kept in memory is good until one of these changes.
    """

    authority: str
    as_at: date
    version: int
    last_loaded_at: datetime
    entries: int
    rules_digest: str | None


def authorities_in(engine: Engine) -> list[AuthorityInfo]:
    """The authorities the store holds, by name."""
    return [AuthorityInfo(*row) for row in read_at_once(engine, _authorities())]


@lru_cache(maxsize=1)
def _authorities() -> Select[Any]:
    """Every page asks this at every run: the statement is made once."""
    recorded = select(func.count()).where(entries.c.authority == authorities.c.authority).scalar_subquery()
    return (
        select(
            authorities.c.authority,
            authorities.c.as_at,
            authorities.c.version,
            loads.c.loaded_at,
            recorded,
            authorities.c.rules_digest,
        )
        .join(loads, loads.c.load_id == authorities.c.version)
        .order_by(authorities.c.authority)
    )


def iros(engine: Engine, viewer: Viewer, authority: str) -> pd.DataFrame:
    """The IROs the viewer may see, by name: `id, name, email, started_on, ended_on, sex, ethnicity`."""
    table = KIND_TABLES["iros"]
    return _frame(
        engine,
        select(
            table.c.iro_id.label("id"),
            table.c.iro_name.label("name"),
            table.c.iro_email.label("email"),
            table.c.started_on,
            table.c.ended_on,
            table.c.sex,
            table.c.ethnicity,
        )
        .where(visible(viewer, table, authority), table.c.speaks)
        .order_by(table.c.iro_name, table.c.iro_id),
    )


def teams(engine: Engine, viewer: Viewer, authority: str) -> pd.DataFrame:
    """The teams the viewer may see, by name: `id, name, service, email` (the manager's)."""
    table = KIND_TABLES["teams"]
    return _frame(
        engine,
        select(
            table.c.team_id.label("id"),
            table.c.team_name.label("name"),
            table.c.service,
            table.c.manager_email.label("email"),
        )
        .where(visible(viewer, table, authority), table.c.speaks)
        .order_by(table.c.team_name, table.c.team_id),
    )


def iros_at_work(engine: Engine, viewer: Viewer, authority: str, on: date) -> set[str]:
    """The IROs the viewer may see who were in the service on a day; one without a day of starting always."""
    i = KIND_TABLES["iros"].c
    query = select(i.iro_id).where(
        visible(viewer, KIND_TABLES["iros"], authority),
        i.speaks,
        or_(i.started_on.is_(None), i.started_on <= on),
        or_(i.ended_on.is_(None), i.ended_on >= on),
    )
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())


def first_day_in_care(engine: Engine, viewer: Viewer, authority: str) -> date | None:
    """The first day on which a child the viewer may see was looked after; None where none ever was."""
    spans = schema.spans
    query = select(func.min(spans.c.from_on)).where(visible(viewer, spans, authority), spans.c.in_care)
    with engine.connect() as connection:
        first: date | None = connection.execute(query).scalar()
    return first


def load_history(engine: Engine, authority: str) -> pd.DataFrame:
    """The loads of an authority, the latest first, a row per file.

    Columns: `load_id, loaded_at (UTC), as_at, forced, kind, source, name, rows_read, rows_stored,
    rows_refused, current`.
    """
    f = load_files.c
    return _frame(
        engine,
        select(
            loads.c.load_id, loads.c.loaded_at, loads.c.as_at, loads.c.forced,
            f.kind, f.source, f.name, f.rows_read, f.rows_stored, f.rows_refused, f.current,
        )
        .outerjoin_from(loads, load_files, f.load_id == loads.c.load_id)
        .where(loads.c.authority == authority)
        .order_by(loads.c.load_id.desc(), f.file_id),
    )  # fmt: skip


def current_files(engine: Engine, authority: str) -> pd.DataFrame:
    """The files whose rows the store holds.

    Columns: `kind, source, format, name, loaded_at (UTC), rows_read, rows_stored, rows_refused`.
    """
    f = load_files.c
    return _frame(
        engine,
        select(
            f.kind, f.source, f.format, f.name, loads.c.loaded_at, f.rows_read, f.rows_stored, f.rows_refused
        )
        .join(loads, loads.c.load_id == f.load_id)
        .where(f.authority == authority, f.current.is_(True))
        .order_by(f.kind, f.source, f.name),
    )


def refused_rows(engine: Engine, viewer: Viewer, authority: str) -> pd.DataFrame:
    """The rows that were not stored: `source, kind, file, line, column, rule, child_id, reason`."""
    r, f = schema.refused_rows.c, load_files.c
    return _frame(
        engine,
        select(
            f.source, f.kind, f.name.label("file"), r.line, r.column_name.label("column"), r.rule, r.child_id,
            r.reason,
        )
        .join(load_files, f.file_id == r.file_id)
        .where(visible(viewer, schema.refused_rows, authority))
        .order_by(f.name, r.line),
    )  # fmt: skip


def findings(engine: Engine, viewer: Viewer, authority: str) -> pd.DataFrame:
    """Every finding and refused row, errors first.

    Columns: `rule, severity, source, file, line, child_id, message`.
    """
    with engine.connect() as connection:
        frame = pd.read_sql(_findings_query(viewer, authority), connection)
    rank = frame["severity"].map({"error": 0, "warning": 1, "information": 2})
    order = frame.assign(rank=rank).sort_values(["rank", "rule", "file", "line"], kind="stable").index
    frame = frame.loc[order].reset_index(drop=True)
    return frame.assign(line=frame["line"].astype("Int64"))


def _findings_query(viewer: Viewer, authority: str) -> Select[tuple[object, ...]]:
    r, f, d = schema.refused_rows.c, load_files.c, schema.findings.c
    message = func.coalesce(r.column_name + literal(": ", String), literal("", String)) + r.reason
    refused = (
        select(
            r.rule, literal("error", String).label("severity"), f.source, f.name.label("file"), r.line,
            r.child_id, message.label("message"),
        )
        .join(load_files, f.file_id == r.file_id)
        .where(visible(viewer, schema.refused_rows, authority))
    )  # fmt: skip
    found = (
        select(d.rule, d.severity, f.source, f.name.label("file"), d.line, d.child_id, d.message)
        .outerjoin_from(schema.findings, load_files, f.file_id == d.file_id)
        .where(visible(viewer, schema.findings, authority))
    )
    return select(union_all(refused, found).subquery())


def _frame(engine: Engine, query: Select[tuple[object, ...]]) -> pd.DataFrame:
    with engine.connect() as connection:
        return pd.read_sql(query, connection)
