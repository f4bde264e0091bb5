"""The tables of a page as CSV files in one zip, with what its measures mean.

Each file says on top what it is of, of which authority, period and day, and whether it names children.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

import pandas as pd

from metrics.words import RECORDS
from pages.shared import words
from pages.shared.download import as_csv
from pages.shared.pieces import (
    Figures,
    Folded,
    Heading,
    LongTable,
    Piece,
    Table,
    Text,
    is_of_children,
    nested,
)
from pages.shared.view import View

_UNDATED = (1980, 1, 1, 0, 0, 0)
"""What zip files have for no time: the same page gives the same file."""


def has_tables(pieces: Iterable[Piece]) -> bool:
    """Whether there is anything to put into a file."""
    return any(isinstance(piece, Figures | Table | LongTable) for piece in nested(pieces))


def tables_zip(view: View, title: str, pieces: Iterable[Piece]) -> bytes:
    """Every table and the numbers as CSV; in `about.txt` what the page says and what its measures mean."""
    shown = list(pieces)
    choice = f"{title}: {view.words()}, last load {words.moment(view.info.last_loaded_at)}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (name, of, rows, note) in enumerate(_tables(shown), start=1):
            _write(folder, f"{number:02}_{name}.csv", as_csv(rows, of, choice, note))
        said = "\r\n\r\n".join([choice, *_said(shown)])
        _write(folder, "about.txt", f"{said}\r\n".encode("utf-8-sig"))
    return out.getvalue()


def _write(folder: zipfile.ZipFile, name: str, content: bytes) -> None:
    folder.writestr(zipfile.ZipInfo(name, _UNDATED), content, zipfile.ZIP_DEFLATED)


def _tables(pieces: Iterable[Piece]) -> Iterator[tuple[str, str, pd.DataFrame, str]]:
    """Each table's name, what it is of, its rows, and the note that it names children."""
    heading = ""
    for piece in nested(pieces):
        if isinstance(piece, Heading):
            heading = piece.text
        elif isinstance(piece, Figures):
            rows = [
                (_line(one.label), words.without_marks(one.value), _line(one.lines)) for one in piece.shown
            ]
            yield "numbers", heading or "The numbers", pd.DataFrame(rows, columns=["", "Value", "Of"]), ""
        elif isinstance(piece, Table):
            yield piece.name, piece.alt, piece.rows, RECORDS if is_of_children(piece) else ""
        elif isinstance(piece, LongTable):
            yield "rows", piece.alt, piece.rows, RECORDS if is_of_children(piece) else ""


def _line(text: str) -> str:
    return "; ".join(line.strip() for line in words.without_marks(text).splitlines())


def _said(pieces: Iterable[Piece]) -> Iterator[str]:
    """The page's words, with the definitions that open at a click."""
    for piece in nested(pieces):
        if isinstance(piece, Heading | Folded):
            yield words.without_marks(piece.text if isinstance(piece, Heading) else piece.label)
        elif isinstance(piece, Text):
            yield words.without_marks(piece.markdown)
