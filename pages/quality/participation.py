"""Did children take part?"""

from __future__ import annotations

import streamlit as st

from pages.answers import absences, participation
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, participation.participation(view))
if participation.has_codes(view):
    draw(view, participation.month_by_month(view))
    draw(view, participation.heading_of_groups())
    by = st.segmented_control(
        "Broken down by",
        list(participation.GROUPS),
        default="age_band",
        required=True,
        key="breakdown",
        bind="query-params",
        format_func=lambda one: participation.GROUPS[one],
    )
    draw(view, participation.by_group(view, by or "age_band"))
    draw(view, absences.why_not(view))
    draw(view, absences.miscoded(view))
draw(view, participation.family_and_papers(view))
draw(view, participation.closing(view))
