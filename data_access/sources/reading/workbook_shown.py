"""Where a workbook shows something else than the library that reads its cells gives (python-calamine).

An error of Excel (#N/A, #REF!) comes as a blank cell (its issue 105), and blank means not known: a date that
a formula failed to find would pass for one that nobody knows. A number comes without its format, and an
identifier shown as 000009 would lose its zeros, which it keeps where the same sheet is saved as CSV. Both are
found in the workbook's own XML, of which a sheet is opened only where one of them stands in it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.handler import ContentHandler

from defusedxml.ElementTree import parse
from defusedxml.sax import parse as parse_as_stream

Shown = Mapping[int, Mapping[int, str]]
"""row -> column, both from 0 -> the text that the cell shows"""

_WORKBOOK, _TARGETS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_ZEROS = re.compile("0{2,}")
"""A format that shows a whole number with leading zeros, and shows nothing else."""
_BLOCK, _OVERLAP = 1 << 20, 16


def shown_otherwise(content: bytes) -> dict[str, Shown]:
    """The cells that show an error or a number with leading zeros, by the title of their sheet.

    Raises what zipfile, the parsers of XML and a look-up raise where the workbook is not whole.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        digits = _digits_by_style(book)
        styles = b"|".join(style.encode() for style in digits)
        mark = re.compile(rb"""\s(t=["']e["']|s=["'](%s)["'])""" % styles)
        names = [name for name in book.namelist() if name.endswith(".xml")]
        marked = {name for name in names if "/worksheets/" in name and _is_marked(book, name, mark)}
        if not marked:
            return {}
        return {title: _shown(book, part, digits) for title, part in _parts(book) if part in marked}


def _digits_by_style(book: zipfile.ZipFile) -> dict[str, int]:
    """The styles, as cells name them, that show leading zeros, and how many digits they show at least."""
    if _STYLES not in book.namelist():
        return {}
    with book.open(_STYLES) as stream:
        root = parse(stream).getroot()
    digits: dict[str | None, int] = {}
    for form in root.iterfind("{*}numFmts/{*}numFmt"):
        of_positive = form.get("formatCode", "").split(";")[0]
        if _ZEROS.fullmatch(of_positive):
            digits[form.get("numFmtId")] = len(of_positive)
    forms = [style.get("numFmtId") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return {str(place): digits[form] for place, form in enumerate(forms) if form in digits}


def _is_marked(book: zipfile.ZipFile, part: str, mark: re.Pattern[bytes]) -> bool:
    before = b""
    with book.open(part) as stream:
        while block := stream.read(_BLOCK):
            if mark.search(before + block):
                return True
            before = block[-_OVERLAP:]
    return False


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The title of every sheet and the part of the workbook that holds it."""
    with book.open(_TARGETS) as stream:
        targets = {each.attrib["Id"]: each.attrib["Target"] for each in parse(stream).getroot()}
    with book.open(_WORKBOOK) as stream:
        sheets = parse(stream).getroot().findall(".//{*}sheet")
    for sheet in sheets:
        (relation,) = (value for name, value in sheet.attrib.items() if name.endswith("}id"))
        yield sheet.attrib["name"], posixpath.normpath(posixpath.join("/xl", targets[relation]))[1:]


def _shown(book: zipfile.ZipFile, part: str, digits: Mapping[str, int]) -> Shown:
    cells = _Cells(digits)
    with book.open(part) as stream:
        parse_as_stream(stream, cells)
    return cells.shown


class _Cells(ContentHandler):
    """Reads a sheet. A row or cell without its reference follows the one before it."""

    def __init__(self, digits: Mapping[str, int]) -> None:
        super().__init__()
        self.shown: dict[int, dict[int, str]] = defaultdict(dict)
        self._digits = digits
        self._row, self._column = -1, -1
        self._wanted = 0
        """Of the cell being read: how many digits it shows at least; -1 an error, 0 what the library says."""
        self._value: list[str] | None = None

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the parser's name
        name = name.rpartition(":")[2]
        if name == "c":
            reference = attrs.get("r")
            self._column = _column(reference) if reference else self._column + 1
            kind = attrs.get("t", "n")
            self._wanted = -1 if kind == "e" else self._digits.get(attrs.get("s"), 0) if kind == "n" else 0
        elif name == "row":
            self._row, self._column = int(attrs.get("r", self._row + 2)) - 1, -1
        elif name == "v" and self._wanted:
            self._value = []

    def characters(self, content: str) -> None:
        if self._value is not None:
            self._value.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser's name
        if self._value is None:
            return
        text, self._value = "".join(self._value), None
        if self._wanted < 0:
            self.shown[self._row][self._column] = text
        elif text and (number := float(text)).is_integer() and number >= 0:
            self.shown[self._row][self._column] = str(int(number)).zfill(self._wanted)


def _column(reference: str) -> int:
    """`C2` is in column 2."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1
