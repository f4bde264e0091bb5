"""The children of an invented authority and their care: who they are, when looked after, where, by whom.

Children come one at a time, in the order in which they came into care. What lies after the as-at
date is made up too (a child's end, the next move), so that the world goes on beyond the day it is
seen from; the writers leave out what is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from data_access.demo.days import DAYS_IN_YEAR, Days
from data_access.demo.people import Holder, Post, Staff, Team
from data_access.demo.shape import (
    ARRIVALS,
    HISTORY_YEARS,
    PRACTICE,
    RETURNS,
    SHORT_BREAK,
    SHORT_BREAKS_PER_CHILD,
    SIBLINGS,
    UNACCOMPANIED,
    Arrival,
    Shape,
)

ORDINARY, ADOPTION, SHORT_BREAKS = range(3)
"""The schedules that reviews follow."""

ETHNICITIES = ("WBRI", "WBRI", "WBRI", "WOTH", "BCRB", "BCRB", "BAFR", "MWBC", "MWBC", "MOTH", "APKN", "AIND")
ETHNICITIES_ABROAD = ("AOTH", "AOTH", "AOTH", "WOTH", "WOTH", "BAFR", "BAFR", "OOTH", "OOTH")

Weighted = tuple[tuple[str, ...], tuple[int, ...]]
PLACEMENTS_UNDER_10: Weighted = (("U6", "U4", "U3", "U1", "P1", "R3", "K2"), (48, 14, 15, 10, 8, 4, 1))
PLACEMENTS_UNDER_16: Weighted = (
    ("U6", "U4", "U3", "U1", "P1", "K2", "S1", "K1"),
    (50, 16, 8, 6, 4, 13, 2, 1),
)
PLACEMENTS_16: Weighted = (("U6", "U4", "U3", "H5", "P2", "K2", "R5", "T4"), (36, 10, 5, 24, 5, 16, 2, 2))
PLACEMENTS_ABROAD: Weighted = (("U6", "H5", "K2", "P2", "Z1"), (46, 38, 8, 6, 2))
"""Placement types with how often, by age; for unaccompanied children of 16 and over."""

GOLDEN = 0.618034
COME_BACK = 0.01
"""Share of the children looked after who came back: they are not among the arrivals."""
EVERY_ARRIVAL = (*ARRIVALS, UNACCOMPANIED, SHORT_BREAK)


@dataclass
class Child:
    """A child with the periods of care in which they are seen."""

    child_id: str
    born: int
    sex: str
    ethnicity: str
    unaccompanied: bool
    disabled: bool
    siblings: str
    four: int
    sixteen: int
    eighteen: int
    periods: list[Period] = field(default_factory=list)


@dataclass
class IroSpan:
    """An IRO's allocation to a child: first and last day."""

    holder: Holder
    post: Post
    from_: int
    to: int


@dataclass
class TeamSpan:
    """A team's allocation to a child: first and last day, and the social worker."""

    team: Team
    from_: int
    to: int
    worker: str


@dataclass
class Period:
    """A period of care, with what follows it day by day."""

    start: int
    end: int
    end_reason: str
    notified: int | None
    statuses: list[tuple[int, str]]
    """(first day, legal status); each lasts until the next or the end."""
    placements: list[tuple[int, str, str, bool]]
    """(first day, placement type, provider, inside the authority)."""
    schedules: list[tuple[int, int]]
    """(first day, schedule)."""
    iros: list[IroSpan] = field(default_factory=list)
    teams: list[TeamSpan] = field(default_factory=list)


@dataclass
class _Stay:
    """How long, and what is to happen in it."""

    born: int
    end: int
    placed: int | None = None
    disrupted: int | None = None


def children_of(shape: Shape, staff: Staff, days: Days, rng: Random) -> Iterator[Child]:
    """Every child looked after at some time in the history, in the order of coming into care."""
    history = days.as_at - round(HISTORY_YEARS * DAYS_IN_YEAR)
    lengths = {arrival.name: _Even([share for share, _, _ in arrival.stays]) for arrival in EVERY_ARRIVAL}
    number = 0
    for start, arrival, size in _arrivals(shape, days, rng):
        stays = [_stay(arrival, start, shape.stay, lengths[arrival.name], rng) for _ in range(size)]
        stays = [stay for stay in stays if stay.end > history and stay.end > start + 3]
        if not stays:
            continue
        number += 1
        siblings = f"S{number:05}" if len(stays) > 1 else ""
        post = staff.post_for(start)
        team = staff.team("care", rng)
        for place, stay in enumerate(stays, start=1):
            child_id = f"C{number:05}{'' if place == 1 else chr(64 + place)}"
            child = _child(child_id, siblings, arrival, stay, days, rng)
            child.periods.append(_period(arrival, start, stay, child, days, rng))
            if child.periods[0].end_reason in ("E4A", "E4B") and rng.random() < RETURNS:
                _comes_back(child, arrival, days, rng)
            own = staff.team("disability", rng) if arrival is SHORT_BREAK or child.disabled else team
            for period in child.periods:
                period.iros = _iros(period, post, staff, days, rng)
                period.teams = _teams(period, child, own, staff, rng)
            staff.take(post, child.periods[0].end)
            yield child


def _arrivals(shape: Shape, days: Days, rng: Random) -> Iterator[tuple[int, Arrival, int]]:
    """(day, kind of child, how many siblings) of every arrival, spread evenly over the years."""
    looked_after = shape.children * (1 - shape.unaccompanied) * (1 - COME_BACK)
    stock = [(arrival, looked_after * arrival.share) for arrival in ARRIVALS]
    stock.append((UNACCOMPANIED, shape.children * shape.unaccompanied))
    stock.append((SHORT_BREAK, shape.children * SHORT_BREAKS_PER_CHILD))
    sizes = sum(1 - share for share, _ in SIBLINGS) + 1
    flow = []
    for arrival, children in stock:
        size = 1.0 if arrival in (UNACCOMPANIED, SHORT_BREAK) else sizes
        flow.append((arrival, children / _mean_stay(arrival, shape.stay) / size))
    rate = sum(each for _, each in flow)
    kinds = _Even([each for _, each in flow])
    day = days.as_at - 22 * DAYS_IN_YEAR
    while day < days.as_at:
        arrival, size = flow[kinds.choose()[0]][0], 1
        if arrival not in (UNACCOMPANIED, SHORT_BREAK):
            share = rng.random()
            size = next(size for up_to, size in SIBLINGS if share < up_to)
        yield int(day), arrival, size
        day += rng.uniform(0.4, 1.6) / rate


def _mean_stay(arrival: Arrival, factor: float) -> float:
    """The mean days that children of a kind stay, measured on many."""
    rng = Random(7)
    lengths = _Even([share for share, _, _ in arrival.stays])
    return sum(_stay(arrival, 0, factor, lengths, rng).end for _ in range(4000)) / 4000


class _Even:
    """Chooses among kinds by their weights, each as often as its weight says: less luck in the totals."""

    def __init__(self, weights: list[float]) -> None:
        self._steps = [1 / weight for weight in weights]
        self._next = [step / 2 for step in self._steps]
        self._along = [0.5] * len(weights)

    def choose(self) -> tuple[int, float]:
        """The place of the kind whose turn it is, and how far along its range to go: evenly from 0 to 1."""
        place = self._next.index(min(self._next))
        self._next[place] += self._steps[place]
        self._along[place] = (self._along[place] + GOLDEN) % 1
        return place, self._along[place]


def _stay(arrival: Arrival, start: int, factor: float, lengths: _Even, rng: Random) -> _Stay:
    """A child's age and end of care; care ends at 18."""
    age = rng.uniform(*arrival.ages)
    place, along = lengths.choose()
    _, shortest, longest = arrival.stays[place]
    born = start - int(age * DAYS_IN_YEAR) - 1
    years = (shortest + along * (longest - shortest)) * factor
    end = min(start + int(years * DAYS_IN_YEAR), born + 6575)
    placed = disrupted = None
    if age < 5 and arrival in ARRIVALS and years > 0.6 and rng.random() < (0.42 if age < 1.5 else 0.14):
        placed = start + rng.randint(290, 520)
        if rng.random() < 0.08:
            disrupted = placed + rng.randint(50, 220)
            end = disrupted + rng.randint(200, 1500)
        else:
            end = placed + rng.randint(160, 330)
    return _Stay(born, end, placed, disrupted)


def _child(child_id: str, siblings: str, arrival: Arrival, stay: _Stay, days: Days, rng: Random) -> Child:
    """Who a child is. Most unaccompanied children are boys of 15 to 17."""
    unaccompanied = arrival is UNACCOMPANIED
    boys = 0.92 if unaccompanied else 0.55
    return Child(
        child_id,
        stay.born,
        "M" if rng.random() < boys else "F",
        rng.choice(ETHNICITIES_ABROAD if unaccompanied else ETHNICITIES),
        unaccompanied,
        arrival is SHORT_BREAK or (not unaccompanied and rng.random() < 0.09),
        siblings,
        days.birthday(stay.born, 4),
        days.birthday(stay.born, 16),
        days.birthday(stay.born, 18),
    )


def _period(arrival: Arrival, start: int, stay: _Stay, child: Child, days: Days, rng: Random) -> Period:
    """A period of care with its legal statuses, placements and schedules."""
    end = min(stay.end, child.eighteen, days.never)
    notified = None
    if rng.random() < 0.97:
        told = rng.choice((0, 0, 1, 1, 2, 2)) if rng.random() < PRACTICE.notified else rng.randint(3, 14)
        notified = days.after(start, told) if told else start
    schedules = [(start, ORDINARY)]
    if arrival is SHORT_BREAK:
        schedules = [(start, SHORT_BREAKS)]
        statuses = [(start, rng.choice(("V3", "V4", "V4")))]
        placements = [(start, rng.choice(("U6", "K2", "U6")), rng.choice(("PR1", "PR4")), True)]
        if end - start > 500 and rng.random() < 0.15:
            stays = start + rng.randint(200, 450)
            schedules.append((stays, ORDINARY))
            statuses.append((stays, "V2"))
    else:
        statuses = _statuses(arrival, start, end, stay.placed, rng)
        placements = _placements(start, end, child, stay, rng)
    if stay.placed is not None:
        schedules.append((stay.placed, ADOPTION))
        if stay.disrupted is not None:
            schedules.append((stay.disrupted, ORDINARY))
    reason = _end_reason(child, stay, start, end, rng)
    return Period(start, end, reason, notified, statuses, placements, schedules)


def _statuses(
    arrival: Arrival, start: int, end: int, placed: int | None, rng: Random
) -> list[tuple[int, str]]:
    """The legal statuses in turn: section 20, or the courts' orders one after another."""
    if arrival is UNACCOMPANIED:
        return [(start, "V2")]
    accommodated = 0.6 if arrival.name == "teen" else 0.42
    if placed is None and rng.random() < accommodated:
        statuses = [(start, "V2")]
        if arrival.name != "teen" and rng.random() < 0.4:
            statuses.append((start + rng.randint(30, 200), "C1"))
    else:
        statuses = [(start, "L1"), (start + 3, "C1")] if rng.random() < 0.15 else [(start, "C1")]
    if statuses[-1][1] == "C1":
        order = statuses[-1][0] + rng.randint(150, 260)
        if placed is not None:
            statuses += [(order, "C2"), (max(order + 5, placed - rng.randint(30, 90)), "E1")]
        else:
            statuses.append((order, "C2"))
    return [each for each in statuses if each[0] < end]


def _placements(
    start: int, end: int, child: Child, stay: _Stay, rng: Random
) -> list[tuple[int, str, str, bool]]:
    """The placements in turn, moving about every sixteen months, and for adoption where planned."""
    moves = [start]
    while (following := moves[-1] + 20 + int(rng.expovariate(1 / 480))) < end:
        moves.append(following)
    if stay.placed is not None:
        later = [] if stay.disrupted is None else [stay.disrupted]
        moves = [move for move in moves if move < stay.placed - 10] + [stay.placed, *later]
    placements = []
    for move in moves:
        if move == stay.placed:
            placements.append((move, rng.choice(("A3", "A4", "A5", "A6")), "PR1", rng.random() < 0.5))
            continue
        age = (move - child.born) / DAYS_IN_YEAR
        kinds, weights = PLACEMENTS_UNDER_10 if age < 10 else PLACEMENTS_UNDER_16
        if age >= 16:
            kinds, weights = PLACEMENTS_ABROAD if child.unaccompanied else PLACEMENTS_16
        (kind,) = rng.choices(kinds, weights)
        provider = "PR0" if kind in ("U3", "U1") else rng.choice(("PR1", "PR1", "PR4", "PR4", "PR2"))
        placements.append((move, kind, provider, rng.random() < 0.6))
    return placements


def _end_reason(child: Child, stay: _Stay, start: int, end: int, rng: Random) -> str:
    """Why care ended (903 REC)."""
    if end >= child.eighteen:
        return rng.choice(("E5", "E6", "E17", "E17", "E8"))
    if stay.placed is not None and stay.disrupted is None:
        return rng.choice(("E11", "E12", "E12"))
    if child.unaccompanied:
        return rng.choice(("E13", "E13", "E8", "E16"))
    if end - start > 900:
        return rng.choice(("E45", "E43", "E46", "E4A", "E8"))
    return rng.choice(("E4A", "E4A", "E4B", "E4B", "E45", "E43", "E8"))


def _comes_back(child: Child, arrival: Arrival, days: Days, rng: Random) -> None:
    """A child who went home is looked after again, some months later."""
    start = child.periods[-1].end + rng.randint(30, 400)
    if start >= min(child.eighteen - 60, days.as_at):
        return
    end = start + rng.randint(40, 900)
    child.periods.append(_period(arrival, start, _Stay(child.born, end), child, days, rng))


def _iros(period: Period, place: int, staff: Staff, days: Days, rng: Random) -> list[IroSpan]:
    """Who the IRO was, from the first allocation on: the post's holders in turn, sometimes another."""
    share = rng.random()
    after = rng.choice((0, 1, 1, 2, 2, 3, 4, 5)) if share < PRACTICE.allocated else rng.randint(6, 12)
    if share > 0.985:
        after = rng.randint(15, 40)
    since = days.after(period.start, after)
    spans: list[IroSpan] = []
    while since <= period.end:
        until = period.end
        if rng.random() < 0.5:
            until = min(until, since + rng.randint(120, 1500))
        post = staff.posts[place]
        for holder in post.holders:
            first = max(since, holder.from_)
            last = until if holder.until is None else min(until, holder.until)
            if first <= last:
                spans.append(IroSpan(holder, post, first, last))
        since = until + 1
        place = staff.another_post(rng)
    return spans


def _teams(period: Period, child: Child, own: Team, staff: Staff, rng: Random) -> list[TeamSpan]:
    """The teams in turn, and the social workers, who change about every fourteen months."""
    if child.unaccompanied:
        turns = [(period.start, staff.team("unaccompanied", rng))]
    elif own.role == "disability":
        turns = [(period.start, own)]
    else:
        turns = [(period.start, staff.team("court", rng)), (period.start + rng.randint(90, 240), own)]
    spans: list[TeamSpan] = []
    for (since, team), (until, _) in zip(turns, [*turns[1:], (period.end + 1, own)], strict=True):
        last_day = min(until - 1, period.end)
        while since <= last_day:
            to = min(last_day, since + 40 + int(rng.expovariate(1 / 400)))
            spans.append(TeamSpan(team, since, to, rng.choice(team.workers)))
            since = to + 1
    return spans
