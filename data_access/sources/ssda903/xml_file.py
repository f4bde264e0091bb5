"""The 903 XML as the tables its CSV form has (`formats.md` section 2).

`EXPSSDA903` holds `CHILD`s, each with one `HEADER` (with groups such as `AREVIEW` inside) and its
`EPISODE`s. Parsed with defusedxml as a stream of events; a DTD or an entity is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

ROOT, HEADER, EPISODE = "EXPSSDA903", "HEADER", "EPISODE"

_TITLES = {
    HEADER: "Header",
    EPISODE: "Episodes",
    "AREVIEW": "Reviews",
    "UASC": "UASC",
    "AD_PLACED": "PlacedAdoption",
    "AMISSING": "Missing",
    "PERMANENCE": "PrevPerm",
}
"""Element -> the table it is a row of; other groups inside HEADER keep their own name."""

_ALWAYS = {
    HEADER: ("CHILD", "SEX", "DOB", "ETHNIC"),
    EPISODE: ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"),
    "AREVIEW": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "UASC": ("CHILD", "SEX", "DOB", "DUC"),
}
"""The columns a table has even where no row fills them: an element left out is a blank cell."""

_CSV_NAMES = {"CHILDID": "CHILD", "PL": "PLACE"}

Row = dict[str, str]
ReturnTable = tuple[str, tuple[str, ...], list[int], list[list[str]]]


def tables_of_return(stream: BinaryIO) -> Iterator[ReturnTable]:
    """The tables of a 903 XML: (title, headings, line of each row, rows of text).

    Header and Episodes always, the others where the return has rows for them. The line is that
    of the row's element, moved on where several elements stand on one line, so that a table's
    lines differ. Raises ValueError, in words that follow the file's name, for what is not a
    903 XML, is broken, or holds a DTD or entities.
    """
    reader = _Reader()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.forbid_entities = True
    parser.forbid_external = True
    parser.setContentHandler(reader)
    try:
        parser.parse(stream)
    except DefusedXmlException:
        raise ValueError(
            "holds a document type (DTD) or entities, which no 903 return has: it is refused, not opened. "
            "Do not load it; export the return again from the case system."
        ) from None
    except _NotAReturnError as problem:
        raise ValueError(
            f"is not a 903 return: it begins with <{problem}> and a return with <{ROOT}>. "
            "Export the SSDA903 return as XML."
        ) from None
    except Exception as problem:  # a SAXParseException, or a UnicodeError from the bytes
        line = getattr(problem, "getLineNumber", lambda: None)()
        where = f" at line {line}" if line else ""
        raise ValueError(
            f"is not a whole XML file: it breaks off or is damaged{where}. Export the return again."
        ) from None
    yield from reader.tables()


class _NotAReturnError(Exception):
    """The root element is another one."""


class _Reader(ContentHandler):
    """Collects the rows of the return as its elements go by.

    The path of an element says what it is: 2 deep a CHILD, 3 a HEADER or EPISODE, 4 a cell of it or a
    group (`AREVIEW`), 5 a cell of the group.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locator: Locator | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._part: Row = {}
        self._part_line = 0
        self._group: Row = {}
        self._group_line = 0
        self._child: list[tuple[str, int, Row]] = []
        self._header: Row = {}
        self._found: dict[str, list[tuple[int, Row]]] = {HEADER: [], EPISODE: []}

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the interface's name
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        if not self._path and name != ROOT:
            raise _NotAReturnError(name)
        self._path.append(name)
        self._text = []
        line = (self._locator.getLineNumber() if self._locator else None) or 0
        if len(self._path) == 2:
            self._child, self._header = [], {}
        elif len(self._path) == 3:
            self._part, self._part_line = {}, line
        elif len(self._path) == 4:
            self._group, self._group_line = {}, line

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        text = "".join(self._text).strip()
        self._text = []
        depth = len(self._path)
        if depth == 5:
            self._group[_CSV_NAMES.get(name, name)] = text
        elif depth == 4 and self._group:
            self._child.append((name, self._group_line, self._group))
        elif depth == 4:
            self._part[_CSV_NAMES.get(name, name)] = text
        elif depth == 3:
            self._child.append((name, self._part_line, self._part))
            if name == HEADER:
                self._header = self._part
        elif depth == 2:
            self._end_of_child()
        self._path.pop()

    def _end_of_child(self) -> None:
        """Give every row of the child what the CSV form repeats from the header."""
        child = {name: self._header.get(name, "") for name in ("CHILD", "DOB", "SEX")}
        for tag, line, row in self._child:
            if tag == HEADER and (row.get("DUC") or row.get("UASC") in ("1", "true")):
                self._add("UASC", line, child | {"DUC": row.get("DUC", "")})
            if tag == HEADER:
                self._add(tag, line, row)
            elif tag == EPISODE:
                self._add(tag, line, {"CHILD": child["CHILD"], **row})
            else:
                self._add(tag, line, {"CHILD": child["CHILD"], "DOB": child["DOB"], **row})

    def _add(self, tag: str, line: int, row: Row) -> None:
        rows = self._found.setdefault(tag, [])
        rows.append((max(line, rows[-1][0] + 1) if rows else line, row))

    def tables(self) -> Iterator[ReturnTable]:
        """The tables, once the document has ended."""
        for tag, found in self._found.items():
            headings = dict.fromkeys(_ALWAYS.get(tag, ()))
            for _, row in found:
                headings |= dict.fromkeys(row)
            yield (
                _TITLES.get(tag, tag),
                tuple(headings),
                [line for line, _ in found],
                [[row.get(heading, "") for heading in headings] for _, row in found],
            )
