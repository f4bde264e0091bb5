"""What is known of one child on a day, and the answer: last seen, by whom, what is next, what is owed.

"Seen" is the child seen or spoken with by an IRO: a contact on record, the day given on a review, or a
review at which the child was. A midway review or a case note is work on the child's record; it does not say
that anyone saw the child, so it is told apart (`looked_at`). A social worker's visit is the social worker's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from data_access.child import ChildRecord, ChildReview, Stretch, child_record
from data_access.people.viewer import Viewer
from data_access.recorded.entries import entries
from data_access.recorded.kinds import Entry, EntryKind
from data_access.rows.codes import ATTENDED, ESCALATION_THEMES, NOT_THERE
from metrics.counting.duties_as_at import duties_as_at
from metrics.counting.question import Selection
from metrics.rules import midways
from metrics.rules.calendar import as_days
from metrics.tracker import AT_RISK, BOOKED_LATE, CHECK, OVERDUE, OWED_ON, WATCH, open_duties
from metrics.wording import words


@dataclass(frozen=True)
class Duty:
    """A duty to review, or to a midway review, as at the day. outcome: one of `words.OUTCOMES`."""

    opens_on: date
    due_on: date | None
    held_on: date | None
    outcome: str
    kind: str


@dataclass(frozen=True, eq=False)
class KnownChild:
    """Everything known of one child as at a day.

    record: None where the store does not hold the child, though something may have been recorded here.
    open_duty: the tracker's row (`open_duties`), None for a child who is not looked after on the day.
    midways: since `midways_from`, from which day on they can be told; before it only those that were done.
    entries: about the child, not what a sample says of an IRO's work.
    """

    child_id: str
    as_at: date
    record: ChildRecord | None
    duties: tuple[Duty, ...]
    midways: tuple[Duty, ...]
    midways_from: date | None
    open_duty: pd.Series | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Seen:
    """A day on which an IRO saw or spoke with the child, or worked on the record. by: None if not known."""

    on: date
    by: str | None
    how: str


@dataclass(frozen=True)
class Outstanding:
    """Something that is still to be done. since: the day it was owed, began or was recorded.

    typed: what somebody wrote about it, which is never taken for formatting.
    """

    what: str
    said: str
    since: date
    typed: str = ""


@dataclass(frozen=True)
class ChildNow:
    """The answer to "what is happening for this child?" as at a day; a None is not on record.

    visited_on: the social worker's last visit, as far as reviews tell. Days of a child who is not looked
    after are None, and `ceased_on` says since when.
    """

    child_id: str
    as_at: date
    looked_after: bool
    ceased_on: date | None
    seen: Seen | None
    looked_at: Seen | None
    visited_on: date | None
    last_held_on: date | None
    due_on: date | None
    booked_for: date | None
    midways_told: bool
    """Midway reviews are on record here; where none are, neither of the next two days is known."""
    midway_due_on: date | None
    midway_done_on: date | None
    outstanding: tuple[Outstanding, ...]


def known_child(
    engine: Engine,
    viewer: Viewer,
    authority: str,
    child_id: str,
    as_at: date,
    *,
    midways_from: date | None,
) -> KnownChild:
    """Everything known of a child as at a day, found by the child.

    midways_from: since when the authority has midway reviews on record, None where it has none. Of one due
    before, nobody can say that it was not done.
    """
    record = child_record(engine, viewer, authority, child_id, as_at)
    duties: tuple[Duty, ...] = ()
    halfway: tuple[Duty, ...] = ()
    open_duty = None
    if record is not None:
        found = duties_as_at(engine, viewer, authority, as_at, child_id=child_id)
        duties = tuple(
            Duty(row["opens_on"], _day(row["due_on"]), _day(row["held_on"]), row["outcome"], row["kind"])
            for row in found.to_dict("records")
        )
        due = midways.due_on(
            found["kind"], found["regime"], as_days(found["opens_on"]), as_days(found["due_on"])
        )
        halfway = tuple(
            midway
            for midway in _midways(duties, due.astype(object), record, as_at)
            if midway.held_on or _told(midway.due_on, midways_from)
        )
        rows = open_duties(engine, viewer, Selection(authority, as_at, as_at, as_at), child_id=child_id)
        open_duty = None if rows.empty else rows.iloc[0]
    recorded = [
        entry
        for entry in entries(engine, viewer, authority, as_at=as_at, child_id=child_id)
        if entry.is_about_the_child
    ]
    return KnownChild(child_id, as_at, record, duties, halfway, midways_from, open_duty, tuple(recorded))


def child_now(known: KnownChild) -> ChildNow | None:
    """The answer, made of what is known; None for a child whom the store does not hold."""
    record, row = known.record, known.open_duty
    if record is None:
        return None

    def of_open_duty(name: str) -> date | None:
        return None if row is None else _day(row[name])

    ended = [stretch.until_on for stretch in record.care if stretch.until_on]
    visits = [one.social_worker_visit_on for one in record.reviews if one.social_worker_visit_on]
    return ChildNow(
        child_id=known.child_id,
        as_at=known.as_at,
        looked_after=row is not None,
        ceased_on=max(ended, default=None) if row is None else None,
        seen=max(seen_by_iro(record), key=lambda one: one.on, default=None),
        looked_at=max(_looked_at(record), key=lambda one: one.on, default=None),
        visited_on=max(visits, default=None),
        last_held_on=max((one.held_on for one in record.reviews if one.held_on), default=None),
        due_on=of_open_duty("due_on"),
        booked_for=of_open_duty("booked_for"),
        midways_told=known.midways_from is not None,
        midway_due_on=of_open_duty("midway_due_on") if known.midways_from else None,
        midway_done_on=of_open_duty("midway_done_on"),
        outstanding=tuple(sorted(_outstanding(known, record), key=lambda one: one.since)),
    )


# -- seen, and looked at


def seen_by_iro(record: ChildRecord) -> Iterator[Seen]:
    """Every day on which an IRO saw or spoke with the child."""
    for work in record.work:
        if work.kind == "child_contact":
            yield Seen(work.done_on, work.iro_id, "contact with the child")
    for review in record.reviews:
        if review.child_seen_on:
            by = review.chaired_by or _who(record.iro_spans, review.child_seen_on)
            yield Seen(review.child_seen_on, by, "about the review")
        if review.held_on and _there(review):
            yield Seen(review.held_on, review.chaired_by, f"at the review{_BY.get(review.attendance_mode)}")


_BY: Mapping[str | None, str] = {
    None: "", "in_person": ", in person", "video": ", by video", "phone": ", by phone",
}  # fmt: skip


def _there(review: ChildReview) -> bool:
    """The child was at the review: what the way of attending says, unless the statutory code denies it."""
    if review.participation_code in NOT_THERE or review.attendance_mode == "not_present":
        return False
    return review.attendance_mode is not None or review.participation_code in ATTENDED


def _looked_at(record: ChildRecord) -> Iterator[Seen]:
    """Every day on which an IRO reviewed the child's plan or wrote on the record."""
    for work in record.work:
        if work.kind in _WORK_ON_RECORD:
            yield Seen(work.done_on, work.iro_id, _WORK_ON_RECORD[work.kind])
    for review in record.reviews:
        if review.held_on:
            yield Seen(review.held_on, review.chaired_by, "review")


_WORK_ON_RECORD = {"midway_review": "midway review", "case_note": "case note"}


def _who(stretches: Sequence[Stretch], on: date) -> str | None:
    return next(
        (one.what for one in stretches if one.from_on <= on and (one.until_on is None or on <= one.until_on)),
        None,
    )


# -- midway reviews


def _midways(
    duties: Sequence[Duty], halfway: Iterable[date | None], record: ChildRecord, as_at: date
) -> Iterator[Duty]:
    """The midway review that each duty with a six-month interval asked for (`domain.md` section 4).

    Done by the first one after the duty opened and before the next review.
    """
    done = [work.done_on for work in record.work if work.kind == "midway_review"]
    opened: list[date | None] = [duty.opens_on for duty in duties[1:]]
    for duty, due_on, next_opens in zip(duties, halfway, [*opened, None], strict=True):
        if due_on is None:
            continue
        closed = duty.held_on or next_opens
        if closed is None and duty.outcome in ("missed", "not_required"):
            closed = _last_day(record.care, duty.opens_on)
        held = next((on for on in done if duty.opens_on < on and (closed is None or on < closed)), None)
        yield Duty(duty.opens_on, due_on, held, _midway_outcome(due_on, held, closed, as_at), "midway")


def _told(due_on: date | None, midways_from: date | None) -> bool:
    return due_on is not None and midways_from is not None and due_on >= midways_from


def _last_day(care: Sequence[Stretch], on: date) -> date | None:
    """The last day of the period of care that a day lies in."""
    return next((one.until_on for one in care if one.until_on and one.from_on <= on <= one.until_on), None)


def _midway_outcome(due: date, done: date | None, closed: date | None, as_at: date) -> str:
    if done is not None:
        return "on_time" if done <= due else "late"
    if closed is not None:
        return "missed" if due < closed else "not_required"
    return "overdue" if due < as_at else "open"


# -- outstanding


SOON = (AT_RISK, WATCH)
"""The states of a review that is due so soon that it should be booked."""


def _outstanding(known: KnownChild, record: ChildRecord) -> Iterator[Outstanding]:
    if known.open_duty is not None:
        yield from _of_review(known.open_duty, known.as_at)
        yield from _of_midway(known)
    for one in record.escalations:
        if one.resolved_on is None and one.theme != "good_practice":
            theme, stage = ESCALATION_THEMES.get(one.theme, one.theme), one.stage.replace("_", " ")
            days = words.count((known.as_at - one.raised_on).days, "day")
            yield Outstanding(
                "Escalation", f"open for {days}, since {words.day(one.raised_on)}: {theme} ({stage})",
                one.raised_on,
            )  # fmt: skip
    yield from _of_entries(known.entries, known.as_at)


def _of_review(row: pd.Series, as_at: date) -> Iterator[Outstanding]:
    """What the tracker says of the child's review, and what is missing around it."""
    due, booked = _day(row["due_on"]), _day(row["booked_for"])
    if row["state"] == OVERDUE and due:
        days = words.count((as_at - due).days, "day")
        yield Outstanding("Review", f"overdue for {days}: it was due on {words.day(due)}", due)
    elif row["state"] == BOOKED_LATE and due and booked:
        said = f"booked for {words.day(booked)}, after the day it is due ({words.day(due)})"
        yield Outstanding("Review", said, as_at)
    elif row["state"] == CHECK:
        yield Outstanding("The record", f"to be checked: {words.to_check(row['to_check'])}", as_at)
    elif row["state"] in SOON and due and not booked:
        yield Outstanding("Review", f"not booked: it is due on {words.day(due)}", as_at)
    for step, column in OWED_ON.items():
        if owed := _day(row[column]):
            name = words.sentence(words.STEPS[step])
            yield Outstanding(name, f"missing: owed by {words.day(owed)}", owed)


def _of_midway(known: KnownChild) -> Iterator[Outstanding]:
    for one in known.midways:
        if one.outcome == "overdue" and one.due_on:
            days = words.count((known.as_at - one.due_on).days, "day")
            said = f"overdue for {days}: it was due on {words.day(one.due_on)}"
            yield Outstanding("Midway review", said, one.due_on)


def _of_entries(recorded: Sequence[Entry], as_at: date) -> Iterator[Outstanding]:
    """Open actions and concerns, and changes that the IRO was not told of."""
    for entry in recorded:
        if not entry.is_open:
            continue
        if entry.kind is EntryKind.ACTION and entry.due_on:
            late = "overdue since" if entry.is_overdue(as_at) else "to be done by"
            yield Outstanding("Action", f"{late} {words.day(entry.due_on)}", entry.due_on, entry.said or "")
        elif entry.kind is EntryKind.CONCERN:
            said = f"recorded on {words.day(entry.recorded_on)}"
            yield Outstanding("Concern", said, entry.recorded_on, entry.said or "")
        elif entry.kind is EntryKind.CHANGE and entry.told_on is None and entry.happened_on:
            said = f"the IRO was not told of what happened on {words.day(entry.happened_on)}"
            yield Outstanding("Significant change", said, entry.happened_on, entry.said or "")


# -- in words


def said(now: ChildNow, iros: Mapping[str, str]) -> str:
    """The answer as sentences: last seen when and by whom, what is next, how much is outstanding."""
    return " ".join([_seen_said(now, iros), _next_said(now), _outstanding_said(now)])


def _seen_said(now: ChildNow, iros: Mapping[str, str]) -> str:
    visited = _visited_said(now)
    if now.seen is None:
        return (
            f"Child {now.child_id}: no day is on record on which an IRO saw or spoke with the child{visited}."
        )
    by = f" by {iros.get(now.seen.by, now.seen.by)}" if now.seen.by else " by an IRO who is not on record"
    return (
        f"Child {now.child_id} was last seen or spoken with{by} on {_ago(now.seen.on, now.as_at)} "
        f"({now.seen.how}){visited}."
    )


def _visited_said(now: ChildNow) -> str:
    """The social worker's last visit where it is the later: the child was seen since an IRO saw them."""
    if now.visited_on is None or (now.seen and now.visited_on <= now.seen.on):
        return ""
    return f", and by the social worker on {_ago(now.visited_on, now.as_at)}"


def _ago(on: date, as_at: date) -> str:
    """`Mon 8 Sep 2025, 204 days ago`."""
    days = (as_at - on).days
    return f"{words.day(on)}, {'the same day' if days == 0 else words.count(days, 'day') + ' ago'}"


def _next_said(now: ChildNow) -> str:
    if not now.looked_after:
        if now.ceased_on is None:
            return "The child is not looked after on this day, so no review is due."
        return f"The child has not been looked after since {words.day(now.ceased_on)}, so no review is due."
    if now.due_on is None:
        return "When the next review is due is not known."
    due = "was due" if now.due_on < now.as_at else "is due"
    booked = f"booked for {words.day(now.booked_for)}" if now.booked_for else "not booked"
    return f"The next review {due} on {words.day(now.due_on)} and is {booked}."


def _outstanding_said(now: ChildNow) -> str:
    if not now.outstanding:
        return "Nothing is outstanding."
    number = len(now.outstanding)
    return f"{words.sentence(words.count(number, 'thing is', 'things are'))} outstanding."


def _day(value: Any) -> date | None:
    """A day of a table, None where it is blank."""
    return None if pd.isna(value) else value
