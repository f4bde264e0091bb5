"""Were the steps on time?"""

from __future__ import annotations

import streamlit as st

from pages.frame import frame
from pages.frame.view import View
from pages.pieces import groups
from pages.pieces.pieces import draw
from pages.weekly.steps import answer as steps


def choose_step(view: View) -> str:
    """One step, kept in the URL; unless one is chosen, the one furthest from its standard."""
    chosen = st.selectbox(
        "Step",
        [None, *steps.told(view)],
        key="step",
        bind="query-params",
        format_func=lambda key: "The one furthest behind" if key is None else steps.STEPS[key].label,
    )
    return chosen or steps.worst(view)


view = frame.current()
draw(view, steps.answer(view))
if steps.worst(view):
    st.subheader("One step closer", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        key = choose_step(view)
    with right:
        by = groups.choose(view, ("team", "iro", "kind"))
    draw(view, steps.one_step(view, key))
    draw(view, steps.by_group(view, key, by))
    draw(view, steps.by_month(view, key))
draw(view, steps.midway_reviews(view))
draw(view, steps.closing(view))
