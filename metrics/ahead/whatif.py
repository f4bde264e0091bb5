"""What may change in a service: hours, leavers, new posts, children who move to another IRO.

A plan is a question, never a decision and never a record: nothing of it is stored. What follows from it is
worked out in `capacity.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from data_access.store.schema import NO_END
from metrics.counting.question import DAY
from metrics.counting.staff import Hours, fte_on

NEW_POST = "new post\t"
"""How what stands for the identifier of a new post begins; no source writes one with a tab in it."""


@dataclass(frozen=True)
class HoursChange:
    """From a day on, an IRO works so much of full time; 0 is a long absence."""

    iro_id: str
    from_on: date
    fte: Fraction


@dataclass(frozen=True)
class Leaver:
    """An IRO's last day in the service."""

    iro_id: str
    last_day: date


@dataclass(frozen=True)
class Joiner:
    """A post that does not exist yet."""

    name: str
    from_on: date
    fte: Fraction

    @property
    def iro_id(self) -> str:
        """What stands for an identifier until the post is filled: no source can hold the same."""
        return f"{NEW_POST}{self.name}"


@dataclass(frozen=True)
class Move:
    """From a day on, children have another IRO.

    iro_id: whose children, `words.NOBODY` for those without an IRO. family: of all children this sibling
    group alone, whoever has them; None for all of that IRO's. to: their new IRO; None to spread them.
    """

    from_on: date
    iro_id: str
    family: str | None = None
    to: str | None = None


Step: TypeAlias = HoursChange | Leaver | Joiner | Move


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they were thought of; of moves on one day the earlier goes first."""

    steps: tuple[Step, ...] = ()

    def moves(self) -> list[Move]:
        """The moves of children in the order in which they take effect."""
        found = [step for step in self.steps if isinstance(step, Move)]
        return sorted(found, key=lambda move: move.from_on)

    def joiners(self) -> list[Joiner]:
        """The new posts, in the order in which they were thought of."""
        return [step for step in self.steps if isinstance(step, Joiner)]

    def without(self, place: int) -> Plan:
        """The plan less one step; of a post that falls away, what would befall it as well."""
        gone = self.steps[place]
        kept = [step for number, step in enumerate(self.steps) if number != place]
        if isinstance(gone, Joiner):
            kept = [step for step in kept if not _about(step, gone.iro_id)]
        return Plan(tuple(kept))

    def hours(self, known: Sequence[Hours]) -> list[Hours]:
        """The hours as they would be: `known`, cut and added to.

        A change of hours holds until the day on which the IRO's known hours end, and for good where they
        have ended before it; a later change takes its place, and nobody works after their last day.
        """
        found = list(known)
        for joiner in self.joiners():
            found.append(Hours(joiner.iro_id, joiner.from_on, NO_END, joiner.fte))
        changes = [step for step in self.steps if isinstance(step, HoursChange)]
        for change in sorted(changes, key=lambda change: change.from_on):
            theirs = (each for each in found if each.iro_id == change.iro_id)
            ends = [each.to_on for each in theirs if each.to_on >= max(each.from_on, change.from_on)]
            last = max(ends, default=NO_END)
            found = _ended(found, change.iro_id, change.from_on - DAY)
            found.append(Hours(change.iro_id, change.from_on, last, change.fte))
        for leaver in (step for step in self.steps if isinstance(step, Leaver)):
            found = _ended(found, leaver.iro_id, leaver.last_day)
        return found


def _about(step: Step, iro_id: str) -> bool:
    """Whether a step is about an IRO, or gives children to them."""
    if isinstance(step, Joiner):
        return False
    return step.iro_id == iro_id or (isinstance(step, Move) and step.to == iro_id)


def _ended(hours: Sequence[Hours], iro_id: str, last_day: date) -> list[Hours]:
    """The hours with none of one IRO's after a day."""
    cut = [
        replace(each, to_on=min(each.to_on, last_day)) if each.iro_id == iro_id else each for each in hours
    ]
    return [each for each in cut if each.from_on <= each.to_on]


def lowest_fte(hours: Sequence[Hours], start: date, end: date) -> dict[str, Fraction]:
    """The least that each IRO works on any day from `start` to `end`; left out where that is nothing."""
    turns = {start} | {
        day for each in hours for day in (each.from_on, min(each.to_on, end) + DAY) if start <= day <= end
    }
    on_turns = [fte_on(hours, day) for day in sorted(turns)]
    lowest = {iro: min(found.get(iro, Fraction(0)) for found in on_turns) for iro in on_turns[0]}
    return {iro: fte for iro, fte in lowest.items() if fte}
