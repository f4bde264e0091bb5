"""Facts from what the sources said: duties, spans, bookings, escalations and audits, written anew.

`derive` is handed to `data_access.load.load`, which calls it inside its transaction once the rows of
an authority are in and it is settled which of them speak. Facts hold everything that is known,
whatever its date: seeing the world as at a day is a condition at reading time (`design.md`, idea 5).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, delete, insert, select, true
from sqlalchemy.sql.selectable import FromClause

from data_access.codes import ADOPTION_PLACEMENTS, ESCALATION_THEMES, SHORT_BREAK_STATUSES
from data_access.resolve import read_reviews
from data_access.schema import (
    DERIVED_TABLES,
    KIND_TABLES,
    NO_END,
    audit_facts,
    bookings,
    duties,
    escalation_facts,
    spans,
)
from data_access.store import insert_rows
from metrics import standards
from metrics.calendar import NO_DAY, Days, Integers, as_days, setting_on, working_days_after
from metrics.coverage import Coverage, coverage_of, files_that_fill
from metrics.duties import CLOSINGS, KINDS, Duties, duties_of
from metrics.intervals import Ranges, child_at, day_at, points
from metrics.schedules import REGIMES, Care, Segments, care_of, numbered, segments_of
from metrics.source_rows import Children, Column, Rows, as_column, batches, read, taken
from metrics.spans import Spans, allocations, spans_of
from metrics.steps import (
    PAPERS,
    REVIEW_COLUMNS,
    child_seen,
    families_asked,
    family_columns,
    review_columns,
    start_columns,
    where_known,
    with_papers_said,
)

_RANGE = ("child_id", "from_date", "to_date")
_IRO_SEES_CHILD = ("child_contact", "midway_review")


def derive(connection: Connection, authority: str, as_at: date) -> None:
    """Write everything that follows from an authority's rows, in the caller's transaction.

    Replaces the authority's duties, spans, bookings, escalation_facts and audit_facts, then its cube
    as at `as_at`.
    """
    for table in DERIVED_TABLES:
        connection.execute(delete(table).where(table.c.authority == authority))
    reviews = read_reviews(connection, authority)
    sources = _Sources(
        reviews, coverage_of(connection, authority), files_that_fill(connection, authority, PAPERS)
    )
    duties_before = 0
    for children in batches(connection, authority):
        duties_before += _derive_children(connection, children, sources, duties_before)
    _write_bookings(connection, authority, reviews)
    _build_cube(connection, authority, as_at)


def _build_cube(connection: Connection, authority: str, as_at: date) -> None:
    try:
        from metrics.cube import build
    except ModuleNotFoundError:
        return
    build(connection, authority, as_at)


@dataclass(frozen=True)
class _Sources:
    """What is the same for every batch of an authority's children."""

    reviews: FromClause
    coverage: Coverage
    filled: dict[str, frozenset[int]]


@dataclass(frozen=True)
class _Lives:
    """A batch of children: who they are, and what each was on every day."""

    authority: str
    children: pd.Index
    date_of_birth: Column
    periods: Rows
    care: Care
    segments: Segments
    spans: Spans

    def allocated(self, child: Integers, days: Days) -> tuple[Column, Column]:
        """The IRO and the team allocated to each child (by number, -1 for nobody) on each day."""
        at = self.spans.at(points(child, days))
        return taken(self.spans.iro_id, at), taken(self.spans.team_id, at)

    def born(self, child: Integers) -> Column:
        """The date of birth of each child (by number, -1 for nobody)."""
        return taken(self.date_of_birth, child)

    @property
    def notified_on(self) -> Days:
        """Of each period of care, the day the IRO service was told."""
        return as_days(taken(self.periods["notified_on"], self.care.row))


def _derive_children(connection: Connection, children: Children, sources: _Sources, before: int) -> int:
    """Derive and write one batch of children; returns how many duties they have."""
    lives, reviews, allocated = _lives_of(connection, children, sources)
    contacts = read(
        connection,
        KIND_TABLES["activities"],
        ("child_id", "done_on"),
        children,
        only=("activity_kind", _IRO_SEES_CHILD),
    )
    held = points(numbered(lives.children, reviews["child_id"]), as_days(reviews["held_on"]))
    found = duties_of(lives.care, lives.segments, held, standards)
    of_reviews = review_columns(found, with_papers_said(reviews, sources.filled))
    columns = (
        _duty_columns(lives, found)
        | of_reviews
        | family_columns(of_reviews["review_id"], families_asked(connection, children))
        | start_columns(found, lives.care, lives.notified_on, allocated)
    )
    seen = np.sort(points(numbered(lives.children, contacts["child_id"]), as_days(contacts["done_on"])))
    columns["child_seen"] = child_seen(found, reviews, seen)
    columns["duty_id"] = np.arange(before + 1, before + 1 + len(found))
    _write(connection, duties, lives.authority, columns)
    _write(connection, spans, lives.authority, _span_columns(lives))
    _write_escalations(connection, children, lives)
    _write_audits(connection, children, lives)
    return len(found)


def _lives_of(connection: Connection, children: Children, sources: _Sources) -> tuple[_Lives, Rows, Ranges]:
    """The lives of a batch of children, their reviews that count, and their allocations of an IRO."""

    def rows_of(kind: str, *names: str, only: tuple[str, Collection[str]] | None = None) -> Rows:
        return read(connection, KIND_TABLES[kind], names, children, only=only)

    born = rows_of("children", "child_id", "date_of_birth")
    periods = rows_of(
        "care_periods", "child_id", "started_on", "ended_on", "start_known", "notified_on", "file_id"
    )
    iros = rows_of("iro_allocations", *_RANGE, "iro_id")
    teams = rows_of("team_allocations", *_RANGE, "team_id", "social_worker")
    names = ("child_id", "held_on", "file_id", *REVIEW_COLUMNS)
    reviews = read(connection, sources.reviews, names, children, only=("review_status", ("held",)))
    everyone = np.concatenate([rows["child_id"] for rows in (born, periods, iros, teams)])
    index = pd.Index(as_column(sorted(set(everyone))), dtype=object)
    child_of_review = numbered(index, reviews["child_id"])
    counted = _one_a_day(child_of_review, reviews)
    reviews = {name: column[counted] for name, column in reviews.items()}
    periods["covered_from"] = sources.coverage.of_periods(
        periods["file_id"],
        numbered(index, periods["child_id"]),
        reviews["file_id"],
        child_of_review[counted],
    )
    care = care_of(index, periods)
    segments = segments_of(
        care,
        rows_of("legal_statuses", *_RANGE, only=("legal_status", SHORT_BREAK_STATUSES)),
        rows_of("placements", *_RANGE, only=("placement_type", ADOPTION_PLACEMENTS)),
    )
    dates_of_birth = as_column([None] * len(index))
    dates_of_birth[numbered(index, born["child_id"])] = born["date_of_birth"]
    lives = _Lives(
        children.authority, index, dates_of_birth, periods, care, segments,
        spans_of(care, segments, iros, teams),
    )  # fmt: skip
    return lives, reviews, allocations(index, iros)


def _one_a_day(children: Integers, reviews: Rows) -> Integers:
    """The rows of reviews that count: of two of a child on one day the one with a code, else the first."""
    held_on = as_days(reviews["held_on"])
    row = np.flatnonzero((children >= 0) & ~np.isnat(held_on))
    point = points(children[row], held_on[row])
    without_code = pd.isna(reviews["participation_code"][row])
    order = np.lexsort((without_code, point))
    first = np.diff(point[order], prepend=-1) != 0
    return row[order[first]]


def _duty_columns(lives: _Lives, found: Duties) -> Rows:
    """The duty itself: whose, when it opens, falls due and closes, and who is answerable."""
    child = child_at(found.opens)
    care, row = lives.care, lives.care.row[found.period]
    closes_on = day_at(found.closes)
    settled_on = np.fmin(found.due_on, closes_on)
    iro_id, team_id = lives.allocated(child, settled_on)
    return {
        "child_id": lives.children.to_numpy()[child],
        "date_of_birth": lives.date_of_birth[child],
        "period_started_on": lives.periods["started_on"][row],
        "period_ended_on": lives.periods["ended_on"][row],
        "start_known": care.start_known[found.period],
        "notified_on": lives.periods["notified_on"][row],
        "number": found.number,
        "regime": as_column(REGIMES)[lives.segments.regime[found.segment]],
        "kind": as_column(KINDS)[found.kind],
        "opens_on": as_text(day_at(found.opens)),
        "due_on": as_text(found.due_on),
        "closes_on": as_text(closes_on),
        "closed_by": as_column(CLOSINGS)[found.closed_by],
        "held_on": as_text(np.where(found.review >= 0, closes_on, NO_DAY)),
        "settled_on": as_text(settled_on),
        "iro_id": iro_id,
        "team_id": team_id,
    }


def _span_columns(lives: _Lives) -> Rows:
    at = lives.spans
    child, segment = child_at(at.start), at.segment
    in_care = segment >= 0
    period = np.append(lives.segments.period, -1)[segment]
    regime = np.append(lives.segments.regime, len(REGIMES))[segment]
    until_on = day_at(at.end)
    has_iro = at.iro_id != None  # noqa: E711 - element by element
    return {
        "child_id": lives.children.to_numpy()[child],
        "from_on": as_text(day_at(at.start)),
        "until_on": as_text(np.where(np.isnat(until_on), np.datetime64(NO_END, "D"), until_on)),
        "date_of_birth": lives.date_of_birth[child],
        "in_care": in_care,
        "period_started_on": taken(lives.periods["started_on"], np.append(lives.care.row, -1)[period]),
        "start_known": where_known(np.append(lives.care.start_known, False)[period], in_care),
        "regime": as_column([*REGIMES, None])[regime],
        "iro_id": at.iro_id,
        "iro_since": as_text(np.where(has_iro, day_at(at.iro_since), NO_DAY)),
        "team_id": at.team_id,
        "social_worker": at.social_worker,
    }


def _write_escalations(connection: Connection, children: Children, lives: _Lives) -> None:
    names = (
        "escalation_id", "child_id", "raised_on", "theme", "stage", "human_rights", "resolved_on",
        "iro_id", "team_id",
    )  # fmt: skip
    columns = read(connection, KIND_TABLES["escalations"], names, children)
    child, raised_on = numbered(lives.children, columns["child_id"]), as_days(columns["raised_on"])
    days = setting_on(standards.setting_history("escalation_working_days"), raised_on)
    iro_id, team_id = lives.allocated(child, raised_on)
    columns |= {
        "date_of_birth": lives.born(child),
        "theme": as_column([_theme(theme) for theme in columns["theme"]]),
        "deadline_on": as_text(working_days_after(raised_on, days)),
        "iro_id": _first_known(columns["iro_id"], iro_id),
        "team_id": _first_known(columns["team_id"], team_id),
    }
    _write(connection, escalation_facts, lives.authority, columns)


def _theme(written: str | None) -> str:
    """The theme of the list that was written, whatever its case; any other text counts as other."""
    word = re.sub(r"[ -]+", "_", (written or "").strip().lower())
    return word if word in ESCALATION_THEMES else "other"


def _write_audits(connection: Connection, children: Children, lives: _Lives) -> None:
    names = ("audit_id", "audit_theme", "programme", "cohort", "audited_on", "grade", "child_id", "team_id")
    columns = read(connection, KIND_TABLES["audits"], names, children)
    child = numbered(lives.children, columns["child_id"])
    iro_id, team_id = lives.allocated(child, as_days(columns["audited_on"]))
    columns |= {
        "date_of_birth": lives.born(child),
        "iro_id": iro_id,
        "team_id": _first_known(columns["team_id"], team_id),
    }
    _write(connection, audit_facts, lives.authority, columns)


def _first_known(named: Column, allocated: Column) -> Column:
    """What is named on the row, else who was allocated."""
    return np.where(pd.isna(named), allocated, named)


def _write_bookings(connection: Connection, authority: str, reviews: FromClause) -> None:
    """Every review with a day it was booked for, straight from what was said."""
    names = [column.name for column in bookings.c]
    said = select(*(reviews.c[name] for name in names)).where(
        reviews.c.authority == authority, reviews.c.speaks == true(), reviews.c.booked_for.is_not(None)
    )
    connection.execute(insert(bookings).from_select(names, said))


def as_text(days: Days) -> Column:
    """Days as the store writes them: ISO text, nothing for a blank."""
    codes, distinct = pd.factorize(days.astype("datetime64[D]").astype(np.int64))
    written = as_column(np.datetime_as_string(distinct.astype("datetime64[D]")).tolist())
    written[np.isnat(distinct.astype("datetime64[D]"))] = None
    return written[codes]


def _write(connection: Connection, table: Table, authority: str, columns: Rows) -> None:
    """Insert columns as rows of one authority."""
    names = list(columns)
    count = len(columns[names[0]])
    rows = zip([authority] * count, *(columns[name].tolist() for name in names), strict=True)
    insert_rows(connection, table, ["authority", *names], rows)
