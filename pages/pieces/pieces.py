"""The pieces that pages are made of, worked out first and drawn afterwards.

An answer (`pages/answers/`) is a tuple of pieces in the order of every page: sentence, few numbers,
picture, table, rows behind, about, download. They are values, so they are kept until the next load; a
turn of the page only draws them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

import pandas as pd
import pyarrow as pa
import streamlit as st

from charts.chart import Chart
from metrics.counting.question import Selection
from metrics.wording import words
from pages.export.download import as_csv
from pages.frame.view import View
from pages.pieces.child_link import open_child
from reports.content import Part
from reports.published import Published

ROWS_BEHIND = "pages/weekly/children/page.py"
ARROW = ":material/arrow_forward:"
WIDE = {
    "State": 150, "Missing": 190, "Missing since": 130, "Reason for lateness": 260, "What to check": 280,
    "Late or not in place": 330, "In place": 240,
}  # fmt: skip
"""Columns of long tables that are wider than they look at first, in pixels."""
COUNTS = ("Read", "Stored", "Refused")
"""Columns of long tables whose numbers grow long: thousands are set apart, and they sort as numbers."""
LETTER, LINE, PADDING, LOWEST, MOST_LINES, HIGHEST = 6.5, 19, 16, 66, 4, 700
"""Of wrapped cells: how wide a letter is and how high a line, what is around the text, the lowest row in
which Streamlit wraps, the most lines of one, and how high the table may be; in pixels."""
SHORT = 40
"""The most rows of a table whose long cells are wrapped: of a longer one each row stays a line."""
CHILD = words.heading("child_id")
HOW_TO_OPEN = "Click at the start of a row, or press Shift and Space in it,"
"""A row of a table is chosen so; the table is drawn on a canvas and has no links."""


class Piece(Protocol):
    """Something that can be drawn on a page."""

    def draw(self, view: View | None) -> None: ...


Pieces = tuple[Piece, ...]


DRAWN = "drawn"
"""Where a turn of a page keeps what it has drawn, so that the frame can offer it to print."""


def draw(view: View | None, pieces: Iterable[Piece]) -> None:
    """Draw pieces of a page one under the other."""
    shown = tuple(pieces)
    st.session_state.setdefault(DRAWN, []).extend(shown)
    _draw(view, shown)


def _draw(view: View | None, pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        piece.draw(view)


@dataclass(frozen=True)
class Text:
    """A paragraph or list, in markdown."""

    markdown: str

    def draw(self, _view: View | None) -> None:
        st.markdown(self.markdown)


def sentence(text: str) -> Text:
    """The answer to the page's question, made from the figures: it survives being read aloud."""
    return Text(f"##### {text[:1].upper()}{text[1:]}")


@dataclass(frozen=True)
class Heading:
    """The heading of a part of the page; `anchor` lets a link point at it."""

    text: str
    anchor: str | None = None

    def draw(self, _view: View | None) -> None:
        st.subheader(self.text, anchor=self.anchor or False)


@dataclass(frozen=True)
class Figure:
    """A number: its label, its value large, the lines beneath it, and the rows it leads to."""

    label: str
    value: str
    lines: str = ""
    behind: Link | None = None

    def draw(self, view: View | None) -> None:
        st.metric(self.label, self.value)
        if self.lines:
            st.markdown(self.lines)
        if self.behind:
            self.behind.draw(view)


@dataclass(frozen=True)
class Figures:
    """The few numbers, side by side."""

    shown: tuple[Figure, ...]

    def draw(self, view: View | None) -> None:
        for column, figure in zip(st.columns(len(self.shown), gap="medium"), self.shown, strict=True):
            with column.container(gap=None):
                figure.draw(view)


@dataclass(frozen=True)
class Cards:
    """Boxes of pieces, so many in a row."""

    cards: tuple[Pieces, ...]
    in_a_row: int = 3

    def draw(self, view: View | None) -> None:
        for first in range(0, len(self.cards), self.in_a_row):
            row = self.cards[first : first + self.in_a_row]
            for column, card in zip(st.columns(self.in_a_row, gap="medium"), row, strict=False):
                with column.container(border=True, height="stretch", gap="xsmall"):
                    _draw(view, card)


@dataclass(frozen=True)
class Beside:
    """Pieces in columns of one width, which come to stand under each other on a phone."""

    columns: tuple[Pieces, ...]

    def draw(self, view: View | None) -> None:
        for column, pieces in zip(st.columns(len(self.columns), gap="medium"), self.columns, strict=True):
            with column:
                _draw(view, pieces)


@dataclass(frozen=True)
class Picture:
    """A chart with its text alternative; plotly's own button saves it as `name`.

    A `wide` one scrolls on a narrow screen rather than shrinking.
    """

    chart: Chart
    name: str
    wide: bool = False

    def draw(self, _view: View | None) -> None:
        if self.wide:
            with st.container(key=f"wide_{self.name}"):
                self._draw()
        else:
            self._draw()

    def _draw(self) -> None:
        st.plotly_chart(
            self.chart.figure,
            theme=None,
            alt=self.chart.alt,
            key=f"picture_{self.name}",
            config={
                "displaylogo": False,
                "toImageButtonOptions": {"filename": self.name, "scale": 2},
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoom2d", "pan2d", "autoScale2d"],
            },
        )


@dataclass(frozen=True)
class Table:
    """A table small enough to be read whole.

    Its first column says what a row is; the others are numbers, put to the right. Of a table of `words` only
    a last column of counts is.
    """

    rows: pd.DataFrame
    alt: str
    name: str
    words: bool = False
    _look: str = field(init=False, repr=False, compare=False)
    _drawn: pa.Table | pd.DataFrame = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        look = "numbers" if not self.words else "counted" if _holds_counts(self.rows.iloc[:, -1]) else "words"
        object.__setattr__(self, "_look", look)
        object.__setattr__(self, "_drawn", _in_arrow(self.rows))

    def draw(self, _view: View | None) -> None:
        with st.container(key=f"{self._look}_{self.name}"):
            st.table(self._drawn, hide_index=True, border="horizontal", alt=self.alt)


@dataclass(frozen=True)
class LongTable:
    """A table too long to be read whole: sortable, searchable, with days as days.

    Where its rows are children's, a row opens the child's page, by mouse and by keyboard. of_a_child: every
    row is of one child, whom the page names. lines: how high its rows are.
    """

    rows: pd.DataFrame
    alt: str
    of_a_child: bool = False
    config: dict[str, Any] = field(init=False)
    lines: int = field(init=False)
    _drawn: pa.Table | pd.DataFrame = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = [name for name in self.rows.columns if _holds_days(self.rows[name])]
        config: dict[str, Any] = {
            name: st.column_config.DateColumn(name, format="ddd D MMM YYYY") for name in days
        }
        # Streamlit guesses a column's width by its first rows, and the worst are not the widest.
        config |= {name: st.column_config.Column(width=WIDE[name]) for name in WIDE if name in self.rows}
        config |= {
            name: st.column_config.NumberColumn(format="localized") for name in COUNTS if name in self.rows
        }
        object.__setattr__(self, "config", config)
        object.__setattr__(self, "lines", _lines(self.rows))
        object.__setattr__(self, "_drawn", _in_arrow(self.rows))

    def draw(self, _view: View | None) -> None:
        if CHILD not in self.rows:
            self._draw()
            return
        st.markdown(f":small[{HOW_TO_OPEN} to see what is happening for the child.]")
        place = self._choose(f"rows_{self.alt}")
        if place is not None and not pd.isna(child_id := self.rows[CHILD].iloc[place]):
            open_child(str(child_id), self.alt)

    def choose(
        self,
        key: str,
        height: int | Literal["auto"] = "auto",
        chosen: Callable[[int | None], None] | None = None,
    ) -> int | None:
        """Draw it on its own so that a row can be clicked on; the place of the row that is, if one is.

        chosen: told of the place when it changes, while the rows are still those that were clicked on. Rows
        move when a load comes in or a filter changes, and the place alone would then be another child's.
        """
        st.session_state.setdefault(DRAWN, []).append(self)
        return self._choose(key, height, chosen)

    def _choose(
        self,
        key: str,
        height: int | Literal["auto"] = "auto",
        chosen: Callable[[int | None], None] | None = None,
    ) -> int | None:
        def tell() -> None:
            if chosen is not None:
                chosen(_place(st.session_state[key]))

        return _place(
            self._draw(
                key=key,
                height=height,
                on_select="rerun" if chosen is None else tell,
                selection_mode="single-row",
            )
        )

    def _draw(self, height: int | Literal["auto"] = "auto", **more: Any) -> Any:
        if self.lines > 1 and height == "auto":
            row = max(LINE * self.lines + PADDING, LOWEST)
            more["row_height"], height = row, min(row * len(self.rows) + 38, HIGHEST)
        return st.dataframe(
            self._drawn,
            hide_index=True,
            column_config=self.config,
            alt=self.alt,
            width="stretch",
            height=height,
            placeholder="",
            **more,
        )


def _lines(rows: pd.DataFrame) -> int:
    """The lines that the longest text of the wide columns needs; of many rows one, whatever they hold."""
    if not 0 < len(rows) <= SHORT:
        return 1
    needed = [
        math.ceil(rows[name].dropna().astype(str).str.len().max() * LETTER / (width - PADDING))
        for name, width in WIDE.items()
        if name in rows and rows[name].notna().any()
    ]
    return min(max(needed, default=1), MOST_LINES)


def _holds_counts(column: pd.Series) -> bool:
    return bool(column.astype(str).str.fullmatch(r"[0-9][0-9,]*").all())


def _in_arrow(rows: pd.DataFrame) -> pa.Table | pd.DataFrame:
    """The rows as they are sent, told into Arrow once and not at each turn.

    As they are where a column holds several types: Streamlit then writes it as text.
    """
    try:
        return pa.Table.from_pandas(rows)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return rows


def _place(drawn: Any) -> int | None:
    """The place of the row that is chosen."""
    rows: list[int] = drawn.selection.rows
    return rows[0] if rows else None


def _holds_days(column: pd.Series) -> bool:
    known = column.dropna()
    return len(known) > 0 and isinstance(known.iloc[0], date)


@dataclass(frozen=True)
class Link:
    """A link to another page, with what was chosen and `asked`."""

    label: str
    file: str
    asked: tuple[tuple[str, str], ...] = ()
    icon: str = ARROW

    def draw(self, view: View | None) -> None:
        query = view.chosen(**dict(self.asked)) if view else dict(self.asked)
        st.page_link(self.file, label=self.label, icon=self.icon, query_params=query)


def rows_behind(label: str, key: str, part: str = "numerator", *, by: str = "", group: str = "") -> Link:
    """A link to the rows behind a number; never a child's identifier in it."""
    asked = {"measure": key, "part": part} | ({"by": by, "group": group} if group else {})
    return Link(label, ROWS_BEHIND, tuple(asked.items()))


@dataclass(frozen=True)
class Links:
    """Several links in a row, which wraps."""

    links: tuple[Link, ...]

    def draw(self, view: View | None) -> None:
        with st.container(horizontal=True):
            _draw(view, self.links)


@dataclass(frozen=True)
class Folded:
    """Pieces that open at a click. measures: those whose meaning they say, by key."""

    label: str
    icon: str | None
    inside: Pieces
    measures: tuple[str, ...] = ()

    def draw(self, view: View | None) -> None:
        with st.expander(self.label, icon=self.icon):
            _draw(view, self.inside)


@dataclass(frozen=True)
class ToShare:
    """Tables of the page that may leave the service, as a report for publication has them: not drawn.

    parts: from the figures as they may be printed, and why the data cannot tell others, the parts of a
    report; its tables are what the page offers to share.
    """

    parts: Callable[[Published, dict[str, str]], list[Part]]

    def draw(self, _view: View | None) -> None:
        pass


def as_table(table: Table | LongTable) -> Folded:
    """The table beside a chart."""
    return Folded("The same as a table", ":material/table:", (table,))


def nested(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Every piece and, after it, those inside it, in the order of the page."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Folded):
            yield from nested(piece.inside)
        elif isinstance(piece, Cards | Beside):
            groups = piece.cards if isinstance(piece, Cards) else piece.columns
            for group in groups:
                yield from nested(group)


def is_of_children(piece: Piece) -> bool:
    """Whether a table has a row for each child, or is of one."""
    if isinstance(piece, LongTable):
        return piece.of_a_child or CHILD in piece.rows
    return isinstance(piece, Table) and CHILD in piece.rows


@dataclass(frozen=True)
class Download:
    """A file that is only written when it is asked for."""

    label: str
    file_name: str
    make: Callable[[], bytes]
    mime: str

    def draw(self, _view: View | None) -> None:
        st.download_button(
            self.label,
            self.make,
            file_name=self.file_name,
            mime=self.mime,
            key=f"download_{self.file_name}",
            on_click="ignore",
            icon=":material/download:",
        )


def csv_file(
    label: str,
    name: str,
    title: str,
    choice: str,
    make: Callable[[], pd.DataFrame],
    note: str = "",
    about: Sequence[str] = (),
    asked: Selection | None = None,
) -> Download:
    """A table as a file, with what it answers in its first lines, definitions included (`as_csv`)."""
    return Download(
        label, f"{name}.csv", lambda: as_csv(make(), title, choice, note, about, asked), "text/csv"
    )
