"""Are reviews on time?"""

from __future__ import annotations

import streamlit as st

from pages.frame import frame
from pages.pieces import groups
from pages.pieces.pieces import draw
from pages.quality.timeliness.answer import by_group, has_reviews, lateness, timeliness
from pages.quality.timeliness.recoverable import days_late, recoverable, systems_dates

view = frame.current()
draw(view, timeliness(view))
if has_reviews(view):
    st.subheader("Where they were not", anchor=False)
    draw(view, by_group(view, groups.choose(view, ("team", "iro", "kind", "age_band"))))
    draw(view, days_late(view))
    draw(view, recoverable(view))
    draw(view, systems_dates(view))
    draw(view, lateness(view))
