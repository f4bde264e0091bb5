"""A question to the oracle: a world, a period and an as-at date, and the rows that measures count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.oracle.duties import Duty, all_duties, regime_on
from tests.oracle.story import Row, Story

DUE = {"on_time", "late", "missed", "overdue"}


@dataclass
class Item:
    """One thing counted: in the denominator (`below`), in the numerator (`above`), in each breakdown.

    day: the row's own date, for month and age. A count has items with `below` false. once_per: what is
    counted once within a group.
    """

    day: date
    iro: str | None
    team: str | None
    below: bool
    above: bool
    born: date | None = None
    kind: str | None = None
    once_per: str | None = None


class Question:
    """One world, one period, one as-at date: everything the measures are counted from."""

    def __init__(self, story: Story, start: date, end: date, as_at: date, duties: list[Duty] | None = None):
        self.story, self.start, self.end, self.as_at = story, start, end, as_at
        self.periods_end = min(end, as_at)
        self.all_duties = all_duties(story) if duties is None else duties
        known = [duty for duty in self.all_duties if duty.opens_on <= as_at]
        self.duties = [duty for duty in known if duty.regime != "short_break"]
        self.first_duties = [duty for duty in known if duty.number == 1]

    def at(self, day: date) -> Question:
        """The same question with `day` as the period's end and the as-at date (a month's end)."""
        return Question(self.story, min(self.start, day), day, day, self.all_duties)

    def in_period(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    def known(self, day: date | None) -> date | None:
        """A date after the as-at date counts as not known."""
        return day if day is not None and day <= self.as_at else None

    # -- the rows of each theme

    def held(self) -> list[Duty]:
        """Duties held in the period."""
        return [duty for duty in self.duties if duty.review_by(self.as_at) and self.in_period(duty.closes_on)]

    def due(self) -> list[Duty]:
        """Due duties whose due date is in the period."""
        return [
            duty for duty in self.duties if duty.outcome(self.as_at) in DUE and self.in_period(duty.due_on)
        ]

    def held_by_child(self, child_id: str, after: date, until: date) -> list[Duty]:
        """The child's reviews held after one day and not after another, in order; short breaks' left out."""
        held = [
            duty
            for duty in self.duties
            if duty.child_id == child_id and duty.review_by(self.as_at) and after < duty.closes_on <= until
        ]
        return sorted(held, key=lambda duty: duty.closes_on)

    def looked_after(self, day: date) -> list[tuple[str, Row]]:
        """(child, period of care) looked after on `day` and not in a short-break series then."""
        found = []
        for child in self.story.all("children"):
            child_id = child["child_id"]
            for period in self.story.of("care_periods", child_id):
                ended = period["ended_on"]
                in_care = period["started_on"] <= day and (ended is None or day < ended)
                if in_care and regime_on(self.story, child_id, day) != "short_break":
                    found.append((child_id, period))
        return found

    def done(self, kinds: set[str], child_id: str, first: date, last: date) -> bool:
        """An activity of these kinds was done with the child from the first to the last day, and is known."""
        return any(
            activity["activity_kind"] in kinds and first <= activity["done_on"] <= min(last, self.as_at)
            for activity in self.story.of("activities", child_id)
        )

    # -- items

    def of_duty(self, duty: Duty, day: date, below: bool, above: bool) -> Item:
        settled = duty.attributed_on(self.as_at)
        return Item(
            day,
            self.story.iro_on(duty.child_id, settled),
            self.story.team_on(duty.child_id, settled),
            below,
            below and above,
            self.story.born(duty.child_id),
            duty.kind,
        )

    def of_child(self, child_id: str, above: bool) -> Item:
        """Children: the IRO and team allocated on the as-at date, the age then."""
        return Item(
            self.as_at,
            self.story.iro_on(child_id, self.as_at),
            self.story.team_on(child_id, self.as_at),
            True,
            above,
            self.story.born(child_id),
        )
