"""The children of one team: late reviews and why, what is owed now, escalations, the month's meeting."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from data_access.rows.codes import LATE_REASONS
from metrics.practice.monitoring import TeamMonth
from metrics.tracker import OWED_ON
from metrics.wording import words
from pages.export.download import RECORDS
from pages.export.to_take import to_take
from pages.footprint.team.answer import NO_WORKER, late_reviews
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.contents import pieces_of
from pages.pieces.pieces import Heading, Link, LongTable, Pieces, Table, Text
from pages.quality.escalations.answer import NEVER_JUDGED, by_theme_and_stage
from reports.document import Document
from reports.team_month import NO_FORMS, document_of, summary
from reports.team_month import answer as month_said

LATE_COLUMNS = (
    "child_id", "due_on", "held_on", "outcome", "days_late", "late_reason", "late_agreed_by",
    "late_agreed_on", "kind", "iro_id",
)  # fmt: skip
OWED = ("report", "care_plan")
OWED_COLUMNS = (
    "child_id",
    "social_worker",
    "booked_for",
    *(OWED_ON[step] for step in OWED),
    "due_on",
    "iro_id",
)
ESCALATED = ("child_id", "raised_on", "theme", "stage", "deadline_on", "resolved_on", "iro_id")
RAISED = "escalations_raised"


@reads.kept
def late(view: View) -> Pieces:
    """The reviews that were not on time by where the reason lies; those of the team one by one."""
    heading = Heading("Reviews not on time, and where the reason lies")
    if "late_reviews_explained" in reads.unavailable(view.asking):
        return ()
    rows = late_reviews(view)
    if rows.empty:
        return heading, Text(f"Every review due in {filters.spoken(view.period)} was held on time.")
    counted = rows["lies"].value_counts()
    order = [name for name in (*words.LIES.values(), words.NO_REASON) if name in counted]
    table = pd.DataFrame(
        {
            "Where the reason lies": order,
            "Reasons": [_reasons(rows.loc[rows["lies"] == name, "late_reason"]) for name in order],
            "Reviews": [f"{counted[name]:,}" for name in order],
        }
    )
    theirs = rows[rows["lies"] == words.LIES["team"]].reset_index(drop=True)
    pieces: Pieces = (
        heading,
        Text(
            f"{words.sentence(words.count(len(rows), 'review'))} due in {filters.spoken(view.period)} held "
            "late, never held or overdue, of the children this team had on the due date."
        ),
        Table(table, "Reviews not on time by where the reason lies", "team_late", words=True),
    )
    if theirs.empty:
        return (*pieces, Text("For none of them does the reason lie with the team."))
    shown = columns.in_words(view, theirs[_of(theirs, LATE_COLUMNS)], first=LATE_COLUMNS)
    shown[words.heading("late_reason")] = [
        words.sentence(LATE_REASONS.get(str(code), str(code))) for code in theirs["late_reason"]
    ]
    count = words.count(len(theirs), "review")
    return (
        *pieces,
        Text(f"The {count} for a reason that lies with the team, the latest due first:"),
        LongTable(shown, f"Late reviews whose reason lies with the team: {count}"),
        results.download(
            view, "team_late_reviews", "Late reviews whose reason lies with the team", lambda: shown,
            note=RECORDS, label=f"Download {count} (CSV)",
        ),
    )  # fmt: skip


def _reasons(codes: pd.Series) -> str:
    """`social work report not completed (3), care plan not updated (1)`."""
    each = codes.dropna().value_counts()
    return ", ".join(
        f"{LATE_REASONS.get(str(code), str(code))} ({number:,})" for code, number in each.items()
    )


def _of(rows: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in rows]


@reads.kept
def owed(view: View) -> Pieces:
    """The meetings that are near and lack their report or an updated care plan."""
    heading = Heading("Owed now")
    if "report_2_days_before" in reads.unavailable(view.asking):
        return ()
    rows = reads.tracker(view.asking, view.selection)
    rows = rows[rows[[OWED_ON[step] for step in OWED]].notna().any(axis=1)].reset_index(drop=True)
    link = Link("Which reviews are late or at risk?", "pages/weekly/tracker/page.py")
    on = words.day(view.selection.as_at)
    if rows.empty:
        return (
            heading,
            Text(f"On {on}, every meeting that is near has its report and an updated care plan."),
            link,
        )
    shown = columns.in_words(view, rows[list(OWED_COLUMNS)], first=OWED_COLUMNS)
    meetings = words.count(len(rows), "meeting that is near lacks its", "meetings that are near lack their")
    return (
        heading,
        Text(f"On {on}, {meetings} report or an updated care plan."),
        LongTable(shown, f"Meetings without report or updated care plan: {len(rows)}"),
        link,
    )


@reads.kept
def escalations(view: View) -> Pieces:
    """Those raised in the period by theme and stage, never coloured; good practice is one of the themes."""
    if RAISED in reads.unavailable(view.asking):
        return ()
    heading = Heading("Escalations, and good practice passed on")
    rows = reads.behind(view.asking, RAISED, view.selection, "numerator")
    if rows.empty:
        return heading, Text(
            f"None was raised with this team in {filters.spoken(view.period)}. {NEVER_JUDGED}"
        )
    good = int(rows["theme"].eq("good_practice").sum())
    raised = len(rows) - good
    praised = f"good practice passed on {words.count(good, 'time')}" if good else "no good practice passed on"
    said = f"{words.count(raised, 'escalation')} and {praised}"
    shown = columns.in_words(view, rows[_of(rows, ESCALATED)], first=ESCALATED)
    return (
        heading,
        Text(f"{words.sentence(said)} in {filters.spoken(view.period)}. {NEVER_JUDGED}"),
        by_theme_and_stage(rows),
        LongTable(shown, f"Escalations raised with this team: {len(rows)}"),
    )


@reads.kept
def no_social_worker(view: View) -> Pieces:
    """The team's children for whom no social worker is named; those without any team are said apart."""
    if NO_WORKER in reads.unavailable(view.asking):
        return ()
    heading = Heading("Children without a social worker")
    rows = reads.behind(view.asking, NO_WORKER, view.selection, "numerator")
    apart = _without_team(view)
    on = words.day(view.selection.as_at)
    if rows.empty:
        return heading, Text(f"On {on}, every child of this team has a social worker named.{apart}")
    first = ("child_id", "period_started_on", "due_on", "booked_for", "iro_id")
    shown = columns.in_words(view, rows[_of(rows, first)], first=first)
    children = words.count(len(rows), "child has", "children have")
    return (
        heading,
        Text(f"On {on}, {children} nobody named in the allocation to this team.{apart}"),
        LongTable(shown, f"Children without a social worker: {len(rows)}"),
    )


def _without_team(view: View) -> str:
    """How many children of the service have no team at all, for those who see the service."""
    if not view.viewer.sees_the_service:
        return ""
    rows = reads.measures(view.asking, replace(view.by("team"), team_id=None), (NO_WORKER,))
    left = rows.loc[rows["group"] == words.NOBODY, "numerator"].sum()
    return (
        f" {words.sentence(words.count(left, 'child', 'children'))} of the service without any team."
        if left
        else ""
    )


# -- the month's meeting


@reads.kept
def month(view: View) -> Pieces:
    """The summary for the meeting about the month in which the period ends, as a document too."""
    team, on = view.selection.team_id, view.selection
    found = reads.team_month(view.asking, team or "", on.period_end, on.as_at)
    if found is None:
        return ()
    heading = Heading(f"The month's meeting: {found.month_start:%B %Y}", anchor="meeting")
    if not found.forms_known:
        return heading, Text(NO_FORMS)
    name = f"team_meeting_{found.month_start:%Y-%m}"
    return (
        heading,
        Text(
            f"**{month_said(found)}**  \nMade from the monitoring forms of the month in which the period "
            "ends; choose a month as the period for another. To take along, with room for what is agreed:"
        ),
        *to_take("The meeting's summary", name, lambda: _document(view, found)),
        *pieces_of(summary(found)),
    )  # fmt: skip


@reads.kept
def _document(view: View, found: TeamMonth) -> Document:
    return document_of(found, view.info, view.teams)
