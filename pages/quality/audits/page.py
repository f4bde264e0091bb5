"""What do audits say?"""

from __future__ import annotations

import streamlit as st

from pages.frame import frame
from pages.frame.view import View
from pages.pieces import groups
from pages.pieces.pieces import Heading, draw
from pages.quality.audits import answer as audits
from pages.quality.audits import auditing, targeted


def targeted_audits(view: View) -> None:
    """What was recorded of targeted audits, one of them at a time, and the forms for more."""
    st.header("Targeted audits", anchor="targeted")
    draw(view, targeted.overall(view))
    auditing.offer(view)
    named = targeted.labels(view)
    if not named:
        return
    number = st.selectbox(
        "Audit", list(named), key="audit", bind="query-params", format_func=lambda one: named[one]
    )
    found = targeted.one_of(view, number)
    draw(view, targeted.progress(view, number))
    auditing.opened(view, found)
    draw(view, targeted.cases(view, number))
    auditing.case(view, found)
    auditing.recommendations(view, found)
    draw(view, targeted.documents(view, number))


view = frame.current()
draw(view, audits.focus_five(view))
if audits.has_sections(view):
    draw(view, (Heading("Grades by team, programme or cohort"),))
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
if view.viewer.sees_the_service:
    targeted_audits(view)
