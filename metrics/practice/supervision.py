"""What was recorded about one IRO's practice: supervisions, actions, dip samples, observations, training.

Source: `domain.md` section 5 (S3 3.4, 3.16). Nothing is kept here: it is read from the entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from data_access.recorded.entries import Entry, EntryKind, entries
from metrics.counting.question import months_on
from standards import setting

_KINDS = (
    EntryKind.SUPERVISION,
    EntryKind.SAMPLE,
    EntryKind.SAMPLED,
    EntryKind.OBSERVATION,
    EntryKind.TRAINING,
    EntryKind.ACTION,
)


@dataclass(frozen=True)
class Supervision:
    """A supervision that was held, what was agreed in it, and what was still open from before."""

    entry: Entry
    agreed: tuple[Entry, ...]
    carried: tuple[Entry, ...]

    @property
    def held_on(self) -> date:
        """The day of the meeting, not the day it was recorded."""
        return self.entry.about_on


@dataclass(frozen=True)
class DipSample:
    """A dip sample, and the records drawn for it, read or not yet."""

    entry: Entry
    records: tuple[Entry, ...]

    @property
    def read(self) -> tuple[Entry, ...]:
        """The records of which somebody graded or said anything."""
        return tuple(one for one in self.records if one.answers or one.said)

    @property
    def unread(self) -> tuple[Entry, ...]:
        """The records that nobody has read yet."""
        return tuple(one for one in self.records if not (one.answers or one.said))


Held = TypeVar("Held", Supervision, DipSample)


@dataclass(frozen=True)
class OpenAction:
    """An action that is not closed. agreed_on: the supervision it comes from, or None: the tracker."""

    entry: Entry
    agreed_on: date | None


@dataclass(frozen=True)
class Records:
    """Everything recorded about an IRO's practice by a day, the latest first; open actions by urgency."""

    as_at: date
    supervisions: tuple[Supervision, ...] = ()
    samples: tuple[DipSample, ...] = ()
    observations: tuple[Entry, ...] = ()
    training: tuple[Entry, ...] = ()
    open_actions: tuple[OpenAction, ...] = ()
    closed_actions: tuple[Entry, ...] = ()

    @property
    def observed_in_a_year(self) -> int:
        """Observations in the twelve months up to the day, of which `observations_a_year` are expected."""
        since = months_on(self.as_at, -12)
        return sum(one.about_on > since for one in self.observations)

    @property
    def last_before(self) -> date | None:
        """The last supervision before the day: what has changed is told from then."""
        return max((one.held_on for one in self.supervisions if one.held_on < self.as_at), default=None)

    @property
    def next_by(self) -> date | None:
        """The day by which the next supervision should be held, four weeks after the last."""
        last = max((one.held_on for one in self.supervisions), default=None)
        return None if last is None else last + timedelta(weeks=int(setting("supervision_weeks", last)))


def records(
    engine: Engine, viewer: Viewer, authority: str, iro_id: str, as_at: date, children: Collection[str]
) -> Records:
    """What was recorded about the IRO's practice by a day, and the open actions about their children.

    children: those of the caseload, whose actions (from the tracker) are the IRO's to know of too.
    """
    found = entries(engine, viewer, authority, as_at=as_at, kinds=_KINDS)
    of = {
        kind: [one for one in found if one.kind is kind and one.iro_id == iro_id]
        for kind in _KINDS
        if kind is not EntryKind.ACTION
    }
    held = {one.entry_id: one for one in of[EntryKind.SUPERVISION]}
    actions = [one for one in found if one.kind is EntryKind.ACTION]
    agreed = [one for one in actions if one.part_of in held]
    theirs = set(children)
    of_children = [one for one in actions if one.iro_id is None and one.child_id in theirs]
    return Records(
        as_at,
        _latest_first(_supervision(one, agreed, held) for one in held.values()),
        _latest_first(DipSample(one, _drawn_for(one, of[EntryKind.SAMPLED])) for one in of[EntryKind.SAMPLE]),
        tuple(_by_day(of[EntryKind.OBSERVATION])),
        tuple(_by_day(of[EntryKind.TRAINING])),
        _open(agreed, of_children, held),
        tuple(one for one in (*agreed, *of_children) if not one.is_open),
    )


def _drawn_for(sample: Entry, records: Iterable[Entry]) -> tuple[Entry, ...]:
    """The records of a sample by the day of the work, so that a reading does not move them."""
    theirs = (one for one in records if one.part_of == sample.entry_id)
    return tuple(sorted(theirs, key=lambda one: (one.about_on, one.child_id or "", one.code or "")))


def _supervision(entry: Entry, agreed: Iterable[Entry], held: dict[str, Entry]) -> Supervision:
    """A supervision; carried into it is what an earlier one agreed and nobody had closed by its day."""
    own, carried = [], []
    for one in agreed:
        if one.part_of == entry.entry_id:
            own.append(one)
        elif held[one.part_of or ""].about_on < entry.about_on and _was_open(one, entry.about_on):
            carried.append(one)
    return Supervision(entry, tuple(own), tuple(carried))


def _was_open(action: Entry, on: date) -> bool:
    """Whether nobody had closed it by a day: the last change of a closed action is its closing."""
    return action.is_open or action.recorded_on >= on


def _open(
    agreed: Iterable[Entry], of_children: Iterable[Entry], held: dict[str, Entry]
) -> tuple[OpenAction, ...]:
    found = [OpenAction(one, held[one.part_of or ""].about_on) for one in agreed if one.is_open]
    found += [OpenAction(one, None) for one in of_children if one.is_open]
    return tuple(sorted(found, key=lambda one: (one.entry.due_on or date.max, one.entry.recorded_at)))


def _latest_first(held: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(held, key=lambda one: (one.entry.about_on, one.entry.recorded_at), reverse=True))


def _by_day(found: Iterable[Entry]) -> list[Entry]:
    return sorted(found, key=lambda one: (one.about_on, one.recorded_at), reverse=True)
