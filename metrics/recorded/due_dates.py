"""Where the case system's own due date differs from the one that the rules give, and the likely reason.

The system's date is `recorded_due_on` of the review extract; ours follows `domain.md` section 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Engine, and_, select

import standards
from data_access.people.viewer import Viewer
from data_access.store.schema import KIND_TABLES, duties
from metrics.counting.queries import narrowed
from metrics.counting.question import Selection, asked_of
from metrics.rows.duty_rows import d
from metrics.rows.expressions import AUTHORITY
from metrics.rows.row_sets import REVIEWS_HELD
from metrics.rules.calendar import add_months, as_days, setting_on
from standards.wording import checked

SAME, NOT_RECORDED = "same", "not_recorded"
CAUSES = {
    "days_28": checked("28 days from the start of care, and not {first_review_working_days:working days}"),
    "days_91_183": "91, 182 or 183 days, and not calendar months",
    "from_due": "counted from the day the last review was due, and not from the day it was held",
    "weekend": "moved off a weekend, which a due date is not",
    "other": "another reason",
}
"""Likely reasons, in the order in which they are looked for."""
_WHOLE_DAYS = (91, 182, 183)

_reviews = KIND_TABLES["reviews"]
_before = duties.alias("duty_before")


def recorded_due_dates(engine: Engine, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    """Each review held in the period with a due date of ours, and the case system's beside it.

    Columns: `child_id, kind, team_id, iro_id, opens_on, due_on, recorded_due_on, held_on`; `differs_by`,
    calendar days by which the system's is later; and `cause`: `same`, `not_recorded`, or one of `CAUSES`.
    """
    to_iro, to_team = selection.iro_id is not None, selection.team_id is not None
    of_whom = narrowed(REVIEWS_HELD, viewer, to_iro=to_iro, to_team=to_team)
    query = (
        select(
            d.c.child_id, d.c.kind, d.c.team_id, d.c.iro_id, d.c.period_started_on, d.c.opens_on, d.c.due_on,
            _reviews.c.recorded_due_on, d.c.held_on, _before.c.due_on.label("due_before"),
        )
        .join(
            _reviews,
            and_(
                _reviews.c.authority == AUTHORITY, _reviews.c.review_id == d.c.review_id, _reviews.c.speaks
            ),
        )
        .outerjoin(
            _before,
            and_(
                _before.c.authority == AUTHORITY,
                _before.c.child_id == d.c.child_id,
                _before.c.period_started_on == d.c.period_started_on,
                _before.c.number == d.c.number - 1,
            ),
        )
        .where(*of_whom, d.c.due_on.is_not(None))
        .order_by(d.c.held_on, d.c.child_id)
    )  # fmt: skip
    with engine.connect() as connection:
        result = connection.execute(query, asked_of(selection))
        rows = pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)
    rows = rows.assign(differs_by=_difference(rows), cause=_causes(rows))
    return rows.drop(columns=["period_started_on", "due_before"])


def _difference(rows: pd.DataFrame) -> pd.Series:
    difference = as_days(rows["recorded_due_on"]) - as_days(rows["due_on"])
    days = np.where(np.isnat(difference), np.nan, difference.astype("timedelta64[D]").astype(np.float64))
    return pd.Series(days, index=rows.index).astype("Int64")


def _causes(rows: pd.DataFrame) -> list[str]:
    """The likely reason of each, the first that fits."""
    system, ours = as_days(rows["recorded_due_on"]), as_days(rows["due_on"])
    opened, started = as_days(rows["opens_on"]), as_days(rows["period_started_on"])
    before = as_days(rows["due_before"])
    first = rows["kind"].eq("first").to_numpy(bool)
    second = setting_on(standards.setting_history("second_review_months"), opened)
    later = setting_on(standards.setting_history("later_review_months"), opened)
    months = np.where(rows["kind"].eq("second").to_numpy(bool), second, later)
    from_due = add_months(before, months)
    weekday = (ours.astype(np.int64) + 3) % 7
    apart = np.abs((system - ours).astype("timedelta64[D]").astype(np.float64))
    fits = {
        NOT_RECORDED: np.isnat(system),
        SAME: system == ours,
        "days_28": first & (system == started + np.timedelta64(28, "D")),
        "days_91_183": ~first & np.isin((system - opened).astype(np.int64), _WHOLE_DAYS),
        "from_due": ~first & ~np.isnat(before) & (system == from_due),
        "weekend": (weekday >= 5) & (apart <= 2),
    }
    return [str(cause) for cause in np.select(list(fits.values()), list(fits), "other")]
