"""A document as an Excel workbook: a summary, and a sheet per table that says something; text stays text,
days are days, numbers are numbers."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from charts.palette import ACCENT, BAND, INK, LINE, QUIET, STATES, Mark
from metrics.wording import words
from reports.content import Cell, Content, Figures, Heading, Table, is_number, is_to_write, one_line, text

_DAY = "ddd d mmm yyyy"
_A4 = 9
_WIDEST = 38
_SUMMARY = (34, 12, 92)
"""Widths of the columns of the summary."""
_LINE, _TITLE = 15.5, 23
"""Heights of a line and of the title, in points."""
_NUMBER = re.compile(r"(-?\d[\d,]*)(?:\.(\d+))?(%?)")
"""A number as documents write it: `1,223`, `4.9`, `61.1%`."""


def workbook(content: Content) -> bytes:
    """The document as the bytes of an .xlsx file; the same document gives the same bytes."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": content.title,
                "comments": content.handling,
                "created": datetime.combine(content.as_at, time()),
            }
        )
        writer = _Writer(book, content)
        writer.write()
    return out.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, content: Content) -> None:
        self._book, self._content = book, content
        self._tables = [table for table in content.tables if not _is_to_write(table)]
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
        ruled = {**base, "bottom": 1, "bottom_color": LINE}

        def of(**more: object) -> Format:
            return book.add_format({**base, **more})

        self._title = of(bold=True, font_size=16, font_color=ACCENT)
        self._quiet = of(font_color=QUIET)
        self._bold = of(bold=True)
        self._wrapped = of(text_wrap=True)
        self._section = of(bold=True, font_size=13, font_color=ACCENT)
        self._heading = of(bold=True, bg_color=BAND, text_wrap=True, bottom=1, bottom_color=ACCENT)
        self._number_heading = of(
            bold=True,
            bg_color=BAND,
            text_wrap=True,
            bottom=1,
            bottom_color=ACCENT,
            align="right",
            indent=1,
        )
        self._link = of(font_color=ACCENT, underline=1, bottom=1, bottom_color=LINE)
        self._text = book.add_format({**ruled, "text_wrap": True, "num_format": "@"})
        self._number = {
            shown: book.add_format({**ruled, "num_format": shown, "align": "right", "indent": 1})
            for shown in ("#,##0", "#,##0.0", "#,##0.00", "0%", "0.0%", "0.00%")
        }
        self._counted = book.add_format(
            {**ruled, "text_wrap": True, "num_format": "@", "align": "right", "indent": 1}
        )
        self._day = book.add_format({**ruled, "num_format": _DAY, "align": "left"})
        self._marks = {
            mark: book.add_format({**ruled, "bold": True, "font_color": mark.colour})
            for mark in STATES.values()
        }

    def write(self) -> None:
        """The summary, and a sheet for each table."""
        self._summary()
        for table in self._tables:
            self._sheet(table)

    def _summary(self) -> None:
        """What the workbook is of, the answer, children by state, figures, and what each sheet holds."""
        sheet = self._new("Summary")
        for place, width in enumerate(_SUMMARY):
            sheet.set_column(place, place, width)
        row = self._lines(sheet)
        sheet.merge_range(row, 0, row, 2, "", self._wrapped)
        sheet.write_string(row, 0, self._content.answer, self._wrapped)
        sheet.set_row(row, _height([self._content.answer], [sum(_SUMMARY)]))
        row += 2
        if self._content.counted:
            self._headings(sheet, row, ("State", "Children", "What puts a child in it"), {1})
            for mark, number, meaning in self._content.counted:
                row += 1
                cells = (mark, number, words.sentence(meaning))
                self._cells(sheet, row, cells)
                sheet.set_row(row, _height(cells, _SUMMARY))
            row += 2
        if figures := _figures(self._content):
            self._headings(sheet, row, ("Figure", "Value", "What it was counted from, and its standard"), {1})
            for figure in figures:
                row += 1
                self._cells(sheet, row, figure, {1})
                sheet.set_row(row, _height(figure, _SUMMARY))
            row += 2
        self._headings(sheet, row, ("Sheet", "Rows", "What it holds"), {1})
        for table in self._tables:
            row += 1
            sheet.write_url(row, 0, f"internal:'{table.sheet}'!A1", self._link, table.sheet)
            self._cells(sheet, row, (len(table.rows), table.said), start=1)
            sheet.set_row(row, _height((table.sheet, len(table.rows), table.said), _SUMMARY))

    def _sheet(self, table: Table) -> None:
        """One table: lines on top that stay in sight with its headings, then the rows, ready to print."""
        sheet = self._new(table.sheet)
        row = self._lines(sheet)
        sheet.write_string(row, 0, table.title, self._section)
        sheet.write_string(row + 1, 0, table.said, self._quiet)
        if not table.rows:
            return
        row += 3
        numbers = {place for place in range(len(table.headings)) if is_number(table, place)}
        self._headings(sheet, row, table.headings, numbers)
        widths = [_width(table, place, heading) for place, heading in enumerate(table.headings)]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_row(row, _height(table.headings, widths))
        for number, cells in enumerate(table.rows, row + 1):
            self._cells(sheet, number, cells, numbers)
            sheet.set_row(number, _height(cells, widths))
        sheet.freeze_panes(row + 1, table.key + 1)
        sheet.autofilter(row, 0, row + len(table.rows), len(table.headings) - 1)
        sheet.repeat_rows(row)

    def _new(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&9{self._content.handling}&R&9&A, page &P of &N")
        return sheet

    def _lines(self, sheet: Worksheet) -> int:
        """The lines on top; returns the row after them and a blank one."""
        for row, (line, form) in enumerate(
            zip(self._content.lines, (self._title, self._quiet, self._bold), strict=True)
        ):
            sheet.write_string(row, 0, line, form)
        sheet.set_row(0, _TITLE)
        return len(self._content.lines) + 1

    def _headings(self, sheet: Worksheet, row: int, headings: tuple[str, ...], numbers: set[int]) -> None:
        for place, heading in enumerate(headings):
            sheet.write_string(
                row, place, heading, self._number_heading if place in numbers else self._heading
            )

    def _cells(
        self,
        sheet: Worksheet,
        row: int,
        cells: tuple[Cell, ...],
        numbers: Collection[int] = (),
        start: int = 0,
    ) -> None:
        """Cells of a row; numbers: the places of columns whose words are numbers."""
        for place, cell in enumerate(cells, start):
            if isinstance(cell, Mark):
                sheet.write_string(row, place, text(cell), self._marks[cell])
            elif isinstance(cell, date):
                sheet.write_datetime(row, place, datetime.combine(cell, time()), self._day)
            elif isinstance(cell, int):
                sheet.write_number(row, place, cell, self._number["#,##0"])
            elif cell and place in numbers:
                self._said_number(sheet, row, place, cell)
            elif cell:
                sheet.write_string(row, place, cell, self._text)
            else:
                sheet.write_blank(row, place, None, self._text)

    def _said_number(self, sheet: Worksheet, row: int, place: int, said: str) -> None:
        """A number as one, shown as it was said; what is hidden or more than one (`8 of 10`) as text."""
        found = _NUMBER.fullmatch(said)
        shown = _shown_as(found) if found else ""
        if found and shown in self._number:
            value = float(said.replace(",", "").rstrip("%"))
            sheet.write_number(row, place, value / 100 if found[3] else value, self._number[shown])
        else:
            sheet.write_string(row, place, said, self._counted)


def _is_to_write(table: Table) -> bool:
    """Whether a table is only room to write, which Word and the page have."""
    return bool(table.rows) and all(is_to_write(row) for row in table.rows)


def _shown_as(number: re.Match[str]) -> str:
    """The format in which Excel shows a number as it was written."""
    decimals = f".{'0' * len(number[2])}" if number[2] else ""
    return f"0{decimals}%" if number[3] else f"#,##0{decimals}"


def _figures(content: Content) -> list[tuple[Cell, ...]]:
    """The numbers that are read first, each under its section's name, with what it was counted from."""
    found: dict[tuple[Cell, ...], None] = {}
    section = ""
    for part in content.parts:
        if isinstance(part, Heading):
            section = f"{part.text}: "
        if isinstance(part, Figures):
            for one in part.shown:
                mark = text(one.mark) if one.mark and one.mark.word else ""
                found[f"{section}{one.label}", one.value, one_line([*one.lines, mark])] = None
    return list(found)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """What a row needs for its longest text: not every program works it out when it opens a file."""
    lines = [
        len(textwrap.wrap(text(cell), max(int(width) - 1, 1)))
        for cell, width in zip(cells, widths, strict=True)
    ]
    return _LINE * max([1, *lines])


def _width(table: Table, place: int, heading: str) -> float:
    """Wide enough for the longest value and for the longest word of the heading."""
    longest = max((len(text(row[place])) for row in table.rows), default=0)
    word = max(len(part) for part in heading.split())
    return min(_WIDEST, max(longest + 2, word + 4, 9))
