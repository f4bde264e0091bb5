"""Targeted audits: opening one, the self-reflection on each case, what is learned, what is recommended.

Those who answer for the service record it. Until sign-in comes, whoever types an IRO's self-reflection says
so by name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from secrets import randbelow

import streamlit as st

from data_access.recorded.entries import Entry, EntryKind, EntryProblem, keep_together, new_id
from data_access.recorded.kinds import SEED
from data_access.rows.codes import AUDIT_NATURES
from metrics.practice.forms import SELF_REFLECTION, form_of
from metrics.practice.targeted_audit import (
    ASKED_FOR,
    CASES,
    DRAWN_FROM,
    Recommendation,
    TargetedAudit,
    audit_entries,
    held_on,
)
from metrics.recorded.reasons import NO_DUTY
from metrics.wording import words
from pages.forms import recording
from pages.frame import filters, reads
from pages.frame.view import View

ALL, SAMPLE = "All of them", "A sample at random"


def may_record(view: View) -> bool:
    """Whether something can be recorded: not of an earlier day."""
    return view.selection.as_at == view.info.as_at


def offer(view: View) -> None:
    """The forms that open an audit and change the questions of the self-reflection."""
    if not may_record(view):
        st.info("An earlier day is shown. Choose the latest day to record something.")
        return
    recording.name_and_news()
    with st.expander("Open a targeted audit", icon=":material/add:"):
        _open(view)
    with st.expander("The questions of the self-reflection", icon=":material/edit:"):
        recording.questions(view, SELF_REFLECTION)


def opened(view: View, found: TargetedAudit) -> None:
    """How an audit was opened and its cases drawn."""
    with st.expander("How it was opened and drawn", key=f"opened_{found.entry.entry_id}"):
        st.markdown(
            f"Drawn from {found.entry.answer(DRAWN_FROM)}; cases asked for: {found.entry.answer(ASKED_FOR)}; "
            f"seed {words.plain(found.entry.answer(SEED))}."
        )
        recording.one(view, NO_DUTY, found.entry, may_change=may_record(view))


# -- opening one


def _open(view: View) -> None:
    """The form that opens an audit and draws its cases from the period and the team chosen on the page."""
    turn = st.session_state.get("saved", 0)
    team = view.name("team", view.selection.team_id) if view.selection.team_id else ""
    of_team = f" of {words.plain(team)}" if team else ""
    st.markdown(
        f"Its cases are drawn from the reviews{of_team} in {filters.spoken(view.period)}: choose another "
        "period or team beside the page. The seed is kept: the same seed and reviews give the same cases.\n\n"
        + "\n".join(f"- {_nature(one)}: {_how_many(view, one):,}" for one in AUDIT_NATURES)
    )
    with st.form(f"open_audit_{turn}", border=False):
        nature = st.selectbox(
            "What it looks at", list(AUDIT_NATURES), key=f"audit_nature_{turn}",
            format_func=_nature,
        )  # fmt: skip
        how, many, seeded = st.columns(3)
        with how:
            drawn = st.selectbox("Which cases", [SAMPLE, ALL], key=f"audit_how_{turn}")
        with many:
            number = st.number_input("How many, if a sample", 1, 500, 20, key=f"audit_many_{turn}")
        with seeded:
            seed = st.session_state.setdefault(f"new_audit_seed_{turn}", str(randbelow(10**6)))
            seed = st.text_input(SEED, seed, key=f"audit_seed_{turn}", max_chars=40)
        auditor = st.text_input("Auditor", key=f"audit_who_{turn}", max_chars=200)
        purpose = st.text_area("What the audit is for", key=f"audit_why_{turn}", max_chars=4000)
        if st.form_submit_button("Open the audit and draw its cases", type="primary"):
            new = Entry(
                view.info.authority, None, EntryKind.AUDIT, view.info.as_at, code=nature, who=auditor,
                said=purpose, entry_id=new_id(),
            )  # fmt: skip
            _keep(view, new, seed.strip(), None if drawn == ALL else int(number), team)


def _nature(nature: str) -> str:
    """Without a number: by its words the browser knows what was chosen, and another period has others."""
    return words.sentence(AUDIT_NATURES[nature])


def _how_many(view: View, nature: str) -> int:
    return len(reads.audit_cases(view.asking, view.selection, nature))


def _keep(view: View, new: Entry, seed: str, number: int | None, team: str) -> None:
    found = reads.audit_cases(view.asking, view.selection, new.code or "")
    if not found:
        st.info("There is nothing to draw from: no such review is on record in this period.")
        return
    period = view.selection.period_start, view.selection.period_end
    entry, chosen = audit_entries(new, found, period, seed, number, team)
    try:
        keep_together(
            reads.engine(), view.viewer, [entry, *chosen], by=st.session_state.get("me", ""),
            at=datetime.now().astimezone(),
        )  # fmt: skip
    except EntryProblem as problem:
        st.error(str(problem))
        return
    st.session_state.pop("audit", None)  # the new one is the first of the list
    recording.say_saved(f"Opened: {words.count(len(chosen), 'case')} to look into.")


# -- cases, learning and recommendations


def case(view: View, found: TargetedAudit) -> None:
    """One case: the self-reflection, and what was learned; what was learned from the audit as a whole."""
    may = may_record(view)
    st.subheader("A case: what the IRO says of it, and what is learned", anchor=False)
    by_id = {one.entry_id: one for one in found.cases}
    chosen = st.selectbox(
        "Case", list(by_id), index=None, key=f"case_of_{found.entry.entry_id}", placeholder="Choose a case",
        format_func=lambda one: _case_words(view, by_id[one]),
    )  # fmt: skip
    if chosen is not None:
        _reflection(view, by_id[chosen], may)
        for learned in found.learning_of(by_id[chosen]):
            recording.one(view, NO_DUTY, learned, may_change=may)
    for learned in found.learning_of(found.entry):
        recording.one(view, NO_DUTY, learned, may_change=may)
    if may:
        of = by_id[chosen] if chosen is not None else found.entry
        whose = "from this case" if chosen is not None else "from the audit as a whole"
        with st.expander(
            f"Record what is learned {whose}", icon=":material/add:", key=f"learn_{of.entry_id}"
        ):
            blank = Entry(
                view.info.authority, of.child_id, EntryKind.LEARNING, view.info.as_at, iro_id=of.iro_id,
                part_of=of.entry_id,
            )  # fmt: skip
            recording.new(view, NO_DUTY, blank)


def _case_words(view: View, case: Entry) -> str:
    """Nothing in it changes with what is written: by its words the browser knows what was chosen."""
    whose = view.name("iro", case.iro_id or words.NOBODY)
    return f"{case.child_id}, review of {words.day(held_on(case))}, {whose}"


def _reflection(view: View, case: Entry, may: bool) -> None:
    st.markdown(f"Why it is here: {CASES.get(case.code or '', '')}. Due {words.day(case.due_on)}.")
    if case.answers:
        recording.one(view, NO_DUTY, case, may_change=may)
    elif may:
        questions, _ = form_of(reads.entries(view.asking, view.selection.as_at), SELF_REFLECTION)
        unwritten = replace(case, answers=tuple((one, "") for one in questions))
        recording.to_change("Write the self-reflection", unwritten)
        recording.changing(view, NO_DUTY, case, may_change=may)
    else:
        st.markdown(":small[not written yet]")


def recommendations(view: View, found: TargetedAudit) -> None:
    """What is recommended, how far it is, and the form for more."""
    may = may_record(view)
    st.subheader("Recommendations", anchor=False)
    if not found.recommendations:
        st.markdown("Nothing is recommended yet.")
    for one in found.recommendations:
        _recommendation(view, one, found, may)
    if may:
        with st.expander("Recommend an action", icon=":material/add:", key=f"act_{found.entry.entry_id}"):
            recording.new(view, NO_DUTY, _blank(view, EntryKind.ACTION, found.entry))


def _recommendation(view: View, one: Recommendation, found: TargetedAudit, may: bool) -> None:
    if one.entry.is_overdue(found.as_at):
        st.markdown(":small[▲ overdue]")
    recording.one(view, NO_DUTY, one.entry, may_change=may)
    for said in one.progress:
        recording.one(view, NO_DUTY, said, may_change=may)
    if may and one.entry.is_open:
        with st.expander("How far is it?", icon=":material/add:", key=f"far_{one.entry.entry_id}"):
            recording.new(view, NO_DUTY, _blank(view, EntryKind.PROGRESS, one.entry))


def _blank(view: View, kind: EntryKind, of: Entry) -> Entry:
    return Entry(view.info.authority, None, kind, view.info.as_at, part_of=of.entry_id)
