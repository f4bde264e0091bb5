"""How is this IRO's practice? A supervision's screen: the month, the year, the children, what is agreed."""

from __future__ import annotations

import streamlit as st

from pages.footprint.iro import answer as iro
from pages.footprint.iro import pack as iro_pack
from pages.footprint.iro import rows as iro_rows
from pages.footprint.iro import supervising
from pages.frame import frame
from pages.frame.view import View
from pages.pieces.pieces import draw


def choose(view: View) -> None:
    """The IROs by name; a link to the page that is open would change nothing, so each is a button."""
    for title, iros in iro.to_choose(view).items():
        if not iros:
            continue
        st.subheader(title, anchor=False)
        with st.container(horizontal=True):
            for one in iros:
                st.button(view.name("iro", one), key=f"choose_{one}", on_click=_chosen, args=(one,))


def _chosen(iro_id: str) -> None:
    st.session_state["iro"] = iro_id


view = frame.current()
found = iro.practice(view)
if found is None:
    draw(view, iro.what_to_choose(view))
    choose(view)
    st.stop()
draw(view, iro.answer(view, found))
draw(view, iro_rows.changed(view, found))
draw(view, iro.others(view, found))
draw(view, iro_rows.escalations(view, found))
draw(view, iro_rows.late_reviews(view, found))
draw(view, iro_rows.caseload(view, found))
draw(view, iro_pack.pack(view, found))
supervising.supervise(view, found)
