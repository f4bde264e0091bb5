"""The table `duties`: each duty with what is counted about the review that closed it.

What follows by rule is worked out here in whole columns and staged; what sources merely said is
joined on by the store itself, so that most of a wide row never passes through Python.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    false,
    func,
    insert,
    literal,
    select,
)

import standards
from data_access.store.opening import refresh_statistics
from data_access.store.schema import KIND_TABLES, duties
from metrics.facts.fact_rows import write
from metrics.facts.lives import Lives
from metrics.facts.source_rows import Children, read
from metrics.rules.calendar import as_days
from metrics.rules.columns import Rows, as_column, as_text, taken
from metrics.rules.duties import CLOSINGS, KINDS, Duties, duties_of
from metrics.rules.intervals import child_at, day_at
from metrics.rules.schedules import REGIMES
from metrics.rules.steps import STEPS_AFTER, STEPS_BEFORE, child_seen, start_columns, step_columns

PAPERS = ("child_paper_returned", "parent_paper_returned", "carer_paper_returned")
_SAID_BY_REVIEW = (
    "review_id", "chaired_by", "completed_on", "mode", "participation_code", "non_attendance_reason",
    "late_reason", "late_agreed_by", "late_agreed_on", "monitoring_sent_on",
    *STEPS_BEFORE.values(), *STEPS_AFTER.values(),
)  # fmt: skip
_FAMILY = {
    "mother": ("mother",),
    "father": ("father",),
    "other_family": ("step_parent", "connected_person"),
}
_APPLICABLE, _INVOLVED = 1, 2
"""A family member's part in a review, the second more than the first."""
_IRO_SEES_CHILD = ("child_contact", "midway_review")
_DERIVED = (
    "duty_id", "child_id", "date_of_birth", "period_started_on", "start_known", "notified_on", "number",
    "regime", "kind", "opens_on", "due_on", "closes_on", "closed_by", "settled_on", "iro_id", "team_id",
    "child_seen", "after_ordinal",
    *(f"{step}_days_before" for step in STEPS_BEFORE), *(f"{step}_working_day" for step in STEPS_AFTER),
    "notified_working_day", "first_iro_on", "first_iro_working_day", "start_ordinal",
)  # fmt: skip
_staged = Table(
    "duties_derived",
    MetaData(),
    *(Column(name, duties.c[name].type) for name in _DERIVED),
    Column("review_file", Integer),
    Column("review_line", Integer),
    prefixes=["TEMPORARY"],
)


def write_duties(
    connection: Connection,
    children: Children,
    lives: Lives,
    reviews: FromClause,
    filled: dict[str, frozenset[int]],
    written: int,
) -> int:
    """Derive and write the duties of some children; returns how many there are.

    `reviews`: what to read reviews from (`read_reviews`). `filled`: for each of `PAPERS` the files of the
    sources that fill that column. `written`: how many duties of the authority are written already.
    """
    found = duties_of(lives.care, lives.segments, lives.held, standards)
    columns = _duty_columns(lives, found)
    columns |= step_columns(found, lives.reviews)
    notified_on = as_days(taken(lives.periods["notified_on"], lives.care.row))
    columns |= start_columns(found, lives.care, notified_on, lives.iros)
    contacts = read(
        connection,
        KIND_TABLES["activities"],
        ("child_id", "done_on"),
        children,
        only=("activity_kind", _IRO_SEES_CHILD),
    )
    seen = np.sort(lives.points_of(contacts["child_id"], contacts["done_on"]))
    columns["child_seen"] = child_seen(found, lives.reviews, seen)
    columns["duty_id"] = np.arange(written + 1, written + 1 + len(found))
    _staged.create(connection)
    write(connection, _staged, columns)
    refresh_statistics(connection, [_staged])
    _join_what_was_said(connection, children, reviews, filled)
    _staged.drop(connection)
    return len(found)


def _duty_columns(lives: Lives, found: Duties) -> Rows:
    """The duty itself: whose, when it opens, falls due and closes, who is answerable; where it came from."""
    child = child_at(found.opens)
    period = lives.care.row[found.period]
    closes_on = day_at(found.closes)
    settled_on = np.fmin(found.due_on, closes_on)
    iro_id, team_id = lives.allocated(child, settled_on)
    return {
        "child_id": lives.children.to_numpy()[child],
        "date_of_birth": lives.date_of_birth[child],
        "period_started_on": lives.periods["started_on"][period],
        "start_known": lives.care.start_known[found.period],
        "notified_on": lives.periods["notified_on"][period],
        "number": found.number,
        "regime": as_column(REGIMES)[lives.segments.regime[found.segment]],
        "kind": as_column(KINDS)[found.kind],
        "opens_on": as_text(day_at(found.opens)),
        "due_on": as_text(found.due_on),
        "closes_on": as_text(closes_on),
        "closed_by": as_column(CLOSINGS)[found.closed_by],
        "settled_on": as_text(settled_on),
        "iro_id": iro_id,
        "team_id": team_id,
        "review_file": taken(lives.reviews["file_id"], found.review),
        "review_line": taken(lives.reviews["line"], found.review),
    }


def _join_what_was_said(
    connection: Connection, children: Children, reviews: FromClause, filled: dict[str, frozenset[int]]
) -> None:
    """Write the staged duties with what their review and its people say."""
    people = _people_asked(children)
    by_review = _staged.c.review_line.is_not(None)
    values: dict[str, ColumnElement[object]] = {name: _staged.c[name] for name in _DERIVED}
    values |= {
        "authority": literal(children.authority, String),
        "held_on": case((by_review, _staged.c.closes_on)),
    }
    values |= {name: reviews.c[name] for name in _SAID_BY_REVIEW}
    for paper in PAPERS:
        # A blank is "not returned" where the source fills the column at all (`measures.md`).
        not_returned = case((reviews.c.file_id.in_(sorted(filled[paper])), false()))
        values[paper] = func.coalesce(reviews.c[paper], not_returned)
    values["people_recorded"] = case((by_review, people.c.review_id.is_not(None)))
    for name in _FAMILY:
        part = func.coalesce(people.c[name], 0)
        values[f"{name}_applicable"] = case((by_review, part >= _APPLICABLE))
        values[f"{name}_involved"] = case((by_review, part == _INVOLVED))
    closing = and_(
        reviews.c.authority == children.authority,
        reviews.c.file_id == _staged.c.review_file,
        reviews.c.line == _staged.c.review_line,
    )
    joined = _staged.outerjoin(reviews, closing).outerjoin(people, people.c.review_id == reviews.c.review_id)
    query = select(*values.values()).select_from(joined)
    connection.execute(insert(duties).from_select(list(values), query))


def _people_asked(children: Children) -> FromClause:
    """For each review of these children that has any people recorded, the part of each of the family in it.

    Applicable is any involvement but not_applicable (not_recorded too), involved is attended or
    consulted; of several rows for such a person one is enough (`measures.md`, participation).
    """
    table = KIND_TABLES["review_people"]
    involvement = table.c.involvement
    part = case(
        (involvement.in_(("attended", "consulted")), _INVOLVED),
        (involvement != "not_applicable", _APPLICABLE),
        else_=0,
    )
    columns: list[ColumnElement[object]] = [table.c.review_id]
    for name, persons in _FAMILY.items():
        columns.append(func.max(case((table.c.person.in_(persons), part))).label(name))
    return select(*columns).where(children.where(table)).group_by(table.c.review_id).subquery("people")
