"""What footprint each IRO leaves: reviews, midway reviews and case notes of each full-time month, by month.

How the service does over time is in `over_time.py`, how IROs compare in `compared.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from metrics.wording import words
from pages.footprint.iro.answer import link_to
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import (
    Beside,
    Figure,
    Figures,
    Heading,
    Link,
    Links,
    Pieces,
    Table,
    Text,
    rows_behind,
    sentence,
)
from pages.pieces.work_by_month import VOLUMES, first_month, marked, standing
from standards.wording import checked, in_words, worded

LABELS = {
    "midway_reviews_per_fte_month": "Midway reviews",
    "case_notes_per_fte_month": "Case notes",
    "reviews_per_fte_month": "Reviews chaired",
    "caseload_per_fte": "Children per FTE",
    "children_seen_in_six_weeks": checked("Looked at in {coverage_days:days as weeks}"),
    "midway_coverage": checked("Midway review, {midway_coverage_months:months}"),
    "same_iro_all_year": checked("Same IRO for {continuity_months:months as years}"),
}
ABOVE = (
    *VOLUMES, "caseload_per_fte", "children_seen_in_six_weeks", "midway_coverage", "same_iro_all_year",
)  # fmt: skip
"""The few numbers at the top of the page."""
LEFT_OUT = {
    "children_seen_in_six_weeks": "not looked at",
    "midway_coverage": "without one",
    "same_iro_all_year": "with a change",
}
"""What the children are that a rate leaves out."""

OF_THE_PERIOD = (*VOLUMES, "reviews_per_fte_month")
"""Of the table's columns, those about the period's work; the others are about children"""

NO_IROS = """
##### This data names no IROs, so nobody's footprint can be told.
The statutory return (SSDA903) holds no IROs, midway reviews or case notes. Load a review extract with the
kinds `iros`, `iro_hours`, `iro_allocations` and `activities` beside it, and this page fills. What the return
can tell is when reviews were held and whether they were on time.
"""


@reads.kept
def answer(view: View) -> Pieces:
    """The answer to the page's question: the sentence, what cannot be told, the few numbers."""
    service = _of_service(view)
    if not view.iros:
        return (
            Text(NO_IROS),
            Link("Are reviews on time?", "pages/quality/timeliness/page.py"),
            Link("The empty Excel template", "pages/data/loads/page.py"),
        )
    if not _has_hours(view):
        return (
            sentence(
                f"no IRO has hours in {filters.spoken(view.period)}: nothing can be set against the range."
            ),
            Text(
                "Give each IRO's share of a full-time week in the kind `iro_hours`, or choose another period."
            ),
        )
    untold = _untold(view)
    if len(untold) == len(VOLUMES):
        said, *help_ = results.nothing_told(
            f"nobody's footprint can be told for {filters.spoken(view.period)}."
        )
        return said, *_notes(view, untold), *help_
    figures = tuple(_figure(view, service.loc[key]) for key in ABOVE if key not in untold)
    return (sentence(_said(view, _by_iro(view))), *_notes(view, untold), Figures(figures))


@reads.kept
def told(view: View) -> tuple[str, ...]:
    """The volumes that can be told of this period; none where the answer says so already."""
    if not view.iros or not _has_hours(view):
        return ()
    untold = _untold(view)
    return tuple(key for key in VOLUMES if key not in untold)


def _of_service(view: View) -> pd.DataFrame:
    return reads.measures(view.asking, view.selection, tuple(LABELS)).set_index("measure", drop=False)


def _has_hours(view: View) -> bool:
    return bool(_of_service(view).loc[list(VOLUMES), "denominator"].fillna(0).ne(0).any())


def _by_iro(view: View) -> pd.DataFrame:
    untold = _untold(view)
    return reads.measures(view.asking, view.by("iro"), tuple(key for key in LABELS if key not in untold))


@reads.kept
def each_iro(view: View) -> Pieces:
    """Each IRO's whole footprint, and who was not looked at."""
    return _each_iro(view, _by_iro(view))


@reads.kept
def closing(view: View) -> Pieces:
    """What the measures on the page mean."""
    return (results.about(view, [*LABELS, "midway_before_review"]),)


def _untold(view: View) -> dict[str, str]:
    """The volumes that cannot be told in this period, and why: none is on record by its end."""
    reasons = reads.unavailable(view.asking)
    last = f"{view.selection.period_end:%Y-%m}"
    untold = {key: reasons[key] for key in VOLUMES if key in reasons}
    for key in [key for key in VOLUMES if key not in untold]:
        first = first_month(view, key)
        if first is None:
            untold[key] = "none is on record."
        elif first > last:
            untold[key] = f"on record from {words.month(first)} on. What was done before cannot be told."
    return untold


def _notes(view: View, untold: dict[str, str]) -> Pieces:
    """What cannot be told of the period, or of its beginning."""
    notes = dict(untold)
    first_of_period = f"{view.selection.period_start:%Y-%m}"
    for key in [key for key in VOLUMES if key not in untold]:
        first = first_month(view, key)
        if first is not None and first > first_of_period:
            notes[key] = (
                f"on record from {words.month(first)} on. The period begins before that, so its figures are "
                "lower than the work was."
            )
    alike: dict[str, list[str]] = {}
    for key, note in notes.items():
        alike.setdefault(note, []).append(VOLUMES[key])
    return tuple(Text(f"{words.sentence(words.listed(of))}: {note}") for note, of in alike.items())


def _label(view: View, key: str) -> str:
    """What a number is called, with the settings in force on the day."""
    return worded(LABELS[key], view.selection.as_at)


def _figure(view: View, row: Any) -> Figure:
    """A number of the service's; those that count children lead to the children left out."""
    left = row.denominator - row.numerator if row.unit == "percent" else 0
    behind = None
    if left > 0:
        children = words.count(left, "child", "children")
        behind = rows_behind(f"The {children} {LEFT_OUT[row.measure]}", row.measure, "shortfall")
    return replace(results.figure(row, _label(view, row.measure)), behind=behind)


def _said(view: View, by_iro: pd.DataFrame) -> str:
    """The sentence: for each of the two, how many IROs stand below, within and above the range, and who."""
    said = []
    for key, of in VOLUMES.items():
        below, within, above = standing(view, by_iro, key)
        counted = len(below) + len(within) + len(above)
        if not counted:
            continue
        verb = "is" if len(within) < 2 else "are"
        parts = [f"{len(within) or 'none'} of {counted} IROs {verb} within the range"]
        if below:
            parts.append(f"{len(below)} below{_who(below)}")
        if above:
            parts.append(f"{len(above)} above{_who(above)}")
        said.append(f"for {of}, {words.listed(parts)}")
    return "; ".join(said) + "."


def _who(names: list[str]) -> str:
    return f" ({words.listed(names)})" if len(names) <= 3 else ""


def _each_iro(view: View, by_iro: pd.DataFrame) -> Pieces:
    """Each IRO's whole footprint: the period's work beside the children; who was not looked at."""
    given = [key for key in LABELS if key in set(by_iro["measure"])]
    groups = sorted(set(by_iro["group"]) - {words.NOBODY}, key=lambda group: view.name("iro", group))
    columns = {key: by_iro[by_iro["measure"] == key].set_index("group").reindex(groups) for key in given}
    work = pd.DataFrame({"IRO": [view.name("iro", group) for group in groups]})
    children = work.copy()
    for key, rows in columns.items():
        if key in OF_THE_PERIOD:
            work["FTE months"] = [words.value(v, "per_fte") for v in rows["denominator"]]
    for key, rows in columns.items():
        table = work if key in OF_THE_PERIOD else children
        table[_label(view, key)] = [_with_counts(row) for row in rows.to_dict("records")]
    as_at = words.day(view.selection.as_at)
    return (
        Heading("Each IRO's footprint"),
        Beside(
            (
                (
                    Text(
                        "**Work** for each full-time month (FTE month) of the period, and how many there were"
                    ),
                    Table(work, "Each IRO's work for each full-time month", "work"),
                ),
                (
                    Text(f"**Children** as at {as_at}"),
                    Table(children, f"The children of each IRO as at {as_at}", "children"),
                ),
            )
        ),
        Text("How is the practice of"),
        Links(tuple(link_to(view.name("iro", group)) for group in groups)),
        results.download(
            view, "footprint_by_iro", "Footprint by IRO", lambda: by_iro, label="Footprint by IRO (CSV)"
        ),
        *_not_looked_at(view, by_iro),
    )


def _with_counts(row: Mapping[Any, Any]) -> str:
    """A cell: its value with the shape of its status, and what it was counted from.

    The full-time months are in a column of their own, which all work of an IRO shares.
    """
    if pd.isna(row["value"]):
        return ""
    value = marked(words.value(row["value"], row["unit"]), row["status"])
    counted = (
        f"{row['numerator']:,.0f}"
        if row["measure"] in OF_THE_PERIOD
        else words.out_of(row["numerator"], row["denominator"], row["unit"]).removesuffix(" FTE")
    )
    return f"{value} {words.together(f'({counted})')}"


def _not_looked_at(view: View, by_iro: pd.DataFrame) -> Pieces:
    """Links to the children whom no IRO has looked at for so long, by IRO."""
    seen = by_iro[by_iro["measure"] == "children_seen_in_six_weeks"]
    left = (seen["denominator"] - seen["numerator"]).fillna(0)
    in_order = sorted(zip(seen["group"], left, strict=True), key=lambda pair: view.name("iro", pair[0]))
    links = tuple(
        rows_behind(
            f"{view.name('iro', group)} ({number:,.0f})", "children_seen_in_six_weeks", "shortfall",
            by="iro", group=group,
        )
        for group, number in in_order
        if number
    )  # fmt: skip
    so_long = in_words("coverage_days", "days as weeks", view.selection.as_at)
    if not links:
        return (Text(f"Every child allocated to an IRO has been looked at in the last {so_long}."),)
    children = words.count(int(left.sum()), "child", "children")
    return Text(f"{words.sentence(children)} not looked at in {so_long}:"), Links(links)
