"""What the months ahead are worked out from: the open duties, whose brothers and sisters, and the hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, select

from data_access.people.viewer import Viewer, visible
from data_access.store.schema import KIND_TABLES
from metrics.counting.coverage import not_loaded, unanswerable
from metrics.counting.question import Selection
from metrics.counting.staff import Hours, hours_of
from metrics.rules.calendar import as_days
from metrics.tracker import open_duties
from metrics.wording.words import NOBODY

MIDWAYS = "midway_reviews_per_fte_month"
FROM_THE_TRACKER = (
    "child_id", "iro_id", "team_id", "kind", "regime", "opens_on", "due_on", "booked_for", "midway_done_on",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class OpenWork:
    """What is open on a day.

    duties: one row per child looked after, by child: `FROM_THE_TRACKER`, with `iro_id` of
    `words.NOBODY` where nobody is allocated; `family`, the sibling group, or a name of their own for a child
    of none; `siblings`, how many of it are looked after; `date_of_birth`. midways_told: whether the sources
    say which midway reviews are done.
    """

    as_at: date
    duties: pd.DataFrame
    hours: tuple[Hours, ...]
    midways_told: bool


def open_work(engine: Engine, viewer: Viewer, selection: Selection) -> OpenWork:
    """What is open as at the selection's day, of the whole service whatever else is selected."""
    asked = replace(selection.at(selection.as_at), by="service", iro_id=None, team_id=None)
    duties = open_duties(engine, viewer, asked)[list(FROM_THE_TRACKER)]
    with engine.connect() as connection:
        children = _children(connection, viewer, asked.authority)
        hours = hours_of(connection, viewer, asked)
        untold = not_loaded(connection, asked.authority) | unanswerable(
            connection, asked.authority, (MIDWAYS,)
        )
    return OpenWork(asked.as_at, _with_families(duties, children), tuple(hours), MIDWAYS not in untold)


def _children(connection: Connection, viewer: Viewer, authority: str) -> pd.DataFrame:
    table = KIND_TABLES["children"]
    query = select(table.c.child_id, table.c.sibling_group, table.c.date_of_birth).where(
        visible(viewer, table, authority), table.c.speaks
    )
    result = connection.execute(query)
    return pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)


def _with_families(duties: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    found = duties.merge(children, on="child_id", how="left").sort_values("child_id", ignore_index=True)
    group = found.pop("sibling_group")
    family = np.where(group.notna(), "siblings " + group.fillna("").astype(str), "child " + found["child_id"])
    return found.assign(
        iro_id=found["iro_id"].fillna(NOBODY),
        family=family,
        siblings=pd.Series(family).map(pd.Series(family).value_counts()).astype("int64"),
        date_of_birth=as_days(found["date_of_birth"]),
    )
