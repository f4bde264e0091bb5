"""Results that may leave children's services: the measures of a selection with few children hidden.

Every breakdown of every measure is protected together with the others, whichever is asked for, so that a
count hidden in one file cannot be worked out from another of the same selection: many measures are of the
same reviews or children, and what one leaves over is what another is out of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from metrics.counting.calculate import measure_rows
from metrics.counting.numbers import SERVICE
from metrics.counting.question import Selection
from metrics.disclosure.hiding import PARTS, Cell, Measured, protected
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure

ONE_PERIOD = (
    "Share one period or day, not several that overlap: what is hidden in each could be worked out from the "
    "others."
)
"""What nothing here protects from, to be said wherever something leaves the service."""

BREAKDOWNS = ("iro", "team", "month", "kind", "age_band")


def shareable_rows(
    engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str] | None = None
) -> pd.DataFrame:
    """As `measure_rows`, with counts of 1 to 5 hidden and what would give them away (`disclosure.py`)."""
    return shareable_tables(engine, viewer, selection, keys)[selection.by]


def shareable_tables(
    engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str] | None = None
) -> dict[str, pd.DataFrame]:
    """`shareable_rows` by service and by each of `BREAKDOWNS`, by the name of what they are by."""
    asked = [measure for measure in CATALOGUE.values() if not measure.by_name_only]
    if keys is not None:
        asked = [CATALOGUE[key] for key in keys]
    safe: dict[str, list[pd.DataFrame]] = {by: [] for by in ("service", *BREAKDOWNS)}
    for of_moments in sorted({measure.rows.day is None for measure in asked}):
        together = [key for key, one in CATALOGUE.items() if (one.rows.day is None) == of_moments]
        for by, rows in _protected(engine, viewer, selection, together).items():
            safe[by].append(rows[rows["measure"].isin([measure.key for measure in asked])])
    if not asked:
        return {by: measure_rows(engine, viewer, replace(selection, by=by), []) for by in safe}
    order = {key: place for place, key in enumerate(CATALOGUE)}
    return {
        by: pd.concat(rows).sort_values(
            "measure", key=lambda of: of.map(order), kind="stable", ignore_index=True
        )
        for by, rows in safe.items()
    }


def _protected(
    engine: Engine, viewer: Viewer, selection: Selection, keys: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The tables of measures that can count the same rows, protected together."""
    tables = {
        by: measure_rows(engine, viewer, replace(selection, by=by), keys) for by in ("service", *BREAKDOWNS)
    }
    told = list(dict.fromkeys(tables["service"]["measure"]))
    of_measure = [dict(tuple(rows.groupby("measure", sort=False))) for rows in tables.values()]
    measured = []
    for key in told:
        whole, *breakdowns = (
            found.get(key, rows.iloc[:0]) for found, rows in zip(of_measure, tables.values(), strict=True)
        )
        measured.append(Measured(whole, breakdowns, [_adds_up(CATALOGUE[key], by) for by in BREAKDOWNS]))
    safe = protected(measured, on=selection.period_end, same=_first_reviews(told))
    return {
        by: pd.concat([found[place] for found in safe], ignore_index=True) for place, by in enumerate(tables)
    }


def _first_reviews(told: Sequence[str]) -> list[tuple[Cell, Cell]]:
    """First reviews are a measure, and a kind among the reviews due."""
    if not {"first_reviews_on_time", "reviews_due_on_time"} <= set(told):
        return []
    first, due = told.index("first_reviews_on_time"), told.index("reviews_due_on_time")
    kind = 1 + BREAKDOWNS.index("kind")
    return [((first, part, 0, SERVICE), (due, part, kind, "first")) for part in PARTS]


def _adds_up(measure: Measure, by: str) -> bool:
    """Whether the groups make the whole: not things counted once each, nor months of a stock."""
    return measure.distinct is None and (by != "month" or measure.rows.day is not None)
