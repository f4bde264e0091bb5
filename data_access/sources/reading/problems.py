"""What reading a file gives: rows, or why it cannot be read, in the words of who has to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa


class Chunk(NamedTuple):
    """Some rows of a table."""

    lines: Sequence[int]
    """The line of each row in its file (of a sheet: Excel's row number)."""
    rows: list[list[str]]
    """Their cells as text, not stripped."""
    refused: list[tuple[int, str]]
    """(line, reason) of rows that could not be told into cells."""


class Columns(NamedTuple):
    """Some rows of a table, column by column."""

    lines: Sequence[int]
    cells: Sequence[pa.StringArray]
    refused: list[tuple[int, str]]

    @classmethod
    def of(cls, chunk: Chunk, width: int) -> Columns:
        """A chunk whose rows are all `width` cells wide."""
        columns = zip(*chunk.rows, strict=True) if chunk.rows else [()] * width
        return cls(chunk.lines, [pa.array(column, pa.string()) for column in columns], chunk.refused)


class FileProblem(Exception):  # noqa: N818 - the user's word, not the programmer's
    """A file is bad, and with it the whole load.

    file: its name; line: where in it, where known; column: the heading, where it is about one;
    message: what is wrong and what to do. The message follows the file's name in a sentence and
    never holds a child's identifier.
    """

    def __init__(self, file: str, message: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(f"{file}: {message}" if line is None else f"{file}, line {line}: {message}")
        self.file = file
        self.message = message
        self.line = line
        self.column = column
