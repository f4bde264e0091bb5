"""What IROs recorded in a period besides reviews, by kind: midway and pathway reviews, notes, contacts."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, func, select

from data_access.people.viewer import Viewer, visible
from data_access.rows.codes import ActivityKind
from data_access.store.schema import KIND_TABLES
from metrics.counting.question import Selection, asked_of
from metrics.rows.expressions import AUTHORITY
from metrics.rows.row_sets import LAST_DAY, PERIOD_START

_work = KIND_TABLES["activities"]


def recorded_work(engine: Engine, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    """How much of each kind was done in the selection's period, of its authority, whoever did it.

    Columns: `activity_kind` (each of `ActivityKind`, in its order), `number`, and of how many `children`.
    What was done after the as-at date is not known.
    """
    query = (
        select(_work.c.activity_kind, func.count(), func.count(_work.c.child_id.distinct()))
        .where(
            visible(viewer, _work, AUTHORITY),
            _work.c.speaks,
            _work.c.done_on >= PERIOD_START,
            _work.c.done_on <= LAST_DAY,
        )
        .group_by(_work.c.activity_kind)
    )
    with engine.connect() as connection:
        found = {kind: counted for kind, *counted in connection.execute(query, asked_of(selection))}
    return pd.DataFrame(
        [[str(kind), *found.get(str(kind), (0, 0))] for kind in ActivityKind],
        columns=["activity_kind", "number", "children"],
    )
