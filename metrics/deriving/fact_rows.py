"""Facts from columns to rows of the store: the way back from `source_rows`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Table

from data_access.store import insert_columns, plain
from metrics.calendar import Days, Flags
from metrics.deriving.source_rows import Column, Rows, as_column


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


def write(connection: Connection, table: Table, columns: Rows, *, authority: str | None = None) -> None:
    """Insert columns of one length as rows, with the authority they are of where the table has it."""
    insert_columns(
        connection,
        table,
        {name: plain(column) for name, column in columns.items()},
        {} if authority is None else {"authority": authority},
    )
