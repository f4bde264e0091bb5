"""The review extract: which kind a table is by its headings, and the empty template to fill in.

Source: `formats.md`, opening and section 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, BinaryIO, get_args

import xlsxwriter
from pydantic.fields import FieldInfo

from data_access.rows.records import BY_KIND, RECORDS, Record
from data_access.rows.values import choices
from data_access.sources.reading.files import normal
from data_access.sources.ssda903.records import RETURN_RECORDS

FORMAT = "extract"
"""The format's name, and its source's where nobody named it."""


def recognise(headings: Sequence[str]) -> type[Record] | None:
    """The kind whose required columns are all among `headings`; of several the one with more of them."""
    present = {normal(heading) for heading in headings}
    fitting = [record for record in RECORDS if _normal(record.required()) <= present]
    return max(fitting, key=lambda record: _fit(record, present), default=None)


def heading_twice(headings: Sequence[str]) -> str | None:
    """A heading that stands twice, as the file writes it; None where all differ."""
    counted = Counter(normal(heading) for heading in headings if heading)
    return next((heading for heading in headings if counted[normal(heading)] > 1), None)


def why_unknown(headings: Sequence[str]) -> str:
    """Why a table is of no kind: the nearest kind and the columns it lacks. Never the headings themselves,
    which in a file without a first line of headings would be a child's."""
    present = {normal(heading) for heading in headings}
    nearest = max(
        (*RECORDS, *RETURN_RECORDS),
        key=lambda record: (
            len(_normal(record.required()) & present) / len(record.required()),
            len(_normal(record.columns()) & present),
        ),
    )
    lacking = [
        name for name in nearest.columns() if name in nearest.required() and normal(name) not in present
    ]
    if len(lacking) == len(nearest.required()):
        return (
            "has headings of no kind this product reads. Its first line must hold the column names of the "
            "template (see the Data page), or of the statutory return."
        )
    shown = ", ".join(name.upper() if nearest in RETURN_RECORDS else name for name in lacking)
    named = _title(nearest)
    return (
        f"is of no kind this product reads. It is nearest to {named}, and lacks the column"
        f"{'s' if len(lacking) > 1 else ''} {shown}. Add {'them' if len(lacking) > 1 else 'it'}, "
        "or correct the headings."
    )


def not_read(record: type[Record], headings: Sequence[str]) -> list[str]:
    """The headings a file of this kind has beyond the kind's columns."""
    known = _normal(record.columns())
    return [heading for heading in headings if heading and normal(heading) not in known]


def _title(record: type[Record]) -> str:
    return (
        f"the {record.kind.removeprefix('ssda903_')} of the statutory return"
        if record in RETURN_RECORDS
        else record.kind
    )


def _normal(names: Iterable[str]) -> set[str]:
    return {normal(name) for name in names}


def _fit(record: type[Record], present: set[str]) -> tuple[int, int]:
    return len(record.required()), len(_normal(record.columns()) & present)


_READ_ME = (
    "One sheet per kind. Keep the headings; bold ones are required. Leave out sheets you have no data for.",
    "The sheet Columns says what each column holds, the sheet Codes what each code means.",
    "Write days as 2026-01-31 or 31/01/2026, yes and no as yes and no. Blank means not known.",
    "A date range is closed: to_date is the last day it held; blank means it still holds.",
    "Identifiers are text: leading zeros are kept.",
    "Check it with: python manage.py check template.xlsx. Load it with: python manage.py load template.xlsx",
)
_FILLED_ROWS = 5000


def takes(record: type[Record], column: str) -> str:
    """What may stand in a column, in a few words: a day, yes or no, an identifier of iros."""
    if kind := record.points_to.get(column):
        return f"an identifier of {kind}"
    field = record.model_fields[column]
    codes = choices(field)
    if any(codes.values()):
        return "a code"
    if codes:
        *others, last = codes
        return f"{', '.join(others)} or {last}"
    return _TYPES.get(_type_of(field), "text")


_TYPES = {date: "a day", bool: "yes or no", float: "a number", int: "a whole number"}


def _type_of(field: FieldInfo) -> Any:
    """The Python type of a column's values, None and constraints apart."""
    (value,) = {*(get_args(field.annotation) or (field.annotation,))} - {NoneType}
    return get_args(value)[0] if get_args(value) else value


def codes_by_column() -> dict[str, dict[str, str]]:
    """The columns that hold codes: column -> code -> what it means."""
    fields = {name: field for record in RECORDS for name, field in record.model_fields.items()}
    return {name: codes for name, field in fields.items() if any((codes := choices(field)).values())}


def write_template(target: Path | BinaryIO) -> None:
    """Write the empty extract as a workbook: what to know and what each column and code means, then a sheet
    per kind with its headings, required ones bold, drop-downs in coded columns. `target`: a path, or a
    binary stream."""
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target))
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    plain, bold = book.add_format({"bottom": 1}), book.add_format({"bottom": 1, "bold": True})
    about = book.add_worksheet("Read me")
    about.set_column(0, 0, 110)
    about.write_column(0, 0, _READ_ME)
    _write_table(book, "Columns", ("Sheet", "Column", "Required", "Takes", "What it is"), _about_columns())
    _write_table(book, "Codes", ("Column", "Code", "Means"), _about_codes())
    for record in BY_KIND.values():
        sheet = book.add_worksheet(record.kind)
        sheet.freeze_panes(1, 0)
        for place, (name, field) in enumerate(record.model_fields.items()):
            of = _type_of(field)
            sheet.set_column(place, place, max(12, len(name) + 2), day if of is date else text)
            sheet.write(0, place, name, bold if field.is_required() else plain)
            if offered := list(choices(field)) or (["yes", "no"] if of is bool else []):
                offer = {"validate": "list", "source": offered, "error_type": "warning"}
                sheet.data_validation(1, place, _FILLED_ROWS, place, offer)
    book.close()


def _about_columns() -> Iterator[tuple[str, ...]]:
    for record in BY_KIND.values():
        for name, field in record.model_fields.items():
            required = "required" if field.is_required() else ""
            yield record.kind, name, required, takes(record, name), field.description or ""


def _about_codes() -> Iterator[tuple[str, ...]]:
    for column, codes in codes_by_column().items():
        yield from ((column, code, words) for code, words in codes.items())


def _write_table(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """A sheet to read: headings that stay in sight, columns as wide as what they hold."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headings, book.add_format({"bold": True, "bottom": 1}))
    written = list(rows)
    for place, row in enumerate(written, start=1):
        sheet.write_row(place, 0, row)
    for place, cells in enumerate(zip(headings, *written, strict=True)):
        sheet.set_column(place, place, min(90, 2 + max(map(len, cells))))
