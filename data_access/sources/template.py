"""The review extract: which kind a table is by its headings, and the empty template to fill in.

Source: `formats.md`, opening and section 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from data_access import codes
from data_access.records import BY_KIND, RECORDS, Day, Record
from data_access.return_records import RETURN_RECORDS
from data_access.sources.files import normal

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


_CHOICES: dict[str, Sequence[str]] = {
    "review_status": list(codes.ReviewStatus),
    "mode": list(codes.Mode),
    "attendance_mode": list(codes.AttendanceMode),
    "participation_code": list(codes.ParticipationCode),
    "person": list(codes.Person),
    "involvement": list(codes.Involvement),
    "activity_kind": list(codes.ActivityKind),
    "stage": list(codes.EscalationStage),
    "audit_theme": list(codes.AuditTheme),
    "grade": list(codes.Grade),
    "met": list(codes.Met),
    "late_reason": list(codes.LATE_REASONS),
    "non_attendance_reason": list(codes.NON_ATTENDANCE_REASONS),
    "legal_status": list(codes.LEGAL_STATUSES),
    "placement_type": list(codes.PLACEMENT_TYPES),
    "theme": list(codes.ESCALATION_THEMES),
}
"""What a drop-down of the template offers in these columns."""

_READ_ME = (
    "One sheet per kind. Keep the headings; bold ones are required. Leave out sheets you have no data for.",
    "Write days as 2026-01-31 or 31/01/2026, yes and no as yes and no. Blank means not known.",
    "A date range is closed: to_date is the last day it held; blank means it still holds.",
    "Identifiers are text: leading zeros are kept.",
    "Load it on the Data page, or with: python manage.py load template.xlsx",
)
_FILLED_ROWS = 5000


def write_template(target: Path | BinaryIO) -> None:
    """Write the empty extract as a workbook: a sheet per kind with its headings, required ones bold,
    drop-downs in coded columns. `target`: a path, or a binary stream."""
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target))
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    plain, bold = book.add_format({"bottom": 1}), book.add_format({"bottom": 1, "bold": True})
    about = book.add_worksheet("Read me")
    about.set_column(0, 0, 110)
    about.write_column(0, 0, _READ_ME)
    for record in BY_KIND.values():
        sheet = book.add_worksheet(record.kind)
        sheet.freeze_panes(1, 0)
        for place, (name, field) in enumerate(record.model_fields.items()):
            is_day = date in (field.annotation, *_inside(field.annotation))
            sheet.set_column(place, place, max(12, len(name) + 2), day if is_day else text)
            sheet.write(0, place, name, bold if field.is_required() else plain)
            if name in _CHOICES:
                offer = {
                    "validate": "list",
                    "source": list(map(str, _CHOICES[name])),
                    "error_type": "warning",
                }
                sheet.data_validation(1, place, _FILLED_ROWS, place, offer)
    book.close()


def _inside(annotation: object) -> tuple[object, ...]:
    return (date,) if getattr(annotation, "__args__", (None,))[0] == Day else ()
