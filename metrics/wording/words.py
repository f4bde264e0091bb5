"""How days, counts, names and codes are written, on every page and in every document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

import standards
from data_access.rows.codes import LATE_REASON_GROUPS, LATE_REASONS

NOBODY = "unallocated"
"""The group of rows that nobody is allocated to, as the measures name it."""

RECORDS = "Contains children's records: keep it inside children's services."
"""Said in every file with a row per child (`domain.md` section 11)."""

NO_SHORT_BREAKS = "Children in a series of short breaks are left out, as in every headline figure."
"""Said where children looked after are counted; the tracker has all of them."""

HEADINGS = {
    "child_id": "Child",
    "age_band": "Age",
    "team_id": "Team",
    "social_worker": "Social worker",
    "iro_id": "IRO",
    "kind": "Kind of review",
    "opens_on": "Counted from",
    "due_on": "Due",
    "held_on": "Held",
    "booked_for": "Booked for",
    "outcome": "Outcome",
    "days_late": "Days late",
    "late_reason": "Reason for lateness",
    "late_agreed_by": "Lateness agreed by",
    "late_agreed_on": "Lateness agreed on",
    "participation_code": "How the child took part",
    "non_attendance_reason": "Why the child was not there",
    "period_started_on": "Looked after since",
    "regime": "Schedule",
    "activity_kind": "Kind of work",
    "last_touch_on": "Last worked on",
    "last_touch": "What was done",
    "last_touch_by": "By",
    "days_untouched": "Days since",
    "with_iro_since": "With this IRO since",
    "lies": "Where the reason lies",
    "agreed": "Agreed",
    "done_on": "Done",
    "iro_since": "With this IRO since",
    "last_held_on": "Last review",
    "agreed_by": "Lateness agreed by",
    "agreed_on": "Lateness agreed on",
    "to_check": "What to check",
    "last_absence_reason": "Not at the last review because",
    "went_by_on": "Booking that went by",
    "midway_due_on": "Midway review due",
    "midway_done_on": "Midway review done",
    "last_iro_contact_on": "Last contact by the IRO",
    "escalation_id": "Open escalation",
    "escalation_age_days": "Escalation open, days",
    "decided_on": "Decided on",
    "recorded_due_on": "The system's date",
    "differs_by": "Days later than ours",
    "cause": "Likely because",
    "contact_on": "The IRO met the child",
    "inside_authority": "Where",
    "raised_on": "Raised",
    "resolved_on": "Resolved",
    "deadline_on": "Formal process ends",
    "human_rights": "Breach of human rights",
    "open_for": "Open, working days",
    "standing": "Against its time",
    "report_owed_on": "Report owed by",
    "care_plan_owed_on": "Care plan owed by",
    "decisions_owed_on": "Decisions owed by",
    "record_owed_on": "Record owed by",
    "letter_owed_on": "Letter owed by",
}
KINDS = {
    "first": "First review",
    "second": "Second review",
    "subsequent": "Later review",
    "unknown": "Start of care not known",
}
AGES = {"0": "Under 1", "1-4": "1 to 4", "5-9": "5 to 9", "10-15": "10 to 15", "16+": "16 and over"}
OUTCOMES = {
    "on_time": "on time",
    "late": "held late",
    "overdue": "overdue",
    "missed": "never held",
    "open": "not yet due",
    "not_required": "no longer needed",
    "not_assessable": "due date not known",
}
REGIMES = {"looked_after": "looked after", "adoption": "placed for adoption", "short_break": "short breaks"}
STAGES = {
    "informal": "informal",
    "formal_1": "formal: service manager",
    "formal_2": "formal: head of service",
    "formal_3": "formal: director",
    "cafcass": "Cafcass",
}
"""Who an escalation has reached, in the order in which it goes (`domain.md` section 6)."""
LIES = {
    "team": "With the child's team",
    "iro": "With the IRO service",
    "placement": "With the placement",
    "child": "With the child",
    "record": "With the record only",
    "other": "Elsewhere",
}
"""Where a reason for lateness lies (`codes.LATE_REASON_GROUPS`)."""
NO_REASON = "No reason recorded"
STEPS = {
    "report": "report",
    "care_plan": "updated care plan",
    "decisions": "decisions",
    "record": "record",
    "letter": "letter to the child",
}
"""What can be missing around a review, by the tracker's word for it."""
_SMALL = {"iro": "IRO", "iros": "IROs", "fte": "FTE"}


def day(on: date | None) -> str:
    """`Fri 30 Jan 2026`; nothing for no day."""
    if on is None or pd.isna(on):
        return ""
    return f"{on:%a} {on.day} {on:%b %Y}"


def moment(at: datetime | None) -> str:
    """A moment kept in UTC, on this machine's clock: `Fri 30 Jan 2026, 14:05`."""
    if at is None or pd.isna(at):
        return ""
    here = pd.Timestamp(at).to_pydatetime().replace(tzinfo=UTC).astimezone()
    return f"{day(here.date())}, {here:%H:%M}"


def count(number: float, one: str, many: str | None = None) -> str:
    """`1 review`, `12 reviews`, `no reviews`."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def value(number: Any, unit: str) -> str:
    """A measure's value in its unit: `93.4%`, `12`, `6.2`; `no value` where there is none."""
    if number is None or pd.isna(number):
        return "no value"
    if unit == "percent":
        return f"{rounded(number)}%"
    if unit == "count":
        return f"{number:,.0f}"
    return f"{rounded(number):,}"


def rate(row: Any) -> str:
    """The value of a row of `measure_rows`: to two places where one would round it up to a standard."""
    if row.unit == "percent" and row.status == "not_met" and rounded(row.value) == row.standard_low:
        return f"{rounded(row.value, 2)}%"
    return value(row.value, row.unit)


def out_of(numerator: Any, denominator: Any, unit: str, *, short: bool = False) -> str:
    """What a value was counted from: `8 of 10`, `25 in 0.8 FTE months`; nothing for a count.

    short: `25 in 0.8 FTE`, in a narrow cell, beside which it is said what FTE is.
    """
    said = _OUT_OF.get(unit)
    if said is None or denominator is None or pd.isna(denominator):
        return ""
    counts = said.format(float(numerator), float(denominator))
    return counts.removesuffix(" months") if short else counts


_OUT_OF = {
    "percent": "{:,.0f} of {:,.0f}",
    "per_fte_month": "{:,.0f} in {:,.1f} FTE months",
    "per_fte": "{:,.0f} for {:,.1f} FTE",
}


def short_breaks(number: int, of: int, figures: str = "the figures about children") -> str:
    """A sentence after one that counts children, why fewer of them are in the figures; nothing if none is."""
    if not number:
        return ""
    verb, them = ("is", "the child") if number == 1 else ("are", "them")
    said = f"{verb} in a series of short breaks: {figures} leave {them} out"
    return f" {number:,} of the {of:,} {said}."


def together(text: str) -> str:
    """A few words that no end of a line may part: `8 of 10`."""
    return text.replace(" ", "\u00a0")


def standard(low: Any, high: Any, unit: str) -> str:
    """A standard in words: `at least 95%`, `at most 0`, `5 to 10`; `none` where there is none."""
    lowest: float | None = None if low is None or pd.isna(low) else low
    highest: float | None = None if high is None or pd.isna(high) else high
    if lowest is None and highest is None:
        return "none"
    if lowest is None and highest is not None:
        return "none expected" if highest == 0 else f"at most {_plain(highest, unit)}"
    assert lowest is not None
    if highest is None:
        return f"at least {_plain(lowest, unit)}" if lowest < 100 or unit != "percent" else "100%"
    return f"{_plain(lowest, unit)} to {_plain(highest, unit)}"


def _plain(number: float, unit: str) -> str:
    return f"{number:g}" + ("%" if unit == "percent" else "")


def change(now: float, before: float, since: str) -> str:
    """`2 more than last week`, `the same as last week`."""
    if now == before:
        return f"the same as {since}"
    return f"{abs(now - before):,.0f} {'more' if now > before else 'fewer'} than {since}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def sentence(text: str) -> str:
    """With a capital first letter, whatever it starts with."""
    return text[:1].upper() + text[1:]


def within(title: str) -> str:
    """A title within a sentence: with a small first letter, but of an abbreviation (`IRO`)."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def month(year_month: str) -> str:
    """`2026-01` as `Jan 2026`."""
    return f"{date.fromisoformat(year_month + '-01'):%b %Y}"


def rounded(number: float, places: int = 1) -> Decimal:
    """Half up, as the measures are rounded when shown (`measures.md`)."""
    return Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def heading(name: str) -> str:
    """A column's heading: `iro_since` is `With this IRO since`."""
    if name in HEADINGS:
        return HEADINGS[name]
    spoken = " ".join(_SMALL.get(part, part) for part in name.removesuffix("_id").split("_"))
    return sentence(spoken)


def with_meaning(codes: Mapping[str, str]) -> Callable[[str], str]:
    """A code with its meaning: `PN5 - not there, views sent`."""
    return lambda code: f"{code} - {codes[code]}" if code in codes else code


def plain(text: str | None) -> str:
    """What somebody typed, as text: nothing of it is taken for formatting."""
    kept = (text or "").rstrip(".")
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#+-!|~$:" else letter for letter in kept)


_COLOURED = re.compile(r":(?:orange|yellow|blue|violet|gray|small)\[(.*?)\]", re.DOTALL)
"""Colour and size as Streamlit's markdown has them: a shape and a word stand without."""
_MARKS = re.compile(r"\\(.)|\*\*|^#+ |`", re.MULTILINE)


def without_colour(text: str) -> str:
    """Formatted text without colour and size."""
    return _COLOURED.sub(r"\1", text)


def without_marks(text: str) -> str:
    """Formatted text as it is read, for a file that knows no formatting; what was typed comes back so."""
    return _MARKS.sub(lambda found: found[1] or "", without_colour(text))


def lies(code: Any) -> str:
    """Where a reason for lateness lies; that none is recorded where there is none."""
    if code is None or pd.isna(code):
        return NO_REASON
    return LIES[LATE_REASON_GROUPS.get(code, "other")]


def late_reason(code: str, *, where: bool = True) -> str:
    """A reason for lateness and where it lies: `LR04 - report not completed (with the child's team)`.

    where: false beside a column that says where, and short of room for the code: `Report not completed`.
    """
    if code not in LATE_REASONS:
        return code
    if not where:
        return sentence(LATE_REASONS[code])
    said, group = f"{code} - {LATE_REASONS[code]}", lies(code)
    return f"{said} ({group[:1].lower()}{group[1:]})" if group != LIES["record"] else said


def missing(steps: str) -> str:
    """What the tracker says is missing, in words: `report;letter` is `report and letter to the child`."""
    return listed([STEPS[step] for step in steps.split(";")])


CHECKS = {
    "no_due_date": "no day by which the next review is due",
    "booking_went_by": "a booking went by with nothing recorded",
    "record_only": "the last review is late on record only",
    "marked_wrong": "the last review is marked wrong",
}
"""Why a record is to be checked (`tracker.CHECKS`)."""


def to_check(reasons: str) -> str:
    """What of a child's record is to be checked, in words."""
    return listed([CHECKS[reason] for reason in reasons.split(";")])


def state_meanings(on: date) -> dict[str, str]:
    """What puts a child in each state of the tracker, with the settings in force on a day."""

    def days(name: str) -> str:
        return f"{standards.setting(name, on):g}"

    return {
        "overdue": "due before this day and not held",
        "check_the_record": (
            "no due date, or a booking went by with nothing recorded, or the last review is late on record "
            "only or marked wrong"
        ),
        "booked_late": "booked for a day after the due date",
        "at_risk": f"no booking, and due within {days('at_risk_working_days')} working days",
        "report_missing": (
            f"the meeting is within {days('meeting_soon_working_days')} working days, and the report or the "
            "updated care plan is not there"
        ),
        "watch": f"no booking, and due within {days('watch_days')} days",
        "on_track": "none of these",
    }
