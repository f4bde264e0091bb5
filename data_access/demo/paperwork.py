"""What is recorded about a review that was held: who took part, and when each step around it was done."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from data_access.demo.care import Child
from data_access.demo.days import DAYS_IN_YEAR, Days
from data_access.demo.reviews import FIRST, Review, between
from data_access.demo.shape import PRACTICE
from data_access.rows.codes import UNDER_FOUR

ATTENDED_AS = (("PN1", "PN2", "PN3", "PN4"), (80, 10, 5, 5))
AWAY_AS = (("PN5", "PN6", "PN7"), (40, 25, 35))
WHY_AWAY = (
    ("NA01", "NA02", "NA03", "NA04", "NA05", "NA06", "NA07", "NA08", "NA09", "NA10", "NA11", "NA12", "NA13",
     "NA90", "NA99"),
    (24, 10, 3, 16, 7, 3, 9, 6, 4, 5, 2, 5, 2, 3, 1),
)  # fmt: skip
MODES = (("in_person", "hybrid", "video", "phone", "no_meeting"), (66, 14, 16, 3, 1))
VENUES = {
    "in_person": ("Placement", "Placement", "Placement", "Civic offices", "School", "Family centre"),
    "hybrid": ("Placement", "Civic offices", "School"),
}


@dataclass(slots=True)
class Taking:
    """How the child took part. Under four: PN0."""

    code: str
    mode: str
    away_because: str


@dataclass(slots=True)
class Steps:
    """The days on which the steps around a review were done; `never` where one was not."""

    invite_list: int
    invitations: int
    child_seen: int
    visit: int
    report: int
    report_shared: int
    care_plan: int
    decisions: int
    record: int
    letter: int
    monitoring: int
    completed: int
    is_series: bool


def taking_part(child: Child, review: Review, mode: str, rng: Random) -> Taking:
    """The child's participation code, mode of attendance and, where away, why."""
    if review.held < child.four:
        return Taking(UNDER_FOUR, "", "")
    age = (review.held - child.born) / DAYS_IN_YEAR
    if age < 5 and rng.random() < PRACTICE.coded_wrongly:
        return Taking(UNDER_FOUR, "", "")
    attended = PRACTICE.attended + (-0.22 if age < 7 else 0.04 if age < 16 else 0.0)
    if review.struggling:
        attended -= 0.12
    if rng.random() < PRACTICE.code_blank:
        return Taking("", "", "")
    if rng.random() < attended:
        (code,) = rng.choices(*ATTENDED_AS)
        return Taking(code, mode if mode in ("in_person", "video", "phone") else "in_person", "")
    (code,) = rng.choices(*AWAY_AS)
    why = rng.choices(*WHY_AWAY)[0] if rng.random() < PRACTICE.absence_explained else ""
    return Taking(code, "not_present", why)


def mode_of(rng: Random) -> tuple[str, str]:
    """How the review met, and where."""
    (mode,) = rng.choices(*MODES)
    return mode, rng.choice(VENUES[mode]) if mode in VENUES else ""


def steps_of(review: Review, away: bool, progress: float, days: Days, rng: Random) -> Steps:
    """The steps around a review. `progress` is 0 at the start of the history and 1 at its end:
    letters to children have got better over the years. A child who stayed `away` was mostly seen, if at
    all, weeks before: where it was within a fortnight, the code is worth checking (a finding).
    """
    held, opens, never = review.held, review.opens, days.never
    weak = 0.12 if review.struggling else 0.0
    random = rng.random
    squeezed = review.kind == FIRST and review.held - opens < 20

    def before(right: float, low: int, high: int, late: int) -> int:
        """Done `low` to `high` working days before where right, else up to `late` days before."""
        if random() < right - (0.25 if squeezed and low > 5 else 0.0):
            day = days.before(held, between(rng, low, high))
        else:
            day = never if random() < 0.22 else days.before(held, between(rng, 0, late))
        return max(day, opens)

    def after(base: int, right: float, low: int, high: int, lost: float) -> int:
        if random() < right:
            return days.after(base, between(rng, low, high))
        return never if random() < lost else days.after(base, between(rng, high + 1, high + 12))

    is_series = random() < PRACTICE.series
    completed = held
    if is_series:
        completed = never if random() < 0.05 else days.after(held, between(rng, 3, 18))
    report = before(PRACTICE.report_struggling if review.struggling else PRACTICE.report, 2, 6, 1)
    base = completed if completed != never else held
    seen = between(rng, 16, 40) if away and random() < PRACTICE.away_not_seen else between(rng, 0, 12)
    return Steps(
        before(0.8, 20, 29, 12),
        before(PRACTICE.invitations - weak, 10, 15, 8),
        max(held - seen, opens) if random() < PRACTICE.child_seen else never,
        before(PRACTICE.visited - weak, 10, 18, 9),
        report,
        never if report == never or random() < 0.15 else min(report + between(rng, 0, 3), held),
        before(PRACTICE.care_plan - 1.6 * weak, 2, 9, 1),
        after(base, PRACTICE.decisions - weak / 2, 1, 5, 0.15),
        after(base, PRACTICE.record - weak / 2, 5, 15, 0.15),
        after(base, PRACTICE.letter - 0.14 * (1 - progress), 7, 20, 0.3),
        after(base, PRACTICE.monitoring - weak / 2, 1, 8, 0.7),
        completed,
        is_series,
    )


INVOLVED = ("attended", "consulted", "not_applicable", "not_consulted", "not_recorded")
MOTHER, FATHER = (39, 29, 12, 11, 9), (18, 19, 23, 13, 27)
STEP_PARENT, CONNECTED = (17, 33, 0, 42, 8), (60, 25, 0, 15, 0)
CARER = (88, 8, 0, 2, 2)


def people_at(child: Child, rng: Random) -> list[tuple[str, str]]:
    """(person, involvement) of those around the child, as the service records it at a review."""
    if child.unaccompanied:
        people = [("mother", "not_applicable"), ("father", "not_applicable")]
    else:
        people = [
            ("mother", rng.choices(INVOLVED, MOTHER)[0]),
            ("father", rng.choices(INVOLVED, FATHER)[0]),
        ]
        if rng.random() < 0.06:
            people.append(("step_parent", rng.choices(INVOLVED, STEP_PARENT)[0]))
    people.append(("carer", rng.choices(INVOLVED, CARER)[0]))
    share = rng.random()
    if share < 0.16:
        people.append(("connected_person", rng.choices(INVOLVED, CONNECTED)[0]))
        if share < 0.03:
            people.append(("connected_person", "consulted"))
    if share > 0.9:
        people.append(("advocate", "attended"))
    elif share > 0.86:
        people.append(("guardian", "consulted"))
    return people


MONITORED = (
    ("health_assessment", 0.86, ""),
    ("education_plan", 0.78, "Plan out of date"),
    ("sdq", 0.68, "No score on file"),
    ("care_plan", 0.84, "Not updated since the last review"),
    ("views", 0.88, ""),
    ("parents", 0.72, "Not invited in time"),
    ("partners", 0.75, "Health visitor not invited"),
)


def monitoring_of(child: Child, review: Review, rng: Random) -> list[tuple[str, str, str]]:
    """(item, met, comment) of the monitoring form to the team manager."""
    rows = []
    for item, share, comment in MONITORED:
        age = (review.held - child.born) / DAYS_IN_YEAR
        if (item in ("sdq", "education_plan") and age < 4) or (item == "parents" and child.unaccompanied):
            rows.append((item, "not_applicable", ""))
        elif rng.random() < share - (0.15 if review.struggling else 0.0):
            rows.append((item, "yes", ""))
        else:
            rows.append((item, "no", comment))
    return rows
