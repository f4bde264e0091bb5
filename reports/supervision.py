"""The pack for a supervision: one IRO's month on two pages, to edit in Word or to print.

Every number is one of `metrics/practice/practice.py`, which the IRO's page shows too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace

from sqlalchemy import Engine

from charts import paper
from charts.palette import MARKS
from charts.said import Line as ChartLine
from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo, iros
from metrics.chance.compare import Reading
from metrics.counting.promptness import OF_THE_TEAM
from metrics.measures import CATALOGUE
from metrics.practice.practice import (
    FOOTPRINT,
    PARTICIPATION,
    STEPS,
    TIMELINESS,
    Changed,
    Line,
    Practice,
    practice,
)
from metrics.tracker import RED
from metrics.wording import words
from reports.content import (
    Bullets,
    Content,
    Figure,
    Figures,
    NewPage,
    Paragraph,
    Part,
    Picture,
    Pictures,
    Table,
    ToWrite,
    as_at_said,
    one_line,
)
from reports.document import Document, NotInData, file_names
from reports.months import refuse_month, spoken
from reports.supervision_lists import (
    children_to_talk_about,
    late_in_the_month,
    open_actions,
    open_escalations,
)
from reports.tracker_rows import Names
from standards import setting
from standards.wording import in_words

FIGURES = (
    "midway_reviews_per_fte_month", "case_notes_per_fte_month", "children_seen_in_six_weeks",
    "reviews_held_on_time", "caseload_per_fte",
)  # fmt: skip
"""What is read first."""
DRAWN = {"midway_reviews_per_fte_month": "Midway reviews", "case_notes_per_fte_month": "Case notes"}
_ROOM, _FEWEST, _HEAD = 16, 4, 3
"""Lines for the lists of the second page, whatever they are of; at least so many children; what a list needs
besides its rows. The pack is two pages."""
_SHARED, _MOST = 15, 8
"""Lines that the lists besides the children share; rows of one of them at most."""
_LINES_TO_AGREE, _LINES_TO_TELL = 4, 5


def supervision_pack(
    engine: Engine,
    viewer: Viewer,
    info: AuthorityInfo,
    iro_id: str,
    month: date,
    as_at: date | None = None,
) -> Document:
    """The pack for a supervision of an IRO about the month of a day, as at the data or an earlier day.

    Raises NotInData for an IRO or a month that the data, or the viewer, does not have.
    """
    as_at = min(as_at or info.as_at, info.as_at)
    first = month.replace(day=1)
    refuse_month(engine, viewer, info, first, as_at)
    found = practice(engine, viewer, info.authority, iro_id, first, as_at)
    if found is None:
        raise NotInData(_unknown(engine, viewer, info, iro_id))
    return pack_of(engine, viewer, info, found)


def pack_of(engine: Engine, viewer: Viewer, info: AuthorityInfo, found: Practice) -> Document:
    """The pack that says what a practice says, to whoever may see it."""
    return _document(found, info, Names.read(engine, viewer, info.authority))


def _unknown(engine: Engine, viewer: Viewer, info: AuthorityInfo, iro_id: str) -> str:
    known = iros(engine, viewer, info.authority)
    held = ", ".join(f"{one} ({name})" for one, name in sorted(zip(known["id"], known["name"], strict=True)))
    return f"No IRO {iro_id} in the data. " + (
        f"Choose from {held}." if held else "It names no IROs: load a review extract with the kind iros."
    )


def _document(found: Practice, info: AuthorityInfo, names: Names) -> Document:
    month = spoken(found.month_start)
    so_far = f"{month} up to {words.day(found.as_at)}" if found.in_progress else month
    name = file_names({**names.iros, found.iro.iro_id: found.iro.name})[found.iro.iro_id]
    return Document(
        f"{found.month_start:%Y-%m} supervision {name}",
        Content(
            title=f"Supervision: {one_line([found.iro.name])}, {month}",
            choice=one_line([info.authority, so_far, *as_at_said(found.as_at, info.as_at)]),
            answer=_answer(found),
            as_at=found.as_at,
            parts=tuple(_parts(found, names)),
            portrait=True,
        ),
        forms=("docx", "html"),
        to=names.address("iro", found.iro.iro_id),
    )


def _parts(found: Practice, names: Names) -> list[Part]:
    since, made = _since(found), _lists(found)
    full = [one for one in made if one.rows]
    taken = sum(len(one.rows) + _HEAD for one in full) + _HEAD * len(since)
    nothing = " ".join(one.said for one in made if not one.rows)
    to_agree, to_tell = (_LINES_TO_AGREE, _LINES_TO_TELL) if nothing else (3, 3)
    return [
        Figures(tuple(_figure(found, key) for key in FIGURES if key in found.lines)),
        *_pictures(found),
        _month_and_year(found),
        *_untold(found),
        NewPage(),
        *children_to_talk_about(found, names, max(_FEWEST, _ROOM - taken)),
        *since,
        *full,
        *((Paragraph(nothing),) if nothing else ()),
        Table(
            "New actions", "New actions", "", ("What is to be done", "Who", "By when"),
            ((None, None, None),) * to_agree, widths=(5, 2, 1.6),
        ),
        ToWrite("What we talked about, and the IRO's own reflection", to_tell),
        Paragraph(_next(found), quiet=True),
    ]  # fmt: skip


def _lists(found: Practice) -> list[Table]:
    """What is open and what was late, each list as long as leaves the others their share of the page."""
    lists = (open_actions, late_in_the_month, open_escalations)
    for most in range(_MOST, 0, -1):
        made = [of(found, most) for of in lists]
        if sum(len(one.rows) + _HEAD for one in made if one.rows) <= _SHARED:
            break
    return made


# -- the month


def _answer(found: Practice) -> str:
    """The month in a few sentences, for reading aloud."""
    said = []
    for key, of in DRAWN.items():
        line = found.lines.get(key)
        if line is not None and line.month.reading.value is not None:
            word = MARKS[line.month.reading.status].word or "without a range"
            said.append(f"{of.lower()} are {word} ({_value(line, line.month.reading)} a full-time month)")
    sentences = [words.sentence(words.listed(said))] if said else []
    seen = found.lines.get("children_seen_in_six_weeks")
    if seen is not None and seen.month.reading.denominator:
        reading = seen.month.reading
        left = (reading.denominator or 0) - (reading.numerator or 0)
        children = words.sentence(words.count(left, "child", "children"))
        verb = "was" if left == 1 else "were"
        so_long = in_words("coverage_days", "days as weeks", found.month_end)
        up_to = "" if found.in_progress else f" up to {words.day(found.month_end)}"
        sentences.append(
            f"{children} of {reading.denominator:,.0f} {verb} not looked at in the {so_long}{up_to}"
        )
    held = found.lines.get("reviews_held_on_time")
    if held is not None and held.month.reading.denominator:
        reading = held.month.reading
        sentences.append(f"{reading.numerator:,.0f} of {reading.denominator:,.0f} reviews held were on time")
    red = int(found.caseload["state"].isin(RED).sum())
    late = f"on {words.day(found.as_at)}, {words.count(red, 'review is', 'reviews are')}"
    opened = words.count(len(found.records.open_actions), "action is", "actions are")
    sentences.append(words.sentence(f"{late} overdue or booked late, and {opened} open"))
    return ". ".join(sentences) + "."


def _figure(found: Practice, key: str) -> Figure:
    line = found.lines[key]
    reading = line.month.reading
    lines = [_out_of(line, reading)]
    standard = words.standard(line.low, line.high, line.unit)
    if standard != "none":
        lines.append(f"standard: {standard}")
    if line.month.colleagues:
        lines.append(f"colleagues: {_range(line)}")
    return Figure(
        _SHORT.get(key, line.title),
        _value(line, reading),
        tuple(one for one in lines if one),
        MARKS[reading.status] if reading.status else None,
    )


_SHORT = {
    "midway_reviews_per_fte_month": "Midway reviews a full-time month",
    "case_notes_per_fte_month": "Case notes a full-time month",
    "reviews_held_on_time": "Reviews held on time",
    "caseload_per_fte": "Children per full-time IRO",
}


def _pictures(found: Practice) -> tuple[Part, ...]:
    shown = []
    for key, of in DRAWN.items():
        line = found.lines.get(key)
        if line is None:
            continue
        band = (line.low, line.high) if line.low is not None and line.high is not None else None
        chart = paper.trend(
            [words.month(month.month) for month in line.months],
            [ChartLine(of, [month.reading.value for month in line.months])],
            of=f"{of.lower()} for each full-time month",
            band=band,
            width=paper.HALF,
            height=40,
        )
        ranged = f"range {words.standard(*band, line.unit)}" if band else "no range is set"
        shown.append(Picture(_headline(line, of), f"for each full-time month of work; {ranged}", chart))
    return (Pictures(tuple(shown)),) if shown else ()


def _headline(line: Line, of: str) -> str:
    """What the picture tells: how many of the months with a figure lie within the range."""
    statuses = [month.reading.status for month in line.months if month.reading.value is not None]
    if not statuses or not any(statuses):
        return of
    within = statuses.count("within")
    months = words.count(len(statuses), "month")
    return f"{of}: within the range in {within or 'none'} of {months}"


def _month_and_year(found: Practice) -> Table:
    """Every other figure: the month with its counts, the twelve months, the standard, colleagues."""
    groups = (FOOTPRINT, TIMELINESS, PARTICIPATION, STEPS)
    keys = [key for group in groups for key in group if key in found.lines and key not in FIGURES]
    rows = tuple(_row(found.lines[key]) for key in keys)
    settled = all(found.lines[key].all_owed for key in keys)
    team = any(key in OF_THE_TEAM for key in keys)
    said = ["Colleagues: the middle half of their figures, where there are enough of them."]
    said += ["Steps marked (team) are the social work team's to take."] if team else []
    said += [] if settled else ["* Not every step after the month's reviews is owed yet."]
    return Table(
        "The month and the year",
        "Month and year",
        " ".join(said),
        (
            "Figure",  words.month(f"{found.month_start:%Y-%m}"), "Counts", "Twelve months", "Counts",
            "Standard",
            "Colleagues",
        ),
        rows,
        right=frozenset({1, 3}),
        widths=(5.1, 1.4, 1.9, 1.4, 2.1, 1.7, 2.0),
    )  # fmt: skip


def _row(line: Line) -> tuple[str | None, ...]:
    title = line.title + ("" if line.all_owed else " *")
    month, year = line.month.reading, line.year
    standard = words.standard(line.low, line.high, line.unit)
    return (
        title,
        _marked(line, month),
        _out_of(line, month, short=True),
        _marked(line, year) if year else None,
        _out_of(line, year, short=True) if year else None,
        standard if standard != "none" else None,
        _range(line) if line.month.colleagues else None,
    )


def _marked(line: Line, reading: Reading) -> str:
    """A value with the shape of its status, on one line."""
    return words.together(f"{MARKS[reading.status].shape} {_value(line, reading)}".strip())


def _value(line: Line, reading: Reading) -> str:
    row = SimpleNamespace(value=reading.value, unit=line.unit, status=reading.status, standard_low=line.low)
    return words.rate(row) if reading.value is not None else "none"


def _out_of(line: Line, reading: Reading, *, short: bool = False) -> str:
    """What a value was counted from; nothing where there was nothing to count."""
    if not reading.denominator:
        return ""
    said = words.out_of(reading.numerator, reading.denominator, line.unit, short=short)
    return words.together(said) if short else said


def _range(line: Line) -> str:
    between = line.month.colleagues
    assert between is not None
    low, high = (words.value(value, line.unit) for value in (between.low, between.high))
    return low if low == high else f"{low.removesuffix('%')} to {high}"


def _since(found: Practice) -> tuple[Part, ...]:
    """What has changed since the last supervision, or in the last weeks where none is on record."""
    changed = found.changed
    if changed is None:
        return ()
    said = []
    for who, what in (
        (changed.came, f"came to this IRO{_late_already(changed)}"),
        (changed.left, "left this IRO"),
        (changed.newly_red, "newly overdue or booked late"),
        (changed.no_longer_red, "no longer overdue or booked late"),
    ):
        if who:
            number = words.sentence(words.count(len(who), "child", "children"))
            said.append(f"{number} {what}: {_few(who)}")
    if changed.actions_closed:
        said.append(f"{words.sentence(words.count(len(changed.actions_closed), 'action'))} closed")
    last = "the last supervision on " if changed.since_supervision else ""
    if not said:
        said.append("No child came or left, and no review became late")
    return (
        Paragraph(f"Since {last}{words.day(changed.since)}:"),
        Bullets(tuple(f"{one}." for one in said)),
    )


def _late_already(changed: Changed) -> str:
    """How many of those who came are late, who are not newly so."""
    late = len(changed.came_red)
    return f", {late:,} of them overdue or booked late" if late else ""


def _few(children: Sequence[str], most: int = 5) -> str:
    more = len(children) - most
    return words.listed(children) if more <= 0 else f"{', '.join(children[:most])} and {more:,} more"


def _untold(found: Practice) -> tuple[Part, ...]:
    """What the data cannot say, each with the reason."""
    said = [f"{CATALOGUE[key].paper(found.month_end).title}: {why}" for key, why in found.untold.items()]
    return (Paragraph("What this data cannot say. " + " ".join(said), quiet=True),) if said else ()


def _next(found: Practice) -> str:
    """By when the next supervision should be held, and who signs."""
    weeks = int(setting("supervision_weeks", found.as_at))
    by = found.records.next_by
    if by is None or by < found.as_at:
        by = found.as_at + timedelta(weeks=weeks)
    return (
        f"The next supervision is due by {words.day(by)}, {weeks} weeks on.   "
        "IRO: __________   Manager: __________   Date: __________"
    )
