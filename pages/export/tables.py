"""The tables of a page as CSV files in one zip, with what its measures mean; and its measures to be shared.

Each file says on top what it is of, of which authority, period and day, and whether it names children.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from metrics.counting.question import Selection
from metrics.disclosure.share import ONE_PERIOD
from metrics.measures import CATALOGUE
from metrics.wording import words
from metrics.wording.words import RECORDS
from pages.export.download import as_csv
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import groups
from pages.pieces.pieces import (
    Figures,
    Folded,
    Heading,
    LongTable,
    Piece,
    Table,
    Text,
    ToShare,
    is_of_children,
    nested,
)
from reports import content
from standards import setting

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


@dataclass(frozen=True)
class Shareable:
    """What of a page can leave the service.

    measures: those that a page of a period explains, by key. tables: those that a report for publication has.
    """

    measures: tuple[str, ...]
    tables: tuple[ToShare, ...]


def shareable_of(view: View, pieces: Iterable[Piece]) -> Shareable | None:
    """What can be shared of a page; None where nothing can.

    Of one IRO or team nothing can: what is hidden there could be worked out from the whole service's.
    """
    if view.selection.iro_id is not None or view.selection.team_id is not None:
        return None
    drawn = list(nested(pieces))
    told = [key for piece in drawn if isinstance(piece, Folded) for key in piece.measures]
    reasons = reads.unavailable(view.asking)
    keys = tuple(key for key in dict.fromkeys(told) if key not in reasons and not CATALOGUE[key].by_name_only)
    found = Shareable(
        keys if "period" in view.shown else (), tuple(piece for piece in drawn if isinstance(piece, ToShare))
    )
    return found if found.measures or found.tables else None


def share_zip(view: View, title: str, shareable: Shareable) -> bytes:
    """What may leave the service: measures in all and by team, month, kind and age, and tables, as CSV.

    Few children are hidden, and what would give them away, in all the files together (`disclosure/share.py`,
    `reports/published.py`). IROs are not among them: how they compare is for supervision, not for
    publication.
    """
    at = view.selection if "period" in view.shown else view.selection.at(view.selection.as_at)
    few = setting("suppress_up_to", at.period_end)
    note = f"Counts of 1 to {few:g} are hidden (c), and what would give them away: it may leave the service."
    choice = f"{title}: {view.words()}, last load {words.moment(view.info.last_loaded_at)}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for of, rows in (*_measures_by(view, shareable.measures), *_published(view, at, shareable.tables)):
            name = f"{re.sub(r'[^a-z]+', '_', of.lower())}.csv"
            _write(folder, name, as_csv(rows, of, choice, note, asked=view.selection))
        means = [
            f"{paper.title}. {paper.definition}" for paper in map(view.selection.paper, shareable.measures)
        ]
        _write(
            folder, "about.txt", "\r\n\r\n".join([choice, note, ONE_PERIOD, *means, ""]).encode("utf-8-sig")
        )
    return out.getvalue()


def _measures_by(view: View, keys: tuple[str, ...]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The measures by each breakdown that can be shared."""
    if not keys:
        return
    tables = reads.shareable(view.asking, view.selection, keys)
    for by, of in _SHARED.items():
        rows = with_marks(tables[by])
        if by != "service":
            rows["group"] = [groups.name(view, by, group) for group in rows["group"]]
        rows.insert(0, "title", [view.selection.paper(key).title for key in rows["measure"]])
        if len(rows):
            yield of, rows


def _published(view: View, at: Selection, shown: Iterable[ToShare]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables as a report for publication prints them."""
    published = reads.published(view.asking, at)
    for piece in shown:
        for part in piece.parts(published, dict(reads.unavailable(view.asking))):
            if isinstance(part, content.Table):
                yield part.title, pd.DataFrame(list(part.rows), columns=list(part.headings))


def with_marks(safe: pd.DataFrame) -> pd.DataFrame:
    """Protected rows with `c` where a number is hidden: empty is where there is none."""
    marked = safe.astype(object).where(safe.notna(), "")
    for column in ("numerator", "denominator", "value"):
        has_one = safe["unit"].ne("count") if column == "denominator" else True
        marked.loc[safe["suppressed"] & safe[column].isna() & has_one, column] = "c"
    return marked


_SHARED = {
    "service": "In all", "team": "By team", "month": "By month", "kind": "By kind of review",
    "age_band": "By age",
}  # fmt: skip


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
