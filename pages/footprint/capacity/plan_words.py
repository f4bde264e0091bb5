"""A plan in the readers' words: its steps, its new posts, sibling groups by a label that names nobody."""

from __future__ import annotations

from datetime import date

from metrics.ahead.whatif import NEW_POST, HoursChange, Joiner, Leaver, Move, Step
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View


def iro_name(view: View, iro_id: str) -> str:
    """An IRO by name; a new post, and nobody, in words."""
    if iro_id.startswith(NEW_POST):
        return f"New post: {iro_id.removeprefix(NEW_POST)}"
    return view.name("iro", iro_id)


@reads.kept
def sibling_groups(view: View) -> dict[str, str]:
    """Family -> what it is called on the screen, for families with two children looked after or more.

    Numbers go by the order of the groups in the data: they say nothing and hold for this data and day.
    """
    duties = reads.open_work(view.asking, view.selection.as_at).duties
    several = sorted(duties.loc[duties["siblings"] > 1, "family"].unique())
    return {family: f"Siblings {number}" for number, family in enumerate(several, 1)}


def family_name(view: View, family: str) -> str:
    """What a family is called on the screen; a child without brothers or sisters has no number."""
    return sibling_groups(view).get(family, "")


def step_words(view: View, step: Step) -> str:
    """One step of a plan as a sentence without its full stop."""
    if isinstance(step, HoursChange):
        if not step.fte:
            return f"{_plain(view, step.iro_id)} is away from {_on(step.from_on)} on"
        return f"{_plain(view, step.iro_id)} works {float(step.fte):g} FTE from {_on(step.from_on)} on"
    if isinstance(step, Leaver):
        return f"{_plain(view, step.iro_id)} leaves, last day {_on(step.last_day)}"
    if isinstance(step, Joiner):
        return f"{_plain(view, step.iro_id)}, {float(step.fte):g} FTE from {_on(step.from_on)} on"
    return _move_words(view, step)


def _move_words(view: View, move: Move) -> str:
    who = f"the children of {_plain(view, move.iro_id)}"
    if move.iro_id == words.NOBODY:
        who = "children without an IRO"
    if move.family is not None:
        who = family_name(view, move.family) or "siblings who are not looked after on this day"
    to = (
        "are spread over the other IROs, siblings together"
        if move.family is None
        else ("go to whoever has most room")
    )
    if move.to is not None:
        to = f"go to {_plain(view, move.to)}"
    return f"{who} {to} from {_on(move.from_on)} on"


def _plain(view: View, iro_id: str) -> str:
    return words.plain(iro_name(view, iro_id))


def _on(day: date) -> str:
    return words.day(day)[4:]
