"""What people record here, kept apart from what extracts say.

No load touches it. Every change is a further version of the entry, with who and when: nothing is overwritten,
and of two people who change the same version the second is told. What an entry is, is in `entry.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, RowMapping, Select, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from data_access.people.viewer import Viewer, visible_entries
from data_access.recorded.kinds import (
    CODES,
    OF_THE_SERVICE,
    Entry,
    EntryKind,
    EntryProblem,
    refuse_what_cannot_stand,
)
from data_access.store.opening import writing
from data_access.store.schema import authorities
from data_access.store.schema import entries as table

__all__ = [
    "CODES", "ChangedMeanwhile", "Entry", "EntryKind", "EntryProblem", "entries", "history", "keep",
    "keep_together", "new_id",
]  # fmt: skip


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
    kept = _next_version(entry, by, at)
    _refuse_what_is_not_theirs(viewer, kept)
    earlier = history(engine, viewer, kept.authority, kept.entry_id) if entry.entry_id else []
    refuse_what_cannot_stand(kept, duty_due_on, _agreed_on(engine, kept, earlier))
    if earlier and earlier[-1].version != entry.version:
        raise ChangedMeanwhile(earlier[-1])
    try:
        with _not_during_a_load(), writing(engine) as connection:
            connection.execute(insert(table).values(_as_row(kept)))
    except IntegrityError:
        theirs = history(engine, viewer, kept.authority, kept.entry_id)[-1]
        raise ChangedMeanwhile(theirs) from None
    return kept


def keep_together(
    engine: Engine, viewer: Viewer, new: Sequence[Entry], *, by: str, at: datetime
) -> list[Entry]:
    """Store new entries that belong together, all of them or none; returns what is kept.

    One may be part of another where that has its `entry_id` from the start (`new_id`). Raises EntryProblem.
    """
    kept = [_next_version(entry, by, at) for entry in new]
    for entry in kept:
        _refuse_what_is_not_theirs(viewer, entry)
        refuse_what_cannot_stand(entry, None, _agreed_on(engine, entry, []))
    with _not_during_a_load(), writing(engine) as connection:
        connection.execute(insert(table), [_as_row(entry) for entry in kept])
    return kept


def new_id() -> str:
    """An identifier for an entry that others will be part of."""
    return uuid4().hex


def _refuse_what_is_not_theirs(viewer: Viewer, entry: Entry) -> None:
    """An IRO reads what is recorded about their practice; those who answer for the service record it.

    The self-reflection on a case of an audit is the IRO's own, once the case is drawn.
    """
    if viewer.sees_the_service:
        return
    if entry.kind in OF_THE_SERVICE:
        raise EntryProblem("Supervision, dip samples, training and audits are the practice manager's.")
    own = entry.version > 1 and viewer.iro_id is not None and entry.iro_id == viewer.iro_id
    if entry.kind is EntryKind.AUDITED and not own:
        raise EntryProblem("A self-reflection is written by the IRO whose review it was.")


def _agreed_on(engine: Engine, entry: Entry, earlier: Sequence[Entry]) -> date | None:
    """The day an action was agreed; None of anything else, and where its due day is as it was.

    One of a supervision or an audit was agreed on the day of that, another on the day it was first recorded:
    the store's own where that is before, as it is today to every page.
    """
    if entry.kind is not EntryKind.ACTION or (earlier and earlier[-1].due_on == entry.due_on):
        return None
    if entry.part_of is not None:
        return entry.about_on
    recorded_on = (earlier[0] if earlier else entry).recorded_on
    with engine.connect() as connection:
        return min(recorded_on, _today(connection, entry.authority) or recorded_on)


def _today(connection: Connection, authority: str) -> date | None:
    """The store's own day: that of the latest load, None before any."""
    query = select(authorities.c.as_at).where(authorities.c.authority == authority)
    today: date | None = connection.execute(query).scalar()
    return today


def _next_version(entry: Entry, by: str, at: datetime) -> Entry:
    return replace(
        entry,
        entry_id=entry.entry_id or new_id(),
        version=entry.version + 1,
        code=_blank(entry.code),
        said=_blank(entry.said),
        who=_blank(entry.who),
        recorded_by=by.strip(),
        recorded_at=at.astimezone(UTC),
        recorded_on=at.date(),
    )


@contextmanager
def _not_during_a_load() -> Iterator[None]:
    """Raise EntryProblem where the store is being written by a load."""
    try:
        yield
    except OperationalError as problem:
        if "locked" in str(problem.orig):
            raise EntryProblem(
                "An extract is being loaded. What you typed is still here: save it again in a moment."
            ) from None
        raise


def entries(
    engine: Engine,
    viewer: Viewer,
    authority: str,
    *,
    as_at: date | None = None,
    child_id: str | None = None,
    iro_id: str | None = None,
    kinds: Collection[EntryKind] | None = None,
) -> list[Entry]:
    """The latest version of every entry by a day, in the order first recorded.

    child_id, iro_id, kinds: only what is about the child, about the IRO's practice, of these kinds.
    as_at: seen from the store's own day everything counts, for people go on recording until the next extract;
    seen from an earlier day only what was recorded by then. By default everything.
    """
    query = _versions(viewer, authority)
    if child_id is not None:
        query = query.where(table.c.child_id == child_id)
    if iro_id is not None:
        query = query.where(table.c.iro_id == iro_id)
    if kinds is not None:
        query = query.where(table.c.entry_kind.in_([str(kind) for kind in kinds]))
    latest: dict[str, Entry] = {}
    with engine.connect() as connection:
        if as_at is not None and as_at < (_today(connection, authority) or as_at):
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
        .where(visible_entries(viewer, authority))
        .order_by(table.c.recorded_at, table.c.entry_id, table.c.version)
    )


def _blank(text: str | None) -> str | None:
    return (text or "").strip() or None


def _as_row(entry: Entry) -> dict[str, object]:
    row = {each.name: getattr(entry, each.name) for each in fields(entry) if each.name != "kind"}
    return row | {"entry_kind": str(entry.kind), "recorded_at": entry.recorded_at.replace(tzinfo=None)}


def _as_entry(row: RowMapping) -> Entry:
    values: dict[str, Any] = dict(row)
    kind, at = EntryKind(values.pop("entry_kind")), values.pop("recorded_at")
    answers = tuple((question, answer) for question, answer in values.pop("answers"))
    return Entry(kind=kind, recorded_at=at.replace(tzinfo=UTC), answers=answers, **values)
