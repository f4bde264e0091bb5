"""The lives of some children in care, read from the rows that speak: when, on which schedule, with whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection
from sqlalchemy.sql.selectable import FromClause

from data_access.rows.codes import ADOPTION_PLACEMENTS, SHORT_BREAK_STATUSES
from data_access.store.schema import KIND_TABLES
from metrics.facts.covered import Coverage
from metrics.facts.source_rows import Children, read
from metrics.facts.spans import Spans, allocations, spans_of
from metrics.rules.calendar import Days, Integers, as_days
from metrics.rules.columns import Column, Rows, as_column, taken
from metrics.rules.intervals import Ranges, points
from metrics.rules.schedules import Care, Segments, care_of, numbered, segments_of
from metrics.rules.steps import REVIEW_COLUMNS

_RANGE = ("child_id", "from_date", "to_date")
_HELD = ("review_status", ("held",))


@dataclass(frozen=True)
class Lives:
    """Some children: who they are, what each was on every day, and the reviews held that count."""

    authority: str
    children: pd.Index
    date_of_birth: Column
    periods: Rows
    care: Care
    segments: Segments
    iros: Ranges
    spans: Spans
    reviews: Rows
    held: Integers
    """The point of the child and day of each review; one a day."""

    def allocated(self, child: Integers, days: Days) -> tuple[Column, Column]:
        """The IRO and the team allocated to each child (by number, -1 for nobody) on each day."""
        at = self.spans.at(points(child, days))
        return taken(self.spans.iro_id, at), taken(self.spans.team_id, at)

    def born(self, child: Integers) -> Column:
        """The date of birth of each child (by number, -1 for nobody)."""
        return taken(self.date_of_birth, child)

    def points_of(self, child_ids: Column, days: Column) -> Integers:
        """The point of each child and day; of a child who is not one of these, before every other."""
        return points(numbered(self.children, child_ids), as_days(days))


def lives_of(connection: Connection, children: Children, reviews: FromClause, coverage: Coverage) -> Lives:
    """Read the lives of `children`; `reviews` is what to read their reviews from (`read_reviews`)."""

    def rows_of(kind: str, *names: str, only: tuple[str, Collection[str]] | None = None) -> Rows:
        return read(connection, KIND_TABLES[kind], names, children, only=only)

    born = rows_of("children", "child_id", "date_of_birth")
    periods = rows_of(
        "care_periods", "child_id", "started_on", "ended_on", "start_known", "notified_on", "file_id", "line"
    )
    iros = rows_of("iro_allocations", *_RANGE, "iro_id")
    teams = rows_of("team_allocations", *_RANGE, "team_id", "social_worker")
    names = ("child_id", "held_on", "participation_code", "file_id", "line", *REVIEW_COLUMNS)
    held = read(connection, reviews, names, children, only=_HELD)
    everyone = np.concatenate([rows["child_id"] for rows in (born, periods, iros, teams)])
    index = pd.Index(as_column(sorted(set(everyone))), dtype=object)
    child_of_review = numbered(index, held["child_id"])
    counted, held_at = _one_a_day(child_of_review, held)
    held = {name: column[counted] for name, column in held.items()}
    periods["covered_from"] = coverage.of_periods(
        periods["file_id"], numbered(index, periods["child_id"]), held["file_id"], child_of_review[counted]
    )
    care = care_of(index, periods)
    segments = segments_of(
        care,
        rows_of("legal_statuses", *_RANGE, only=("legal_status", SHORT_BREAK_STATUSES)),
        rows_of("placements", *_RANGE, only=("placement_type", ADOPTION_PLACEMENTS)),
    )
    dates_of_birth = as_column([None] * len(index))
    dates_of_birth[numbered(index, born["child_id"])] = born["date_of_birth"]
    return Lives(
        children.authority, index, dates_of_birth, periods, care, segments,
        allocations(index, iros), spans_of(care, segments, iros, teams), held, held_at,
    )  # fmt: skip


def _one_a_day(children: Integers, reviews: Rows) -> tuple[Integers, Integers]:
    """The rows of held reviews that count, and their points.

    Of two reviews of a child on one day the one with a code counts, else the first (`formats.md`).
    """
    held_on = as_days(reviews["held_on"])
    row = np.flatnonzero((children >= 0) & ~np.isnat(held_on))
    point = points(children[row], held_on[row])
    without_code = pd.isna(reviews["participation_code"][row])
    order = np.lexsort((without_code, point))
    first = order[np.diff(point[order], prepend=-1) != 0]
    return row[first], point[first]
