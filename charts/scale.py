"""Where the scale of a rate starts, on the screen as on paper.

Lines and points may leave zero out where they would lie in the topmost part of an empty picture: a chart
that does says so (`charts.md`, "axis"). Bars never do.
"""

from __future__ import annotations

from collections.abc import Iterable

_WELL_ABOVE = 55
"""Percent: what all of a rate lies above where its scale may start later than at zero."""


def first_of(rates: Iterable[float], target: float | None = None) -> float:
    """The percent that a scale to 100 starts at: 0, or the ten that leaves room below all that is drawn."""
    lowest = min([*rates, *(() if target is None else (target,))], default=0.0)
    return (lowest - 5) // 10 * 10.0 if lowest >= _WELL_ABOVE else 0.0


def starts_said(first: float) -> str:
    """What stands on a chart whose scale starts at `first` percent; nothing where that is 0."""
    return f"the scale starts at {first:g}%" if first else ""
