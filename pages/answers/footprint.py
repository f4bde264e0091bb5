"""What footprint each IRO leaves: midway reviews and case notes per full-time month against the range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from charts.heat import SHAPES, heat
from charts.trend import Line, trend
from pages.shared import filters, reads, results, words
from pages.shared.pieces import (
    Beside,
    Figures,
    Heading,
    Link,
    Links,
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
                f"no IRO has any hours in {view.period.lower()}, so nothing can be set against the range."
            ),
            Text(
                "Give each IRO's share of a full-time week in the kind `iro_hours`, or choose another period."
            ),
        )
    by_iro = reads.measures(view.asking, view.by("iro"), tuple(LABELS))
    cells = reads.months_of_iros(view.asking, view.selection, tuple(VOLUMES))
    pieces: list[Piece] = [
        sentence(_said(view, by_iro)),
        Figures(tuple(results.figure(service.loc[key], LABELS[key]) for key in ABOVE)),
    ]
    for key, of in VOLUMES.items():
        pieces += _picture(view, key, of, by_iro, cells[cells["measure"] == key])
    pieces += [*_each_iro(view, by_iro), *_service(view), results.about(list(LABELS))]
    return tuple(pieces)


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
    chart = heat(
        list(named.values()),
        [words.month(month) for month in months],
        {
            (named[group], words.month(month)): (float(row["value"]), row["status"])
            for (group, month), row in by_cell.items()
            if group in named and pd.notna(row["value"])
        },
        of=f"{of} for each full-time month",
        band=band,
    )
    table = pd.DataFrame({"IRO": list(named.values())})
    for month in months:
        table[words.month(month)] = [_cell(by_cell.get((group, month))) for group in named]
    title = words.sentence(of)
    return (
        Heading(_headline(title, _standing(view, by_iro, key))),
        Text(
            f"{title} for each full-time month worked; the range is {band}. {SHAPES['below']} below, "
            f"{SHAPES['within']} within, {SHAPES['above']} above the range. Above is not better: it may be "
            "drift."
        ),
        Picture(chart, f"{key}_by_iro_and_month", wide=True),
        as_table(Table(table, f"{title} for each full-time month, by IRO and month", key)),
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
    """Each IRO's whole footprint: the two volumes, reviews, caseload and coverage; who was not looked at."""
    groups = [group for group in dict.fromkeys(by_iro["group"]) if group != words.NOBODY]
    table = pd.DataFrame({"IRO": [view.name("iro", group) for group in groups]})
    for key, heading in LABELS.items():
        rows = by_iro[by_iro["measure"] == key].set_index("group").reindex(groups)
        if key == "midway_reviews_per_fte_month":
            table["FTE months"] = [words.value(v, "per_fte") for v in rows["denominator"]]
        table[heading] = [
            "" if pd.isna(v) else _marked(words.value(v, unit), status)
            for v, unit, status in zip(rows["value"], rows["unit"], rows["status"], strict=True)
        ]
    return (
        Heading("Each IRO's footprint"),
        Text(
            "Midway reviews, case notes and reviews are for each full-time month; children and coverage as "
            f"at {words.day(view.selection.as_at)}."
        ),
        Table(table.sort_values("IRO"), "Each IRO's footprint", "footprint"),
        results.download(
            view, "footprint_by_iro", "Footprint by IRO", lambda: by_iro, label="Footprint by IRO (CSV)"
        ),
        *_not_looked_at(view, by_iro),
    )


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


def _service(view: View) -> Pieces:
    """The service's own months against the range, one chart for each of the two."""
    monthly = reads.measures(view.asking, view.by("month"), tuple(VOLUMES))
    columns: list[Pieces] = []
    for key, of in VOLUMES.items():
        rows = monthly[monthly["measure"] == key].sort_values("group")
        band = None
        if rows["standard_low"].notna().any():
            band = (float(rows["standard_low"].iloc[-1]), float(rows["standard_high"].iloc[-1]))
        chart = trend(
            [words.month(month) for month in rows["group"]],
            [Line(words.sentence(of), [None if pd.isna(v) else float(v) for v in rows["value"]])],
            of=f"{of} for each full-time month, all IROs",
            band=band,
        )
        said = f"**{words.sentence(of)}** for each full-time month; the range is shaded"
        columns.append((Text(said), Picture(chart, f"{key}_by_month")))
    return Heading("The service, month by month"), Beside(tuple(columns))
