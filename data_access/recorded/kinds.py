"""An entry: something that people recorded here, and what has to be said for it to stand.

Entries are about a child's reviews (`domain.md` sections 4 and 8), about an IRO's practice (supervision, dip
samples, section 5) or about the service. How they are kept is in `entries.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from data_access.rows.codes import (
    AUDIT_NATURES,
    DIP_SAMPLES,
    LATE_REASONS,
    LEARNING_THEMES,
    NON_ATTENDANCE_REASONS,
    REASONS_THAT_NEED_A_NOTE,
    SIGNIFICANT_CHANGES,
)


class EntryKind(StrEnum):
    """What can be recorded here; `refuse_what_cannot_stand` says what each kind has to say."""

    CONCERN = "concern"
    ACTION = "action"
    """About a child, or part of another entry: agreed in a supervision, recommended by an audit."""
    LATE_REASON = "late_reason"
    ABSENCE_REASON = "absence_reason"
    AGREEMENT = "agreement"
    RECORD_WRONG = "record_wrong"
    CHANGE = "change"
    SUPERVISION = "supervision"
    """about_on: the day it was held; who: who was there; said: what was discussed."""
    SAMPLE = "sample"
    """A dip sample. code: how it was drawn; answers: its seed and what it was drawn from."""
    SAMPLED = "sampled"
    """A record that was read, part of a sample. code: what it is of; answers: the form; said: feedback."""
    FORM = "form"
    """Questions of the service's own. code: of what (`forms.py`), of a dip sample none; answers: number and
    question."""
    OBSERVATION = "observation"
    """of practice at a review. who: the observer."""
    TRAINING = "training"
    REBASE = "rebase"
    """The limits of a chart start anew. code: the measure; about_on: the first month; said: why."""
    AUDIT = "audit"
    """A targeted audit. code: what it looks at; who: the auditor; said: what it is for; answers: how its
    cases were drawn."""
    AUDITED = "audited"
    """A case of a targeted audit. code: its nature; about_on, due_on, happened_on: when the review's duty
    opened, was due, was held; answers: the self-reflection of the IRO."""
    LEARNING = "learning"
    """What was learned, part of an audit or of one of its cases. code: the theme."""
    PROGRESS = "progress"
    """How far an action is, part of it."""


OF_A_CHILD = frozenset(
    {
        EntryKind.CONCERN,
        EntryKind.LATE_REASON,
        EntryKind.ABSENCE_REASON,
        EntryKind.AGREEMENT,
        EntryKind.RECORD_WRONG,
        EntryKind.CHANGE,
        EntryKind.SAMPLED,
        EntryKind.AUDITED,
    }
)
OF_AN_IRO = frozenset(
    {
        EntryKind.SUPERVISION,
        EntryKind.SAMPLE,
        EntryKind.SAMPLED,
        EntryKind.OBSERVATION,
        EntryKind.TRAINING,
    }
)

OF_THE_SERVICE = OF_AN_IRO | {
    EntryKind.FORM,
    EntryKind.AUDIT,
    EntryKind.LEARNING,
    EntryKind.PROGRESS,
}
"""What only those who answer for the service record."""

CODES: Mapping[EntryKind, Mapping[str, str]] = {
    EntryKind.LATE_REASON: LATE_REASONS,
    EntryKind.ABSENCE_REASON: NON_ATTENDANCE_REASONS,
    EntryKind.CHANGE: SIGNIFICANT_CHANGES,
    EntryKind.SAMPLE: DIP_SAMPLES,
    EntryKind.AUDIT: AUDIT_NATURES,
    EntryKind.LEARNING: LEARNING_THEMES,
}
"""The kinds of entries whose code is one of a list, and what their codes mean."""

WHAT_WAS_READ = "What was read"
"""The first answer of every reading in a dip sample, whatever else the form asks."""

SEED = "Seed"
"""The answer of a sample or an audit by which what was drawn for it can be drawn again."""

_NOT_YET = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One version of what was recorded.

    child_id, iro_id: whom it is about, one or both or neither. about_on: of a concern, an action or anything
    about a duty the day the duty opened, or any other on which it was in force; of an absence reason or a
    record that is wrong the day of the review; of anything else the day itself. part_of: the entry it belongs
    to. who: the owner of an action, who agreed to lateness, who was there. happened_on: when it was agreed,
    when the change happened. told_on: when the IRO was told of it. prevails: settled so that it counts where
    an extract says something else. answers: a form as it was filled in, question and answer.
    recorded_at: with its time zone.
    """

    authority: str
    child_id: str | None
    kind: EntryKind
    about_on: date
    code: str | None = None
    said: str | None = None
    who: str | None = None
    due_on: date | None = None
    happened_on: date | None = None
    told_on: date | None = None
    retrospective: bool = False
    prevails: bool = False
    is_open: bool = True
    iro_id: str | None = None
    part_of: str | None = None
    answers: tuple[tuple[str, str], ...] = ()
    recorded_by: str = ""
    recorded_at: datetime = _NOT_YET
    recorded_on: date = date.min
    entry_id: str = ""
    version: int = 0

    @property
    def is_about_the_child(self) -> bool:
        """Whether it is of the child alone, and not of an IRO's practice, a sample or an audit."""
        return self.child_id is not None and self.iro_id is None and self.part_of is None

    def is_overdue(self, on: date) -> bool:
        """Whether an action is open after the day by which it was to be done."""
        return self.is_open and self.due_on is not None and self.due_on < on

    def answer(self, question: str) -> str:
        """The answer to a question of the form, or nothing."""
        return dict(self.answers).get(question, "")


class EntryProblem(Exception):  # noqa: N818 - it is for whoever is typing to mend, in their words
    """An entry that cannot be kept. The message says what to do, and names no child."""


def refuse_what_cannot_stand(entry: Entry, duty_due_on: date | None, agreed_on: date | None) -> None:
    """Raise EntryProblem, in the words of whoever is typing.

    duty_due_on: when the duty it is about falls due, which an agreement to hold a review out of time comes
    before unless it says that it is retrospective (S0). agreed_on: the day an action was agreed, where the
    day by which it is to be done is new.
    """
    if not entry.recorded_by:
        raise EntryProblem("Say who you are: every entry shows who made it.")
    _refuse_without_subject(entry)
    meanings = CODES.get(entry.kind)
    if meanings is not None and entry.code not in meanings:
        raise EntryProblem(_CHOOSE.get(entry.kind, "Choose a reason."))
    if entry.code in REASONS_THAT_NEED_A_NOTE and not entry.said:
        raise EntryProblem("Say in a few words what the other reason is.")
    if entry.kind in _WHAT and not entry.said:
        raise EntryProblem(_WHAT[entry.kind])
    if entry.kind in _WHO and not entry.who:
        raise EntryProblem(_WHO[entry.kind])
    if entry.kind is EntryKind.FORM and not entry.answers:
        raise EntryProblem("Write at least one question, each on a line of its own.")
    if entry.kind is EntryKind.SAMPLED and entry.answers and not entry.answer(WHAT_WAS_READ).strip():
        raise EntryProblem("Say what was read.")
    if entry.kind in _DRAWN_FOR and entry.answers and not entry.answer(SEED).strip():
        raise EntryProblem("Give a seed, any word or number: by it the same can be drawn again.")
    if entry.kind is EntryKind.AUDITED and entry.answers and not any(said for _, said in entry.answers):
        raise EntryProblem("Answer at least one of the questions.")
    if entry.kind is EntryKind.ACTION and not (entry.who and entry.due_on):
        raise EntryProblem("Say who will do it and by when.")
    if agreed_on is not None and entry.due_on is not None and entry.due_on < agreed_on:
        raise EntryProblem(
            f"An action cannot be due before the day it was agreed: choose {_day(agreed_on)} or a later day."
        )
    if entry.kind is EntryKind.AGREEMENT:
        _refuse_agreement(entry, duty_due_on)
    _refuse_days(entry)


def _refuse_without_subject(entry: Entry) -> None:
    """Faults of the page, not of whoever is typing: told apart from what they can mend."""
    missing = (
        (entry.kind in OF_A_CHILD and entry.child_id is None)
        or (entry.kind in OF_AN_IRO and entry.iro_id is None)
        or (entry.kind in _OF_ANOTHER and entry.part_of is None)
        or (entry.kind is EntryKind.ACTION and entry.child_id is None and entry.part_of is None)
    )
    if missing:
        raise ValueError(f"an entry of kind {entry.kind} has to say whom it is about or what it is part of")


def _refuse_agreement(entry: Entry, duty_due_on: date | None) -> None:
    if not (entry.who and entry.happened_on):
        raise EntryProblem("Say who agreed and on which day.")
    if duty_due_on is not None and entry.happened_on > duty_due_on and not entry.retrospective:
        raise EntryProblem(
            f"The review was due on {_day(duty_due_on)}, and agreement comes before that day. Correct the "
            "day, or mark the agreement as retrospective."
        )


def _day(day: date) -> str:
    """`Fri 30 Jan 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _refuse_days(entry: Entry) -> None:
    if entry.kind is EntryKind.CHANGE and entry.happened_on is None:
        raise EntryProblem("Say on which day it happened.")
    if entry.told_on and entry.happened_on and entry.told_on < entry.happened_on:
        raise EntryProblem("The IRO cannot have been told before it happened: correct one of the two days.")
    past = (entry.happened_on, entry.told_on, entry.about_on if entry.kind not in _ABOUT_A_DUTY else None)
    if any(day is not None and day > entry.recorded_on for day in past):
        raise EntryProblem("That day is still to come: correct the day.")


_OF_ANOTHER = frozenset({EntryKind.SAMPLED, EntryKind.AUDITED, EntryKind.LEARNING, EntryKind.PROGRESS})
"""Kinds that are always part of another entry."""

_DRAWN_FOR = frozenset({EntryKind.SAMPLE, EntryKind.AUDIT})
"""Kinds for which others are drawn by lot."""

_ABOUT_A_DUTY = frozenset(OF_A_CHILD - {EntryKind.SAMPLED} | {EntryKind.ACTION})
"""Their `about_on` names a duty or a review, which nobody types."""

_CHOOSE = {
    EntryKind.CHANGE: "Choose what happened.",
    EntryKind.SAMPLE: "Choose how the sample is drawn.",
    EntryKind.AUDIT: "Choose what the audit looks at.",
    EntryKind.LEARNING: "Choose a theme.",
}
_WHAT = {
    EntryKind.CONCERN: "Say in a few words what concerns you.",
    EntryKind.ACTION: "Say in a few words what is to be done.",
    EntryKind.RECORD_WRONG: "Say in a few words what is wrong with the record.",
    EntryKind.SUPERVISION: "Say in a few words what was discussed.",
    EntryKind.OBSERVATION: "Say in a few words what was observed.",
    EntryKind.TRAINING: "Say what the training was.",
    EntryKind.REBASE: "Say what changed in that month: the chart shows the reason.",
    EntryKind.AUDIT: "Say what the audit is for.",
    EntryKind.LEARNING: "Say in a few words what was learned.",
    EntryKind.PROGRESS: "Say in a few words how far it is.",
}
_WHO = {
    EntryKind.SUPERVISION: "Say who was there.",
    EntryKind.OBSERVATION: "Say who observed.",
    EntryKind.AUDIT: "Say who audits.",
}
