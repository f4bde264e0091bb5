"""Months as a picture and as a table; in words where there is one month alone, which makes no line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from charts.trend import Line, trend
from metrics.wording import words
from pages.pieces.pieces import Picture, Pieces, Table, Text, as_table


def over_months(
    name: str,
    table: pd.DataFrame,
    lines: Sequence[Line],
    *,
    of: str,
    alt: str,
    suffix: str = "",
    target: float | None = None,
    band: tuple[float, float] | None = None,
) -> Pieces:
    """The picture of some months with its table, or the one month that has anything in words.

    table: a row for each month, its name in the column `Month`, and for each line a column of its name that
    says the same with its counts. of, alt: what the picture and the table show.
    """
    months = list(table["Month"])
    known = [
        month for place, month in enumerate(months) if any(line.values[place] is not None for line in lines)
    ]
    if len(known) > 1:
        chart = trend(months, lines, of=of, suffix=suffix, target=target, band=band)
        return Picture(chart, name), as_table(Table(table, alt, name))
    if not known:
        return (Text("No month of this period has anything to show."),)
    (row,) = table[table["Month"] == known[0]].to_dict("records")
    each = [f"{line.name[:1].lower()}{line.name[1:]} {row[line.name]}" for line in lines if row[line.name]]
    return (
        Text(f"{known[0]} is the only month with anything to show: {words.listed(each)}. A line takes two."),
    )
