"""Supervision of an IRO: open actions, supervisions held, dip samples, observations of practice, training.

An IRO reads what is recorded about their practice; those who answer for the service record it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from secrets import randbelow

import streamlit as st

from data_access.recorded.entries import CODES, Entry, EntryKind, EntryProblem, keep_together, new_id
from data_access.recorded.kinds import SEED, WHAT_WAS_READ
from metrics.practice import dip_sample
from metrics.practice.dip_sample import GRADES
from metrics.practice.forms import DIP_SAMPLE, form_of
from metrics.practice.practice import Practice
from metrics.practice.supervision import DipSample, OpenAction, Supervision
from metrics.recorded.reasons import NO_DUTY
from metrics.wording import words
from pages.forms import recording
from pages.frame import reads
from pages.frame.view import View
from standards import setting

OF_PRACTICE = {
    EntryKind.OBSERVATION: "Record an observation of practice at a review",
    EntryKind.TRAINING: "Record training",
}


def supervise(view: View, found: Practice) -> None:
    """Everything that was recorded about the IRO's practice and, for those who may, the forms for more."""
    may = view.viewer.sees_the_service and view.selection.as_at == view.info.as_at
    st.header("Supervision", anchor="supervision")
    if may:
        recording.name_and_news()
    elif view.viewer.sees_the_service:
        st.info("An earlier day is shown. Choose the latest day to record something.")
    _open_actions(view, found, may)
    _supervisions(view, found, may)
    _samples(view, found, may)
    _practice(view, found, may)


def _blank(view: View, found: Practice, kind: EntryKind, **other: str) -> Entry:
    """A new entry about the IRO, on the latest day that can be recorded."""
    return Entry(view.info.authority, None, kind, view.info.as_at, iro_id=found.iro.iro_id, **other)  # type: ignore[arg-type]


# -- actions


def _open_actions(view: View, found: Practice, may: bool) -> None:
    actions = found.records.open_actions
    st.subheader(f"Open actions: {len(actions)}" if actions else "Open actions", anchor=False)
    if not actions:
        st.markdown("No action is open, from supervision or about a child.")
    for action in actions:
        st.markdown(f":small[{_whence(action, found)}]")
        recording.one(view, NO_DUTY, action.entry, may_change=may)
    closed, since = found.changed.actions_closed, found.changed.since
    if closed:
        # Those of long ago stay with their supervision: each here costs a look for its earlier versions.
        with st.expander(f"Closed since {words.day(since)}: {len(closed):,}", key="closed_actions"):
            for entry in closed:
                recording.one(view, NO_DUTY, entry, may_change=may)


def _whence(action: OpenAction, found: Practice) -> str:
    """Where an action comes from, whom it is about and whether it is late."""
    parts = [f"Supervision of {words.day(action.agreed_on)}" if action.agreed_on else "From the tracker"]
    if action.entry.child_id:
        parts.append(f"child {words.plain(action.entry.child_id)}")
    if action.entry.is_overdue(found.as_at):
        parts.append("▲ overdue")
    return " · ".join(parts)


def _agree(view: View, found: Practice, held: Supervision) -> None:
    """The form for an action agreed in a supervision, about one of the IRO's children or none."""
    blank = replace(
        _blank(view, found, EntryKind.ACTION, part_of=held.entry.entry_id), about_on=held.entry.about_on
    )
    child = st.selectbox(
        "About a child (if it is)",
        sorted(found.caseload["child_id"]),
        index=None,
        key=f"child_of_{held.entry.entry_id}_{st.session_state.get('saved', 0)}",
        placeholder="No child in particular",
    )
    recording.new(view, NO_DUTY, replace(blank, child_id=child), save="Agree this action")


# -- supervisions


def _supervisions(view: View, found: Practice, may: bool) -> None:
    held, due = found.records.supervisions, found.records.next_by
    st.subheader("Supervisions", anchor=False)
    st.markdown(f"The next is due by **{words.day(due)}**." if due else "None is on record yet.")
    if may:
        with st.expander("Open a supervision", icon=":material/add:"):
            recording.new(view, NO_DUTY, _blank(view, found, EntryKind.SUPERVISION))
    for place, one in enumerate(held):
        label = f"Supervision of {words.day(one.held_on)}"
        with st.expander(label, expanded=place == 0, key=f"held_{one.entry.entry_id}"):
            _supervision(view, found, one, may, latest=place == 0)


def _supervision(view: View, found: Practice, one: Supervision, may: bool, *, latest: bool) -> None:
    recording.one(view, NO_DUTY, one.entry, may_change=may)
    for title, actions in (("Agreed", one.agreed), ("Carried forward from before", one.carried)):
        if actions:
            st.markdown(f"**{title}**\n\n" + "\n".join(f"- {_action(action)}" for action in actions))
    if may and latest:
        st.markdown("**Agree an action**")
        _agree(view, found, one)


def _action(entry: Entry) -> str:
    about = f"child {words.plain(entry.child_id)}: " if entry.child_id else ""
    closed = "" if entry.is_open else f" (closed on {words.day(entry.recorded_on)})"
    return f"{about}{words.plain(entry.said)}. {words.plain(entry.who)}, by {words.day(entry.due_on)}{closed}"


# -- dip samples


def _samples(view: View, found: Practice, may: bool) -> None:
    st.subheader("Dip samples", anchor=False)
    questions, _ = form_of(reads.entries(view.asking, found.as_at), DIP_SAMPLE)
    if not found.records.samples:
        st.markdown("No dip sample of this IRO's work is on record yet.")
    if may:
        with st.expander("Draw a sample", icon=":material/add:"):
            _draw(view, found)
        with st.expander("The questions a record is read by", icon=":material/edit:"):
            st.markdown(f":small[Each is graded: {words.listed([one.lower() for one in GRADES])}.]")
            recording.questions(view, DIP_SAMPLE)
    for place, sample in enumerate(found.records.samples):
        day = words.day(sample.entry.about_on)
        label = f"Sample of {day}: {len(sample.read):,} of {len(sample.records):,} read"
        with st.expander(label, expanded=place == 0, key=f"sample_{sample.entry.entry_id}"):
            _sample(view, sample, questions, may)


def _draw(view: View, found: Practice) -> None:
    """The form that draws a sample: how, how many, and the seed by which it can be drawn again."""
    turn = st.session_state.get("saved", 0)
    months = int(setting("dip_sample_months", found.as_at))
    st.markdown(
        f"From the reviews chaired and midway reviews done in the last {months} months; weighted to children "
        "without an entry, from the records of the caseload. The seed is kept with the sample: the same seed "
        "and work give the same sample."
    )
    with st.form(f"draw_{found.iro.iro_id}_{turn}", border=False):
        how, many, seeded = st.columns(3)
        ways = CODES[EntryKind.SAMPLE]
        with how:
            way = st.selectbox(
                "How it is drawn",
                list(ways),
                key=f"way_{turn}",
                format_func=lambda one: words.sentence(ways[one]),
            )
        with many:
            number = st.number_input("How many records", 1, 20, 5, key=f"many_{turn}")
        with seeded:
            seed = st.session_state.setdefault(f"new_seed_{turn}", str(randbelow(10**6)))
            seed = st.text_input(SEED, seed, key=f"seed_{turn}", max_chars=40)
        if st.form_submit_button("Draw the sample", type="primary"):
            _keep_sample(view, found, way, int(number), seed.strip())


def _keep_sample(view: View, found: Practice, way: str, number: int, seed: str) -> None:
    engine, on = reads.engine(), found.as_at
    work = dip_sample.recent_work(engine, view.viewer, view.info.authority, found.iro.iro_id, on, way)
    if not work:
        st.info("There is nothing to draw from: no such work of this IRO is on record in these months.")
        return
    blank = _blank(view, found, EntryKind.SAMPLE, code=way, entry_id=new_id())
    sample, records = dip_sample.sample_entries(blank, work, seed, number, on)
    try:
        keep_together(
            engine, view.viewer, [sample, *records], by=st.session_state.get("me", ""),
            at=datetime.now().astimezone(),
        )  # fmt: skip
    except EntryProblem as problem:
        st.error(str(problem))
    else:
        recording.say_saved(f"Drawn: {words.count(len(records), 'record')} to read.")


def _sample(view: View, sample: DipSample, questions: tuple[str, ...], may: bool) -> None:
    drawn = sample.entry
    how = CODES[EntryKind.SAMPLE].get(drawn.code or "", "")
    weights = drawn.answer("Weight")
    st.markdown(
        f"Drawn {how} from {drawn.answer('Drawn from')}; seed {words.plain(drawn.answer(SEED))}; weights: "
        f"{weights}. By {words.plain(drawn.recorded_by)}, {words.moment(drawn.recorded_at)}."
    )
    for record in sample.records:
        kind = dip_sample.KINDS.get(record.code or "", "Record")
        st.markdown(f"**{kind} of child {words.plain(record.child_id)}**, {words.day(record.about_on)}")
        if record.answers:
            recording.one(view, NO_DUTY, record, may_change=may)
        elif may:
            unread = replace(record, answers=((WHAT_WAS_READ, ""), *((one, "") for one in questions)))
            recording.to_change("Record what you read", unread)
            recording.changing(view, NO_DUTY, record, may_change=may)
        else:
            st.markdown(":small[not read yet]")


# -- observations and training


def _practice(view: View, found: Practice, may: bool) -> None:
    st.subheader("Observations of practice and training", anchor=False)
    expected, seen = int(setting("observations_a_year", found.as_at)), found.records.observed_in_a_year
    observed = words.count(seen, "observation")
    st.markdown(f"{words.sentence(observed)} of practice in the last twelve months; {expected} are expected.")
    if may:
        for kind, label in OF_PRACTICE.items():
            with st.expander(label, icon=":material/add:"):
                recording.new(view, NO_DUTY, _blank(view, found, kind))
    for entry in (*found.records.observations, *found.records.training):
        recording.one(view, NO_DUTY, entry, may_change=may)
