"""What audits say: the grades of audited sections by theme and group, and whether themes go together."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from charts.bars import Part, stacked
from charts.palette import GRADE_FILLS, GRADES
from data_access.rows.codes import AuditTheme
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import columns, groups, results
from pages.pieces.pieces import (
    Figure,
    Figures,
    Heading,
    Picture,
    Pieces,
    Table,
    Text,
    as_table,
    rows_behind,
    sentence,
)
from standards import setting

KEYS = {str(theme): f"audit_good_or_better_{theme}" for theme in AuditTheme}
GOOD = ("outstanding", "good")
GROUPS = {"team": "Team", "programme": "Programme", "cohort": "Cohort"}
NO_GROUP = "Not recorded"


def name_of(theme: str) -> str:
    """A theme as it is written."""
    return words.sentence(theme)


@reads.kept
def sections(view: View) -> pd.DataFrame:
    """Every section graded in the period: what the auditor found of one theme in one case."""
    found = [reads.behind(view.asking, key, view.selection, "denominator") for key in KEYS.values()]
    return pd.concat(
        [rows for rows in found if len(rows)] or [pd.DataFrame(columns=["audit_theme"])], ignore_index=True
    )


def has_sections(view: View) -> bool:
    """Whether anything was audited in the period."""
    return len(sections(view)) > 0


def graded(view: View) -> list[str]:
    """The themes that were graded in the period, in the order of the Focus Five."""
    found = set(sections(view)["audit_theme"])
    return [theme for theme in KEYS if theme in found]


@reads.kept
def focus_five(view: View) -> Pieces:
    """The sentence, each theme's share of good or better, and the grades by theme."""
    reasons = reads.unavailable(view.asking)
    if set(KEYS.values()) <= set(reasons):
        return sentence("this data holds no audits."), Text(next(iter(reasons[key] for key in KEYS.values())))
    rows = sections(view)
    if rows.empty:
        return results.nothing_told(f"no section was graded in {filters.spoken(view.period)}.")
    return (
        sentence(_said(view, rows)),
        Figures(tuple(_figure(view, theme) for theme in graded(view))),
        Heading("Grades by theme"),
        *_picture(rows, "audit_theme", {theme: name_of(theme) for theme in graded(view)}, "theme"),
        *_in_time_and_up_to_date(view, rows),
        *_words_of_auditors(rows),
    )


def _good(rows: pd.DataFrame) -> int:
    return int(rows["grade"].isin(GOOD).sum())


def _said(view: View, rows: pd.DataFrame) -> str:
    audits = words.count(rows["audit_id"].nunique(), "audit")
    weak = int(rows["grade"].eq("inadequate").sum())
    return (
        f"of {words.count(len(rows), 'section')} graded in {audits} in {filters.spoken(view.period)}, "
        f"{_good(rows):,} were good or better and {weak or 'none'} inadequate."
    )


def _figure(view: View, theme: str) -> Figure:
    key = KEYS[theme]
    row = reads.measures(view.asking, view.selection, (key,)).iloc[0]
    left = float(row["denominator"]) - float(row["numerator"])
    behind = rows_behind("Those below good", key, "shortfall") if left > 0 else None
    figure = results.figure(row, f"{name_of(theme)}: good or better")
    return Figure(figure.label, figure.value, figure.lines, behind)


def _measured(view: View, rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """What auditors measured beside the grade: what it is called -> the sections it was recorded of, and
    whether it is so of each (S2: visits in time, chronologies out of date by six months or more)."""
    months = setting("audit_out_of_date_months", view.selection.as_at)
    measured = {}
    for theme in graded(view):
        theirs = rows[rows["audit_theme"] == theme]
        measured[f"{name_of(theme)}: in time"] = theirs["in_time"].dropna().astype(bool)
        measured[f"{name_of(theme)}: {months:g} months or more out of date"] = (
            theirs["months_out_of_date"].dropna() >= months
        )
    return {called: so for called, so in measured.items() if len(so)}


def _in_time_and_up_to_date(view: View, rows: pd.DataFrame) -> Pieces:
    """What auditors measured, as numbers; nothing where they measured nothing."""
    figures = tuple(
        Figure(called, f"{words.rounded(100 * so.mean())}%", f"{so.sum():,} of {len(so):,}")
        for called, so in _measured(view, rows).items()
    )
    return (Heading("In time, and up to date"), Figures(figures)) if figures else ()


def _picture(
    rows: pd.DataFrame,
    column: str,
    named: dict[str, str],
    of: str,
    measured: Mapping[str, pd.Series[bool]] | None = None,
) -> Pieces:
    """A bar of grades for each group in the order of its names, and the same as a table, with what was
    `measured` beside the grades."""
    counted = {group: rows[rows[column] == group] for group in named}
    parts = [
        Part(mark, GRADE_FILLS[grade], [int(theirs["grade"].eq(grade).sum()) for theirs in counted.values()])
        for grade, mark in GRADES.items()
    ]
    shown = [f"{_good(theirs):,} of {len(theirs):,}" for theirs in counted.values()]
    chart = stacked(list(named.values()), parts, shown, of=f"grades of audited sections by {of}")
    table = pd.DataFrame({words.sentence(of): list(named.values())})
    for part in parts:
        table[words.sentence(part.mark.word)] = [f"{number:,}" for number in part.numbers]
    table["Good or better"] = [results.share(_good(theirs), len(theirs)) for theirs in counted.values()]
    for called, so in (measured or {}).items():
        by_group = [so[so.index.isin(theirs.index)] for theirs in counted.values()]
        table[called] = [results.share(theirs.sum(), len(theirs)) for theirs in by_group]
    return (
        Text("Beside each bar: how many sections were good or better."),
        Picture(chart, f"grades_by_{of}"),
        as_table(Table(table, f"Grades of audited sections by {of}", f"grades_by_{of}")),
    )


def _words_of_auditors(rows: pd.DataFrame) -> Pieces:
    """What auditors wrote most often, as it was written."""
    parts = []
    for column, title in (("strength", "Strengths"), ("improvement", "Areas for improvement")):
        said = rows.dropna(subset=[column])
        if said.empty:
            continue
        counted = (said["audit_theme"].map(name_of) + ": " + said[column]).value_counts().head(8)
        lines = [f"- {text} ({number:,})" for text, number in counted.items()]
        parts.append(Text(f"**{title}**\n\n" + "\n".join(lines)))
    return (Heading("What auditors wrote most often"), *parts) if parts else ()


@reads.kept
def by_group(view: View, by: str) -> Pieces:
    """All themes together, by team, programme or cohort."""
    rows = sections(view)
    column = "team_id" if by == "team" else by
    rows = rows.assign(**{column: rows[column].fillna(words.NOBODY if by == "team" else NO_GROUP)})
    named = {
        group: groups.name(view, "team", group) if by == "team" else group for group in set(rows[column])
    }
    ordered = dict(sorted(named.items(), key=lambda pair: (pair[0] in (words.NOBODY, NO_GROUP), pair[1])))
    shown = columns.in_words(
        view, rows.drop(columns=["age_band"]), first=("audited_on", "audit_theme", "grade")
    )
    return (
        *_picture(rows, column, ordered, GROUPS[by].lower(), _measured(view, rows)),
        results.download(
            view, "audited_sections", "Audited sections", lambda: shown, note=RECORDS,
            label=f"Download {words.count(len(rows), 'section')} (CSV)",
        ),
    )  # fmt: skip


@reads.kept
def together(view: View, one: str, other: str) -> Pieces:
    """Of the audits in which two themes were graded, how often both were good, one of them, or neither."""
    if one == other:
        return (Text("Choose two different themes."),)
    good = sections(view).assign(good=lambda rows: rows["grade"].isin(GOOD))
    both = good.pivot_table(index="audit_id", columns="audit_theme", values="good", aggfunc="first")
    both = both[[one, other]].dropna().astype(bool)
    if both.empty:
        return (Text("No audit graded both."),)
    first, second = both[one], both[other]
    table = pd.DataFrame(
        {
            "": [f"{name_of(one)} good or better", f"{name_of(one)} below good"],
            f"{name_of(other)} good or better": [
                f"{(first & second).sum():,}",
                f"{(~first & second).sum():,}",
            ],
            f"{name_of(other)} below good": [f"{(first & ~second).sum():,}", f"{(~first & ~second).sum():,}"],
        }
    )
    alike, of = int((first == second).sum()), len(both)
    by_chance = (first.sum() * second.sum() + (~first).sum() * (~second).sum()) / of
    said = (
        f"In {alike:,} of {words.count(of, 'audit')} that graded both, the two were alike: both good or "
        "better, or both below it. If the one had nothing to do with the other, about "
        f"{words.rounded(by_chance, 0)} would be."
    )
    few = setting("few_audits", view.selection.as_at)
    if of < few:
        said += f" **Fewer than {few:g} audits: too few to say that the two go together.**"
    return Text(said), Table(table, f"{name_of(one)} against {name_of(other)}, in audits", "together")


@reads.kept
def closing(view: View) -> Pieces:
    """What the measures mean."""
    told = [key for key in KEYS.values() if key not in reads.unavailable(view.asking)]
    return (results.about(view, told[:2]),)
