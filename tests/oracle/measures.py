"""The rows of the `measures` command: the items of `items.py`, and FTE, counted by group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.days import age_band, month_end, months_of
from tests.oracle.duties import Duty, all_duties
from tests.oracle.items import COUNTS, FILLED, FLOWS, OF_DUTIES, STOCKS, is_recorded
from tests.oracle.question import Item, Question
from tests.oracle.story import Story, World, in_force

BREAKDOWNS = ("service", "iro", "team", "month", "kind", "age_band")
PER_FTE_MONTH = ("midway_reviews_per_fte_month", "case_notes_per_fte_month", "reviews_per_fte_month")
PER_FTE = (*PER_FTE_MONTH, "caseload_per_fte")
KEYS = (*FLOWS, *STOCKS, *PER_FTE)

UNIT = {
    **dict.fromkeys(KEYS, "percent"),
    **dict.fromkeys(COUNTS, "count"),
    **dict.fromkeys(PER_FTE_MONTH, "per_fte_month"),
    "caseload_per_fte": "per_fte",
}

_AT_LEAST = {
    95: (
        "reviews_held_on_time reviews_due_on_time first_reviews_on_time children_all_reviews_on_time "
        "children_participated children_participated_every_review children_participated_latest_review"
    ),
    80: "children_attended",
    100: (
        "late_reviews_agreed late_reviews_explained participation_recorded absences_explained "
        "children_seen_in_six_weeks iro_told_in_2_days iro_allocated_in_5_days invitations_10_days_before "
        "report_2_days_before care_plan_2_days_before decisions_in_5_days record_in_15_days "
        "letter_in_20_days monitoring_form_sent escalations_resolved_in_time"
    ),
}
NONE_OF = (
    "reviews_overdue",
    "reviews_due_soon_unbooked",
    "children_without_an_iro",
    "children_without_a_social_worker",
    "escalations_open_over_20_days",
)
BENCHMARK = {
    "midway_reviews_per_fte_month": (5, 10),
    "case_notes_per_fte_month": (40, 50),
    "caseload_per_fte": (50, 70),
}
STANDARD: dict[str, tuple[float, float]] = {
    **{key: (least, 100) for least, keys in _AT_LEAST.items() for key in keys.split()},
    **dict.fromkeys(NONE_OF, (0, 0)),
    **BENCHMARK,
}
"""The standard of each measure that has one, as `measures.md` prints it: from, to."""


def _row(key: str, group: str, numerator: float | None, denominator: float | None) -> dict[str, Any]:
    value: float | None = None
    if UNIT[key] == "count":
        value, denominator = numerator, None
    elif denominator:
        value = (100 if UNIT[key] == "percent" else 1) * numerator / denominator
    return {
        "measure": key,
        "group": group,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "status": _status(key, value),
    }


def _status(key: str, value: float | None) -> str | None:
    """The words of `measures.md`, Breakdowns, on the unrounded value."""
    if value is None or key not in STANDARD:
        return None
    if key in BENCHMARK:
        low, high = STANDARD[key]
        return "below" if value < low else "above" if value > high else "within"
    low, high = STANDARD[key]
    return "met" if low <= value <= high else "not_met"


# -- full-time equivalents


def _fte_on(story: Story, iro_id: str, day: date) -> Fraction:
    """The FTE in force that day, nothing outside the IRO's own dates."""
    (iro,) = [row for row in story.all("iros") if row["iro_id"] == iro_id]
    if day < iro["started_on"] or (iro["ended_on"] is not None and day > iro["ended_on"]):
        return Fraction(0)
    hours = [row for row in story.all("iro_hours") if row["iro_id"] == iro_id and in_force(row, day)]
    return sum((row["fte"] for row in hours), Fraction(0))


def _fte_months(q: Question, iro_id: str) -> Fraction:
    """fte x days in force / days in the month, summed over the days of the period."""
    total, day = Fraction(0), q.start
    while day <= q.periods_end:
        total += _fte_on(q.story, iro_id, day) / month_end(day).day
        day += timedelta(days=1)
    return total


def _done_by(q: Question, key: str) -> list[str | None]:
    """Who did each midway review or case note of the period, or chaired each review held in it."""
    if key == "reviews_per_fte_month":
        return [duty.review["chaired_by"] for duty in q.held()]
    kind = {"midway_reviews_per_fte_month": "midway_review", "case_notes_per_fte_month": "case_note"}[key]
    return [
        row["iro_id"]
        for row in q.story.all("activities")
        if row["activity_kind"] == kind and q.in_period(row["done_on"]) and row["done_on"] <= q.as_at
    ]


def _caseload(q: Question) -> list[str]:
    """The IRO of each child looked after and allocated at the as-at date."""
    iros = [q.story.iro_on(child_id, q.as_at) for child_id, _ in q.looked_after(q.as_at)]
    return [iro for iro in iros if iro is not None]


def _per_fte(q: Question, key: str, by: str) -> Iterable[dict[str, Any]]:
    if by == "month":
        for first in months_of(q.start, q.end):
            last = month_end(first)
            if key == "caseload_per_fte":
                month = q.at(min(last, q.as_at))
            else:
                month = Question(q.story, max(first, q.start), min(last, q.end), q.as_at, q.all_duties)
            (row,) = _per_fte(month, key, "service")
            yield {**row, "group": f"{first:%Y-%m}"}
        return
    everyone = [row["iro_id"] for row in q.story.all("iros")]
    if key == "caseload_per_fte":
        doers: list[str | None] = list(_caseload(q))
        fte = {iro: _fte_on(q.story, iro, q.as_at) for iro in everyone}
    else:
        doers = _done_by(q, key)
        fte = {iro: _fte_months(q, iro) for iro in everyone}
    if by == "service":
        yield _row(key, "service", len(doers), sum(fte.values()))
    if by == "iro":
        in_period = _iros_in_force(q)
        for iro in everyone:
            if iro in in_period or iro in doers or fte[iro]:
                yield _row(key, iro, doers.count(iro), fte[iro])
        if None in doers:
            yield _row(key, "unallocated", doers.count(None), 0)


# -- items by group


def _iros_in_force(q: Question) -> list[str]:
    return [
        row["iro_id"]
        for row in q.story.all("iros")
        if row["started_on"] <= q.end and (row["ended_on"] is None or row["ended_on"] >= q.start)
    ]


def _group_of(item: Item, by: str) -> str | None:
    if by == "service":
        return "service"
    if by == "iro":
        return item.iro or "unallocated"
    if by == "team":
        return item.team or "unallocated"
    if by == "month":
        return f"{item.day:%Y-%m}"
    if by == "kind":
        return item.kind
    return age_band(item.born, item.day) if item.born else None


def _groups_always_there(q: Question, by: str) -> list[str]:
    if by == "service":
        return ["service"]
    if by == "iro":
        return _iros_in_force(q)
    if by == "team":
        return [row["team_id"] for row in q.story.all("teams")]
    if by == "month":
        return [f"{first:%Y-%m}" for first in months_of(q.start, q.end)]
    return []


def _count(key: str, group: str, items: list[Item]) -> dict[str, Any]:
    above = [item for item in items if item.above]
    distinct = {item.once_per for item in above if item.once_per is not None}
    numerator = len(distinct) if distinct else len(above)
    return _row(key, group, numerator, sum(item.below for item in items))


def _counted(q: Question, key: str, by: str) -> Iterable[dict[str, Any]]:
    if by == "kind" and key not in OF_DUTIES:
        return
    if key in FILLED and not is_recorded(q, *FILLED[key]):
        if by == "service":
            yield _row(key, "service", None, None)
        return
    if key in STOCKS and by == "month":
        for first in months_of(q.start, q.end):
            moment = q.at(min(month_end(first), q.as_at))
            yield _count(key, f"{first:%Y-%m}", list(STOCKS[key](moment)))
        return
    groups: dict[str, list[Item]] = {group: [] for group in _groups_always_there(q, by)}
    for item in {**FLOWS, **STOCKS}[key](q):
        group = _group_of(item, by)
        if group is not None:
            groups.setdefault(group, []).append(item)
    for group, items in groups.items():
        yield _count(key, group, items)


def measures(
    world: World,
    period_start: date,
    period_end: date,
    as_at: date,
    by: str = "service",
    keys: Iterable[str] = KEYS,
    reviews_from: date | None = None,
    story: Story | None = None,
    known: list[Duty] | None = None,
) -> list[dict[str, Any]]:
    """One row per measure and group: measure, group, numerator, denominator, value.

    `story` and `known` (all_duties of it) may be given to spare reading the same world again.
    """
    story = story or Story(world, reviews_from)
    q = Question(story, period_start, period_end, as_at, known or all_duties(story))
    rows: list[dict[str, Any]] = []
    for key in keys:
        if key in FLOWS or key in STOCKS:
            rows += _counted(q, key, by)
        else:
            rows += _per_fte(q, key, by)
    return rows
