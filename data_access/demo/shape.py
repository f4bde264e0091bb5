"""How an invented authority is shaped: every number the generator aims at, in one place.

In size and shape like Croydon's IRO service in 2019-20 (about 760 children looked after, a third of
them unaccompanied; 2,250 reviews, 645 midway reviews and 6,500 case notes a year; 50 escalations
for 40 children), with the rest set so that every page has something true to show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

HISTORY_YEARS = 5
"""Reviews, notes and people are written in full for so long; what is older has dates and codes only."""


@dataclass(frozen=True)
class Shape:
    """One authority: its size and how much is written about it."""

    name: str
    """Its folder; empty where the files lie in the directory itself."""
    children: int = 760
    """Looked after at any one time, short breaks left out."""
    unaccompanied: float = 0.33
    """Share of them who are unaccompanied asylum-seeking children."""
    stay: float = 1.0
    """Factor on how long children stay: longer stays, fewer arrivals, fewer reviews a year."""
    children_per_fte: float = 66.0
    notes_per_fte_month: float = 45.5
    midways_per_fte_month: float = 5.0
    logged_per_child_month: float = 0.0
    """Other meetings, where the case system logs every contact as an entry of its own."""
    whole_history: bool = True
    """Whether reviews from before the history are written too. Without them, the start of a period
    of care from before it counts as not known, as in an extract that was cut off."""
    people_share: float = 1.0
    """Share of reviews with rows on who took part."""
    monitoring_share: float = 0.3
    escalations_per_review: float = 0.013
    audits_per_quarter: float = 12.0


@dataclass(frozen=True)
class Arrival:
    """A kind of child who comes into care."""

    name: str
    ages: tuple[float, float]
    stays: tuple[tuple[float, float, float], ...]
    """(share, shortest, longest) years looked after; everyone leaves at 18 at the latest."""
    share: float
    """Of the children looked after who are not unaccompanied."""


UNACCOMPANIED = Arrival("unaccompanied", (14.2, 17.8), ((0.40, 0.05, 0.4), (0.60, 5.0, 6.0)), 0.0)
SHORT_BREAK = Arrival("short_break", (5.0, 15.5), ((1.0, 0.8, 5.0),), 0.0)
ARRIVALS = (
    Arrival("baby", (0.0, 1.5), ((0.28, 0.1, 0.5), (0.58, 0.6, 2.2), (0.14, 3.0, 16.0)), 0.14),
    Arrival("young", (1.5, 9.5), ((0.54, 0.1, 0.5), (0.26, 0.5, 2.0), (0.20, 2.5, 14.0)), 0.38),
    Arrival("teen", (9.5, 17.4), ((0.54, 0.1, 0.5), (0.20, 0.5, 1.5), (0.26, 5.0, 8.0)), 0.48),
)
SHORT_BREAKS_PER_CHILD = 0.02
"""Children in a short-break series for each child looked after."""
SIBLINGS = ((0.72, 1), (0.92, 2), (1.0, 3))
"""Cumulative share of arrivals of one, two and three brothers and sisters."""
RETURNS = 0.09
"""Share of the children who went home who come back."""


@dataclass(frozen=True)
class Practice:
    """Shares of what goes well in an ordinary team; a struggling one is scaled from them."""

    late: float = 0.053
    late_first: float = 0.035
    late_days: float = 18.0
    """Mean calendar days late."""
    late_struggling: float = 2.6
    """Factor on lateness in the struggling team."""
    booked_early: float = 0.86
    booked_too_late: float = 0.04
    rearranged: float = 0.05
    recorded_at_once: float = 0.97
    late_explained: float = 0.92
    late_agreed: float = 0.58
    attended: float = 0.755
    code_blank: float = 0.012
    coded_wrongly: float = 0.05
    """Still coded as under four in the year after the fourth birthday."""
    absence_explained: float = 0.9
    series: float = 0.07
    invitations: float = 0.86
    report: float = 0.83
    report_struggling: float = 0.52
    care_plan: float = 0.84
    decisions: float = 0.88
    record: float = 0.84
    letter: float = 0.77
    monitoring: float = 0.85
    visited: float = 0.8
    child_seen: float = 0.62
    away_not_seen: float = 0.85
    """Of children who stayed away: not seen in the fortnight before either."""
    notified: float = 0.86
    allocated: float = 0.9


PRACTICE = Practice()

ENGLAND_CHILDREN, ENGLAND_AUTHORITIES = 85_000, 150
REGION_CHILDREN, REGION_AUTHORITIES = 20_000, 26


def shapes_of(scale: str, seed: int) -> list[Shape]:
    """The authorities of a scale: `authority` (one), `region` (26) or `england` (150).

    Raises ValueError for another scale.
    """
    if scale == "authority":
        return [Shape(name="")]
    if scale == "region":
        shape = Shape(name="", whole_history=False)
        return _authorities(shape, REGION_AUTHORITIES, REGION_CHILDREN, seed)
    if scale == "england":
        shape = Shape(
            name="",
            stay=1.45,
            children_per_fte=63.5,
            logged_per_child_month=2.0,
            whole_history=False,
            people_share=0.25,
            monitoring_share=0.03,
        )
        return _authorities(shape, ENGLAND_AUTHORITIES, ENGLAND_CHILDREN, seed)
    raise ValueError(f"There is no scale {scale}: use authority, region or england.")


def _authorities(shape: Shape, count: int, children: int, seed: int) -> list[Shape]:
    """So many authorities of sizes as uneven as England's, together of so many children."""
    rng = Random(f"{seed}/sizes")
    weights = [rng.lognormvariate(0.0, 0.6) for _ in range(count)]
    each = [max(60, round(children * weight / sum(weights))) for weight in weights]
    each[each.index(max(each))] += children - sum(each)
    return [
        replace(
            shape,
            name=f"demo-{number:03}",
            children=size,
            unaccompanied=round(rng.uniform(0.03, 0.2), 3),
            notes_per_fte_month=round(shape.notes_per_fte_month * rng.uniform(0.8, 1.15), 1),
            midways_per_fte_month=round(shape.midways_per_fte_month * rng.uniform(0.7, 1.4), 2),
        )
        for number, size in enumerate(each, start=1)
    ]
