"""What IROs do between reviews: midway reviews, case notes, contacts, and where they challenge; audits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from data_access.demo.care import Child, IroSpan, Period
from data_access.demo.days import DAYS_IN_YEAR, Days
from data_access.demo.people import MONTH
from data_access.demo.reviews import LATER, Review, between
from data_access.demo.shape import HISTORY_YEARS, Shape

STEP = 61
"""Days over which an IRO's effort is taken as steady."""
MIDWAYS_PER_DUTY = 0.089
"""Share of six-monthly duties with a midway review, for each that a full-time IRO does a month."""


@dataclass(slots=True)
class Activity:
    """One thing done on a child's record by an IRO."""

    iro_id: str
    kind: str
    done: int


def history_start(as_at: int) -> int:
    """The first day of the years that are written in full."""
    return as_at - round(HISTORY_YEARS * DAYS_IN_YEAR)


def notes_of(period: Period, shape: Shape, days: Days, rng: Random) -> Iterator[Activity]:
    """Case notes (and, where the case system logs them, other meetings) by the IRO of the day."""
    notes = shape.notes_per_fte_month / shape.children_per_fte / MONTH
    logged = shape.logged_per_child_month / MONTH
    start, as_at, on_or_before = history_start(days.as_at), days.as_at, days.on_or_before
    for span in period.iros:
        day, last = max(span.from_, start), min(span.to, as_at, period.end - 1)
        while day <= last:
            until = min(day + STEP, last + 1)
            rate = notes * span.post.noting_on(day, as_at)
            for kind, each_day in (("case_note", rate), ("other_meeting", logged)):
                if not each_day:
                    continue
                mean = 1 / each_day
                at = day + rng.expovariate(1 / mean)
                while at < until:
                    yield Activity(span.holder.iro_id, kind, max(on_or_before(int(at)), span.from_))
                    at += rng.expovariate(1 / mean)
            day = until


def iro_on(period: Period, day: int) -> IroSpan | None:
    """The child's IRO on a day."""
    for span in period.iros:
        if span.from_ <= day <= span.to:
            return span
    return None


def between_reviews(
    child: Child, period: Period, reviews: list[Review], shape: Shape, days: Days, rng: Random
) -> Iterator[Activity]:
    """Midway reviews about halfway between two reviews, pathway reviews, and meetings before a review."""
    start = history_start(days.as_at)
    chance = shape.midways_per_fte_month * MIDWAYS_PER_DUTY
    for review in reviews:
        last = min(review.held - 1, period.end - 1, days.as_at)
        if review.held < start:
            continue
        if review.kind == LATER and review.due - review.opens > 90:
            halfway = days.on_or_before(
                int(review.opens + (review.due - review.opens) * rng.uniform(0.36, 0.6))
            )
            span = iro_on(period, halfway)
            if (
                span
                and start <= halfway <= last
                and rng.random() < chance * span.post.effort_on(halfway, days.as_at)
            ):
                yield Activity(span.holder.iro_id, "midway_review", halfway)
                if rng.random() < 0.04:
                    again = days.on_or_before(halfway + between(rng, 20, 50))
                    if again <= last:
                        yield Activity(span.holder.iro_id, "midway_review", again)
            if span and review.opens >= child.sixteen and start <= halfway <= last and rng.random() < 0.35:
                yield Activity(span.holder.iro_id, "pathway_review", halfway)
        if rng.random() < 0.2:
            before = days.before(review.held, between(rng, 1, 5))
            span = iro_on(period, before)
            if span and max(start, review.opens) < before <= last:
                yield Activity(span.holder.iro_id, "pre_meeting", before)
