"""Write an invented authority as review extract files, a file of CSV for each kind."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from data_access.demo.activities import history_start
from data_access.demo.care import Child
from data_access.demo.challenge import IMPROVEMENTS, STRENGTHS, Section
from data_access.demo.paperwork import Steps
from data_access.demo.people import Staff
from data_access.demo.reviews import FIRST, SECOND, Review
from data_access.demo.world import Record, Story, World
from data_access.rows.records import RECORDS

BLANK_STEPS = ("",) * 7


def write_template(world: World, folder: Path) -> list[Path]:
    """Write every kind of the extract into `folder`; gives the files written, children one at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {record.kind: folder / f"{record.kind}.csv" for record in RECORDS}
    with ExitStack() as open_files:
        writers = {}
        for record in RECORDS:
            file = open_files.enter_context(paths[record.kind].open("w", newline="", encoding="utf-8"))
            writers[record.kind] = csv.writer(file, lineterminator="\n")
            writers[record.kind].writerow(record.columns())
        out = _Extract(world, {kind: writer.writerows for kind, writer in writers.items()})
        out.staff(world.staff)
        for child, stories in world.children():
            out.child(child, stories)
    return list(paths.values())


class _Extract:
    """The rows of each kind, numbered as they come."""

    def __init__(self, world: World, write: dict[str, Any]) -> None:
        self._days = world.days
        self._from = 0 if world.shape.whole_history else history_start(world.days.as_at)
        self._write = write
        self._review = self._activity = self._escalation = self._audit = 0

    def staff(self, staff: Staff) -> None:
        """IROs with their hours, and teams."""
        known, as_at = self._days.known, self._days.as_at
        iros, hours = [], []
        for post in staff.posts:
            for holder in post.holders:
                if holder.from_ > as_at:
                    continue
                until = self._until(holder.until)
                email = f"{holder.name.lower().replace(' ', '.')}.{holder.iro_id[3:]}@example.org"
                iros.append(
                    (
                        holder.iro_id,
                        holder.name,
                        email,
                        known[holder.from_],
                        until,
                        holder.sex,
                        holder.ethnicity,
                    )
                )
                before = post.hours_before
                if before and holder.from_ < before[1] and until == "":
                    hours.append((holder.iro_id, known[holder.from_], known[before[1] - 1], before[0]))
                    hours.append((holder.iro_id, known[before[1]], until, post.fte))
                else:
                    fte = before[0] if before and until else post.fte
                    hours.append((holder.iro_id, known[holder.from_], until, fte))
        self._write["iros"](iros)
        self._write["iro_hours"](hours)
        self._write["teams"](
            (team.team_id, team.name, team.service, f"manager.{team.team_id.lower()}@example.org")
            for team in staff.teams
        )

    def child(self, child: Child, stories: list[Story]) -> None:
        """A child and everything recorded about them."""
        known = self._days.known
        yes_no = ("no", "yes")
        self._write["children"](
            [
                (
                    child.child_id,
                    known[child.born],
                    child.sex,
                    child.ethnicity,
                    yes_no[child.unaccompanied],
                    yes_no[child.disabled],
                    child.siblings,
                )
            ]
        )
        for story in stories:
            self._care(child.child_id, story)
            for record in story.records:
                if record.review.held >= self._from:
                    self._records(child.child_id, record)
            self._activities(child.child_id, story)
            self._challenges(child.child_id, story)

    def _until(self, day: int | None) -> str:
        """A last day, as far as it is known."""
        return "" if day is None else self._days.known[day]

    def _care(self, child_id: str, story: Story) -> None:
        known, period = self._days.known, story.period
        as_at = self._days.as_at
        end = known[period.end]
        told = "" if period.notified is None else known[period.notified]
        reason = period.end_reason if end else ""
        start_known = "yes" if period.start >= self._from else "no"
        self._write["care_periods"]([(child_id, known[period.start], end, reason, start_known, told)])
        self._write["legal_statuses"](
            (child_id, known[day], to, status)
            for (day, status), to in self._each_until(period.statuses, period.end)
        )
        self._write["placements"](
            (child_id, known[day], to, kind, provider, "yes" if inside else "no")
            for (day, kind, provider, inside), to in self._each_until(period.placements, period.end)
        )
        self._write["iro_allocations"](
            (child_id, span.holder.iro_id, known[span.from_], known[span.to])
            for span in period.iros
            if span.from_ <= as_at
        )
        self._write["team_allocations"](
            (child_id, span.team.team_id, known[span.from_], known[span.to], span.worker)
            for span in period.teams
            if span.from_ <= as_at
        )

    def _each_until(self, rows: list[Any], end: int) -> Iterable[tuple[Any, str]]:
        """(row, its last day) of rows that each last until the next."""
        known, as_at = self._days.known, self._days.as_at
        for place, row in enumerate(rows):
            if row[0] <= as_at:
                yield row, known[rows[place + 1][0] - 1] if place + 1 < len(rows) else known[end]

    def _records(self, child_id: str, record: Record) -> None:
        """The rows of one planned review: its first booking where it was moved, and itself."""
        days, review = self._days, record.review
        as_at, never = days.as_at, days.never
        rows: list[tuple[Any, ...]] = []
        old = record.steps is None
        moved = review.first_booked_for != never and not old
        if moved and review.first_booked_on <= as_at:
            cancelled = review.cancelled_on <= as_at
            status = "cancelled" if cancelled else "booked"
            rows.append(
                self._booking(child_id, record, status, review.first_booked_for, review.first_booked_on)
            )
        if record.held:
            row = self._held(child_id, record)
            rows.append(row)
            self._write["review_people"]((row[0], *person) for person in record.people)
            self._write["monitoring"]((row[0], *item) for item in record.monitoring)
        elif review.booked_on <= min(as_at, review.given_up_on) and not (
            moved and review.cancelled_on > as_at
        ):
            status = "cancelled" if review.given_up_on <= as_at else "booked"
            rows.append(self._booking(child_id, record, status, review.held, review.booked_on))
        self._write["reviews"](rows)

    def _next_review(self) -> str:
        self._review += 1
        return f"R{self._review:07}"

    def _booking(
        self, child_id: str, record: Record, status: str, booked_for: int, booked_on: int
    ) -> tuple[Any, ...]:
        """A booking not (or not yet) held. Preparations are seen on the booking that stands."""
        known, iso, review, steps = self._days.known, self._days.iso, record.review, record.steps
        first = booked_for == review.first_booked_for
        told_late = review.late and (first or review.first_booked_for != self._days.never)
        told_late = told_late or (review.late and review.due < self._days.as_at)
        agreed = known[review.agreed_on] if told_late else ""
        before: tuple[str, ...] = BLANK_STEPS
        if steps is not None and status == "booked":
            before = _before(steps, known)
        return (
            self._next_review(), child_id, status, iso[booked_for], "", "", record.chaired_by,
            known[booked_on], "", record.venue, record.mode, "", "", "", "",
            review.late_reason if told_late else "", review.agreed_by if agreed else "", agreed,
            "" if first else self._moved_from(review), *before,
            "", "", "", "", "", "", "", self._due(review),
        )  # fmt: skip

    def _held(self, child_id: str, record: Record) -> tuple[Any, ...]:
        """A review that was held. Older than the history: its date and code only."""
        known, review, steps, taking = self._days.known, record.review, record.steps, record.taking
        held = known[review.held]
        if steps is None:
            return (
                self._next_review(), child_id, "held", "", held, *[""] * 7, taking.code, *[""] * 21,
            )  # fmt: skip
        agreed = known[review.agreed_on] if review.late else ""
        return (
            self._next_review(), child_id, "held", held, held, known[steps.completed], record.chaired_by,
            known[review.booked_on], known[review.recorded], record.venue, record.mode,
            "yes" if steps.is_series else "no", taking.code, taking.mode, taking.away_because,
            review.late_reason if review.late else "", review.agreed_by if agreed else "", agreed,
            self._moved_from(review), *_before(steps, known), *record.papers,
            known[steps.decisions], known[steps.record], known[steps.letter], known[steps.monitoring],
            self._due(review),
        )  # fmt: skip

    def _moved_from(self, review: Review) -> str:
        """The day it was booked for at first, where it was moved."""
        never = review.first_booked_for == self._days.never
        return "" if never else self._days.iso[review.first_booked_for]

    def _due(self, review: Review) -> str:
        """The case system's own due date, which counts three months as 91 days and six as 183."""
        if review.kind == FIRST:
            return self._days.iso[review.due]
        return self._days.iso[review.opens + (91 if review.kind == SECOND else 183)]

    def _activities(self, child_id: str, story: Story) -> None:
        known, first = self._days.known, self._activity + 1
        self._activity += len(story.activities)
        self._write["activities"](
            (f"A{number:08}", child_id, done.iro_id, done.kind, known[done.done])
            for number, done in enumerate(story.activities, start=first)
        )

    def _challenges(self, child_id: str, story: Story) -> None:
        """Escalations and audits."""
        known = self._days.known
        for each in story.escalations:
            self._escalation += 1
            resolved = known[each.resolved]
            self._write["escalations"](
                [
                    (
                        f"E{self._escalation:05}", child_id, known[each.raised], each.iro_id, each.team_id,
                        each.theme, each.stage, "yes" if each.human_rights else "no", resolved,
                        each.outcome if resolved else "",
                    )
                ]
            )  # fmt: skip
        for day, team_id, sections in story.audits:
            self._audit += 1
            programme = f"Focus Five {_financial_year(known[day])}"
            self._write["audits"](
                (
                    f"F{self._audit:05}", programme, known[day], section.theme,
                    section.grade, child_id, team_id, "Children looked after", section.in_time,
                    section.months_out_of_date, *_words(section),
                )
                for section in sections
            )  # fmt: skip


def _before(steps: Steps, known: list[str]) -> tuple[str, ...]:
    """The steps that come before a review, in the order of the format's columns."""
    return (
        known[steps.invite_list], known[steps.invitations], known[steps.child_seen], known[steps.visit],
        known[steps.report], known[steps.report_shared], known[steps.care_plan],
    )  # fmt: skip


def _words(section: Section) -> tuple[str, str]:
    """The strength of a good section, the area for improvement of another."""
    if section.grade in ("outstanding", "good"):
        return STRENGTHS[section.theme], ""
    return "", IMPROVEMENTS[section.theme]


def _financial_year(day: str) -> str:
    """2025-26 for 2025-04-01 on."""
    year = int(day[:4]) - (day[5:7] < "04")
    return f"{year}-{(year + 1) % 100:02}"
