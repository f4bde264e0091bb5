"""Rows as columns: one array of values for each name, which rules take and give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.rules.calendar import Days, Flags

Column: TypeAlias = npt.NDArray[Any]
Rows: TypeAlias = dict[str, Column]


def as_column(values: Sequence[Any]) -> Column:
    """An object array of exactly these values."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def taken(column: Column, rows: npt.NDArray[np.int64]) -> Column:
    """The values at `rows`, nothing where the row is -1."""
    return np.append(column, as_column([None]))[rows]


def as_text(days: Days) -> Column:
    """Days as the store writes them: ISO text, nothing for a blank."""
    codes, distinct = pd.factorize(days.astype("datetime64[D]").astype(np.int64))
    written = as_column(np.datetime_as_string(distinct.astype("datetime64[D]")).tolist())
    written[np.isnat(distinct.astype("datetime64[D]"))] = None
    return written[codes]


def where_known(values: npt.NDArray[Any], known: Flags) -> Column:
    """The values as plain objects, yes and no as 1 and 0, nothing where they are not known."""
    column = (values.astype(np.int8) if values.dtype == np.bool_ else values).astype(object)
    column[~known] = None
    return column
