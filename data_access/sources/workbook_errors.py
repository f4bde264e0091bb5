"""Where a workbook shows an error of Excel (#N/A, #REF!) instead of a value.

The library that reads the cells gives an error as a blank one (python-calamine, issue 105), and blank means
not known: a date that a formula failed to find would pass for one that nobody knows. Here the errors are
found in the workbook's own XML, which is opened only where one stands in it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO

from defusedxml.ElementTree import iterparse, parse

Errors = Mapping[tuple[int, int], str]
"""(row, column), both from 0 -> the error as it shows."""

_WORKBOOK, _TARGETS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MARK = re.compile(rb"""\st=["']e["']""")
_BLOCK, _OVERLAP = 1 << 20, 8


def errors_in(content: bytes) -> dict[str, Errors]:
    """The errors of every sheet that shows any, by the sheet's title.

    Raises what zipfile, defusedxml and a look-up raise where the workbook is not whole.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [name for name in book.namelist() if name.endswith(".xml")]
        marked = {name for name in names if "/worksheets/" in name and _is_marked(book, name)}
        if not marked:
            return {}
        return {title: dict(_errors(book, part)) for title, part in _parts(book) if part in marked}


def _is_marked(book: zipfile.ZipFile, part: str) -> bool:
    before = b""
    with book.open(part) as stream:
        while block := stream.read(_BLOCK):
            if _MARK.search(before + block):
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


def _errors(book: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    with book.open(part) as stream:
        yield from _errors_of_rows(stream)


def _errors_of_rows(stream: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    """A row or cell without its reference follows the one before it."""
    row, column = -1, -1
    for event, element in iterparse(stream, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "start" and name == "c":
            column = _column(element.get("r", "")) if element.get("r") else column + 1
        elif event == "end" and name == "c" and element.get("t") == "e":
            yield (row, column), element.findtext("{*}v", "")
        elif event == "end" and name == "row":
            element.clear()


def _column(reference: str) -> int:
    """`C2` is in column 2."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1
