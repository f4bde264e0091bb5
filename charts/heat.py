"""A heat table: one row per IRO, one column per month or week, each cell a number, a shape and a colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import INK
from metrics.wording.words import rounded

_LEVEL = {"below": 0, "within": 1, "above": 2, "": 3}
_FILL = ("#F8D9C4", "#D6E6F5", "#E7D3E1", "#EEF1F4")
"""Below, within, above, and what has no range: pale enough for dark text on each (12:1 and more)."""
_SCALE = [
    [end, fill]
    for place, fill in enumerate(_FILL)
    for end in (max(0, (place - 0.5) / 3), min(1, (place + 0.5) / 3))
]
SHAPES = {"below": "▼", "within": "●", "above": "▲"}

Cell = tuple[float | None, str]
"""A value and its status; (None, "") where there is none."""


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], Cell],
    *,
    of: str,
    band: str = "",
    by: str = "month",
    places: int = 1,
    written: Mapping[tuple[str, str], str] | None = None,
    said: Mapping[str, str] | None = None,
) -> Chart:
    """`cells` by (row, column). Below, within or above the range is a shape and a colour beside the number.

    band: the range, where there is one. by: what a column is. places: how many decimals a number is shown
    with. written: what stands in a cell instead of its number. said: each row in words, for the text
    alternative, instead of how many cells are below, within and above.
    """
    level: list[list[int | None]] = []
    text: list[list[str]] = []
    for row in rows:
        here = [cells.get((row, column), (None, "")) for column in columns]
        level.append([None if value is None else _LEVEL[status] for value, status in here])
        text.append(
            [
                "" if value is None else f"{rounded(value, places)} {SHAPES.get(status, '')}".strip()
                for value, status in here
            ]
        )
        if written is not None:
            text[-1] = [written.get((row, column), "") for column in columns]
    figure = go.Figure(
        go.Heatmap(
            z=level, x=list(columns), y=list(rows), text=text, texttemplate="%{text}",
            textfont={"color": INK, "size": 13}, showscale=False, zmin=0, zmax=3, xgap=3, ygap=3,
            colorscale=_SCALE,
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
    heading = f"Table of {of} by IRO and {by}" + (f", against a range of {band}." if band else ".")
    told = _counted(rows, columns, cells) if said is None else [f"{row}: {said[row]}." for row in rows]
    return Chart(figure, " ".join([heading, *told]))


def _counted(rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], Cell]) -> list[str]:
    """Each row with how many of its cells are below, within and above."""
    parts = []
    for row in rows:
        known = [cells[row, column] for column in columns if (row, column) in cells]
        said = {word: sum(status == word for _, status in known) for word in SHAPES}
        counted = ", ".join(f"{number} {word}" for word, number in said.items() if number)
        parts.append(f"{row}: {counted or 'no values'}.")
    return parts
