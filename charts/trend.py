"""Lines over months: up to three rates or one number, against a standard or a range."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.chart import Chart, blank, say_where_it_starts
from charts.palette import BAND, DASHES, INK, SERIES
from charts.said import Line, trend_said
from charts.scale import first_of
from metrics.wording.words import rounded

__all__ = ["Line", "trend"]


def trend(
    months: Sequence[str],
    lines: Sequence[Line],
    *,
    of: str,
    suffix: str = "",
    target: float | None = None,
    band: tuple[float, float] | None = None,
) -> Chart:
    """Lines labelled at their ends, told apart by dash as well as colour; the scale starts at zero unless
    every rate lies well above a half, which is then said on the axis."""
    given = [value for line in lines for value in line.values if value is not None]
    high = max([*given, target or 0, band[1] if band else 0], default=1)
    low = 0.0
    if suffix == "%":
        low, high = first_of(given, target), 100.0
    figure = go.Figure(layout=blank(height=340, right=72 if target is not None else 16, top=16))
    if band:
        figure.add_shape(
            type="rect", x0=0, x1=1, xref="paper", y0=band[0], y1=band[1], fillcolor=BAND,
            line={"width": 0}, layer="below",
        )  # fmt: skip
    for line, colour, dash in zip(lines, SERIES, DASHES, strict=False):
        figure.add_trace(
            go.Scatter(
                x=list(months), y=list(line.values), name=line.name, mode="lines+markers",
                line={"color": colour, "width": 2.5, "dash": dash}, marker={"size": 6}, cliponaxis=False,
                customdata=["" if value is None else str(rounded(value)) for value in line.values],
                hovertemplate="%{x}: %{customdata}" + suffix + "<extra>" + line.name + "</extra>",
            )
        )  # fmt: skip
    if target is not None:
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=target, y1=target,
            line={"color": INK, "width": 1, "dash": "dash"},
        )  # fmt: skip
        figure.add_annotation(
            x=1, xref="paper", y=target, xanchor="left", showarrow=False, align="left",
            text=f"standard<br>{target:g}{suffix}", font={"size": 13, "color": INK},
        )  # fmt: skip
    figure.update_layout(
        showlegend=len(lines) > 1,
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top", "font": {"size": 13}},
    )
    figure.update_xaxes(showgrid=False, type="category", tickangle=0, tickvals=_ticks(months))
    top = high if suffix == "%" else high * 1.1
    figure.update_yaxes(range=[low, top], ticksuffix=suffix, nticks=6)
    say_where_it_starts(figure, low)
    return Chart(figure, trend_said(months, lines, of, suffix, target, band))


def _ticks(months: Sequence[str]) -> list[str]:
    """The months to label, so that they stay apart on a phone: at most five."""
    return list(months[:: -(-len(months) // 5) or 1])
