"""Documents: choose one, read what it says, download it."""

from __future__ import annotations

import streamlit as st

from pages.frame import frame
from pages.frame.view import View
from pages.pieces.pieces import draw
from pages.reports.documents import answer as documents


def choose_which(view: View, kind: str) -> str | None:
    """Which year, quarter, IRO or team; None where there is nothing to choose from."""
    names = documents.choices(view, kind)
    if not names:
        return None
    label = documents.KINDS[kind].of_what
    return st.selectbox(label, list(names), key=f"which_{kind}", format_func=lambda one: names[one])


view = frame.current()
draw(view, documents.said())
left, right = st.columns(2, gap="medium")
with left:
    kind = st.selectbox(
        "Document",
        list(documents.KINDS),
        key="document",
        bind="query-params",
        format_func=lambda one: documents.KINDS[one].title,
    )
with right:
    which = choose_which(view, kind or "annual")
whole = False
if documents.KINDS[kind].for_publication:
    whole = st.checkbox("Print small numbers too: for use inside children's services", key="whole")
with st.spinner("Writing the document"):
    pieces = documents.document(view, kind, which, whole=whole)
draw(view, pieces)
