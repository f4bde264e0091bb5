"""What reading a file gives: rows, or why it cannot be read, in the words of who has to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class Cells(NamedTuple):
    """The cells of one column: each distinct text once, and which of them stands in each row."""

    texts: npt.NDArray[np.object_]
    at: npt.NDArray[np.int32]

    @classmethod
    def of(cls, cells: pa.DictionaryArray) -> Cells:
        return cls(cells.dictionary.to_numpy(zero_copy_only=False), cells.indices.to_numpy())


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
    cells: Sequence[Cells]
    refused: list[tuple[int, str]]

    @classmethod
    def of(cls, chunk: Chunk, width: int) -> Columns:
        """A chunk whose rows are all `width` cells wide."""
        columns = zip(*chunk.rows, strict=True) if chunk.rows else [()] * width
        cells = [Cells.of(pa.array(column, pa.string()).dictionary_encode()) for column in columns]
        return cls(chunk.lines, cells, chunk.refused)


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
