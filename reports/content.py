"""What a document says, whatever it is written as: lines on top, states counted, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charts.palette import STATES, Mark
from metrics import words

Cell = str | int | date | Mark | None
"""A value of a table; a state is its mark, so that shape and word are never lost."""


@dataclass(frozen=True)
class Table:
    """Rows with a heading, or good news where there are none.

    said: the sentence above the rows. sheet: its short name in a workbook. key: the place of the column that
    names a row. in_full: only for workbooks, being every row of what the other tables choose from.
    """

    title: str
    sheet: str
    said: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: int = 0
    in_full: bool = False


@dataclass(frozen=True)
class Content:
    """A document of rows of children.

    title, choice: what it is of and as at which day. answer: a sentence made from the figures. states: how
    many children are in each state of the tracker, all of them named.
    """

    title: str
    choice: str
    answer: str
    as_at: date
    states: dict[str, int]
    tables: tuple[Table, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands on top of everything that leaves the product."""
        return (self.title, self.choice, words.RECORDS)

    @property
    def counted(self) -> list[tuple[Mark, int, str]]:
        """Each state with its number of children and what puts a child in it."""
        meanings = words.state_meanings(self.as_at)
        return [(mark, self.states.get(state, 0), meanings[state]) for state, mark in STATES.items()]


def text(cell: Cell) -> str:
    """A cell as it is read."""
    if cell is None:
        return ""
    if isinstance(cell, Mark):
        return f"{cell.shape} {cell.word}"
    if isinstance(cell, date):
        return words.day(cell)
    return str(cell)


def is_number(table: Table, place: int) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    values = [row[place] for row in table.rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int) for value in values)


def one_line(said: Sequence[str]) -> str:
    """Parts of a line, with everything that would break it taken out."""
    return " · ".join(" ".join(part.split()) for part in said if part)
