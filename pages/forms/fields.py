"""What can be typed for each kind of entry: its fields, filled in where it is being changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data_access.recorded.entries import CODES, Entry, EntryKind
from data_access.recorded.kinds import WHAT_WAS_READ
from metrics.practice.dip_sample import GRADES
from metrics.wording import words


def key(name: str, entry: Entry) -> str:
    """A new entry's fields are emptied by being saved; those of a change go with its form."""
    if entry.entry_id:
        return f"{name}_{entry.entry_id}"
    about = entry.part_of or entry.child_id or entry.iro_id
    return f"{name}_{entry.kind}_{about}_{st.session_state.get('saved', 0)}"


def what(label: str, entry: Entry, longest: int = 500) -> Entry:
    said = st.text_area(label, entry.said or "", key=key("said", entry), max_chars=longest)
    return replace(entry, said=said)


def day(label: str, entry: Entry) -> Entry:
    """The day itself that the entry is about."""
    on = st.date_input(label, entry.about_on, key=key("on", entry), format="DD/MM/YYYY")
    return replace(entry, about_on=on or entry.about_on)


def action(entry: Entry) -> Entry:
    entry = what("What is to be done", entry)
    who, by_when = st.columns(2)
    with who:
        owner = st.text_input("Who does it", entry.who or "", key=key("who", entry))
    with by_when:
        due_on = st.date_input("By when", entry.due_on, key=key("due", entry), format="DD/MM/YYYY")
    return replace(entry, who=owner, due_on=due_on)


def reason(entry: Entry) -> Entry:
    codes = CODES[entry.kind]
    code = st.selectbox(
        "Reason" if entry.kind is not EntryKind.CHANGE else "What happened",
        list(codes),
        index=list(codes).index(entry.code) if entry.code else None,
        key=key("code", entry),
        format_func=lambda one: words.sentence(codes[one]),
    )
    return what("In a few words, if there is more to say", replace(entry, code=code))


def agreement(entry: Entry) -> Entry:
    who, when = st.columns(2)
    with who:
        agreed_by = st.text_input("Who agreed", entry.who or "", key=key("agreed_by", entry))
    with when:
        agreed_on = st.date_input(
            "On which day", entry.happened_on, key=key("agreed", entry), format="DD/MM/YYYY"
        )
    retrospective = st.checkbox(
        "Agreed afterwards (retrospective)", entry.retrospective, key=key("retrospective", entry)
    )
    return replace(entry, who=agreed_by, happened_on=agreed_on, retrospective=retrospective)


def change(entry: Entry) -> Entry:
    entry = reason(entry)
    when, told = st.columns(2)
    with when:
        happened_on = st.date_input(
            "When", entry.happened_on, key=key("happened", entry), format="DD/MM/YYYY"
        )
    with told:
        told_on = st.date_input(
            "IRO told on",
            entry.told_on,
            key=key("told", entry),
            format="DD/MM/YYYY",
            help="Blank: not told yet.",
        )
    return replace(entry, happened_on=happened_on, told_on=told_on)


def supervision(entry: Entry) -> Entry:
    when, who = st.columns(2)
    with when:
        entry = day("Held on", entry)
    with who:
        present = st.text_input("Who was there", entry.who or "", key=key("who", entry))
    return what("What was discussed", replace(entry, who=present), LONG)


def observation(entry: Entry) -> Entry:
    when, who = st.columns(2)
    with when:
        entry = day("Day of the review", entry)
    with who:
        observer = st.text_input("Who observed", entry.who or "", key=key("who", entry))
    return what("What was observed, and the feedback given", replace(entry, who=observer), LONG)


def reading(entry: Entry) -> Entry:
    """A record of a dip sample: what was read, a grade in words for each question, feedback to the IRO."""
    answers = []
    for place, (question, answer) in enumerate(entry.answers):
        name = key(f"answer{place}", entry)
        if question == WHAT_WAS_READ:
            said = st.text_input(question, answer, key=name, placeholder="Record, midway review, letter ...")
        else:
            at = GRADES.index(answer) if answer in GRADES else None
            said = st.selectbox(question, GRADES, at, key=name, placeholder="Not graded") or ""
        answers.append((question, said))
    return what("Feedback to the IRO", replace(entry, answers=tuple(answers)), LONG)


def form(entry: Entry) -> Entry:
    """The questions of a form, one a line."""
    lines = st.text_area(
        "Questions, each on a line of its own",
        "\n".join(question for _, question in entry.answers),
        key=key("questions", entry),
        height=200,
        max_chars=2000,
    )
    questions = dict.fromkeys(line.strip() for line in lines.splitlines() if line.strip())
    return replace(entry, answers=tuple((str(place), one) for place, one in enumerate(questions, 1)))


def audit(entry: Entry) -> Entry:
    """Of a targeted audit that is opened: who audits and what for. How it was drawn stays."""
    who = st.text_input("Auditor", entry.who or "", key=key("who", entry))
    return what("What the audit is for", replace(entry, who=who), LONG)


def reflection(entry: Entry) -> Entry:
    """The IRO's own words on a case of an audit, question by question."""
    answers = tuple(
        (question, st.text_area(question, answer, key=key(f"answer{place}", entry), max_chars=LONG))
        for place, (question, answer) in enumerate(entry.answers)
    )
    return replace(entry, answers=answers)


def learning(entry: Entry) -> Entry:
    themes = CODES[entry.kind]
    theme = st.selectbox(
        "Theme", list(themes), list(themes).index(entry.code) if entry.code else None,
        key=key("code", entry), format_func=lambda one: words.sentence(themes[one]),
    )  # fmt: skip
    return what("What was learned", replace(entry, code=theme))


LONG = 4000
"""Characters of what takes more than a few words."""

FIELDS: dict[EntryKind, Callable[[Entry], Entry]] = {
    EntryKind.ACTION: action,
    EntryKind.CONCERN: lambda entry: what("What concerns you", entry),
    EntryKind.LATE_REASON: reason,
    EntryKind.AGREEMENT: agreement,
    EntryKind.ABSENCE_REASON: reason,
    EntryKind.RECORD_WRONG: lambda entry: what("What is wrong with the record", entry),
    EntryKind.CHANGE: change,
    EntryKind.SUPERVISION: supervision,
    EntryKind.OBSERVATION: observation,
    EntryKind.TRAINING: lambda entry: what("What the training was", day("Day", entry)),
    EntryKind.SAMPLED: reading,
    EntryKind.FORM: form,
    EntryKind.AUDIT: audit,
    EntryKind.AUDITED: reflection,
    EntryKind.LEARNING: learning,
    EntryKind.PROGRESS: lambda entry: what("How far it is", day("Day", entry)),
}
