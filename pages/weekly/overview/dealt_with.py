"""Were last week's actions and concerns dealt with? What is open, what is overdue, what was closed."""

from __future__ import annotations

import pandas as pd

from data_access.recorded.kinds import Entry, EntryKind
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.changes import WEEK
from pages.pieces.pieces import Heading, Link, LongTable, Pieces, Text
from reports.tracker_rows import Names
from reports.weekly_tables import RECORDED, actions_and_concerns

WHERE = "What is recorded on a child's row of the tracker, in supervision or in an audit is followed up here."


def dealt_with(view: View) -> Pieces:
    """The actions and concerns that are open, overdue ones first, and how many were closed."""
    about = _of_those_shown(view)
    still_open = [one for one in about if one.is_open]
    closed = sum(not one.is_open and one.recorded_on > view.selection.as_at - WEEK for one in about)
    heading = Heading("Were actions and concerns dealt with?")
    done = f" {words.sentence(words.count(closed, 'was', 'were'))} closed in the last week." if closed else ""
    if not still_open:
        where = "" if about else f" {WHERE}"
        return (
            heading,
            Text(f"No action or concern is open.{done}{where}"),
            Link("Which reviews are late or at risk?", "pages/weekly/tracker/page.py"),
        )
    table = actions_and_concerns(still_open, Names(view.iros, view.teams), view.selection.as_at)
    shown = pd.DataFrame(table.rows, columns=table.headings)
    return (
        heading,
        Text(f"{_said(view, still_open)}{done}"),
        LongTable(shown, "Actions and concerns that are open, the first to be done first"),
    )


def _of_those_shown(view: View) -> list[Entry]:
    """Of the IRO or team chosen those about their children; else all, of children who have left care too.

    What was agreed in a supervision is between that IRO and the manager: it stands with no team's.
    """
    recorded = [one for one in reads.entries(view.asking, view.selection.as_at) if one.kind in RECORDED]
    iro, team = view.selection.iro_id, view.selection.team_id
    if not (iro or team):
        return recorded
    theirs = set(reads.tracker(view.asking, view.selection)["child_id"])
    return [one for one in recorded if (one.iro_id == iro if one.iro_id else one.child_id in theirs)]


def _said(view: View, still_open: list[Entry]) -> str:
    """`3 actions and 1 concern are open. 1 action is overdue, since Mon 9 Mar 2026.`"""
    actions = [one for one in still_open if one.kind is EntryKind.ACTION]
    concerns = len(still_open) - len(actions)
    counted = [words.count(len(actions), "action")] if actions else []
    counted += [words.count(concerns, "concern")] if concerns else []
    verb = "is" if len(still_open) == 1 else "are"
    said = f"{words.sentence(words.listed(counted))} {verb} open."
    overdue = sorted(one.due_on for one in actions if one.due_on and one.is_overdue(view.selection.as_at))
    if overdue:
        late = words.count(len(overdue), "action is", "actions are")
        longest = "the longest " if len(overdue) > 1 else ""
        said += f" {words.sentence(late)} overdue, {longest}since {words.day(overdue[0])}."
    return said
