"""Which reviews are late or at risk? The tracker, and what is recorded about one child of it."""

from __future__ import annotations

import streamlit as st

from pages.answers import tracker
from pages.answers.changes import CHANGES
from pages.shared import child_link, frame, recording, results, words
from pages.shared.pieces import HOW_TO_OPEN, draw
from pages.shared.view import View

MISSING = {step: words.sentence(name) for step, name in words.STEPS.items()}


def choose_state(view: View) -> str | None:
    """The strip of states with their counts, which is a choice as well.

    Kept in the URL by hand: bound to it, Streamlit would write the count into it.
    """
    counted = {state: number for state, number in tracker.counts(view).items() if number}
    asked = st.query_params.get("state")
    chosen = st.pills(
        "State",
        list(counted),
        default=asked if asked in counted else None,
        key="state",
        format_func=lambda state: f"{results.state(state)} {counted.get(state, 0):,}",
    )
    if chosen:
        st.query_params["state"] = chosen
    else:
        st.query_params.pop("state", None)
    return chosen


def choose_one(label: str, key: str, names: dict[str, str], everything: str) -> str | None:
    """One of some names, or all; kept in the URL."""
    return st.selectbox(
        label,
        [None, *names],
        key=key,
        bind="query-params",
        format_func=lambda one: everything if one is None else names[one],
    )


view = frame.current()
draw(view, tracker.answer(view))
state = choose_state(view)
boxes = st.columns(4, gap="small")
with boxes[0]:
    kind = choose_one("Kind of review", "kind", words.KINDS, "All kinds")
with boxes[1]:
    change = choose_one("Since last week", "change", CHANGES, "Changed or not")
with boxes[2]:
    missing = choose_one("Missing", "missing", MISSING, "Missing or not")
with boxes[3]:
    sought = st.text_input("Find a child", key="sought", placeholder="Identifier, or its beginning")
choice = tracker.Choice(state, kind, change, missing, sought)
rows = tracker.rows_of(view, choice)
if rows.empty:
    st.info("No child looked after on this day fits what is chosen.")
    st.stop()
said = f"{words.sentence(words.count(len(rows), 'child', 'children'))}, worst state first. "
st.markdown(f"{said}{HOW_TO_OPEN} to open a child below.")
table = tracker.table_of(view, choice)
place = table.choose(f"tracker_{hash(choice)}", height=min(36 * (len(rows) + 1), 400))
with st.container(horizontal=True):
    draw(view, tracker.downloads(view, choice))
draw(view, tracker.cannot_say(view))
if place is None and sought and len(rows) == 1:
    place = 0
if place is not None and place < len(rows):
    child = rows.iloc[place]
    st.divider()
    draw(view, tracker.heading(view, child))
    child_link.link_to(child["child_id"])
    known, recorded = st.columns(2, gap="large")
    with known:
        draw(view, tracker.details(view, child))
    with recorded:
        recording.entries(view, child, tracker.entries_of(view, child["child_id"]))
