"""The service's footprint over the months: what is chance, what is change, and where limits start anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from charts.spc import control_chart
from charts.trend import Line, trend
from metrics.chance.spc import control_points, direction_of, rules_on, verdict
from metrics.chance.spc_words import HOW_TO_READ, drawn_said, marked_before_said, screening_said, verdict_said
from metrics.counting.question import months_on
from metrics.measures import CATALOGUE
from metrics.wording import words
from pages.forms import rebasing
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces.pieces import Beside, Folded, Heading, Picture, Piece, Pieces, Text
from standards import setting, target
from standards.wording import checked, worded


@dataclass(frozen=True)
class Charted:
    """A measure of which a control chart is drawn."""

    label: str
    of: str
    suffix: str = ""


CHARTED = {
    "midway_reviews_per_fte_month": Charted(
        "Midway reviews for each full-time month", "midway reviews for each full-time month, all IROs"
    ),
    "case_notes_per_fte_month": Charted(
        "Case notes for each full-time month", "case notes for each full-time month, all IROs"
    ),
    "reviews_per_fte_month": Charted(
        "Reviews for each full-time month", "reviews chaired for each full-time month, all IROs"
    ),
    "children_seen_in_six_weeks": Charted(
        checked("Children looked at in {coverage_days:days as weeks}"),
        checked("children allocated to an IRO who were looked at in {coverage_days:days as weeks}"),
        "%",
    ),
}
"""In this order: none of `compare.WITHOUT_LIMITS`."""
SLOW = {
    "midway_coverage": checked("Midway review in {midway_coverage_months:months in words}"),
    "same_iro_all_year": checked("Same IRO for {continuity_months:months as years}"),
}
_ONE_MONTH_IN = frozenset({"children_seen_in_six_weeks"})
"""Looks back further than a month, so the first month of any work on record does not count whole."""
_WORK = ("midway_reviews_per_fte_month", "case_notes_per_fte_month")
_OF_A_MONTH = (*_WORK, "reviews_per_fte_month")


def labels(view: View) -> dict[str, str]:
    """What each chart is called, by measure."""
    return {key: worded(charted.label, view.selection.last_day) for key, charted in CHARTED.items()}


def months_shown(view: View) -> list[str]:
    """The whole months (`YYYY-MM`) up to the period's end, as many as a control chart shows."""
    last = view.selection.last_day
    end = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
    number = int(setting("spc_months", last))
    return filters.months(months_on(end.replace(day=1), 1 - number), end)


@reads.kept
def over_time(view: View) -> Pieces:
    """A control chart for each measure of the service, what it says in words, and what is only drawn."""
    months = months_shown(view)
    columns = [_control(view, key, months) for key in CHARTED]
    columns = [column for column in columns if column]
    if not columns:
        return ()
    span = f"{words.month(months[0])} to {words.month(months[-1])}"
    pieces: list[Piece] = [Heading(f"The service over time, {span}")]
    for first in range(0, len(columns), 2):
        pieces.append(Beside(tuple(columns[first : first + 2])))
    return (*pieces, *_slow(view, months))


def _control(view: View, key: str, months: list[str]) -> Pieces:
    """The verdict in words, the chart, and how to read it; nothing for fewer than two months."""
    known = _monthly(view, key, months)
    if known.notna().sum() < 2:
        return ()
    charted, on = CHARTED[key], view.selection.last_day
    rules, standard = rules_on(on), target(key, on)
    reasons = rebasing.reasons(view, key, months)
    points = control_points(known, direction_of(CATALOGUE[key].direction), rules, reasons)
    low, high = (standard.low, standard.high) if standard else (None, None)
    band = (low, high) if low is not None and high is not None else None
    told = verdict(points, low, high)
    said = verdict_said(told, rules, ranged=band is not None)
    chart = control_chart(
        list(known.index), points, of=worded(charted.of, on), said=said, suffix=charted.suffix, band=band,
        target=None if band else low, rebased=reasons,
    )  # fmt: skip
    drawn = drawn_said(ranged=band is not None, has_target=bool(low))
    notes = " ".join(note for note in (HOW_TO_READ, drawn, screening_said(told)) if note)
    return (
        Text(f"**{worded(charted.label, on)}**  \n{said} {marked_before_said(points)}"),
        Picture(chart, f"{key}_control"),
        Text(f":small[{notes}]"),
    )


def _monthly(view: View, key: str, months: list[str]) -> pd.Series:
    """A measure of the service by month in words; empty before there was anything on record."""
    start, end = date.fromisoformat(f"{months[0]}-01"), _last_of(months[-1])
    asked = replace(view.selection, period_start=start, period_end=end, by="month")
    rows = reads.measures(view.asking, asked, (key,)).set_index("group")["value"].reindex(months)
    begun = _begun(view, key)
    values = [value if month >= begun else None for month, value in zip(months, rows, strict=True)]
    return pd.Series(values, index=[words.month(month) for month in months], dtype=float)


def _begun(view: View, key: str) -> str:
    """The first month that counts whole: that of the first work on record, or the one after it."""
    if key in _OF_A_MONTH:
        return reads.first_months(view.asking, _OF_A_MONTH).get(key, "9999")
    earliest = min(reads.first_months(view.asking, _WORK).values(), default="9998-12")
    day = date.fromisoformat(f"{earliest}-01")
    return f"{months_on(day, 1 if key in _ONE_MONTH_IN else 0):%Y-%m}"


def _last_of(month: str) -> date:
    return months_on(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)


def _slow(view: View, months: list[str]) -> Pieces:
    """Midway coverage and continuity as lines: too slow for limits."""
    lines = []
    for key, label in SLOW.items():
        values = [None if pd.isna(value) else float(value) for value in _monthly(view, key, months)]
        if sum(value is not None for value in values) >= 2:
            lines.append(Line(worded(label, view.selection.last_day), values))
    if not lines:
        return ()
    chart = trend(
        [words.month(month) for month in months], lines, of="children at each month's end", suffix="%"
    )
    why = worded(
        "Of the children looked after at each month's end. No limits are drawn: each month looks back over "
        "{midway_coverage_months:months as years} or {continuity_months:months as years}, so neighbouring "
        "months share most of their days and limits would be too narrow.",
        view.selection.last_day,
    )
    inside = (Text(why), Picture(chart, "coverage_by_month"))
    return (Folded("Midway coverage and continuity, month by month", ":material/show_chart:", inside),)
