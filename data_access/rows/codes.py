"""The code sets of the field: what may stand in a coded column, and what each code means.

Sources: `903` the DfE's SSDA903 guide for REC, LS, PLACE, PLACE_PROVIDER, ETHNIC and REVIEW_CODE;
the service's own lists for reasons, kinds and grades (`domain.md` sections 3, 6, 7 and 8).
"""

from __future__ import annotations

from enum import StrEnum


class ReviewStatus(StrEnum):
    """What became of a review (`review_status`)."""

    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How the people of a review met (`mode`)."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    HYBRID = "hybrid"
    NO_MEETING = "no_meeting"


class AttendanceMode(StrEnum):
    """How the child took part in the meeting (`attendance_mode`)."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    NOT_PRESENT = "not_present"


class ParticipationCode(StrEnum):
    """903 REVIEW_CODE: how the child took part in the review."""

    PN0 = "PN0"
    PN1 = "PN1"
    PN2 = "PN2"
    PN3 = "PN3"
    PN4 = "PN4"
    PN5 = "PN5"
    PN6 = "PN6"
    PN7 = "PN7"


PARTICIPATION_WORDS: dict[str, str] = {
    "PN0": "under 4 at the review",
    "PN1": "there, spoke for themselves",
    "PN2": "there, an advocate or the IRO spoke for them",
    "PN3": "there, conveyed views without words",
    "PN4": "there, conveyed no views",
    "PN5": "not there, views sent through an advocate or the IRO",
    "PN6": "not there, views sent in writing or by recording",
    "PN7": "not there, views not conveyed",
}

PARTICIPATION_CODES = tuple(str(code) for code in ParticipationCode)
UNDER_FOUR = "PN0"
ATTENDED = ("PN1", "PN2", "PN3", "PN4")
NOT_THERE = ("PN5", "PN6", "PN7")
AGED_FOUR = (*ATTENDED, *NOT_THERE)
VIEWS_CONVEYED = ("PN1", "PN2", "PN3", "PN5", "PN6")
"""The participation codes by what they say: how old, there or not, views conveyed or not."""


class Person(StrEnum):
    """Who may take part in a review (`person`), by what they are to the child."""

    MOTHER = "mother"
    FATHER = "father"
    STEP_PARENT = "step_parent"
    CONNECTED_PERSON = "connected_person"
    CARER = "carer"
    ADVOCATE = "advocate"
    GUARDIAN = "guardian"


class Involvement(StrEnum):
    """How somebody was part of a review (`involvement`); `not_applicable` where there is no such person."""

    ATTENDED = "attended"
    CONSULTED = "consulted"
    NOT_APPLICABLE = "not_applicable"
    NOT_CONSULTED = "not_consulted"
    NOT_RECORDED = "not_recorded"


class ActivityKind(StrEnum):
    """What an IRO did between reviews (`activity_kind`)."""

    MIDWAY_REVIEW = "midway_review"
    CASE_NOTE = "case_note"
    CHILD_CONTACT = "child_contact"
    PRE_MEETING = "pre_meeting"
    PATHWAY_REVIEW = "pathway_review"
    OTHER_MEETING = "other_meeting"


class EscalationStage(StrEnum):
    """How far a challenge went (`stage`): `domain.md` section 6."""

    INFORMAL = "informal"
    FORMAL_1 = "formal_1"
    FORMAL_2 = "formal_2"
    FORMAL_3 = "formal_3"
    CAFCASS = "cafcass"


ESCALATION_THEMES: dict[str, str] = {
    "permanence": "permanence drift or delay",
    "legal_status": "legal status of the placement",
    "services": "health, education, contact or life-story services",
    "not_visited": "child not visited",
    "report_or_plan_missing": "report or care plan missing",
    "decisions_not_done": "decisions not carried out",
    "safety": "safety of the placement",
    "no_social_worker": "no allocated social worker",
    "participation": "participation",
    "savings": "savings",
    "good_practice": "good practice",
    "other": "other",
}


class AuditTheme(StrEnum):
    """The section of an audit that was graded (`audit_theme`): `domain.md` section 7."""

    CHRONOLOGY = "chronology"
    ASSESSMENTS = "assessments"
    PLANS = "plans"
    VISITING = "visiting"
    SUPERVISION = "supervision"
    INTERVENTION = "intervention"


class Grade(StrEnum):
    """How good an audited section is (`grade`), in Ofsted's words."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"


class Met(StrEnum):
    """Whether what a monitoring form asks for was in place (`met`)."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


LATE_REASONS: dict[str, str] = {
    "LR01": "late notification that the child was looked after",
    "LR02": "family arrangement became looked after, start unclear",
    "LR03": "unclear at transfer of team or worker",
    "LR04": "social work report not completed",
    "LR05": "care plan not updated",
    "LR06": "postponed at the placement's or carer's request",
    "LR07": "postponed at the team's request",
    "LR08": "poorly planned, booked outside time",
    "LR09": "initial review convened late",
    "LR10": "IRO absence or cover",
    "LR11": "key participant ill or unavailable",
    "LR12": "the child's request or circumstances",
    "LR13": "exceptional, agreed beforehand",
    "LR90": "record only: series, first date not recorded",
    "LR91": "record only: held in time, recorded late",
    "LR99": "other",
}

LATE_REASON_GROUPS: dict[str, str] = {
    "LR01": "team",
    "LR02": "team",
    "LR03": "team",
    "LR04": "team",
    "LR05": "team",
    "LR06": "placement",
    "LR07": "team",
    "LR08": "iro",
    "LR09": "iro",
    "LR10": "iro",
    "LR11": "other",
    "LR12": "child",
    "LR13": "other",
    "LR90": "record",
    "LR91": "record",
    "LR99": "other",
}
"""Where the reason for lateness lies, so that nobody is blamed by a guess. [D]: sources list reasons."""

NON_ATTENDANCE_REASONS: dict[str, str] = {
    "NA01": "chose not to",
    "NA02": "declined and would not speak to the IRO",
    "NA03": "left before the meeting",
    "NA04": "seen by the IRO before or after instead",
    "NA05": "missing",
    "NA06": "in custody",
    "NA07": "disability, communication or special educational need",
    "NA08": "age or capacity (4 and over)",
    "NA09": "IRO judged attendance not appropriate",
    "NA10": "short notice or unsuitable venue",
    "NA11": "unfamiliar (cover) IRO",
    "NA12": "IRO tried and could not reach the child",
    "NA13": "virtual format unsuitable",
    "NA90": "record only: attended, coded wrongly",
    "NA99": "other",
}

NON_ATTENDANCE_GROUPS: dict[str, str] = {
    "NA01": "choice",
    "NA02": "choice",
    "NA03": "choice",
    "NA04": "seen",
    "NA05": "away",
    "NA06": "away",
    "NA07": "support",
    "NA08": "support",
    "NA09": "service",
    "NA10": "service",
    "NA11": "service",
    "NA12": "away",
    "NA13": "service",
    "NA90": "record",
    "NA99": "other",
}
"""What could be done about a reason for not being there. [D]: sources list reasons."""

ETHNIC_GROUPS: dict[str, str] = {
    **dict.fromkeys(("WBRI", "WIRI", "WOTH", "WIRT", "WROM"), "White"),
    **dict.fromkeys(("MWBC", "MWBA", "MWAS", "MOTH"), "Mixed or multiple ethnic groups"),
    **dict.fromkeys(("AIND", "APKN", "ABAN", "AOTH", "CHNE"), "Asian or Asian British"),
    **dict.fromkeys(("BCRB", "BAFR", "BOTH"), "Black, African, Caribbean or Black British"),
    "OOTH": "Other ethnic group",
    **dict.fromkeys(("REFU", "NOBT"), "Refused or not yet known"),
}
"""903 ETHNIC by the groups of the national statistics."""

SEXES: dict[str, str] = {
    **dict.fromkeys(("1", "M", "MALE", "BOY"), "Boys"),
    **dict.fromkeys(("2", "F", "FEMALE", "GIRL"), "Girls"),
}

LEGAL_GROUPS: dict[str, str] = {
    "C1": "Interim care order",
    "C2": "Full care order",
    **dict.fromkeys(("D1", "E1"), "Placement order"),
    **dict.fromkeys(("V2", "V3", "V4"), "Section 20"),
    **dict.fromkeys(("L1", "L2", "L3"), "Detained for child protection"),
    **dict.fromkeys(("J1", "J2", "J3"), "Youth justice legal status"),
}
"""903 LS by the groups of the national statistics."""

PLACEMENT_GROUPS: dict[str, str] = {
    **dict.fromkeys(("U1", "U2", "U3"), "Foster: relative or friend"),
    **dict.fromkeys(("U4", "U5", "U6"), "Foster: other carer"),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "Placed for adoption"),
    "P1": "With own parents",
    **dict.fromkeys(("P2", "H5"), "Independent or semi-independent living"),
    "K1": "Secure children's home",
    "K2": "Children's home",
    **dict.fromkeys(("K3", "R1", "R2", "R3", "R5"), "Other residential setting"),
    "S1": "Residential school",
    **dict.fromkeys(
        ("P3", "T0", "T1", "T2", "T3", "T4", "Z1", "Z11", "Z12", "Z13", "Z14"), "Other placement"
    ),
}
"""903 PLACE by groups that the national statistics and annual reports can both be read from."""

LEGAL_STATUSES: dict[str, str] = {
    "C1": "interim care order",
    "C2": "full care order",
    "D1": "freeing order",
    "E1": "placement order",
    "J1": "remanded or committed for trial or sentence",
    "J2": "detained under PACE",
    "J3": "sentenced to a supervision order with a residence requirement",
    "L1": "police protection",
    "L2": "emergency protection order",
    "L3": "child assessment order",
    "V2": "single period of accommodation under section 20",
    "V3": "short breaks, agreed series (individual)",
    "V4": "short breaks, agreed series",
}

PLACEMENT_TYPES: dict[str, str] = {
    **{f"A{n}": "placed for adoption" for n in range(3, 7)},
    "H5": "semi-independent living",
    "K1": "secure children's home",
    "K2": "children's home",
    "K3": "residential care home",
    "P1": "placed with own parents",
    "P2": "independent living",
    "P3": "residential employment",
    "R1": "residential care home",
    "R2": "NHS or health trust",
    "R3": "family centre or mother and baby unit",
    "R5": "young offender institution or prison",
    "S1": "residential school",
    "T0": "all types of temporary move",
    "T1": "temporary: hospital",
    "T2": "temporary: holiday",
    "T3": "temporary: staying with a relative or friend",
    "T4": "temporary: other",
    "U1": "foster: relative or friend, long term",
    "U2": "foster: relative or friend, also approved adopter",
    "U3": "foster: relative or friend",
    "U4": "foster: other carer, long term",
    "U5": "foster: other carer, also approved adopter",
    "U6": "foster: other carer",
    "Z1": "other placement",
    **{f"Z{n}": "other placement" for n in range(11, 15)},
}

SHORT_BREAK_STATUSES = frozenset({"V3", "V4"})
ADOPTION_PLACEMENTS = frozenset({"A3", "A4", "A5", "A6"})
SIGNIFICANT_CHANGES: dict[str, str] = {
    "SC01": "change of care plan",
    "SC02": "agreed decisions not carried out",
    "SC03": "change of contact",
    "SC04": "change of social worker",
    "SC05": "section 47 concerns",
    "SC06": "outcome of a meeting without the IRO",
    "SC07": "complaint",
    "SC08": "unexpected change of placement",
    "SC09": "change in the birth family",
    "SC10": "charge or conviction",
    "SC11": "exclusion from school",
    "SC12": "going missing",
    "SC13": "significant health event",
    "SC14": "panel decision on permanence",
}
"""What an IRO must be told of between reviews (`domain.md` section 4, S1)."""

RECORD_ONLY_REASONS = frozenset({"LR90", "LR91"})
REASONS_THAT_NEED_A_NOTE = frozenset({"LR99", "NA99"})

AUDIT_NATURES: dict[str, str] = {
    "out_of_time": "reviews out of time",
    "not_attended": "reviews the child was not at",
    "either": "reviews out of time or the child not there",
}
"""What a targeted audit looks at (`domain.md` section 7, S0)."""

LEARNING_THEMES: dict[str, str] = {
    "told": "being told that a child is looked after, or of changes",
    "booking": "planning and booking the review",
    "agreement": "agreement before a review goes out of time",
    "reports": "reports and care plans",
    "child": "preparing and hearing the child",
    "format": "venue, format and invitations",
    "cover": "absence, cover and change of IRO",
    "recording": "recording",
    "practice": "good practice to share",
    "other": "other",
}
"""What is learned from a targeted audit, so that it can be counted. [D]: S0 asks for themes, names none."""

DIP_SAMPLES: dict[str, str] = {
    "random": "at random",
    "late": "weighted to reviews held late",
    "not_attended": "weighted to reviews the child was not at",
    "untouched": "weighted to children longest without an entry",
}
"""How a manager's sample of an IRO's recent work was drawn (`domain.md` section 5: dip samples)."""
