"""How one IRO's practice is: the month and the year against the range, beside unnamed colleagues.

The rows of children are in `rows.py`; what is recorded in supervision is in `supervising.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from charts.beside import beside_colleagues
from data_access.people.viewer import Role
from metrics.chance.compare import Reading
from metrics.practice.practice import (
    ESCALATION,
    PARTICIPATION,
    STEPS,
    TIMELINESS,
    Line,
    Practice,
    Range,
    title_of,
)
from metrics.tracker import RED
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import (
    Beside,
    Figure,
    Figures,
    Folded,
    Heading,
    Link,
    Picture,
    Piece,
    Pieces,
    Table,
    Text,
    as_table,
    sentence,
)
from standards.wording import checked, worded

PAGE = "pages/footprint/iro/page.py"
PICTURES = {
    "midway_reviews_per_fte_month": "Midway reviews",
    "case_notes_per_fte_month": "Case notes",
    "reviews_per_fte_month": "Reviews chaired",
}
ABOVE = {
    **PICTURES,
    "caseload_per_fte": "Children per FTE",
    "children_seen_in_six_weeks": checked("Looked at in {coverage_days:days as weeks}"),
}
_DID = {
    "reviews_per_fte_month": ("chaired", "review"),
    "midway_reviews_per_fte_month": ("did", "midway review"),
    "case_notes_per_fte_month": ("wrote", "case note"),
}
TABLES = {
    "Reviews on time": TIMELINESS,
    "Children taking part": PARTICIPATION,
    "Steps around the review": STEPS,
    "Escalation": ESCALATION,
}
FAIR = (
    "Hours count pro rata: part time, and a month begun or left part-way, are set against that part. Work "
    "counts for who did it, cover included. Colleagues are never named and never put in order."
)


def practice(view: View) -> Practice | None:
    """The practice of the IRO chosen, in the month in which the period ends."""
    iro = whose(view)
    if iro is None:
        return None
    return reads.practice(view.asking, iro, view.selection.period_end, view.selection.as_at)


def whose(view: View) -> str | None:
    """The IRO chosen; an IRO who looks has no other than themselves."""
    return view.viewer.iro_id if view.viewer.role is Role.IRO else view.selection.iro_id


@reads.kept
def what_to_choose(view: View) -> Pieces:
    """What to do where no IRO is chosen, or none is there to be."""
    if view.viewer.role is Role.TEAM_MANAGER:
        return (
            sentence("this page is for IROs and for those who supervise them."),
            Link("Which reviews are late or at risk?", "pages/weekly/tracker/page.py"),
        )
    if not view.iros:
        return (
            sentence("this data names no IROs, so nobody's practice can be told."),
            Text(
                "The statutory return (SSDA903) holds no IROs, midway reviews or case notes. Load a review "
                "extract with the kinds `iros`, `iro_hours`, `iro_allocations` and `activities` beside it, "
                "and this page fills."
            ),
            Link("Are reviews on time?", "pages/quality/timeliness/page.py"),
            Link("The empty Excel template", "pages/data/loads/page.py"),
        )
    return (
        sentence("choose an IRO first."),
        Text("This page shows one IRO's month and year, their children, and what supervision agreed."),
    )


@reads.kept
def to_choose(view: View) -> dict[str, tuple[str, ...]]:
    """The IROs at work on the day, and those who are not, each by name and in no other order."""
    here = reads.iros_at_work(view.asking, view.selection.as_at)
    return {
        "At work on this day": tuple(iro for iro in view.iros if iro in here),
        "Not in the service on this day": tuple(iro for iro in view.iros if iro not in here),
    }


def link_to(name: str) -> Link:
    """The page of the IRO of a name."""
    return Link(name, PAGE, (("iro", name),))


@reads.kept
def answer(view: View, found: Practice) -> Pieces:
    """The sentence, the few numbers and the pictures."""
    told = [key for key in PICTURES if key in found.lines]
    above = {key: worded(label, found.month_end) for key, label in ABOVE.items()}
    figures = [_figure(found.lines[key], label) for key, label in above.items() if key in found.lines]
    untold = {label: found.untold[key] for key, label in above.items() if key in found.untold}
    return (
        sentence(_said(found)),
        Text(f"{_caseload_said(found)} {_supervision_said(found)}"),
        *_to_the_late(found),
        *((Figures(tuple(figures)),) if figures else ()),
        *results.cannot_say(untold),
        Heading("Month by month, beside the range and colleagues"),
        Text(FAIR),
        *((Beside(tuple(_picture(found, key) for key in told[:2])),) if told else ()),
        _months(found, told),
    )  # fmt: skip


# -- in words


def month_words(found: Practice) -> str:
    """`October 2026`, `November 2026 so far`."""
    return f"{found.month_start:%B %Y}{' so far' if found.in_progress else ''}"


def _said(found: Practice) -> str:
    work = {key: found.lines[key] for key in _DID if key in found.lines}
    full_time = next((line.month.reading.denominator for line in work.values()), None)
    if not work or not full_time:
        why = "has no hours on record for it, or was not in the service"
        return f"nothing can be set against the range in {month_words(found)}: {found.iro.name} {why}."
    parts = [_did(key, line) for key, line in work.items() if line.month.reading.value is not None]
    return (
        f"in {month_words(found)}, {_full_time(full_time)} of full-time work, {found.iro.name} "
        f"{words.listed(parts)}."
    )


def _full_time(months: float) -> str:
    shown = words.rounded(months, 2).normalize()
    return "one month" if months == 1 else f"{shown:f} of a month" if months < 1 else f"{shown:f} months"


def _did(key: str, line: Line) -> str:
    verb, what = _DID[key]
    reading = line.month.reading
    said = f"{verb} {words.count(reading.numerator or 0, what)}"
    if not reading.status:
        return said
    low_high = words.standard(line.low, line.high, line.unit)
    value = words.value(reading.value, line.unit)
    return f"{said} ({value} for each full-time month: {reading.status} the range of {low_high})"


def _caseload_said(found: Practice) -> str:
    rows = found.caseload
    if rows.empty:
        return f"No child was with {found.iro.name} on {words.day(found.as_at)}."
    said = f"{words.sentence(words.count(len(rows), 'child was', 'children were'))} with {found.iro.name} on "
    late = words.count(_red(found), "review is", "reviews are")
    breaks = words.short_breaks(found.in_short_breaks, len(rows))
    return f"{said}{words.day(found.as_at)}; {late} overdue or booked late.{breaks}"


def _red(found: Practice) -> int:
    rows = found.caseload
    return 0 if rows.empty else int(rows["state"].isin(RED).sum())


def _to_the_late(found: Practice) -> Pieces:
    """The tracker of this IRO, where what is late stands first: in the caseload it may stand anywhere."""
    red = _red(found)
    which = "review" if red == 1 else f"{red:,} reviews"
    return (Link(f"The {which} overdue or booked late", "pages/weekly/tracker/page.py"),) if red else ()


def _supervision_said(found: Practice) -> str:
    last = max((one.held_on for one in found.records.supervisions), default=None)
    if last is None or found.records.next_by is None:
        return "No supervision is on record yet."
    actions = words.count(len(found.records.open_actions), "action is", "actions are")
    return (
        f"The last supervision was on {words.day(last)}, so the next is due by "
        f"{words.day(found.records.next_by)}; [{actions} open](#supervision)."
    )


# -- numbers


class _Row(NamedTuple):
    """A reading as `results.figure` reads a row of results."""

    measure: str
    unit: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str
    standard_low: float | None
    standard_high: float | None


def _figure(line: Line, label: str) -> Figure:
    reading = line.month.reading
    if reading.denominator is None and reading.value is None:
        return Figure(label, "no value", "none was on record yet")
    row = _Row(
        line.key, line.unit, reading.numerator, reading.denominator, reading.value, reading.status,
        line.low, line.high,
    )  # fmt: skip
    shown = results.figure(row, label)
    beside = _range(line.month.colleagues, line.unit)
    if not beside:
        return shown
    return Figure(shown.label, shown.value, f"{shown.lines}  \nhalf the colleagues: {beside}".strip())


def _range(colleagues: Range | None, unit: str) -> str:
    """`4.4 to 5.5`: the middle half; nothing where they are too few."""
    if colleagues is None:
        return ""
    return f"{words.value(colleagues.low, unit)} to {words.value(colleagues.high, unit)}"


def with_counts(reading: Reading | None, unit: str) -> str:
    """`5.2 (5 in 1.0)`, `90% (9 of 10)`; `none` of nothing to count, nothing where nothing was on record."""
    if reading is None or (reading.denominator is None and reading.value is None):
        return ""
    if reading.denominator == 0:
        return "none"
    shown = words.value(reading.value, unit)
    if reading.denominator is None:
        return shown
    if unit == "percent":
        counted = f"({reading.numerator:,.0f} of {reading.denominator:,.0f})"
    else:
        counted = f"({reading.numerator:,.0f} in {words.rounded(reading.denominator)})"
    return f"{shown} {words.together(counted)}"


def _picture(found: Practice, key: str) -> Pieces:
    line, title = found.lines[key], PICTURES[key]
    months = [words.month(one.month) for one in line.months]
    band = (line.low, line.high) if line.low is not None and line.high is not None else None
    chart = beside_colleagues(
        months,
        [one.reading.value for one in line.months],
        [(one.colleagues.low, one.colleagues.high) if one.colleagues else None for one in line.months],
        of=f"{words.within(title)} for each full-time month",
        band=band,
    )
    note = "" if line.month.colleagues else " Colleagues are too few for a range without names."
    said = f"**{title}** for each full-time month; the range is shaded.{note}"
    return (Text(said), Picture(chart, f"own_{key}"))


def _months(found: Practice, keys: list[str]) -> Folded | Text:
    if not keys:
        return Text("No work of IROs can be told from this data.")
    lines = [found.lines[key] for key in keys]
    names = [words.month(one.month) for one in lines[0].months]
    table = pd.DataFrame({"Month": [*names, "Twelve months"]})
    for line in lines:
        title = PICTURES[line.key]
        own = [*(one.reading for one in line.months), line.year]
        beside = [*(one.colleagues for one in line.months), line.colleagues]
        table[title] = [with_counts(one, line.unit) for one in own]
        if any(beside):
            table[f"Colleagues: {words.within(title)}"] = [_range(one, line.unit) for one in beside]
    alt = "Work for each full-time month, with the count and the full-time months it was done in"
    return as_table(Table(table, alt, "own_months"))


@reads.kept
def others(view: View, found: Practice) -> Pieces:
    """Reviews on time, taking part, steps and escalation: the month, twelve months, standard, colleagues."""
    pieces: list[Piece] = []
    untold: dict[str, str] = {}
    for title, keys in TABLES.items():
        told = [key for key in keys if key in found.lines]
        untold |= {title_of(key, found.month_end): found.untold[key] for key in keys if key in found.untold}
        if not told:
            continue
        pieces += [Heading(title), *_notes(found, title, told)]
        pieces.append(
            Table(_table(found, told), f"{title}, the month and twelve months", title.split()[0].lower())
        )
    if pieces:
        pieces.append(Text(f"Twelve months: {results.mark('met')}, {results.mark('not_met')}."))
    return (*pieces, *results.cannot_say(untold))


_NOTES: Mapping[str, str] = {
    "Reviews on time": (
        "A late review says little by itself: where its reason lies is in the list of late reviews below. "
        "No colleagues stand beside it."
    ),
    "Steps around the review": "Steps marked “team” are the social work team's to take, not the IRO's.",
    "Escalation": "More challenge is not worse, so the number is never judged.",
}


def _notes(found: Practice, title: str, keys: list[str]) -> Pieces:
    said = [_NOTES[title]] if title in _NOTES else []
    if any(not found.lines[key].all_owed for key in keys):
        said.append(
            "Not every step after this month's reviews is due yet: what was done counts already, what was "
            "not only once its time is up."
        )
    return (Text(" ".join(said)),) if said else ()


def _table(found: Practice, keys: list[str]) -> pd.DataFrame:
    lines = [found.lines[key] for key in keys]
    month = f"{words.month(lines[0].month.month)}{' so far' if found.in_progress else ''}"
    table = pd.DataFrame(
        {
            "What is counted": [line.title for line in lines],
            month: [with_counts(line.month.reading, line.unit) for line in lines],
            "Twelve months": [_marked(line) for line in lines],
            "Standard": [words.standard(line.low, line.high, line.unit) for line in lines],
        }
    )
    beside = [_range(line.colleagues, line.unit) for line in lines]
    if any(beside):
        table["Half the colleagues, twelve months"] = beside
    return table


def _marked(line: Line) -> str:
    """The twelve months, with the shape of their status."""
    shown = with_counts(line.year, line.unit)
    return f"{shown} {results.shape(line.year.status)}".strip() if line.year and line.year.status else shown
