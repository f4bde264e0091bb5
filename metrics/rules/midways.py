"""When a midway review is due: halfway through a duty with a six-month interval (`domain.md` section 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics.rules.calendar import NO_DAY, Days


def due_on(kind: pd.Series, regime: pd.Series, opens_on: Days, review_due_on: Days) -> Days:
    """The day by which each duty's midway review is due; blank where its interval is shorter or not known."""
    six_months = (kind == "subsequent") | ((kind == "second") & (regime == "short_break"))
    halfway = opens_on + (review_due_on - opens_on).astype(np.int64) // 2
    return np.where(six_months.to_numpy(dtype=np.bool_) & ~np.isnat(review_due_on), halfway, NO_DAY)
