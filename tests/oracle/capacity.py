"""The six months ahead, walked day by day, child by child (`domain.md` sections 1, 4, 9).

A plan is a list of plain steps:
    ("hours", iro, day, fte), ("leaves", iro, last day), ("joins", iro, day, fte),
    ("move", day, iro whose children, sibling group or None, new IRO or None to spread)
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.days import DAY, months_on
from tests.oracle.duties import all_duties
from tests.oracle.story import Story, World
from tests.oracle.tracker import tracker

NOBODY = "unallocated"
Step = tuple[Any, ...]
Row = dict[str, Any]


class _Child:
    """One child on the walk: the review and the midway review to come, and who the IRO is today."""

    def __init__(self, row: Row, opens_on: date, group: str | None, today: date) -> None:
        self.child_id, self.regime, self.kind = row["child_id"], row["regime"], row["kind"]
        self.group = group
        self.iro = row["iro_id"] or NOBODY
        self.opens_on, self.due_on = opens_on, row["due_on"]
        booked_for = row["booked_for"]  # a booking that went by is none
        self.review_on = booked_for if booked_for and booked_for >= today else self.due_on
        if self.review_on is not None and self.review_on < today:
            self.review_on = today
        self.midway_on = row["midway_due_on"]
        if self.midway_on is not None and self.midway_on < today:
            self.midway_on = today
        if row["midway_done_on"] is not None:
            self.midway_on = None

    def hold_review(self, day: date) -> None:
        """The review is held today, and the next one falls due."""
        is_second = self.kind == "first"
        months = 3 if is_second and self.regime != "short_break" else 6
        self.kind = "second" if is_second else "subsequent"
        self.opens_on, self.due_on = day, months_on(day, months)
        self.review_on, self.midway_on = self.due_on, None
        if months == 6 and (self.kind == "subsequent" or self.regime == "short_break"):
            self.midway_on = day + (self.due_on - day).days // 2 * DAY


def capacity(
    world: World, as_at: date, reviews_from: date | None = None, plan: list[Step] | None = None
) -> dict[tuple[str, int], tuple[int, int, int, Fraction, Fraction]]:
    """(IRO, month 1 to 6) -> reviews, midway reviews, children and FTE at its end, full-time weeks in it.

    Where all are nothing the row is left out.
    """
    plan = plan or []
    story = Story(world, reviews_from)
    children = _children(story, world, as_at, reviews_from)
    ends = [months_on(as_at, number) for number in range(1, 7)]
    counts: Counter[tuple[str, int, str]] = Counter()
    day = as_at
    while day <= ends[-1]:
        month = next(number for number, end in enumerate(ends, 1) if day <= end)
        for step in _moves_of(plan, day, as_at):
            _move(children, story, plan, step, day, ends[-1])
        for child in children:
            if child.midway_on == day and child.review_on is not None and child.review_on > day:
                counts[child.iro, month, "midways"] += 1
            if child.review_on == day:
                counts[child.iro, month, "reviews"] += 1
                child.hold_review(day)
        for iro in _iros(story, plan):
            counts[iro, month, "weeks"] += _fte(story, plan, iro, day) / 7
        if day == ends[month - 1]:
            for child in children:
                counts[child.iro, month, "children"] += child.regime != "short_break"
            for iro in _iros(story, plan):
                counts[iro, month, "fte"] += _fte(story, plan, iro, day)
        day += DAY
    found = {}
    for iro, month in {(iro, month) for iro, month, _ in counts}:
        row = tuple(counts[iro, month, what] for what in ("reviews", "midways", "children", "fte", "weeks"))
        if any(row):
            found[iro, month] = row
    return found


def families(
    world: World, as_at: date, reviews_from: date | None = None, plan: list[Step] | None = None
) -> dict[str, str]:
    """Child -> IRO at the end of the six months."""
    story = Story(world, reviews_from)
    children, last = _children(story, world, as_at, reviews_from), months_on(as_at, 6)
    day = as_at
    while day <= last:
        for step in _moves_of(plan or [], day, as_at):
            _move(children, story, plan or [], step, day, last)
        day += DAY
    return {child.child_id: child.iro for child in children}


def _children(story: Story, world: World, as_at: date, reviews_from: date | None) -> list[_Child]:
    known = all_duties(story)
    found = []
    for row in sorted(tracker(world, as_at, reviews_from), key=lambda row: row["child_id"]):
        child_id = row["child_id"]
        (duty,) = [
            duty
            for duty in known
            if duty.child_id == child_id and duty.opens_on <= as_at and not duty.closed_by(as_at)
        ]
        found.append(_Child(row, duty.opens_on, story.of("children", child_id)[0]["sibling_group"], as_at))
    return found


def _moves_of(plan: list[Step], day: date, as_at: date) -> list[Step]:
    """The moves of a day; on the first day those of every day before it as well, earliest first."""
    moves = [step for step in plan if step[0] == "move"]
    if day == as_at:
        return sorted((step for step in moves if step[1] <= day), key=lambda step: step[1])
    return [step for step in moves if step[1] == day]


def _move(children: list[_Child], story: Story, plan: list[Step], step: Step, day: date, last: date) -> None:
    _, _, iro, group, to = step
    going = [child for child in children if (child.iro == iro if group is None else child.group == group)]
    if to is not None:
        for child in going:
            child.iro = to
        return
    givers = {child.iro for child in going}
    room = {}
    for taker in _iros(story, plan):
        least, on = None, day
        while on <= last:
            fte = _fte(story, plan, taker, on)
            least = fte if least is None else min(least, fte)
            on += DAY
        if least and taker not in givers:
            room[taker] = least
    groups: dict[str, list[_Child]] = {}
    for child in going:
        name = f"child {child.child_id}" if child.group is None else f"siblings {child.group}"
        groups.setdefault(name, []).append(child)
    for child in going if room else []:
        child.iro = ""  # with nobody until the group's turn comes
    for name in sorted(groups, key=lambda name: (-len(groups[name]), name)):
        best = None
        for taker in sorted(room):
            theirs = [c for c in children if c.iro == taker] + groups[name]
            each = sum(c.regime != "short_break" for c in theirs) / room[taker]
            if best is None or each < best[0]:
                best = (each, taker)
        for child in groups[name] if best else []:
            child.iro = best[1]


def _iros(story: Story, plan: list[Step]) -> list[str]:
    names = {row["iro_id"] for row in story.all("iros")}
    names |= {step[1] for step in plan if step[0] == "joins"}
    return sorted(names)


def _fte(story: Story, plan: list[Step], iro: str, day: date) -> Fraction:
    """What an IRO works on a day: as a change says from its day on, else as the data say."""
    for step in plan:
        if step[0] == "leaves" and step[1] == iro and day > step[2]:
            return Fraction(0)
    changes = [step for step in plan if step[0] == "hours" and step[1] == iro and step[2] <= day]
    if changes:
        latest = sorted(changes, key=lambda step: step[2])[-1]
        gone = _gone(story, plan, iro, day, latest[2])
        return Fraction(0) if gone else Fraction(str(latest[3]))
    for step in plan:
        if step[0] == "joins" and step[1] == iro:
            return Fraction(str(step[3])) if day >= step[2] else Fraction(0)
    return sum((fte for first, end, fte in _known(story, iro) if first <= day <= end), Fraction(0))


def _known(story: Story, iro: str) -> list[tuple[date, date, Fraction]]:
    """The hours the data have of an IRO: first day, last day, FTE."""
    (person,) = [row for row in story.all("iros") if row["iro_id"] == iro]
    found = []
    for row in story.all("iro_hours"):
        if row["iro_id"] == iro:
            first = max(row["from_date"], person["started_on"])
            end = min(row["to_date"] or date.max, person["ended_on"] or date.max)
            found.append((first, end, row["fte"]))
    return found


def _gone(story: Story, plan: list[Step], iro: str, day: date, changed_on: date) -> bool:
    """Whether the hours that the data know, and a change went on from, have ended by the day."""
    if any(step[0] == "joins" and step[1] == iro for step in plan):
        return False
    ends = [end for first, end, _ in _known(story, iro) if first <= end and end >= changed_on]
    return bool(ends) and day > max(ends)
