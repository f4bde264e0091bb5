"""Going to one child's page, from every list: the identifier is kept in the session and never in a URL."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import streamlit as st

from pages.shared.view import View

CHILD_PAGE = "pages/footprint/child.py"
_CHILD, _AUTHORITY = "child", "child_of"


def open_child(child_id: str) -> NoReturn:
    """Go to a child's page; the filters go along in the URL, the identifier does not."""
    view: View = st.session_state["view"]
    choose(view, child_id)
    st.switch_page(CHILD_PAGE, query_params=replace(view, shown=()).chosen())


def choose(view: View, child_id: str | None) -> None:
    """Whose page is open from now on, within this authority; None for nobody's."""
    st.session_state[_CHILD], st.session_state[_AUTHORITY] = child_id, view.info.authority


def chosen(view: View) -> str | None:
    """The child whose page is open; nobody's once another authority is looked at."""
    if st.session_state.setdefault(_AUTHORITY, view.info.authority) != view.info.authority:
        choose(view, None)
    found: str | None = st.session_state.get(_CHILD)
    return found
