"""What footprint does each IRO leave?"""

from __future__ import annotations

import streamlit as st

from pages.answers import compared, footprint, over_time, work_by_month
from pages.shared import frame, rebasing
from pages.shared.pieces import draw
from pages.shared.view import View


def choose_work(view: View) -> str:
    """The kind of work the picture is of, kept in the URL."""
    told = [*footprint.told(view), work_by_month.REVIEWS]
    chosen = st.segmented_control(
        "Work by IRO and month", told, default=told[0], required=True, key="work", bind="query-params",
        format_func=lambda key: work_by_month.WORK[key],
    )  # fmt: skip
    return chosen or told[0]


def choose_comparison() -> str:
    """The proportion by which IROs are compared, kept in the URL."""
    keys = list(compared.COMPARISONS)
    chosen = st.segmented_control(
        "Compared by", keys, default=keys[0], required=True, key="compared_by", bind="query-params",
        format_func=lambda key: compared.COMPARISONS[key].label,
    )  # fmt: skip
    return chosen or keys[0]


view = frame.current()
draw(view, footprint.answer(view))
if footprint.told(view):
    draw(view, work_by_month.work(view, choose_work(view)))
    draw(view, footprint.each_iro(view))
    draw(view, over_time.over_time(view))
    if view.viewer.sees_the_service:
        charts = {key: charted.label for key, charted in over_time.CHARTED.items()}
        rebasing.offer(view, charts, over_time.months_shown(view))
        draw(view, (compared.heading(),))
        draw(view, compared.comparison(view, choose_comparison()))
    draw(view, footprint.closing(view))
