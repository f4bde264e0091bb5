"""What data is this?"""

from __future__ import annotations

import streamlit as st

from pages.data.loads.answer import checks, data, history, rows_of_check
from pages.frame import frame
from pages.frame.welcome import offer_template
from pages.pieces.pieces import draw

view = frame.current()
draw(view, data(view))
found = checks(view)
if found:
    check = st.selectbox(
        "Show the rows of a check",
        found,
        index=None,
        key="check",
        bind="query-params",
        placeholder="Choose a check",
    )
    if check:
        draw(view, rows_of_check(view, check))
draw(view, history(view))
offer_template()
