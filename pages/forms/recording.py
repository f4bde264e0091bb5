"""Recording what was found out, agreed and decided about a child: the forms, and what was recorded before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import streamlit as st

from data_access.recorded.entries import (
    CODES,
    ChangedMeanwhile,
    Entry,
    EntryKind,
    EntryProblem,
    history,
    keep,
)
from metrics.practice.forms import form_of
from metrics.recorded.reasons import NO_DUTY, about_open_duty
from metrics.wording import words
from pages.forms.fields import FIELDS
from pages.frame import reads
from pages.frame.view import View

TITLES = {
    EntryKind.ACTION: "Action",
    EntryKind.CONCERN: "Concern",
    EntryKind.LATE_REASON: "Reason for lateness",
    EntryKind.AGREEMENT: "Agreed to hold the review out of time",
    EntryKind.ABSENCE_REASON: "Reason the child was not at the last review",
    EntryKind.RECORD_WRONG: "The record is wrong",
    EntryKind.CHANGE: "Significant change the IRO must be told of",
}
"""What is recorded about a child's reviews, in the order in which it is offered."""
NAMES = TITLES | {
    EntryKind.SUPERVISION: "Supervision",
    EntryKind.SAMPLED: "Record read",
    EntryKind.OBSERVATION: "Observation of practice",
    EntryKind.TRAINING: "Training",
    EntryKind.FORM: "Questions",
    EntryKind.AUDIT: "Targeted audit",
    EntryKind.AUDITED: "Self-reflection",
    EntryKind.LEARNING: "Learned",
    EntryKind.PROGRESS: "Progress",
}
"""What an entry is called."""
_DONE_ONCE = frozenset(NAMES) - frozenset(TITLES)
"""What is on record and never closed."""
_DRAWN = frozenset({EntryKind.SAMPLED, EntryKind.AUDITED})
"""What is there as soon as it is drawn, and written on later; the page says beside it of which day it is."""
_ABOUT_LAST_REVIEW = (EntryKind.ABSENCE_REASON, EntryKind.RECORD_WRONG)


def entries(view: View, child: pd.Series, recorded: list[Entry]) -> None:
    """What was recorded about a child, and a form for more; read only where an earlier day is looked at."""
    if not recorded:
        st.markdown("Nothing has been recorded about this child yet.")
    today = view.selection.as_at == view.info.as_at
    for entry in recorded:
        one(view, child, entry, may_change=today)
    if not today:
        st.info("An earlier day is shown. Choose the latest day to record something.")
        return
    _news()
    child = _as_begun(view, child)
    if pd.isna(child["opens_on"]):
        st.info("Something can be recorded about a child who is looked after on this day.")
        return
    _form(view, child)


_BEGUN, _NAME = "begun", "me"
_SEEN = ("opens_on", "due_on", "last_held_on")


def _as_begun(view: View, child: pd.Series) -> pd.Series:
    """The child's row with the duty that whoever writes has seen, though a load has closed it meanwhile.

    It is kept for as long as the form is on the page: what is left of a form that is gone is gone as well.
    """
    begun: pd.Series
    authority, begun = st.session_state.get(_BEGUN, (None, child))
    same_child = authority == view.info.authority and begun["child_id"] == child["child_id"]
    if _NAME not in st.session_state or not same_child or pd.isna(begun["opens_on"]):
        begun = child
    st.session_state[_BEGUN] = view.info.authority, begun
    if begun[list(_SEEN)].equals(child[list(_SEEN)]):
        return child
    due = "" if pd.isna(begun["due_on"]) else f", due {words.day(begun['due_on'])}"
    st.info(
        f"Newer data came in while you had this child open, and its review has moved on. What you write is "
        f"about the review as you saw it{due}."
    )
    if pd.notna(child["opens_on"]):
        st.button("Write about the review that is open now", on_click=_begin_anew)
    return begun


def _begin_anew() -> None:
    st.session_state.pop(_BEGUN, None)


def one(view: View, child: pd.Series, entry: Entry, *, may_change: bool) -> None:
    """One entry: what it says, who made it and when, and what can be done with it.

    child: the row of the child it is about, or `NO_DUTY`.
    """
    st.markdown(in_words(entry))
    if may_change:
        with st.container(horizontal=True):
            if entry.kind not in _DONE_ONCE:
                other = replace(entry, is_open=not entry.is_open)
                _button(view, child, "Close" if entry.is_open else "Open again", "open", other)
            if entry.is_open:
                to_change("Change", entry)
            if entry.is_open and _said_by_extract(entry, child):
                label = "Let the extract count again" if entry.prevails else "Let this count, not the extract"
                _button(view, child, label, "settle", replace(entry, prevails=not entry.prevails))
    changing(view, child, entry, may_change=may_change)
    if entry.version > 1:
        with st.expander("Earlier versions", key=f"versions_{entry.entry_id}"):
            for earlier in history(reads.engine(), view.viewer, view.info.authority, entry.entry_id)[:-1]:
                st.markdown(in_words(earlier))


def to_change(label: str, entry: Entry) -> None:
    """The button that opens the entry's fields, from the version that whoever clicks has seen."""
    st.button(label, key=f"change_{entry.entry_id}", on_click=_begin_to_change, args=(entry,))


def changing(view: View, child: pd.Series, entry: Entry, *, may_change: bool) -> None:
    """What went wrong with the entry, and its fields while it is being changed."""
    problem = st.session_state.pop(f"problem_{entry.entry_id}", None)
    if problem:
        st.error(problem)
    if may_change and _changing(entry) is not None:
        _form_to_change(view, child, entry)


def _begin_to_change(entry: Entry) -> None:
    """From the version that whoever clicks has seen."""
    st.session_state[f"changing_{entry.entry_id}"] = entry


def _changing(entry: Entry) -> Entry | None:
    """The version of an entry that is being changed here, if it is."""
    begun: Entry | None = st.session_state.get(f"changing_{entry.entry_id}")
    return begun


def _form_to_change(view: View, child: pd.Series, entry: Entry) -> None:
    """The entry's own fields, filled in; what is typed stays where somebody else was quicker."""
    begun = _changing(entry)
    assert begun is not None
    with st.form(f"form_{entry.entry_id}"):
        changed = FIELDS[entry.kind](begun)
        save, leave = st.columns(2)
        with save:
            saved = st.form_submit_button("Save the change", type="primary")
        with leave:
            left = st.form_submit_button("Leave it as it is")
    if saved:
        try:
            keep_entry(view, child, changed)
        except ChangedMeanwhile as problem:
            theirs = problem.theirs
            st.session_state[f"changing_{entry.entry_id}"] = replace(
                changed, version=theirs.version, is_open=theirs.is_open, prevails=theirs.prevails
            )
            st.session_state[f"problem_{entry.entry_id}"] = str(problem)
            st.rerun()
        except EntryProblem as problem:
            st.error(str(problem))
            return
    if saved or left:
        del st.session_state[f"changing_{entry.entry_id}"]
        st.rerun()


def _said_by_extract(entry: Entry, child: pd.Series) -> bool:
    """The extract says something of the same: it counts until someone settles which."""
    said = {
        EntryKind.LATE_REASON: "late_reason",
        EntryKind.AGREEMENT: "agreed_on",
        EntryKind.ABSENCE_REASON: "last_absence_reason",
    }.get(entry.kind)
    if said is None:
        return False
    mine = entry.happened_on if entry.kind is EntryKind.AGREEMENT else entry.code
    if entry.kind is EntryKind.ABSENCE_REASON:
        about_it = entry.about_on == child["last_held_on"]
    else:
        about_it = pd.notna(child["opens_on"]) and bool(about_open_duty([entry], child["opens_on"]))
    if not about_it:
        return False  # what the extract says is of another review
    return entry.prevails or child[said] != mine


def _button(view: View, child: pd.Series, label: str, what: str, changed: Entry) -> None:
    """A button that keeps a changed entry: changed from the version that whoever clicks has seen."""

    def save() -> None:
        try:
            keep_entry(view, child, changed)
        except EntryProblem as problem:
            st.session_state[f"problem_{changed.entry_id}"] = str(problem)

    st.button(label, key=f"{what}_{changed.entry_id}", on_click=save)


def in_words(entry: Entry) -> str:
    """`**Action**, open: book the review. Team manager, by Mon 9 Mar 2026. Recorded by ...`."""
    parts = [f"**{NAMES[entry.kind]}**{'' if entry.is_open else ' (closed)'}:"]
    if entry.kind in _DRAWN:
        parts += [] if entry.answers else ["drawn, nothing written yet."]
    elif entry.kind in _DONE_ONCE:
        who = f", {words.plain(entry.who)}" if entry.who else ""
        parts.append(f"{words.day(entry.about_on)}{who}.")
    if entry.code and entry.kind in CODES:
        of_the_field = f" ({entry.code})" if entry.code.isupper() else ""
        meaning = CODES[entry.kind].get(entry.code, "")
        after_the_day = entry.kind in _DONE_ONCE
        parts.append(f"{words.sentence(meaning) if after_the_day else meaning}{of_the_field}.")
    if entry.said:
        parts.append(f"{words.plain(entry.said)}.")
    if entry.kind is not EntryKind.AUDIT:  # how it was drawn is said in words of its own
        nothing = "not graded" if entry.kind is EntryKind.SAMPLED else "no answer"
        parts += [
            f"  \n{words.plain(question)}: {words.plain(answer) or nothing}."
            for question, answer in entry.answers
        ]
    if entry.kind is EntryKind.ACTION:
        parts.append(f"{words.plain(entry.who)}, by {words.day(entry.due_on)}.")
    if entry.kind is EntryKind.AGREEMENT:
        late = ", retrospectively" if entry.retrospective else ""
        parts.append(f"{words.plain(entry.who)} on {words.day(entry.happened_on)}{late}.")
    if entry.kind is EntryKind.CHANGE:
        told = (
            f"the IRO was told on {words.day(entry.told_on)}" if entry.told_on else "the IRO was not told yet"
        )
        parts.append(f"On {words.day(entry.happened_on)}; {told}.")
    if entry.prevails:
        parts.append("Counts, whatever the extract says.")
    parts.append(f"  \nRecorded by {words.plain(entry.recorded_by)}, {words.moment(entry.recorded_at)}.")
    return " ".join(parts)


def _form(view: View, child: pd.Series) -> None:
    st.text_input("Your name", key=_NAME, help="Every entry shows who made it.")
    kinds = [kind for kind in TITLES if kind is not EntryKind.ABSENCE_REASON or child["last_held_on"]]
    kind = st.selectbox("Record", kinds, key="entry_kind", format_func=lambda one: TITLES[one])
    # Fields are emptied by what is saved here, never by what somebody else saves meanwhile.
    blank = Entry(view.info.authority, child["child_id"], kind, _about(kind, child))
    new(view, child, blank)


def new(view: View, child: pd.Series, blank: Entry, *, save: str = "Save") -> None:
    """The fields of a new entry, emptied once it is saved. save: what the button says."""
    about = blank.part_of or blank.child_id or blank.iro_id
    with st.form(f"form_{blank.kind}_{about}_{st.session_state.get('saved', 0)}", border=False):
        entry = FIELDS[blank.kind](blank)
        if st.form_submit_button(save, type="primary"):
            try:
                keep_entry(view, child, entry)
            except EntryProblem as problem:
                st.error(str(problem))
            else:
                say_saved(f"Saved: {NAMES[blank.kind].lower()}.")


def questions(view: View, what: str | None) -> None:
    """A form's questions (`forms.py`): the product's until somebody writes the service's own."""
    asked, form = form_of(reads.entries(view.asking, view.selection.as_at), what)
    st.markdown("\n".join(f"- {words.plain(one)}" for one in asked))
    if form is not None:
        one(view, NO_DUTY, form, may_change=True)
        return
    answers = tuple((str(place), question) for place, question in enumerate(asked, 1))
    blank = Entry(view.info.authority, None, EntryKind.FORM, view.info.as_at, code=what, answers=answers)
    new(view, NO_DUTY, blank, save="Use these questions")


def say_saved(told: str) -> None:
    """Say so at the next turn, with empty fields."""
    st.session_state["recorded"] = told
    st.session_state["saved"] = st.session_state.get("saved", 0) + 1
    _begin_anew()
    st.rerun()


def _news() -> None:
    """What has just been saved, until the next turn.

    Its place stays when it goes: what is below would move up, and whatever is unfolded there would close with
    what is said in it.
    """
    place, told = st.empty(), st.session_state.pop("recorded", None)
    if told:
        place.success(told)


def name_and_news() -> None:
    """The field for who records, and what has just been saved."""
    _news()
    st.text_input("Your name", key=_NAME, help="Every entry shows who made it.")


def _about(kind: EntryKind, child: pd.Series) -> date:
    """The day the open duty opened; of what is about the last review, that review's."""
    held: date | None = child["last_held_on"]
    opened: date = child["opens_on"]
    return held if kind in _ABOUT_LAST_REVIEW and held is not None else opened


def keep_entry(view: View, child: pd.Series, entry: Entry) -> None:
    opens_on, due_on = child["opens_on"], child["due_on"]
    about_it = pd.notna(opens_on) and entry.about_on >= opens_on
    keep(
        reads.engine(),
        view.viewer,
        entry,
        by=st.session_state.get(_NAME, ""),
        at=datetime.now().astimezone(),
        duty_due_on=due_on if about_it and pd.notna(due_on) else None,
    )
