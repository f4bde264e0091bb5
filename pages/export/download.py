"""Results as files that open in a spreadsheet: what they answer on top, nothing taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from metrics.counting.question import Selection
from metrics.measures import CATALOGUE
from metrics.wording.words import RECORDS as RECORDS
from standards.wording import LATEST


def as_csv(
    rows: pd.DataFrame,
    title: str,
    choice: str,
    note: str = "",
    about: Sequence[str] = (),
    asked: Selection | None = None,
) -> bytes:
    """`rows` under the lines that say what they are (UTF-8 with the mark that Excel looks for).

    about: measures whose definitions stand above, by key; by default those in the column `measure`. asked:
    what the measures answer, whose settings are in the definitions; without it the latest are.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    keys = about or (dict.fromkeys(rows["measure"]) if "measure" in rows else ())
    papers = [asked.paper(key) if asked else CATALOGUE[key].paper(LATEST) for key in keys if key in CATALOGUE]
    for line in (title, choice, note, *(f"{paper.title}: {paper.definition}" for paper in papers)):
        if line:
            writer.writerow([_safe(line)])
    writer.writerow([])
    writer.writerow(rows.columns)
    for row in rows.itertuples(index=False, name=None):
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any) -> Any:
    """A cell that a spreadsheet will not take for a formula; days as 2026-01-31, nothing as nothing."""
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return ""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\u00a0", " ")  # holds words together on a screen
    return f"'{text}" if text.startswith(tuple("=+-@\t\r")) else text
