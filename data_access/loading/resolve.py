"""Which source speaks for a child, where several say something (`formats.md`, opening).

For each child and kind the highest-ranking source that has rows speaks alone: its rows have
`speaks` true. Reviews are matched besides by child and `held_on`: blanks of the one that speaks are
filled from the lower source, at reading (`read_reviews`), so that what each source said stays as
it said it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, not_, select, true, update
from sqlalchemy.sql.selectable import FromClause

import standards
from data_access.rows.codes import ParticipationCode
from data_access.sources import rank_in
from data_access.store.schema import KIND_TABLES, load_files

RANK = rank_in(standards.SOURCE_RANK)
"""The formats, the one that is believed first in front."""

_SUBJECT = {"iros": "iro_id", "iro_hours": "iro_id", "teams": "team_id"}
"""Whom a row is about where not a child. (`review_people` and `monitoring`: the review.)"""

_NOT_FILLED = frozenset(
    {"authority", "file_id", "line", "speaks", "review_id", "child_id", "review_status", "held_on"}
)


def resolve(
    connection: Connection, authority: str, kinds: Iterable[str] = tuple(KIND_TABLES), *, known: bool = True
) -> None:
    """Set `speaks` on the rows of an authority, for the kinds given.

    known: the authority had been loaded before, so that rows may be silent for a source that is gone.
    """
    by_kind = voices_of(connection, authority)
    for kind in kinds:
        table, voices = KIND_TABLES[kind], by_kind[kind]
        here = table.c.authority == authority
        if len(voices) < 2:
            # Cheap where one source speaks, as nearly always: rows are stored as speaking.
            if known:
                connection.execute(update(table).where(here, not_(table.c.speaks)).values(speaks=True))
            continue
        higher: list[int] = []
        for file_ids in voices:
            mine = and_(here, table.c.file_id.in_(file_ids))
            speaks = not_(_spoken_for(table, authority, kind, higher)) if higher else true()
            connection.execute(update(table).where(mine).values(speaks=speaks))
            higher += file_ids


def voices_of(connection: Connection, authority: str) -> dict[str, list[list[int]]]:
    """For every kind the files whose rows are in its table, by source, the one believed first in front.

    All years of the statutory return are one source, with rows in every table. Of two sources of one format
    the one loaded later comes first.
    """
    f = load_files.c
    current = select(f.kind, f.format, f.source, f.file_id).where(
        f.authority == authority, f.current.is_(True)
    )
    by_kind: dict[str, dict[tuple[str, str], list[int]]] = {kind: defaultdict(list) for kind in KIND_TABLES}
    for kind, format, source, file_id in connection.execute(current):
        of_return = format == "ssda903"
        for filled in KIND_TABLES if of_return else (kind,):
            by_kind[filled][format, "" if of_return else source].append(file_id)
    return {kind: _ranked(sources) for kind, sources in by_kind.items()}


def _ranked(sources: Mapping[tuple[str, str], list[int]]) -> list[list[int]]:
    """The files of each (format, source), the one believed first in front."""
    ordered = sorted(sources.items(), key=lambda item: (RANK.index(item[0][0]), -max(item[1])))
    return [file_ids for _, file_ids in ordered]


def _spoken_for(table: Table, authority: str, kind: str, higher: Sequence[int]) -> ColumnElement[bool]:
    """A higher source has rows of this kind for whom this row is about."""
    if "child_id" not in table.c:
        return _named_by(table, authority, _SUBJECT.get(kind, "review_id"), higher)
    child = _named_by(table, authority, "child_id", higher)
    if kind != "audits":
        return child
    # An audit may be of a case without a child named.
    audit = _named_by(table, authority, "audit_id", higher)
    return case((table.c.child_id.is_(None), audit), else_=child)


def _named_by(table: Table, authority: str, column: str, higher: Sequence[int]) -> ColumnElement[bool]:
    other = table.alias()
    return table.c[column].in_(
        select(other.c[column]).where(
            other.c.authority == authority, other.c.file_id.in_(list(higher)), other.c[column].is_not(None)
        )
    )


def read_reviews(connection: Connection, authority: str) -> FromClause:
    """What to read an authority's reviews from: the table `reviews`, or a query with its columns and rows in
    which blanks of held reviews are filled from the review of the same child on the same day that a lower
    source has. Read only rows with `speaks`, as of any kind."""
    table = KIND_TABLES["reviews"]
    lower = voices_of(connection, authority)["reviews"][1:]
    if not lower:
        return table
    joined: FromClause = table
    others = []
    for file_ids in lower:
        other = _one_a_day(table, authority, file_ids)
        others.append(other)
        joined = joined.outerjoin(
            other,
            and_(
                other.c.authority == table.c.authority,
                other.c.child_id == table.c.child_id,
                other.c.held_on == table.c.held_on,
                other.c.file_id != table.c.file_id,
            ),
        )
    columns = [
        column
        if column.name in _NOT_FILLED
        else func.coalesce(column, *(other.c[column.name] for other in others)).label(column.name)
        for column in table.c
    ]
    speaks = and_(table.c.authority == authority, table.c.speaks)
    return select(*columns).select_from(joined).where(speaks).subquery("reviews_filled")


def _one_a_day(table: Table, authority: str, file_ids: Sequence[int]) -> FromClause:
    """One source's held reviews; of two of one child on one day the one with a valid code, else the first."""
    has_code = table.c.participation_code.in_([str(code) for code in ParticipationCode])
    place = func.row_number().over(
        partition_by=(table.c.child_id, table.c.held_on),
        order_by=(not_(has_code), table.c.file_id, table.c.line),
    )
    held = (
        select(table, place.label("place"))
        .where(
            table.c.authority == authority,
            table.c.file_id.in_(list(file_ids)),
            table.c.held_on.is_not(None),
            table.c.review_status == "held",
        )
        .subquery()
    )
    return select(held).where(held.c.place == 1).subquery()
