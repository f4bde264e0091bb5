"""What is happening for one child: when last seen and by whom, what is due next, what is outstanding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from data_access.recorded.kinds import Entry
from metrics.child import ChildNow, KnownChild, child_now, said
from metrics.recorded.reasons import NO_DUTY
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import Figure, Figures, Folded, Heading, Pieces, Text, sentence
from standards.wording import checked, worded

GONE = (
    "The latest load does not hold this child, or the child is not one of those you may see. What was "
    "recorded here is kept."
)


def known(view: View, child_id: str) -> KnownChild:
    """Everything known of the child on the day that is looked at."""
    return reads.child(view.asking, child_id, view.selection.as_at)


@reads.kept
def naming(view: View, child_id: str) -> View:
    """The view, with the names of this child's IROs and teams, whom the viewer need not see elsewhere."""
    record = known(view, child_id).record
    if record is None:
        return view
    return replace(view, iros=record.iros | view.iros, teams=record.teams | view.teams)


@reads.kept
def answer(view: View, child_id: str) -> Pieces:
    """The sentence, the few numbers and what is outstanding; or that the child is not in the data."""
    found = known(view, child_id)
    now = child_now(found)
    if now is None or found.record is None:
        return (sentence(f"child {child_id} is not in this data."), Text(GONE))
    view = naming(view, child_id)
    return (
        sentence(said(now, view.iros)),
        Text(_who(view, found)),
        Figures(_figures(view, now)),
        Heading("What is outstanding"),
        Text(_outstanding(now)),
        Heading("The timeline"),
    )


@reads.kept
def closing(view: View) -> Pieces:
    """What this data cannot say of a child, and what the words on this page mean."""
    reasons = reads.unavailable(view.asking)
    untold = {title: reasons[key] for key, title in _RESTS_ON.items() if key in reasons}
    about = worded(_ABOUT, view.selection.as_at)
    return (*results.cannot_say(untold), Folded("About this page", ":material/info:", (Text(about),)))


_RESTS_ON = {
    "children_without_an_iro": "Who the child’s IRO is",
    "midway_coverage": "Midway reviews, case notes and the IRO’s contacts with the child",
    "report_2_days_before": "What is missing around a review, and the social worker’s visits",
    "escalations_raised": "Escalations",
}
_ABOUT = checked("""
- **Seen or spoken with**: a contact with the child on record, the day an IRO gave for seeing the child about
  a review, or a review at which the child was. A midway review or a case note is work on the child’s record
  and does not say that anyone saw the child, so neither counts.
- **The social worker’s visits** are those on record for a review; others are not in this data.
- **Midway review**: due halfway between two reviews {later_review_months:months in words} apart.
- **Outstanding**: reviews and midway reviews past their day or not booked in time, papers owed, escalations,
  and what was recorded here as an action, a concern or a change that the IRO was not told of, while open.
""")


def _who(view: View, found: KnownChild) -> str:
    """The state of the review, age, and who is responsible, in one line."""
    record, row = found.record, found.open_duty
    parts = []
    if row is not None:
        parts.append(f"**{results.state_mark(row['state'])}**")
    if record is not None and record.born_on:
        parts.append(f"{words.count(_age(record.born_on, found.as_at), 'year')} old")
    if row is not None:
        worker, team, iro = (row[name] for name in ("social_worker", "team_id", "iro_id"))
        parts.append(f"social worker {worker or 'not on record'}")
        parts.append(f"team {view.name('team', team) if team else 'not on record'}")
        parts.append(f"IRO {view.name('iro', iro)}" if iro else "no IRO allocated")
    return " · ".join(parts)


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _figures(view: View, now: ChildNow) -> tuple[Figure, ...]:
    return (_seen(view, now), _next_review(now), _next_midway(now), _count(now))


def _seen(view: View, now: ChildNow) -> Figure:
    label, lines = "Last seen by an IRO", []
    if now.seen:
        by = f"by {view.name('iro', now.seen.by)}, {now.seen.how}" if now.seen.by else now.seen.how
        lines += [words.day(now.seen.on), by]
    if now.looked_at and (now.seen is None or now.looked_at.on > now.seen.on):
        lines.append(f"the IRO's last work on the record: {now.looked_at.how}, {words.day(now.looked_at.on)}")
    if now.visited_on:
        lines.append(f"the social worker's last visit on record: {words.day(now.visited_on)}")
    value = _away(now.seen.on, now.as_at) if now.seen else "not on record"
    return Figure(label, value, "  \n".join(lines))


def _next_review(now: ChildNow) -> Figure:
    if not now.looked_after:
        return Figure("Next review", "none", "the child is not looked after on this day")
    if now.due_on is None:
        return Figure("Next review", "not known", "when it is due is not known")
    booked = f"booked for {words.day(now.booked_for)}" if now.booked_for else "not booked"
    last = f"the last was held on {words.day(now.last_held_on)}" if now.last_held_on else "none was held yet"
    lines = [f"due on {words.day(now.due_on)}", booked, last]
    return Figure("Next review due", _due(now.due_on, now.as_at), "  \n".join(lines))


def _next_midway(now: ChildNow) -> Figure:
    label = "Midway review due"
    if not now.midways_told:
        return Figure(label, "not known", "no midway review is on record in this data")
    if now.midway_due_on is None:
        return Figure(label, "none", "none is due before the next review")
    due = f"due on {words.day(now.midway_due_on)}"
    if now.midway_done_on:
        return Figure(label, "done", f"done on {words.day(now.midway_done_on)}  \n{due}")
    return Figure(label, _due(now.midway_due_on, now.as_at), due)


def _count(now: ChildNow) -> Figure:
    oldest = f"the oldest since {words.day(now.outstanding[0].since)}" if now.outstanding else ""
    return Figure("Outstanding", f"{len(now.outstanding):,}", oldest)


def _away(on: date, as_at: date) -> str:
    """How long ago, or how soon: `12 days ago`, `the same day`, `in 3 days`."""
    days = (on - as_at).days
    if days == 0:
        return "the same day"
    return f"in {words.count(days, 'day')}" if days > 0 else f"{words.count(-days, 'day')} ago"


def _due(on: date, as_at: date) -> str:
    """`in 3 days`, or `5 days overdue`."""
    return f"{words.count((as_at - on).days, 'day')} overdue" if on < as_at else _away(on, as_at)


def _outstanding(now: ChildNow) -> str:
    """What is still to be done, the longest first, as a list."""
    lines = []
    for one in now.outstanding:
        typed = f". {words.plain(one.typed)}" if one.typed else ""
        lines.append(f"- **{one.what}** {one.said}{typed}")
    return "\n".join(lines) or "Nothing is outstanding."


def open_duty(view: View, child_id: str) -> pd.Series:
    """The tracker's row, which what is recorded is about; blank for a child who is not looked after."""
    row = known(view, child_id).open_duty
    if row is not None:
        return row
    return pd.Series(NO_DUTY.to_dict() | {"child_id": child_id}, dtype=object)


def recorded(view: View, child_id: str) -> list[Entry]:
    """What was recorded here about the child, the open ones first."""
    return sorted(known(view, child_id).entries, key=lambda entry: not entry.is_open)
