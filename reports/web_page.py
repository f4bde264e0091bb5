"""A document as one HTML file that needs nothing else: to be read on any screen, printed on A4, sent on."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from functools import cache, singledispatch
from html import escape
from pathlib import Path

from charts.palette import Mark
from metrics.wording import words
from reports.content import (
    Bullets,
    Cell,
    Content,
    Figures,
    Heading,
    Meanings,
    NewPage,
    Paragraph,
    Part,
    Pictures,
    States,
    Table,
    ToWrite,
    is_number,
    is_to_write,
    on_a_line,
    text,
)

_MANY_COLUMNS = 16
_SHORT, _LONG = 14, 30


def web_page(content: Content) -> str:
    """The document as HTML: what a table holds in full is left to the workbook."""
    wide = any(len(table.headings) >= _MANY_COLUMNS for table in content.tables if not table.in_full)
    title, choice, handling = map(escape, content.lines)
    looks = " ".join(name for name, holds in (("wide", wide), ("portrait", content.portrait)) if holds)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
            '<meta name="color-scheme" content="light">',
            f"<title>{title}</title>",
            f"<style>\n{_style()}{_page(content)}</style>",
            "</head>",
            f'<body class="{looks}">' if looks else "<body>",
            "<header>",
            f"<h1>{title}</h1>",
            f'<p class="quiet">{choice}</p>',
            f'<p class="records">{handling}</p>',
            "</header>",
            "<main>",
            f'<p class="answer">{escape(content.answer)}</p>',
            *(line for part in content.parts for line in _html(part, content)),
            "</main>",
            f'<footer><p class="quiet">{handling}</p></footer>',
            "</body>",
            "</html>",
            "",
        ]
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("web_page.css").read_text(encoding="utf-8")


def _page(content: Content) -> str:
    """How it lies on paper, and what stands at the foot of every page."""
    lies = "portrait" if content.portrait else "landscape"
    said = content.handling.replace("\\", "").replace('"', "'").replace("<", "")
    return (
        f"@page {{ size: A4 {lies}; margin: 12mm 11mm 14mm;\n"
        f'  @bottom-left {{ content: "{said}"; font: 8pt sans-serif; }}\n'
        '  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; }\n}\n'
    )


def _mark(mark: Mark) -> str:
    return (
        f'<span class="state" style="color: {mark.colour}"><span aria-hidden="true">{mark.shape}</span> '
        f"{escape(mark.word)}</span>"
    )


# -- the parts


@singledispatch
def _html(part: Part, content: Content) -> list[str]:
    """A part as lines of HTML."""
    raise TypeError(f"no way onto a page for {type(part).__name__}")


@_html.register
def _(part: Heading, _content: Content) -> list[str]:
    level = part.level + 1
    return [f"<h{level}>{escape(part.text)}</h{level}>"]


@_html.register
def _(part: Paragraph, _content: Content) -> list[str]:
    look = ' class="quiet"' if part.quiet else ""
    return [f"<p{look}>{escape(part.text)}</p>"]


@_html.register
def _(part: Bullets, _content: Content) -> list[str]:
    return ["<ul>", *(f"<li>{escape(item)}</li>" for item in part.items), "</ul>"]


@_html.register
def _(part: Figures, _content: Content) -> list[str]:
    shown = []
    for figure in part.shown:
        lines = [_mark(figure.mark)] if figure.mark and figure.mark.word else []
        lines += [escape(line) for line in figure.lines]
        shown.append(
            f'<div><dt>{escape(figure.label)}</dt><dd><span class="value">{escape(figure.value)}</span>'
            f"{''.join(f'<span>{line}</span>' for line in lines)}</dd></div>"
        )
    return ['<dl class="figures">', *shown, "</dl>"]


@_html.register
def _(part: Pictures, _content: Content) -> list[str]:
    shown = []
    for picture in part.shown:
        chart = picture.chart
        data = b64encode(chart.png).decode()
        shown.append(
            f"<figure><figcaption><strong>{escape(picture.title)}</strong> "
            f'<span class="quiet">{escape(picture.said)}</span></figcaption>'
            f'<img alt="{escape(chart.alt)}" src="data:image/png;base64,{data}" '
            f'style="width: {chart.width:g}mm; aspect-ratio: {chart.width:g} / {chart.height:g}"></figure>'
        )
    return ['<div class="pictures">', *shown, "</div>"]


@_html.register
def _(part: ToWrite, _content: Content) -> list[str]:
    return [
        f'<section class="to-write"><p>{escape(part.prompt)}</p>'
        f'<div style="min-height: {part.lines * 1.6:g}em"></div></section>'
    ]


@_html.register
def _(_part: NewPage, _content: Content) -> list[str]:
    return ['<div class="new-page"></div>']


@_html.register
def _(_part: States, content: Content) -> list[str]:
    """Children by state, all states, worst first."""
    if not content.counted:
        return []
    items = [
        f'<li><span class="count">{number:,}</span> {_mark(mark)}</li>' for mark, number, _ in content.counted
    ]
    return ['<h2 class="unseen">Children by state</h2>', '<ul class="strip">', *items, "</ul>"]


@_html.register
def _(_part: Meanings, content: Content) -> list[str]:
    if not content.counted:
        return []
    items = [f"<div><dt>{_mark(mark)}</dt><dd>{escape(said)}</dd></div>" for mark, _, said in content.counted]
    return [
        '<section class="meanings"><h2>What the states mean</h2>',
        "<p>A child is in the first that fits.</p>",
        "<dl>",
        *items,
        "</dl></section>",
    ]


@_html.register
def _(table: Table, _content: Content) -> list[str]:
    if table.in_full:
        return []
    level = table.level + 1
    head = [f"<section><h{level}>{escape(table.title)}</h{level}>"]
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
        *([f"<p>{escape(table.said)}</p>"] if table.said else []),
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(table.title)}">',
        '<table role="table">',
        f'<caption class="unseen">{escape(table.title)}</caption>',
        f'<thead role="rowgroup"><tr role="row">{headings}</tr></thead>',
        '<tbody role="rowgroup">',
        *(_row(table, row, looks) for row in table.rows),
        "</tbody></table></div></section>",
    ]


def _row(table: Table, row: tuple[Cell, ...], looks: list[str]) -> str:
    if is_to_write(row):
        lines = '<td role="cell"></td>' * len(row)
        return f'<tr role="row" class="to-write">{lines}</tr>'
    cells = []
    for place, (heading, cell) in enumerate(zip(table.headings, row, strict=True)):
        label = f' data-label="{escape(heading)}"{looks[place]}'
        shown = _cell(on_a_line(cell) if "number" in looks[place] else cell)
        if place == table.key:
            cells.append(f'<th scope="row" role="rowheader"{label}>{shown}</th>')
        else:
            cells.append(f'<td role="cell"{label}>{shown}</td>')
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
