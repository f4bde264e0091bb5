"""A targeted audit as a document, in the shape audits have, and the forms on which IROs reflect.

Source: `domain.md` section 7 (S0): nature, auditor, date, cases, purpose, activity, learning, actions.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Engine

from charts import paper
from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo
from data_access.recorded.entries import Entry, entries
from data_access.recorded.kinds import SEED
from data_access.rows.codes import LATE_REASONS, LEARNING_THEMES, NON_ATTENDANCE_REASONS
from metrics.practice.forms import SELF_REFLECTION, form_of
from metrics.practice.targeted_audit import (
    ASKED_FOR,
    CASES,
    DRAWN_FROM,
    Case,
    Facts,
    Recommendation,
    TargetedAudit,
    facts_of,
    held_on,
    said,
    targeted_audits,
)
from metrics.wording import words
from reports.content import (
    Bullets,
    Content,
    Heading,
    NewPage,
    Paragraph,
    Part,
    Picture,
    Pictures,
    Table,
    ToWrite,
    as_at_said,
    one_line,
)
from reports.document import Document, NotInData, file_names
from reports.tracker_rows import Names

_LINES_TO_REFLECT = 4


def audit_report(
    engine: Engine,
    viewer: Viewer,
    info: AuthorityInfo,
    number: int | None = None,
    as_at: date | None = None,
) -> Document:
    """The report of a targeted audit, by default the latest, as it stands at the data or an earlier day.

    Raises NotInData for an audit that is not on record, or that the viewer may not see.
    """
    audit = audit_numbered(engine, viewer, info, number, as_at)
    facts = facts_of(engine, viewer, audit)
    return report_of(audit, facts, info, Names.read(engine, viewer, info.authority))


def audit_numbered(
    engine: Engine, viewer: Viewer, info: AuthorityInfo, number: int | None, as_at: date | None = None
) -> TargetedAudit:
    """An audit by its number, the latest by default. Raises NotInData with those there are."""
    found = targeted_audits(engine, viewer, info.authority, min(as_at or info.as_at, info.as_at))
    for audit in found:
        if number in (None, audit.number):
            return audit
    if not found:
        raise NotInData("No targeted audit is on record. Open one on the page What do audits say?")
    known = ", ".join(f"{one.number} ({named(one)})" for one in reversed(found))
    raise NotInData(f"No targeted audit {number} is on record. There is {known}.")


def named(audit: TargetedAudit) -> str:
    """`reviews out of time, 1 Nov 2025 to 31 Oct 2026, Children in care 1`."""
    start, end = (words.day(one).split(maxsplit=1)[1] for one in audit.period)
    return ", ".join(part for part in (audit.nature, f"{start} to {end}", audit.team) if part)


def report_of(audit: TargetedAudit, facts: Facts, info: AuthorityInfo, names: Names) -> Document:
    """The report of an audit that is already read. facts: what the data say of its cases."""
    return Document(
        f"{audit.entry.about_on:%Y-%m-%d} targeted audit {audit.number}",
        Content(
            title=f"Targeted audit: {one_line([named(audit)])}",
            choice=one_line([info.authority, *as_at_said(audit.as_at, info.as_at)]),
            answer=said(audit),
            as_at=audit.as_at,
            parts=(
                _about(audit),
                Heading("Purpose"),
                Paragraph(audit.entry.said or ""),
                *_activity(audit),
                *_learning(audit),
                _actions(audit),
                ToWrite("What the audit concludes, in the auditor's own words", 5),
                NewPage(),
                cases_table(audit, facts, names),
            ),
            portrait=True,
        ),
        forms=("docx", "html", "xlsx"),
    )


def _about(audit: TargetedAudit) -> Table:
    return Table(
        "The audit", "Audit", "", ("What", "Said"),
        (
            ("Nature", words.sentence(named(audit))),
            ("Auditor", audit.entry.who),
            ("Date", words.day(audit.entry.about_on)),
            ("Cases", f"{len(audit.cases):,}, drawn from {audit.entry.answer(DRAWN_FROM)}"),
        ),
        widths=(1.4, 7),
    )  # fmt: skip


def _activity(audit: TargetedAudit) -> tuple[Part, ...]:
    """What was done, as far as it is on record, and room for the rest."""
    number = audit.entry.answer(ASKED_FOR)
    how = "All of them were looked into" if number == "all" else "They were drawn at random"
    reflected = f"{len(audit.reflected):,} of {words.count(len(audit.cases), 'case')}"
    return (
        Heading("Activity"),
        Bullets(
            (
                f"{how} (seed {audit.entry.answer(SEED)}: the same seed draws the same cases).",
                f"The IRO's self-reflection is written for {reflected}.",
                f"{words.sentence(words.count(len(audit.learning), 'point'))} learned, each under a theme.",
            )
        ),
        ToWrite("What else was read, and who was spoken to", 3),
    )


def _learning(audit: TargetedAudit) -> tuple[Part, ...]:
    """What was learned by theme, counted and in the words it was recorded in; never a child or an IRO."""
    if not audit.learning:
        return Heading("Learning"), Paragraph("Nothing learned is on record yet.")
    themes = audit.themes
    labels = [words.sentence(LEARNING_THEMES.get(one, one)) for one in themes]
    numbers = [float(number) for number in themes.values()]
    points = [words.count(number, "point") for number in themes.values()]
    chart = paper.bars(labels, numbers, points, of="what was learned by theme")
    parts: list[Part] = [
        Heading("Learning"),
        Pictures(
            (Picture("What was learned, by theme", "Points on record, the theme with most first.", chart),)
        ),
    ]
    for theme, label in zip(themes, labels, strict=True):
        of_theme = Counter(one.said or "" for one in audit.learning if (one.code or "other") == theme)
        points = [text if times == 1 else f"{text} ({times:,} times)" for text, times in of_theme.items()]
        parts += [Heading(label, level=2), Bullets(tuple(points))]
    return tuple(parts)


def _actions(audit: TargetedAudit) -> Table:
    rows = tuple(
        (one.entry.said, one.entry.who, one.entry.due_on, how_far(one, audit.as_at))
        for one in audit.recommendations
    )
    return Table(
        "Actions", "Actions", "" if rows else "Nothing is recommended yet.",
        ("What is to be done", "Who", "By when", "How far it is"), rows or ((None,) * 4,) * 3,
        widths=(4, 1.6, 1.6, 2.6),
    )  # fmt: skip


def how_far(one: Recommendation, on: date) -> str:
    """`open, overdue: the form is written (Fri 20 Nov 2026)`; the latest that was said of it."""
    state = "open" if one.entry.is_open else f"done on {words.day(one.entry.recorded_on)}"
    if one.entry.is_overdue(on):
        state += ", overdue"
    if not one.progress:
        return state
    latest = one.progress[-1]
    return f"{state}: {latest.said} ({words.day(latest.about_on)})"


def cases_table(audit: TargetedAudit, facts: Facts, names: Names) -> Table:
    """Every case: the review, why it is in the audit, the reason on record, whose reflection is written."""
    rows = []
    for case in audit.cases:
        known = facts.get((case.child_id, case.about_on))
        written = next((one for one in audit.reflected if one is case), None)
        rows.append(
            (
                case.child_id,
                held_on(case),
                CASES.get(case.code or "", ""),
                reason(known) if known else "the record has been corrected",
                names.of("iro", case.iro_id),
                words.day(written.recorded_on) if written else "not yet",
            )
        )
    return Table(
        "Cases", "Cases", "The day is the day the review was held, or was due where it was not held.",
        ("Child", "Review", "Why it is here", "Reason on record", "IRO", "Reflection"),
        tuple(rows), widths=(1.2, 1.6, 1.7, 2.6, 1.7, 1.5),
    )  # fmt: skip


def reason(known: Case) -> str:
    """Why the review was late, and why the child was not there, as far as that is on record."""
    parts = []
    if known.late_reason:
        parts.append(LATE_REASONS.get(known.late_reason, known.late_reason))
    if known.absence_reason:
        parts.append(NON_ATTENDANCE_REASONS.get(known.absence_reason, known.absence_reason))
    return "; ".join(parts) or "none recorded"


# -- the forms


def reflection_forms(
    engine: Engine,
    viewer: Viewer,
    info: AuthorityInfo,
    number: int | None = None,
    as_at: date | None = None,
) -> list[Document]:
    """For each IRO of an audit the form, to fill in, on which they reflect on their cases not yet written.

    Cases without an IRO are on a form of their own. Raises NotInData as `audit_report` does.
    """
    audit = audit_numbered(engine, viewer, info, number, as_at)
    names = Names.read(engine, viewer, info.authority)
    questions, _ = form_of(entries(engine, viewer, info.authority, as_at=audit.as_at), SELF_REFLECTION)
    facts = facts_of(engine, viewer, audit)
    left = [case for case in audit.cases if case not in audit.reflected]
    whose = {case.iro_id or "": names.of("iro", case.iro_id) for case in left}
    called = file_names(whose)
    made = []
    for iro in sorted(whose, key=lambda one: whose[one]):
        theirs = [case for case in left if (case.iro_id or "") == iro]
        made.append(_form(audit, theirs, questions, facts, info, whose[iro], called[iro]))
    return made


def _form(
    audit: TargetedAudit,
    theirs: list[Entry],
    questions: tuple[str, ...],
    facts: Facts,
    info: AuthorityInfo,
    iro: str,
    file_name: str,
) -> Document:
    parts: list[Part] = []
    for place, case in enumerate(theirs):
        known = facts.get((case.child_id, case.about_on))
        why = CASES.get(case.code or "", "")
        parts += [
            *((NewPage(),) if place else ()),
            Heading(f"Child {case.child_id}, review of {words.day(held_on(case))}"),
            Paragraph(
                words.sentence(f"{why}. Due {words.day(case.due_on)}. Reason on record: ")
                + (reason(known) if known else "none, the record has been corrected")
                + "."
            ),
            *(ToWrite(question, _LINES_TO_REFLECT) for question in questions),
        ]
    return Document(
        f"{audit.entry.about_on:%Y-%m-%d} self-reflection audit {audit.number} {file_name}",
        Content(
            title=f"Self-reflection: {one_line([iro])}",
            choice=one_line([info.authority, f"targeted audit {audit.number}", named(audit)]),
            answer=(
                f"{words.sentence(words.count(len(theirs), 'review'))} of yours "
                f"{'is' if len(theirs) == 1 else 'are'} in this audit. {audit.entry.said or ''} What you "
                "write is for learning, not for blame."
            ),
            as_at=audit.as_at,
            parts=tuple(parts),
            portrait=True,
        ),
        forms=("docx", "html"),
    )
