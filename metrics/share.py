"""Results that may leave children's services: the measures of a selection with few children hidden.

Every breakdown of a measure is protected together with the others, whichever is asked for, so that a count
hidden in one file cannot be worked out from another of the same selection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd
from sqlalchemy import Engine

from data_access.viewer import Viewer
from metrics.calculate import measure_rows
from metrics.disclosure import protected
from metrics.measure import Measure
from metrics.measures import CATALOGUE
from metrics.question import Selection

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
    tables = {
        by: measure_rows(engine, viewer, replace(selection, by=by), keys) for by in ("service", *BREAKDOWNS)
    }
    told = list(dict.fromkeys(tables["service"]["measure"]))
    safe = [_of_measure(CATALOGUE[key], tables, selection) for key in told]
    return {
        by: pd.concat([found[by] for found in safe], ignore_index=True) if safe else rows
        for by, rows in tables.items()
    }


def _of_measure(
    measure: Measure, tables: dict[str, pd.DataFrame], selection: Selection
) -> dict[str, pd.DataFrame]:
    theirs = {by: rows[rows["measure"] == measure.key] for by, rows in tables.items()}
    whole, others = protected(
        theirs["service"],
        [theirs[by] for by in BREAKDOWNS],
        adds_up=[_adds_up(measure, by) for by in BREAKDOWNS],
        on=selection.period_end,
    )
    return {"service": whole, **dict(zip(BREAKDOWNS, others, strict=True))}


def _adds_up(measure: Measure, by: str) -> bool:
    """Whether the groups make the whole: not things counted once each, nor months of a stock."""
    return measure.distinct is None and (by != "month" or measure.rows.day is not None)
