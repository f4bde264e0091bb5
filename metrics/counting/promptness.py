"""Steps in three parts: on time, late (done after the limit) and missing (not done, and no time left).

The numerator and denominator are the measure's own, so that this adds to what it says and never differs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from metrics.counting.calculate import measure_rows
from metrics.counting.numbers import SERVICE, UNALLOCATED
from metrics.counting.queries import count_rows, in_part
from metrics.counting.question import DAY, Selection, as_date
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from metrics.rules.calendar import working_days_before
from standards import setting

OF_THE_TEAM = frozenset(
    {
        "iro_told_in_2_days",
        "social_worker_visited_10_days_before",
        "report_2_days_before",
        "care_plan_2_days_before",
    }
)
"""The steps that are the social work team's to take (`domain.md` section 4)."""

_TIME_LEFT = {
    "iro_allocated_in_5_days": "iro_allocated_working_days",
    "decisions_in_5_days": "decisions_working_days_after",
    "record_in_15_days": "record_working_days_after",
    "letter_in_20_days": "letter_working_days_after",
}
"""The steps that are left out until their time is up, and the setting that says how long that is."""

TOO_EARLY = (
    "Not all steps of {of} are owed yet: what was done counts already, what was not only once its time is "
    "up, so that these figures may still fall."
)
"""What has to be said of a time whose steps are not all owed: it looks better than it will."""


def owed_before(key: str, as_at: date) -> date:
    """The day before which every step of a kind was owed by `as_at`.

    Later than `as_at` for what is no step with time left, which counts at once.
    """
    if key not in _TIME_LEFT:
        return as_at + DAY
    days = int(setting(_TIME_LEFT[key], as_at))
    return as_date(working_days_before(np.datetime64(as_at, "D"), days))


def step_rows(engine: Engine, viewer: Viewer, selection: Selection, keys: Collection[str]) -> pd.DataFrame:
    """The rows of `measure_rows` with the shortfall of each step in two columns besides: `late`, `missing`.

    numerator + late + missing = denominator in every row. Raises KeyError for what is no step.
    """
    rows = measure_rows(engine, viewer, selection, keys)
    by = () if selection.by == SERVICE else (selection.by,)
    with engine.connect() as connection:
        counted = count_rows(connection, viewer, selection, [_only_late(key) for key in sorted(keys)], by)
    late = {
        (key, UNALLOCATED if name is None else name): number
        for key, groups in counted.items()
        for group, (number, _) in groups.items()
        for name in (group or (SERVICE,))
    }
    told = rows["denominator"].notna()
    found = [late.get(place, 0) for place in zip(rows["measure"], rows["group"], strict=True)]
    rows["late"] = np.where(told, np.array(found, dtype=np.float64), np.nan)
    rows["missing"] = rows["denominator"] - rows["numerator"] - rows["late"]
    return rows


@lru_cache(maxsize=64)
def _only_late(key: str) -> Measure:
    """The count of what was done late, one object for each step: queries are kept by it."""
    measure = CATALOGUE[key]
    if measure.done is None:
        raise KeyError(f"No step: {key}")
    return replace(measure, numerator=in_part(measure, "late"), denominator=None)
