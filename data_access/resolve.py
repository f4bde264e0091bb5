"""Which source speaks for a child, where several say something (`formats.md`, opening).

For each child and kind the highest-ranking source that has rows speaks alone: its rows have
`speaks` true. Reviews are matched besides by child and `held_on`: blanks of the one that speaks are
filled from the lower source, at reading (`read_reviews`), so that what each source said stays as
it said it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, not_, or_, select, true, update
from sqlalchemy.sql.selectable import FromClause

from data_access.codes import ParticipationCode
from data_access.schema import KIND_TABLES, load_files
from data_access.settings import rank_in, standards

RANK = rank_in(standards())
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
    for kind in kinds:
        table = KIND_TABLES[kind]
        voices = voices_of(connection, authority, kind)
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


def voices_of(connection: Connection, authority: str, kind: str) -> list[list[int]]:
    """The files whose rows are in a kind's table, by source, the source that is believed first in front.

    All years of the statutory return are one source. Of two sources of one format the one loaded
    later comes first.
    """
    by_source: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows = connection.execute(
        select(load_files.c.format, load_files.c.source, load_files.c.file_id).where(
            load_files.c.authority == authority,
            load_files.c.current.is_(True),
            or_(load_files.c.kind == kind, load_files.c.format == "ssda903"),
        )
    )
    for format, source, file_id in rows:
        by_source[format, "" if format == "ssda903" else source].append(file_id)
    ordered = sorted(by_source.items(), key=lambda item: (RANK.index(item[0][0]), -max(item[1])))
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
    lower = voices_of(connection, authority, "reviews")[1:]
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
