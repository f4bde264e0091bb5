"""A document as its reader has it, whatever it is written to: its sentences, and a table by its title."""

from __future__ import annotations

import io
from html.parser import HTMLParser

from python_calamine import CalamineWorkbook

from reports.content import Content, Paragraph, Table
from reports.document import Document


def table(content: Content, title: str) -> Table:
    """The one table of this title."""
    (found,) = [one for one in content.tables if one.title == title]
    return found


def words_of(content: Content) -> str:
    """All sentences, a line each."""
    return "\n".join(part.text for part in content.parts if isinstance(part, Paragraph))


VOID = {"meta", "link", "br", "img"}


def sheet(document: Document, name: str) -> list[list[object]]:
    """The rows under the headings of a sheet; none where it only says so."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(document.xlsx)).get_sheet_by_name(name).to_python()
    start = next((place for place, row in enumerate(rows) if "Child" in row), None)
    return [] if start is None else rows[start + 1 :]


def headings(document: Document, name: str) -> list[object]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(document.xlsx)).get_sheet_by_name(name).to_python()
    return next(row for row in rows if "Child" in row)


class Page(HTMLParser):
    """Reads a page, fails on a tag that is not closed, and keeps tables and everything that loads a file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data.replace("\xa0", " ")
