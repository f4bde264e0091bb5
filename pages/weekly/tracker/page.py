"""Which reviews are late or at risk? The tracker, and what is recorded about one child of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from metrics.wording import words
from pages.forms import recording
from pages.frame import frame, reads
from pages.frame.view import View
from pages.pieces import changes, child_link, results
from pages.pieces.pieces import HOW_TO_OPEN, Link, draw
from pages.weekly.tracker import answer as tracker


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
        format_func=lambda state: f"{results.state_mark(state)} {counted.get(state, 0):,}",
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


OPEN = "tracker_open"
"""Where a session keeps the child that is open: under which choice, and the row as it was last seen."""


def show_rows(view: View, choice: tracker.Choice, rows: pd.DataFrame) -> None:
    """The table, of which a row opens its child, and the downloads."""
    order = ", worst state first" if len(rows) > 1 else ""
    st.markdown(f"{tracker.how_many(rows)}{order}. {HOW_TO_OPEN} to open a child below.")

    def open_row(place: int | None) -> None:
        st.session_state[OPEN] = None if place is None else (narrowed(view, choice), rows.iloc[place])

    key = f"tracker_{hash((choice, view.selection, view.info.version))}"
    tracker.table_of(view, choice).choose(key, min(36 * (len(rows) + 1), 400), open_row)
    with st.container(horizontal=True):
        draw(view, tracker.downloads(view, choice))


def narrowed(view: View, choice: tracker.Choice) -> tuple[object, ...]:
    """Everything that says which children are shown, apart from the day."""
    selection = view.selection
    return choice, selection.authority, selection.iro_id, selection.team_id


def open_child(view: View, choice: tracker.Choice, rows: pd.DataFrame) -> pd.Series | None:
    """The child that is open, by identifier: where a load moves the rows, no other child's is opened."""
    if choice.sought and len(rows) == 1:
        st.session_state[OPEN] = (narrowed(view, choice), rows.iloc[0])
    under, last_seen = st.session_state.get(OPEN) or (None, None)
    if last_seen is None or under != narrowed(view, choice):
        return None
    everyone = reads.tracker(view.asking, view.selection)
    now = everyone[everyone["child_id"] == last_seen["child_id"]]
    child: pd.Series = now.iloc[0] if len(now) else last_seen
    if len(now):
        return child
    st.info(
        "The child you had open is not among those shown here any more, as the latest data has it. What you "
        "record is still kept."
    )
    return child


view = frame.current()
draw(view, tracker.answer(view))
state = choose_state(view)
steps = tracker.missing_told(view)
boxes = iter(st.columns(4 if steps else 3, gap="small"))
with next(boxes):
    kind = choose_one("Kind of review", "kind", words.KINDS, "All kinds")
with next(boxes):
    change = choose_one("Since last week", "change", changes.titles(view), "Changed or not")
missing = None
if steps:
    with next(boxes):
        missing = choose_one("Missing", "missing", steps, "Missing or not")
with next(boxes):
    sought = st.text_input("Find a child", key="sought", placeholder="Identifier, or its beginning")
choice = tracker.Choice(state, kind, change, missing, sought)
rows = tracker.rows_of(view, choice)
if rows.empty:
    st.info("No child looked after on this day fits what is chosen.")
else:
    show_rows(view, choice, rows)
    draw(view, tracker.cannot_say(view))
if view.selection.iro_id:
    draw(view, (Link("How is this IRO's practice?", "pages/footprint/iro/page.py"),))
child = open_child(view, choice, rows)
if child is not None:
    st.divider()
    draw(view, tracker.heading(view, child))
    child_link.link_to(child["child_id"])
    known, recorded = st.columns(2, gap="large")
    with known:
        draw(view, tracker.details(view, child))
    with recorded:
        recording.entries(view, child, tracker.entries_of(view, child["child_id"]))
