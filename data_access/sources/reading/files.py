"""What lies in the files given to a load: tables of text, whatever they came from.

CSV in any of its dialects, the sheets of a workbook, the tables of a 903 XML, and everything of
these in folders and zips, all become `Table`s: headings and rows of text, each row with the line
it has in its file (`formats.md`, opening). Nothing here knows what a kind is.

Rows are streamed: a file of fifteen million rows is never in memory. (A sheet of a workbook and a
903 XML are, as their formats cannot be read otherwise; both are bounded.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from data_access.sources.reading.delimited import NoHeadingsError, chunks_of, headings_of, scan
from data_access.sources.reading.problems import Chunk, Columns, FileProblem
from data_access.sources.reading.unpack import Passed, Unit, is_hidden, units_in, why_passed
from data_access.sources.reading.workbook import sheets_of

__all__ = [
    "Columns",
    "FileProblem",
    "PassedOver",
    "Table",
    "folders_by_authority",
    "normal",
    "tables_in",
]

LOCAL = "LOCAL"
"""The authority when nobody said which."""

_YEAR = re.compile(r"((ssda ?)?903)?[ _-]*(19|20)\d\d([ _-](\d\d|\d{4}))?", re.IGNORECASE)
"""A folder named so (`2024-25`, `SSDA903 2025`) holds a year's return and is no authority's."""

_NOT_HEADING = re.compile("[\\s_\"'\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\ufeff]+")


@dataclass(frozen=True)
class Table:
    """One thing with headings and rows, whatever file it came from."""

    name: str
    """`reviews.csv`, `folder/reviews.csv`, `return.xlsx > Reviews`, `all.zip > in/reviews.csv`"""
    headings: tuple[str, ...]
    """As written, stripped; empty for a sheet with nothing on it."""
    digest: str
    """SHA-256 of the content it came from: equal digests are equal tables."""
    stream: Callable[[int], Iterator[Chunk | Columns]]
    book: str | None = None
    """The workbook (or XML) it is one table of: there, tables of no known kind are merely not used."""

    def chunks(self, size: int) -> Iterator[Columns]:
        """The rows after the headings, about `size` at a time, rows of nothing but blanks left out.

        There is a column for every heading; the rows that were not as wide are among the refused.
        Raises FileProblem where the file turns out to be unreadable on the way.
        """
        for chunk in self.stream(size):
            if isinstance(chunk, Chunk):
                chunk = Columns.of(_as_wide_as(self.headings, chunk), len(self.headings))
            yield chunk


@dataclass(frozen=True)
class PassedOver:
    """A file in a folder or zip that is not one this product reads."""

    name: str
    reason: str


def normal(heading: str) -> str:
    """A heading without what does not tell headings apart: case, spaces, underscores and quotes."""
    return _NOT_HEADING.sub("", heading).lower()


def tables_in(paths: Iterable[Path]) -> Iterator[Table | PassedOver | FileProblem]:
    """Every table of the files, folders and zips given, in the order of their names.

    A file that cannot be read comes out as a FileProblem, so that a load can name all of them at
    once; the caller refuses the load for any.
    """
    given = list(paths)
    for path, name in zip(given, _names(given), strict=True):
        for unit in units_in(path, name):
            if isinstance(unit, FileProblem):
                yield unit
            elif isinstance(unit, Passed):
                yield PassedOver(unit.name, unit.reason)
            else:
                try:
                    yield from _tables_of(unit)
                except FileProblem as problem:
                    yield problem


def _names(paths: Sequence[Path]) -> list[str]:
    """What the paths are called: by their last part, with as many folders before it as tell them apart."""
    names = [path.name for path in paths]
    for depth in range(2, max((len(path.parts) for path in paths), default=0) + 1):
        if len(set(names)) == len(set(paths)):
            break
        names = ["/".join(path.parts[-depth:]) for path in paths]
    return names


def _tables_of(unit: Unit) -> Iterator[Table]:
    try:
        if unit.suffix in {".xlsx", ".xlsm"}:
            yield from _sheet_tables(unit)
        elif unit.suffix == ".xml":
            yield from _xml_tables(unit)
        else:
            yield _delimited_table(unit)
    except OSError as problem:
        raise FileProblem(
            unit.name,
            f"cannot be read ({problem.strerror or problem}). "
            "Close it if it is open elsewhere, check that you may read it, and load again.",
        ) from problem


def _delimited_table(unit: Unit) -> Table:
    found = scan(unit)
    try:
        headings = headings_of(unit, found.encoding)
    except NoHeadingsError:
        raise FileProblem(
            unit.name, "has no headings: it holds blank lines only. Export it again with its first line."
        ) from None
    return Table(unit.name, headings, found.digest, lambda size: chunks_of(unit, found.encoding, size))


def _sheet_tables(unit: Unit) -> Iterator[Table]:
    for sheet in sheets_of(unit):
        yield _table_in_memory(
            f"{unit.name} > {sheet.title}", sheet.headings, sheet.lines, sheet.rows, sheet.digest, unit.name
        )


def _xml_tables(unit: Unit) -> Iterator[Table]:
    """The tables of a 903 XML, read by `ssda903_xml.tables_of_return(stream)`.

    It yields (title, headings, lines, rows) and raises ValueError, in words that follow a file's
    name, for what is not a 903 XML, is broken, or holds a DTD or entities.
    """
    from data_access.sources.ssda903.xml_file import tables_of_return

    try:
        with unit.open() as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
        with unit.open() as stream:
            tables = list(tables_of_return(stream))
    except ValueError as problem:
        raise FileProblem(unit.name, str(problem)) from problem
    for title, headings, lines, rows in tables:
        yield _table_in_memory(f"{unit.name} > {title}", headings, lines, rows, digest + title, unit.name)


def _table_in_memory(
    name: str,
    headings: Sequence[str],
    lines: Sequence[int],
    rows: list[list[str]],
    digest: str,
    book: str | None,
) -> Table:
    def stream(size: int) -> Iterator[Chunk]:
        for start in range(0, len(rows), size):
            yield Chunk(lines[start : start + size], rows[start : start + size], [])

    return Table(name, tuple(headings), hashlib.sha256(digest.encode()).hexdigest(), stream, book)


def _as_wide_as(headings: Sequence[str], chunk: Chunk) -> Chunk:
    """The chunk with rows of the headings' width; blank cells beyond the last heading are cut off.

    A shorter row is refused: a lost comma would otherwise move every later cell into its
    neighbour's column unseen.
    """
    width = len(headings)
    if set(map(len, chunk.rows)) <= {width}:
        return chunk
    needed = max((place for place, heading in enumerate(headings, start=1) if heading), default=0)
    lines: list[int] = []
    rows: list[list[str]] = []
    refused = list(chunk.refused)
    for line, row in zip(chunk.lines, chunk.rows, strict=True):
        if needed <= len(row) and not any(cell.strip() for cell in row[width:]):
            lines.append(line)
            rows.append((row + [""] * width)[:width])
        else:
            cure = (
                "put quotation marks around a cell that holds a comma"
                if len(row) > width
                else "write every cell, blank ones too, or save the sheet as .xlsx"
            )
            refused.append((line, f"the row has {len(row)} cells and the headings {needed}: {cure}"))
    return Chunk(lines, rows, refused)


class Share(NamedTuple):
    """What is loaded as one authority's."""

    authority: str
    paths: list[Path]
    beside: list[PassedOver]
    """What lies beside the folders of a folder of authorities, told with the first of them."""


def folders_by_authority(paths: Sequence[Path], authority: str | None) -> list[Share]:
    """Whose files these are, in the order given.

    A folder that holds folders and no file to read is a folder of authorities, each named by its folder,
    unless they are named by years; any other path belongs to `authority`, or to LOCAL without one.
    """
    shares: dict[str, Share] = {}

    def share_of(name: str) -> Share:
        return shares.setdefault(name, Share(name, [], []))

    for path in paths:
        folders, beside = _only_folders(path) if authority is None else ([], [])
        for folder in folders:
            share_of(folder.name).paths.append(folder)
        if folders:
            share_of(folders[0].name).beside.extend(beside)
        else:
            share_of(authority or LOCAL).paths.append(path)
    return list(shares.values())


def _only_folders(path: Path) -> tuple[list[Path], list[PassedOver]]:
    """The folders of a folder of authorities and what lies beside them; of any other path none."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return [], []  # said where its files are looked for
    folders = [entry for entry in inside if entry.is_dir() and not is_hidden(entry.name)]
    others = [entry for entry in inside if entry not in folders]
    if any(why_passed(entry.name) is None for entry in others):
        return [], []
    if all(_YEAR.fullmatch(folder.name) for folder in folders):
        return [], []
    return folders, [PassedOver(f"{path.name}/{it.name}", why_passed(it.name) or "") for it in others]
