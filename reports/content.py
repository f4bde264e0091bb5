"""What a document says, whatever it is written as.

A document is one `Content`, a sequence of parts: headings, sentences, figures, tables, pictures, places to
write. `word.py`, `web_page.py` and `workbook.py` each know how to write every part; nobody writes a document
twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from charts.palette import STATES, Mark
from charts.paper_chart import PaperChart
from metrics.wording import words

Cell = str | int | date | Mark | None
"""A value of a table; a state is its mark, so that shape and word are never lost."""


@dataclass(frozen=True)
class Heading:
    """A heading of its own; tables bring theirs. level: 1 for a section, 2 within one."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Sentences. quiet: a note that explains what stands beside it."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Bullets:
    """Short lines below each other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One number that is read first.

    value: with its unit. lines: what it was counted from (numerator and denominator), the standard, the
    change. mark: how it stands against the standard.
    """

    label: str
    value: str
    lines: tuple[str, ...] = ()
    mark: Mark | None = None


@dataclass(frozen=True)
class Figures:
    """Numbers beside each other."""

    shown: tuple[Figure, ...]


@dataclass(frozen=True)
class Picture:
    """A chart with the headline that says what it tells, and the line that says what it shows."""

    title: str
    said: str
    chart: PaperChart


@dataclass(frozen=True)
class Pictures:
    """Charts beside each other: one takes the width, two take half of it each."""

    shown: tuple[Picture, ...]


@dataclass(frozen=True)
class Table:
    """Rows with a heading, or good news where there are none.

    said: the sentence above the rows. sheet: its short name in a workbook. key: the place of the column that
    names a row. in_full: only for workbooks, being every row of what the other tables choose from. level: of
    its heading, 2 within a section. right: the places of columns whose words are numbers.
    widths: of the columns on paper, beside each other; by default as their text asks. A row of nothing
    but None is a line to write on.
    """

    title: str
    sheet: str
    said: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: int = 0
    in_full: bool = False
    level: int = 1
    right: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class ToWrite:
    """A place for the author's words. prompt: what to write there. lines: room for so many."""

    prompt: str
    lines: int = 3


@dataclass(frozen=True)
class States:
    """How many children are in each state of the tracker, worst first."""

    counts: Mapping[str, int]


@dataclass(frozen=True)
class Meanings:
    """What puts a child in each state of the tracker."""


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


Part = Heading | Paragraph | Bullets | Figures | Pictures | Table | ToWrite | States | Meanings | NewPage


@dataclass(frozen=True)
class Content:
    """A document.

    title, choice: what it is of and as at which day. answer: a sentence made from the figures. handling: what
    whoever holds it must know, on every page. portrait: how its pages lie.
    """

    title: str
    choice: str
    answer: str
    as_at: date
    parts: tuple[Part, ...]
    handling: str = words.RECORDS
    portrait: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands on top of everything that leaves the product."""
        return (self.title, self.choice, self.handling)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in their order."""
        return tuple(part for part in self.parts if isinstance(part, Table))

    @property
    def states(self) -> Mapping[str, int]:
        """How many children are in each state of the tracker, where the document counts them."""
        return next((part.counts for part in self.parts if isinstance(part, States)), {})

    @property
    def counted(self) -> list[tuple[Mark, int, str]]:
        """Each state with its number of children and what puts a child in it; nothing without children."""
        if not any(self.states.values()):
            return []
        said = words.state_meanings(self.as_at)
        return [(mark, self.states.get(state, 0), said[state]) for state, mark in STATES.items()]


def text(cell: Cell) -> str:
    """A cell as it is read."""
    if cell is None:
        return ""
    if isinstance(cell, Mark):
        return f"{cell.shape} {cell.word}"
    if isinstance(cell, date):
        return words.day(cell)
    return str(cell)


def on_a_line(cell: Cell) -> Cell:
    """A number whose counts in brackets, `95.1% (215 of 226)`, no end of a line parts."""
    return _COUNTS.sub(lambda counts: words.together(counts[0]), cell) if isinstance(cell, str) else cell


_COUNTS = re.compile(r"\([^()]*\)")


def is_number(table: Table, place: int) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    values = [row[place] for row in table.rows if row[place] is not None]
    return place in table.right or (bool(values) and all(isinstance(value, int) for value in values))


def is_to_write(row: Sequence[Cell]) -> bool:
    """Whether a row is a line to write on."""
    return all(cell is None for cell in row)


def as_at_said(as_at: date, data: date) -> list[str]:
    """As at which day a document is and as at which its data, for `one_line`: once where both are one."""
    said = f"data as at {words.day(data)}"
    return [said] if as_at == data else [f"as at {words.day(as_at)}", said]


def one_line(said: Sequence[str]) -> str:
    """Parts of a line, with everything that would break it taken out."""
    return " · ".join(" ".join(part.split()) for part in said if part)
