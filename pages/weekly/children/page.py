"""What is behind this number? The URL holds the measure, the part of it and the group: never a child."""

from __future__ import annotations

import streamlit as st

from pages.frame import frame
from pages.pieces.pieces import draw
from pages.weekly.children.answer import rows_of

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
