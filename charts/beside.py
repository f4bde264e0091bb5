"""One person's months against a range, with the unnamed middle half of colleagues behind them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import ACCENT, BAND, QUIET
from metrics.wording.words import rounded

COLLEAGUES = "#B4BCC6"
"""The colleagues' range: quiet, behind the own line, told apart by being bars."""

Spread = tuple[float, float] | None
"""Lower and upper quartile, None where colleagues are too few to show."""


def beside_colleagues(
    months: Sequence[str],
    own: Sequence[float | None],
    colleagues: Sequence[Spread],
    *,
    of: str,
    band: tuple[float, float] | None,
) -> Chart:
    """The own months as a line; where most colleagues lie as a bar in each month; the range shaded."""
    figure = go.Figure(layout=blank(height=320, top=16, right=16))
    if band:
        figure.add_shape(
            type="rect", x0=0, x1=1, xref="paper", y0=band[0], y1=band[1], fillcolor=BAND,
            line={"width": 0}, layer="below",
        )  # fmt: skip
    spread = [(month, one) for month, one in zip(months, colleagues, strict=True) if one]
    if spread:
        figure.add_trace(
            go.Bar(
                x=[month for month, _ in spread],
                y=[high - low for _, (low, high) in spread],
                base=[low for _, (low, _) in spread],
                width=0.35, marker={"color": COLLEAGUES, "line": {"color": QUIET, "width": 1}},
                name="middle half of colleagues",
                customdata=[f"{rounded(low)} to {rounded(high)}" for _, (low, high) in spread],
                hovertemplate="%{x}: %{customdata}<extra>middle half of colleagues</extra>",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=list(months), y=list(own), name="own months", mode="lines+markers",
            line={"color": ACCENT, "width": 2.5}, marker={"size": 8}, cliponaxis=False,
            customdata=["" if value is None else str(rounded(value)) for value in own],
            hovertemplate="%{x}: %{customdata}<extra>own months</extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top", "font": {"size": 13}},
    )
    step = -(-len(months) // 5) or 1
    figure.update_xaxes(
        showgrid=False, type="category", tickangle=0, tickvals=list(months[::step]),
        categoryorder="array", categoryarray=list(months), range=[-0.5, len(months) - 0.5],
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", nticks=6)
    return Chart(figure, _said(months, own, colleagues, of, band))


def _said(
    months: Sequence[str],
    own: Sequence[float | None],
    colleagues: Sequence[Spread],
    of: str,
    band: tuple[float, float] | None,
) -> str:
    """The chart in words: what it is of, the latest month beside colleagues, the lowest and highest."""
    parts = [f"Line chart of {of}, {months[0]} to {months[-1]}." if months else f"Line chart of {of}."]
    if band:
        parts.append(f"The range is {band[0]:g} to {band[1]:g}.")
    known = [(value, month) for value, month in zip(own, months, strict=True) if value is not None]
    if not known:
        return " ".join([*parts, "No values."])
    (last, month), (low, lowest), (high, highest) = known[-1], min(known), max(known)
    parts.append(
        f"{rounded(last)} in {month}; lowest {rounded(low)} in {lowest}, highest {rounded(high)} in "
        f"{highest}."
    )
    beside = dict(zip(months, colleagues, strict=True))[month]
    if beside:
        parts.append(
            f"Half of the colleagues lie between {rounded(beside[0])} and {rounded(beside[1])} in {month}."
        )
    return " ".join(parts)
