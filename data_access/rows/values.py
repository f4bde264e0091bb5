"""What one cell may hold, and how its text is read: days, yes and no, numbers, identifiers, codes.

The columns of `records.py` and `return_records.py` are of these types. A text that is none of its type is
refused in the words of who has to mend the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, GetCoreSchemaHandler, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from data_access.rows.codes import (
    ESCALATION_THEMES,
    LATE_REASONS,
    LEGAL_STATUSES,
    NON_ATTENDANCE_REASONS,
    PARTICIPATION_WORDS,
    PLACEMENT_TYPES,
    ActivityKind,
    AttendanceMode,
    AuditTheme,
    EscalationStage,
    Grade,
    Involvement,
    Met,
    Mode,
    Person,
    ReviewStatus,
)
from standards import EARLIEST

LATEST = date(2100, 12, 31)

_MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _MIDNIGHT)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _MIDNIGHT)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True)
class Choices:
    """What a column takes, as pydantic is told of it. Where `what` is empty any other text is taken too."""

    meanings: tuple[tuple[str, str], ...]
    """(code, what it means); a word that says so itself means ""."""
    what: str = ""

    def read(self, text: str) -> str:
        """The code that is written, whatever its case. Raises ValueError with the choices otherwise."""
        written = re.sub(r"[ -]+", "_", text.strip()).upper()
        for code, _ in self.meanings:
            if code.upper() == written:
                return code
        raise ValueError(f"is not {self.what}: use one of {', '.join(code for code, _ in self.meanings)}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return core_schema.no_info_before_validator_function(self.read, schema) if self.what else schema


def _one_of(codes: Iterable[str] | Mapping[str, str], what: str = "") -> Choices:
    meanings = codes if isinstance(codes, Mapping) else {}
    return Choices(tuple((str(code), meanings.get(code, "")) for code in codes), what)


def choices(field: FieldInfo) -> dict[str, str]:
    """The codes that a column takes, or offers, with what each means; none where any text will do."""
    said = [*field.metadata]
    for value in get_args(field.annotation):
        said += getattr(value, "__metadata__", ())
    return next((dict(item.meanings) for item in said if isinstance(item, Choices)), {})


def read_day(text: str | date) -> date:
    """A day written `YYYY-MM-DD` or `DD/MM/YYYY`, with or without a midnight time.

    Raises ValueError in a practice manager's words when it is not a day, or absurd.
    """
    if isinstance(text, datetime):
        return text.date()
    if isinstance(text, date):
        return text
    read = _day_of(text)
    if not EARLIEST <= read <= LATEST:
        raise ValueError("is before 1900 or after 2100: correct the year")
    return read


def _day_of(text: str) -> date:
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)  # as most are: in a quarter of the time
        except ValueError:
            pass  # below it is told why not
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _BRITISH.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise ValueError("is not a date: write it as 2026-01-31 or 31/01/2026")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("is not a day of the calendar: write it as 2026-01-31 or 31/01/2026") from None


def read_yes_no(text: str | bool) -> bool:
    """yes/no, y/n, true/false or 1/0, in any case."""
    if isinstance(text, bool):
        return text
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("is not yes or no: write yes or no")


Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Day = Annotated[date, BeforeValidator(read_day)]
YesNo = Annotated[bool, BeforeValidator(read_yes_no)]


def _read_fte(text: str | float) -> float:
    try:
        fte = float(text)
    except ValueError:
        raise ValueError("is not a number: write the IRO share of a full-time week, such as 0.6") from None
    if not 0 <= fte <= 1.5:
        raise ValueError("is not between 0 and 1.5: write the IRO share of a full-time week, such as 0.6")
    return fte


def _read_whole(text: str | int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", str(text)):
        raise ValueError("is not a whole number from 0 to 9999: correct it")
    return int(text)


Fte = Annotated[float, BeforeValidator(_read_fte)]
Whole = Annotated[int, BeforeValidator(_read_whole)]
LegalStatusCode = Annotated[str, _one_of(LEGAL_STATUSES, "a legal status (903 LS)")]
PlacementCode = Annotated[str, _one_of(PLACEMENT_TYPES, "a placement type (903 PLACE)")]
Participation = Annotated[str, _one_of(PARTICIPATION_WORDS, "a participation code")]
LateReason = Annotated[str, _one_of(LATE_REASONS, "a reason for lateness")]
NonAttendanceReason = Annotated[str, _one_of(NON_ATTENDANCE_REASONS, "a reason for not attending")]
ReviewStatusWord = Annotated[str, _one_of(ReviewStatus, "a review status")]
ModeWord = Annotated[str, _one_of(Mode, "a way of meeting")]
AttendanceModeWord = Annotated[str, _one_of(AttendanceMode, "a way of attending")]
PersonWord = Annotated[str, _one_of(Person, "a person")]
InvolvementWord = Annotated[str, _one_of(Involvement, "an involvement")]
ActivityKindWord = Annotated[str, _one_of(ActivityKind, "a kind of activity")]
Theme = Annotated[Text, _one_of(ESCALATION_THEMES)]
StageWord = Annotated[str, _one_of(EscalationStage, "a stage of escalation")]
AuditThemeWord = Annotated[str, _one_of(AuditTheme, "an audit theme")]
GradeWord = Annotated[str, _one_of(Grade, "a grade")]
MetWord = Annotated[str, _one_of(Met, "yes, no or not applicable")]
