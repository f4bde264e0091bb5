"""What every chart is: a figure, and the same thing said in words; and the look they share."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from charts.palette import INK, LINE, QUIET
from charts.scale import starts_said


class Chart(NamedTuple):
    """A figure for the screen and its text alternative, both made from one result."""

    figure: go.Figure
    alt: str


def blank(*, height: int, left: int = 8, right: int = 8, top: int = 8) -> go.Layout:
    """The look that all charts start from: white, quiet axes, nothing that needs a mouse to be read."""
    axis = {
        "showline": False,
        "zeroline": False,
        "gridcolor": LINE,
        "tickfont": {"color": QUIET, "size": 13},
        "fixedrange": True,
        "automargin": True,
    }
    return go.Layout(
        height=height,
        margin={"l": left, "r": right, "t": top, "b": 8},
        font={"family": "Source Sans, Segoe UI, Arial, sans-serif", "color": INK, "size": 14},
        paper_bgcolor="white",
        plot_bgcolor="white",
        showlegend=False,
        hovermode="closest",
        hoverlabel={"bgcolor": "white", "font": {"color": INK}},
        xaxis={**axis, "ticklabelstandoff": 6},  # the first month clear of the lowest value
        yaxis=axis,
    )


def say_where_it_starts(figure: go.Figure, first: float) -> None:
    """A note below a rate's scale that does not start at zero."""
    if first:
        figure.add_annotation(
            x=1, xref="paper", y=0, yref="paper", xanchor="right", yanchor="bottom", showarrow=False,
            text=starts_said(first), font={"size": 12, "color": QUIET},
        )  # fmt: skip
