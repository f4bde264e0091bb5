"""Targeted audits: how far each is, what was learned, its cases, and the documents to take along."""

from __future__ import annotations

import pandas as pd

from charts.bars import bars
from data_access.rows.codes import LEARNING_THEMES
from metrics.practice.targeted_audit import TargetedAudit, facts_of, said, targeted_audits
from metrics.wording import words
from pages.export.download import RECORDS
from pages.export.to_take import to_take
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import (
    Download,
    Figure,
    Figures,
    Folded,
    Heading,
    LongTable,
    Picture,
    Pieces,
    Table,
    Text,
    as_table,
)
from reports.document import DOCX, Document
from reports.targeted_audit import cases_table, named, reflection_forms, report_of
from reports.tracker_rows import Names


@reads.kept
def audits(view: View) -> list[TargetedAudit]:
    """Every targeted audit by the day that is shown, the latest first."""
    engine = reads.engine_of(view.asking.url)
    return targeted_audits(engine, view.viewer, view.info.authority, view.selection.as_at)


def labels(view: View) -> dict[str, str]:
    """How each audit is called in the list, by its number."""
    return {str(one.number): f"{one.number}: {named(one)}" for one in audits(view)}


def overall(view: View) -> Pieces:
    """What the part of the page is for, and how many audits there are."""
    found = audits(view)
    about = (
        "A targeted audit looks into reviews out of time, or that the child was not at, one by one: the IRO "
        "of each reflects on it, what is learned becomes themes, and themes become actions."
    )
    if not found:
        return (Text(f"**No targeted audit is on record yet.** {about}"),)
    opened = words.count(len(found), "targeted audit is", "targeted audits are")
    return (Text(f"**{words.sentence(opened)} on record.** {about}"),)


def one_of(view: View, number: str) -> TargetedAudit:
    """The audit of a number among `labels`."""
    return next(one for one in audits(view) if str(one.number) == number)


@reads.kept
def progress(view: View, number: str) -> Pieces:
    """How far an audit is: the sentence, the numbers, the themes, the cases."""
    audit = one_of(view, number)
    actions, late = audit.recommendations, audit.overdue_recommendations
    open_now = len(audit.open_recommendations)
    return (
        Text(f"**{said(audit)}**"),
        Text(
            f"{words.sentence(named(audit))}. Auditor: {words.plain(audit.entry.who)}. "
            f"{words.plain(audit.entry.said)}"
        ),
        Figures(
            (
                Figure("Cases", f"{len(audit.cases):,}", f"drawn from {audit.entry.answer('Drawn from')}"),
                Figure("Self-reflections written", f"{len(audit.reflected):,}", f"of {len(audit.cases):,}"),
                Figure("Points learned", f"{len(audit.learning):,}", _in_themes(audit)),
                Figure(
                    "Recommendations open", f"{open_now:,}",
                    f"of {len(actions):,}" + (f"  \n▲ {len(late):,} overdue" if late else ""),
                ),
            )
        ),
        *_themes(audit),
    )  # fmt: skip


def _in_themes(audit: TargetedAudit) -> str:
    return f"in {words.count(len(audit.themes), 'theme')}" if audit.themes else ""


def _themes(audit: TargetedAudit) -> Pieces:
    if not audit.themes:
        return ()
    names = [words.sentence(LEARNING_THEMES.get(one, one)) for one in audit.themes]
    numbers = list(audit.themes.values())
    chart = bars(
        names, [float(one) for one in numbers], [words.count(one, "point") for one in numbers],
        of="what was learned by theme",
    )  # fmt: skip
    table = pd.DataFrame({"Theme": names, "Points learned": [f"{one:,}" for one in numbers]})
    return (
        Heading("What was learned, by theme"),
        Picture(chart, "learning_by_theme"),
        as_table(Table(table, "What was learned by theme", "learning_by_theme")),
    )


@reads.kept
def cases(view: View, number: str) -> Pieces:
    """Every case of an audit; a row opens the child."""
    audit = one_of(view, number)
    facts = facts_of(reads.engine_of(view.asking.url), view.viewer, audit)
    written = cases_table(audit, facts, Names(view.iros, view.teams))
    rows = pd.DataFrame(list(written.rows), columns=list(written.headings), dtype=object)
    alt = f"The cases of audit {audit.number}: {words.count(len(rows), 'review')}"
    return (
        Heading("Its cases"),
        Text(written.said),
        LongTable(rows, alt),
        results.download(
            view, f"audit_{audit.number}_cases", f"Cases of targeted audit {audit.number}", lambda: rows,
            label=f"Download {words.count(len(rows), 'case')} (CSV)", note=RECORDS,
        ),
    )  # fmt: skip


def documents(view: View, number: str) -> Pieces:
    """The report, and the forms for the IROs who have not written yet."""
    audit = one_of(view, number)
    name = f"targeted_audit_{audit.number}"
    return (
        Heading("Its report"),
        Text(
            "Nature, auditor, date, cases, purpose, activity, learning and actions, with room for the "
            "auditor's own words. The last page names children: keep it inside children's services."
        ),
        *to_take("The audit's report", name, lambda: _report(view, number)),
        *_forms_to_write(_forms(view, number)),
    )  # fmt: skip


def _forms_to_write(forms: list[Document]) -> Pieces:
    """A form for each IRO who has not written of every case yet."""
    if not forms:
        return ()
    files = tuple(
        Download(f"{one.content.title} (Word)", f"{one.name}.docx", lambda one=one: one.docx, DOCX)  # type: ignore[misc]
        for one in forms
    )
    return (Folded(f"Forms for self-reflections to write: {len(forms):,}", ":material/edit_note:", files),)


@reads.kept
def _report(view: View, number: str) -> Document:
    audit = one_of(view, number)
    facts = facts_of(reads.engine_of(view.asking.url), view.viewer, audit)
    return report_of(audit, facts, view.info, Names(view.iros, view.teams))


@reads.kept
def _forms(view: View, number: str) -> list[Document]:
    engine = reads.engine_of(view.asking.url)
    return reflection_forms(engine, view.viewer, view.info, int(number), view.selection.as_at)
