"""What is happening for this child? Who it is lies in the session: the URL never names a child."""

from __future__ import annotations

import streamlit as st

from metrics.wording import words
from pages.footprint.child import answer as child
from pages.footprint.child import timeline as child_timeline
from pages.forms import recording
from pages.frame import frame, reads
from pages.frame.filters import choose_among
from pages.frame.view import View
from pages.pieces import child_link
from pages.pieces.pieces import draw, sentence


def find(view: View) -> None:
    """The search: an identifier opens its child, a beginning lists those that begin with it."""

    def open_the_one() -> None:
        found = reads.children_called(view.asking, st.session_state["child_sought"])
        if len(found) == 1:
            choose(found[0])

    def choose(child_id: str) -> None:
        child_link.choose(view, child_id)
        st.session_state["child_sought"] = ""

    typed = st.text_input(
        "Find a child",
        key="child_sought",
        placeholder="Identifier, or its beginning",
        max_chars=64,
        on_change=open_the_one,
    )
    if not typed.strip():
        return
    found = reads.children_called(view.asking, typed)
    if not found:
        st.info("No child in this data is called that. Type the identifier as the extract writes it.")
        return
    st.markdown(f"{words.sentence(words.count(len(found), 'child begins', 'children begin'))} with this:")
    with st.container(horizontal=True):
        for one in found:
            st.button(one, key=f"open_{one}", on_click=choose, args=(one,))


def choose_years() -> str:
    """How much of the child's time is shown, kept in the URL."""
    return choose_among("Time shown", child_timeline.SHOWN, "years", first="2")


view = frame.current()
chosen = child_link.chosen(view)
if chosen is None:
    draw(view, (sentence("choose a child first."),))
    st.markdown("Type an identifier, or click at the start of a child's row in any list.")
find(view)
if chosen is None:
    st.stop()
draw(view, child.answer(view, chosen))
if child.known(view, chosen).record is not None:
    draw(view, child_timeline.picture(view, chosen, choose_years()))
st.subheader("Recorded here", anchor=False)
recording.entries(view, child.open_duty(view, chosen), child.recorded(view, chosen))
draw(view, child.closing(view))
