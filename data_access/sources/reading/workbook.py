"""The sheets of an Excel workbook as text, each cell as it shows."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import ParseError
from xml.sax import SAXParseException

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from data_access.sources.reading.problems import FileProblem
from data_access.sources.reading.unpack import Unit
from data_access.sources.reading.workbook_shown import Shown, shown_otherwise

MAX_BOOK = 256 * 1024**2
"""Bytes of a workbook file."""
MAX_UNPACKED = 2 * 1024**3
"""Bytes its parts may unpack to: a full sheet of Excel (a million rows) stays below."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet as it shows. lines: Excel's number of each row; digest: of the whole workbook's bytes."""

    title: str
    headings: tuple[str, ...]
    lines: Sequence[int]
    rows: list[list[str]]
    digest: str


def sheets_of(unit: Unit) -> Iterator[Sheet]:
    """Every worksheet, its first row with anything on it as headings; blank rows left out.

    Raises FileProblem for a workbook that is damaged, protected or too large.
    """
    with unit.open() as stream:
        content = stream.read(MAX_BOOK + 1)
    _refuse_too_large(unit.name, content)
    otherwise = _shown_otherwise(unit.name, content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            digest = hashlib.sha256(content).hexdigest()
            for meta in book.sheets_metadata:
                if meta.typ is SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(meta.name)
                    rows = _as_shown(sheet, otherwise.get(meta.name, {}))
                    yield _sheet(meta.name, rows, digest)
    except PasswordError as problem:
        raise FileProblem(
            unit.name, "is protected by a password. Save it without one and load again."
        ) from problem
    except CalamineError as problem:
        raise _unreadable(unit.name) from problem


def _unreadable(name: str) -> FileProblem:
    return FileProblem(
        name,
        "cannot be read as an Excel workbook: it is damaged, cut off or protected by a password. "
        "Open it in Excel, save it as .xlsx without a password, and load again.",
    )


def _refuse_too_large(name: str, content: bytes) -> None:
    too_large = FileProblem(name, "is too large a workbook to read. Save its sheets as CSV and load those.")
    if len(content) > MAX_BOOK:
        raise too_large
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError) as problem:
        raise _unreadable(name) from problem
    if unpacked > MAX_UNPACKED:
        raise too_large


def _shown_otherwise(name: str, content: bytes) -> dict[str, Shown]:
    try:
        return shown_otherwise(content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ParseError,
        SAXParseException,
        KeyError,
        ValueError,
    ) as problem:
        raise _unreadable(name) from problem


def _as_shown(sheet: CalamineSheet, otherwise: Shown) -> Iterator[list[object]]:
    """The rows of a sheet with what some cells show otherwise. (They begin with the first column in use.)"""
    first = (sheet.start or (0, 0))[1]
    for place, cells in enumerate(sheet.iter_rows()):
        row = list[object](cells)
        for column, text in otherwise.get(place, {}).items():
            row[column - first] = text
        yield row


def _sheet(title: str, cells: Iterable[Sequence[object]], digest: str) -> Sheet:
    headings: tuple[str, ...] = ()
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, row in enumerate(cells, start=1):
        shown = [_text(cell) for cell in row]
        if not any(cell.strip() for cell in shown):
            continue
        if not headings:
            headings = tuple(cell.strip() for cell in shown)
        else:
            lines.append(line)
            rows.append(shown)
    return Sheet(title, headings, lines, rows, f"{digest} {title}")


def _text(cell: object) -> str:
    """A cell as Excel shows it in its general format; days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell.replace("\x00", "")  # Excel writes one as _x0000_; no database takes it
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second or cell.microsecond)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
