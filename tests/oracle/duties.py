"""The duties to review: `domain.md` section 1, rules 1-14, child by child and day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.oracle.days import DAY, months_on, working_days_after
from tests.oracle.story import Row, Story, World, in_force

SHORT_BREAK_STATUSES = {"V3", "V4"}
ADOPTION_PLACEMENTS = {"A3", "A4", "A5", "A6"}


@dataclass
class Duty:
    """One duty with everything that will ever be known of it; `outcome` says what is known at a day."""

    child_id: str
    period: Row
    number: int
    regime: str
    kind: str
    opens_on: date
    due_on: date | None
    closes_on: date | None = None
    review: Row | None = field(default=None, repr=False)

    def closed_by(self, day: date) -> bool:
        return self.closes_on is not None and self.closes_on <= day

    def review_by(self, day: date) -> Row | None:
        return self.review if self.closed_by(day) else None

    def outcome(self, day: date) -> str:
        if self.due_on is None:
            return "not_assessable"
        if self.review_by(day):
            return "on_time" if self.closes_on <= self.due_on else "late"
        if self.closed_by(day):
            return "missed" if self.due_on <= self.closes_on else "not_required"
        return "overdue" if self.due_on < day else "open"

    def days_late(self, day: date) -> int | None:
        if self.due_on is None:
            return None
        outcome = self.outcome(day)
        if outcome in {"late", "missed"}:
            return (self.closes_on - self.due_on).days
        return (day - self.due_on).days if outcome == "overdue" else 0

    def attributed_on(self, day: date) -> date:
        """The earliest of the due date, the day the duty closed, and the as-at date (`measures.md`)."""
        return min(each for each in (self.due_on, self.closes_on, day) if each is not None)


def regime_on(story: Story, child_id: str, day: date) -> str:
    """Rule 9a: V3/V4 decides before placement; without a status or placement the ordinary schedule."""
    for status in story.of("legal_statuses", child_id):
        if status["legal_status"] in SHORT_BREAK_STATUSES and in_force(status, day):
            return "short_break"
    for placement in story.of("placements", child_id):
        if placement["placement_type"] in ADOPTION_PLACEMENTS and in_force(placement, day):
            return "adoption"
    return "looked_after"


def _stretches(story: Story, child_id: str, period: Row) -> list[tuple[date, date | None, str]]:
    """The period cut where the schedule changes: (first day, first day of what follows or None, regime).

    The child is looked after from the day the period starts up to the day before it ends (rule 10);
    what ends the last stretch is the day of ceasing.
    """
    start, end = period["started_on"], period["ended_on"]
    changes = {start}
    for row in story.of("legal_statuses", child_id) + story.of("placements", child_id):
        changes.add(row["from_date"])
        if row["to_date"] is not None:
            changes.add(row["to_date"] + DAY)
    stretches: list[list[Any]] = []
    for day in sorted(changes):
        if day < start or (end is not None and day >= end and day != start):
            continue
        regime = regime_on(story, child_id, day)
        if stretches and stretches[-1][2] == regime:
            continue
        if stretches:
            stretches[-1][1] = day
        stretches.append([day, end, regime])
    return [tuple(stretch) for stretch in stretches]


def held_reviews(story: Story, child_id: str) -> dict[date, Row]:
    """The review that counts on each day: the one with a valid code, else the first (`formats.md`)."""
    by_day: dict[date, list[Row]] = {}
    for review in story.of("reviews", child_id):
        if review["review_status"] == "held":
            by_day.setdefault(review["held_on"], []).append(review)
    kept = {}
    for day, reviews in by_day.items():
        with_code = [review for review in reviews if review["participation_code"] is not None]
        kept[day] = (with_code or reviews)[0]
    return kept


def _reviews_of_periods(story: Story, child_id: str) -> dict[date, list[tuple[date, Row]]]:
    """period start -> its reviews in order; a day shared by two periods belongs to the one that ends."""
    periods = sorted(story.of("care_periods", child_id), key=lambda period: period["started_on"])
    found: dict[date, list[tuple[date, Row]]] = {period["started_on"]: [] for period in periods}
    for day, review in sorted(held_reviews(story, child_id).items()):
        for period in periods:
            if period["started_on"] <= day and (period["ended_on"] is None or day <= period["ended_on"]):
                found[period["started_on"]].append((day, review))
                break
    return found


def _first_duty(regime: str, entered_from: str | None, last_held: date | None, day: date) -> tuple[str, date]:
    """Kind and due date of the first duty of a stretch that begins on `day` (rules 1, 8, 9, 9a)."""
    if regime == "adoption":
        return "first", day + timedelta(days=28)
    if regime == "short_break":
        return "first", months_on(day, 3)
    if entered_from == "adoption" and last_held is not None:
        return "subsequent", months_on(last_held, 6)
    return "first", working_days_after(day, 20)


def _next_duty(regime: str, kind: str, held_on: date) -> tuple[str, date]:
    """Kind and due date of the duty that a review opens (rules 2, 3, 8, 9, 9a, 12)."""
    if kind == "first":
        return "second", months_on(held_on, 6 if regime == "short_break" else 3)
    return "subsequent", months_on(held_on, 6)


def _period_duties(story: Story, child_id: str, period: Row, reviews: list[tuple[date, Row]]) -> list[Duty]:
    duties: list[Duty] = []
    entered_from: str | None = None
    last_held: date | None = None
    waiting = list(reviews)
    for begins, ends, regime in _stretches(story, child_id, period):
        kind, due_on = _first_duty(regime, entered_from, last_held, begins)
        if entered_from is None:
            uncovered = story.reviews_from is not None and due_on < story.reviews_from
            if period["start_known"] is False or uncovered:
                kind, due_on = "unknown", None
        opens_on = begins
        while True:
            duty = Duty(child_id, period, len(duties) + 1, regime, kind, opens_on, due_on)
            if waiting and (ends is None or waiting[0][0] <= ends):
                last_held, duty.review = waiting.pop(0)
                duty.closes_on = last_held
                duties.append(duty)
                kind, due_on = _next_duty(regime, kind, last_held)
                opens_on = last_held
                continue
            duty.closes_on = ends
            if ends != opens_on:
                duties.append(duty)
            break
        entered_from = regime
    return duties


def all_duties(story: Story) -> list[Duty]:
    """Every duty, from all rows whatever their date."""
    found = []
    for child in story.all("children"):
        child_id = child["child_id"]
        reviews = _reviews_of_periods(story, child_id)
        for period in sorted(story.of("care_periods", child_id), key=lambda period: period["started_on"]):
            found += _period_duties(story, child_id, period, reviews[period["started_on"]])
    return found


def duties(world: World, as_at: date, reviews_from: date | None = None) -> list[dict[str, Any]]:
    """The rows of `manage.py duties --as-at`: one per duty known at the day, every column of `design.md`."""
    story = Story(world, reviews_from)
    rows = []
    for duty in all_duties(story):
        if duty.opens_on > as_at:
            continue
        review = duty.review_by(as_at)
        day = duty.attributed_on(as_at)
        rows.append(
            {
                "child_id": duty.child_id,
                "period_started_on": duty.period["started_on"],
                "regime": duty.regime,
                "kind": duty.kind,
                "opens_on": duty.opens_on,
                "due_on": duty.due_on,
                "held_on": review["held_on"] if review else None,
                "review_id": review["review_id"] if review else None,
                "outcome": duty.outcome(as_at),
                "days_late": duty.days_late(as_at),
                "iro_id": story.iro_on(duty.child_id, day),
                "team_id": story.team_on(duty.child_id, day),
            }
        )
    return rows
