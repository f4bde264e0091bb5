"""Every duty to review known on a day, with its outcome on that day."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Engine, case, select

from data_access.people.viewer import Viewer, visible
from metrics.rows import duty_rows
from metrics.rows.duty_rows import d, now


def duties_as_at(
    engine: Engine, viewer: Viewer, authority: str, as_at: date, *, child_id: str | None = None
) -> pd.DataFrame:
    """One row per duty known at `as_at`, by child and day: the columns of `design.md`, command `duties`.

    child_id: of this child alone.

    A review held after `as_at` is not yet held; `days_late` is calendar days, 0 where not late and empty
    without a due date; `iro_id` and `team_id` are empty where nobody is allocated.
    """
    query = (
        select(
            d.c.child_id,
            d.c.period_started_on,
            d.c.regime,
            d.c.kind,
            d.c.opens_on,
            d.c.due_on,
            case((duty_rows.HELD, d.c.held_on)).label("held_on"),
            case((duty_rows.HELD, d.c.review_id)).label("review_id"),
            duty_rows.OUTCOME.label("outcome"),
            duty_rows.DAYS_LATE.label("days_late"),
            duty_rows.ANSWERABLE_IRO.label("iro_id"),
            duty_rows.ANSWERABLE_TEAM.label("team_id"),
        )
        .select_from(d.outerjoin(now, duty_rows.NOW_FOR_UNSETTLED))
        .where(visible(viewer, d, authority), duty_rows.KNOWN)
        .order_by(d.c.child_id, d.c.opens_on, d.c.duty_id)
    )
    if child_id is not None:
        query = query.where(d.c.child_id == child_id)
    with engine.connect() as connection:
        result = connection.execute(query, {"as_at": as_at})
        frame = pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)
    return frame.assign(days_late=frame["days_late"].astype("Int64"))
