"""Elements of WordprocessingML that python-docx has no call for, or only a slow one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from docx.text.paragraph import Paragraph as Written

from charts.palette import Mark
from reports import word_look as look
from reports.content import Cell, Table, is_number, on_a_line, text
from reports.word_look import element, hexed

_TWIPS = 1440 / 25.4
_CHARACTER, _GAP = 1.75, 2.4
"""What a character and the gap between columns need on average in the size of tables, in millimetres."""
_WIDEST = 44
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRETCHED = 1.6
"""At most so much wider than its text asks: drawn out to the page, numbers lie far from their names."""


def new_table(style: str, widths: Sequence[float], said: str, *, has_headings: bool = True) -> Any:
    """An empty table with columns of widths in millimetres, and the words for it."""
    table = element("w:tbl")
    properties = element("w:tblPr")
    properties.append(element("w:tblStyle", val=style))
    properties.append(element("w:tblW", w=str(_twips(sum(widths))), type="dxa"))
    properties.append(element("w:tblLayout", type="fixed"))
    properties.append(
        element(
            "w:tblLook", val="0620" if has_headings else "0600", firstRow=str(int(has_headings)), lastRow="0",
            firstColumn="0", lastColumn="0", noHBand="1", noVBand="1",
        )
    )  # fmt: skip
    properties.append(element("w:tblCaption", val=writable(said)))
    grid = element("w:tblGrid")
    for width in widths:
        grid.append(element("w:gridCol", w=str(_twips(width))))
    table.extend((properties, grid))
    return table


def new_row(table: Any, *, heads: bool = False, height: float | None = None) -> Any:
    """A row that no page's end parts; `heads` repeats it on every page; height in millimetres, at least."""
    row, properties = element("w:tr"), element("w:trPr")
    properties.append(element("w:cantSplit"))
    if height:
        properties.append(element("w:trHeight", val=str(_twips(height)), hRule="atLeast"))
    if heads:
        properties.append(element("w:tblHeader"))
    row.append(properties)
    table.append(row)
    return row


def new_cell(row: Any, width: float) -> Any:
    cell, properties = element("w:tc"), element("w:tcPr")
    properties.append(element("w:tcW", w=str(_twips(width)), type="dxa"))
    cell.append(properties)
    row.append(cell)
    return cell


def fill(cell: Any, said: Cell, *, right: bool, keep: bool, style: str = look.CELL) -> None:
    """Put a value into a cell; keep: on the page of the next row."""
    made, properties = element("w:p"), element("w:pPr")
    properties.append(element("w:pStyle", val=style.replace(" ", "")))
    if keep:
        properties.append(element("w:keepNext"))
    if right:
        properties.append(element("w:jc", val="right"))
    made.append(properties)
    cell.append(made)
    add_cell(Written(made, None), on_a_line(said) if right else said)  # type: ignore[arg-type]  # it needs no parent to be written to


def writable(said: str) -> str:
    """Without the characters that XML cannot hold, which a source may have carried here."""
    return _UNWRITABLE.sub("", said)


def add_cell(paragraph: Written, said: Cell) -> None:
    """A value as text; a state in its colour."""
    if said is None or said == "":
        return
    run = paragraph.add_run(writable(text(said)))
    if isinstance(said, Mark):
        properties = run._r.get_or_add_rPr()
        properties.append(element("w:b"))
        properties.append(element("w:color", val=hexed(said.colour)))


def add_field(paragraph: Written, name: str, after: str) -> None:
    """A field that Word works out, such as the page's number."""
    field = element("w:fldSimple", instr=f" {name} ")
    run = paragraph.add_run("1")._r
    run.getparent().remove(run)
    field.append(run)
    paragraph._p.append(field)
    if after:
        paragraph.add_run(after)


def to_fill(paragraph: Any, title: str, number: int) -> Any:
    """A place that Word shows as one to type in; what stands in it goes at the first key."""
    control, properties, inside = element("w:sdt"), element("w:sdtPr"), element("w:sdtContent")
    properties.append(element("w:alias", val=writable(title)[:60]))
    properties.append(element("w:tag", val=f"words_{number}"))
    properties.append(element("w:id", val=str(number)))
    properties.append(element("w:showingPlcHdr"))
    inside.append(paragraph)
    control.extend((properties, inside))
    return control


def widths_of(table: Table, total: float) -> list[float]:
    """How wide each column is, in millimetres: as its text asks, at least its longest word or day."""
    if table.widths:
        return [width * total / sum(table.widths) for width in table.widths]
    wanted, least = [], []
    for place, heading in enumerate(table.headings):
        right = is_number(table, place)
        cells = [text(on_a_line(row[place]) if right else row[place]) for row in table.rows]
        whole = [text(row[place]) for row in table.rows if isinstance(row[place], date | Mark)]
        parts = [*whole, *(part for cell in (heading, *cells) for part in cell.split(" "))]
        least.append(max(map(len, parts), default=1) * _CHARACTER + _GAP)
        longest = max([*(len(cell) for cell in cells), *(len(part) for part in heading.split())])
        wanted.append(max(least[-1], min(longest, _WIDEST) * _CHARACTER + _GAP))
    if sum(wanted) <= total:
        return [width * min(total / sum(wanted), _STRETCHED) for width in wanted]
    if sum(least) >= total:
        return [width * total / sum(least) for width in least]
    share = (total - sum(least)) / (sum(wanted) - sum(least))
    return [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)
