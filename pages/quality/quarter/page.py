"""What changed this quarter?"""

from __future__ import annotations

import streamlit as st

from metrics.chance.compare import quarter_named
from pages.frame import frame
from pages.pieces.pieces import draw
from pages.quality.quarter import answer as answers

view = frame.current()
names = answers.quarters(view)
chosen = st.selectbox("Quarter", names, key="quarter", bind="query-params", help="Years run from 1 April.")
quarter = quarter_named(chosen or names[0])
draw(view, answers.answer(view, quarter))
shown = answers.charted(view, quarter)
if shown:
    key = st.selectbox(
        "Month by month",
        shown,
        key="measure_shown",
        bind="query-params",
        format_func=lambda one: answers.title(one, quarter),
    )
    draw(view, answers.one(view, quarter, key or shown[0]))
draw(view, answers.closing(view, quarter))
