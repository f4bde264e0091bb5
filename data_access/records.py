"""What one row of each kind of the review extract holds (`formats.md` section 1).

Each class is the single statement of a kind: its columns in order, which are required (those
without a default), what each may contain and the rules between columns. The store's tables
(`schema.py`), the recognition of files, the validation of rows, the empty Excel template and the
documentation are all read off these classes.

The reader works column by column: every distinct text is validated once through the field's
pydantic type (`sources/`), so a million rows cost a million look-ups, not a million validations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from data_access.codes import (
    LATE_REASONS,
    LEGAL_STATUSES,
    NON_ATTENDANCE_REASONS,
    PLACEMENT_TYPES,
    ActivityKind,
    AttendanceMode,
    AuditTheme,
    EscalationStage,
    Grade,
    Involvement,
    Met,
    Mode,
    ParticipationCode,
    Person,
    ReviewStatus,
)

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 00:00(?::00(?:\.0+)?)?)?")
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


def _one_of(codes: Any, what: str) -> BeforeValidator:
    """A validator that takes a code of the set, whatever its case, and says the choices otherwise."""
    by_upper = {str(code).upper(): str(code) for code in codes}

    def read(text: str) -> str:
        code = by_upper.get(re.sub(r"[ -]+", "_", text.strip()).upper())
        if code is None:
            raise ValueError(f"is not {what}: use one of {', '.join(by_upper.values())}")
        return code

    return BeforeValidator(read)


def read_day(text: str | date) -> date:
    """A day written `YYYY-MM-DD` or `DD/MM/YYYY`, with or without a midnight time.

    Raises ValueError in a practice manager's words when it is not a day, or absurd.
    """
    if isinstance(text, datetime):
        return text.date()
    if isinstance(text, date):
        return text
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _BRITISH.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise ValueError("is not a date: write it as 2026-01-31 or 31/01/2026")
    try:
        read = date(year, month, day)
    except ValueError:
        raise ValueError("is not a day of the calendar: write it as 2026-01-31 or 31/01/2026") from None
    if not EARLIEST <= read <= LATEST:
        raise ValueError("is before 1900 or after 2100: correct the year")
    return read


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
Participation = Annotated[str, _one_of(ParticipationCode, "a participation code")]
LateReason = Annotated[str, _one_of(LATE_REASONS, "a reason for lateness")]
NonAttendanceReason = Annotated[str, _one_of(NON_ATTENDANCE_REASONS, "a reason for not attending")]
ReviewStatusWord = Annotated[str, _one_of(ReviewStatus, "a review status")]
ModeWord = Annotated[str, _one_of(Mode, "a way of meeting")]
AttendanceModeWord = Annotated[str, _one_of(AttendanceMode, "a way of attending")]
PersonWord = Annotated[str, _one_of(Person, "a person")]
InvolvementWord = Annotated[str, _one_of(Involvement, "an involvement")]
ActivityKindWord = Annotated[str, _one_of(ActivityKind, "a kind of activity")]
StageWord = Annotated[str, _one_of(EscalationStage, "a stage of escalation")]
AuditThemeWord = Annotated[str, _one_of(AuditTheme, "an audit theme")]
GradeWord = Annotated[str, _one_of(Grade, "a grade")]
MetWord = Annotated[str, _one_of(Met, "yes, no or not applicable")]


@dataclass(frozen=True)
class NotBefore:
    """Rule between two columns: where both are known, `later` is not before `earlier`."""

    later: str
    earlier: str


@dataclass(frozen=True)
class NeededWhen:
    """Rule between two columns: `column` may not be blank in a row whose `when` is `equals`."""

    column: str
    when: str
    equals: str


@dataclass(frozen=True)
class NotAfterAsAt:
    """Rule: the day in `column` may not lie after the load's as-at date."""

    column: str


Rule = NotBefore | NeededWhen | NotAfterAsAt


class Record(BaseModel):
    """A row of one kind. Class variables name the kind, its key and what it points to."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    """Columns that together may stand only once in what one source says."""
    unique: ClassVar[bool] = True
    """False where several rows with one key are allowed by the format."""
    points_to: ClassVar[dict[str, str]] = {}
    """column -> kind whose identifier it must be."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    no_overlap: ClassVar[tuple[str, str] | None] = None
    """(from, to) columns of ranges that may not overlap for one child."""

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Every column, in the order of the format."""
        return tuple(cls.model_fields)

    @classmethod
    def required(cls) -> frozenset[str]:
        """The columns a file must have to be of this kind."""
        return frozenset(name for name, field in cls.model_fields.items() if field.is_required())


class Child(Record):
    kind = "children"
    key = ("child_id",)
    rules = (NotAfterAsAt("date_of_birth"),)
    child_id: Identifier
    date_of_birth: Day
    sex: Text | None = None
    ethnicity: Text | None = None
    uasc: YesNo | None = None
    disability: YesNo | None = None
    sibling_group: Text | None = None


class CarePeriod(Record):
    kind = "care_periods"
    key = ("child_id", "started_on")
    points_to = {"child_id": "children"}
    rules = (NotBefore("ended_on", "started_on"),)
    no_overlap = ("started_on", "ended_on")
    child_id: Identifier
    started_on: Day
    ended_on: Day | None = None
    end_reason: Text | None = None
    start_known: YesNo | None = True
    notified_on: Day | None = None


class LegalStatus(Record):
    kind = "legal_statuses"
    key = ("child_id", "from_date", "legal_status")
    points_to = {"child_id": "children"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier
    from_date: Day
    to_date: Day | None = None
    legal_status: LegalStatusCode


class Placement(Record):
    kind = "placements"
    key = ("child_id", "from_date", "placement_type")
    points_to = {"child_id": "children"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier
    from_date: Day
    to_date: Day | None = None
    placement_type: PlacementCode
    provider: Text | None = None
    inside_authority: YesNo | None = None


class Iro(Record):
    kind = "iros"
    key = ("iro_id",)
    rules = (NotBefore("ended_on", "started_on"),)
    iro_id: Identifier
    iro_name: Text
    iro_email: Text | None = None
    started_on: Day
    ended_on: Day | None = None
    sex: Text | None = None
    ethnicity: Text | None = None


class IroHours(Record):
    kind = "iro_hours"
    key = ("iro_id", "from_date")
    points_to = {"iro_id": "iros"}
    rules = (NotBefore("to_date", "from_date"),)
    iro_id: Identifier
    from_date: Day
    to_date: Day | None = None
    fte: Fte


class Team(Record):
    kind = "teams"
    key = ("team_id",)
    team_id: Identifier
    team_name: Text
    service: Text | None = None
    manager_email: Text | None = None


class IroAllocation(Record):
    kind = "iro_allocations"
    key = ("child_id", "from_date", "iro_id")
    points_to = {"child_id": "children", "iro_id": "iros"}
    rules = (NotBefore("to_date", "from_date"),)
    no_overlap = ("from_date", "to_date")
    child_id: Identifier
    iro_id: Identifier
    from_date: Day
    to_date: Day | None = None


class TeamAllocation(Record):
    kind = "team_allocations"
    key = ("child_id", "from_date", "team_id")
    points_to = {"child_id": "children", "team_id": "teams"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier
    team_id: Identifier
    from_date: Day
    to_date: Day | None = None
    social_worker: Text | None = None


class Review(Record):
    kind = "reviews"
    key = ("review_id",)
    points_to = {"child_id": "children", "chaired_by": "iros"}
    rules = (
        NeededWhen("held_on", when="review_status", equals="held"),
        NeededWhen("booked_for", when="review_status", equals="booked"),
        NotBefore("completed_on", "held_on"),
    )
    review_id: Identifier
    child_id: Identifier
    review_status: ReviewStatusWord
    booked_for: Day | None = None
    held_on: Day | None = None
    completed_on: Day | None = None
    chaired_by: Identifier | None = None
    booked_on: Day | None = None
    recorded_on: Day | None = None
    venue: Text | None = None
    mode: ModeWord | None = None
    is_series: YesNo | None = None
    participation_code: Participation | None = None
    attendance_mode: AttendanceModeWord | None = None
    non_attendance_reason: NonAttendanceReason | None = None
    late_reason: LateReason | None = None
    late_agreed_by: Text | None = None
    late_agreed_on: Day | None = None
    rearranged_from: Day | None = None
    invite_list_on: Day | None = None
    invitations_sent_on: Day | None = None
    child_seen_on: Day | None = None
    social_worker_visit_on: Day | None = None
    report_received_on: Day | None = None
    report_shared_on: Day | None = None
    care_plan_updated_on: Day | None = None
    child_paper_returned: YesNo | None = None
    parent_paper_returned: YesNo | None = None
    carer_paper_returned: YesNo | None = None
    decisions_sent_on: Day | None = None
    record_sent_on: Day | None = None
    letter_sent_on: Day | None = None
    monitoring_sent_on: Day | None = None
    recorded_due_on: Day | None = None


class ReviewPerson(Record):
    kind = "review_people"
    key = ("review_id", "person")
    unique = False
    points_to = {"review_id": "reviews"}
    review_id: Identifier
    person: PersonWord
    involvement: InvolvementWord


class Activity(Record):
    kind = "activities"
    key = ("activity_id",)
    points_to = {"child_id": "children", "iro_id": "iros"}
    activity_id: Identifier
    child_id: Identifier
    iro_id: Identifier
    activity_kind: ActivityKindWord
    done_on: Day


class Escalation(Record):
    kind = "escalations"
    key = ("escalation_id",)
    points_to = {"child_id": "children", "iro_id": "iros", "team_id": "teams"}
    rules = (NotBefore("resolved_on", "raised_on"),)
    escalation_id: Identifier
    child_id: Identifier
    raised_on: Day
    iro_id: Identifier | None = None
    team_id: Identifier | None = None
    theme: Text | None = None
    stage: StageWord
    human_rights: YesNo | None = None
    resolved_on: Day | None = None
    outcome: Text | None = None


class Audit(Record):
    kind = "audits"
    key = ("audit_id", "audit_theme")
    points_to = {"child_id": "children", "team_id": "teams"}
    audit_id: Identifier
    programme: Text
    audited_on: Day
    audit_theme: AuditThemeWord
    grade: GradeWord
    child_id: Identifier | None = None
    team_id: Identifier | None = None
    cohort: Text | None = None
    in_time: YesNo | None = None
    months_out_of_date: Whole | None = None
    strength: Text | None = None
    improvement: Text | None = None


class Monitoring(Record):
    kind = "monitoring"
    key = ("review_id", "item")
    points_to = {"review_id": "reviews"}
    review_id: Identifier
    item: Text
    met: MetWord
    comment: Text | None = None


RECORDS: tuple[type[Record], ...] = (
    Child,
    Iro,
    Team,
    CarePeriod,
    LegalStatus,
    Placement,
    IroHours,
    IroAllocation,
    TeamAllocation,
    Review,
    ReviewPerson,
    Activity,
    Escalation,
    Audit,
    Monitoring,
)
"""Every kind, each after the kinds it points to: the order in which files are loaded."""

BY_KIND: dict[str, type[Record]] = {record.kind: record for record in RECORDS}
