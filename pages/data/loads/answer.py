"""What data this is: what was loaded when, what was refused, what looks odd and how to put it right."""

from __future__ import annotations

import pandas as pd

from data_access.findings import RULES
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Figure, Figures, Heading, LongTable, Pieces, Table, Text, csv_file, sentence

SEVERITIES = {"error": "▲ error", "warning": "◆ warning", "information": "○ information"}
KINDS = {
    "care_periods": "Periods of care",
    "iros": "IROs",
    "monitoring": "Monitoring forms",
    "review_people": "People at reviews",
    "ssda903_header": "Children (Header)",
    "ssda903_episodes": "Episodes",
    "ssda903_reviews": "Reviews",
    "ssda903_uasc": "Unaccompanied children (UASC)",
    "ssda903_placed_adoption": "Placed for adoption",
}
MOST_SHOWN = 1_000
"""Rows of a list on the page; the download has them all."""


@reads.kept
def data(view: View) -> Pieces:
    """What the store holds and the findings; the rows of one finding are `rows_of_check`."""
    files = reads.current_files(view.asking)
    counts = reads.finding_counts(view.asking)
    serious = int(counts.loc[counts["severity"] != "information", "rows"].sum())
    refused = int(files["rows_refused"].sum())
    return (
        sentence(_said(view, files, refused, serious)),
        Figures(
            (
                Figure("Rows held", f"{files['rows_stored'].sum():,.0f}"),
                Figure("Rows refused", f"{refused:,}"),
                Figure("Errors and warnings", f"{serious:,}"),
            )
        ),
        Heading("What the store holds"),
        _sources(files),
        Heading("What looks odd, and how to put it right"),
        *_findings(view, counts),
    )


def _said(view: View, files: pd.DataFrame, refused: int, serious: int) -> str:
    text = (
        f"{words.count(files['rows_stored'].sum(), 'row')} of "
        f"{words.count(files['kind'].nunique(), 'kind')}, "
        f"last loaded on {words.moment(view.info.last_loaded_at)}, as at {words.day(view.info.as_at)}. "
    )
    if not refused and not serious:
        return text + "No row was refused and nothing looks wrong."
    put_right = words.count(serious, "thing is", "things are")
    rows = words.count(refused, "row was", "rows were")
    return f"{text}{words.sentence(rows)} refused, and {put_right} worth putting right in the case system."


def _sources(files: pd.DataFrame) -> Table:
    """What is held, a row per kind; the years of the statutory return are one source."""
    held = (
        files.groupby(["format", "kind"], sort=False)
        .agg(
            sources=("source", lambda names: sorted(set(names))),
            rows=("rows_stored", "sum"),
            refused=("rows_refused", "sum"),
            at=("loaded_at", "max"),
        )
        .reset_index()
    )
    shown = pd.DataFrame(
        {
            "Kind": held["kind"].map(kind_words),
            "Source": held["sources"].map(_one_or_first_to_last),
            "Loaded": held["at"].map(words.moment),
            "Rows": held["rows"].map("{:,.0f}".format),
            "Refused": held["refused"].map("{:,.0f}".format),
        }
    )
    return Table(shown, "Rows held, by kind and source", "sources")


def _one_or_first_to_last(names: list[str]) -> str:
    """`extract`; `ssda903-2020-21 to 2026-27`."""
    if len(names) == 1:
        return names[0]
    first, last = names[0], names[-1]
    if not (first.startswith("ssda903-") and last.startswith("ssda903-")):
        return words.listed(names)
    return f"{first} to {last.removeprefix('ssda903-')}"


def kind_words(kind: str) -> str:
    """A kind as it is spoken: `care_periods` is `Periods of care`."""
    return KINDS.get(kind) or words.heading(kind.removeprefix("ssda903_"))


def _findings(view: View, counts: pd.DataFrame) -> Pieces:
    if counts.empty:
        return (Text("Nothing: every check passed."),)
    rules = {rule.code: rule for rule in RULES}
    meanings = {code: rule.means(view.info.as_at) for code, rule in rules.items()}
    shown = pd.DataFrame(
        {
            "What it says": [
                f"{SEVERITIES[severity]}: {meanings.get(code, 'refused, see below')}"
                for code, severity in zip(counts["rule"], counts["severity"], strict=True)
            ],
            "What to do": [
                rules[code].cure if code in rules else "Correct the rows below and load the file again."
                for code in counts["rule"]
            ],
            "Check": counts["rule"],
            "Rows": counts["rows"].map("{:,}".format),
        }
    )
    asking = view.asking
    return (
        Table(shown, "Findings by check, with what to do", "findings", words=True),
        csv_file(
            "Every finding and refused row (CSV)",
            f"findings_{view.info.as_at}",
            f"Findings and refused rows of {view.info.authority}",
            f"as at {words.day(view.info.as_at)}",
            lambda: reads.findings(asking),
            RECORDS,
        ),
    )


@reads.kept
def checks(view: View) -> list[str]:
    """The checks that found something."""
    return list(reads.finding_counts(view.asking)["rule"].astype(str).unique())


@reads.kept
def rows_of_check(view: View, rule: str) -> Pieces:
    """The rows of one check."""
    rows = reads.findings(view.asking)
    rows = rows[rows["rule"] == rule]
    shown = pd.DataFrame(
        {
            "File": rows["file"],
            "Line": rows["line"],
            "Child": rows["child_id"],
            "What it says": rows["message"],
        }
    )
    return (LongTable(shown.head(MOST_SHOWN), f"The rows of check {rule}"),)


@reads.kept
def history(view: View) -> Pieces:
    """Refused rows, and every file of every load."""
    loads = reads.load_history(view.asking)
    shown = pd.DataFrame(
        {
            "Loaded": loads["loaded_at"].map(words.moment),
            "As at": loads["as_at"].map(words.day),
            "File": loads["name"],
            "Kind": loads["kind"].map(kind_words, na_action="ignore"),
            "Source": loads["source"],
            "Read": loads["rows_read"],
            "Stored": loads["rows_stored"],
            "Refused": loads["rows_refused"],
            "Now": ["held" if now else "replaced by a newer file" for now in loads["current"]],
        }
    )
    return (
        Heading("Rows that were refused"),
        *_refused(view),
        Heading("Every load"),
        LongTable(shown, "Every file of every load, the latest first"),
        Heading("Load the next extract"),
        Text(
            "Fill the empty template, or export the same columns from the case system, then run "
            "`python manage.py check FOLDER` and `python manage.py load FOLDER`."
        ),
    )


def _refused(view: View) -> Pieces:
    rows = reads.refused_rows(view.asking)
    if rows.empty:
        return (Text("None: every row of the files held was stored."),)
    shown = pd.DataFrame(
        {
            "File": rows["file"],
            "Line": rows["line"],
            "Column": rows["column"],
            "Child": rows["child_id"],
            "Why": rows["reason"],
        }
    )
    return (
        Text("They are kept here until a later load of the same file accepts them."),
        LongTable(shown.head(MOST_SHOWN), "Refused rows with file, line, column and reason"),
        csv_file(
            f"Refused rows (CSV, {words.count(len(rows), 'row')})",
            f"refused_rows_{view.info.as_at}",
            f"Refused rows of {view.info.authority}",
            f"as at {words.day(view.info.as_at)}",
            lambda: rows,
            RECORDS,
        ),
    )
