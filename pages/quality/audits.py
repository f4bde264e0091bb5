"""What do audits say?"""

from __future__ import annotations

import streamlit as st

from pages.answers import audits
from pages.shared import frame, groups
from pages.shared.pieces import draw

view = frame.current()
draw(view, audits.focus_five(view))
if audits.has_sections(view):
    draw(view, audits.by_group(view, groups.broken_down_by(audits.GROUPS, first="team")))
    st.subheader("Do two themes go together?", anchor=False)
    st.markdown(
        "One audit found that supervision and intervention rise and fall together. Choose two themes."
    )
    themes = audits.graded(view)
    left, right = st.columns(2, gap="medium")
    with left:
        one = st.selectbox("One theme", themes, index=len(themes) - 1, key="one", format_func=audits.name_of)
    with right:
        other = st.selectbox("Another theme", themes, key="other", format_func=audits.name_of)
    draw(view, audits.together(view, one, other))
draw(view, audits.closing(view))
