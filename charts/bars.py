"""Horizontal bars: one number for each of a few groups, labelled on the bar."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import ACCENT, INK


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
) -> Chart:
    """Bars from zero in the order given, each with `shown` beside it.

    `of` says what is counted, for the text alternative; `target` draws a line; `whole` fixes the
    end of the scale (100 for a rate). A value of None has no bar and says so in `shown`.
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
            height=56 + (42 if any("<br>" in name for name in names) else 34) * len(labels),
            right=136 if whole else 96,
            top=28 if target is not None else 8,
        ),
    )
    if whole is not None:  # all in one column beyond the scale, clear of the line that marks the target
        for name, text in zip(names, shown, strict=True):
            figure.add_annotation(
                x=1.01, xref="paper", y=name, text=text, showarrow=False, xanchor="left",
                font={"size": 14, "color": INK},
            )  # fmt: skip
    end = whole or max([value or 0 for value in values], default=0) or 1
    figure.update_xaxes(range=[0, end], visible=False)
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticklabelstandoff=6, tickfont={"color": INK, "size": 14}
    )
    if target is not None:
        figure.add_shape(
            type="line", x0=target, x1=target, y0=0, y1=1, yref="paper",
            line={"color": INK, "width": 1.5, "dash": "dash"},
        )  # fmt: skip
        figure.add_annotation(
            x=target, y=1, yref="paper", yanchor="bottom", text=target_words, showarrow=False,
            font={"size": 13, "color": INK}, xanchor="right" if target > end * 0.6 else "left",
        )  # fmt: skip
    each = "; ".join(f"{label}: {text}" for label, text in zip(labels, shown, strict=True))
    standard = f" The line marks {target_words}." if target is not None else ""
    return Chart(figure, f"Bar chart of {of}.{standard} {each}.")


def _wrapped(label: str) -> str:
    """A label on lines short enough for a phone."""
    return "<br>".join(textwrap.wrap(label, 18))
