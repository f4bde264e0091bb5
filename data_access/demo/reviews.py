"""The reviews of a period of care: when each falls due, is booked, moved and held.

Each duty's review is planned whole, whatever the as-at date; what of the plan can be seen on that
date (held, only booked, its first booking cancelled, nothing at all) is decided last. So the present
week has its overdue and unbooked reviews without anybody having put them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from data_access.demo.care import ADOPTION, ORDINARY, SHORT_BREAKS, Child, Period, TeamSpan
from data_access.demo.days import Days
from data_access.demo.shape import PRACTICE

FIRST, SECOND, LATER = range(3)
STRUGGLING_SINCE_DAYS = 540
"""The struggling team did as well as the others until so long ago."""

REASONS_FIRST = ("LR01", "LR01", "LR02", "LR09", "LR09", "LR10", "LR11")
REASONS_LATER = (
    "LR03", "LR04", "LR04", "LR04", "LR05", "LR05", "LR06", "LR07", "LR07", "LR07", "LR08", "LR08",
    "LR10", "LR11", "LR11", "LR12", "LR13", "LR90", "LR91", "LR99",
)  # fmt: skip
CONCERNS = ("LR04", "LR05", "LR07")
RECORD_ONLY = ("LR90", "LR91")


@dataclass(slots=True)
class Review:
    """One planned review. Days are numbers; `never` where there is none."""

    kind: int
    opens: int
    due: int
    held: int
    booked_on: int
    recorded: int
    struggling: bool
    """Whether the child's team was struggling when it fell due."""
    first_booked_for: int
    """Where it was moved: the day it was booked for at first."""
    first_booked_on: int
    cancelled_on: int
    late_reason: str = ""
    agreed_by: str = ""
    agreed_on: int = 0
    given_up_on: int = 0
    """Planned, then not needed: the day the child's care or schedule ended first."""

    @property
    def late(self) -> bool:
        """Whether it was held after the day it was due."""
        return self.held > self.due


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included, faster than randint."""
    return low + int(rng.random() * (high - low + 1))


def struggles(teams: list[TeamSpan], day: int, as_at: int) -> bool:
    """Whether the team that has the child on a day is struggling then."""
    if day < as_at - STRUGGLING_SINCE_DAYS:
        return False
    return any(span.team.struggling for span in teams if span.from_ <= day <= span.to)


def reviews_of(child: Child, period: Period, days: Days, rng: Random) -> list[Review]:
    """The reviews of a period in turn, up to the first that lies after the as-at date."""
    found: list[Review] = []
    last_held = None
    schedules = period.schedules
    for place, (start, schedule) in enumerate(schedules):
        until = schedules[place + 1][0] if place + 1 < len(schedules) else period.end
        opens, order = start, 0
        while True:
            if order == 0 and place and schedules[place - 1][1] == ADOPTION and last_held is not None:
                kind, due, order = LATER, days.six_months_on[last_held], 1
                due = max(due, opens + 5)
            else:
                kind, due = _due(schedule, opens, order, days)
            if due >= child.eighteen:
                due = child.eighteen - between(rng, 12, 35)
                if due <= opens + 45:
                    return found
            review = _planned(period, kind, opens, due, days, rng)
            found.append(review)
            if review.held > until and until <= days.as_at:
                review.given_up_on = until
                break
            if review.held > days.as_at:
                return found
            last_held = opens = review.held
            order += 1
            if opens >= until:
                break
    return found


def _due(schedule: int, opens: int, order: int, days: Days) -> tuple[int, int]:
    """The kind of the duty that opens on a day, and when it falls due."""
    if order == 0:
        if schedule == ORDINARY:
            return FIRST, days.after(opens, 20)
        return FIRST, opens + 28 if schedule == ADOPTION else days.three_months_on[opens]
    if order == 1 and schedule != SHORT_BREAKS:
        return SECOND, days.three_months_on[opens]
    return LATER, days.six_months_on[opens]


def _planned(period: Period, kind: int, opens: int, due: int, days: Days, rng: Random) -> Review:
    """One review: in time as a rule, and then usually some days early; else late, for a reason."""
    never = days.never
    struggling = struggles(period.teams, due, days.as_at)
    early = {FIRST: 8, SECOND: 18, LATER: 34}[kind]
    in_time = max(days.on_or_before(due - between(rng, 0, early)), days.on_or_after(opens + 2))
    booked_on = _booked_on(kind, opens, in_time, days, rng)
    review = Review(
        kind,
        opens,
        due,
        in_time,
        booked_on,
        never,
        struggling,
        never,
        never,
        never,
        agreed_on=never,
        given_up_on=never,
    )
    chance = (PRACTICE.late_first if kind == FIRST else PRACTICE.late) * (
        PRACTICE.late_struggling if struggling else 1.0
    )
    if rng.random() < chance:
        _make_late(review, in_time, days, rng)
    elif in_time - opens > 30 and rng.random() < PRACTICE.rearranged:
        _move(review, in_time - between(rng, 3, 12), in_time, days, rng)
    review.recorded = review.held + _recording_days(rng)
    return review


def _booked_on(kind: int, opens: int, in_time: int, days: Days, rng: Random) -> int:
    """When the review was booked: soon after the one before, or some weeks ahead, or hardly at all."""
    share = rng.random()
    if share < PRACTICE.booked_too_late:
        return max(opens + 1, in_time - between(rng, 1, 9))
    if kind == FIRST:
        return min(days.after(opens, between(rng, 1, 7)), in_time)
    if share < PRACTICE.booked_early:
        return min(days.after(opens, between(rng, 1, 12)), in_time)
    return max(opens + 1, in_time - between(rng, 28, 70))


def _recording_days(rng: Random) -> int:
    """Calendar days from the meeting until it is in the case system."""
    share = rng.random()
    if share < 0.8:
        return int(share * 2.4)
    return between(rng, 2, 6) if share < PRACTICE.recorded_at_once else between(rng, 7, 20)


def _make_late(review: Review, in_time: int, days: Days, rng: Random) -> None:
    """Move a review past its due date: moved after all, booked too late, or forgotten until then."""
    review.held = days.on_or_after(review.due + 1 + min(95, int(rng.expovariate(1 / PRACTICE.late_days))))
    reasons = REASONS_FIRST if review.kind == FIRST else REASONS_LATER
    reason = rng.choice(CONCERNS) if review.struggling and rng.random() < 0.6 else rng.choice(reasons)
    if rng.random() < PRACTICE.late_explained:
        review.late_reason = reason
    share = rng.random()
    if share < 0.72:
        _move(review, in_time, review.held, days, rng)
    elif share > 0.82:
        review.booked_on = min(review.held, max(review.due - 3, review.held - between(rng, 3, 25)))
    if reason not in RECORD_ONLY and rng.random() < 0.8:
        in_advance = rng.random() < PRACTICE.late_agreed
        day = review.due - between(rng, 0, 6) if in_advance else review.due + between(rng, 1, 9)
        review.agreed_on = min(max(day, review.opens + 1), review.held)
        review.agreed_by = "Practice manager" if rng.random() < 0.8 else "Head of service"


def _move(review: Review, first_day: int, held: int, days: Days, rng: Random) -> None:
    """The review was booked for another day first; that booking was cancelled and a new one made."""
    review.first_booked_for = max(days.on_or_before(first_day), review.opens + 1)
    review.first_booked_on = min(review.booked_on, review.first_booked_for)
    called_off = max(review.first_booked_on, review.first_booked_for - between(rng, 0, 6))
    review.cancelled_on = min(called_off, held)
    review.booked_on = min(review.cancelled_on + between(rng, 0, 4), held)
