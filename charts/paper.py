"""The charts of the screen drawn for paper: small, dark on white, told apart in greyscale.

Each takes what its namesake for the screen takes and says the same in words. Drawn by matplotlib without a
display and without its global state (`pyplot`), with the font that it brings.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

from charts.palette import ACCENT, BAND, INK, LINE, QUIET, SERIES
from charts.paper_chart import PaperChart
from charts.said import Line, Part, bars_said, stacked_said, trend_said
from charts.scale import first_of, starts_said
from metrics.wording.words import rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HALF, WHOLE, HALF_LANDSCAPE = 84.0, 174.0, 128.0
"""Widths in millimetres: half the column of a portrait A4 page, all of it, and half of a landscape one."""
_DPI = 220
_MM = 1 / 25.4
_SMALL = 7.5
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)))
_SYMBOLS = ("o", "s", "^")
_HATCHING = ("", "////", "")
_LOOK: Any = {
    "font.family": "DejaVu Sans",
    "font.size": _SMALL,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "hatch.linewidth": 0.7,
}


def trend(
    months: Sequence[str],
    lines: Sequence[Line],
    *,
    of: str,
    suffix: str = "",
    target: float | None = None,
    band: tuple[float, float] | None = None,
    width: float = WHOLE,
    height: float = 46,
) -> PaperChart:
    """Lines over months, each labelled at its end and told apart by dash and marker; the range is shaded."""
    with _drawn(width, height) as (figure, axes):
        given = [value for line in lines for value in line.values if value is not None]
        high = max([*given, target or 0, band[1] if band else 0], default=1) or 1
        low = 0.0
        if suffix == "%":
            low, high = first_of(given, target), 100.0
        places = range(len(months))
        if band:
            axes.axhspan(*band, color=BAND, linewidth=0)
            for edge in band:
                axes.axhline(edge, color=QUIET, linewidth=0.6, linestyle=(0, (1, 2)))
        if target is not None:
            axes.axhline(target, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        for place, line in enumerate(lines):
            values = [float("nan") if value is None else value for value in line.values]
            axes.plot(
                places, values, color=SERIES[place], linestyle=_DASHES[place], marker=_SYMBOLS[place],
                linewidth=1.5, markersize=3.2, markerfacecolor="white" if place else SERIES[place],
            )  # fmt: skip
        top = high if suffix == "%" else high * 1.12
        axes.set_ylim(low, top)
        axes.set_xlim(-0.4, max(len(months) - 1, 1) + 0.4)
        axes.grid(axis="y")
        axes.locator_params(axis="y", nbins=4, integer=True, steps=[1, 2, 5, 10])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}{suffix}")
        _name_months(axes, months, width)
        _name_ends(axes, lines, suffix, target, band)
        if low:
            axes.set_title(starts_said(low), fontsize=6.5, color=QUIET, loc="left")
        return _picture(figure, trend_said(months, lines, of, suffix, target, band), width, height)


def bars(
    labels: Sequence[str],
    values: Sequence[float | None],
    shown: Sequence[str],
    *,
    of: str,
    target: float | None = None,
    target_words: str = "",
    whole: float | None = None,
    width: float = WHOLE,
) -> PaperChart:
    """Horizontal bars from zero in the order given, each with `shown` beside it; `target` draws a line."""
    names = [_wrapped(label) for label in labels]
    height = 8 + sum(6.5 + 3.2 * name.count("\n") for name in names) + (5 if target is not None else 0)
    with _drawn(width, height) as (figure, axes):
        end = whole or max([value or 0 for value in values], default=0) or 1
        axes.barh(names, [value or 0 for value in values], height=0.62, color=ACCENT)
        for place, text in enumerate(shown):
            beside = end if whole else values[place] or 0
            axes.text(beside + end * 0.015, place, text, va="center", ha="left")
        if target is not None:
            axes.axvline(target, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
            axes.text(
                target, -0.5, f" {target_words} ", va="bottom", ha="right" if target > end * 0.6 else "left"
            )
        _lie_down(axes, end)
        said = bars_said(labels, shown, of, target_words if target is not None else "")
        return _picture(figure, said, width, height)


def stacked(
    labels: Sequence[str],
    parts: Sequence[Part],
    shown: Sequence[str],
    *,
    of: str,
    standards: Sequence[float | None] | None = None,
    width: float = WHOLE,
) -> PaperChart:
    """Bars as long as each other in parts, which differ by number and hatching as well as colour."""
    names = [_wrapped(label) for label in labels]
    height = 14 + sum(7 + 3.2 * name.count("\n") for name in names)
    wholes = [sum(numbers) for numbers in zip(*(part.numbers for part in parts), strict=True)]
    with _drawn(width, height) as (figure, axes):
        left = [0.0] * len(names)
        for place, part in enumerate(parts):
            shares = [100 * n / whole if whole else 0 for n, whole in zip(part.numbers, wholes, strict=True)]
            axes.barh(
                names, shares, left=left, height=0.66, color=part.fill, edgecolor=part.mark.colour,
                linewidth=0.8, hatch=_HATCHING[place % len(_HATCHING)],
                label=f"{part.mark.shape} {part.mark.word}",
            )  # fmt: skip
            for row, (share, number) in enumerate(zip(shares, part.numbers, strict=True)):
                if share > _ROOM_FOR_A_NUMBER:
                    axes.text(
                        left[row] + share / 2, row, f"{number:,}", va="center", ha="center",
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
                    )  # fmt: skip
            left = [at + share for at, share in zip(left, shares, strict=True)]
        for row, standard in enumerate(standards or ()):
            if standard is not None:
                axes.plot([standard, standard], [row - 0.45, row + 0.45], color=INK, linewidth=1.8)
        for row, text in enumerate(shown):
            axes.text(101.5, row, text, va="center", ha="left")
        _lie_down(axes, 100)
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=len(parts), frameon=False, borderaxespad=0.2,
            handlelength=1.2, handleheight=1,
        )  # fmt: skip
        return _picture(figure, stacked_said(labels, parts, wholes, of, standards), width, height)


_ROOM_FOR_A_NUMBER = 4
"""What a number in a part needs, in percent of the bar."""


@contextmanager
def _drawn(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """An empty chart of a size in millimetres, in the look that all share.

    matplotlib comes in here and not before: it takes longer than a first page may.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(_LOOK):
        figure = Figure((width * _MM, height * _MM), dpi=_DPI)
        figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02))
        FigureCanvasAgg(figure)
        yield figure, figure.subplots()


def _picture(figure: Figure, alt: str, width: float, height: float) -> PaperChart:
    """The picture; the same chart gives the same bytes."""
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return PaperChart(out.getvalue(), alt, width, height)


def _name_months(axes: Axes, months: Sequence[str], width: float) -> None:
    """As many months as there is room for, the last one always."""
    step = -(-len(months) // int(width // 18)) or 1
    ticks = [place for place in range(len(months)) if (len(months) - 1 - place) % step == 0]
    axes.set_xticks(ticks, [months[place] for place in ticks])


def _name_ends(
    axes: Axes,
    lines: Sequence[Line],
    suffix: str,
    target: float | None,
    band: tuple[float, float] | None,
) -> None:
    """What each line is and where it ends, to its right; the standard and the range there too, kept apart."""
    named: list[tuple[float, str, str]] = []
    for place, line in enumerate(lines):
        known = [value for value in line.values if value is not None]
        if known:
            name = f"{line.name} " if len(lines) > 1 else ""
            named.append((known[-1], f"{name}{rounded(known[-1])}{suffix}", SERIES[place]))
    if target is not None:
        named.append((target, f"standard {target:g}{suffix}", INK))
    if band:
        named.append((sum(band) / 2, f"range\n{band[0]:g} to {band[1]:g}{suffix}", QUIET))
    named.sort(key=lambda one: one[0])
    low, high = axes.get_ylim()
    of_a_line = (high - low) * _SMALL * 1.25 / (axes.get_window_extent().height / _DPI * 72 or 1)
    heights = [of_a_line * (1 + text.count("\n")) for _, text, _ in named]
    places = apart([value for value, _, _ in named], heights, low, high)
    for at, (_, text, colour) in zip(places, named, strict=True):
        axes.annotate(
            text, (1, at), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", ha="left", color=colour, fontweight="bold" if colour in SERIES else "normal",
            annotation_clip=False,
        )  # fmt: skip


def apart(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Where labels stand, from the lowest: within the scale, none on another, each as near as can be to where
    it belongs. All in the units of the scale; where there is not room for all, the lowest hang below it."""
    steps = [(one + other) / 2 for one, other in pairwise(heights)]
    above = list(accumulate(steps, initial=0.0))[: len(wanted)]
    touching: list[list[float]] = []
    for want, offset in zip(wanted, above, strict=True):
        group = [want - offset]
        while touching and fmean(touching[-1]) > fmean(group):
            group = touching.pop() + group
        touching.append(group)
    feet = [fmean(group) for group in touching for _ in group]
    return [min(max(foot, low), high - above[-1]) + offset for foot, offset in zip(feet, above, strict=True)]


def _lie_down(axes: Axes, end: float) -> None:
    """Bars' names on the left, the first on top; the scale from zero to `end` is not drawn."""
    axes.invert_yaxis()
    axes.set_xlim(0, end)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, 30))
