"""What people record here about a child's reviews, kept apart from what extracts say.

Concerns, actions, reasons, agreements, marks and significant changes (`domain.md` sections 4 and 8). No load
touches them. Every change is a further version of the entry, with who and when: nothing is overwritten, and
of two people who change the same version the second is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, RowMapping, Select, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from data_access.codes import (
    LATE_REASONS,
    NON_ATTENDANCE_REASONS,
    REASONS_THAT_NEED_A_NOTE,
    SIGNIFICANT_CHANGES,
)
from data_access.schema import authorities
from data_access.schema import entries as table
from data_access.store import writing
from data_access.viewer import Viewer, visible


class EntryKind(StrEnum):
    CONCERN = "concern"
    ACTION = "action"
    LATE_REASON = "late_reason"
    ABSENCE_REASON = "absence_reason"
    AGREEMENT = "agreement"
    RECORD_WRONG = "record_wrong"
    CHANGE = "change"


CODES: dict[EntryKind, dict[str, str]] = {
    EntryKind.LATE_REASON: LATE_REASONS,
    EntryKind.ABSENCE_REASON: NON_ATTENDANCE_REASONS,
    EntryKind.CHANGE: SIGNIFICANT_CHANGES,
}
"""The kinds of entries that have a code, and what their codes mean."""


_NOT_YET = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One version of what was recorded about a child.

    about_on: the day the duty it is about opened, or any other on which that was in force; of an absence
    reason or of a record that is wrong, the day of the review. who: the owner of an action, who agreed to
    lateness. happened_on: when it was agreed, when the change happened. told_on: when the IRO was told of it.
    prevails: settled so that it counts where an extract says something else. recorded_at: with its time zone.
    """

    authority: str
    child_id: str
    kind: EntryKind
    about_on: date
    code: str | None = None
    said: str | None = None
    who: str | None = None
    due_on: date | None = None
    happened_on: date | None = None
    told_on: date | None = None
    retrospective: bool = False
    prevails: bool = False
    is_open: bool = True
    recorded_by: str = ""
    recorded_at: datetime = _NOT_YET
    recorded_on: date = date.min
    entry_id: str = ""
    version: int = 0


class EntryProblem(Exception):  # noqa: N818 - it is for whoever is typing to mend, in their words
    """An entry that cannot be kept. The message says what to do, and names no child."""


class ChangedMeanwhile(EntryProblem):
    """Somebody else changed the entry since it was read. `theirs` is what it says now."""

    def __init__(self, theirs: Entry) -> None:
        super().__init__(
            f"{theirs.recorded_by} changed this at {theirs.recorded_at.astimezone():%H:%M} while you had it "
            "open. Nothing of yours is lost: read what it says now, and save again if it should still change."
        )
        self.theirs = theirs


def keep(
    engine: Engine,
    viewer: Viewer,
    entry: Entry,
    *,
    by: str,
    at: datetime,
    duty_due_on: date | None = None,
) -> Entry:
    """Store a new entry, or a changed one as the version after the one it was read as; returns what is kept.

    by: who records it. at: the moment, with its time zone. duty_due_on: when the duty it is about falls due,
    which an agreement to hold a review out of time comes before unless it says that it is retrospective.
    Raises EntryProblem for what cannot stand, ChangedMeanwhile where another was quicker.
    """
    kept = replace(
        entry,
        entry_id=entry.entry_id or uuid4().hex,
        version=entry.version + 1,
        code=_blank(entry.code),
        said=_blank(entry.said),
        who=_blank(entry.who),
        recorded_by=by.strip(),
        recorded_at=at.astimezone(UTC),
        recorded_on=at.date(),
    )
    _refuse_what_cannot_stand(kept, duty_due_on)
    theirs = _latest(engine, viewer, kept) if entry.entry_id else None
    if theirs is not None and theirs.version != entry.version:
        raise ChangedMeanwhile(theirs)
    try:
        with writing(engine) as connection:
            connection.execute(insert(table).values(_as_row(kept)))
    except IntegrityError:
        theirs = _latest(engine, viewer, kept)
        assert theirs is not None
        raise ChangedMeanwhile(theirs) from None
    except OperationalError as problem:
        if "locked" in str(problem.orig):
            raise EntryProblem(
                "An extract is being loaded. What you typed is still here: save it again in a moment."
            ) from None
        raise
    return kept


def entries(
    engine: Engine, viewer: Viewer, authority: str, *, as_at: date | None = None, child_id: str | None = None
) -> list[Entry]:
    """The latest version of every entry by a day, in the order first recorded.

    as_at: seen from the store's own day everything counts, for people go on recording until the next extract;
    seen from an earlier day only what was recorded by then. By default everything.
    """
    query = _versions(viewer, authority)
    if child_id is not None:
        query = query.where(table.c.child_id == child_id)
    latest: dict[str, Entry] = {}
    with engine.connect() as connection:
        todays = select(authorities.c.as_at).where(authorities.c.authority == authority)
        if as_at is not None and as_at < (connection.execute(todays).scalar() or as_at):
            query = query.where(table.c.recorded_on <= as_at)
        for row in connection.execute(query):
            entry = _as_entry(row._mapping)
            latest[entry.entry_id] = entry  # a version after the last
    return list(latest.values())


def history(engine: Engine, viewer: Viewer, authority: str, entry_id: str) -> list[Entry]:
    """Every version of an entry, the first one first."""
    query = _versions(viewer, authority).where(table.c.entry_id == entry_id)
    with engine.connect() as connection:
        return [_as_entry(row._mapping) for row in connection.execute(query)]


def _versions(viewer: Viewer, authority: str) -> Select[tuple[object, ...]]:
    return (
        select(table)
        .where(visible(viewer, table, authority))
        .order_by(table.c.recorded_at, table.c.entry_id, table.c.version)
    )


def _latest(engine: Engine, viewer: Viewer, entry: Entry) -> Entry | None:
    versions = history(engine, viewer, entry.authority, entry.entry_id)
    return versions[-1] if versions else None


def _refuse_what_cannot_stand(entry: Entry, duty_due_on: date | None) -> None:
    """Raise EntryProblem, in the words of whoever is typing."""
    if not entry.recorded_by:
        raise EntryProblem("Say who you are: every entry shows who made it.")
    meanings = CODES.get(entry.kind)
    if meanings is not None and entry.code not in meanings:
        raise EntryProblem("Choose what happened." if entry.kind is EntryKind.CHANGE else "Choose a reason.")
    if entry.code in REASONS_THAT_NEED_A_NOTE and not entry.said:
        raise EntryProblem("Say in a few words what the other reason is.")
    if entry.kind in (EntryKind.CONCERN, EntryKind.ACTION, EntryKind.RECORD_WRONG) and not entry.said:
        raise EntryProblem(_WHAT[entry.kind])
    if entry.kind is EntryKind.ACTION and not (entry.who and entry.due_on):
        raise EntryProblem("Say who will do it and by when.")
    if entry.kind is EntryKind.CHANGE and entry.happened_on is None:
        raise EntryProblem("Say on which day it happened.")
    if entry.told_on and entry.happened_on and entry.told_on < entry.happened_on:
        raise EntryProblem("The IRO cannot have been told before it happened: correct one of the two days.")
    if entry.kind is EntryKind.AGREEMENT:
        _refuse_agreement(entry, duty_due_on)
    for day in (entry.happened_on, entry.told_on):
        if day is not None and day > entry.recorded_on:
            raise EntryProblem("That day is still to come: correct the day.")


_WHAT = {
    EntryKind.CONCERN: "Say in a few words what concerns you.",
    EntryKind.ACTION: "Say in a few words what is to be done.",
    EntryKind.RECORD_WRONG: "Say in a few words what is wrong with the record.",
}


def _refuse_agreement(entry: Entry, duty_due_on: date | None) -> None:
    if not (entry.who and entry.happened_on):
        raise EntryProblem("Say who agreed and on which day.")
    if duty_due_on is not None and entry.happened_on > duty_due_on and not entry.retrospective:
        raise EntryProblem(
            f"The review was due on {duty_due_on:%a} {duty_due_on.day} {duty_due_on:%b %Y}, and agreement "
            "comes before that day. Correct the day, or mark the agreement as retrospective."
        )


def _blank(text: str | None) -> str | None:
    return (text or "").strip() or None


def _as_row(entry: Entry) -> dict[str, object]:
    row = {column.name: getattr(entry, column.name) for column in table.c if column.name != "entry_kind"}
    return row | {"entry_kind": str(entry.kind), "recorded_at": entry.recorded_at.replace(tzinfo=None)}


def _as_entry(row: RowMapping) -> Entry:
    values: dict[str, Any] = dict(row)
    kind, at = EntryKind(values.pop("entry_kind")), values.pop("recorded_at")
    return Entry(kind=kind, recorded_at=at.replace(tzinfo=UTC), **values)
