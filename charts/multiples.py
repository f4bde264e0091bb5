"""Small multiples: one small line chart for each of many groups, all on one scale, to see patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import ACCENT, BAND, INK, ORANGE
from charts.trend import Line
from metrics.wording.words import rounded

IN_A_ROW = 4
_HIGH = 110
_STEP = _HIGH + 56
"""From one row of panels to the next: room for the months below and the names above, in pixels."""
_STYLES = ({"color": ACCENT, "width": 2}, {"color": ORANGE, "width": 2, "dash": "dot"})


class Panel(NamedTuple):
    """One group: its name and one or two lines over the same columns."""

    name: str
    lines: Sequence[Line]


def multiples(
    columns: Sequence[str], panels: Sequence[Panel], *, of: str, band: tuple[float, float] | None = None
) -> Chart:
    """A panel for each group in the order given; the first line solid, the second dotted, steps at months.

    columns: the months, shared by all. of: what is shown, for the text alternative. band: the range, shaded.
    """
    rows = max(-(-len(panels) // IN_A_ROW), 1)
    given = [v for panel in panels for line in panel.lines for v in line.values if v is not None]
    top = max([*given, band[1] if band else 0], default=1) * 1.08 or 1
    layout: dict[str, Any] = {}
    figure = go.Figure(layout=blank(height=16 + _STEP * rows, top=8))
    for place, panel in enumerate(panels):
        across, down = place % IN_A_ROW, place // IN_A_ROW
        number = str(place + 1) if place else ""
        left, bottom = across / IN_A_ROW, 1 - (down + 1) / rows
        high, below = _HIGH / _STEP / rows, 22 / _STEP / rows
        quiet = {"gridcolor": "#E6E9ED", "zeroline": False, "fixedrange": True, "tickfont": {"size": 11}}
        layout[f"xaxis{number}"] = {
            **quiet, "domain": [left + 0.024, left + 1 / IN_A_ROW - 0.024], "anchor": f"y{number}",
            "showgrid": False, "type": "category", "tickangle": 0, "range": [-0.5, len(columns) - 0.5],
            "tickvals": [columns[0], columns[-1]] if len(columns) > 1 else list(columns),
            "automargin": False,
        }  # fmt: skip
        layout[f"yaxis{number}"] = {
            **quiet, "domain": [bottom + below, bottom + below + high],
            "anchor": f"x{number}", "range": [-0.04 * top, top], "nticks": 4, "showticklabels": across == 0,
            "automargin": across == 0,
        }  # fmt: skip
        _draw_panel(figure, columns, panel, number, band)
    figure.update_layout(layout)
    return Chart(figure, _said(columns, panels, of, band, top))


def _draw_panel(
    figure: go.Figure, columns: Sequence[str], panel: Panel, number: str, band: tuple[float, float] | None
) -> None:
    x, y = f"x{number}", f"y{number}"
    if band:
        figure.add_shape(
            type="rect", xref=f"{x} domain", x0=0, x1=1, yref=y, y0=band[0], y1=band[1], fillcolor=BAND,
            line={"width": 0}, layer="below",
        )  # fmt: skip
    figure.add_annotation(
        xref=f"{x} domain", yref=f"{y} domain", x=0, y=1, xanchor="left", yanchor="bottom",
        text=panel.name, showarrow=False, font={"size": 13, "color": INK},
    )  # fmt: skip
    for line, style in zip(panel.lines, _STYLES, strict=False):
        figure.add_trace(
            go.Scatter(
                x=list(columns), y=list(line.values), xaxis=x, yaxis=y, mode="lines+markers", name=line.name,
                line={**style, "shape": "hvh"}, marker={"size": 4, "opacity": 1},
                customdata=["" if value is None else str(rounded(value)) for value in line.values],
                hovertemplate=f"{panel.name}, %{{x}}: %{{customdata}}<extra>{line.name}</extra>",
            )
        )  # fmt: skip


def _said(
    columns: Sequence[str],
    panels: Sequence[Panel],
    of: str,
    band: tuple[float, float] | None,
    top: float,
) -> str:
    """The charts in words: of what, on which scale, and each group's lowest and highest month."""
    parts = [f"Small line charts of {of}, {columns[0]} to {columns[-1]}, all on a scale from 0 to {top:.0f}."]
    if band:
        parts.append(f"The range is {band[0]:g} to {band[1]:g}.")
    for panel in panels:
        each = []
        for line in panel.lines:
            known = [(v, month) for v, month in zip(line.values, columns, strict=True) if v is not None]
            if not known:
                each.append(f"{line.name} no values")
                continue
            (low, low_month), (high, high_month) = min(known), max(known)
            each.append(
                f"{line.name} lowest {rounded(low)} in {low_month}, highest {rounded(high)} in {high_month}"
            )
        parts.append(f"{panel.name}: {'; '.join(each)}.")
    return " ".join(parts)
