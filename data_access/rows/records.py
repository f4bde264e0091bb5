"""What one row of each kind of the review extract holds (`formats.md` section 1).

Each class is the single statement of a kind: its columns in order, which are required (those
without a default), what each is and may contain, and the rules between columns. The store's tables
(`schema.py`), the recognition of files, the validation of rows, the empty Excel template and the
documentation are all read off these classes.

The reader works column by column: every distinct text is validated once through the field's
pydantic type (`sources/`), so a million rows cost a million look-ups, not a million validations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from data_access.rows.values import (
    ActivityKindWord,
    AttendanceModeWord,
    AuditThemeWord,
    Day,
    Fte,
    GradeWord,
    Identifier,
    InvolvementWord,
    LateReason,
    LegalStatusCode,
    MetWord,
    ModeWord,
    NonAttendanceReason,
    Participation,
    PersonWord,
    PlacementCode,
    ReviewStatusWord,
    StageWord,
    Text,
    Theme,
    Whole,
    YesNo,
)


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


def _required(about: str) -> Any:
    """A column that a file must have. about: what it is, for the documentation and the template."""
    return Field(description=about)


def _optional(about: str, *, default: bool | None = None) -> Any:
    """A column that a file may lack. default: what a blank means."""
    return Field(default, description=about)


class Child(Record):
    """A child looked after now or before."""

    kind = "children"
    key = ("child_id",)
    rules = (NotAfterAsAt("date_of_birth"),)
    child_id: Identifier = _required(
        "The authority's own identifier for the child, as text; no name is loaded"
    )
    date_of_birth: Day = _required("The child's date of birth")
    sex: Text | None = _optional("903 SEX: M or F, or 1 or 2")
    ethnicity: Text | None = _optional("903 ETHNIC, such as WBRI")
    uasc: YesNo | None = _optional("Whether the child is an unaccompanied asylum-seeking child")
    disability: YesNo | None = _optional("Whether the child has a disability")
    sibling_group: Text | None = _optional(
        "Any text that brothers and sisters share: plans keep them with one IRO"
    )


class CarePeriod(Record):
    """A time during which a child was looked after without a break: the clock of reviews starts with it."""

    kind = "care_periods"
    key = ("child_id", "started_on")
    points_to = {"child_id": "children"}
    rules = (NotBefore("ended_on", "started_on"),)
    no_overlap = ("started_on", "ended_on")
    child_id: Identifier = _required("Whose it is")
    started_on: Day = _required("The day the child became looked after")
    ended_on: Day | None = _optional("The day the child ceased to be looked after; blank: still looked after")
    end_reason: Text | None = _optional("903 REC, such as E4A")
    start_known: YesNo | None = _optional(
        "No where `started_on` is only the first day the data reach; blank is yes", default=True
    )
    notified_on: Day | None = _optional("The day the IRO service was told that the child is looked after")


class LegalStatus(Record):
    """A legal status of a child. V3 and V4 put the child on the schedule of short breaks."""

    kind = "legal_statuses"
    key = ("child_id", "from_date", "legal_status")
    points_to = {"child_id": "children"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier = _required("Whose it is")
    from_date: Day = _required("The first day it held")
    to_date: Day | None = _optional("The last day it held; blank: it still holds")
    legal_status: LegalStatusCode = _required("903 LS")


class Placement(Record):
    """A placement of a child. A3 to A6 put the child on the schedule of adoption."""

    kind = "placements"
    key = ("child_id", "from_date", "placement_type")
    points_to = {"child_id": "children"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier = _required("Whose it is")
    from_date: Day = _required("The first day in it")
    to_date: Day | None = _optional("The last day in it; blank: still there")
    placement_type: PlacementCode = _required("903 PLACE")
    provider: Text | None = _optional("903 PLACE_PROVIDER, such as PR1")
    inside_authority: YesNo | None = _optional("Whether it lies inside the authority's area")


class Iro(Record):
    """An Independent Reviewing Officer."""

    kind = "iros"
    key = ("iro_id",)
    rules = (NotBefore("ended_on", "started_on"),)
    iro_id: Identifier = _required("The authority's own identifier for the IRO")
    iro_name: Text = _required("The name that pages and documents show")
    iro_email: Text | None = _optional("Where their weekly report is addressed to")
    started_on: Day = _required("The first day in the service")
    ended_on: Day | None = _optional("The last day in the service; blank: still in it")
    sex: Text | None = _optional("For the team's make-up beside the children's in the annual report")
    ethnicity: Text | None = _optional("903 ETHNIC, for the same")


class IroHours(Record):
    """How much of a full-time week an IRO has for the role, over some time."""

    kind = "iro_hours"
    key = ("iro_id", "from_date")
    points_to = {"iro_id": "iros"}
    rules = (NotBefore("to_date", "from_date"),)
    iro_id: Identifier = _required("Whose hours they are")
    from_date: Day = _required("The first day they held")
    to_date: Day | None = _optional("The last day they held; blank: they still hold")
    fte: Fte = _required("The IRO share of a full-time week, from 0 to 1.5: 0.6 is three days in five")


class Team(Record):
    """A social work team that holds children's cases."""

    kind = "teams"
    key = ("team_id",)
    team_id: Identifier = _required("The authority's own identifier for the team")
    team_name: Text = _required("The name that pages and documents show")
    service: Text | None = _optional("The part of the department that it belongs to")
    manager_email: Text | None = _optional("Where the team's weekly report is addressed to")


class IroAllocation(Record):
    """The IRO of a child over some time; at any one time a child has one at the most."""

    kind = "iro_allocations"
    key = ("child_id", "from_date", "iro_id")
    points_to = {"child_id": "children", "iro_id": "iros"}
    rules = (NotBefore("to_date", "from_date"),)
    no_overlap = ("from_date", "to_date")
    child_id: Identifier = _required("Whose IRO it is")
    iro_id: Identifier = _required("Who is allocated")
    from_date: Day = _required("The first day of it")
    to_date: Day | None = _optional("The last day of it; blank: still allocated")


class TeamAllocation(Record):
    """The team that holds a child's case over some time."""

    kind = "team_allocations"
    key = ("child_id", "from_date", "team_id")
    points_to = {"child_id": "children", "team_id": "teams"}
    rules = (NotBefore("to_date", "from_date"),)
    child_id: Identifier = _required("Whose case it is")
    team_id: Identifier = _required("The team that holds it")
    from_date: Day = _required("The first day of it")
    to_date: Day | None = _optional("The last day of it; blank: it still does")
    social_worker: Text | None = _optional("The name of the child's social worker; blank: none is allocated")


class Review(Record):
    """A review: booked, held or cancelled. A series of meetings is one review, on one row."""

    kind = "reviews"
    key = ("review_id",)
    points_to = {"child_id": "children", "chaired_by": "iros"}
    rules = (
        NeededWhen("held_on", when="review_status", equals="held"),
        NeededWhen("booked_for", when="review_status", equals="booked"),
        NotBefore("completed_on", "held_on"),
    )
    review_id: Identifier = _required("The case system's identifier for the review")
    child_id: Identifier = _required("Whose review it is")
    review_status: ReviewStatusWord = _required("Where it stands")
    booked_for: Day | None = _optional("The day it is, or was, to be held; a booked one needs it")
    held_on: Day | None = _optional(
        "The day of its first meeting, which decides whether it was in time; a held one needs it"
    )
    completed_on: Day | None = _optional(
        "The day of its last meeting; decisions, record and letter are counted from it"
    )
    chaired_by: Identifier | None = _optional("The IRO who chaired it")
    booked_on: Day | None = _optional("The day the booking was made; blank: it was always known")
    recorded_on: Day | None = _optional("The day it was entered into the case system")
    venue: Text | None = _optional("Where it was held")
    mode: ModeWord | None = _optional("How the meeting was held")
    is_series: YesNo | None = _optional("Whether it was a series of meetings")
    participation_code: Participation | None = _optional("903 REVIEW_CODE: how the child took part")
    attendance_mode: AttendanceModeWord | None = _optional("How the child was there")
    non_attendance_reason: NonAttendanceReason | None = _optional("Why the child was not there (PN5 to PN7)")
    late_reason: LateReason | None = _optional("Why it was late, or will be")
    late_agreed_by: Text | None = _optional("Who agreed beforehand that it may be held out of time")
    late_agreed_on: Day | None = _optional("The day of that agreement: it counts on or before the due date")
    rearranged_from: Day | None = _optional("The day it was first booked for, where it was moved")
    invite_list_on: Day | None = _optional("The day the IRO asked the social worker whom to invite")
    invitations_sent_on: Day | None = _optional("The day invitations and consultation papers went out")
    child_seen_on: Day | None = _optional("The day the IRO saw or spoke with the child about this review")
    social_worker_visit_on: Day | None = _optional("The day the social worker visited the child for it")
    report_received_on: Day | None = _optional("The day the social work report was on the system")
    report_shared_on: Day | None = _optional("The day the report was shared with the child and family")
    care_plan_updated_on: Day | None = _optional("The day the care plan was updated for it")
    child_paper_returned: YesNo | None = _optional("Whether the child's consultation paper came back")
    parent_paper_returned: YesNo | None = _optional("Whether a parent's consultation paper came back")
    carer_paper_returned: YesNo | None = _optional("Whether the carer's consultation paper came back")
    decisions_sent_on: Day | None = _optional("The day the decisions were issued")
    record_sent_on: Day | None = _optional("The day the record (minutes) went to all parties")
    letter_sent_on: Day | None = _optional("The day the letter went to the child")
    monitoring_sent_on: Day | None = _optional("The day the monitoring form went to the team manager")
    recorded_due_on: Day | None = _optional(
        "The due date that the case system gives: shown beside ours, never counted"
    )


class ReviewPerson(Record):
    """One person's part in a review; several connected persons are several rows."""

    kind = "review_people"
    key = ("review_id", "person")
    unique = False
    points_to = {"review_id": "reviews"}
    review_id: Identifier = _required("Which review")
    person: PersonWord = _required("Who")
    involvement: InvolvementWord = _required("How they were involved")


class Activity(Record):
    """A piece of an IRO's work for a child between reviews: what the footprint counts."""

    kind = "activities"
    key = ("activity_id",)
    points_to = {"child_id": "children", "iro_id": "iros"}
    activity_id: Identifier = _required("The case system's identifier for it")
    child_id: Identifier = _required("For which child")
    iro_id: Identifier = _required("The IRO who did it, to whom it is counted")
    activity_kind: ActivityKindWord = _required("What it was")
    done_on: Day = _required("The day it was done")


class Escalation(Record):
    """A concern that an IRO raised about a child's case."""

    kind = "escalations"
    key = ("escalation_id",)
    points_to = {"child_id": "children", "iro_id": "iros", "team_id": "teams"}
    rules = (NotBefore("resolved_on", "raised_on"),)
    escalation_id: Identifier = _required("The authority's identifier for it")
    child_id: Identifier = _required("Which child it concerns")
    raised_on: Day = _required("The day it was raised")
    iro_id: Identifier | None = _optional("Who raised it; blank: the IRO allocated that day")
    team_id: Identifier | None = _optional("To which team; blank: the team allocated that day")
    theme: Theme | None = _optional("What it is about; any other text is kept, and grouped as other")
    stage: StageWord = _required("The stage it has reached")
    human_rights: YesNo | None = _optional(
        "Whether it concerns a breach of human rights, which is formal at once"
    )
    resolved_on: Day | None = _optional("The day it was resolved; blank: still open")
    outcome: Text | None = _optional("What came of it, in free text")


class Audit(Record):
    """One section of an audited case, with its grade: a case has a row for each theme audited."""

    kind = "audits"
    key = ("audit_id", "audit_theme")
    points_to = {"child_id": "children", "team_id": "teams"}
    audit_id: Identifier = _required("The identifier of the audited case")
    programme: Text = _required("The audit it was part of, such as Focus Five spring 2026")
    audited_on: Day = _required("The day it was audited")
    audit_theme: AuditThemeWord = _required("The section of the case that was graded")
    grade: GradeWord = _required("The grade it was given")
    child_id: Identifier | None = _optional("Which child's case it was")
    team_id: Identifier | None = _optional("Which team's work it was; blank: the team allocated that day")
    cohort: Text | None = _optional("The group of children the sample was drawn from")
    in_time: YesNo | None = _optional("Whether visits were in time")
    months_out_of_date: Whole | None = _optional(
        "By how many months the chronology, assessment or plan was out of date"
    )
    strength: Text | None = _optional("What was good, in free text")
    improvement: Text | None = _optional("What is to be improved, in free text")


class Monitoring(Record):
    """One item of the monitoring form that follows a review."""

    kind = "monitoring"
    key = ("review_id", "item")
    points_to = {"review_id": "reviews"}
    review_id: Identifier = _required("Which review")
    item: Text = _required(
        "What was looked at, such as health_assessment, education_plan, sdq, care_plan or views"
    )
    met: MetWord = _required("Whether it was in place")
    comment: Text | None = _optional("What the IRO wrote about it")


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
