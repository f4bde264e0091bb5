"""Limits of control charts that start anew: who decided it, for which chart, from when and why.

Limits never move by themselves. A manager who knows what changed records it, and can take it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import streamlit as st

from data_access.recorded.entries import Entry, EntryKind, EntryProblem, keep
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View


def recorded(view: View, keys: Mapping[str, str]) -> list[Entry]:
    """What was decided about the charts of some measures as at the day shown, by month; taken back or not."""
    found = reads.entries(view.asking, view.selection.as_at)
    return sorted(
        (entry for entry in found if entry.kind is EntryKind.REBASE and entry.code in keys),
        key=lambda entry: (entry.about_on, entry.recorded_at),
    )


def reasons(view: View, key: str, months: Sequence[str]) -> dict[str, str]:
    """The months in words from which the limits of one chart start anew, of those shown, and why."""
    return {
        words.month(f"{entry.about_on:%Y-%m}"): entry.said or ""
        for entry in recorded(view, {key: ""})
        if entry.is_open and f"{entry.about_on:%Y-%m}" in months
    }


def offer(view: View, keys: Mapping[str, str], months: Sequence[str]) -> None:
    """What was decided so far, and the form for more; read only where an earlier day is looked at.

    keys: measure -> what its chart is called. months: those on the charts, as `YYYY-MM`.
    """
    found = recorded(view, keys)
    number = sum(entry.is_open for entry in found)
    label = "Limits that start anew" + (f" ({number})" if number else "")
    with st.expander(label, icon=":material/restart_alt:", key="rebasing"):
        st.markdown(
            "When something about the work really changed - more IROs, another way of recording - the limits "
            "of a chart can start anew from that month. Understand the cause first: limits that follow every "
            "rise and fall hide change instead of showing it."
        )
        today = view.selection.as_at == view.info.as_at
        if today:
            st.text_input("Your name", key="me", help="Every entry shows who made it.")
        else:
            st.info("An earlier day is shown. Choose the latest day to record something.")
        for entry in found:
            _one(view, entry, keys, may_change=today)
        told = st.session_state.pop("rebased", None)
        if told:
            st.success(told)
        if today:
            _form(view, keys, months)


def _one(view: View, entry: Entry, keys: Mapping[str, str], *, may_change: bool) -> None:
    """One decision: for which chart, from when and why, who made it, and the button that takes it back."""
    closed = "" if entry.is_open else " (taken back)"
    st.markdown(
        f"**{keys[entry.code or '']}**, new limits from {words.month(f'{entry.about_on:%Y-%m}')}{closed}: "
        f"{words.plain(entry.said)}.  \nRecorded by {words.plain(entry.recorded_by)}, "
        f"{words.moment(entry.recorded_at)}."
    )
    if may_change:

        def save() -> None:
            try:
                _keep(view, replace(entry, is_open=not entry.is_open))
            except EntryProblem as problem:
                st.session_state[f"problem_{entry.entry_id}"] = str(problem)

        label = "Take it back" if entry.is_open else "Let it count again"
        st.button(label, key=f"rebase_{entry.entry_id}", on_click=save)
    problem = st.session_state.pop(f"problem_{entry.entry_id}", None)
    if problem:
        st.error(problem)


def _form(view: View, keys: Mapping[str, str], months: Sequence[str]) -> None:
    # Fields are emptied by what is saved here, never by what somebody else saves meanwhile.
    turn = st.session_state.get("saved_rebase", 0)
    with st.form(f"rebase_{turn}", border=False):
        left, right = st.columns(2)
        with left:
            key = st.selectbox(
                "Chart", [*keys], key=f"rebase_chart_{turn}", format_func=lambda one: keys[one]
            )
        with right:
            month = st.selectbox(
                "First month of the new limits", list(months)[:0:-1], key=f"rebase_month_{turn}",
                format_func=words.month,
            )  # fmt: skip
        said = st.text_area("What changed in that month", key=f"rebase_why_{turn}", max_chars=500)
        if st.form_submit_button("Start the limits anew", type="primary"):
            first = date.fromisoformat(f"{month}-01")
            entry = Entry(view.info.authority, None, EntryKind.REBASE, first, code=key, said=said)
            try:
                _keep(view, entry)
            except EntryProblem as problem:
                st.error(str(problem))
            else:
                st.session_state["rebased"] = f"Saved: new limits from {words.month(month)}."
                st.session_state["saved_rebase"] = turn + 1
                st.rerun()


def _keep(view: View, entry: Entry) -> None:
    at = datetime.now().astimezone()
    keep(reads.engine(), view.viewer, entry, by=st.session_state.get("me", ""), at=at)
