"""What is behind this number? The URL holds the measure, the part of it and the group: never a child."""

from __future__ import annotations

import streamlit as st

from pages.answers.rows import rows_of
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
asked = st.query_params
draw(
    view,
    rows_of(
        view,
        asked.get("measure", ""),
        asked.get("part", "numerator"),
        asked.get("by", ""),
        asked.get("group", ""),
    ),
)
