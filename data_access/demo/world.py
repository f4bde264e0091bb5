"""One child after another with everything that happened: what the writers write down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from data_access.demo.activities import Activity, between_reviews, history_start, iro_on, notes_of
from data_access.demo.care import Child, Period, children_of
from data_access.demo.challenge import Escalation, Section, audits_of, escalations_of
from data_access.demo.days import Days
from data_access.demo.paperwork import Steps, Taking, mode_of, monitoring_of, people_at, steps_of, taking_part
from data_access.demo.people import Staff, staff_of
from data_access.demo.reviews import Review, reviews_of
from data_access.demo.shape import HISTORY_YEARS, Shape


@dataclass(slots=True)
class Record:
    """What is recorded about one review. `steps` is empty for reviews older than the history."""

    review: Review
    held: bool
    """Held and recorded by the as-at date."""
    taking: Taking
    mode: str
    venue: str
    chaired_by: str
    steps: Steps | None
    papers: tuple[str, str, str]
    people: list[tuple[str, str]]
    monitoring: list[tuple[str, str, str]]


@dataclass(slots=True)
class Story:
    """A period of care with all that was done in it."""

    period: Period
    records: list[Record]
    activities: list[Activity]
    escalations: list[Escalation]
    audits: list[tuple[int, str, list[Section]]]
    """(day, team, graded sections) of each audit of the child's record."""


@dataclass
class World:
    """An invented authority: its staff, and its children one at a time."""

    shape: Shape
    days: Days
    seed: int

    def __post_init__(self) -> None:
        self._rng = Random(f"{self.seed}/{self.shape.name}")
        self.staff: Staff = staff_of(self.shape, self.days, self._rng)

    def children(self) -> Iterator[tuple[Child, list[Story]]]:
        """Every child with their periods of care. To be gone through once."""
        for child in children_of(self.shape, self.staff, self.days, self._rng):
            yield (
                child,
                [self._story(child, period) for period in child.periods if period.start <= self.days.as_at],
            )

    def _story(self, child: Child, period: Period) -> Story:
        shape, days, rng = self.shape, self.days, self._rng
        reviews = reviews_of(child, period, days, rng)
        records = [self._record(child, period, review) for review in reviews]
        activities = [*notes_of(period, shape, days, rng)]
        activities += between_reviews(child, period, reviews, shape, days, rng)
        for record in records:
            if record.held and record.steps and rng.random() < 0.5:
                seen = record.steps.child_seen
                span = iro_on(period, seen) if seen <= days.as_at else None
                if span:
                    activities.append(Activity(span.holder.iro_id, "child_contact", seen))
        return Story(
            period,
            records,
            activities,
            [*escalations_of(period, reviews, shape, days, rng)],
            [*audits_of(period, shape, days, rng)],
        )

    def _record(self, child: Child, period: Period, review: Review) -> Record:
        days, rng = self.days, self._rng
        held = review.recorded <= days.as_at and review.given_up_on == days.never
        start = history_start(days.as_at)
        mode, venue = mode_of(rng)
        taking = taking_part(child, review, mode, rng)
        if held and review.held < start:
            return Record(review, held, taking, "", "", "", None, ("", "", ""), [], [])
        span = iro_on(period, review.held)
        chair = span.holder.iro_id if span else ""
        if held and rng.random() < (0.03 if chair else 0.9):
            holder = rng.choice(self.staff.posts).holder_on(review.held)
            chair = holder.iro_id if holder else chair
        progress = min(1.0, max(0.0, (review.held - start) / (HISTORY_YEARS * 365.25)))
        steps = steps_of(review, taking.mode == "not_present", progress, days, rng)
        people = people_at(child, rng) if held and rng.random() < self.shape.people_share else []
        recent = review.held > days.as_at - 730
        monitoring = []
        if held and recent and steps.monitoring <= days.as_at and rng.random() < self.shape.monitoring_share:
            monitoring = monitoring_of(child, review, rng)
        return Record(
            review, held, taking, mode, venue, chair, steps, self._papers(child, review), people, monitoring
        )

    def _papers(self, child: Child, review: Review) -> tuple[str, str, str]:
        """Consultation papers returned by the child, the parents and the carers."""
        rng = self._rng
        return (
            "yes" if review.held >= child.four and rng.random() < 0.46 else "no",
            "yes" if not child.unaccompanied and rng.random() < 0.34 else "no",
            "yes" if rng.random() < 0.63 else "no",
        )
