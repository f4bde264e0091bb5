"""How soon the steps around a review were done, and those at the start of care.

Every function returns columns of the table `duties` (`data_access/store/schema.py`), one value per duty.
How far a step lay from the review is kept as a number of working days, so that every standard
("2 working days before") is one comparison, whatever it is set to (`measures.md`, steps).
"""

from __future__ import annotations

import numpy as np

from metrics.rules.calendar import (
    NO_DAY,
    Days,
    Integers,
    as_days,
    ordinal,
    working_day_number,
    working_days_between,
)
from metrics.rules.columns import Column, Rows, as_text, where_known
from metrics.rules.duties import Duties
from metrics.rules.intervals import Ranges, child_at, day_at
from metrics.rules.schedules import Care

STEPS_BEFORE = {
    "invitations": "invitations_sent_on",
    "report": "report_received_on",
    "care_plan": "care_plan_updated_on",
    "social_worker_visit": "social_worker_visit_on",
}
STEPS_AFTER = {
    "decisions": "decisions_sent_on",
    "record": "record_sent_on",
    "letter": "letter_sent_on",
}
REVIEW_COLUMNS = ("completed_on", "child_seen_on", *STEPS_BEFORE.values(), *STEPS_AFTER.values())
"""The columns of reviews that the functions here read."""


def step_columns(duties: Duties, reviews: Rows) -> Rows:
    """How far from the review that closed a duty each step around it was done; empty without a review."""
    by_review = duties.review >= 0
    held_on = np.where(by_review, day_at(duties.closes), NO_DAY)

    completed_on = _days_of(duties, reviews["completed_on"])
    base = np.where(np.isnat(completed_on), held_on, completed_on)
    columns = {"after_ordinal": where_known(ordinal(base), by_review)}
    for step, name in STEPS_BEFORE.items():
        done = _days_of(duties, reviews[name])
        columns[f"{step}_days_before"] = where_known(working_days_between(done, held_on), ~np.isnat(done))
    for step, name in STEPS_AFTER.items():
        done = _days_of(duties, reviews[name])
        columns[f"{step}_working_day"] = where_known(working_day_number(base, done), ~np.isnat(done))
    return columns


def child_seen(duties: Duties, reviews: Rows, contacts: Integers) -> Column:
    """Whether the IRO saw or spoke with the child from the day the duty opened to the review, both included.

    `contacts`: the points of the child contacts and midway reviews, sorted.
    """
    seen_on = _days_of(duties, reviews["child_seen_on"])
    seen = (day_at(duties.opens) <= seen_on) & (seen_on <= day_at(duties.closes))
    latest = np.append(contacts, -1)[np.searchsorted(contacts, duties.closes, side="right") - 1]
    seen |= latest >= duties.opens
    return where_known(seen, duties.review >= 0)


def _days_of(duties: Duties, said: Column) -> Days:
    """Of each duty the day that a column of reviews has of the one that closed it."""
    return np.append(as_days(said), NO_DAY)[duties.review]


def start_columns(duties: Duties, care: Care, notified_on: Days, iros: Ranges) -> Rows:
    """How soon the IRO service was told and an IRO allocated, on the first duty of each period of care.

    `notified_on`: of each period of `care`; `iros`: the allocations of an IRO. An allocation in
    force on the first day counts from that day.
    """
    period, first = duties.period, duties.number == 1
    started_on, allocated_on = day_at(care.start), _first_allocation(care, iros)
    told, allocated = first & ~np.isnat(notified_on)[period], first & ~np.isnat(allocated_on)[period]
    return {
        "notified_working_day": where_known(working_day_number(started_on, notified_on)[period], told),
        "first_iro_on": as_text(np.where(allocated, allocated_on[period], NO_DAY)),
        "first_iro_working_day": where_known(working_day_number(started_on, allocated_on)[period], allocated),
        "start_ordinal": where_known(ordinal(started_on)[period], first),
    }


def _first_allocation(care: Care, iros: Ranges) -> Days:
    """The first day of each period, or after it began, on which the child had an IRO."""
    first = np.searchsorted(np.maximum.accumulate(iros.end), care.start, side="right")
    start = np.append(iros.start, -1)[first]
    same_child = child_at(start) == child_at(care.start)
    return np.where(same_child, day_at(np.maximum(start, care.start)), NO_DAY)
