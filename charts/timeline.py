"""One child's time as lanes under each other: bands, what was due joined to what was done, days, weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import plotly.graph_objects as go

from charts.chart import Chart, blank
from charts.palette import ACCENT, INK, LINE, QUIET, Mark
from metrics.wording import words

DAY = timedelta(days=1)
_ROW = 38
"""The height of a lane, in pixels."""
_FILLS = ("#D6E6F5", "#EEF3F8")
"""Neighbouring bands: told apart by their edges too."""
_SYMBOLS = {"●": "circle", "◆": "diamond", "▲": "triangle-up",
    "►": "triangle-right", "○": "circle-open", "◇": "diamond-open",
            "✕": "x", "□": "square-open"}  # fmt: skip
_DAY_OF_PLOTLY = 86_400_000
"""A day in milliseconds: how long a bar on an axis of days is."""
_LETTERS = 88
"""How many letters fit beside each other across the chart at its narrowest (50rem, `wide_` in the frame)."""


@dataclass(frozen=True)
class Band:
    """Something that held from a day up to and with another; None: it goes on. said: more, at the pointer."""

    first: date
    last: date | None
    label: str
    said: str = ""


@dataclass(frozen=True)
class Due:
    """Something due by a day, where that is known, done on a day, where it was, and how that went."""

    due_on: date | None
    done_on: date | None
    mark: Mark

    @property
    def on(self) -> date | None:
        """Where its mark stands."""
        return self.done_on or self.due_on


@dataclass(frozen=True)
class Point:
    """Something that happened on a day."""

    on: date
    said: str


@dataclass(frozen=True)
class Lane:
    """One row of the timeline: what it is of, and what is on it. weekly: how many by the week's Monday."""

    name: str
    bands: tuple[Band, ...] = ()
    dues: tuple[Due, ...] = ()
    points: tuple[Point, ...] = ()
    weekly: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Window:
    """The time that is shown, and the day it is seen from."""

    first: date
    last: date
    as_at: date

    def shows(self, day: date | None) -> bool:
        """Whether a day lies in it, both ends included; one that is not known does not."""
        return day is not None and self.first <= day <= self.last

    def of(self, lane: Lane) -> Lane:
        """What of a lane lies in this time."""
        return Lane(
            lane.name,
            tuple(one for one in lane.bands if one.first <= self.last and self.end_of(one) > self.first),
            tuple(one for one in lane.dues if self.shows(one.due_on) or self.shows(one.done_on)),
            tuple(one for one in lane.points if self.shows(one.on)),
            tuple((week, number) for week, number in lane.weekly if self.shows(week)),
        )

    def end_of(self, band: Band) -> date:
        """One that goes on is drawn to the as-at day: more is not known."""
        return min((band.last or self.as_at) + DAY, self.last)


def timeline(lanes: Sequence[Lane], window: Window, *, of: str) -> Chart:
    """Lanes in the order given, over the time of the window; a line marks the day it is seen from.

    A lane without anything in that time says so. `of` says whose time it is, for the text alternative.
    """
    figure = go.Figure(layout=blank(height=76 + _ROW * len(lanes), right=16, top=36))
    marks: dict[str, Mark] = {}
    shown = [window.of(lane) for lane in lanes]
    for place, lane in enumerate(shown):
        _draw_bands(figure, lane.bands, -place, window)
        _draw_dues(figure, lane.dues, -place)
        _draw_points(figure, lane.points, -place)
        _draw_weeks(figure, lane.weekly, -place)
        marks |= {due.mark.word: due.mark for due in lane.dues}
        if lane == Lane(lane.name):
            figure.add_annotation(
                x=window.first.isoformat(), y=-place, text="none on record in this time", showarrow=False,
                xanchor="left", font={"size": 13, "color": QUIET},
            )  # fmt: skip
    _draw_axes(figure, shown, window)
    _draw_legend(figure, list(marks.values()))
    return Chart(figure, _said(shown, window, of))


def _draw_bands(figure: go.Figure, bands: Sequence[Band], y: int, window: Window) -> None:
    """Bands with their labels inside, as much of them as there is room for."""
    if not bands:
        return
    starts = [max(band.first, window.first) for band in bands]
    days = [(window.end_of(band) - start).days for band, start in zip(bands, starts, strict=True)]
    letters = _LETTERS / max((window.last - window.first).days, 1)
    figure.add_trace(
        go.Bar(
            base=[start.isoformat() for start in starts],
            x=[number * _DAY_OF_PLOTLY for number in days],
            y=[y] * len(bands), orientation="h", width=0.72, showlegend=False,
            marker={
                "color": [_FILLS[place % 2] for place in range(len(bands))],
                "line": {"color": ACCENT, "width": 1},
            },
            text=[
                _shortened(band.label, int(number * letters))
                for band, number in zip(bands, days, strict=True)
            ],
            textposition="inside", insidetextanchor="start", textangle=0, constraintext="none",
            textfont={"color": INK, "size": 13},
            customdata=[_held(band) for band in bands], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _shortened(label: str, letters: int) -> str:
    """A label that fits into so many letters; none where hardly one would."""
    if len(label) <= letters:
        return label
    return f"{label[: letters - 1].rstrip()}\u2026" if letters >= 5 else ""


def _held(band: Band) -> str:
    until = f"to {words.day(band.last)}" if band.last else "and goes on"
    more = f"<br>{band.said}" if band.said else ""
    return f"{band.label}<br>from {words.day(band.first)} {until}{more}"


def _draw_dues(figure: go.Figure, dues: Sequence[Due], y: int) -> None:
    """A stroke on the day something was due, joined to the mark of when it was done and how that went."""
    if not dues:
        return
    joined: list[tuple[str | None, int]] = []
    for due in dues:
        if due.due_on and due.done_on:
            joined += [(due.due_on.isoformat(), y), (due.done_on.isoformat(), y), (None, y)]
    figure.add_trace(
        go.Scatter(
            x=[day for day, _ in joined], y=[place for _, place in joined], mode="lines", showlegend=False,
            line={"color": QUIET, "width": 1.5}, hoverinfo="skip",
        )
    )  # fmt: skip
    strokes = [due.due_on.isoformat() for due in dues if due.due_on]
    figure.add_trace(
        go.Scatter(
            x=strokes, y=[y] * len(strokes), mode="markers", showlegend=False, hoverinfo="skip",
            marker={"symbol": "line-ns", "size": 18, "line": {"color": QUIET, "width": 2}},
        )
    )  # fmt: skip
    marked = [due for due in dues if due.on]
    figure.add_trace(
        go.Scatter(
            x=[due.on.isoformat() for due in marked if due.on], y=[y] * len(marked), mode="markers",
            showlegend=False,
            marker={
                "symbol": [_SYMBOLS[due.mark.shape] for due in marked], "size": 12,
                "color": [due.mark.colour for due in marked],
            },
            customdata=[_due_said(due) for due in marked], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _due_said(due: Due) -> str:
    days = [f"due {words.day(due.due_on)}"] if due.due_on else []
    days += [words.day(due.done_on)] if due.done_on else []
    return "<br>".join([words.sentence(due.mark.word), *days])


def _draw_points(figure: go.Figure, points: Sequence[Point], y: int) -> None:
    if points:
        figure.add_trace(
            go.Scatter(
                x=[point.on.isoformat() for point in points], y=[y] * len(points), mode="markers",
                showlegend=False, marker={"symbol": "circle", "size": 9, "color": ACCENT},
                customdata=[f"{words.day(point.on)}<br>{point.said}" for point in points],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip


def _draw_weeks(figure: go.Figure, weekly: Sequence[tuple[date, int]], y: int) -> None:
    """Thin bars that stand on the bottom of their lane, the highest as high as the lane."""
    if not weekly:
        return
    most = max(number for _, number in weekly)
    figure.add_trace(
        go.Bar(
            x=[week.isoformat() for week, _ in weekly], y=[0.8 * number / most for _, number in weekly],
            base=[y - 0.4] * len(weekly), offset=0, width=[6 * _DAY_OF_PLOTLY] * len(weekly),
            marker={"color": ACCENT}, showlegend=False,
            customdata=[
                f"{words.count(number, 'note')} in the week of {words.day(week)}" for week, number in weekly
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _draw_axes(figure: go.Figure, lanes: Sequence[Lane], window: Window) -> None:
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(
        type="date", range=[window.first.isoformat(), window.last.isoformat()], tickformat="%b %Y", nticks=9,
        side="top", gridcolor=LINE,
    )  # fmt: skip
    figure.update_yaxes(
        range=[0.6 - len(lanes), 0.6], showgrid=False, tickvals=[-place for place in range(len(lanes))],
        ticktext=[lane.name for lane in lanes], tickfont={"color": INK, "size": 14}, ticklabelstandoff=6,
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=window.as_at.isoformat(), x1=window.as_at.isoformat(), y0=0, y1=1, yref="paper",
        line={"color": INK, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        x=window.as_at.isoformat(), y=0, yref="paper", yanchor="top", text="as at this day", showarrow=False,
        xanchor="right", font={"size": 13, "color": INK},
    )  # fmt: skip


def _draw_legend(figure: go.Figure, marks: Sequence[Mark]) -> None:
    """What the marks of dues mean, in the words of the page; a stroke is the day it was due."""
    if not marks:
        return
    entries = [("the day it was due", "line-ns-open", QUIET)]
    entries += [(mark.word, _SYMBOLS[mark.shape], mark.colour) for mark in marks]
    for word, symbol, colour in entries:
        figure.add_trace(
            go.Scatter(
                x=[None], y=[None], mode="markers", name=word,
                marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2, "color": colour}},
            )
        )  # fmt: skip
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": -0.03, "yanchor": "top",
            "font": {"size": 13}, "itemclick": False, "itemdoubleclick": False,
        },
    )  # fmt: skip


def _said(lanes: Sequence[Lane], window: Window, of: str) -> str:
    """The chart in words, lane by lane."""
    start, end = words.day(window.first), words.day(window.last)
    each = [f"{lane.name}: {'; '.join(_lane_said(lane)) or 'none on record'}." for lane in lanes]
    return f"Timeline of {of}, {start} to {end}, as at {words.day(window.as_at)}. {' '.join(each)}"


def _lane_said(lane: Lane) -> Iterator[str]:
    for band in lane.bands:
        until = f"to {words.day(band.last)}" if band.last else "and goes on"
        yield f"{band.label} from {words.day(band.first)} {until}"
    for word, number in Counter(due.mark.word for due in lane.dues).items():
        yield f"{number:,} {word}"
    if lane.points:
        last = max(point.on for point in lane.points)
        yield f"{words.count(len(lane.points), 'time')}, the last on {words.day(last)}"
    if lane.weekly:
        total, most = sum(number for _, number in lane.weekly), max(number for _, number in lane.weekly)
        yield f"{total:,} in {words.count(len(lane.weekly), 'week')}, at most {most:,} in one"
