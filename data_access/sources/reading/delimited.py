"""CSV and its relatives: which encoding, which delimiter, which line."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data_access.sources.reading.problems import Chunk, Columns, FileProblem
from data_access.sources.reading.unpack import Unit

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t")
_BLOCK, _HEAD = 1 << 20, 4096
_AT_ONCE = 3 << 18
"""Characters read at once where rows are plain: few enough to stay in the processor's cache."""
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_TOO_LONG = (
    "has a cell longer than a million characters here or below: a quotation mark is probably opened and "
    "not closed. Close it, or export the file again."
)
_QUOTE_IN_CELL = (
    'a quotation mark stands in the wrong place: double it ("") inside a quoted cell, or remove it'
)
_QUOTE_IN_HEADINGS = "a quotation mark among the headings stands in the wrong place. Remove it."
_CHANGED = "changed while it was read. Close it elsewhere and load again."
_NEVER_CLOSED = (
    "a quotation mark opened here is not closed on its line, so the rows after it cannot be told apart. "
    "Close it, or export the file again."
)
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class NoHeadingsError(Exception):
    """The file has no line with anything on it."""


@dataclass(frozen=True)
class Scan:
    """What one pass over a file's bytes says about it."""

    digest: str
    encoding: str


def scan(unit: Unit) -> Scan:
    """The digest and the encoding of a file.

    The encoding is the byte order mark's; without one UTF-8 if the whole file is that, else
    Windows-1252. Raises FileProblem for bytes that are no text.
    """
    with unit.open() as stream:
        head = stream.read(_HEAD)
    _refuse_other_formats(unit.name, head)
    marked = _marked(head) or _unmarked_utf_16(head)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        digest = _digest_if_decodable(unit, encoding)
        if digest is not None:
            return Scan(digest, encoding)
    raise FileProblem(
        unit.name,
        "cannot be read as text: it is damaged, cut off, or not a CSV. Export it again as CSV UTF-8.",
    )


def _digest_if_decodable(unit: Unit, encoding: str) -> str | None:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)()
    with unit.open() as stream:
        while True:
            block = stream.read(_BLOCK)
            digest.update(block)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError:
                return None
            if "\x00" in text:
                raise FileProblem(
                    unit.name,
                    "holds NUL bytes, so it is no CSV or it is damaged. Export it again as CSV UTF-8.",
                )
            if not block:
                return digest.hexdigest()


def _marked(block: bytes) -> str | None:
    if block.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _unmarked_utf_16(block: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its headings is zero."""
    head = block[:64]
    even, odd = head[0::2], head[1::2]
    if len(head) >= 4 and not any(odd) and all(even):
        return "utf-16-le"
    if len(head) >= 4 and not any(even) and all(odd):
        return "utf-16-be"
    return None


def _refuse_other_formats(name: str, block: bytes) -> None:
    if block.startswith(b"PK\x03\x04"):
        raise FileProblem(name, "is an Excel workbook or a zip under another name. Name it .xlsx or .zip.")
    if block.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileProblem(
            name,
            "is an old or password-protected Excel workbook. Save it as CSV or as .xlsx without password.",
        )
    if block.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise FileProblem(name, "is a web page, not a CSV. Export it again as CSV or Excel.")


class Rows:
    """The rows of one opened file and the line each begins on. `headings` are stripped."""

    def __init__(self, unit: Unit, encoding: str) -> None:
        self._name = unit.name
        self._file = io.TextIOWrapper(unit.open(), encoding, newline="")
        self._skipped = 0  # lines taken before the reader's own count
        first = self._first_line(self._file)
        self._delimiter = _delimiter(first)
        self._reader = self._reader_of((first,))
        taken = self.take(1)
        if taken.refused or not taken.rows:
            raise FileProblem(self._name, _QUOTE_IN_HEADINGS, line=self._skipped + 1)
        self.headings = tuple(cell.strip() for cell in taken.rows[0])

    def _first_line(self, lines: Iterator[str]) -> str:
        for line in lines:
            if line.strip(' \t\r\n,;"\ufeff') and not _SEP_LINE.fullmatch(line):
                return line
            self._skipped += 1
        self._file.close()
        raise NoHeadingsError

    def _reader_of(self, lines: Iterable[str]) -> Reader:
        """A reader of these lines and those of the file after them."""
        # Strict, so that a quotation mark in the wrong place is met here and not taken for text:
        # read otherwise, it swallows the rows up to the next one unseen.
        return csv.reader(chain(lines, self._file), delimiter=self._delimiter, strict=True)

    @property
    def _line(self) -> int:
        """The line the next row begins on."""
        return self._skipped + self._reader.line_num + 1

    def take_plain(self) -> Columns | None:
        """The next rows where they are plain (`_plain_cells`); None, and nothing taken, where not."""
        first = self._line
        try:
            text = self._file.read(_AT_ONCE) + self._file.readline()
        except UnicodeError as problem:
            raise FileProblem(self._name, _CHANGED) from problem
        cells = _plain_cells(text, len(self.headings), self._delimiter)
        if cells is None:
            self._skipped, self._reader = first - 1, self._reader_of(io.StringIO(text, newline=""))
            return None
        rows = len(cells[0])
        self._skipped += rows
        return Columns(range(first, first + rows), cells, [])

    def take(self, size: int) -> Chunk:
        """The next rows, none at the end of the file."""
        lines: list[int] = []
        rows: list[list[str]] = []
        refused: list[tuple[int, str]] = []
        while True:
            first, before = self._line, len(rows)
            try:
                rows.extend(islice(self._reader, size - before))
            except csv.Error as problem:
                # Rows read before the bad one are kept by extend; reading goes on after it.
                lines.extend(_lines_of(rows[before:], first, None))
                refused.append(self._bad_row(rows[before:], first, problem))
                continue
            except UnicodeError as problem:
                raise FileProblem(self._name, _CHANGED) from problem
            numbered = _lines_of(rows[before:], first, self._line - first)
            if refused:
                lines.extend(numbered)
                return Chunk(lines, rows, refused)
            return Chunk(numbered, rows, refused)

    def _bad_row(self, read: list[list[str]], first: int, problem: csv.Error) -> tuple[int, str]:
        """(line, reason) of the row the reader stopped at. Raises FileProblem if it took others with it."""
        begins = first + sum(1 + _breaks(row) for row in read)
        if "limit" in str(problem):
            raise FileProblem(self._name, _TOO_LONG, line=begins) from problem
        if "end of data" in str(problem) or self._line - begins > 1:
            raise FileProblem(self._name, _NEVER_CLOSED, line=begins) from problem
        return begins, _QUOTE_IN_CELL

    def close(self) -> None:
        self._file.close()


def _plain_cells(text: str, width: int, delimiter: str) -> list[pa.StringArray] | None:
    """The cells of lines that are a row each, `width` cells wide and not blank; None where any is otherwise.

    Nearly all are, and read so in a third of the time that csv takes.
    """
    # A mark of byte order that is a cell's own pyarrow would take off.
    if not text or '"' in text or text[0] == "\ufeff" or len(text) > csv.field_size_limit():
        return None
    names = [str(place) for place in range(width)]
    content = text.encode()
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
            pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None  # a row of another width, a blank line among them
    cells = [column.chunk(0) for column in table.columns]
    ends = pc.min_max(cells[0])
    written = ends["min"].as_py() >= "!" and ends["max"].as_py() < "\x7f"
    return cells if written or all(map(str.strip, cells[0].to_pylist())) else None


def _delimiter(first: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([first], delimiter=delimiter))))


def _breaks(row: list[str]) -> int:
    """How many line breaks a row's cells hold: the lines it takes beyond its own."""
    return sum(len(_LINE_BREAK.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)


def _lines_of(rows: list[list[str]], first: int, taken: int | None) -> Sequence[int]:
    """The line each row begins on, when they took `taken` lines in all (None: not known)."""
    if taken == len(rows):
        return range(first, first + len(rows))
    lines: list[int] = []
    for row in rows:
        lines.append(first)
        first += 1 + _breaks(row)
    return lines


def headings_of(unit: Unit, encoding: str) -> tuple[str, ...]:
    """The cells of the first line that has anything on it. Raises NoHeadingsError."""
    rows = Rows(unit, encoding)
    rows.close()
    return rows.headings


def chunks_of(unit: Unit, encoding: str, size: int) -> Iterator[Chunk | Columns]:
    """The rows after the headings, as the file has them; rows of nothing but blanks left out."""
    rows = Rows(unit, encoding)
    try:
        while plain := rows.take_plain():
            yield plain
        while True:
            taken = rows.take(size)
            if not taken.rows and not taken.refused:
                return
            _refuse_swallowed(unit.name, rows.headings, taken)
            yield _without_blanks(taken)
    finally:
        rows.close()


def _refuse_swallowed(name: str, headings: tuple[str, ...], taken: Chunk) -> None:
    """Raise FileProblem for a row over several lines that is not as wide as the headings.

    A quotation mark opened too many takes whole rows into one cell: refusing just that row would
    lose the others.
    """
    if isinstance(taken.lines, range):
        return
    for line, row in zip(taken.lines, taken.rows, strict=True):
        if len(row) != len(headings) and (breaks := _breaks(row)):
            raise FileProblem(
                name,
                f"the row that begins here goes on over {1 + breaks} lines and has {len(row)} cells, the "
                f"headings {len(headings)}: a quotation mark is opened too many. Close or remove it.",
                line=line,
            )


def _without_blanks(taken: Chunk) -> Chunk:
    rows = taken.rows
    try:
        firsts = list(map(itemgetter(0), rows))
    except IndexError:
        pass  # a blank line is a row of no cells
    else:
        if all(firsts) and not any(map(str.isspace, firsts)):
            return taken
    blank = {
        index
        for index, row in enumerate(rows)
        if (not row or not row[0] or row[0].isspace()) and not any(cell.strip() for cell in row)
    }
    if not blank:
        return taken
    kept = [index for index in range(len(rows)) if index not in blank]
    return Chunk([taken.lines[index] for index in kept], [rows[index] for index in kept], taken.refused)


csv.field_size_limit(1 << 20)
