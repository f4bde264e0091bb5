"""What deriving duties and asking the cube cost, against reading the rows and counting them with pandas."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
from sqlalchemy import Engine, func, select

import standards
from benchmarks.work import AS_AT
from data_access.loading.resolve import read_reviews
from data_access.people.viewer import SERVICE_VIEWER
from data_access.reading import authorities_in
from data_access.store.opening import open_store
from data_access.store.schema import duties, spans
from metrics.counting.calculate import monthly_rows
from metrics.counting.question import Selection
from metrics.facts import lives
from metrics.facts.covered import coverage_of
from metrics.facts.source_rows import batches, read
from metrics.rules.duties import duties_of

YEAR = Selection("", date(2025, 4, 1), AS_AT, AS_AT, by="iro")
QUESTIONS = ("reviews_held", "reviews_held_on_time", "case_notes_per_fte_month")


class _Clock:
    """Adds up the time that a function takes."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def derivation(store: Path) -> tuple[int, float, float]:
    """(reviews, seconds to read the rows, seconds to derive duties from them) of all authorities."""
    engine = open_store(f"sqlite:///{store}")
    reading, everything, reviews = _Clock(), _Clock(), 0
    with engine.connect() as connection, patch.object(lives, "read", reading.around(read)):
        for info in authorities_in(engine):
            said, coverage = (
                read_reviews(connection, info.authority),
                coverage_of(connection, info.authority),
            )
            for children in batches(connection, info.authority):
                of = everything.around(lives.lives_of)(connection, children, said, coverage)
                everything.around(duties_of)(of.care, of.segments, of.held, standards)
                reviews += len(of.held)
    return reviews, reading.seconds, everything.seconds - reading.seconds


def authority_like(nation: Path, one: Path) -> str:
    """The authority of the nation whose number of duties is nearest to the one authority's."""

    def sizes(store: Path) -> dict[str, int]:
        query = select(duties.c.authority, func.count()).group_by(duties.c.authority)
        with open_store(f"sqlite:///{store}").connect() as connection:
            return dict(connection.execute(query).all())

    (wanted,) = sizes(one).values()
    held = sizes(nation)
    return min(held, key=lambda authority: (abs(held[authority] - wanted), authority))


def common_questions(store: Path) -> tuple[float, float]:
    """Seconds to answer held, on time and case notes by IRO and month: from the cube, and with pandas."""
    engine = open_store(f"sqlite:///{store}")
    authorities = [info.authority for info in authorities_in(engine)]
    gc.collect()  # the garbage of what ran before belongs to neither
    started = time.perf_counter()
    for authority in authorities:
        monthly_rows(engine, SERVICE_VIEWER, replace(YEAR, authority=authority), QUESTIONS)
    cube = time.perf_counter() - started
    gc.collect()
    started = time.perf_counter()
    for authority in authorities:
        _with_pandas(engine, authority)
    return cube, time.perf_counter() - started


def _with_pandas(engine: Engine, authority: str) -> pd.DataFrame:
    """The same numbers counted in memory over all of an authority's rows."""
    first, last = str(YEAR.period_start), str(YEAR.period_end)
    with engine.connect() as connection:
        held = pd.read_sql(select(duties).where(duties.c.authority == authority), connection)
        notes = pd.read_sql(
            f"SELECT iro_id, activity_kind, done_on FROM activities WHERE authority = '{authority}'",
            connection,
        )
        pd.read_sql(select(spans).where(spans.c.authority == authority), connection)
    held["held_on"], held["due_on"] = held["held_on"].astype(str), held["due_on"].astype(str)
    held = held[held["held_on"].between(first, last) & (held["regime"] != "short_break")]
    held = held.assign(month=held["held_on"].str[:7], on_time=held["held_on"] <= held["due_on"])
    notes = notes[notes["done_on"].between(first, last) & (notes["activity_kind"] == "case_note")]
    notes = notes.assign(month=notes["done_on"].str[:7])
    by_held = held.groupby(["iro_id", "month"])["on_time"].agg(["size", "sum"])
    return by_held.join(notes.groupby(["iro_id", "month"]).size().rename("notes"), how="outer")
