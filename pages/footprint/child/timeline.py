"""One child's timeline: everything on record as lanes of a picture, and as a table in the order of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from charts.palette import DUTIES
from charts.timeline import Band, Due, Lane, Point, Window, timeline
from data_access.child import ChildRecord, Stretch
from data_access.rows.codes import ESCALATION_THEMES, LEGAL_STATUSES, PARTICIPATION_WORDS, PLACEMENT_TYPES
from metrics.child import Duty, KnownChild, seen_by_iro
from metrics.counting.question import months_on
from metrics.wording import words
from pages.export.download import RECORDS
from pages.footprint.child.answer import known, naming
from pages.forms.recording import TITLES
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import LongTable, Picture, Pieces, as_table

SHOWN = {"2": "The last 2 years", "5": "The last 5 years", "": "Everything on record"}
"""How much of the time is shown: years back from the day, or all; and how that is called."""
_AFTER = timedelta(days=14)


@reads.kept
def picture(view: View, child_id: str, years: str) -> Pieces:
    """The timeline over the years chosen, the table beside it and its download."""
    found = known(view, child_id)
    if found.record is None:
        return ()
    named = naming(view, child_id)
    rows = events(named, found)
    chart = timeline(lanes(named, found), _window(found, years), of=f"child {child_id}")
    table = LongTable(
        rows,
        f"Everything on record in the order of days, the latest first: {len(rows)} rows",
        of_a_child=True,
    )
    return (
        Picture(chart, "child_timeline", wide=True),
        as_table(table),
        results.download(
            view, "child_timeline", f"Everything on record for child {child_id}", lambda: rows, note=RECORDS,
            label=f"Download everything on record ({words.count(len(rows), 'row')}, CSV)",
        ),
    )  # fmt: skip


def _window(found: KnownChild, years: str) -> Window:
    """From so many years back, or the first day in care, to what is next after the as-at day.

    Of a child who is no longer looked after the years are counted back from the last day in care.
    """
    care = found.record.care if found.record else ()
    next_days = [found.as_at]
    last_in_care = found.as_at
    if found.open_duty is not None:
        days = (found.open_duty[name] for name in ("due_on", "booked_for", "midway_due_on"))
        next_days += [day for day in days if not pd.isna(day)]
    elif care:
        last_in_care = care[-1].until_on or found.as_at
    first = months_on(last_in_care, -12 * int(years or 2))
    if care and (not years or care[0].from_on > first):
        first = care[0].from_on
    return Window(first, min(max(next_days), months_on(found.as_at, 12)) + _AFTER, found.as_at)


# -- the picture


def lanes(view: View, found: KnownChild) -> list[Lane]:
    """What is on record of a child, a lane for each kind of it."""
    record = found.record
    assert record is not None
    seen = tuple(
        Point(one.on, f"{words.sentence(one.how)}{_by(view, one.by)}") for one in seen_by_iro(record)
    )
    visits = tuple(Point(on, "The social worker's visit") for on in _visits(record))
    escalations = tuple(
        Band(one.raised_on, one.resolved_on, _theme(one.theme), _stage(one.stage))
        for one in record.escalations
    )
    return [
        Lane("Looked after", bands=_bands(record.care, lambda _: "Looked after")),
        Lane("Legal status", bands=_bands(record.legal_statuses, LEGAL_STATUSES.get)),
        Lane("Placement", bands=_bands(record.placements, PLACEMENT_TYPES.get)),
        Lane("Social worker", bands=_bands(record.worker_spans, str)),
        Lane("Team", bands=_bands(record.team_spans, view.teams.get)),
        Lane("IRO", bands=_bands(record.iro_spans, view.iros.get)),
        Lane("Reviews", dues=(*_dues(found.duties), *_booked(found))),
        Lane("Midway reviews", dues=_dues(found.midways)),
        Lane("Seen or spoken with", points=seen),
        Lane("Social worker’s visits", points=visits),
        Lane("Escalations", bands=escalations),
        Lane("Case notes by week", weekly=tuple(sorted(_notes_by_week(record).items()))),
    ]


def _bands(stretches: Iterable[Stretch], called: Callable[[str], str | None]) -> tuple[Band, ...]:
    return tuple(
        Band(one.from_on, one.until_on, words.sentence(called(one.what) or one.what)) for one in stretches
    )


def _dues(duties: Iterable[Duty]) -> tuple[Due, ...]:
    """Duties with the day they were due; one that was no longer needed is not drawn."""
    return tuple(
        Due(duty.due_on, duty.held_on, DUTIES[duty.outcome])
        for duty in duties
        if duty.outcome != "not_required"
    )


def _booked(found: KnownChild) -> tuple[Due, ...]:
    """The day for which the next review is booked."""
    booked = None if found.open_duty is None else found.open_duty["booked_for"]
    return () if pd.isna(booked) else (Due(None, booked, DUTIES["booked"]),)


def _visits(record: ChildRecord) -> list[date]:
    return sorted({one.social_worker_visit_on for one in record.reviews if one.social_worker_visit_on})


def _notes_by_week(record: ChildRecord) -> Counter[date]:
    """How many case notes in each week, by its Monday."""
    noted = (work.done_on for work in record.work if work.kind == "case_note")
    return Counter(day - timedelta(days=day.weekday()) for day in noted)


def _theme(theme: str) -> str:
    return words.sentence(ESCALATION_THEMES.get(theme, theme))


def _stage(stage: str) -> str:
    return words.sentence(stage.replace("_", " "))


def _by(view: View, iro: str | None) -> str:
    return f", by {view.name('iro', iro)}" if iro else ""


# -- the table


class Event(NamedTuple):
    """A row of the table."""

    day: date
    what: str
    said: str
    by: str = ""
    until: date | None = None


def events(view: View, found: KnownChild) -> pd.DataFrame:
    """Everything on record of a child, the latest first: day, what it is, in words, by whom, until when."""
    rows = sorted(_events(view, found), key=lambda event: (event.day, event.what), reverse=True)
    headings = ("Day", "What", "In words", "By", "Until")
    return pd.DataFrame(rows, columns=headings, dtype=object)


def _events(view: View, found: KnownChild) -> Iterator[Event]:
    record = found.record
    assert record is not None
    for lane in lanes(view, found):
        for band in lane.bands:
            label = band.label if band.label != lane.name else "The period of care began"
            yield Event(band.first, lane.name, label + (f", {band.said.lower()}" if band.said else ""), "",
                        band.last)  # fmt: skip
    yield from _reviews(view, found.duties, record)
    for booked in _booked(found):
        yield Event(booked.on or found.as_at, "Review", "Booked for this day")
    for duty in found.midways:
        if duty.due_on and duty.held_on is None and duty.outcome != "not_required":
            yield Event(duty.due_on, "Midway review", words.sentence(DUTIES[duty.outcome].word))
    for one in seen_by_iro(record):
        yield Event(one.on, "Seen or spoken with", words.sentence(one.how), _name(view, one.by))
    for day in _visits(record):
        yield Event(day, "Social worker’s visit", "Visit before a review")
    for work in record.work:
        if work.kind in _WORK:
            what, said = _WORK[work.kind]
            yield Event(work.done_on, what, said, _name(view, work.iro_id))
    for entry in found.entries:
        title = TITLES.get(entry.kind, "")
        if title:
            said = title if not entry.said else f"{title}: {entry.said}"
            yield Event(entry.recorded_on, "Recorded here", said, entry.recorded_by)


_WORK = {
    "midway_review": ("Midway review", "Done"),
    "case_note": ("Case note", "Case note by the IRO"),
    "pre_meeting": ("Meeting", "Meeting before a review"),
    "pathway_review": ("Meeting", "Pathway review"),
    "other_meeting": ("Meeting", "Other meeting"),
}
"""What an IRO did, as the table says it; a contact with the child stands among the days it was seen."""


def _reviews(view: View, duties: Iterable[Duty], record: ChildRecord) -> Iterator[Event]:
    """A row for each review: when it was held and how late, or when it was due and what became of it."""
    held = {one.held_on: one for one in record.reviews if one.held_on}
    for duty in duties:
        day = duty.held_on or duty.due_on
        if day is None or duty.outcome == "not_required":
            continue
        said = [f"{words.KINDS[duty.kind]}: {words.OUTCOMES[duty.outcome]}"]
        if duty.held_on and duty.due_on and duty.outcome == "late":
            said.append(f"due {words.day(duty.due_on)}")
        review = held.get(day) if duty.held_on else None
        if review and review.participation_code:
            said.append(PARTICIPATION_WORDS.get(review.participation_code, review.participation_code))
        yield Event(day, "Review", "; ".join(said), _name(view, review.chaired_by if review else None))


def _name(view: View, iro: str | None) -> str:
    return view.name("iro", iro) if iro else ""
