"""A heat table: one row per IRO, one column per month or week, each cell a number, a shape and a colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import INK
from metrics.words import rounded

_LEVEL = {"below": 0, "within": 1, "above": 2}
_FILL = ("#F8D9C4", "#D6E6F5", "#E7D3E1")
"""Below, within, above: pale enough for dark text on each (12:1 and more)."""
SHAPES = {"below": "▼", "within": "●", "above": "▲"}

Cell = tuple[float | None, str]
"""A value and its status; (None, "") where there is none."""


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], Cell],
    *,
    of: str,
    band: str,
    by: str = "month",
    places: int = 1,
) -> Chart:
    """`cells` by (row, column). Below, within or above the range is a shape and a colour beside the number.

    by: what a column is. places: how many decimals a number is shown with.
    """
    level: list[list[int | None]] = []
    text: list[list[str]] = []
    for row in rows:
        here = [cells.get((row, column), (None, "")) for column in columns]
        level.append([_LEVEL.get(status) for _, status in here])
        text.append(
            [
                "" if value is None else f"{rounded(value, places)} {SHAPES.get(status, '')}"
                for value, status in here
            ]
        )
    figure = go.Figure(
        go.Heatmap(
            z=level, x=list(columns), y=list(rows), text=text, texttemplate="%{text}",
            textfont={"color": INK, "size": 13}, showscale=False, zmin=0, zmax=2, xgap=3, ygap=3,
            colorscale=[[0, _FILL[0]], [0.33, _FILL[0]], [0.34, _FILL[1]], [0.66, _FILL[1]],
                        [0.67, _FILL[2]], [1, _FILL[2]]],
            hovertemplate="%{y}, %{x}: %{text}<extra></extra>", hoverongaps=False,
        ),
        blank(height=64 + 32 * len(rows)),
    )  # fmt: skip
    figure.update_xaxes(side="top", showgrid=False, type="category", tickangle=0, ticks="")
    figure.update_yaxes(
        autorange="reversed",
        showgrid=False,
        ticks="",
        ticklabelstandoff=6,
        tickfont={"color": INK, "size": 14},
    )
    return Chart(figure, _said(rows, columns, cells, f"{of} by IRO and {by}", band))


def _said(
    rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], Cell], of: str, band: str
) -> str:
    parts = [f"Table of {of}, against a range of {band}."]
    for row in rows:
        known = [cells[row, column] for column in columns if (row, column) in cells]
        said = {word: sum(status == word for _, status in known) for word in _LEVEL}
        counted = ", ".join(f"{number} {word}" for word, number in said.items() if number)
        parts.append(f"{row}: {counted or 'no values'}.")
    return " ".join(parts)
