"""Random worlds of extract rows: small, valid and nasty.

Every day of a world is drawn near days that matter: those already in the child's story, those that the
rules lead to from them, ends of months, leap days, weekends and bank holidays. So reviews fall on the day
they are due, on the day a schedule changes, on the day care starts or ends, two on one day. Nothing in a
world is refused at loading: what is odd in it is odd in the ways the documents say how to count.

`world(seed)` gives the same world for the same seed; `worlds()` is the hypothesis strategy of the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.oracle.days import BANK_HOLIDAYS, month_end, months_on, working_days_after, working_days_before

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Choice = TypeVar("Choice")
DAY = timedelta(days=1)

EARLIEST, LATEST = date(2013, 1, 1), date(2027, 3, 31)
"""A world's days lie well inside GOV.UK's list of bank holidays, whichever way a rule counts from them."""

ORDINARY, SHORT_BREAK = ("C2", "E1", "V2"), ("V3", "V4")
ELSEWHERE, ADOPTION = ("U6", "K2", "P1"), ("A3", "A4", "A5", "A6")
CODES = ("PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7", None)
REASONS = ("LR04", "LR07", "LR13", "LR90", "LR91", "LR99")
ABSENCES = ("NA01", "NA05", "NA90")
SPECIAL_YEARS = (2016, 2020, 2022, 2023, 2024, 2026)
"""Leap years, and years with one-off bank holidays or moved ones; other years come up too."""


@dataclass(frozen=True)
class Question:
    """What the measures are asked: a period, both days included, seen from a day."""

    start: date
    end: date
    as_at: date


@dataclass(frozen=True)
class RandomWorld:
    """The rows of an extract, the day it is loaded as at, the first day its reviews cover, what to ask."""

    rows: Rows
    loaded_as_at: date
    reviews_from: date | None
    days: tuple[date, ...]
    """Days to ask the duties at: past, present and to come."""
    questions: tuple[Question, ...]
    """Whole months and ragged periods, seen from past and present days."""


def world(seed: int, children: int | None = None) -> RandomWorld:
    """The world of a seed, with so many children; by default few."""
    return make_world(Random(seed), children)


def worlds() -> st.SearchStrategy[RandomWorld]:
    """Worlds drawn by hypothesis, which makes a failing one smaller."""
    return st.randoms(use_true_random=False).map(make_world)


def make_world(random: Random, children: int | None = None) -> RandomWorld:
    """A world drawn from a source of chance."""
    maker = _Maker(random)
    rows = maker.rows(children or random.randint(1, 5))
    reviews_from = maker.day() if maker.chance(0.2) else None
    days = tuple(sorted({maker.now, *(maker.asked_day() for _ in range(3))}))
    return RandomWorld(rows, maker.now, reviews_from, days, maker.questions())


def edges(given: RandomWorld, many: int) -> tuple[Question, ...]:
    """Questions whose days are the very days on which something happens, or a rule's limit after one.

    They tell "by the 20th day" from "before the 20th day" and the like, which ordinary questions seldom do.
    """
    random = Random(many)
    told = {cell for rows in given.rows.values() for row in rows for cell in row.values()}
    days = sorted(day for day in told if isinstance(day, date) and EARLIEST <= day <= LATEST)
    limits = [
        *(lambda day, n=n: working_days_after(day, n) for n in (2, 5, 15, 20)),
        *(lambda day, n=n: day + timedelta(days=n) for n in (28, 42, 183)),
        *(lambda day, n=n: months_on(day, n) for n in (3, 6, 12)),
    ]

    def day() -> date:
        found = random.choice(days)
        if random.random() < 0.5:
            found = random.choice(limits)(found)
        return found + DAY if random.random() < 0.1 else found

    questions = []
    for _ in range(many):
        start, end = sorted((day(), day()))
        questions.append(Question(start, end, random.choice((end, end, day(), given.loaded_as_at))))
    return tuple(questions)


class _Maker:
    """Draws one world. `matter` holds the days that matter so far in the story being told."""

    def __init__(self, random: Random) -> None:
        self.random = random
        year = self.pick(SPECIAL_YEARS) if self.chance(0.6) else random.randint(2015, 2026)
        self.first = max(EARLIEST, date(year - 2, random.randint(1, 12), 1))
        self.last = min(LATEST, self.first + timedelta(days=random.randint(200, 1000)))
        self.matter: list[date] = []
        """Days of the child whose story is being told."""
        self.stories: list[date] = []
        """Days of all children, to ask about."""
        self.now = self.first
        self.now = self.near(self.last - timedelta(days=random.randint(0, 200)))
        self.papers = [
            column
            for column in ("child_paper_returned", "parent_paper_returned", "carer_paper_returned")
            if self.chance(0.6)
        ]

    # -- chance

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.random.randrange(len(choices))]

    def maybe(self, share: float, value: Choice) -> Choice | None:
        return value if self.chance(share) else None

    # -- days

    def clip(self, day: date) -> date:
        return min(max(day, EARLIEST), LATEST)

    def plain(self) -> date:
        return self.first + timedelta(days=self.random.randint(0, (self.last - self.first).days))

    def near(self, day: date) -> date:
        """The day itself, one beside it, or an awkward one close by."""
        pick = self.random.randrange(9)
        if pick == 4:
            day += timedelta(days=5 - day.weekday())
        elif pick == 5:
            day = month_end(day)
        elif pick == 6:
            day = day.replace(day=1)
        elif pick == 7:
            day = min(BANK_HOLIDAYS, key=lambda holiday: abs(holiday - day))
        elif pick == 8:
            day = date(day.year, 2, 28) + timedelta(days=1)
        if self.chance(0.3):
            day += timedelta(days=self.pick((-1, 1)))
        return self.clip(day)

    def led_to(self, day: date) -> date:
        """A day that some rule leads to from `day`, or close to it."""
        led = self.pick(
            (
                lambda: working_days_after(day, self.pick((2, 5, 15, 20, 20))),
                lambda: working_days_before(day, self.pick((2, 10))),
                lambda: day + timedelta(days=self.pick((28, 28, 42, 183, -42))),
                lambda: months_on(day, self.pick((3, 6, 6, 12, -6, -12))),
            )
        )()
        return self.clip(led + timedelta(days=self.pick((0, 0, 0, -1, 1))))

    def day(self) -> date:
        """A day for the story being told; it matters from now on."""
        if self.matter and self.chance(0.75):
            day = self.pick(self.matter)
            pick = self.random.randrange(4)
            if pick == 1:
                day = self.near(day)
            elif pick > 1:
                day = self.led_to(day)
        else:
            day = self.near(self.plain())
        self.matter.append(day)
        return day

    def day_from(self, earliest: date) -> date:
        """A day not before `earliest`."""
        for _ in range(4):
            day = self.day()
            if day >= earliest:
                return day
        return earliest + timedelta(days=self.pick((0, 1, 20, 100)))

    def ranges(self, most: int, start: date | None = None) -> list[tuple[date, date | None]]:
        """Up to `most` ranges one after another, neighbours or with gaps; the last may go on."""
        found: list[tuple[date, date | None]] = []
        first = start or self.day()
        for _ in range(self.random.randint(1, most)):
            last = self.maybe(0.7, self.day_from(first))
            found.append((first, last))
            if last is None:
                break
            first = last + DAY if self.chance(0.6) else self.day_from(last + DAY)
        return found

    # -- who works here

    def rows(self, children: int) -> Rows:
        self.iros = [f"IRO{n}" for n in range(1, self.random.randint(1, 3 + children // 10) + 1)]
        self.teams = [f"TEAM{n}" for n in range(1, self.random.randint(1, 2 + children // 20) + 1)]
        found: Rows = {kind: [] for kind in _KINDS}
        for iro_id in self.iros:
            self._add_iro(found, iro_id)
        found["teams"] = [{"team_id": team_id, "team_name": f"Team {team_id}"} for team_id in self.teams]
        for number in range(1, children + 1):
            self._add_child(found, f"{number:03}")
        for number in range(self.random.randint(0, 3 + children // 5)):
            self._add_audit(found, f"D{number}")
        self.random.shuffle(found["reviews"])
        return found

    def _add_iro(self, found: Rows, iro_id: str) -> None:
        self.matter = []
        started = self.clip(self.first - timedelta(days=400)) if self.chance(0.5) else self.day()
        ended = self.maybe(0.3, self.day_from(started))
        found["iros"].append(
            {"iro_id": iro_id, "iro_name": f"Name {iro_id}", "started_on": started, "ended_on": ended}
        )
        if self.chance(0.9):
            self.matter += [self.first, self.now, self.last]
            for first, last in self.ranges(5, self.maybe(0.8, max(started, self.first))):
                fte = self.pick((0, 0.2, 0.5, 0.6, 1, 1, 1.5))
                found["iro_hours"].append({"iro_id": iro_id, "from_date": first, "to_date": last, "fte": fte})

    # -- a child's story

    def _add_child(self, found: Rows, child_id: str) -> None:
        self.matter = [self.now] if self.chance(0.5) else []
        early = self.first + (self.now - self.first) * self.random.random() * 0.6
        start = self.near(early) if self.chance(0.8) else self.day()
        self.matter.append(start)
        child = {"child_id": child_id, "date_of_birth": self._birth(start)}
        found["children"].append(child)
        reviewed: list[date] = []
        for first, last in self._periods(start):
            reviewed += self._reviewed(first, last)
            found["care_periods"].append(
                {
                    "child_id": child_id,
                    "started_on": first,
                    "ended_on": last,
                    "start_known": self.pick(("yes", "", "", "no") if self.chance(0.5) else ("yes",)),
                    "notified_on": self.maybe(0.7, self.led_to(first) if self.chance(0.5) else first),
                }
            )
        self._add_schedules(found, child_id, start)
        self._add_allocations(found, child_id, start)
        self.matter += reviewed
        for number, day in enumerate(reviewed):
            self._add_review(found, child_id, f"R{child_id}-{number}", day)
        for number in range(self.random.randint(0, 4)):
            self._add_review(found, child_id, f"X{child_id}-{number}", self.day())
        for number in range(self.random.randint(0, 6)):
            found["activities"].append(
                {
                    "activity_id": f"A{child_id}-{number}",
                    "child_id": child_id,
                    "iro_id": self.pick(self.iros),
                    "activity_kind": self.pick(
                        ("midway_review", "midway_review", "case_note", "child_contact", "pre_meeting")
                    ),
                    "done_on": self.day(),
                }
            )
        for number in range(self.random.choice((0, 0, 1, 2))):
            self._add_escalation(found, child_id, f"E{child_id}-{number}")
        self.stories += self.matter

    def _birth(self, start: date) -> date:
        """A birth before care, with a birthday that matters near the story as often as not."""
        if self.chance(0.15):
            return min(self.pick((date(2012, 2, 29), date(2008, 2, 29), date(2020, 2, 29))), start, self.now)
        years = self.pick((0, 1, 4, 4, 4, 5, 10, 16, 17))
        around = start + timedelta(days=self.pick((0, 0, 30, 150, 300, 600)))
        return min(months_on(around, -12 * years), start, self.now)

    def _periods(self, start: date) -> list[tuple[date, date | None]]:
        """Periods of care one after another; one may start on the day the one before it ended."""
        found: list[tuple[date, date | None]] = []
        for _ in range(self.random.randint(1, 3)):
            ended = self.maybe(0.5, self.day_from(start))
            found.append((start, ended))
            if ended is None:
                break
            start = ended if self.chance(0.3) and ended > start else self.day_from(ended + DAY)
        return found

    def _reviewed(self, start: date, ended: date | None) -> list[date]:
        """Days of reviews as a service would have held them: about when due, until now or somewhat after."""
        days: list[date] = []
        until = min(ended or LATEST, self.now + timedelta(days=self.pick((0, 30, 200))), LATEST)
        due = working_days_after(start, 20)
        while self.chance(0.85) and len(days) < 6:
            day = due + timedelta(days=self.pick((0, 0, 0, 1, -1, -3, -20, 4, 40)))
            if day > until:
                break
            days.append(max(day, EARLIEST))
            due = months_on(day, 6 if days[1:] else 3)
        return days

    def _add_schedules(self, found: Rows, child_id: str, start: date) -> None:
        """Legal statuses and placements: one after another, with gaps, sometimes overlapping."""
        for kind, column, plain, special in (
            ("legal_statuses", "legal_status", ORDINARY, SHORT_BREAK),
            ("placements", "placement_type", ELSEWHERE, ADOPTION),
        ):
            if self.chance(0.3):
                continue
            share, keys = self.pick((0.0, 0.2, 0.6)), set()
            for first, last in self.ranges(4, self.maybe(0.6, start)):
                code = self.pick(special if self.chance(share) else plain)
                rows = [(first, last, code)]
                if self.chance(0.15):
                    over = self.day_from(first)
                    rows.append((over, self.maybe(0.6, self.day_from(over)), self.pick(special + plain)))
                for from_date, to_date, what in rows:
                    if (from_date, what) not in keys:
                        keys.add((from_date, what))
                        found[kind].append(
                            {"child_id": child_id, "from_date": from_date, "to_date": to_date, column: what}
                        )

    def _add_allocations(self, found: Rows, child_id: str, start: date) -> None:
        for kind, column, who in (
            ("iro_allocations", "iro_id", self.iros),
            ("team_allocations", "team_id", self.teams),
        ):
            if self.chance(0.85):
                since = self.pick((None, start, start - timedelta(days=30), self.led_to(start)))
                for first, last in self.ranges(4, since):
                    found[kind].append(
                        {"child_id": child_id, column: self.pick(who), "from_date": first, "to_date": last}
                    )
                    if column == "team_id":
                        found[kind][-1]["social_worker"] = _worker(child_id, first)

    # -- reviews and what lies around them

    def _around(self, day: date) -> date:
        """A day close to a review's, often on a limit of working days before or after it."""
        pick = self.random.randrange(4)
        if pick == 0:
            return self.day()
        if pick == 1:
            limit = working_days_before(day, self.pick((1, 2, 3, 10, 11)))
        elif pick == 2:
            limit = working_days_after(day, self.pick((1, 4, 5, 6, 15, 16, 20, 21)))
        else:
            limit = day
        return self.clip(limit + timedelta(days=self.pick((0, 0, -1, 1))))

    def _add_review(self, found: Rows, child_id: str, review_id: str, day: date) -> None:
        status = self.pick(("held", "held", "held", "held", "booked", "cancelled"))
        row: Row = {"review_id": review_id, "child_id": child_id, "review_status": status}
        if status == "held":
            row["held_on"] = day
            row["booked_for"] = self.maybe(0.5, self.near(day))
            if self.chance(0.3):
                row["completed_on"] = max(day, self._around(day))
        else:
            row["booked_for"] = day if status == "booked" or self.chance(0.9) else None
            # A day held means nothing here: the status says that it was not.
            row["held_on"] = day if day.day % 5 == 0 else None
        row["booked_on"] = self.maybe(0.5, self._around(day))
        row["chaired_by"] = self.maybe(0.8, self.pick(self.iros))
        row["late_reason"] = self.maybe(0.5, self.pick(REASONS))
        row["late_agreed_on"] = self.maybe(0.5, self.pick((day, self._around(day), day - timedelta(days=40))))
        if status == "held":
            self._add_steps(row, day)
        found["reviews"].append(row)
        if self.chance(0.4):
            self._add_people(found, review_id)

    def _add_steps(self, row: Row, day: date) -> None:
        row["participation_code"] = self.pick(CODES)
        row["non_attendance_reason"] = self.maybe(0.4, self.pick(ABSENCES))
        for column in (
            "invitations_sent_on",
            "child_seen_on",
            "social_worker_visit_on",
            "report_received_on",
            "care_plan_updated_on",
            "decisions_sent_on",
            "record_sent_on",
            "letter_sent_on",
            "monitoring_sent_on",
        ):
            row[column] = self.maybe(0.6, self._around(row.get("completed_on") or day))
        row["child_seen_on"] = self.pick((row["child_seen_on"], None, None))
        for column in self.papers:
            row[column] = self.pick(("yes", "no", "", ""))

    def _add_people(self, found: Rows, review_id: str) -> None:
        persons = [p for p in ("mother", "father", "step_parent", "carer", "advocate") if self.chance(0.4)]
        persons += ["connected_person"] * self.random.choice((0, 0, 1, 2))
        for person in persons:
            how = self.pick(("attended", "consulted", "not_applicable", "not_consulted", "not_recorded"))
            found["review_people"].append({"review_id": review_id, "person": person, "involvement": how})

    def _add_escalation(self, found: Rows, child_id: str, escalation_id: str) -> None:
        raised = self.day()
        limit = working_days_after(raised, 20) + timedelta(days=self.pick((0, 0, 1, -1)))
        self.matter.append(limit)
        found["escalations"].append(
            {
                "escalation_id": escalation_id,
                "child_id": child_id,
                "raised_on": raised,
                "iro_id": self.maybe(0.4, self.pick(self.iros)),
                "team_id": self.maybe(0.4, self.pick(self.teams)),
                "theme": self.pick(("permanence", "safety", "participation", None)),
                "stage": self.pick(("informal", "formal_1", "formal_2", "formal_3", "cafcass")),
                "resolved_on": self.maybe(0.7, max(raised, self.pick((limit, self._around(raised))))),
            }
        )

    def _add_audit(self, found: Rows, audit_id: str) -> None:
        children = [row["child_id"] for row in found["children"]]
        case = {
            "audit_id": audit_id,
            "programme": "Focus Five",
            "audited_on": self.now if self.chance(0.1) else self.near(self.plain()),
            "child_id": self.maybe(0.7, self.pick(children)),
            "team_id": self.maybe(0.4, self.pick(self.teams)),
        }
        self.stories.append(case["audited_on"])
        for theme in ("chronology", "assessments", "plans", "visiting", "supervision", "intervention"):
            if self.chance(0.4):
                grade = self.pick(("outstanding", "good", "requires_improvement", "inadequate"))
                found["audits"].append({**case, "audit_theme": theme, "grade": grade})

    # -- what to ask

    def asked_day(self) -> date:
        """A past day or one to come, often a day on which something happens."""
        if self.stories and self.chance(0.6):
            return self.clip(self.pick(self.stories) + timedelta(days=self.pick((0, 0, 1, -1))))
        return self.near(self.plain())

    def questions(self) -> tuple[Question, ...]:
        """Whole months seen from the load's day, where the cube answers, and ragged periods besides."""
        month = months_on(self.now, -self.random.randint(0, 15)).replace(day=1)
        months = Question(month, month_end(months_on(month, self.random.randint(0, 12))), self.now)
        first, last = sorted((self.asked_day(), self.asked_day()))
        ragged = Question(first, last, self.pick((self.now, last, self.asked_day())))
        exact = sorted((self.pick(self.stories), self.pick(self.stories)))
        past = self.asked_day()
        year = Question(months_on(past, -12) + DAY, past, past)
        return (
            months,
            ragged,
            year,
            Question(*exact, self.pick((self.now, exact[1], self.pick(self.stories)))),
        )


def _worker(child_id: str, since: date) -> str | None:
    """The social worker of an allocation; nobody of every third. By a chance of its own, so that what was
    found in the world of a seed stays in it."""
    chance = Random(f"{child_id} {since}")
    return f"Worker {chance.randint(1, 3)}" if chance.random() < 0.67 else None


_KINDS = (
    "children",
    "iros",
    "teams",
    "care_periods",
    "legal_statuses",
    "placements",
    "iro_hours",
    "iro_allocations",
    "team_allocations",
    "reviews",
    "review_people",
    "activities",
    "escalations",
    "audits",
)
