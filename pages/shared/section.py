"""The parts of a page, in their order: sentence, numbers, picture, table, rows behind, about, download."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from charts.chart import Chart
from charts.palette import BLUE, MARKS, ORANGE, PURPLE
from metrics.measures import CATALOGUE
from pages.shared import words
from pages.shared.frame import View

ROWS_BEHIND = "pages/weekly/children.py"


class Figure(NamedTuple):
    """One of the few numbers at the top of a page."""

    label: str
    value: str
    notes: tuple[str, ...] = ()
    status: str = ""


def figures(shown: Sequence[Figure]) -> None:
    """The few numbers in a row: label, value large, then its mark in words and its notes."""
    for column, figure in zip(st.columns(len(shown), gap="medium"), shown, strict=True):
        with column.container(gap=None):
            st.metric(figure.label, figure.value)
            lines = ([mark(figure.status)] if figure.status else []) + list(figure.notes)
            if lines:
                st.markdown("  \n".join(lines))


def mark(status: str) -> str:
    """A status as shape and word: `▼ below the range`."""
    return f"{shape(status)} {MARKS[status].word}".strip()


_TINTS = {ORANGE: "orange", BLUE: "blue", PURPLE: "violet"}
"""The palette's colours by the names that text on a page has for them (`.streamlit/config.toml`)."""


def shape(status: str) -> str:
    """The shape of a status in its colour; never without its word beside it."""
    found = MARKS[status]
    return f":{_TINTS[found.colour]}[{found.shape}]" if found.shape else ""


def result(row: Any) -> Figure:
    """The number of one row of `measure_rows`, with numerator and denominator, standard and status."""
    paper = CATALOGUE[row.measure].paperwork
    notes = []
    if row.unit == "percent" and not pd.isna(row.denominator):
        notes.append(f"{row.numerator:,.0f} of {row.denominator:,.0f}")
    standard = words.standard(row.standard_low, row.standard_high, row.unit)
    if standard != "none":
        notes.append(f"standard: {standard}")
    return Figure(paper.title, words.rate(row), tuple(notes), row.status or "")


def picture(headline: str, subtitle: str, chart: Chart, *, name: str, wide: bool = False) -> None:
    """A chart under the sentence it supports; plotly's own button saves the picture as `name`."""
    st.subheader(headline, anchor=False)
    if subtitle:
        st.markdown(subtitle)
    if not wide:
        draw(chart, name=name)
        return
    with st.container(key=f"wide_{name}"):  # scrolls on a narrow screen rather than shrinking
        draw(chart, name=name)


def draw(chart: Chart, *, name: str) -> None:
    """A chart and its text alternative."""
    st.plotly_chart(
        chart.figure,
        theme=None,
        alt=chart.alt,
        key=f"chart_{name}",
        config={"displaylogo": False, "toImageButtonOptions": {"filename": name, "scale": 2},
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoom2d", "pan2d", "autoScale2d"]},
    )  # fmt: skip


def table(rows: pd.DataFrame, alt: str, *, name: str) -> None:
    """A table small enough to be read whole: the first column says what, the others are numbers."""
    with st.container(key=f"numbers_{name}"):  # the frame's style puts the cells of `numbers_*` to the right
        st.table(rows, hide_index=True, border="horizontal", alt=alt)


def long_table(rows: pd.DataFrame, alt: str, **columns: Any) -> None:
    """A table too long to be read whole: sortable, searchable, with days as days."""
    config = {
        name: st.column_config.DateColumn(name, format="ddd D MMM YYYY")
        for name in rows.columns
        if len(rows) and isinstance(rows[name].dropna().iloc[0] if rows[name].notna().any() else None, date)
    }
    st.dataframe(rows, hide_index=True, column_config={**config, **columns}, alt=alt, width="stretch")


def link_to_rows(
    view: View, label: str, key: str, part: str = "numerator", *, by: str = "", group: str = ""
) -> None:
    """A link to the rows behind a number, with the page's filters; never a child's identifier in it."""
    asked = {"measure": key, "part": part}
    if group:
        asked |= {"by": by, "group": group}
    st.page_link(ROWS_BEHIND, label=label, icon=":material/arrow_forward:", query_params=view.chosen(**asked))


def about(keys: Sequence[str]) -> None:
    """What the measures on this page mean, from the catalogue."""
    with st.expander("About these measures", icon=":material/info:"):
        for key in keys:
            paper = CATALOGUE[key].paperwork
            st.markdown(f"**{paper.title}.** {paper.definition}")
            st.markdown(f"Why it matters: {paper.why_it_matters}")
            if paper.caveats:
                st.markdown("\n".join(f"- {caveat}" for caveat in paper.caveats))
        st.page_link("pages/data/definitions.py", label="Every definition", icon=":material/arrow_forward:")


def download(
    view: View | None,
    name: str,
    title: str,
    make: Callable[[], pd.DataFrame],
    *,
    note: str = "",
    label: str = "Download (CSV)",
) -> None:
    """A CSV that is only made when it is asked for, with the choice it answers in its first lines."""
    as_at = view.selection.as_at.isoformat() if view else ""
    st.download_button(
        label,
        lambda: as_csv(make(), title, view.words() if view else "", note),
        file_name=f"{name}_{as_at}.csv" if as_at else f"{name}.csv",
        mime="text/csv",
        key=f"download_{name}",
        on_click="ignore",
        icon=":material/download:",
    )


def as_csv(rows: pd.DataFrame, title: str, choice: str, note: str) -> bytes:
    """`rows` under the lines that say what they are; opens in Excel as it should (UTF-8 with a mark)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in (title, choice, note):
        if line:
            writer.writerow([_safe(line)])
    writer.writerow([])
    writer.writerow(rows.columns)
    for row in rows.itertuples(index=False, name=None):
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any) -> Any:
    """A cell as text that a spreadsheet will not take for a formula."""
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return ""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell


def sentence(text: str) -> None:
    """The answer to the page's question, made from the figures."""
    st.markdown(f"##### {words.sentence(text)}")
