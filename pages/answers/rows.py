"""The rows behind a number: what they are, in words, as a table and a download."""

from __future__ import annotations

from metrics.measures import CATALOGUE
from metrics.members import parts_of
from pages.shared import columns, groups, reads, results, words
from pages.shared.download import RECORDS
from pages.shared.pieces import Link, LongTable, Pieces, Text, sentence
from pages.shared.view import View

PARTS = {
    "numerator": ("counted", "{verb} behind “{title}”", ("is", "are")),
    "shortfall": ("falling short", "{verb} short of “{title}”", ("falls", "fall")),
    "late": ("late", "{verb} late: “{title}”", ("is", "are")),
    "missing": ("missing", "{verb} without it: “{title}”", ("is", "are")),
    "denominator": ("all it looks at", "{verb} what “{title}” is out of", ("is", "are")),
}
"""Part of a measure -> how it is named in a file, and how it is said."""


@reads.kept
def rows_of(view: View, key: str, part: str, by: str, group: str) -> Pieces:
    """The rows behind a measure's number, or what to choose where the link names none."""
    if key not in CATALOGUE or part not in parts_of(CATALOGUE[key]) or (group and by not in groups.WORDS):
        return _what_to_choose()
    paper = CATALOGUE[key].paperwork
    rows = reads.behind(view.asking, key, view.by(by) if group else view.selection, part, group or None)
    children = rows["child_id"].nunique() if "child_id" in rows else 0
    title = f"{paper.title}, {groups.name(view, by, group)}" if group else paper.title
    said = sentence(_said(len(rows), children, title, part))
    if rows.empty:
        back = Link("What needs me this week?", "pages/weekly/overview.py", icon=":material/arrow_back:")
        return said, Text(paper.definition), back
    shown = columns.in_words(view, rows)
    named, _, _ = PARTS[part]
    return (
        said,
        Text(paper.definition),
        LongTable(shown, f"The rows behind {paper.title}: {len(rows)} rows"),
        results.download(
            view,
            key if part == "numerator" else f"{key}_{part}",
            f"{title}: {named}",
            lambda: shown,
            note=RECORDS if children else "",
            label=f"Download these {words.count(len(rows), 'row')} (CSV)",
        ),
        results.about([key]),
    )


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
        Link("What needs me this week?", "pages/weekly/overview.py"),
        Link("Were the steps on time?", "pages/weekly/steps.py"),
        Link("What footprint does each IRO leave?", "pages/footprint/service.py"),
        Link("Are reviews on time?", "pages/quality/timeliness.py"),
    )
