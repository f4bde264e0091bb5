"""Funnel plots: proportions by size against the limits of chance of `metrics/chance/funnel.py`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd
import plotly.graph_objects as go

from charts.chart import Chart, blank, say_where_it_starts
from charts.palette import QUIET, STANDINGS
from charts.scale import first_of
from metrics.chance.funnel import curve
from metrics.wording.words import count, listed, rounded

_SYMBOLS = {"within": "circle", "higher": "triangle-up", "lower": "triangle-down"}


def funnel_chart(
    groups: pd.DataFrame,
    rate: Fraction,
    *,
    of: str,
    rows: str,
    fewest: int,
    names: Mapping[str, str],
    one: str = "IRO",
    many: str = "IROs",
    always: str | None = None,
) -> Chart:
    """The rows of `metrics.funnel.compared` as points, with the limits as the steps they are.

    of: what the proportion is. rows: what is counted along the bottom (`reviews held`). names: what groups
    are called; one without a name is drawn without a label. one, many: what a group is.
    always: the group that is named wherever it stands, because the page is about it.
    Groups of fewer than `fewest` are not drawn, and named in the text alternative only.
    """
    shown = groups[groups["standing"] != "too_few"]
    most = int(shown["denominator"].max()) if len(shown) else fewest
    end = round(most * 1.12) + 3
    figure = go.Figure(layout=blank(height=400, right=92, top=16))
    steps = curve(rate, fewest, end)
    _draw_limits(figure, steps)
    figure.add_shape(
        type="line", x0=0, x1=end, y0=100 * float(rate), y1=100 * float(rate),
        line={"color": QUIET, "width": 1.5},
    )  # fmt: skip
    for standing, symbol in _SYMBOLS.items():
        part = shown[shown["standing"] == standing].sort_values("denominator")
        _draw_points(figure, part, standing, symbol, names, one)
        named = part if standing != "within" else part[part["group"] == always]
        _name_points(figure, named, standing, names, end)
    figure.update_xaxes(
        range=[0, end], title={"text": rows, "font": {"size": 13, "color": QUIET}}, showgrid=False
    )
    start = _scale(figure, min([float(steps["low_alarm"].min()), *shown["proportion"]]))
    _name_lines(figure, steps.iloc[-1], float(rate), many, 100 - start)
    alt = _alt(groups, rate, of, fewest, names, one, many)
    mine = groups[(groups["group"] == always) & (groups["standing"] == "within")]
    if len(mine):
        alt += f" {names.get(str(always), 'It')}: {_shares(mine)[0]}, {STANDINGS['within'].word}."
    return Chart(figure, alt)


def _scale(figure: go.Figure, lowest: float) -> int:
    """The scale and where it starts, in percent. lowest: the least that is drawn, as a share of 1."""
    start = int(first_of([100 * lowest]))
    ticks = list(range(start, 101, 10 if start else 20))
    figure.update_yaxes(
        range=[start - (100 - start) * 0.03, 100 + (100 - start) * 0.03],
        tickvals=ticks, ticktext=[f"{tick}%" for tick in ticks],
    )  # fmt: skip
    say_where_it_starts(figure, start)
    return start


def _name_lines(figure: go.Figure, last: pd.Series, rate: float, many: str, whole: int) -> None:
    """The words at the ends of the lines: the rate's above it, the limits' below, never over each other.

    last: the limits at the end of the scale, which lie close together where there are many. whole: how many
    percent the scale shows.
    """
    line = whole * _LINE
    alert = min(100 * float(last["low_alert"]), 100 * rate - line / 2)
    alarm = min(100 * float(last["low_alarm"]), alert - line)
    for y, text, anchor in (
        (100 * rate, f"all {many}<br>{rounded(100 * rate)}%", "bottom"),
        (alert, "95% limit", "middle"),
        (alarm, "99.8% limit", "middle"),
    ):
        figure.add_annotation(
            x=1, xref="paper", y=y, xanchor="left", yanchor=anchor, showarrow=False, align="left", text=text,
            font={"size": 12, "color": QUIET},
        )  # fmt: skip


_LINE = 0.055
"""The part of the scale that a line of words is high."""


def _draw_limits(figure: go.Figure, steps: pd.DataFrame) -> None:
    """The limits, each whole number's step drawn to halfway between it and its neighbours."""
    for names, dash in ((("low_alert", "high_alert"), "dot"), (("low_alarm", "high_alarm"), "dash")):
        for name in names:
            figure.add_trace(
                go.Scatter(
                    x=list(steps["of"]), y=list(100 * steps[name]), mode="lines", hoverinfo="skip",
                    line={"color": QUIET, "width": 1.2, "dash": dash, "shape": "hvh"},
                )
            )  # fmt: skip


def _draw_points(
    figure: go.Figure, part: pd.DataFrame, standing: str, symbol: str, names: Mapping[str, str], one: str
) -> None:
    """Points of one standing."""
    if part.empty:
        return
    mark = STANDINGS[standing]
    called = [names.get(group, f"another {one}") for group in part["group"]]
    figure.add_trace(
        go.Scatter(
            x=list(part["denominator"]), y=list(100 * part["proportion"]),
            mode="markers", cliponaxis=False,
            marker={
                "symbol": symbol, "color": mark.colour, "size": 9 if standing == "within" else 13,
                "opacity": 1,
                "line": {"color": "white", "width": 1},
            },
            customdata=[
                f"{name}: {share} - {mark.word}"
                for name, share in zip(called, _shares(part), strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _name_points(
    figure: go.Figure, part: pd.DataFrame, standing: str, names: Mapping[str, str], end: int
) -> None:
    """Names beside the points outside, away from the funnel; of two close together one goes to each side."""
    before = None
    for group, at, share in zip(part["group"], part["denominator"], part["proportion"], strict=True):
        right = before is not None and at - before < _CLOSE * end and at < 0.85 * end
        before = at
        if group in names:
            figure.add_annotation(
                x=at, y=100 * share, text=names[group], showarrow=False, bgcolor="rgba(255,255,255,0.8)",
                xanchor="left" if right else "right", yanchor="top" if standing == "lower" else "bottom",
                xshift=6 if right else -6, font={"color": STANDINGS[standing].colour, "size": 13},
            )  # fmt: skip


_CLOSE = 0.2
"""Two points nearer to each other than this part of the scale would have their names overlap."""


def _shares(part: pd.DataFrame) -> list[str]:
    """`82.1% (23 of 28)` of each row."""
    return [
        f"{rounded(100 * row.proportion)}% ({row.numerator:,.0f} of {row.denominator:,.0f})"  # type: ignore[arg-type, operator]
        for row in part.itertuples()
    ]


def _alt(
    groups: pd.DataFrame,
    rate: Fraction,
    of: str,
    fewest: int,
    names: Mapping[str, str],
    one: str,
    many: str,
) -> str:
    """The chart in words: who is outside the limits of chance, how many are within, who is too small."""
    parts = [f"Funnel plot of {of}: {rounded(100 * float(rate))}% of all together."]
    for standing in ("higher", "lower"):
        part = groups[groups["standing"] == standing]
        each = [
            f"{names.get(group, f'another {one}')} {share}"
            for group, share in zip(part["group"], _shares(part), strict=True)
        ]
        if each:
            parts.append(f"{STANDINGS[standing].word.capitalize()}: {listed(each)}.")
    within = int((groups["standing"] == "within").sum())
    parts.append(f"Within expected variation: {count(within, one, many)}.")
    too_few = groups[groups["standing"] == "too_few"]
    if len(too_few):
        parts.append(f"Too few to compare (under {fewest}): {count(len(too_few), one, many)}.")
    return " ".join(parts)
