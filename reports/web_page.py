"""A document as one HTML file that needs nothing else: to be read on any screen, printed on A4, sent on."""

from __future__ import annotations

from datetime import date
from functools import cache
from html import escape
from pathlib import Path

from charts.palette import Mark
from metrics import words
from reports.content import Cell, Content, Table, is_number, text

_MANY_COLUMNS = 16
_SHORT, _LONG = 14, 30


def web_page(content: Content) -> str:
    """The document as HTML: what a table holds in full is left to the workbook."""
    tables = [table for table in content.tables if not table.in_full]
    title, choice, records = map(escape, content.lines)
    wide = ' class="wide"' if any(len(table.headings) >= _MANY_COLUMNS for table in tables) else ""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="color-scheme" content="light">',
            f"<title>{title}</title>",
            f"<style>\n{_style()}</style>",
            "</head>",
            f"<body{wide}>",
            "<header>",
            f"<h1>{title}</h1>",
            f'<p class="quiet">{choice}</p>',
            f'<p class="records">{records}</p>',
            "</header>",
            "<main>",
            f'<p class="answer">{escape(content.answer)}</p>',
            *_strip(content),
            *(line for number, table in enumerate(tables, 1) for line in _section(table, number)),
            *_meanings(content),
            "</main>",
            f'<footer><p class="quiet">{records}</p></footer>',
            "</body>",
            "</html>",
            "",
        ]
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("web_page.css").read_text(encoding="utf-8")


def _mark(mark: Mark) -> str:
    return (
        f'<span class="state" style="color: {mark.colour}"><span aria-hidden="true">{mark.shape}</span> '
        f"{escape(mark.word)}</span>"
    )


def _strip(content: Content) -> list[str]:
    """Children by state, all states, worst first."""
    if not any(content.states.values()):
        return []
    items = [
        f'<li><span class="count">{number:,}</span> {_mark(mark)}</li>' for mark, number, _ in content.counted
    ]
    return ['<h2 class="unseen">Children by state</h2>', '<ul class="strip">', *items, "</ul>"]


def _meanings(content: Content) -> list[str]:
    if not any(content.states.values()):
        return []
    items = [f"<div><dt>{_mark(mark)}</dt><dd>{escape(said)}</dd></div>" for mark, _, said in content.counted]
    return [
        '<section class="meanings"><h2>What the states mean</h2>',
        "<p>A child is in the first that fits.</p>",
        "<dl>",
        *items,
        "</dl></section>",
    ]


def _section(table: Table, number: int) -> list[str]:
    head = [f"<section><h2>{escape(table.title)}</h2>"]
    if not table.rows:
        return [*head, f'<p class="good">{escape(table.said)}</p></section>']
    # Roles are said because a table drawn as cards on a phone is no table to a screen reader otherwise.
    looks = [_look(table, place) for place in range(len(table.headings))]
    headings = "".join(
        f'<th scope="col" role="columnheader"{_number(look)}>{escape(heading)}</th>'
        for heading, look in zip(table.headings, looks, strict=True)
    )
    return [
        *head,
        f'<p id="said{number}">{escape(table.said)}</p>',
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="said{number}">',
        '<table role="table">',
        f'<caption class="unseen">{escape(table.title)}</caption>',
        f'<thead role="rowgroup"><tr role="row">{headings}</tr></thead>',
        '<tbody role="rowgroup">',
        *(_row(table, row, looks) for row in table.rows),
        "</tbody></table></div></section>",
    ]


def _row(table: Table, row: tuple[Cell, ...], looks: list[str]) -> str:
    cells = []
    for place, (heading, cell) in enumerate(zip(table.headings, row, strict=True)):
        label = f' data-label="{escape(heading)}"{looks[place]}'
        if place == table.key:
            cells.append(f'<th scope="row" role="rowheader"{label}>{_cell(cell)}</th>')
        else:
            cells.append(f'<td role="cell"{label}>{_cell(cell)}</td>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _look(table: Table, place: int) -> str:
    """How a column is set: numbers to the right, short text on one line, room for long text."""
    if is_number(table, place):
        return ' class="number"'
    values = [row[place] for row in table.rows if row[place] is not None]
    longest = max((len(text(value)) for value in values), default=0)
    if longest >= _LONG:
        return ' class="long"'
    is_short = longest <= _SHORT and not any(isinstance(value, date) for value in values)
    return ' class="short"' if is_short else ""


def _number(look: str) -> str:
    return look if "number" in look else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return _mark(cell)
    if isinstance(cell, date):
        joined = words.day(cell).replace(" ", "&nbsp;", 2)  # breaks before the year, if it must
        return f'<time datetime="{cell.isoformat()}">{joined}</time>'
    return escape(text(cell))
