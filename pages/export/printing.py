"""A page as one HTML file that needs nothing else: what it shows, to print on A4 or send within the service.

Every piece of a page has its way onto paper here. Links and downloads stay behind; what opens at a click is
open.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, singledispatch
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from metrics.wording import words
from metrics.wording.words import RECORDS
from pages.frame.view import View
from pages.pieces.pieces import (
    COUNTS,
    Beside,
    Cards,
    Download,
    Figure,
    Figures,
    Folded,
    Heading,
    Link,
    Links,
    LongTable,
    Picture,
    Piece,
    Table,
    Text,
    ToShare,
    is_of_children,
    nested,
)

LONGEST = 500
"""Rows of a table on paper: what is longer belongs in its download."""
INSIDE = "May hold small numbers: for use inside children's services."


def printable(view: View, title: str, pieces: Iterable[Piece]) -> bytes:
    """The page as HTML (UTF-8): its title, its choice, its pieces; charts are drawn where it is opened."""
    shown = list(pieces)
    body = "\n".join(html_of(piece) for piece in shown)
    note = RECORDS if any(is_of_children(piece) for piece in nested(shown)) else INSIDE
    script = f"<script>{_plotly()}</script>" if 'class="plotly-graph-div"' in body else ""
    choice = f"{view.words()}, last load {words.moment(view.info.last_loaded_at)}"
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:">
<title>{escape(title)}</title>
<style>
{_style()}</style>
{script}
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p class="quiet">{escape(choice)}</p>
<p class="records">{escape(note)}</p>
</header>
<main>
{body}
</main>
<footer><p class="quiet">{escape(note)}</p></footer>
{f"<script>{_script()}</script>" if script else ""}
</body>
</html>
""".encode()


@cache
def _style() -> str:
    return Path(__file__).with_name("printing.css").read_text(encoding="utf-8")


@cache
def _script() -> str:
    return Path(__file__).with_name("printing.js").read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs  # 5 MB that only a page to print needs

    script: str = get_plotlyjs()
    return script


@singledispatch
def html_of(piece: Any) -> str:
    """One piece as HTML. Raises TypeError for a kind that nobody has given a way onto paper."""
    raise TypeError(f"no way onto paper for {type(piece).__name__}")


@html_of.register
def _(piece: Text) -> str:
    return _from_markdown(piece.markdown)


@html_of.register
def _(piece: Heading) -> str:
    return f"<h2>{escape(piece.text)}</h2>"


@html_of.register
def _(piece: Figure) -> str:
    lines = _from_markdown(piece.lines) if piece.lines else ""
    label, value = escape(words.without_colour(piece.label)), escape(piece.value)
    return f'<div class="figure"><p>{label}</p><p class="value">{value}</p>{lines}</div>'


@html_of.register
def _(piece: Figures) -> str:
    return f'<div class="figures">{"".join(html_of(one) for one in piece.shown)}</div>'


@html_of.register
def _(piece: Cards) -> str:
    cards = ("".join(html_of(one) for one in card) for card in piece.cards)
    return '<div class="cards">' + "".join(f'<div class="card">{card}</div>' for card in cards) + "</div>"


@html_of.register
def _(piece: Beside) -> str:
    return "\n".join(f"<div>{''.join(html_of(one) for one in column)}</div>" for column in piece.columns)


@html_of.register
def _(piece: Picture) -> str:
    from plotly.io import to_html

    still = {"staticPlot": True, "responsive": True}
    drawn = to_html(piece.chart.figure, include_plotlyjs=False, full_html=False, config=still)
    save = (
        f'<button type="button" class="save" data-name="{escape(piece.name)}" data-note="{escape(INSIDE)}">'
        "Save as a picture</button>"
    )
    return f'<figure><div role="img" aria-label="{escape(piece.chart.alt)}">{drawn}</div>{save}</figure>'


@html_of.register
def _(piece: Table) -> str:
    return _table(piece.rows, piece.alt, numbers=not piece.words)


@html_of.register
def _(piece: LongTable) -> str:
    rest = len(piece.rows) - LONGEST
    more = f"<p>and {words.count(rest, 'row')} more: download them from the page.</p>" if rest > 0 else ""
    rows = piece.rows.head(LONGEST)
    counts = {name: rows[name].map("{:,.0f}".format, na_action="ignore") for name in COUNTS if name in rows}
    return _table(rows.assign(**counts), piece.alt, numbers=False) + more


@html_of.register
def _(piece: Folded) -> str:
    inside = "\n".join(html_of(one) for one in piece.inside)
    return f"<section><h3>{escape(piece.label)}</h3>{inside}</section>"


@html_of.register(Link)
@html_of.register(Links)
@html_of.register(Download)
@html_of.register(ToShare)
def _(_piece: Any) -> str:
    return ""


def _from_markdown(text: str) -> str:
    from markdown_it import MarkdownIt

    html: str = MarkdownIt("commonmark", {"html": False}).render(words.without_colour(text))
    return html


def _table(rows: pd.DataFrame, alt: str, *, numbers: bool) -> str:
    """A table with its first column as the rows' headings."""
    right = ' class="number"' if numbers else ""
    names = [str(name) for name in rows]
    head = "".join(
        f'<th scope="col"{right if place else ""}>{escape(name)}</th>' for place, name in enumerate(names)
    )
    body = []
    for row in rows.itertuples(index=False, name=None):
        first, *others = (escape(_cell(cell)) for cell in row)
        cells = "".join(f"<td{right}>{cell}</td>" for cell in others)
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<table><caption class="unseen">{escape(alt)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _cell(cell: Any) -> str:
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return ""
    return words.day(cell) if hasattr(cell, "isoformat") else str(cell)
