"""The measures of a period: one row per measure and group, from the cube where it can answer, else the facts.

`measure_rows` is what pages, exports and the command line show; the rows behind a number are in
`members.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, select

from data_access.people.viewer import Viewer
from data_access.store.schema import authorities
from metrics.counting.coverage import availability
from metrics.counting.duties_as_at import duties_as_at
from metrics.counting.members import members
from metrics.counting.numbers import Numbers, numbers_of
from metrics.counting.question import Selection, months_on
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from standards import target

__all__ = [
    "RESULT_COLUMNS",
    "Selection",
    "availability",
    "default_as_at",
    "duties_as_at",
    "measure_rows",
    "measure_trend",
    "members",
    "monthly_rows",
    "period_rows",
]

RESULT_COLUMNS = (
    "measure", "period_start", "period_end", "group_by", "group", "numerator", "denominator", "value",
    "unit", "standard_low", "standard_high", "status", "suppressed",
)  # fmt: skip
_NUMBERS = ("numerator", "denominator", "value", "standard_low", "standard_high")
_TYPES: dict[str, Any] = dict.fromkeys(_NUMBERS, np.float64) | {"suppressed": np.bool_}


def default_as_at(engine: Engine, authority: str, period_end: date) -> date:
    """The period's end, or the store's date (of the authority's latest load) where that is earlier."""
    query = select(authorities.c.as_at).where(authorities.c.authority == authority)
    with engine.connect() as connection:
        stores: date | None = connection.execute(query).scalar()
    return min(period_end, stores or period_end)


def measure_rows(
    engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str] | None = None
) -> pd.DataFrame:
    """The measures of a selection, a row per measure and group (`RESULT_COLUMNS`), in the catalogue's order.

    keys: which measures; by default all of `measures.md`. Numbers are unrounded and empty where there is
    no value; `status` is judged by the standard of the period's end. A measure that the breakdown does
    not fit has no rows; one that the data cannot answer has one row without numbers, by service only.
    Raises KeyError for a key that is not in the catalogue.
    """
    measures = _measures(keys)
    if selection.by == "month":
        months = numbers_of(engine, viewer, replace(selection, by="service"), measures, by_month=True)
        columns = _rows(selection, measures, months)
        return _frame({**columns, "group": columns["month"]})
    return _frame(_rows(selection, measures, numbers_of(engine, viewer, selection, measures)))


def period_rows(engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str]) -> pd.DataFrame:
    """As `measure_rows`, with what is counted of children or hours as at the period's last day.

    So that a period that is over stands as it ended, and equals the month it ends in (`monthly_rows`).
    """
    of_moments = [key for key in keys if CATALOGUE[key].rows.day is None]
    asked = (
        (selection, [key for key in keys if key not in of_moments]),
        (selection.at(selection.last_day), of_moments),
    )
    found = [measure_rows(engine, viewer, at, chosen) for at, chosen in asked if chosen]
    return pd.concat(found, ignore_index=True) if found else measure_rows(engine, viewer, selection, [])


def monthly_rows(
    engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str] | None = None
) -> pd.DataFrame:
    """Each group of the selection month by month: `month` (YYYY-MM) and the columns of `measure_rows`.

    Measures of children, FTE or stock are as at each month's end, or as at where that is earlier.
    """
    measures = _measures(keys)
    found = numbers_of(engine, viewer, selection, measures, by_month=True)
    return _frame(_rows(selection, measures, found), "month")


def measure_trend(
    engine: Engine, viewer: Viewer, keys: Collection[str], selection: Selection, months: int = 12
) -> pd.DataFrame:
    """The last `months` calendar months up to the period's end: the rows of `measure_rows` by month."""
    first = months_on(selection.period_end.replace(day=1), 1 - months)
    return measure_rows(engine, viewer, replace(selection, period_start=first, by="month"), keys)


def _measures(keys: Collection[str] | None) -> list[Measure]:
    if keys is None:
        return [measure for measure in CATALOGUE.values() if not measure.by_name_only]
    unknown = sorted(set(keys) - set(CATALOGUE))
    if unknown:
        raise KeyError(f"No such measure: {', '.join(unknown)}")
    return [measure for key, measure in CATALOGUE.items() if key in keys]


def _rows(selection: Selection, measures: list[Measure], found: dict[str, Numbers]) -> dict[str, list[Any]]:
    """The columns of the result, and `month` besides."""
    rows: list[tuple[Any, ...]] = []
    for measure in measures:
        standard = target(measure.key, selection.period_end)
        low, high = (standard.low, standard.high) if standard else (None, None)
        for (month, group), (numerator, denominator) in found[measure.key].items():
            value = measure.value(numerator, denominator)
            status = standard.status(value) if standard else ""
            rows.append(
                (
                    measure.key, selection.period_start, selection.period_end, selection.by, group,
                    numerator, denominator, value, measure.unit, low, high, status, False, month,
                )
            )  # fmt: skip
    columns = (*RESULT_COLUMNS, "month")
    return {name: [row[place] for row in rows] for place, name in enumerate(columns)}


def _frame(columns: dict[str, list[Any]], *first: str) -> pd.DataFrame:
    return pd.DataFrame(
        {name: np.array(columns[name], dtype=_TYPES.get(name, object)) for name in (*first, *RESULT_COLUMNS)}
    )
