"""Horizontal bars, one for each of a few groups: a number labelled on the bar, or the parts of a whole."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import ACCENT, INK
from charts.said import Part, bars_said, stacked_said

__all__ = ["Part", "bars", "stacked"]


def bars(
    labels: Sequence[str],
    values: Sequence[float | None],
    shown: Sequence[str],
    *,
    of: str,
    colours: Sequence[str] | None = None,
    target: float | None = None,
    target_words: str = "",
    whole: float | None = None,
    beside: Sequence[float | None] = (),
    beside_words: str = "",
) -> Chart:
    """Bars from zero in the order given, each with `shown` beside it.

    `of` says what is counted, for the text alternative; `target` draws a line; `whole` fixes the
    end of the scale (100 for a rate). A value of None has no bar and says so in `shown`.
    `beside` marks on each bar what somebody else's would be, in percent, and `beside_words` who that is.
    """
    names = [_wrapped(label) for label in labels]
    figure = go.Figure(
        go.Bar(
            x=[0 if value is None else value for value in values],
            y=names,
            orientation="h",
            marker={"color": list(colours) if colours else ACCENT},
            text=list(shown) if whole is None else None,
            textposition="outside",
            textfont={"color": INK, "size": 14},
            cliponaxis=False,
            customdata=list(shown),
            hovertemplate="%{y}: %{customdata}<extra></extra>",
            width=0.62,
        ),
        blank(
            height=56 + _row_height(names) * len(labels),
            right=152 if whole else _room(shown),
            top=28 if target is not None or beside else 8,
        ),
    )
    if whole is not None:
        _write_beyond_the_scale(figure, names, shown)
    end = whole or max([value or 0 for value in values], default=0) or 1
    _name_the_bars(figure, end)
    if beside:
        mark = {"symbol": "diamond", "size": 12, "color": "white", "line": {"width": 2, "color": INK}}
        _mark(figure, names, beside, beside_words, mark)
        figure.update_traces(showlegend=False, selector={"type": "bar"})
        figure.update_layout(showlegend=True, legend=_LEGEND)
    if target is not None:
        _draw_the_target(figure, target, target_words, end)
    with_others = [
        f"{text}, {beside_words} {other:g}%" if other is not None else text
        for text, other in zip(shown, beside or [None] * len(shown), strict=True)
    ]
    return Chart(figure, bars_said(labels, with_others, of, target_words if target is not None else ""))


def stacked(
    labels: Sequence[str],
    parts: Sequence[Part],
    shown: Sequence[str],
    *,
    of: str,
    standards: Sequence[float | None] | None = None,
) -> Chart:
    """Bars as long as each other, each the whole of its group, in parts; `shown` stands beside it.

    Parts are told apart by shape, number and hatching as well as colour. `standards` marks, in percent, how
    much of a bar the first part should be.
    """
    names = [_wrapped(label) for label in labels]
    wholes = [sum(numbers) for numbers in zip(*(part.numbers for part in parts), strict=True)]
    figure = go.Figure(
        layout=blank(height=72 + _ROW_WITH_NUMBERS * len(labels), right=_room(shown), top=36),
    )
    for place, part in enumerate(parts):
        outline = {"color": part.mark.colour, "width": 1.5}
        hatching = {"shape": _HATCHING[place], "fgcolor": "white", "bgcolor": part.fill, "solidity": 0.3}
        figure.add_trace(
            go.Bar(
                x=list(part.numbers), y=names, orientation="h", width=0.66,
                name=f"{part.mark.shape} {part.mark.word}",
                marker={"color": part.fill, "line": outline, "pattern": hatching},
                text=[_inside(part, *of_whole) for of_whole in zip(part.numbers, wholes, strict=True)],
                textposition="inside", insidetextanchor="middle", textangle=0,
                textfont={"color": "white" if part.fill == part.mark.colour else INK, "size": 13},
                customdata=[f"{number:,} {part.mark.word}" for number in part.numbers],
                hovertemplate="%{y}: %{customdata}<extra></extra>",
            )
        )  # fmt: skip
    if standards is not None and any(standard is not None for standard in standards):
        mark = {"symbol": "line-ns-open", "size": 26, "color": INK, "line": {"width": 3}}
        _mark(figure, names, standards, "the standard", mark)
    _write_beyond_the_scale(figure, names, shown)
    _name_the_bars(figure, 100 + _ROUNDING)
    figure.update_layout(
        barmode="stack",
        barnorm="percent",
        showlegend=True,
        uniformtext={"minsize": 12, "mode": "hide"},
        legend=_LEGEND,
    )
    return Chart(figure, stacked_said(labels, parts, wholes, of, standards))


def _inside(part: Part, number: int, whole: int) -> str:
    """What is written in a part: its number, and its shape where there is room for both."""
    if not number:
        return ""
    return f"{number:,}" if number < _NARROW * whole else f"{part.mark.shape} {number:,}"


_NARROW = 0.06
"""The share of a bar below which a part has room for its number alone."""
_ROUNDING = 1e-6
"""Percent: the parts of a bar may add up to a hair more than 100, and plotly hides what is written in one
that ends beyond the scale."""
_CLEAR = 10
"""Pixels between the bars and what stands beside them: more than half a mark, which may lie on either end."""
_LEGEND = {
    "orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "traceorder": "normal",
    "font": {"size": 13}, "itemclick": False, "itemdoubleclick": False,
}  # fmt: skip
_ROW_WITH_NUMBERS = 42
"""High enough for a number in each part, in pixels."""
_HATCHING = ("", "/", "", "")
"""Of the first part, the second and so on, so that neighbours differ in greyscale."""


def _mark(
    figure: go.Figure, names: Sequence[str], at: Sequence[float | None], what: str, mark: dict[str, Any]
) -> None:
    """A mark on every bar that has one, and in the legend what it is of."""
    figure.add_trace(
        go.Scatter(
            x=list(at), y=names, mode="markers", name=what, cliponaxis=False, marker=mark,
            hovertemplate=f"%{{y}}: {what} %{{x:g}}%<extra></extra>",
        )
    )  # fmt: skip


def _draw_the_target(figure: go.Figure, target: float, words: str, end: float) -> None:
    """A line across all bars, named above it to the side where there is room; the scale goes to `end`."""
    figure.add_shape(
        type="line", x0=target, x1=target, y0=0, y1=1, yref="paper",
        line={"color": INK, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        x=target, y=1, yref="paper", yanchor="bottom", text=words, showarrow=False,
        font={"size": 13, "color": INK}, xanchor="right" if target > end * 0.6 else "left",
    )  # fmt: skip


def _write_beyond_the_scale(figure: go.Figure, names: Sequence[str], shown: Sequence[str]) -> None:
    """What is written beside the bars, all in one column, clear of what marks the target."""
    for name, text in zip(names, shown, strict=True):
        figure.add_annotation(
            x=1, xref="paper", xshift=_CLEAR, y=name, text=text, showarrow=False, xanchor="left",
            font={"size": 14, "color": INK},
        )  # fmt: skip


def _name_the_bars(figure: go.Figure, end: float) -> None:
    """The bars' names, the first on top; the scale from zero to `end` is not drawn."""
    figure.update_xaxes(range=[0, end], visible=False)
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticklabelstandoff=_CLEAR, tickfont={"color": INK, "size": 14}
    )


def _room(shown: Sequence[str]) -> int:
    """Wide enough for what is written beside the bars, in pixels."""
    return max(96, 16 + 8 * max(map(len, shown), default=0))


def _row_height(names: Sequence[str]) -> int:
    """High enough for the longest name, in pixels."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    return {1: 34, 2: 42}.get(lines, 20 * lines)


def _wrapped(label: str) -> str:
    """A label on lines short enough for a phone."""
    return "<br>".join(textwrap.wrap(label, 18))
