"""Control charts (XmR): points against the limits that `metrics/chance/spc.py` gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.chart import Chart, blank, say_where_it_starts
from charts.palette import BAND, INK, POINT_SYMBOLS, POINTS, QUIET
from charts.scale import first_of
from metrics.wording.words import rounded

Point = Mapping[str, float]


def control_chart(
    labels: Sequence[str],
    points: pd.DataFrame,
    *,
    of: str,
    said: str,
    suffix: str = "",
    band: tuple[float, float] | None = None,
    target: float | None = None,
    rebased: Mapping[str, str] | None = None,
) -> Chart:
    """The points of `metrics.spc.control_points`, joined, with mean and limits broken where they start anew.

    labels: every place on the axis in order, those without a point too; the index of `points` is of them.
    of, said: what it is of and what it says, for the text alternative. band, target: the standard.
    rebased: the labels at which limits start anew, and why. Limits are drawn no lower than 0 and, of a rate,
    no higher than 100.
    """
    percent = suffix == "%"
    ceiling = 100.0 if percent else None
    figure = go.Figure(layout=blank(height=300, right=76, top=34 if rebased else 16))
    if band:
        figure.add_shape(
            type="rect", x0=0, x1=1, xref="paper", y0=band[0], y1=band[1], fillcolor=BAND,
            line={"width": 0}, layer="below",
        )  # fmt: skip
    if target is not None:
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=target, y1=target,
            line={"color": INK, "width": 1.2, "dash": "dot"},
        )  # fmt: skip
    for _, part in points.groupby("base"):
        _draw_limits(figure, part, ceiling)
    _draw_points(figure, labels, points, suffix)
    for label, why in (rebased or {}).items():
        _mark_new_limits(figure, labels, label, why)
    start, end = _scale(points, ceiling, band, target)
    _name_the_lines(figure, points, suffix, ceiling, end - start)
    ticks = list(labels[:: -(-len(labels) // 5) or 1])
    figure.update_xaxes(
        showgrid=False, type="category", tickangle=0, tickvals=ticks,
        categoryorder="array", categoryarray=list(labels), range=[-0.5, len(labels) - 0.5],
    )  # fmt: skip
    figure.update_yaxes(
        range=[start, end + (0.02 * (end - start) if percent else 0)], ticksuffix=suffix, nticks=6
    )
    say_where_it_starts(figure, start)
    return Chart(figure, _alt(labels, points, of, said, suffix, band, target, rebased or {}))


def _scale(
    points: pd.DataFrame, ceiling: float | None, band: tuple[float, float] | None, target: float | None
) -> tuple[float, float]:
    """Where the scale starts and ends; of a rate (it has a ceiling) as `scale.py` says."""
    drawn = points[["value", "upper", "lower"]].to_numpy().ravel() if len(points) else np.array([])
    drawn = drawn[~np.isnan(drawn)]
    if ceiling is not None:
        return first_of(drawn, target), ceiling
    return 0.0, max([*drawn, band[1] if band else 1]) * 1.08


def _draw_limits(figure: go.Figure, part: pd.DataFrame, ceiling: float | None) -> None:
    """Mean and limits of one base: the limits dashed, and dotted while they are on trial."""
    dash = "dot" if part["on_trial"].iloc[0] else "dash"
    lines = {"mean": ("solid", 1.5), "upper": (dash, 1.5), "lower": (dash, 1.5)}
    for name, (style, width) in lines.items():
        ends = part[name].clip(lower=0, upper=ceiling)
        figure.add_trace(
            go.Scatter(
                x=list(part.index), y=list(ends), mode="lines", hoverinfo="skip",
                line={"color": QUIET, "width": width, "dash": style},
            )
        )  # fmt: skip


def _draw_points(figure: go.Figure, labels: Sequence[str], points: pd.DataFrame, suffix: str) -> None:
    """The months joined, except over a gap and where limits start anew; each signal has its own shape."""
    at = {label: place for place, label in enumerate(points.index)}
    x: list[str] = []
    y: list[float | None] = []
    base = None
    for label in labels:
        if label not in at:
            x.append(label)
            y.append(None)
            continue
        point = points.iloc[at[label]]
        if base is not None and point["base"] != base:
            x.append(label)
            y.append(None)
        base = point["base"]
        x.append(label)
        y.append(float(point["value"]))
    figure.add_trace(
        go.Scatter(x=x, y=y, mode="lines", hoverinfo="skip", line={"color": "#8A949E", "width": 1.5})
    )
    figure.add_trace(
        go.Scatter(
            x=list(points.index), y=list(points["value"]), mode="markers",
            marker={
                "symbol": [POINT_SYMBOLS[kind] for kind in points["point_type"]],
                "color": [POINTS[kind].colour for kind in points["point_type"]],
                "size": [8 if kind == "common_cause" else 12 for kind in points["point_type"]],
                "opacity": 1,
            },
            customdata=[
                f"{rounded(value)}{suffix}, {POINTS[kind].word}"
                for value, kind in zip(points["value"], points["point_type"], strict=True)
            ],
            hovertemplate="%{x}: %{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _name_the_lines(
    figure: go.Figure, points: pd.DataFrame, suffix: str, ceiling: float | None, whole: float
) -> None:
    """Mean and limits named and numbered at their right ends; a limit that cannot be reached has no line.

    whole: how much the scale shows.
    """
    if points.empty or pd.isna(points["upper"].iloc[-1]):
        return
    latest = points.iloc[-1]
    lines = {"upper limit": latest["upper"], "average": latest["mean"], "lower limit": latest["lower"]}
    lines = {
        word: float(value)
        for word, value in lines.items()
        if value >= 0 and (ceiling is None or value <= ceiling)
    }
    named = {word: f"{word}<br>{rounded(value)}{suffix}" for word, value in lines.items()}
    if max(lines.values()) - min(lines.values()) < _ROOM * whole * (len(lines) - 1):
        # Too close to be named apart.
        together = "<br>".join(f"{word.split()[0]} {rounded(value)}{suffix}" for word, value in lines.items())
        named = {"average": together}
    for word, text in named.items():
        figure.add_annotation(
            x=1, xref="paper", y=lines[word], xanchor="left", showarrow=False, align="left",
            text=text, font={"size": 12, "color": QUIET},
        )  # fmt: skip


_ROOM = 0.13
"""What two names above each other need, as a part of the scale."""


def _mark_new_limits(figure: go.Figure, labels: Sequence[str], label: str, why: str) -> None:
    """A line before the first month of new limits, and the reason above it."""
    place = list(labels).index(label) - 0.5
    figure.add_shape(
        type="line", x0=place, x1=place, y0=0, y1=1, yref="paper", line={"color": INK, "width": 1.2}
    )
    figure.add_annotation(
        x=place, y=1, yref="paper", yanchor="bottom", showarrow=False,
        xanchor="left" if place < len(labels) / 2 else "right",
        text=why if len(why) <= 40 else f"{why[:39]}…", font={"size": 12, "color": INK},
    )  # fmt: skip


def _alt(
    labels: Sequence[str],
    points: pd.DataFrame,
    of: str,
    said: str,
    suffix: str,
    band: tuple[float, float] | None,
    target: float | None,
    rebased: Mapping[str, str],
) -> str:
    """The chart in words: what it is of, what it says, its latest limits, which months are marked."""
    if points.empty:
        return f"Control chart of {of}: no values."

    def number(value: float) -> str:
        return f"{rounded(value)}{suffix}"

    latest = points.iloc[-1]
    parts = [f"Control chart of {of}, {labels[0]} to {labels[-1]}. {said}"]
    parts.append(f"Latest {number(latest['value'])}, average {number(latest['mean'])}")
    if pd.notna(latest["upper"]):
        lower = max(float(latest["lower"]), 0.0)
        upper = min(float(latest["upper"]), 100.0) if suffix == "%" else float(latest["upper"])
        parts[-1] += f", limits {number(lower)} to {number(upper)}"
    parts[-1] += "."
    if band:
        parts.append(f"The range is {band[0]:g} to {band[1]:g}{suffix}.")
    if target is not None:
        parts.append(f"The standard is {target:g}{suffix}.")
    marked = points[points["special_cause"]]
    each = [f"{label}: {POINTS[kind].word}" for label, kind in marked["point_type"].items()]
    parts.append(f"Marked months: {'; '.join(each)}." if each else "No month is marked.")
    parts += [f"New limits from {label}: {why}." for label, why in rebased.items()]
    return " ".join(parts)
