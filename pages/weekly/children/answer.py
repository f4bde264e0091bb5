"""The rows behind a number: what they are, in words, as a table and a download."""

from __future__ import annotations

import pandas as pd

from metrics.counting.members import parts_of
from metrics.measures import CATALOGUE
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, groups, results
from pages.pieces.pieces import Link, LongTable, Pieces, Text, sentence

PARTS = {
    "numerator": ("counted", "{verb} behind “{title}”", ("is", "are")),
    "shortfall": ("falling short", "{verb} short of “{title}”", ("falls", "fall")),
    "late": ("late", "{verb} late: “{title}”", ("is", "are")),
    "missing": ("missing", "{verb} without it: “{title}”", ("is", "are")),
    "denominator": ("all it looks at", "{verb} what “{title}” is out of", ("is", "are")),
}
"""Part of a measure -> how it is named in a file, and how it is said."""
LOOKED_AFTER = ("children_without_an_iro", "denominator")
"""The measure, and the part of it, that is every child looked after."""


@reads.kept
def rows_of(view: View, key: str, part: str, by: str, group: str) -> Pieces:
    """The rows behind a measure's number, or what to choose where the link names none."""
    known = by in groups.WORDS or by in groups.OF_ROWS
    if key not in CATALOGUE or part not in parts_of(CATALOGUE[key]) or (group and not known):
        return _what_to_choose()
    paper = view.selection.paper(key)
    rows = _behind(view, key, part, by, group)
    children = rows["child_id"].nunique() if "child_id" in rows else 0
    of_group = f", {groups.name(view, by, group)}" if group else ""
    if (key, part) == LOOKED_AFTER:
        title, definition = f"Children looked after{of_group}", words.NO_SHORT_BREAKS
        said = sentence(f"{words.count(len(rows), 'child is', 'children are')} looked after{of_group}.")
    else:
        title, definition = f"{paper.title}{of_group}", paper.definition
        said = sentence(_said(len(rows), children, title, part))
    if rows.empty:
        back = Link("What needs me this week?", "pages/weekly/overview/page.py", icon=":material/arrow_back:")
        return said, Text(definition), back
    shown = columns.in_words(view, rows)
    named, _, _ = PARTS[part]
    return (
        said,
        Text(definition),
        LongTable(shown, f"The rows behind {title}: {len(rows)} rows"),
        results.download(
            view,
            key if part == "numerator" else f"{key}_{part}",
            f"{title}: {named}",
            lambda: shown,
            note=RECORDS if children else "",
            about=() if (key, part) == LOOKED_AFTER else (key,),
            label=f"Download these {words.count(len(rows), 'row')} (CSV)",
        ),
        *(() if (key, part) == LOOKED_AFTER else (results.about(view, [key]),)),
    )


def _behind(view: View, key: str, part: str, by: str, group: str) -> pd.DataFrame:
    """The rows, of one group where the link names one."""
    if group and by in groups.WORDS:
        return reads.behind(view.asking, key, view.by(by), part, group)
    rows = reads.behind(view.asking, key, view.selection, part)
    return rows[groups.of_rows(view, rows, by) == group] if group and len(rows) else rows


def _said(rows: int, children: int, title: str, part: str) -> str:
    counted = words.count(rows, "child", "children") if children == rows else words.count(rows, "row")
    if children not in (0, rows):
        counted += f" for {words.count(children, 'child', 'children')}"
    _, phrase, (one, many) = PARTS[part]
    return f"{counted} {phrase.format(verb=one if rows == 1 else many, title=title)}."


def _what_to_choose() -> Pieces:
    return (
        sentence("choose a number first."),
        Text("This page shows the children or reviews behind one number. Open it from a number on these:"),
        Link("What needs me this week?", "pages/weekly/overview/page.py"),
        Link("Were the steps on time?", "pages/weekly/steps/page.py"),
        Link("What footprint does each IRO leave?", "pages/footprint/service/page.py"),
        Link("Are reviews on time?", "pages/quality/timeliness/page.py"),
    )
