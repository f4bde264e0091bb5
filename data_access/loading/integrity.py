"""What no row shows by itself: keys that repeat, ranges that overlap, references to nobody.

Found in the store after the rows are in, by SQL over all of them; the rows at fault move to
`refused_rows`. Rows made from the statutory return are not looked at: there these are findings.
Source: `formats.md`, opening and section 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)

from data_access.loading.storing import FileLoad, keys_may_repeat
from data_access.rows.records import BY_KIND, RECORDS, Record
from data_access.store.opening import insert_rows
from data_access.store.schema import KIND_TABLES, NO_END, load_files, refused_rows

_ONE_OF = {"children": "child", "iros": "IRO", "teams": "team", "reviews": "review"}
_COLUMNS = ("authority", "file_id", "line", "column_name", "rule", "child_id", "reason")


def refuse_contradictions(
    connection: Connection, authority: str, loaded: Sequence[FileLoad], changed: Iterable[str], format: str
) -> None:
    """Refuse the rows of an authority that contradict others of their source or point to nobody.

    loaded: the files stored by this load; changed: the kinds that differ from before, so that rows of
    files loaded earlier which point to them are looked at again; format: whose rows are looked at.
    """
    by_kind: dict[str, list[FileLoad]] = defaultdict(list)
    for file in loaded:
        by_kind[file.kind].append(file)
    earlier = _earlier_files(connection, authority, format, {file.file_id for file in loaded})
    moved = set(changed)
    declared = _Declared(connection, authority, by_kind)
    for record in RECORDS:
        table, files = KIND_TABLES[record.kind], by_kind[record.kind]
        if _unknown_references(declared, record, files, earlier.get(record.kind, []), moved):
            moved.add(record.kind)
        if record.unique and files and keys_may_repeat(files):
            for ids in _by_source(files):
                _refuse_repeated(connection, authority, record, table, ids)
        if record.no_overlap:
            for ids in _by_source(files):
                _refuse_overlapping(connection, authority, record, table, ids)


def _earlier_files(
    connection: Connection, authority: str, format: str, without: set[int]
) -> dict[str, list[int]]:
    """kind -> the current files loaded before."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = connection.execute(
        select(load_files.c.kind, load_files.c.file_id).where(
            load_files.c.authority == authority,
            load_files.c.current.is_(True),
            load_files.c.format == format,
        )
    )
    for kind, file_id in rows:
        if file_id not in without:
            found[kind].append(file_id)
    return found


def _by_source(files: Sequence[FileLoad]) -> list[list[int]]:
    sources: dict[str, list[int]] = defaultdict(list)
    for file in files:
        sources[file.source].append(file.file_id)
    return list(sources.values())


class _Declared:
    """The identifiers an authority's files declare, by kind. Asked for once a kind is settled itself."""

    def __init__(self, connection: Connection, authority: str, loaded: dict[str, list[FileLoad]]) -> None:
        self.connection, self.authority, self._loaded = connection, authority, loaded
        self.lost: set[str] = set()
        """Kinds of which rows stored by this load had to go, as they point to nobody themselves."""
        self._known: dict[str, set[str]] = {}

    def holds(self, kind: str, named: set[str]) -> bool:
        """Whether all of these are declared."""
        # Most are by one file of this load, which remembers what it stored: not read back then.
        files = () if kind in self.lost else self._loaded[kind]
        return any(named <= file.declared for file in files if file.declared) or named <= self._of(kind)

    def _of(self, kind: str) -> set[str]:
        if kind not in self._known:
            self._known[kind] = set(self.connection.execute(self.query(kind)).scalars().all())
        return self._known[kind]

    def query(self, kind: str) -> Select[Any]:
        table = KIND_TABLES[kind]
        return select(table.c[BY_KIND[kind].key[0]]).where(table.c.authority == self.authority)


def _unknown_references(
    declared: _Declared,
    record: type[Record],
    files: Sequence[FileLoad],
    earlier: Sequence[int],
    moved: set[str],
) -> bool:
    """Refuse rows that point to nobody. True where rows of earlier files had to go."""
    table = KIND_TABLES[record.kind]
    earlier_changed = False
    for column, kind in record.points_to.items():
        for file in files:
            named = file.pointed_to.get(column, set())
            if named is None or (named and not declared.holds(kind, named)):
                _refuse_unknown(declared, table, column, kind, file.file_id, file.headings[column])
                declared.lost.add(record.kind)
        if kind in moved:
            for file_id in earlier:
                gone = _refuse_unknown(declared, table, column, kind, file_id, column)
                earlier_changed = earlier_changed or gone
    return earlier_changed


def _refuse_unknown(
    declared: _Declared, table: Table, column: str, kind: str, file_id: int, heading: str
) -> bool:
    one = _ONE_OF[kind]
    reason = (
        f"points to {'an' if one == 'IRO' else 'a'} {one} that no {kind} file declares: "
        f"add the {one} to the {kind} file, or correct the identifier"
    )
    rows = select(*_refusal(table, heading, literal(reason, String))).where(
        table.c.authority == declared.authority,
        table.c.file_id == file_id,
        table.c[column].is_not(None),
        table.c[column].not_in(declared.query(kind)),
    )
    return _refuse(declared.connection, table, declared.authority, [file_id], rows)


def _refusal(table: Any, column: str, reason: ColumnElement[str]) -> list[Any]:
    """The columns of `refused_rows`, selected from a table of rows."""
    child = table.c.child_id if "child_id" in table.c else literal(None, String)
    return [
        table.c.authority,
        table.c.file_id,
        table.c.line,
        literal(column[:64], String),
        literal("REFUSED", String),
        child,
        reason,
    ]


def _refuse(
    connection: Connection, table: Table, authority: str, file_ids: Sequence[int], rows: Select[Any]
) -> bool:
    """Move rows to `refused_rows`. True where there were any."""
    added = connection.execute(insert(refused_rows).from_select(list(_COLUMNS), rows))
    if not added.rowcount:
        return False
    for file_id in file_ids:
        refused = select(refused_rows.c.line).where(
            refused_rows.c.authority == authority, refused_rows.c.file_id == file_id
        )
        connection.execute(
            delete(table).where(
                table.c.authority == authority, table.c.file_id == file_id, table.c.line.in_(refused)
            )
        )
    return True


def _refuse_repeated(
    connection: Connection, authority: str, record: type[Record], table: Table, file_ids: list[int]
) -> None:
    """Of rows with one key the first is kept."""
    key, order = [table.c[name] for name in record.key], (table.c.file_id, table.c.line)
    child = [table.c.child_id] if "child_id" in table.c else []
    rows = (
        select(
            table.c.authority,
            table.c.file_id,
            table.c.line,
            *child,
            func.row_number().over(partition_by=key, order_by=order).label("place"),
            func.first_value(table.c.line).over(partition_by=key, order_by=order).label("first_line"),
            func.first_value(table.c.file_id).over(partition_by=key, order_by=order).label("first_file"),
        )
        .where(table.c.authority == authority, table.c.file_id.in_(file_ids))
        .subquery()
    )
    where = case(
        (rows.c.first_file == rows.c.file_id, literal("line ", String) + cast(rows.c.first_line, String)),
        else_=literal("line ", String) + cast(rows.c.first_line, String) + " of another file of this kind",
    )
    named = " and ".join(record.key)
    reason = (
        literal(f"the same {named} stands on ", String)
        + where
        + ": keep one of the rows, or correct the identifier or date"
    )
    _refuse(
        connection,
        table,
        authority,
        file_ids,
        select(*_refusal(rows, record.key[-1] if len(record.key) > 1 else record.key[0], reason)).where(
            rows.c.place > 1
        ),
    )


def _refuse_overlapping(
    connection: Connection, authority: str, record: type[Record], table: Table, file_ids: list[int]
) -> None:
    """Of ranges of one child that overlap, the one that stands first in the files is kept."""
    assert record.no_overlap is not None
    start, end = (table.c[name] for name in record.no_overlap)
    closed_by = func.coalesce(end, NO_END)
    here = and_(table.c.authority == authority, table.c.file_id.in_(file_ids))
    longest = func.max(closed_by).over(
        partition_by=table.c.child_id, order_by=(start, table.c.file_id, table.c.line), rows=(None, -1)
    )
    ranges = select(table.c.child_id, start.label("start"), longest.label("longest")).where(here).subquery()
    meet = ranges.c.start < ranges.c.longest if _may_touch(record) else ranges.c.start <= ranges.c.longest
    children = select(ranges.c.child_id).where(meet)
    suspects = connection.execute(
        select(table.c.child_id, table.c.file_id, table.c.line, start, closed_by.label("closed_by"))
        .where(here, table.c.child_id.in_(children))
        .order_by(table.c.child_id, table.c.file_id, table.c.line)
    ).all()
    kept: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
    refused: list[tuple[Any, ...]] = []
    for child_id, file_id, line, starts, closes in suspects:
        closes = date.fromisoformat(closes) if isinstance(closes, str) else closes
        met = next((other[2] for other in kept[child_id] if _overlap(record, (starts, closes), other)), None)
        if met is None:
            kept[child_id].append((starts, closes, line))
            continue
        name = record.no_overlap[0]
        refused.append((authority, file_id, line, name, "REFUSED", child_id, _overlap_reason(record, met)))
    insert_rows(connection, refused_rows, _COLUMNS, refused)
    for _, file_id, line, *_rest in refused:
        connection.execute(
            delete(table).where(
                table.c.authority == authority, table.c.file_id == file_id, table.c.line == line
            )
        )


def _may_touch(record: type[Record]) -> bool:
    """A period of care may begin on the day another ends (`formats.md`); an IRO holds a child whole days."""
    return record.kind == "care_periods"


def _overlap(record: type[Record], one: tuple[date, date], other: tuple[date, date, int]) -> bool:
    if _may_touch(record):
        return one[0] < other[1] and other[0] < one[1]
    return one[0] <= other[1] and other[0] <= one[1]


def _overlap_reason(record: type[Record], line: int) -> str:
    what = "period of care" if record.kind == "care_periods" else "allocation to an IRO"
    rule = "" if record.kind == "care_periods" else " (to_date is the last day it held)"
    return f"overlaps the {what} of the same child on line {line}{rule}: correct the dates"
