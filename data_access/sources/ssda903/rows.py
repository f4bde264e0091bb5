"""The statutory return (SSDA903): its tables by their headings, and the extract's rows made from them.

The rows of every collection year stay in the store as they were read (`ssda903_*`), so that years
merge at any load; from all of them together `to_extract` writes what the return says of children,
periods of care, legal statuses, placements and reviews. Source: `formats.md` section 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, delete, select

from data_access.rows.codes import ParticipationCode
from data_access.sources.reading.files import normal
from data_access.sources.reading.problems import FileProblem
from data_access.sources.ssda903.periods import Episode, legal_statuses, periods_of, placements, told_once
from data_access.sources.ssda903.records import RETURN_RECORDS
from data_access.store.opening import insert_rows
from data_access.store.schema import KIND_TABLES, RETURN_TABLES, load_files

FORMAT = "ssda903"
RETURN_KINDS = tuple(record.kind for record in RETURN_RECORDS)
"""The tables of the return that are read."""

NOT_USED = {
    "OC2": ("CHILD", "SDQ_SCORE"),
    "OC3": ("CHILD", "IN_TOUCH"),
    "AD1": ("CHILD", "DATE_INT"),
    "PrevPerm": ("CHILD", "PREV_PERM"),
    "Missing": ("CHILD", "MIS_START"),
    "SWEpisodes": ("CHILD", "SW_DECOM"),
}
"""The tables that are recognised and not used, by the headings that tell them."""

_CODES = frozenset(str(code) for code in ParticipationCode)
_SEX = {"1": "M", "2": "F"}

RowOfReturn: TypeAlias = Row[Any]


def recognise(headings: Sequence[str]) -> str | None:
    """A table's kind (`ssda903_episodes`), "not used" for one that no measure needs, None for neither."""
    present = {normal(heading) for heading in headings}
    fitting = [record for record in RETURN_RECORDS if {normal(c) for c in record.required()} <= present]
    if fitting:
        return max(fitting, key=lambda record: len(record.required())).kind
    known = any({normal(name) for name in names} <= present for names in NOT_USED.values())
    return "not used" if known else None


def infer_year(days: Counter[date]) -> int:
    """The collection year in which most of the days fall, as the year it ends: 2026 for 2025-26.

    Raises FileProblem where there is no day to tell it by.
    """
    years: Counter[int] = Counter()
    for day, count in days.items():
        years[day.year + (day.month >= 4)] += count
    if not years:
        raise FileProblem(
            "the statutory return",
            "holds no readable date, so its collection year cannot be told. Say it with --year, "
            "such as --year 2026 for 2025-26.",
        )
    return max(years, key=lambda year: (years[year], year))


def to_extract(connection: Connection, authority: str) -> None:
    """Write the extract's rows that follow from all of an authority's returns, replacing the earlier ones.

    Each row keeps the file and line of the return's row it begins with.
    """
    of_return = select(load_files.c.file_id).where(
        load_files.c.authority == authority, load_files.c.format == FORMAT
    )
    for kind in ("children", "care_periods", "legal_statuses", "placements", "reviews"):
        table = KIND_TABLES[kind]
        connection.execute(
            delete(table).where(table.c.authority == authority, table.c.file_id.in_(of_return))
        )
    rows = {kind: _rows(connection, authority, kind) for kind in RETURN_KINDS}
    _write(connection, authority, "children", _children(rows))
    _write_care(connection, authority, rows["ssda903_episodes"])
    _write(connection, authority, "reviews", _reviews(rows["ssda903_reviews"]))


def _rows(connection: Connection, authority: str, kind: str) -> list[RowOfReturn]:
    """A table's rows of every year, the one that is believed last behind."""
    table = RETURN_TABLES[kind]
    query = (
        select(table, load_files.c.name.label("file_name"))
        .join(load_files, load_files.c.file_id == table.c.file_id)
        .where(table.c.authority == authority)
        .order_by(table.c.collection_year, load_files.c.name, table.c.line)
    )
    return list(connection.execute(query))


def _write(connection: Connection, authority: str, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of one kind, all with the same columns."""
    given = list(rows)
    if given:
        names = list(given[0])
        values = [(authority, True, *(row[name] for name in names)) for row in given]
        insert_rows(connection, KIND_TABLES[kind], ["authority", "speaks", *names], values)


def _children(rows: Mapping[str, Sequence[RowOfReturn]]) -> Iterator[dict[str, Any]]:
    """A child for each CHILD of the headers, as the latest one has it, and for each other with episodes.

    A child who is missing from Header was looked after all the same: the date of birth is then the
    one that the child's reviews, or UASC, give.
    """
    headers = {row.child: row for row in rows["ssda903_header"]}
    said_elsewhere = {
        row.child: row.dob for kind in ("ssda903_uasc", "ssda903_reviews") for row in rows[kind] if row.dob
    }
    unaccompanied = {row.child for row in rows["ssda903_uasc"]}
    for row in ({row.child: row for row in rows["ssda903_episodes"]} | headers).values():
        header = headers.get(row.child)
        yield {
            "file_id": row.file_id,
            "line": row.line,
            "child_id": row.child,
            "date_of_birth": header.dob if header else said_elsewhere.get(row.child),
            "sex": _SEX.get(header.sex, header.sex) if header else None,
            "ethnicity": header.ethnic if header else None,
            # Where no return has the table, nobody has said who is and who is not.
            "uasc": row.child in unaccompanied if unaccompanied else None,
        }


def _write_care(connection: Connection, authority: str, rows: Sequence[RowOfReturn]) -> None:
    """The periods of care, and within each the legal statuses and placements."""
    episodes = [
        Episode(
            child=row.child, decom=row.decom, rne=row.rne, ls=row.ls, place=row.place,
            provider=row.place_provider, dec=row.dec, rec=row.rec, collection_year=row.collection_year,
            file_name=row.file_name, file_id=row.file_id, line=row.line,
        )
        for row in rows
    ]  # fmt: skip
    care, statuses, placed = [], [], []
    for period, own in periods_of(told_once(episodes)):
        care.append(
            _said_by(period.first)
            | {
                "started_on": period.started_on,
                "ended_on": period.ended_on,
                "end_reason": period.end_reason,
                "start_known": period.start_known,
            }
        )
        statuses += [
            _said_by(one.first)
            | {"from_date": one.from_date, "to_date": one.to_date, "legal_status": one.code}
            for one in legal_statuses(own)
        ]
        placed += [
            _said_by(one.first)
            | {
                "from_date": one.from_date,
                "to_date": one.to_date,
                "placement_type": one.code,
                "provider": one.provider,
            }
            for one in placements(own)
        ]
    for kind, some in (("care_periods", care), ("legal_statuses", statuses), ("placements", placed)):
        _write(connection, authority, kind, some)


def _said_by(episode: Episode) -> dict[str, Any]:
    return {"file_id": episode.file_id, "line": episode.line, "child_id": episode.child}


def _reviews(rows: Sequence[RowOfReturn]) -> Iterator[dict[str, Any]]:
    """A held review for each child and day: with a valid code, else the latest return's, else the first."""

    def believed(row: RowOfReturn) -> tuple[bool, int]:
        return row.review_code in _CODES, row.collection_year

    kept: dict[tuple[str, date], RowOfReturn] = {}
    for row in rows:
        before = kept.get((row.child, row.review))
        if before is None or believed(row) > believed(before):
            kept[row.child, row.review] = row
    for row in kept.values():
        yield {
            "file_id": row.file_id,
            "line": row.line,
            "review_id": _review_id(row.child, row.review),
            "child_id": row.child,
            "review_status": "held",
            "held_on": row.review,
            "participation_code": row.review_code if row.review_code in _CODES else None,
        }


def _review_id(child: str, held_on: date) -> str:
    """The same at every load, and without the child's identifier: a review's may stand in an address."""
    return blake2b(f"{child} {held_on}".encode(), digest_size=10).hexdigest()
