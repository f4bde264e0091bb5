"""Charts in words: the text alternative of a chart, the same on the screen and on paper.

Nothing here draws, so that a document does not bring in what draws for the screen, nor a page what draws for
paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from charts.palette import Mark
from metrics.wording.words import rounded


class Line(NamedTuple):
    """One series: its name and a value for each month, None where there is none."""

    name: str
    values: Sequence[float | None]


class Part(NamedTuple):
    """One part of every bar: its mark, how it is filled, and how many of each bar it has."""

    mark: Mark
    fill: str
    numbers: Sequence[int]


def trend_said(
    months: Sequence[str],
    lines: Sequence[Line],
    of: str,
    suffix: str = "",
    target: float | None = None,
    band: tuple[float, float] | None = None,
) -> str:
    """The chart in words: what it is of, where each line starts and ends, its lowest and highest month."""
    parts = [f"Line chart of {of}, {months[0]} to {months[-1]}." if months else f"Line chart of {of}."]
    if target is not None:
        parts.append(f"The standard is {target:g}{suffix}.")
    if band:
        parts.append(f"The range is {band[0]:g} to {band[1]:g}.")
    for line in lines:
        known = [
            (value, month) for value, month in zip(line.values, months, strict=True) if value is not None
        ]
        if not known:
            parts.append(f"{line.name}: no values.")
            continue
        (first, _), (last, _) = known[0], known[-1]
        (lowest, low_month), (highest, high_month) = min(known), max(known)
        parts.append(
            f"{line.name}: from {rounded(first)}{suffix} to {rounded(last)}{suffix}; "
            f"lowest {rounded(lowest)}{suffix} in {low_month}, "
            f"highest {rounded(highest)}{suffix} in {high_month}."
        )
    return " ".join(parts)


def bars_said(labels: Sequence[str], shown: Sequence[str], of: str, target_words: str = "") -> str:
    """The chart in words: every bar with what is written beside it."""
    each = "; ".join(f"{label}: {text}" for label, text in zip(labels, shown, strict=True))
    standard = f" The line marks {target_words}." if target_words else ""
    return f"Bar chart of {of}.{standard} {each}."


def stacked_said(
    labels: Sequence[str],
    parts: Sequence[Part],
    wholes: Sequence[int],
    of: str,
    standards: Sequence[float | None] | None = None,
) -> str:
    """The chart in words: the parts of every bar, and its standard."""
    said = []
    for place, label in enumerate(labels):
        each = ", ".join(f"{part.numbers[place]:,} {part.mark.word}" for part in parts)
        standard = standards[place] if standards else None
        against = f" (standard {standard:g}%)" if standard is not None else ""
        said.append(f"{label}{against}: {each} of {wholes[place]:,}")
    return f"Bar chart of {of}. {'; '.join(said)}."
