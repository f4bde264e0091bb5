"""What is happening for this child? Who it is lies in the session: the URL never names a child."""

from __future__ import annotations

import streamlit as st

from pages.answers import child
from pages.shared import child_link, frame, reads, recording, words
from pages.shared.pieces import draw, sentence
from pages.shared.view import View


def find(view: View) -> None:
    """The search: an identifier opens its child, a beginning lists those that begin with it."""
    typed = st.text_input(
        "Find a child", key="child_sought", placeholder="Identifier, or its beginning", max_chars=64
    )
    if not typed.strip():
        return
    found = reads.children_called(view.asking, typed)
    if not found:
        st.info("No child in this data is called that. Type the identifier as the extract writes it.")
    elif len(found) == 1:
        _open(view, found[0])
    else:
        st.markdown(f"{words.sentence(words.count(len(found), 'child begins', 'children begin'))} with this:")
        with st.container(horizontal=True):
            for one in found:
                st.button(one, key=f"open_{one}", on_click=_choose, args=(view, one))


def _open(view: View, child_id: str) -> None:
    """Open the child found, and leave the search empty for the next."""
    if child_id != child_link.chosen(view):
        child_link.choose(view, child_id)
        st.rerun()


def _choose(view: View, child_id: str) -> None:
    child_link.choose(view, child_id)
    st.session_state["child_sought"] = ""


view = frame.current()
chosen = child_link.chosen(view)
if chosen is None:
    draw(view, (sentence("choose a child first."),))
    st.markdown("Type an identifier, or click at the start of a child's row in any list.")
find(view)
if chosen is None:
    st.stop()
draw(view, child.answer(view, chosen))
st.subheader("Recorded here", anchor=False)
recording.entries(view, child.open_duty(view, chosen), child.recorded(view, chosen))
