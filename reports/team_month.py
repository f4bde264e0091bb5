"""The month's summary for the meeting with a team manager, made from the monitoring forms.

Every number is one of `metrics/practice/monitoring.py`, which the team's page shows too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo
from data_access.rows.codes import LATE_REASONS, Met
from metrics.practice.monitoring import GOOD_PRACTICE, IN_PLACE, LATE, MISSING, STEPS, TeamMonth, team_month
from metrics.wording import words
from reports.content import Content, Figure, Figures, Paragraph, Part, Table, ToWrite, as_at_said, one_line
from reports.document import Document, NotInData, file_names
from reports.months import refuse_month, spoken
from reports.tracker_rows import Names


@dataclass(frozen=True)
class Point:
    """How a point of a review is called in the table, and what is said of a review where it stood so."""

    label: str
    in_place: str
    missing: str
    late: str = ""


POINTS = {
    "report_2_days_before": Point("Report", "report", "no report", "report late"),
    "care_plan_2_days_before": Point(
        "Updated care plan", "updated care plan", "care plan not updated", "care plan updated late"
    ),
    "invitations_10_days_before": Point(
        "Invitations", "invitations", "no invitations", "invitations late"
    ),
    "social_worker_visited_10_days_before": Point(
        "Social worker's visit", "social worker's visit", "no visit by the social worker",
        "social worker's visit late",
    ),
    "child_consulted": Point(
        "Child's consultation paper", "child's paper", "child's paper not returned"
    ),
    "parents_consulted": Point(
        "Parents' consultation paper", "parents' paper", "parents' paper not returned"
    ),
    "carers_consulted": Point(
        "Carers' consultation paper", "carers' paper", "carers' paper not returned"
    ),
    "children_attended": Point("Child there", "child there", "child not there"),
    "children_participated": Point("Child's views heard", "child's views heard", "child's views not heard"),
    "mothers_involved": Point("Mother involved", "mother involved", "mother not involved"),
    "fathers_involved": Point("Father involved", "father involved", "father not involved"),
}  # fmt: skip
"""In the order of `monitoring.POINTS`."""
_ITEMS = {
    "sdq": "strengths and difficulties questionnaire (SDQ)",
    "views": "the child's views",
    "partners": "partner agencies",
}
"""Items of the form that their own name does not say."""
NO_FORMS = (
    "This data holds no monitoring forms, so no month's summary can be made from them. Load a review extract "
    "with the day each form was sent (`monitoring_sent_on`) or the kind `monitoring`."
)
_LINES_TO_AGREE = 4


def team_month_report(
    engine: Engine,
    viewer: Viewer,
    info: AuthorityInfo,
    team_id: str,
    month: date,
    as_at: date | None = None,
) -> Document:
    """The summary for the meeting with a team's manager about the month of a day, as at the data or earlier.

    Raises NotInData for a team or a month that the data, or the viewer, does not have, and for data without
    monitoring forms.
    """
    as_at = min(as_at or info.as_at, info.as_at)
    first = month.replace(day=1)
    refuse_month(engine, viewer, info, first, as_at)
    found = team_month(engine, viewer, info.authority, team_id, first, as_at)
    names = Names.read(engine, viewer, info.authority)
    if found is None:
        held = ", ".join(f"{one} ({name})" for one, name in sorted(names.teams.items())[:40])
        choice = f"Choose from {held}." if held else "It names no teams: load a review extract with teams."
        raise NotInData(f"No team {team_id} in the data. {choice}")
    if not found.forms_known:
        raise NotInData(NO_FORMS)
    return replace(document_of(found, info, names.teams), to=names.address("team", team_id))


def document_of(found: TeamMonth, info: AuthorityInfo, names: Mapping[str, str]) -> Document:
    """The summary of a month that is already worked out; names: of all teams, by identifier."""
    return Document(
        f"{found.month_start:%Y-%m} team meeting {file_names(names)[found.team_id]}",
        content_of(found, info),
        forms=("docx", "html", "xlsx"),
    )


def content_of(found: TeamMonth, info: AuthorityInfo) -> Content:
    """What the summary says, for the document and for the team's page."""
    month = spoken(found.month_start)
    so_far = f"{month} up to {words.day(found.as_at)}" if found.in_progress else month
    return Content(
        title=f"Monthly meeting: {one_line([found.name])}, {month}",
        choice=one_line([info.authority, so_far, *as_at_said(found.as_at, info.as_at)]),
        answer=answer(found),
        as_at=found.as_at,
        parts=(
            *summary(found),
            Table(
                "What we agreed", "Agreed", "", ("What is to be done", "Who", "By when"),
                ((None, None, None),) * _LINES_TO_AGREE, widths=(5, 2, 1.6),
            ),
            ToWrite("What we talked about"),
        ),
    )  # fmt: skip


def answer(found: TeamMonth) -> str:
    """The month in a few sentences, for reading aloud."""
    when = f"{spoken(found.month_start)}{' so far' if found.in_progress else ''}"
    if found.reviews.empty:
        return f"No review of this team's children was held in {when}."
    held, told = len(found.reviews), len(found.with_form)
    reviews = words.count(held, "review was", "reviews were")
    if not told:
        return f"In {when}, {reviews} held, and no monitoring form is there to tell of them."
    said = [f"In {when}, {reviews} held; {told:,} of {held:,} have a monitoring form"]
    short = [
        (counts[LATE] + counts[MISSING], key)
        for key, counts in ((key, found.counts(key)) for key in STEPS if key in found.points)
    ]
    most = max((number for number, _ in short), default=0)
    if most:
        points = [
            f"{POINTS[key].in_place}, {number:,} of {sum(found.counts(key).values()):,}"
            for number, key in short
            if number == most
        ]
        said.append(f"Most often late or missing: {'; '.join(points)}")
    fine = len(found.all_in_place)
    if fine:
        said.append(f"At {fine:,} of {told:,} everything the team prepares was in place")
    return ". ".join(said) + "."


def summary(found: TeamMonth) -> tuple[Part, ...]:
    """Everything the month's forms say, without room to write."""
    if found.reviews.empty:
        return (_good_practice(found), _late(found))
    undated = int(found.reviews["undated"].sum())
    note = (
        f"{words.sentence(words.count(undated, 'form'))} without a day of sending "
        f"{'is' if undated == 1 else 'are'} counted as there."
    )
    return (
        _figures(found),
        *((Paragraph(note, quiet=True),) if undated else ()),
        _points(found),
        _items(found),
        _good_practice(found),
        _review_by_review(found),
        _late(found),
        _without_form(found),
        *_untold(found),
    )


def _figures(found: TeamMonth) -> Figures:
    told = len(found.with_form)
    shown = [
        Figure("Reviews held", f"{len(found.reviews):,}"),
        Figure("With a monitoring form", f"{told:,}", (f"of {words.count(len(found.reviews), 'review')}",)),
    ]
    if any(key in STEPS for key in found.points):
        fine = Figure(
            "All that the team prepares, in time", f"{len(found.all_in_place):,}",
            (f"of {words.count(told, 'review')} with a form", "report, care plan, invitations, visit"),
        )  # fmt: skip
        shown.append(fine)
    return Figures(tuple(shown))


def _points(found: TeamMonth) -> Table:
    """Each point over the reviews with a form: how many had it, late, or not."""
    rows = []
    for key in found.points:
        counts = found.counts(key)
        of = sum(counts.values())
        if of:
            late = f"{counts[LATE]:,}" if POINTS[key].late else None
            rows.append((POINTS[key].label, f"{counts[IN_PLACE]:,} of {of:,}", late, f"{counts[MISSING]:,}"))
    return Table(
        "What was in place",
        "In place",
        "Of the reviews with a monitoring form; each point by its standard, and only where it applies to the "
        "review and is recorded."
        if rows
        else "No review of the month has a monitoring form.",
        ("Point", "In place", "Late", "Not in place"),
        tuple(rows),
        right=frozenset({1, 2, 3}),
    )


def _items(found: TeamMonth) -> Table:
    """What the forms themselves say, item by item, those most often missing first."""
    answers = found.answers[found.answers["item"].map(_plain) != GOOD_PRACTICE]
    rows = []
    for item, theirs in answers.groupby(answers["item"].map(item_words), sort=True):
        counted = theirs["met"].value_counts()
        yes, no = int(counted.get(Met.YES, 0)), int(counted.get(Met.NO, 0))
        if yes + no:
            said = words.listed(_comments(theirs.loc[theirs["met"] == Met.NO, "comment"]))
            rows.append((words.sentence(str(item)), f"{yes:,} of {yes + no:,}", no, said or None))
    rows.sort(key=lambda row: -row[2])
    return Table(
        "What the forms say",
        "Forms",
        f"The answers of {words.count(answers['review_id'].nunique(), 'form')}, all the extract holds; "
        "the item most often not in place first."
        if rows
        else "The extract holds no answers of these forms.",
        ("Item", "In place", "Not in place", "What was said of it"),
        tuple(rows),
        right=frozenset({1}),
    )


def _good_practice(found: TeamMonth) -> Table:
    """What was good: passed on by an IRO, written on a form, or everything in place."""
    by_review = found.reviews.set_index("review_id")
    rows: list[tuple[Any, ...]] = [
        (row["child_id"], row["raised_on"], None, row["outcome"] or "good practice passed on by the IRO")
        for row in found.praised.to_dict("records")
    ]
    praise = found.answers[found.answers["met"].eq(Met.YES) & found.answers["comment"].notna()]
    for row in praise.to_dict("records"):
        review = by_review.loc[row["review_id"]]
        named = _plain(row["item"]) == GOOD_PRACTICE
        said = row["comment"] if named else f"{item_words(row['item'])}: {row['comment']}"
        rows.append((review["child_id"], review["held_on"], review["social_worker"], said))
    rows += [
        (row["child_id"], row["held_on"], row["social_worker"], "everything the team prepares was in place")
        for row in found.all_in_place.to_dict("records")
    ]
    return Table(
        "Good practice",
        "Good practice",
        "What IROs passed on or wrote on a form, and reviews with report, care plan, invitations and visit "
        "in time and nothing marked as missing."
        if rows
        else "No good practice is recorded for this month.",
        ("Child", "On", "Social worker", "What was good"),
        tuple(rows),
    )


def _review_by_review(found: TeamMonth) -> Table:
    """Review by review what was not in place, which the meeting is about, and what was."""
    said = {review: list(theirs) for review, theirs in _missing_items(found)}
    rows = []
    for row in found.with_form.to_dict("records"):
        short = [*_short(row, found.points), *said.get(row["review_id"], [])]
        there = [POINTS[key].in_place for key in found.points if row[key] == IN_PLACE]
        rows.append(
            (
                row["child_id"], row["held_on"], "; ".join(short) or None, row["social_worker"],
                ", ".join(there) or None, row["sent_on"],
            )
        )  # fmt: skip
    return Table(
        "Review by review",
        "Reviews",
        f"{words.sentence(words.count(len(rows), 'review'))} with a monitoring form, the earliest first."
        if rows
        else "No review of the month has a monitoring form.",
        ("Child", "Held", "Late or not in place", "Social worker", "In place", "Form sent"),
        tuple(rows),
        widths=(1.3, 1.6, 4, 1.7, 4, 1.6),
    )


def _short(row: Mapping[Any, Any], points: Iterable[str]) -> list[str]:
    """What of a review was late or not in place, in words."""
    said = {LATE: lambda point: point.late, MISSING: lambda point: point.missing}
    return [said[row[key]](POINTS[key]) for key in points if row[key] in said]


def _missing_items(found: TeamMonth) -> Iterable[tuple[str, list[str]]]:
    """For each review what its form marks as missing: `health assessment`, `SDQ: No score on file`."""
    missing = found.answers[found.answers["met"].eq(Met.NO)]
    for review, theirs in missing.groupby("review_id", sort=False):
        yield (
            str(review),
            [
                "on the form: " + item_words(row["item"]) + (f" ({row['comment']})" if row["comment"] else "")
                for row in theirs.to_dict("records")
            ],
        )


def _late(found: TeamMonth) -> Table:
    rows = tuple(
        (
            row["child_id"], row["due_on"], words.OUTCOMES[row["outcome"]], int(row["days_late"]),
            words.sentence(LATE_REASONS.get(row["late_reason"], row["late_reason"])), row["agreed"],
        )
        for row in found.late.to_dict("records")
    )  # fmt: skip
    month = spoken(found.month_start)
    count = words.count(len(rows), "review")
    return Table(
        "Late reviews whose reason lies with the team",
        "Late reviews",
        f"{words.sentence(count)} due in {month}."
        if rows
        else f"Of the reviews due in {month} none was late, missed or is overdue for a reason that lies with "
        "the team.",
        ("Child", "Due", "Outcome", "Days late", "Why", "Lateness agreed"),
        rows,
    )


def _without_form(found: TeamMonth) -> Table:
    rows = tuple(
        (row["child_id"], row["held_on"], row["social_worker"])
        for row in found.without_form.to_dict("records")
    )
    count = words.count(len(rows), "review")
    return Table(
        "Reviews without a monitoring form",
        "Without a form",
        f"{words.sentence(count)} of which nothing can be said here: no form was sent by "
        f"{words.day(found.as_at)}. Sending it is the IRO's to do."
        if rows
        else "Every review of the month has its form."
        if len(found.reviews)
        else "No review was held.",
        ("Child", "Held", "Social worker"),
        rows,
    )


def _untold(found: TeamMonth) -> tuple[Part, ...]:
    """What the data cannot say, each with the reason."""
    said = [f"{POINTS[key].label}: {why}" for key, why in found.untold.items()]
    return (Paragraph("What this data cannot say. " + " ".join(said), quiet=True),) if said else ()


def item_words(item: str) -> str:
    """An item of the form in words: `health_assessment` is `health assessment`."""
    plain = _plain(item)
    return _ITEMS.get(plain) or plain.replace("_", " ")


def _plain(item: str) -> str:
    return "_".join(item.lower().split())


def _comments(comments: pd.Series) -> list[str]:
    """What was written, each once, what was written most often first."""
    return [f"{said} ({number:,})" for said, number in comments.dropna().value_counts().items()]
