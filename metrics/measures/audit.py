"""Audit: how many of the sections that were audited are good or better."""

from __future__ import annotations

from data_access.rows.codes import AuditTheme
from metrics.measures.examples import audited, child, example
from metrics.measures.measure import Measure, Paperwork
from metrics.rows.row_sets import AUDITS, u

THEME = "Audit"
GOOD_OR_BETTER = ("good", "outstanding")

_ASKS = {
    AuditTheme.CHRONOLOGY: "A chronology that is kept up shows what has happened to the child at a glance.",
    AuditTheme.ASSESSMENTS: "A plan can be no better than the assessment it rests on.",
    AuditTheme.PLANS: "The plan is what everybody is held to.",
    AuditTheme.VISITING: "Visits are how a social worker knows the child, and the child the social worker.",
    AuditTheme.SUPERVISION: "In supervision somebody else looks at the case, and drift is caught.",
    AuditTheme.INTERVENTION: "It asks whether what was done made a difference to the child.",
}


def _audited(theme: AuditTheme) -> Measure:
    return Measure(
        f"audit_good_or_better_{theme}", THEME, AUDITS,
        numerator=u.c.grade.in_(GOOD_OR_BETTER),
        denominator=u.c.audit_theme == str(theme),
        direction="higher",
        paperwork=Paperwork(
            f"Audits of {theme}: good or better",
            f"Of the sections on {theme} graded in the period, how many were good or outstanding.",
            _ASKS[theme],
            "{target}.",
            "S2: Focus Five audit; domain.md section 7",
            (
                "Audited cases are a sample, and often a chosen one: read the number of sections beside the "
                "share.",
                "An audit with no case named belongs to its team, and to no IRO and no age.",
            ),
            (
                example(
                    "Two sections were graded: one good, one requires improvement.",
                    child("A", audited("Q1", "2026-02-10", theme, "good")),
                    child("B", audited("Q2", "2026-02-11", theme, "requires_improvement")), counts=1, of=2,
                ),
                example(
                    "Outstanding is better than good; a section of another theme is another measure.",
                    child("A", audited("Q1", "2026-02-10", theme, "outstanding"),
                          audited("Q1", "2026-02-10", _other(theme), "inadequate")), counts=1, of=1,
                ),
            ),
        ),
    )  # fmt: skip


def _other(theme: AuditTheme) -> AuditTheme:
    return AuditTheme.PLANS if theme is not AuditTheme.PLANS else AuditTheme.VISITING


MEASURES = tuple(_audited(theme) for theme in AuditTheme)
