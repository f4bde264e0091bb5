"""What is known about the review that closed a duty, the steps around it and the start of care.

Every function returns columns of the table `duties` (`data_access/schema.py`), one value per duty.
How far a step lay from the review is kept as a number of working days, so that every standard
("2 working days before") is one comparison, whatever it is set to (`measures.md`, steps).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from data_access.schema import KIND_TABLES
from metrics.calendar import (
    NO_DAY,
    Days,
    Flags,
    Integers,
    as_days,
    ordinal,
    working_day_number,
    working_days_between,
)
from metrics.duties import Duties
from metrics.intervals import Ranges, child_at, day_at
from metrics.schedules import Care
from metrics.source_rows import Children, Column, Rows, columns_of, fetched, taken

PASSED_ON = (
    "review_id", "chaired_by", "completed_on", "recorded_on", "is_series", "mode", "attendance_mode",
    "participation_code", "non_attendance_reason", "late_reason", "late_agreed_by", "late_agreed_on",
    "monitoring_sent_on", "child_paper_returned", "parent_paper_returned", "carer_paper_returned",
)  # fmt: skip
PAPERS = ("child_paper_returned", "parent_paper_returned", "carer_paper_returned")
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
FAMILY = {
    "mother": ("mother",),
    "father": ("father",),
    "other_family": ("step_parent", "connected_person"),
}
INVOLVED = ("attended", "consulted")
_FAMILY_COLUMNS = tuple(f"{name}_{what}" for name in FAMILY for what in ("applicable", "involved"))

REVIEW_COLUMNS = (*PASSED_ON, *STEPS_BEFORE.values(), *STEPS_AFTER.values(), "child_seen_on")
"""The columns of reviews that `review_columns` and `child_seen` read."""


def where_known(values: npt.NDArray[Any], known: Flags) -> Column:
    """The values as plain objects, nothing where they are not known."""
    column = values.astype(object)
    column[~known] = None
    return column


def review_columns(duties: Duties, reviews: Rows) -> Rows:
    """What the review itself says, and the steps around it; empty where no review closed the duty."""
    review, by_review = duties.review, duties.review >= 0
    columns = {name: taken(reviews[name], review) for name in PASSED_ON}
    held_on = np.where(by_review, day_at(duties.closes), NO_DAY)
    completed_on = as_days(columns["completed_on"])
    base = np.where(np.isnat(completed_on), held_on, completed_on)
    for step, name in STEPS_BEFORE.items():
        columns[name] = taken(reviews[name], review)
        done = as_days(columns[name])
        columns[f"{step}_days_before"] = where_known(working_days_between(done, held_on), ~np.isnat(done))
    for step, name in STEPS_AFTER.items():
        columns[name] = taken(reviews[name], review)
        done = as_days(columns[name])
        columns[f"{step}_working_day"] = where_known(working_day_number(base, done), ~np.isnat(done))
    columns["after_ordinal"] = where_known(ordinal(base), by_review)
    return columns


def with_papers_said(reviews: Rows, filled: dict[str, frozenset[int]]) -> Rows:
    """The reviews with a blank consultation paper as not returned, where their source fills that column.

    `filled`: for each of `PAPERS` the files of the sources that do. Elsewhere blank stays not known.
    """
    said = dict(reviews)
    for paper, files in filled.items():
        blank = reviews[paper] == None  # noqa: E711 - element by element
        blank &= np.isin(reviews["file_id"].astype(np.int64), sorted(files))
        said[paper] = np.where(blank, False, reviews[paper])
    return said


def child_seen(duties: Duties, reviews: Rows, contacts: Integers) -> Column:
    """Whether the IRO saw or spoke with the child from the day the duty opened to the review, both included.

    `contacts`: the points of the child contacts and midway reviews, sorted.
    """
    seen_on = as_days(taken(reviews["child_seen_on"], duties.review))
    seen = (day_at(duties.opens) <= seen_on) & (seen_on <= day_at(duties.closes))
    latest = np.append(contacts, -1)[np.searchsorted(contacts, duties.closes, side="right") - 1]
    seen |= latest >= duties.opens
    return where_known(seen, duties.review >= 0)


def family_columns(review_ids: Column, families: Rows) -> Rows:
    """Whether each of the family was asked to each review, and was there or consulted.

    `review_ids`: of each duty, blank where no review closed it. `families`: review_id and, for each of
    `FAMILY`, its applicable and involved (`families_asked`).
    """
    row = pd.Index(families["review_id"], dtype=object).get_indexer(pd.Index(review_ids, dtype=object))
    by_review = review_ids != None  # noqa: E711 - element by element
    columns = {"people_recorded": where_known(row >= 0, by_review)}
    for name in _FAMILY_COLUMNS:
        found = taken(families[name], row).astype(bool)  # a blank, of a review with nobody recorded, is no
        columns[name] = where_known(found, by_review)
    return columns


def families_asked(connection: Connection, children: Children) -> Rows:
    """A row for each review of these children with any row in `review_people`.

    Applicable is any involvement but not_applicable (not_recorded too), involved is attended or
    consulted; of several rows for such a person one is enough (`measures.md`, participation).
    """
    table = KIND_TABLES["review_people"]

    def any_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.max(case((condition, 1), else_=0))

    counted = []
    for persons in FAMILY.values():
        theirs = table.c.person.in_(persons)
        counted.append(any_of(and_(theirs, table.c.involvement != "not_applicable")))
        counted.append(any_of(and_(theirs, table.c.involvement.in_(INVOLVED))))
    query = select(table.c.review_id, *counted).where(children.where(table)).group_by(table.c.review_id)
    return columns_of(("review_id", *_FAMILY_COLUMNS), fetched(connection, query))


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
        "first_iro_on": where_known(allocated_on[period], allocated),
        "first_iro_working_day": where_known(working_day_number(started_on, allocated_on)[period], allocated),
        "start_ordinal": where_known(ordinal(started_on)[period], first),
    }


def _first_allocation(care: Care, iros: Ranges) -> Days:
    """The first day of each period, or after it began, on which the child had an IRO."""
    first = np.searchsorted(np.maximum.accumulate(iros.end), care.start, side="right")
    start = np.append(iros.start, -1)[first]
    same_child = child_at(start) == child_at(care.start)
    return np.where(same_child, day_at(np.maximum(start, care.start)), NO_DAY)
