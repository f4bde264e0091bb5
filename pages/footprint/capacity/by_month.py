"""The six months ahead by IRO and month, and the service's months against what can be held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from charts.heat import SHAPES, heat
from charts.trend import Line, trend
from metrics.ahead.capacity import service
from metrics.ahead.whatif import Plan
from metrics.wording import words
from pages.footprint.capacity.answer import NO_HOURS, PICTURES, by_plan, limits, shown, told
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Heading, LongTable, Picture, Pieces, Table, Text, as_table
from pages.pieces.work_by_month import marked
from standards.wording import in_words


@reads.kept
def picture(view: View, plan: Plan, key: str) -> Pieces:
    """One thing by IRO and month: the heat table, and the same as a table."""
    found = by_plan(view, plan)
    rows = shown(view, found)
    months = [_to(day) for day in sorted(set(rows["ends_on"]))]
    names = list(dict.fromkeys(rows["name"]))
    cells: dict[tuple[str, str], tuple[float | None, str]] = {}
    written: dict[tuple[str, str], str] = {}
    for row in rows.to_dict("records"):
        cell = _cell(row, key)
        if cell is not None:
            place = (row["name"], _to(row["ends_on"]))
            cells[place], written[place] = cell[:2], cell[2]
    bounds = limits(view)
    band = {
        "caseload": words.standard(bounds.fewest, bounds.most, "per_fte"),
        "reviews": f"up to {bounds.reviews_per_week:g} a week for a full-time IRO",
        "midways": "",
    }[key]
    chart = heat(
        names, months, cells, of=f"{PICTURES[key][0].lower()}{PICTURES[key][1:]}", band=band, written=written
    )
    table = pd.DataFrame({"IRO": names})
    for month in months:
        table[month] = [written.get((name, month), "") for name in names]
    title = f"{PICTURES[key]}{', with the plan' if plan.steps else ''}"
    return (
        Heading(_headline(key, rows, title)),
        Text(_legend(view, key, band)),
        Picture(chart, f"ahead_{key}", wide=True),
        as_table(LongTable(table, f"{title}, by IRO and month")),
    )


def _cell(row: Mapping[Any, Any], key: str) -> tuple[float, str, str] | None:
    """The number, the status and what is written in one cell; None for nothing at all."""
    if key == "caseload":
        if row["caseload"] == "no_hours":
            children = words.count(row["children"], "child", "children")
            return float(row["children"]), "", f"{NO_HOURS} {children}"
        if not row["caseload"]:
            return 0.0, "", "none"
        value = words.value(row["caseload_per_fte"], "per_fte")
        return float(row["caseload_per_fte"]), row["caseload"], marked(value, row["caseload"])
    number = float(row[key])
    if key == "midways" or row["load"] in ("", "no_hours"):
        sign = f"{NO_HOURS} " if key == "reviews" and row["load"] == "no_hours" else ""
        return (number, "", f"{sign}{number:,.0f}") if number or row["fte_weeks"] else None
    return number, row["load"], marked(f"{number:,.0f}", row["load"])


def _headline(key: str, rows: pd.DataFrame, title: str) -> str:
    if key == "midways":
        return title
    judged = {"caseload": "caseload", "reviews": "load"}[key]
    over = rows[rows[judged] == "above"]["iro_id"].nunique()
    iros = words.count(over, "IRO")
    return f"{title}: {iros} {'above the range' if key == 'caseload' else 'with more than can be held'}"


def _legend(view: View, key: str, band: str) -> str:
    signs = {
        "caseload": f"{SHAPES['below']} below, {SHAPES['within']} within, {SHAPES['above']} above",
        "reviews": f"{SHAPES['within']} within, {SHAPES['above']} above",
    }
    nobody = f"{NO_HOURS} children whose IRO has no hours then, or who have no IRO"
    return {
        "caseload": f"Children on the last day of each month by the hours of that day; the range is {band}. "
        f"{signs['caseload']} the range; {nobody}.",
        "reviews": f"Reviews to hold in each month; {band} can be held, others their part of that. "
        f"{signs['reviews']} what can be held; {NO_HOURS} reviews of children whose IRO has no hours, or who "
        "have no IRO.",
        "midways": "Midway reviews due in each month, halfway between reviews that are "
        f"{in_words('later_review_months', 'months in words', view.selection.as_at)} apart. Those that were "
        "due by today and are not done stand in the first.",
    }[key]


@reads.kept
def service_months(view: View, plan: Plan) -> Pieces:
    """The service's reviews and midway reviews of each month, and how many reviews can be held."""
    months = service(by_plan(view, plan).rows)
    per_week = limits(view).reviews_per_week
    names = [_to(day) for day in months["ends_on"]]
    can = [float(weeks) * per_week for weeks in months["fte_weeks"]]
    lines = [Line("reviews expected", [float(number) for number in months["reviews"]])]
    if "midways" in told(view):
        lines.append(Line("midway reviews expected", [float(number) for number in months["midways"]]))
    lines.append(Line("reviews that can be held", can))
    busiest = months.iloc[int(months["reviews"].to_numpy().argmax())]
    table = pd.DataFrame({"Month": names, "Reviews": [f"{n:,}" for n in months["reviews"]]})
    if "midways" in told(view):
        table["Midway reviews"] = [f"{number:,.0f}" for number in months["midways"]]
    table["Can be held"] = [f"{number:,.0f}" for number in can]
    table["FTE"] = [str(words.rounded(fte)) for fte in months["fte"]]
    return (
        Heading(f"The service: most reviews fall in the month {_to(busiest['ends_on'])}"),
        Text(
            f"{words.sentence(words.count(busiest['reviews'], 'review'))} then. Reviews that can be held are "
            f"{per_week:g} a week for each full-time IRO; midway reviews are not part of that."
        ),
        Picture(trend(names, lines, of="the service's reviews and midway reviews ahead"), "service_ahead"),
        as_table(Table(table, "The service's months ahead", "service_ahead")),
    )


def _to(day: date) -> str:
    """The heading of a month: `to 23 Dec`."""
    return f"to {day.day} {day:%b}"
