"""What data is this? What was loaded when, what was refused, what looks odd and how to put it right."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data_access.findings import RULES
from pages.shared import columns, frame, reads, section, words
from pages.shared.frame import View
from pages.shared.welcome import offer_template

SEVERITIES = {"error": "▲ error", "warning": "◆ warning", "information": "○ information"}
KINDS = {"care_periods": "Periods of care", "iros": "IROs", "monitoring": "Monitoring forms"}


def page(view: View) -> None:
    files = reads.current_files(view.asking)
    counts = reads.finding_counts(view.asking)
    section.sentence(_answer(view, files, counts))
    errors, warnings = (counts.loc[counts["severity"] == s, "rows"].sum() for s in ("error", "warning"))
    section.figures(
        [
            section.Figure("Rows held", f"{files['rows_stored'].sum():,.0f}"),
            section.Figure("Rows refused", f"{files['rows_refused'].sum():,.0f}"),
            section.Figure("Errors and warnings", f"{errors + warnings:,.0f}"),
        ]
    )
    _sources(view, files)
    _findings(view, counts)
    _refused(view, files)
    _history(view)
    st.subheader("Load the next extract", anchor=False)
    st.markdown(
        "Fill the empty template, or export the same columns from the case system, then run "
        "`python manage.py check FOLDER` and `python manage.py load FOLDER`."
    )
    offer_template()


def _answer(view: View, files: pd.DataFrame, counts: pd.DataFrame) -> str:
    refused = int(files["rows_refused"].sum())
    serious = int(counts.loc[counts["severity"] != "information", "rows"].sum())
    kinds = len(set(files["kind"]))
    text = (
        f"{words.count(files['rows_stored'].sum(), 'row')} of {words.count(kinds, 'kind')}, "
        f"last loaded on {words.moment(view.info.last_loaded_at)}, as at {words.day(view.info.as_at)}. "
    )
    if not refused and not serious:
        return text + "No row was refused and nothing looks odd."
    return (
        text
        + f"{words.sentence(words.count(refused, 'row was', 'rows were'))} refused, and "
        + f"{words.count(serious, 'thing is', 'things are')} worth putting right in the case system."
    )


def _sources(view: View, files: pd.DataFrame) -> None:
    st.subheader("What the store holds", anchor=False)
    shown = (
        files.groupby(["source", "kind"], sort=False)
        .agg(rows=("rows_stored", "sum"), refused=("rows_refused", "sum"), at=("loaded_at", "max"))
        .reset_index()
    )
    section.table(
        pd.DataFrame(
            {
                "Kind": shown["kind"].map(kind_words),
                "Source": shown["source"],
                "Loaded": shown["at"].map(words.moment),
                "Rows": shown["rows"].map("{:,.0f}".format),
                "Refused": shown["refused"].map("{:,.0f}".format),
            }
        ),
        "Rows held, by kind and source",
        name="sources",
    )


def kind_words(kind: str) -> str:
    """A kind as it is spoken: `care_periods` is `Periods of care`."""
    return KINDS.get(kind) or columns.heading(kind.removeprefix("ssda903_"))


def _findings(view: View, counts: pd.DataFrame) -> None:
    st.subheader("What looks odd, and how to put it right", anchor=False)
    if counts.empty:
        st.markdown("Nothing: every check passed.")
        return
    rules = {rule.code: rule for rule in RULES}
    shown = pd.DataFrame(
        {
            "Check": counts["rule"],
            "How grave": counts["severity"].map(SEVERITIES),
            "Rows": counts["rows"],
            "What it says": [rules[code].meaning if code in rules else "Refused" for code in counts["rule"]],
            "What to do": [rules[code].cure if code in rules else "See below" for code in counts["rule"]],
        }
    )
    st.table(shown, hide_index=True, border="horizontal", alt="Findings by check, with what to do")
    asking = view.asking
    chosen = st.selectbox(
        "Show the rows of a check",
        list(counts["rule"]),
        index=None,
        key="check",
        placeholder="Choose a check",
        format_func=lambda code: f"{code} ({int(counts.set_index('rule').loc[code, 'rows'].sum()):,})",
    )
    if chosen:
        rows = reads.findings(asking)
        section.long_table(_finding_words(rows[rows["rule"] == chosen]), f"The rows of check {chosen}")
    section.download(
        None,
        f"findings_{view.info.authority}_{view.info.as_at}",
        f"Findings and refused rows of {view.info.authority}, as at {words.day(view.info.as_at)}",
        lambda: reads.findings(asking),
        note="Contains children's records: keep it inside children's services.",
        label="Every finding and refused row (CSV)",
    )


def _finding_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.rename(
        columns={
            "rule": "Check", "severity": "How grave", "source": "Source", "file": "File", "line": "Line",
            "child_id": "Child", "message": "What it says",
        }
    )  # fmt: skip


def _refused(view: View, files: pd.DataFrame) -> None:
    st.subheader("Rows that were refused", anchor=False)
    if not files["rows_refused"].sum():
        st.markdown("None: every row of the files held was stored.")
        return
    rows = reads.refused_rows(view.asking)
    st.markdown("They are kept here until a later load of the same file accepts them.")
    section.long_table(
        pd.DataFrame(
            {
                "File": rows["file"],
                "Line": rows["line"],
                "Column": rows["column"],
                "Child": rows["child_id"],
                "Why": rows["reason"],
            }
        ).head(1000),
        "Refused rows with file, line, column and reason",
    )
    section.download(
        None,
        f"refused_rows_{view.info.authority}_{view.info.as_at}",
        f"Refused rows of {view.info.authority}, as at {words.day(view.info.as_at)}",
        lambda: rows,
        note="Contains children's records: keep it inside children's services.",
        label=f"Refused rows (CSV, {len(rows):,} rows)",
    )


def _history(view: View) -> None:
    st.subheader("Every load", anchor=False)
    history = reads.load_history(view.asking)
    section.long_table(
        pd.DataFrame(
            {
                "Loaded": history["loaded_at"].map(words.moment),
                "As at": history["as_at"].map(words.day),
                "File": history["name"],
                "Kind": history["kind"].map(kind_words, na_action="ignore"),
                "Source": history["source"],
                "Read": history["rows_read"],
                "Stored": history["rows_stored"],
                "Refused": history["rows_refused"],
                "Now": ["held" if now else "replaced by a newer file" for now in history["current"]],
            }
        ),
        "Every file of every load, the latest first",
    )


page(frame.current())
