"""The annual report's sections about the service: its people, its footprint, steps, disputes and audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from charts import paper
from charts.said import Line
from data_access.reading import iros
from data_access.rows.codes import (
    ESCALATION_THEMES,
    ETHNIC_GROUPS,
    LATE_REASONS,
    LEARNING_THEMES,
    SEXES,
    AuditTheme,
)
from metrics.counting.members import members
from metrics.disclosure.hiding import ALL
from metrics.population import population
from metrics.practice.targeted_audit import TargetedAudit, targeted_audits
from metrics.wording import words
from reports.annual_children import hidden_of_the_children
from reports.content import Figures, Heading, Paragraph, Part, Picture, Pictures, Table, ToWrite
from reports.published import HIDDEN, Published, said
from reports.targeted_audit import named
from standards import target

VOLUMES = {
    "midway_reviews_per_fte_month": "Midway reviews",
    "case_notes_per_fte_month": "Case notes",
}
STEPS = (
    "iro_told_in_2_days", "iro_allocated_in_5_days", "invitations_10_days_before", "report_2_days_before",
    "care_plan_2_days_before", "iro_saw_child_before", "decisions_in_5_days", "record_in_15_days",
    "letter_in_20_days", "monitoring_form_sent",
)  # fmt: skip
_NOT_RECORDED = "Not recorded"


def service(published: Published, untold: dict[str, str]) -> list[Part]:
    """Caseloads, continuity, and the team's make-up against the children's."""
    keys = {
        "caseload_per_fte": "Children per full-time IRO",
        "children_without_an_iro": "Without an IRO",
        "same_iro_all_year": "Same IRO all year",
    }
    told = {key: label for key, label in keys.items() if key not in untold}
    if not told:
        return [Heading("The service"), Paragraph(next(iter(untold.values())))]
    return [
        Heading("The service"),
        Figures(tuple(published.figure(key, label) for key, label in told.items())),
        *_make_up(published),
        ToWrite("The team: posts, vacancies, sickness, agency; management and supervision; training"),
    ]


def _make_up(published: Published) -> list[Part]:
    """Who the IROs are beside who the children are, in shares; small numbers hidden as children's are."""
    at = published.selection
    staff = iros(published.engine, published.viewer, at.authority)
    here = staff["ended_on"].map(lambda day: pd.isna(day) or day >= at.last_day)
    here &= staff["started_on"].map(lambda day: pd.isna(day) or day <= at.last_day)
    children = population(published.engine, published.viewer, at, at.last_day).children
    hidden = hidden_of_the_children(published, children)
    shares = {
        column: {
            group: HIDDEN if (column, group) in hidden or ALL in hidden
            else f"{words.rounded(100 * number / len(children))}%"
            for group, number in children[column].value_counts().items()
        }
        for column in ("sex", "ethnicity")
    }  # fmt: skip
    return [
        _beside_children(published, title, staff.loc[here, column], shares[column], groups)
        for column, title, groups in (("sex", "Sex", SEXES), ("ethnicity", "Ethnicity", ETHNIC_GROUPS))
    ]


def _beside_children(
    published: Published, title: str, ours: pd.Series, theirs: Mapping[Any, str], groups: Mapping[str, str]
) -> Table:
    staff = ours.str.strip().str.upper().map(groups).fillna(_NOT_RECORDED).value_counts()
    names = [
        name for name in dict.fromkeys([*groups.values(), _NOT_RECORDED]) if name in staff or name in theirs
    ]
    return published.counted(
        f"IROs and children by {title.lower()}", f"Make-up by {title.lower()}", title,
        {_ADULTS.get(name, name): int(staff.get(name, 0)) for name in names},
        beside={_ADULTS.get(name, name): theirs.get(name, "0.0%" if theirs else "") for name in names},
        beside_heading="Children",
    )  # fmt: skip


_ADULTS = {"Boys": "Male", "Girls": "Female"}


def why_late(published: Published, untold: dict[str, str]) -> list[Part]:
    """Reasons for reviews late, overdue or never held."""
    if "late_reviews_explained" in untold:
        return []
    rows = members(
        published.engine, published.viewer, "late_reviews_explained", published.selection, part="denominator"
    )
    if rows.empty:
        return [Paragraph("No review due in the year was late, overdue or never held.")]
    reasons = rows["late_reason"].map(LATE_REASONS, na_action="ignore").fillna(words.NO_REASON)
    counts = {words.sentence(str(reason)): int(number) for reason, number in reasons.value_counts().items()}
    explained = [reason for reason in counts if reason != words.NO_REASON]
    return [
        published.counted(
            "Why reviews were late", "Why late", "Reason", counts,
            said="Reviews due that were held late, are overdue or were never held.",
            printed=() if published.one("late_reviews_explained")["suppressed"] else explained,
        )
    ]  # fmt: skip


def footprint(published: Published, untold: dict[str, str]) -> list[Part]:
    """Midway reviews and case notes for each full-time month, month by month; coverage."""
    told = {key: label for key, label in VOLUMES.items() if key not in untold}
    if not told:
        return [Heading("The IRO footprint"), Paragraph(untold["midway_reviews_per_fte_month"])]
    pictures = []
    for key, label in told.items():
        rows = published.rows([key], "month").sort_values("group")
        standard = target(key, published.selection.period_end)
        band = (standard.low, standard.high) if standard and standard.kind == "band" else None
        values = [None if pd.isna(value) else float(value) for value in rows["value"]]
        chart = paper.trend(
            [words.month(month) for month in rows["group"]], [Line(label, values)],
            of=f"{label.lower()} for each full-time month", band=band, width=paper.HALF,  # type: ignore[arg-type]
        )  # fmt: skip
        pictures.append(Picture(label, "For each full-time month; the range is shaded", chart))
    coverage = [key for key in ("children_seen_in_six_weeks", "midway_coverage") if key not in untold]
    return [
        Heading("The IRO footprint"),
        Paragraph(
            "What IROs leave on children's records between reviews, for each month of full-time work. Above "
            "the range is not better: it may be that drift needs more looking after."
        ),
        Figures(tuple(published.figure(key, label) for key, label in told.items())),
        *([Pictures(tuple(pictures))] if len(pictures) == 2 else [Pictures((one,)) for one in pictures]),
        *([Figures(tuple(published.figure(key) for key in coverage))] if coverage else []),
        ToWrite("What midway reviews found, and what was done about drift"),
    ]


def steps(published: Published, untold: dict[str, str]) -> list[Part]:
    """The steps around reviews against their standards."""
    told = [key for key in STEPS if key not in untold]
    if not told:
        return []
    rows = tuple(
        (
            published.paper(str(one["measure"])).title,
            words.standard(one["standard_low"], one["standard_high"], one["unit"]),
            said(one),
        )
        for _, one in published.rows(told).iterrows()
    )
    return [
        Heading("The steps around a review"),
        Table(
            "Steps in time",
            "Steps",
            "",
            ("Step", "Standard", "In time"),
            rows,
            level=2,
            right=frozenset({2}),
        ),
        ToWrite("What holds up reports, decisions, records and letters, and what is being done"),
    ]


def disputes(published: Published, untold: dict[str, str]) -> list[Part]:
    """Dispute resolution: issues, stages, time; the number is never judged."""
    if "escalations_raised" in untold:
        return [
            Heading("Dispute resolution"),
            Paragraph(untold["escalations_raised"]),
            ToWrite("Disputes", 4),
        ]
    rows = members(published.engine, published.viewer, "escalations_raised", published.selection)
    themes = rows["theme"].map(ESCALATION_THEMES).fillna("other").map(words.sentence).value_counts()
    stages = rows["stage"].value_counts()
    return [
        Heading("Dispute resolution"),
        Paragraph("More challenge is not worse: how many there are is never judged."),
        Figures(
            (
                published.figure("escalations_raised", "Raised"),
                published.figure("children_with_escalation", "Children they concern"),
                published.figure("escalations_resolved_in_time", "Formal, resolved in time"),
            )
        ),
        *(
            [
                published.counted("Issues", "Issues", "Issue", {str(k): int(v) for k, v in themes.items()}),
                published.counted(
                    "How far they went", "Stages", "Stage reached",
                    {words.sentence(word): int(stages.get(stage, 0)) for stage, word in words.STAGES.items()},
                ),
            ]
            if len(rows)
            else []
        ),
        ToWrite("The main issues, what came of them, and informal contacts with Cafcass", 5),
    ]  # fmt: skip


def _targeted(published: Published) -> list[Part]:
    """The targeted audits opened in the year: their cases, what was learned about, what was done."""
    asked = published.selection
    found = targeted_audits(published.engine, published.viewer, asked.authority, asked.as_at)
    rows = tuple(
        (
            words.sentence(named(audit)),
            words.day(audit.entry.about_on),
            published.count(len(audit.cases)),
            words.listed([LEARNING_THEMES.get(theme, theme) for theme in audit.themes]) or "nothing yet",
            _done(audit),
        )
        for audit in reversed(found)
        if asked.period_start <= audit.entry.about_on <= asked.period_end
    )
    if not rows:
        return []
    headings = ("What it looked at", "Opened", "Cases", "What was learned about", "Recommendations")
    return [
        Table("Targeted audits", "Targeted audits", "", headings, rows, level=2, right=frozenset({2}),
              widths=(3, 1.4, 0.8, 3, 1.5))
    ]  # fmt: skip


def _done(audit: TargetedAudit) -> str:
    of = len(audit.recommendations)
    return f"{of - len(audit.open_recommendations):,} of {of:,} done" if of else "none yet"


def audits(published: Published, untold: dict[str, str]) -> list[Part]:
    """Audits of the organisation, conduct and recording of reviews: good or better, by theme."""
    keys = {theme: f"audit_good_or_better_{theme}" for theme in AuditTheme}
    told = {theme: key for theme, key in keys.items() if key not in untold}
    graded = {theme: key for theme, key in told.items() if published.one(key)["denominator"] != 0}
    rows = tuple((words.sentence(str(theme)), published.said(key)) for theme, key in graded.items())
    others = words.listed([str(theme) for theme in told if theme not in graded])
    said = f"Not graded by any audit of the year: {others}." if others else ""
    return [
        Heading("Audits"),
        *(
            [Table("Sections graded good or better", "Audits", said, ("Theme", "Good or better"), rows,
                   level=2, right=frozenset({1}))]
            if rows
            else [Paragraph("No audit of the year is in the data.")]
        ),
        *_targeted(published),
        ToWrite("What audits found of how reviews are organised, held and recorded, and what was done", 4),
    ]  # fmt: skip
