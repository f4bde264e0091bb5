"""The reviews of the next six weeks by IRO and week, and where a week holds too many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from charts.heat import SHAPES, heat
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Heading, Picture, Pieces, Table, Text, as_table
from standards import setting

WEEKS = 6
_WEEK = timedelta(days=7)


def ahead(view: View) -> Pieces:
    """The load chart. A review counts in the week it is booked for, else in the week it is due."""
    as_at = view.selection.as_at
    rows = reads.tracker(view.asking, view.selection)
    on = rows["booked_for"].where(rows["booked_for"].notna(), rows["due_on"])
    first = as_at - timedelta(days=as_at.weekday())
    weeks = [first + number * _WEEK for number in range(WEEKS)]
    iros = rows["iro_id"].fillna(words.NOBODY)
    counted = Counter(
        (view.name("iro", iro), week)
        for iro, week in zip(iros, (_week(day, as_at) for day in on), strict=True)
        if week in weeks
    )
    if not counted:
        return Heading("The next six weeks"), Text("No review is due or booked in the next six weeks.")
    most, full_time = setting("capacity_reviews_per_week", as_at), _full_time(view)
    names = sorted({name for name, _ in counted})
    cells = {
        (name, _headed(week)): (float(number), _status(number, most, full_time.get(name)))
        for (name, week), number in counted.items()
    }
    chart = heat(
        names, [_headed(week) for week in weeks], cells, of="reviews to hold", places=0,
        by="week", band=f"up to {most:g} a week for a full-time IRO",
    )  # fmt: skip
    table = pd.DataFrame({"IRO": names})
    for week in weeks:
        table[_headed(week)] = [_cell(cells.get((name, _headed(week)))) for name in names]
    in_six = sum(counted.values())
    in_four = sum(number for (_, week), number in counted.items() if week in weeks[:4])
    over = Counter(name for (name, _), (_, status) in cells.items() if status == "above")
    return (
        Heading(f"The next six weeks: {words.count(in_six, 'review')} to hold, {in_four:,} in four"),
        Text(
            f"{_too_many(over)} {_STANDS} A full-time IRO can hold {most:g} a week, others their part of "
            f"that. {SHAPES['within']} within, {SHAPES['above']} above."
            if full_time
            else f"{_STANDS} Whether a week holds too many cannot be told: the data hold no hours of IROs."
        ),
        Picture(chart, "reviews_to_hold", wide=True),
        as_table(Table(table, "Reviews to hold by IRO and week", "reviews_to_hold")),
    )  # fmt: skip


_STANDS = "Each review stands in the week it is booked for, or else due."


def _too_many(over: Counter[str]) -> str:
    """`3 IROs have a week with too many: 4 weeks in all.` over: IRO -> how many weeks."""
    said = words.count(len(over), "IRO has", "IROs have") if over else "no IRO has"
    weeks = f": {over.total():,} weeks in all" if over.total() > 1 else ""
    return words.sentence(f"{said} a week with too many{weeks}.")


def _week(day: object, as_at: date) -> date | None:
    """The Monday of a day's week; of days gone by none."""
    if not isinstance(day, date) or day < as_at:
        return None
    return day - timedelta(days=day.weekday())


def _headed(week: date) -> str:
    return f"{week.day} {week:%b}"


def _status(number: int, most: float, full_time: float | None) -> str:
    if not full_time:
        return ""
    return "above" if number > most * full_time else "within"


def _cell(cell: tuple[float, str] | None) -> str:
    return f"{cell[0]:.0f} {SHAPES.get(cell[1], '')}".strip() if cell else ""


def _full_time(view: View) -> dict[str, float]:
    """The full-time equivalent of each IRO, by name, on the day."""
    on_the_day = replace(view.selection.at(view.selection.as_at), by="iro")
    rows = reads.measures(view.asking, on_the_day, ("caseload_per_fte",))
    known = rows[rows["denominator"].notna()]
    names = [view.name("iro", iro) for iro in known["group"]]
    return dict(zip(names, known["denominator"].astype(float), strict=True))
