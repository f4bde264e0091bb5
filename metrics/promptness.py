"""Steps in three parts: on time, late (done after the limit) and missing (not done, and no time left).

The numerator and denominator are the measure's own, so that this adds to what it says and never differs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from data_access.viewer import Viewer
from metrics.calculate import measure_rows
from metrics.counting import count_rows, in_part
from metrics.measure import Measure
from metrics.measures import CATALOGUE
from metrics.numbers import SERVICE, UNALLOCATED
from metrics.question import Selection

OF_THE_TEAM = frozenset(
    {
        "iro_told_in_2_days",
        "social_worker_visited_10_days_before",
        "report_2_days_before",
        "care_plan_2_days_before",
    }
)
"""The steps that are the social work team's to take (`domain.md` section 4)."""


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
