"""Results of measures as pieces of a page: numbers with their standard, what a measure means, downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from charts.palette import AMBER, BLUE, MARKS, ORANGE, PURPLE, SLATE, STATES, Mark
from metrics.wording import words
from pages.frame.view import View
from pages.pieces.pieces import Download, Figure, Folded, Heading, Link, Pieces, Text, csv_file, sentence

_TINTS = {ORANGE: "orange", BLUE: "blue", PURPLE: "violet", AMBER: "yellow", SLATE: "gray"}
"""The palette's colours by the names that text on a page has for them (`.streamlit/config.toml`)."""


def shape(status: str) -> str:
    """The shape of a status in its colour; never without its word beside it."""
    return _tinted(MARKS[status])


def _tinted(found: Mark) -> str:
    return f":{_TINTS[found.colour]}[{found.shape}]" if found.shape else ""


def mark(status: str) -> str:
    """A status as shape and word: `▼ below the range`."""
    return f"{shape(status)} {MARKS[status].word}".strip()


def state(code: str) -> str:
    """A state of the tracker as shape and word, `▲ overdue`, without its colour: a long table shows none."""
    found = STATES[code]
    return f"{found.shape} {found.word}"


def state_mark(code: str) -> str:
    """A state of the tracker as shape in its colour and word."""
    return f"{_tinted(STATES[code])} {STATES[code].word}"


def figure(row: Any, label: str) -> Figure:
    """The number of one row of `measure_rows`, with its mark, numerator and denominator, and standard."""
    if row.denominator == 0:
        return Figure(label, "no value", "there was nothing to count")
    lines = [mark(row.status)] if row.status else []
    if out_of := words.out_of(row.numerator, row.denominator, row.unit):
        lines.append(out_of)
    standard = words.standard(row.standard_low, row.standard_high, row.unit)
    if standard != "none":
        lines.append(f"standard: {standard}")
    return Figure(label, words.rate(row), "  \n".join(lines))


def rates(rows: pd.DataFrame) -> list[str]:
    """Each rate with its numerator and denominator: `93.4% (14 of 15)`."""
    each: list[Any] = list(rows.itertuples())
    return [
        ""
        if pd.isna(row.denominator)
        else _with_counts(words.rate(row), row.numerator, row.denominator)
        if row.denominator
        else "none"
        for row in each
    ]


def share(number: int, of: int) -> str:
    """A part of something with its counts: `93.4% (14 of 15)`; nothing of nothing."""
    return _with_counts(f"{words.rounded(100 * number / of)}%", number, of) if of else ""


def _with_counts(rate: str, number: float, of: float) -> str:
    """On a narrow screen a line may end before the counts, not within them."""
    return f"{rate} {words.together(f'({number:,.0f} of {of:,.0f})')}"


def cannot_say(untold: Mapping[str, str]) -> Pieces:
    """What this data cannot answer, by what it is called, each with the reason in words."""
    if not untold:
        return ()
    said = [f"- **{label}**: {reason}" for label, reason in untold.items()]
    return Heading("What this data cannot say"), Text("\n".join(said))


def nothing_told(said: str, help_: str = "Choose another period, or see what was loaded.") -> Pieces:
    """The whole of a page that has nothing to tell: so said, why or what to do, and the way to the data."""
    return sentence(said), Text(help_), Link("What data is this?", "pages/data/loads/page.py")


def about(view: View, keys: Sequence[str]) -> Folded:
    """What the measures on a page mean, from the catalogue."""
    said = []
    for key in keys:
        paper = view.selection.paper(key)
        said.append(f"**{paper.title}.** {paper.definition}\n\nWhy it matters: {paper.why_it_matters}")
        if paper.caveats:
            said.append("\n".join(f"- {caveat}" for caveat in paper.caveats))
    link = Link("Every definition", "pages/data/definitions/page.py")
    inside = (Text("\n\n".join(said)), link)
    return Folded("About these measures", ":material/info:", inside, tuple(keys))


def download(
    view: View,
    name: str,
    title: str,
    make: Callable[[], pd.DataFrame],
    *,
    label: str,
    note: str = "",
    about: Sequence[str] = (),
) -> Download:
    """A download of what a page shows: `reviews_overdue_2026-11-20.csv`, its choice in the second line.

    about: the measures it is about, where no column `measure` says so.
    """
    file_name = f"{name}_{view.selection.as_at}"
    return csv_file(label, file_name, title, view.words(), make, note, about, view.selection)
