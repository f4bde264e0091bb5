"""What a document says as pieces of a page, so that nobody writes it twice.

Places to write and pages' ends are for paper and left out; pictures are drawn for paper too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import pandas as pd

from metrics.wording import words
from pages.pieces.pieces import CHILD, Figure, Figures, Heading, LongTable, Pieces, Table, Text
from reports import content
from reports.content import is_number, is_to_write, text


def pieces_of(parts: Iterable[content.Part]) -> Pieces:
    """The parts one under the other."""
    return tuple(piece for part in parts for piece in _shown(part))


@singledispatch
def _shown(_part: content.Part) -> Pieces:
    return ()


@_shown.register
def _(part: content.Heading) -> Pieces:
    return (Heading(part.text),)


@_shown.register
def _(part: content.Paragraph) -> Pieces:
    return (Text(f":small[{part.text}]" if part.quiet else part.text),)


@_shown.register
def _(part: content.Bullets) -> Pieces:
    return (Text("\n".join(f"- {item}" for item in part.items)),)


@_shown.register
def _(part: content.Figures) -> Pieces:
    return (Figures(tuple(Figure(one.label, one.value, "  \n".join(one.lines)) for one in part.shown)),)


@_shown.register
def _(part: content.Table) -> Pieces:
    """Rows of children in a table that opens them; others small enough to be read whole."""
    rows = [row for row in part.rows if not is_to_write(row)]
    if part.rows and not rows:
        return ()
    named = (Heading(part.title), *((Text(part.said),) if part.said else ()))
    if not rows:
        return named
    alt = f"{part.title}: {words.count(len(rows), 'row')}"
    if CHILD in part.headings:
        frame = pd.DataFrame(rows, columns=list(part.headings), dtype=object)
        return (*named, LongTable(frame.dropna(axis="columns", how="all"), alt))
    cells = [[words.plain(text(cell)) for cell in row] for row in rows]
    frame = pd.DataFrame(cells, columns=list(part.headings))
    all_numbers = all(is_number(part, place) for place in range(len(part.headings)) if place != part.key)
    return (*named, Table(frame, alt, part.sheet.lower().replace(" ", "_"), words=not all_numbers))
