"""The duty to review: when each opens, falls due and closes.

The grain of everything about timeliness (`design.md`, idea 1). A duty opens when a period of care or
a schedule begins or a review is held; the next review of its schedule closes it, or the end of the
schedule does. A child in care has exactly one open duty at any moment, so what was known on a day
in the past follows by comparing days: a duty is in force at D when it opened by D and had not
closed by D.

Rules: `domain.md` section 1, numbered in the comments here. Pure and vectorised: whole columns in,
whole columns out, no clock, no store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from metrics.rules.calendar import (
    LAST_DAY,
    NO_DAY,
    Days,
    Flags,
    Integers,
    add_months,
    setting_on,
    working_days_after,
)
from metrics.rules.intervals import NEVER, STRIDE, day_at
from metrics.rules.schedules import ADOPTION, LOOKED_AFTER, SHORT_BREAK, Care, Segments

KINDS = ("first", "second", "subsequent", "unknown")
FIRST, SECOND, SUBSEQUENT, UNKNOWN = range(4)
CLOSINGS = ("review", "ceased", "schedule", None)
_BY_REVIEW, _BY_CEASING, _BY_SCHEDULE, _OPEN = range(4)

NOTHING_COVERED = LAST_DAY
"""`covered_from` of a source that has no reviews at all: none of its duties can be judged (rule 12)."""


class Standards(Protocol):
    """Where the intervals come from: `metrics.standards`, or a test's own."""

    def setting_history(self, name: str, /) -> Sequence[tuple[date | None, float]]:
        """The values of a setting with the day each came into force, earliest first."""
        ...


@dataclass(frozen=True)
class Duties:
    """Every duty of some periods of care, in the order of period and opening."""

    period: Integers
    """Its position in `Care`."""
    segment: Integers
    number: Integers
    """1 for the first of its period, and so on."""
    kind: Integers
    """A position in `KINDS`."""
    opens: Integers
    """The point (`metrics.deriving.intervals`) of the child and the day it opens."""
    due_on: Days
    """Blank for kind unknown."""
    closes: Integers
    """The point at which it closes; the end of the child's stretch while it stands open."""
    closed_by: Integers
    """A position in `CLOSINGS`."""
    review: Integers
    """The row of the review that closed it, -1 without one."""

    def __len__(self) -> int:
        return len(self.opens)


@dataclass(frozen=True)
class _Held:
    """The reviews that belong to a period, in order, as points; `row` is the row they came from."""

    point: Integers
    segment: Integers
    row: Integers


@dataclass(frozen=True)
class _Openings:
    """The kind and due date of the duty that opens with each segment."""

    kind: Integers
    due_on: Days


def duties_of(care: Care, segments: Segments, held: Integers, standards: Standards) -> Duties:
    """Every duty to review of these periods of care, whatever the day.

    `segments` are those of `care`; `held` is the point of every review that was held, at most one
    per child and day. Reviews before or after care count nowhere (rule 11).
    """
    reviews = _assigned(care, segments, held)
    openings = _openings(care, segments, reviews, standards)
    count = len(segments) + len(reviews.point)
    # One duty for the start of every segment and one for every review, each closed by what follows.
    reviews_of = np.bincount(reviews.segment, minlength=len(segments)).astype(np.int64)
    head = np.arange(len(segments)) + np.cumsum(reviews_of) - reviews_of
    at_review = np.arange(len(reviews.point)) + reviews.segment + 1
    segment = np.repeat(np.arange(len(segments)), reviews_of + 1)
    opens, review = np.empty(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    opens[head], opens[at_review] = segments.start, reviews.point
    review[at_review - 1] = reviews.row
    closes = segments.end[segment]
    closes[at_review - 1] = reviews.point
    ends_care = (segments.end == care.end[segments.period])[segment]
    closed_by = np.where(ends_care, _BY_CEASING, _BY_SCHEDULE)
    closed_by = np.where(closes % STRIDE == NEVER, _OPEN, np.where(review >= 0, _BY_REVIEW, closed_by))
    kind, due_on = _due(segments, segment, np.arange(count) - head[segment], opens, openings, standards)
    exists = (closes > opens) | (review >= 0)  # rule 10: not one that opens and closes on one day
    period = segments.period[segment[exists]]
    number = np.arange(len(period)) - np.searchsorted(period, period, side="left") + 1
    return Duties(
        period, segment[exists], number, kind[exists], opens[exists], due_on[exists],
        closes[exists], closed_by[exists], review[exists],
    )  # fmt: skip


def _assigned(care: Care, segments: Segments, held: Integers) -> _Held:
    """Give every review to its period and segment; those that fit in none are left out (rule 11)."""
    row = np.argsort(held, kind="stable")
    point = held[row]
    # The period's days run from its start to the day of ceasing, that day included (rule 10); where
    # one ends and the next begins on one day, a review that day belongs to the one that ends.
    period = np.searchsorted(np.maximum.accumulate(care.end), point, side="left")
    belongs = np.append(care.start, np.iinfo(np.int64).max)[period] <= point
    row, point, period = row[belongs], point[belongs], period[belongs]
    # A review on the day the schedule changes discharges the earlier duty (rule 8), so a segment has
    # the days after its start, up to its end; only a period's first has the day it starts on too.
    first = np.searchsorted(segments.period, period, side="left")
    segment = np.maximum(np.searchsorted(segments.start, point, side="left") - 1, first)
    return _Held(point, segment, row)


def _openings(care: Care, segments: Segments, reviews: _Held, standards: Standards) -> _Openings:
    """The kind and due date of the duty that opens with each segment."""
    opens_on = day_at(segments.start)

    def setting(name: str) -> Integers:
        return setting_on(standards.setting_history(name), opens_on)

    due = np.choose(
        segments.regime,
        (
            working_days_after(opens_on, setting("first_review_working_days")),  # rule 1
            opens_on + setting("adoption_first_days").astype("timedelta64[D]"),  # rule 8
            add_months(opens_on, setting("short_break_first_months")),  # rule 9
        ),
    )
    begins = np.diff(segments.period, prepend=-1) != 0
    last_review = _last_review_before(segments, reviews)
    resumes = np.zeros(len(segments), dtype=np.bool_)
    resumes[1:] = (segments.regime[1:] == LOOKED_AFTER) & (segments.regime[:-1] == ADOPTION)
    resumes &= ~begins & ~np.isnat(last_review)
    later = setting_on(standards.setting_history("later_review_months"), last_review)
    due = np.where(resumes, add_months(last_review, later), due)  # rule 8: from the last one held
    covered_from = care.covered_from[segments.period]
    unknown = begins & (~care.start_known[segments.period] | (due < covered_from))  # rule 12
    unknown |= covered_from == NOTHING_COVERED
    kind = np.where(unknown, UNKNOWN, np.where(resumes, SUBSEQUENT, FIRST))
    return _Openings(kind, np.where(unknown, NO_DAY, due))


def _last_review_before(segments: Segments, reviews: _Held) -> Days:
    """The last review held in the period before each segment began, NaT where there was none."""
    before = np.searchsorted(reviews.segment, np.arange(len(segments)), side="left")
    first_of_period = np.searchsorted(segments.period, segments.period, side="left")
    some = before > before[first_of_period]
    last = np.append(day_at(reviews.point), NO_DAY)[before - 1]
    return np.where(some, last, NO_DAY)


def _due(
    segments: Segments,
    segment: Integers,
    order: Integers,
    opens: Integers,
    openings: _Openings,
    standards: Standards,
) -> tuple[Integers, Days]:
    """The kind of each duty and the day it is due; `order` is 0 for the one that opens with its segment."""
    opened_as = openings.kind[segment]
    second = (order == 1) & (opened_as == FIRST)  # after unknown and resumed: subsequent (9a)
    kind = np.where(order == 0, opened_as, np.where(second, SECOND, SUBSEQUENT))
    opens_on = day_at(opens)
    months = months_to_next(segments.regime[segment], second, opens_on, standards)
    due_on = np.where(order == 0, openings.due_on[segment], add_months(opens_on, months))  # rules 2, 3
    return kind, due_on


def months_to_next(regime: Integers, second: Flags, opens_on: Days, standards: Standards) -> Integers:
    """How many months after a review the next is due, by the settings in force on the day it was held.

    regime: positions in `schedules.REGIMES`; second: whether the next is the second of its schedule. Rules
    2, 3, 8 and 9.
    """

    def setting(name: str) -> Integers:
        return setting_on(standards.setting_history(name), opens_on)

    return np.select(
        [regime == SHORT_BREAK, (regime == ADOPTION) & second, regime == ADOPTION, second],
        [
            setting("short_break_later_months"),
            setting("adoption_second_months"),
            setting("adoption_later_months"),
            setting("second_review_months"),
        ],
        setting("later_review_months"),
    )
