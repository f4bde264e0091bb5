"""Are reviews on time?"""

from __future__ import annotations

import streamlit as st

from pages.answers.recoverable import days_late, recoverable, systems_dates
from pages.answers.timeliness import by_group, has_reviews, lateness, timeliness
from pages.shared import frame, groups
from pages.shared.pieces import draw

view = frame.current()
draw(view, timeliness(view))
if has_reviews(view):
    st.subheader("Where they were not", anchor=False)
    draw(view, by_group(view, groups.choose(view, ("team", "iro", "kind", "age_band"))))
    draw(view, days_late(view))
    draw(view, recoverable(view))
    draw(view, systems_dates(view))
    draw(view, lateness(view))
