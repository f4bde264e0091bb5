"""Facts from what the sources said: duties, spans, bookings, escalations and audits, written anew.

`derivation` is handed to `data_access.loading`, which calls it inside its transaction once the rows of an
authority are in and it is settled which of them speak. Facts hold everything that is known, whatever its
date: seeing the world as at a day is a condition at reading time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select, true
from sqlalchemy.sql.selectable import FromClause

import standards
from data_access.loading.derivation import Derivation
from data_access.loading.resolve import read_reviews
from data_access.loading.storing import hardly_others
from data_access.rows.codes import ESCALATION_THEMES
from data_access.store.opening import indexes_rebuilt, refresh_statistics, tell_planner
from data_access.store.schema import (
    DERIVED_TABLES,
    KIND_TABLES,
    NO_END,
    audit_facts,
    bookings,
    escalation_facts,
    metadata,
    spans,
)
from metrics.counting.cube import build
from metrics.digest import digest
from metrics.facts.covered import coverage_of, files_that_fill
from metrics.facts.duty_facts import PAPERS, write_duties
from metrics.facts.fact_rows import write
from metrics.facts.lives import Lives, lives_of
from metrics.facts.source_rows import Children, batches, read
from metrics.rules.calendar import NO_DAY, as_days, setting_on, working_days_after
from metrics.rules.columns import Column, Rows, as_column, as_text, taken, where_known
from metrics.rules.intervals import child_at, day_at
from metrics.rules.schedules import REGIMES, numbered

_JOINED = ("care_periods", "reviews", "review_people", "activities")
"""The kinds that facts and the cube are joined from."""


@lru_cache(maxsize=1)
def derivation() -> Derivation:
    """How duties, facts and the cube are made, and the digest of the rules in force."""
    return Derivation(digest(), derive)


def derive(connection: Connection, authority: str, as_at: date) -> None:
    """Write everything that follows from an authority's rows, in the caller's transaction.

    Replaces the authority's duties, spans, bookings, escalation_facts and audit_facts, then its cube
    as at `as_at`.
    """
    for table in DERIVED_TABLES:
        connection.execute(delete(table).where(table.c.authority == authority))
    refresh_statistics(connection, (KIND_TABLES[kind] for kind in _JOINED))
    reviews, coverage = read_reviews(connection, authority), coverage_of(connection, authority)
    filled = files_that_fill(connection, authority, PAPERS)
    written = 0
    with indexes_rebuilt(connection, DERIVED_TABLES if hardly_others(connection, authority) else ()):
        for children in batches(connection, authority):
            lives = lives_of(connection, children, reviews, coverage)
            written += write_duties(connection, children, lives, reviews, filled, written)
            write(connection, spans, _span_columns(lives), authority=authority)
            _write_escalations(connection, children, lives)
            _write_audits(connection, children, lives)
        _write_bookings(connection, authority, reviews)
    tell_planner(connection, metadata)
    refresh_statistics(connection, DERIVED_TABLES)
    build(connection, authority, as_at)


def _span_columns(lives: Lives) -> Rows:
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


def _write_escalations(connection: Connection, children: Children, lives: Lives) -> None:
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
    write(connection, escalation_facts, columns, authority=lives.authority)


def _theme(written: str | None) -> str:
    """The theme of the list that was written, whatever its case; any other text counts as other."""
    word = re.sub(r"[ -]+", "_", (written or "").strip().lower())
    return word if word in ESCALATION_THEMES else "other"


def _write_audits(connection: Connection, children: Children, lives: Lives) -> None:
    names = ("audit_id", "audit_theme", "programme", "cohort", "audited_on", "grade", "child_id", "team_id")
    columns = read(connection, KIND_TABLES["audits"], names, children)
    child = numbered(lives.children, columns["child_id"])
    iro_id, team_id = lives.allocated(child, as_days(columns["audited_on"]))
    columns |= {
        "date_of_birth": lives.born(child),
        "iro_id": iro_id,
        "team_id": _first_known(columns["team_id"], team_id),
    }
    write(connection, audit_facts, columns, authority=lives.authority)


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
