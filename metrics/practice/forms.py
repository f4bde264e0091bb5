"""The short forms that people fill in: the questions of each, the service's own where somebody wrote them.

A form is kept as an entry, with who changed it and when, because a manager edits it on the page and has no
access to the service's files. What was filled in keeps the questions that it was asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from data_access.recorded.entries import Entry, EntryKind

DIP_SAMPLE = None
SELF_REFLECTION = "self_reflection"
"""Whose questions an entry of kind FORM holds: its code."""

QUESTIONS: dict[str | None, tuple[str, ...]] = {
    DIP_SAMPLE: (
        "The child's wishes and feelings are on the record, in the child's own words where there are any",
        "What was decided is clear: who does what, and by when",
        "The IRO looked whether what was decided before was done",
        "Drift, or anything else of concern, was challenged",
        "The child could read it one day and understand it",
    ),
    SELF_REFLECTION: (
        "What happened, and when did you know that it would",
        "What you did before the review: the booking, whom you spoke to, who agreed",
        "How the child was prepared and heard, and what it meant for the child",
        "What you would do differently",
        "What the service, the team or the system should change",
    ),
}
"""The questions until the service writes its own. S3 3.4, 3.16 ask for quality as well as quantity of IROs'
work; S0 for a self-reflection of the IRO on each case of a targeted audit. The words are [D]."""


def form_of(recorded: Iterable[Entry], what: str | None) -> tuple[tuple[str, ...], Entry | None]:
    """The questions of a form, and the entry they come from: the service's own, else `QUESTIONS`."""
    own = next((one for one in recorded if one.kind is EntryKind.FORM and one.code == what), None)
    if own is None or not own.answers:
        return QUESTIONS[what], own
    return tuple(question for _, question in own.answers), own
