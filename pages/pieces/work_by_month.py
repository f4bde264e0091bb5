"""The work of each IRO by month: a heat table against the range, the same as small lines, and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from charts.chart import Chart
from charts.heat import SHAPES, heat
from charts.multiples import Panel, multiples
from charts.trend import Line
from metrics.wording import words
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import Folded, Heading, LongTable, Picture, Pieces, Text, as_table

VOLUMES = {
    "midway_reviews_per_fte_month": "midway reviews",
    "case_notes_per_fte_month": "case notes",
}
CHAIRED, DUE = "reviews_per_fte_month", "reviews_due_on_time"
"""Whose work a review was, and whose children it was due for (the denominator)."""
REVIEWS = "reviews"
WORK = {**{key: words.sentence(of) for key, of in VOLUMES.items()}, REVIEWS: "Reviews held against due"}
"""What the picture can be of, and what that is called."""


class Standing(NamedTuple):
    """How the IROs stand against the range of one measure: who is below, within and above."""

    below: list[str]
    within: list[str]
    above: list[str]


@reads.kept
def work(view: View, key: str) -> Pieces:
    """One kind of work by IRO and month: the heat table, each IRO's months as lines, the table, its file."""
    return _reviews(view) if key == REVIEWS else _volume(view, key)


def first_month(view: View, key: str) -> str | None:
    """The first month that has any of a volume on record: the months before it are empty, not zero."""
    return reads.first_months(view.asking, tuple(VOLUMES)).get(key)


def standing(view: View, by_iro: pd.DataFrame, key: str) -> Standing:
    """How the IROs stand against the range of one measure, of the rows of it by IRO."""
    rows = by_iro[(by_iro["measure"] == key) & (by_iro["group"] != words.NOBODY)]
    return Standing(
        *(
            [view.name("iro", group) for group in rows.loc[rows["status"] == status, "group"]]
            for status in ("below", "within", "above")
        )
    )


def marked(value: str, status: str) -> str:
    """A value with the shape of its status, which no line break may part."""
    return f"{value}\u00a0{SHAPES[status]}" if status in SHAPES else value


def _volume(view: View, key: str) -> Pieces:
    """IRO by month against the range, in the order of names."""
    of = VOLUMES[key]
    by_iro = reads.measures(view.asking, view.by("iro"), (key,))
    title = words.sentence(of)
    rows = by_iro[(by_iro["measure"] == key) & by_iro["value"].notna()]
    cells = reads.months_of_iros(view.asking, view.selection, (key,))
    cells = cells[cells["value"].notna() & (cells["month"] >= (first_month(view, key) or ""))]
    named = _named(view, rows["group"])
    months = filters.months(view.selection.period_start, view.selection.period_end)
    by_cell = {
        (named[row["group"]], words.month(row["month"])): (float(row["value"]), str(row["status"]))
        for row in cells.to_dict("records")
        if row["group"] in named
    }
    band = _band(rows)
    written = {place: marked(words.value(value, "per_fte_month"), status)
               for place, (value, status) in by_cell.items()}  # fmt: skip
    chart = heat(
        list(named.values()), [words.month(month) for month in months], by_cell,
        of=f"{of} for each full-time month", band=band,
    )  # fmt: skip
    panels = [
        Panel(name, [Line(of, [by_cell.get((name, words.month(m)), (None, ""))[0] for m in months])])
        for name in named.values()
    ]
    limits = None if rows.empty or rows["standard_low"].isna().all() else (
        float(rows["standard_low"].iloc[0]), float(rows["standard_high"].iloc[0])
    )  # fmt: skip
    return (
        Heading(_headline(title, standing(view, by_iro, key))),
        Text(
            f"{title} for each full-time month worked; the range is {band}. {SHAPES['below']} below, "
            f"{SHAPES['within']} within, {SHAPES['above']} above the range. Above is not better: it may be "
            "drift. Work counts for whoever did it, hours for the days they were worked."
        ),
        *_by_month(view, key, f"{of} for each full-time month", chart, written, panels, limits),
        results.download(
            view, f"{key}_by_iro_and_month", f"{title} per FTE month, by IRO and month", lambda: cells,
            label=f"{title} by IRO and month (CSV)",
        ),
    )  # fmt: skip


def _reviews(view: View) -> Pieces:
    """Reviews chaired and due by IRO and month: there is no range, so each stands against the other."""
    cells = reads.months_of_iros(view.asking, view.selection, (CHAIRED, DUE))
    cells = cells[cells["group"] != words.NOBODY]
    chaired = cells[cells["measure"] == CHAIRED].set_index(["group", "month"])["numerator"]
    due = cells[cells["measure"] == DUE].set_index(["group", "month"])["denominator"]
    both = pd.DataFrame({"chaired": chaired, "due": due}).fillna(0).reset_index()
    named = _named(view, both["group"].unique())
    months = filters.months(view.selection.period_start, view.selection.period_end)
    numbers = {
        (named[row["group"]], words.month(row["month"])): (float(row["chaired"]), float(row["due"]))
        for row in both.to_dict("records")
    }
    some = {place: pair for place, pair in numbers.items() if any(pair)}
    written = {place: f"{held:,.0f} / {were_due:,.0f}" for place, (held, were_due) in some.items()}
    sums = both.groupby("group")[["chaired", "due"]].sum().reset_index()
    chart = heat(
        list(named.values()), [words.month(month) for month in months],
        {place: (held, "") for place, (held, _) in some.items()},
        of="reviews chaired, and reviews due", written=written,
        said={
            named[row["group"]]: f"{row['chaired']:,.0f} chaired, {row['due']:,.0f} due"
            for row in sums.to_dict("records")
        },
    )  # fmt: skip
    panels = [
        Panel(name, [Line("chaired", [numbers.get((name, words.month(m)), (0, 0))[0] for m in months]),
                     Line("due", [numbers.get((name, words.month(m)), (0, 0))[1] for m in months])])
        for name in named.values()
    ]  # fmt: skip
    total = both[["chaired", "due"]].sum()
    return (
        Heading(f"Reviews: {total['chaired']:,.0f} chaired, {total['due']:,.0f} due for IROs' children"),
        Text(
            "Each cell is reviews chaired / reviews due. A review counts for the IRO who chaired it, and was "
            "due for the one allocated on its due date: after duty cover or a change of IRO the two differ, "
            "and neither is a fault. There is no range for reviews."
        ),
        *_by_month(view, REVIEWS, "reviews chaired (solid) and due (dotted)", chart, written, panels, None),
        results.download(
            view, "reviews_by_iro_and_month", "Reviews chaired and due, by IRO and month", lambda: both,
            label="Reviews by IRO and month (CSV)",
        ),
    )  # fmt: skip


def _by_month(
    view: View,
    key: str,
    of: str,
    chart: Chart,
    written: Mapping[tuple[str, str], str],
    panels: list[Panel],
    band: tuple[float, float] | None,
) -> Pieces:
    """The heat table, and folded away the same as a table and as small line charts on one scale."""
    months = [
        words.month(one) for one in filters.months(view.selection.period_start, view.selection.period_end)
    ]
    table = pd.DataFrame({"IRO": [panel.name for panel in panels]})
    for month in months:
        table[month] = [written.get((panel.name, month), "") for panel in panels]
    lines = Picture(multiples(months, panels, of=f"{of}, by IRO", band=band), f"{key}_lines", wide=True)
    shaded = "; the range is shaded" if band else ""
    return (
        Picture(chart, f"{key}_by_iro_and_month", wide=True),
        Folded(
            "Each IRO's months as lines", ":material/show_chart:",
            (Text(f"{words.sentence(of)}, all on one scale{shaded}."), lines),
        ),
        as_table(LongTable(table, f"{words.sentence(of)}, by IRO and month")),
    )  # fmt: skip


def _named(view: View, groups: Iterable[str]) -> dict[str, str]:
    """IROs by name, in the order of names: never by how they stand."""
    named = {group: view.name("iro", group) for group in groups if group != words.NOBODY}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def _headline(title: str, standing: Standing) -> str:
    if not standing.below and not standing.above:
        return f"{title}: every IRO is within the range"
    sides = ((standing.below, "below"), (standing.above, "above"))
    return f"{title}: {words.listed([f'{len(names)} {side}' for names, side in sides if names])} the range"


def _band(rows: pd.DataFrame) -> str:
    if rows.empty or pd.isna(rows["standard_low"].iloc[0]):
        return "not set"
    return words.standard(rows["standard_low"].iloc[0], rows["standard_high"].iloc[0], "per_fte_month")
