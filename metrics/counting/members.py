"""The rows behind a number: those a measure counts, those it is out of, or those that fall short and how."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal, get_args

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, func, select

from data_access.people.viewer import Viewer
from metrics.counting import staff
from metrics.counting.numbers import UNALLOCATED
from metrics.counting.queries import from_rows, group_column, in_part, narrowed
from metrics.counting.question import Selection, asked_of, month_end
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from metrics.rows.expressions import asked_text

Part = Literal["numerator", "denominator", "shortfall", "late", "missing"]


def members(
    engine: Engine,
    viewer: Viewer,
    key: str,
    selection: Selection,
    *,
    part: str = "numerator",
    group: str | None = None,
) -> pd.DataFrame:
    """The rows behind a measure's number, as many as the number says.

    part: `numerator`, `denominator`, or `shortfall`: those of the denominator that are not counted. Of a
    step the shortfall is in two: `late`, done but not in time, and `missing`, not done.
    group: of the selection's breakdown, by default the whole selection. What a measure is divided by
    per FTE is no number of rows: its denominator is the hours that the FTE is made of.
    Columns: `child_id, age_band, team_id, iro_id` and what these rows have besides (`rows.py`).
    Raises KeyError for a key not in the catalogue, ValueError for a part that is none or not of this measure.
    """
    measure = CATALOGUE[key]
    if part not in parts_of(measure):
        raise ValueError("part is numerator, denominator or shortfall; of a step, late or missing too")
    at = _in_month(measure, selection, group) if selection.by == "month" and group else selection
    of_group = group if selection.by not in ("service", "month") else None
    with engine.connect() as connection:
        if measure.full_time and part != "numerator":
            if part == "shortfall":
                return pd.DataFrame()
            narrowed_to = replace(at, iro_id=of_group or at.iro_id)
            hours = staff.hours_of(connection, viewer, narrowed_to)
            start = at.as_at if measure.full_time == "fte" else at.period_start
            return pd.DataFrame(staff.fte_rows(hours, start, at.last_day))
        named = of_group is not None and of_group != UNALLOCATED
        query = _query(
            measure, viewer, part, selection.by if of_group else None, named,
            at.iro_id is not None, at.team_id is not None,
        )  # fmt: skip
        result = connection.execute(query, {**asked_of(at), "group": of_group})
        frame = pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)
    return frame.drop(columns="place_of_distinct", errors="ignore")


def parts_of(measure: Measure) -> tuple[str, ...]:
    """The parts that there are of a measure's rows."""
    return get_args(Part) if measure.done is not None else get_args(Part)[:3]


def _in_month(measure: Measure, selection: Selection, month: str) -> Selection:
    """The part of the selection in one month: its days of the period, or the moment at its end."""
    first = date.fromisoformat(f"{month}-01")
    last = month_end(first)
    if measure.rows.day is None:
        return selection.at(min(last, selection.as_at))
    start, end = max(first, selection.period_start), min(last, selection.period_end)
    return replace(selection, period_start=start, period_end=end)


@lru_cache(maxsize=512)
def _query(
    measure: Measure, viewer: Viewer, part: str, by: str | None, named: bool, to_iro: bool, to_team: bool
) -> Select[Any]:
    """The rows of a part, of a named group or of nobody's; kept, for it is dear to write."""
    rows = measure.rows
    shown: dict[str, ColumnElement[Any]] = {}
    if "child_id" in rows.table.c:
        shown["child_id"] = rows.table.c.child_id
    shown |= {"age_band": rows.age_band, "team_id": rows.team, "iro_id": rows.iro, **rows.shown}
    shown |= {name: rows.table.c[name] for name in measure.shown}
    columns = [column.label(name) for name, column in shown.items()]
    conditions = [
        *narrowed(rows, viewer, to_iro=to_iro, to_team=to_team),
        in_part(measure, part),
    ]
    if by is not None:
        column = group_column(rows, by)
        conditions.append(column == asked_text("group") if named else column.is_(None))
    if measure.distinct is not None:
        once = rows.table.c[measure.distinct]
        columns.append(
            func.row_number().over(partition_by=once, order_by=rows.day.desc()).label("place_of_distinct")  # type: ignore[union-attr]
        )
    query = (
        select(*columns)
        .select_from(from_rows(rows, [*columns, *conditions, *rows.order]))
        .where(*conditions)
        .order_by(*rows.order)
    )
    if measure.distinct is None:
        return query
    first = query.subquery()
    return select(first).where(first.c.place_of_distinct == 1)
