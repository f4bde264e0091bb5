"""Where IROs challenge (escalations), and what auditors found (Focus Five)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from data_access.demo.activities import history_start, iro_on
from data_access.demo.care import Period, TeamSpan
from data_access.demo.days import Days
from data_access.demo.people import DRIFTING
from data_access.demo.reviews import Review, between, struggles
from data_access.demo.shape import Shape

THEMES = (
    ("permanence", "legal_status", "services", "not_visited", "report_or_plan_missing", "decisions_not_done",
     "safety", "no_social_worker", "participation", "savings", "good_practice", "other"),
    (24, 5, 15, 9, 14, 15, 5, 5, 3, 2, 4, 2),
)  # fmt: skip
STAGES = (("informal", "formal_1", "formal_2", "formal_3", "cafcass"), (54, 30, 11, 4, 1))
OUTCOMES = (
    "Plan agreed with the team manager",
    "Action completed and seen by the IRO",
    "Timetable set; IRO to check at the midway review",
    "Social worker allocated",
    "Report and plan completed",
    "Resolved at stage meeting",
)
PRAISE = "Good practice shared with the team"

AUDITED = ("chronology", "assessments", "plans", "visiting", "supervision")
GRADES = ("outstanding", "good", "requires_improvement", "inadequate")
GRADED = {
    "chronology": (3, 41, 36, 20),
    "assessments": (5, 56, 30, 9),
    "plans": (3, 47, 38, 12),
    "visiting": (6, 50, 32, 12),
    "supervision": (2, 41, 45, 12),
}
STRENGTHS = {
    "chronology": "Significant events are easy to follow",
    "assessments": "The child's voice is clear",
    "plans": "Actions are specific and timed",
    "visiting": "Seen alone and spoken with",
    "supervision": "Reflective and regular",
}
IMPROVEMENTS = {
    "chronology": "Bring up to date",
    "assessments": "Analyse risk as well as describe it",
    "plans": "Say who does what by when",
    "visiting": "Record the purpose of each visit",
    "supervision": "Follow up earlier actions",
}
QUARTER = 91


@dataclass(slots=True)
class Escalation:
    """A challenge raised by an IRO."""

    iro_id: str
    team_id: str
    theme: str
    stage: str
    human_rights: bool
    raised: int
    resolved: int
    outcome: str


@dataclass(slots=True)
class Section:
    """One graded section of one audited case."""

    theme: str
    grade: str
    in_time: str
    months_out_of_date: str


def escalations_of(
    period: Period, reviews: list[Review], shape: Shape, days: Days, rng: Random
) -> Iterator[Escalation]:
    """Challenges on a child's care, more where the team struggles, fewer from an IRO who drifts."""
    start, end = history_start(days.as_at), min(period.end, days.as_at)
    for review in reviews:
        first, last = max(review.opens + 5, start), min(review.held + 20, end)
        if first >= last:
            continue
        chance = shape.escalations_per_review * (2.2 if review.struggling else 1.0)
        while rng.random() < chance:
            raised = days.on_or_before(between(rng, first, last))
            span, team = iro_on(period, raised), team_on(period.teams, raised)
            chance = 0.2  # where one thing goes wrong another may
            if span is None or raised < review.opens:
                continue
            if span.post.course == DRIFTING and raised > days.as_at - QUARTER * 4:
                break
            yield _escalation(span.holder.iro_id, team, raised, period.end, days, rng)


def team_on(teams: list[TeamSpan], day: int) -> TeamSpan | None:
    """The child's team on a day."""
    for span in teams:
        if span.from_ <= day <= span.to:
            return span
    return None


def _escalation(
    iro_id: str, team: TeamSpan | None, raised: int, end: int, days: Days, rng: Random
) -> Escalation:
    (theme,) = rng.choices(*THEMES)
    (stage,) = rng.choices(*STAGES)
    rights = rng.random() < 0.03
    if theme == "good_practice":
        stage, rights = "informal", False
    elif rights and stage == "informal":
        stage = "formal_1"  # a breach of human rights is formal at once
    share = rng.random()
    took = between(rng, 1, 19) if share < 0.82 else between(rng, 20, 40)
    resolved = raised if theme == "good_practice" else days.after(raised, took)
    outcome = PRAISE if theme == "good_practice" else rng.choice(OUTCOMES)
    if share > 0.985 and end > days.as_at:
        resolved = days.never
    named = rng.random() < 0.9
    return Escalation(
        iro_id if named else "",
        team.team.team_id if named and team else "",
        theme,
        stage,
        rights,
        raised,
        resolved,
        outcome,
    )


def audits_of(
    period: Period, shape: Shape, days: Days, rng: Random
) -> Iterator[tuple[int, str, list[Section]]]:
    """(day, team, graded sections) of every Focus Five audit of the child's record: a sample each quarter."""
    chance = shape.audits_per_quarter / 760
    quarter = (days.as_at - history_start(days.as_at)) // QUARTER
    for place in range(quarter):
        day = history_start(days.as_at) + place * QUARTER + between(rng, 0, QUARTER - 1)
        if period.start + 60 < day < min(period.end, days.as_at + 1) and rng.random() < chance:
            progress = place / quarter
            weak = struggles(period.teams, day, days.as_at)
            span = team_on(period.teams, day)
            team_id = span.team.team_id if span else ""
            yield days.on_or_before(day), team_id, [_section(theme, weak, progress, rng) for theme in AUDITED]


def _section(theme: str, weak: bool, progress: float, rng: Random) -> Section:
    """One section's grade: a little better over the years, worse in a struggling team."""
    best, good, less, bad = GRADED[theme]
    better = 0.8 + 0.4 * progress - (0.35 if weak else 0.0)
    (grade,) = rng.choices(GRADES, (best * better, good * better, less, bad))
    fine = grade in ("outstanding", "good")
    in_time = ("yes" if rng.random() < (0.85 if fine else 0.35) else "no") if theme == "visiting" else ""
    months = ""
    if theme == "chronology":
        months = str(between(rng, 0, 5) if fine else between(rng, 3, 14))
    return Section(theme, grade, in_time, months)
