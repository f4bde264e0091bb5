"""Why children were not at their reviews, what could be done about it, and whether the IRO was in touch."""

from __future__ import annotations

import pandas as pd

from charts.bars import bars
from charts.palette import ACCENT, MARKS
from data_access.rows.codes import NON_ATTENDANCE_GROUPS, NON_ATTENDANCE_REASONS, VIEWS_CONVEYED
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns
from pages.pieces.pieces import (
    Folded,
    Heading,
    LongTable,
    Picture,
    Pieces,
    Table,
    Text,
    as_table,
    rows_behind,
)
from standards import setting

THERE, EXPLAINED = "children_attended", "absences_explained"
COULD_BE_DONE = {
    "choice": ("The child's choice", "ask what would make it worth coming"),
    "support": ("Support to take part", "plan it with who knows the child"),
    "away": ("Could not be reached", "missing, in custody, or not found"),
    "service": ("The service's doing", "time, place, people or notice"),
    "seen": ("Seen instead", "by the IRO, before or after"),
    "record": ("The record only", "attended, and coded wrongly"),
    "other": ("Other", ""),
}
"""The groups of reasons by what could be done: what each is called, and what that is."""


@reads.kept
def why_not(view: View) -> Pieces:
    """Why children were not there, by what could be done about it."""
    if EXPLAINED in reads.unavailable(view.asking):
        return ()
    rows = reads.behind(view.asking, EXPLAINED, view.selection, "denominator")
    if rows.empty:
        return Heading("Why they were not there"), Text("No child was absent from a review.")
    codes = rows["non_attendance_reason"]
    names = {group: name for group, (name, _) in COULD_BE_DONE.items()}
    said = codes.map(NON_ATTENDANCE_GROUPS, na_action="ignore").map(names, na_action="ignore")
    counted = said.fillna(words.NO_REASON).value_counts()
    order = [name for name in (*names.values(), words.NO_REASON) if name in counted]
    meant = [f"- {name}: {what}." for name, what in COULD_BE_DONE.values() if what and name in counted]
    chart = bars(
        order, [float(counted[name]) for name in order],
        [f"{counted[name]:,} of {len(rows):,}" for name in order],
        of="absences by what could be done about them",
        colours=[MARKS["not_met"].colour if name == words.NO_REASON else ACCENT for name in order],
    )  # fmt: skip
    each = codes.dropna().value_counts()
    sent = rows["participation_code"].isin(VIEWS_CONVEYED)
    table = pd.DataFrame(
        {
            "Reason": [words.sentence(NON_ATTENDANCE_REASONS.get(code, code)) for code in each.index],
            "Reviews": [f"{number:,}" for number in each],
            "Views sent": [f"{(sent & codes.eq(code)).sum():,}" for code in each.index],
        }
    )
    views = f"{sent.sum():,}" if sent.any() else "none"
    by_what = "\n".join(["By what could be done about it:\n", *meant]) if meant else ""
    return (
        Heading("Why they were not there"),
        Text(
            f"Of {words.count(len(rows), 'absence')}, {views} still had the child's views. {by_what}".strip()
        ),
        Picture(chart, "why_not_there"),
        as_table(Table(table, "Reasons for not being there", "absences")),
        rows_behind(f"The {words.count(len(rows), 'absence')}", EXPLAINED, "denominator"),
    )


@reads.kept
def miscoded(view: View) -> Pieces:
    """Absences about which the IRO met the child, and what the rate would be if they were coded so."""
    if EXPLAINED in reads.unavailable(view.asking):
        return ()
    rows = reads.absences(view.asking, view.selection)
    met = rows[rows["contact_on"].notna()]
    days = f"{setting('miscoding_days', view.selection.as_at):g} days"
    heading = Heading("Was the IRO in touch about then?")
    if met.empty:
        return heading, Text(f"No child who was absent met the IRO within {days} of the review.")
    (there,) = reads.measures(view.asking, view.selection, (THERE,)).to_dict("records")
    would = there["numerator"] + len(met)
    rate = words.rounded(100 * would / there["denominator"])
    children = words.count(len(met), "absence", "absences")
    seen = int(met["non_attendance_reason"].eq("NA04").sum())
    so = f" {words.count(seen, 'of them gives', 'of them give')} that reason already." if seen else ""
    shown = met.drop(columns=["late_reason", "late_agreed_by", "late_agreed_on"], errors="ignore")
    return (
        heading,
        Text(
            f"At {children} of {len(rows):,} the child and the IRO met within {days} of the review. Either "
            "the child was there and the code is wrong, or the reason is NA04, seen before or after "
            f"instead.{so} If all {len(met):,} were coded as there, the rate would be {rate}% "
            f"({would:,.0f} of {there['denominator']:,.0f}) and not {words.rate(pd.Series(there))}."
        ),
        Folded(
            f"The {children}",
            ":material/list:",
            (
                LongTable(
                    columns.in_words(
                        view,
                        shown,
                        first=(
                            "child_id", "held_on", "contact_on", "participation_code",
                            "non_attendance_reason", "iro_id",
                        ),
                    ),
                    f"{children} with a contact within {days}",
                ),
            ),
        ),
    )  # fmt: skip
