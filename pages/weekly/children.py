"""What is behind this number? The rows that a measure counts, named by the link that led here.

The URL holds the measure, the part of it, and the group: never a child.
"""

from __future__ import annotations

import streamlit as st

from metrics.measures import CATALOGUE
from pages.shared import columns, frame, groups, reads, section, words
from pages.shared.frame import View

PARTS = {
    "numerator": "Counted",
    "shortfall": "Not counted, of those it looks at",
    "denominator": "All it looks at",
}


def page(view: View) -> None:
    asked = st.query_params
    key, part = asked.get("measure", ""), asked.get("part", "numerator")
    by, group = asked.get("by", ""), asked.get("group", "")
    if key not in CATALOGUE or part not in PARTS or (group and by not in groups.WORDS):
        _say_what_to_choose(view)
        return
    measure = CATALOGUE[key]
    selection = view.by(by) if group else view.selection
    rows = reads.behind(view.asking, key, selection, part, group or None)
    shown = columns.in_words(view, rows)
    children = rows["child_id"].nunique() if "child_id" in rows else 0
    where = f", {groups.name(view, by, group)}" if group else ""
    section.sentence(_answer(len(rows), children, f"{measure.paperwork.title}{where}", part))
    st.markdown(measure.paperwork.definition)
    if rows.empty:
        st.page_link(
            "pages/weekly/overview.py", label="Back to this week", icon=":material/arrow_back:",
            query_params=view.chosen(),
        )  # fmt: skip
        return
    section.long_table(shown, f"The rows behind {measure.paperwork.title}: {len(rows)} rows")
    section.download(
        view,
        key if part == "numerator" else f"{key}_{part}",
        f"{measure.paperwork.title}{where}: {PARTS[part].lower()}",
        lambda: shown,
        note="Contains children's records: keep it inside children's services.",
        label=f"Download these {words.count(len(rows), 'row')} (CSV)",
    )
    section.about([key])


def _answer(rows: int, children: int, title: str, part: str) -> str:
    counted = words.count(rows, "child", "children") if children == rows else words.count(rows, "row")
    if children not in (0, rows):
        counted += f" for {words.count(children, 'child', 'children')}"
    what = {
        "numerator": f"{'is' if rows == 1 else 'are'} behind “{title}”",
        "shortfall": f"{'falls' if rows == 1 else 'fall'} short of “{title}”",
        "denominator": f"{'is' if rows == 1 else 'are'} what “{title}” is out of",
    }
    return f"{counted} {what[part]}."


def _say_what_to_choose(view: View) -> None:
    st.markdown(
        "##### Choose a number first.\n"
        "This page shows the children or reviews behind one number. Open it from a number on another page:"
    )
    for file, label in (
        ("pages/weekly/overview.py", "What needs me this week?"),
        ("pages/footprint/service.py", "What footprint does each IRO leave?"),
        ("pages/quality/timeliness.py", "Are reviews on time?"),
    ):
        st.page_link(file, label=label, icon=":material/arrow_forward:", query_params=view.chosen())


page(frame.current())
