"""Going to one child's page, from every list: the identifier is kept in the session and never in a URL."""

from __future__ import annotations

import streamlit as st

from pages.frame.view import View

CHILD_PAGE = "pages/footprint/child/page.py"
_CHILD, _AUTHORITY = "child", "child_of"

_FOLLOW = """<script>document.querySelector("[class*=st-key-to_child] a")?.click()</script>"""
"""`st.switch_page` would empty the URL first, so that going back led to a list of nothing; a link leaves the
page's address behind it as it is, and stays to be clicked where scripts may not run."""


def link_to(child_id: str, key: str = "here") -> None:
    """Choose a child, and draw the link to the page that says what is happening for them.

    key: tells it from other such links on the page; never an identifier.
    """
    view: View = st.session_state["view"]
    choose(view, child_id)
    with st.container(key=f"to_child_{key}"):
        st.page_link(
            CHILD_PAGE,
            label="What is happening for this child?",
            icon=":material/arrow_forward:",
            query_params=view.chosen(),
        )


def open_child(child_id: str, key: str = "here") -> None:
    """Go to a child's page, because somebody has just chosen the child; the filters go along."""
    link_to(child_id, key)
    st.html(_FOLLOW, unsafe_allow_javascript=True)


def choose(view: View, child_id: str | None) -> None:
    """Whose page is open from now on, within this authority; None for nobody's."""
    st.session_state[_CHILD], st.session_state[_AUTHORITY] = child_id, view.info.authority


def chosen(view: View) -> str | None:
    """The child whose page is open; nobody's once another authority is looked at."""
    if st.session_state.setdefault(_AUTHORITY, view.info.authority) != view.info.authority:
        choose(view, None)
    found: str | None = st.session_state.get(_CHILD)
    return found
