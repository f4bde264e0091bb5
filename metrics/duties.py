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
import pandas as pd

from metrics.calendar import (
    LAST_DAY,
    NO_DAY,
    Days,
    Integers,
    add_months,
    as_days,
    setting_on,
    working_days_after,
)
from metrics.intervals import NEVER, STRIDE, child_at, day_at, points
from metrics.schedules import (
    ADOPTION,
    LOOKED_AFTER,
    REGIMES,
    SHORT_BREAK,
    Care,
    Segments,
    care_of,
    numbered,
    segments_of,
)

KINDS = ("first", "second", "subsequent", "unknown")
FIRST, SECOND, SUBSEQUENT, UNKNOWN = range(4)
CLOSINGS = ("review", "ceased", "schedule")
_BY_REVIEW, _BY_CEASING, _BY_SCHEDULE, _OPEN = 0, 1, 2, -1

NOTHING_COVERED = LAST_DAY
"""`covered_from` of a source that has no reviews at all: none of its duties can be judged (rule 12)."""

DUTY_COLUMNS = (
    "child_id", "period_started_on", "number", "regime", "kind",
    "opens_on", "due_on", "closes_on", "closed_by", "held_on", "review_id",
)  # fmt: skip


class Standards(Protocol):
    """Where the intervals come from: `metrics.standards`, or a test's own."""

    def setting_history(self, name: str, /) -> Sequence[tuple[date | None, float]]:
        """The values of a setting with the day each came into force, earliest first."""
        ...


@dataclass(frozen=True)
class _Reviews:
    """The reviews that belong to a period, in order, as points; `row` is the row they came from."""

    point: Integers
    segment: Integers
    row: Integers


@dataclass(frozen=True)
class _Duties:
    """Duties in order, before the words are put on them."""

    segment: Integers
    order: Integers  # 0 for the one that opens with its segment
    opens: Integers
    closes: Integers
    closed_by: Integers
    review: Integers  # the row of the review that closed it, -1 without


def derive_duties(
    periods: pd.DataFrame,
    statuses: pd.DataFrame,
    placements: pd.DataFrame,
    reviews: pd.DataFrame,
    standards: Standards,
) -> pd.DataFrame:
    """Every duty to review of these periods of care, whatever the day.

    In: `periods` (child_id, started_on, ended_on, start_known, covered_from; one child's do not
    overlap), `statuses` (child_id, from_date, to_date, legal_status), `placements` (child_id,
    from_date, to_date, placement_type), `reviews` that were held (child_id, held_on, review_id; one
    per child and day). Days in any form `as_days` takes; blank ends mean "still".

    Out: the columns `DUTY_COLUMNS`, in the order of child, period and opening. `number` counts from 1 in
    each period. `due_on` is empty for kind unknown; `closes_on` and `closed_by` (review, ceased,
    schedule) while it stands open; `held_on` and `review_id` unless a review closed it. Days as
    datetime64, regime, kind and closed_by as categories.
    """
    care = care_of(periods)
    segments = segments_of(care, statuses, placements)
    if not len(segments):
        return pd.DataFrame({name: [] for name in DUTY_COLUMNS})
    held = _assigned(care, segments, reviews)
    duties = _opened_and_closed(care, segments, held)
    kind, due = _due(care, segments, held, duties, standards)
    return _described(care, segments, duties, kind, due, reviews)


def _assigned(care: Care, segments: Segments, reviews: pd.DataFrame) -> _Reviews:
    """Give every review to its period and segment; those that fit in none are left out (rule 11)."""
    child = numbered(care.children, reviews["child_id"])
    held_on = as_days(reviews["held_on"])
    row = np.flatnonzero((child >= 0) & ~np.isnat(held_on))
    point = points(child[row], held_on[row])
    order = np.argsort(point, kind="stable")
    row, point = row[order], point[order]
    # The period's days run from its start to the day of ceasing, that day included (rule 10); where
    # one ends and the next begins on one day, a review that day belongs to the one that ends.
    period = np.searchsorted(care.start, point, side="right") - 1
    before = np.maximum(period - 1, 0)
    period = np.where((period > 0) & (care.end[before] == point), before, period)
    belongs = (period >= 0) & (point <= care.end[np.maximum(period, 0)])
    belongs &= care.start[np.maximum(period, 0)] <= point
    row, point, period = row[belongs], point[belongs], period[belongs]
    # A review on the day the schedule changes discharges the earlier duty (rule 8), so a segment has
    # the days after its start, up to its end; only a period's first has the day it starts on too.
    first = np.searchsorted(segments.period, period, side="left")
    segment = np.maximum(np.searchsorted(segments.start, point, side="left") - 1, first)
    return _Reviews(point, segment, row)


def _opened_and_closed(care: Care, segments: Segments, held: _Reviews) -> _Duties:
    """One duty for the start of every segment and one for every review, each closed by what follows."""
    count = len(segments) + len(held.point)
    reviews_of = np.bincount(held.segment, minlength=len(segments)).astype(np.int64)
    head = np.arange(len(segments)) + np.cumsum(reviews_of) - reviews_of
    at_review = np.arange(len(held.point)) + held.segment + 1
    segment = np.repeat(np.arange(len(segments)), reviews_of + 1)
    opens, review = np.empty(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    opens[head], opens[at_review] = segments.start, held.point
    review[at_review - 1] = held.row
    closes = segments.end[segment]
    closes[at_review - 1] = held.point
    ceases = segments.end == care.end[segments.period]
    closed_by = np.where(ceases, _BY_CEASING, _BY_SCHEDULE)[segment]
    closed_by = np.where(closes % STRIDE == NEVER, _OPEN, np.where(review >= 0, _BY_REVIEW, closed_by))
    order = np.arange(count) - head[segment]
    exists = (closes > opens) | (review >= 0)  # rule 10: not one that opens and closes on one day
    return _Duties(
        segment[exists], order[exists], opens[exists], closes[exists], closed_by[exists], review[exists]
    )


def _openings(care: Care, segments: Segments, held: _Reviews, standards: Standards) -> tuple[Integers, Days]:
    """The kind and due date of the duty that opens with each segment."""

    def setting(name: str) -> Integers:
        return setting_on(standards.setting_history(name), opens_on)

    opens_on = day_at(segments.start)
    due = np.choose(
        segments.regime,
        (
            working_days_after(opens_on, setting("first_review_working_days")),  # rule 1
            opens_on + setting("adoption_first_days").astype("timedelta64[D]"),  # rule 8
            add_months(opens_on, setting("short_break_first_months")),  # rule 9
        ),
    )
    begins = np.diff(segments.period, prepend=-1) != 0
    last_review = _last_review_before(segments, held)
    resumes = np.zeros(len(segments), dtype=np.bool_)
    resumes[1:] = (segments.regime[1:] == LOOKED_AFTER) & (segments.regime[:-1] == ADOPTION)
    resumes &= ~begins & ~np.isnat(last_review)
    due = np.where(resumes, add_months(last_review, setting("later_review_months")), due)  # rule 8
    covered_from = care.covered_from[segments.period]
    unknown = begins & (~care.start_known[segments.period] | (due < covered_from))  # rule 12
    unknown |= covered_from == NOTHING_COVERED
    kind = np.where(unknown, UNKNOWN, np.where(resumes, SUBSEQUENT, FIRST))
    return kind, np.where(unknown, NO_DAY, due)


def _last_review_before(segments: Segments, held: _Reviews) -> Days:
    """The last review held in the period before each segment began, NaT where there was none."""
    before = np.searchsorted(held.segment, np.arange(len(segments)), side="left")
    first_of_period = np.searchsorted(segments.period, segments.period, side="left")
    some = before > before[first_of_period]
    last = np.append(day_at(held.point), NO_DAY)[before - 1]
    return np.where(some, last, NO_DAY)


def _due(
    care: Care, segments: Segments, held: _Reviews, duties: _Duties, standards: Standards
) -> tuple[Integers, Days]:
    """The kind of each duty and the day it is due."""
    opening_kind, opening_due = _openings(care, segments, held, standards)
    opens = duties.order == 0
    opened_as = opening_kind[duties.segment]
    second = (duties.order == 1) & (opened_as == FIRST)  # after unknown and resumed: subsequent (9a)
    kind = np.where(opens, opened_as, np.where(second, SECOND, SUBSEQUENT))
    short_break = segments.regime[duties.segment] == SHORT_BREAK
    opens_on = day_at(duties.opens)
    months = np.select(
        [short_break, second],
        [
            setting_on(standards.setting_history("short_break_later_months"), opens_on),
            setting_on(standards.setting_history("second_review_months"), opens_on),
        ],
        setting_on(standards.setting_history("later_review_months"), opens_on),
    )
    due = np.where(opens, opening_due[duties.segment], add_months(opens_on, months))  # rules 2, 3
    return kind, due


def _described(
    care: Care, segments: Segments, duties: _Duties, kind: Integers, due: Days, reviews: pd.DataFrame
) -> pd.DataFrame:
    """The duties as the frame that `derive_duties` promises."""
    period = segments.period[duties.segment]
    first_of_period = np.searchsorted(period, period, side="left")
    by_review = duties.review >= 0
    closes_on = day_at(duties.closes)
    return pd.DataFrame(
        {
            "child_id": care.children.take(child_at(duties.opens)),
            "period_started_on": day_at(care.start[period]),
            "number": np.arange(len(period)) - first_of_period + 1,
            "regime": pd.Categorical.from_codes(segments.regime[duties.segment], pd.Index(REGIMES)),
            "kind": pd.Categorical.from_codes(kind, pd.Index(KINDS)),
            "opens_on": day_at(duties.opens),
            "due_on": due,
            "closes_on": closes_on,
            "closed_by": pd.Categorical.from_codes(duties.closed_by, pd.Index(CLOSINGS)),
            "held_on": np.where(by_review, closes_on, NO_DAY),
            "review_id": reviews["review_id"].array.take(duties.review, allow_fill=True),
        },
        columns=list(DUTY_COLUMNS),
    )
