"""What footprint each IRO leaves: midway reviews and case notes per full-time month against the range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from charts.heat import SHAPES, heat
from charts.trend import Line, trend
from pages.shared import filters, reads, results, words
from pages.shared.pieces import (
    Beside,
    Figure,
    Figures,
    Heading,
    Link,
    Links,
    LongTable,
    Picture,
    Piece,
    Pieces,
    Table,
    Text,
    as_table,
    rows_behind,
    sentence,
)
from pages.shared.view import View

VOLUMES = {
    "midway_reviews_per_fte_month": "midway reviews",
    "case_notes_per_fte_month": "case notes",
}
LABELS = {
    "midway_reviews_per_fte_month": "Midway reviews",
    "case_notes_per_fte_month": "Case notes",
    "reviews_per_fte_month": "Reviews chaired",
    "caseload_per_fte": "Children per FTE",
    "children_seen_in_six_weeks": "Looked at in six weeks",
    "midway_coverage": "Midway review in six months",
}
ABOVE = (*VOLUMES, "caseload_per_fte", "children_seen_in_six_weeks", "midway_coverage")
"""The few numbers at the top of the page."""
LEFT_OUT = {
    "children_seen_in_six_weeks": "not looked at",
    "midway_coverage": "without one",
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


class Standing(NamedTuple):
    """How the IROs stand against the range of one measure: who is below, within and above."""

    below: list[str]
    within: list[str]
    above: list[str]


@reads.kept
def footprint(view: View) -> Pieces:
    """The answer to the page's question."""
    service = reads.measures(view.asking, view.selection, tuple(LABELS)).set_index("measure", drop=False)
    if not view.iros:
        return (
            Text(NO_IROS),
            Link("Are reviews on time?", "pages/quality/timeliness.py"),
            Link("The empty Excel template", "pages/data/loads.py"),
        )
    if service.loc[list(VOLUMES), "denominator"].fillna(0).eq(0).all():
        return (
            sentence(
                f"no IRO has hours in {filters.spoken(view.period)}: nothing can be set against the range."
            ),
            Text(
                "Give each IRO's share of a full-time week in the kind `iro_hours`, or choose another period."
            ),
        )
    untold = _untold(view)
    told = {key: of for key, of in VOLUMES.items() if key not in untold}
    if not told:
        return (
            sentence(f"nobody's footprint can be told for {filters.spoken(view.period)}."),
            *_notes(view, untold),
            Text("Choose another period, or see what was loaded."),
            Link("What data is this?", "pages/data/loads.py"),
        )
    by_iro = reads.measures(view.asking, view.by("iro"), tuple(key for key in LABELS if key not in untold))
    cells = reads.months_of_iros(view.asking, view.selection, tuple(told))
    figures = tuple(_figure(service.loc[key]) for key in ABOVE if key not in untold)
    pieces: list[Piece] = [sentence(_said(view, by_iro)), *_notes(view, untold), Figures(figures)]
    for key, of in told.items():
        pieces += _picture(view, key, of, by_iro, cells[cells["measure"] == key])
    pieces += [*_each_iro(view, by_iro), *_service(view, told), results.about(list(LABELS))]
    return tuple(pieces)


def _untold(view: View) -> dict[str, str]:
    """The volumes that cannot be told in this period, and why: none is on record by its end."""
    reasons = reads.unavailable(view.asking)
    last = f"{view.selection.period_end:%Y-%m}"
    untold = {key: reasons[key] for key in VOLUMES if key in reasons}
    for key in [key for key in VOLUMES if key not in untold]:
        first = _first_month(view, key)
        if first is None:
            untold[key] = "none is on record."
        elif first > last:
            untold[key] = f"on record from {words.month(first)} on. What was done before cannot be told."
    return untold


def _first_month(view: View, key: str) -> str | None:
    """The first month that has any of a volume on record: the months before it are empty, not zero."""
    return reads.first_months(view.asking, tuple(VOLUMES)).get(key)


def _notes(view: View, untold: dict[str, str]) -> Pieces:
    """What cannot be told of the period, or of its beginning."""
    notes = dict(untold)
    first_of_period = f"{view.selection.period_start:%Y-%m}"
    for key in [key for key in VOLUMES if key not in untold]:
        first = _first_month(view, key)
        if first is not None and first > first_of_period:
            notes[key] = (
                f"on record from {words.month(first)} on. The period begins before that, so its figures are "
                "lower than the work was."
            )
    alike: dict[str, list[str]] = {}
    for key, note in notes.items():
        alike.setdefault(note, []).append(VOLUMES[key])
    return tuple(Text(f"{words.sentence(words.listed(of))}: {note}") for note, of in alike.items())


def _figure(row: Any) -> Figure:
    """A number of the service's; those that count children lead to the children left out."""
    left = row.denominator - row.numerator if row.unit == "percent" else 0
    behind = None
    if left > 0:
        children = words.count(left, "child", "children")
        behind = rows_behind(f"The {children} {LEFT_OUT[row.measure]}", row.measure, "shortfall")
    return replace(results.figure(row, LABELS[row.measure]), behind=behind)


def _standing(view: View, by_iro: pd.DataFrame, key: str) -> Standing:
    rows = by_iro[(by_iro["measure"] == key) & (by_iro["group"] != words.NOBODY)]
    return Standing(
        *(
            [view.name("iro", group) for group in rows.loc[rows["status"] == status, "group"]]
            for status in ("below", "within", "above")
        )
    )


def _said(view: View, by_iro: pd.DataFrame) -> str:
    """The sentence: for each of the two, how many IROs stand below, within and above the range, and who."""
    said = []
    for key, of in VOLUMES.items():
        below, within, above = _standing(view, by_iro, key)
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


def _picture(view: View, key: str, of: str, by_iro: pd.DataFrame, cells: pd.DataFrame) -> Pieces:
    """IRO by month against the range, those who leave least first."""
    months = filters.months(view.selection.period_start, view.selection.period_end)
    order = by_iro[(by_iro["measure"] == key) & by_iro["value"].notna()].sort_values("value")
    named = {group: view.name("iro", group) for group in order["group"] if group != words.NOBODY}
    by_cell = {(row["group"], row["month"]): row for row in cells.to_dict("records")}
    band = _band(order)
    begun = _first_month(view, key) or ""
    chart = heat(
        list(named.values()),
        [words.month(month) for month in months],
        {
            (named[group], words.month(month)): (float(row["value"]), row["status"])
            for (group, month), row in by_cell.items()
            if group in named and pd.notna(row["value"]) and month >= begun
        },
        of=f"{of} for each full-time month",
        band=band,
    )
    table = pd.DataFrame({"IRO": list(named.values())})
    for month in months:
        table[words.month(month)] = [
            _cell(by_cell.get((group, month))) if month >= begun else "" for group in named
        ]
    title = words.sentence(of)
    return (
        Heading(_headline(title, _standing(view, by_iro, key))),
        Text(
            f"{title} for each full-time month worked; the range is {band}. {SHAPES['below']} below, "
            f"{SHAPES['within']} within, {SHAPES['above']} above the range. Above is not better: it may be "
            "drift."
        ),
        Picture(chart, f"{key}_by_iro_and_month", wide=True),
        as_table(LongTable(table, f"{title} for each full-time month, by IRO and month")),
        results.download(
            view, f"{key}_by_iro_and_month", f"{title} per FTE month, by IRO and month", lambda: cells,
            label=f"{title} by IRO and month (CSV)",
        ),
    )  # fmt: skip


def _headline(title: str, standing: Standing) -> str:
    if not standing.below and not standing.above:
        return f"{title}: every IRO is within the range"
    sides = ((standing.below, "below"), (standing.above, "above"))
    return f"{title}: {words.listed([f'{len(names)} {side}' for names, side in sides if names])} the range"


def _band(rows: pd.DataFrame) -> str:
    if rows.empty or pd.isna(rows["standard_low"].iloc[0]):
        return "not set"
    return words.standard(rows["standard_low"].iloc[0], rows["standard_high"].iloc[0], "per_fte_month")


def _cell(row: Mapping[Any, Any] | None) -> str:
    if row is None or pd.isna(row["value"]):
        return ""
    return _marked(words.value(row["value"], "per_fte_month"), row["status"])


def _marked(value: str, status: str) -> str:
    """A value with the shape of its status, which no line break may part."""
    return f"{value}\u00a0{SHAPES[status]}" if status in SHAPES else value


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
        table[LABELS[key]] = [_with_counts(row) for row in rows.to_dict("records")]
    as_at = words.day(view.selection.as_at)
    return (
        Heading("Each IRO's footprint"),
        Beside(
            (
                (
                    Text("**Work** for each full-time month (FTE month) of the period"),
                    Table(work, "Each IRO's work for each full-time month", "work"),
                ),
                (
                    Text(f"**Children** as at {as_at}"),
                    Table(children, f"The children of each IRO as at {as_at}", "children"),
                ),
            )
        ),
        results.download(
            view, "footprint_by_iro", "Footprint by IRO", lambda: by_iro, label="Footprint by IRO (CSV)"
        ),
        *_not_looked_at(view, by_iro),
    )


def _with_counts(row: Mapping[Any, Any]) -> str:
    """A cell: its value with the shape of its status; a rate with its numerator and denominator."""
    if pd.isna(row["value"]):
        return ""
    value = _marked(words.value(row["value"], row["unit"]), row["status"])
    if row["unit"] == "percent":
        value += f" ({row['numerator']:,.0f}\u00a0of\u00a0{row['denominator']:,.0f})"
    return value


def _not_looked_at(view: View, by_iro: pd.DataFrame) -> Pieces:
    """Links to the children whom no IRO has looked at in six weeks, by IRO."""
    seen = by_iro[by_iro["measure"] == "children_seen_in_six_weeks"]
    left = (seen["denominator"] - seen["numerator"]).fillna(0)
    most_first = sorted(zip(seen["group"], left, strict=True), key=lambda pair: -pair[1])
    links = tuple(
        rows_behind(
            f"{view.name('iro', group)} ({number:,.0f})", "children_seen_in_six_weeks", "shortfall",
            by="iro", group=group,
        )
        for group, number in most_first
        if number
    )  # fmt: skip
    if not links:
        return (Text("Every child allocated to an IRO has been looked at in the last six weeks."),)
    children = words.count(int(left.sum()), "child", "children")
    return Text(f"{words.sentence(children)} not looked at in six weeks:"), Links(links)


def _service(view: View, told: Mapping[str, str]) -> Pieces:
    """The service's own months against the range, one chart for each of the two; nothing for one month."""
    monthly = reads.measures(view.asking, view.by("month"), tuple(told))
    columns: list[Pieces] = []
    for key, of in told.items():
        rows = monthly[monthly["measure"] == key].sort_values("group")
        begun = _first_month(view, key) or ""
        if len(rows) < 2:
            continue
        band = None
        if rows["standard_low"].notna().any():
            band = (float(rows["standard_low"].iloc[-1]), float(rows["standard_high"].iloc[-1]))
        values = [
            None if pd.isna(value) or month < begun else float(value)
            for month, value in zip(rows["group"], rows["value"], strict=True)
        ]
        chart = trend(
            [words.month(month) for month in rows["group"]],
            [Line(words.sentence(of), values)],
            of=f"{of} for each full-time month, all IROs",
            band=band,
        )
        said = f"**{words.sentence(of)}** for each full-time month; the range is shaded"
        columns.append((Text(said), Picture(chart, f"{key}_by_month")))
    return (Heading("The service, month by month"), Beside(tuple(columns))) if columns else ()
