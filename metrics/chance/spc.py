"""Control charts (XmR): which months of a figure are chance, and which say that something changed.

Made in the manner of NHSRplotthedots: pure functions from a series to a table to a verdict; drawing adds
nothing to what they know. Rules and where they come from:

- centre: the mean. Limits: mean +- 2.66 x the mean moving range (the difference of neighbours); near limits
  at two thirds of that.
- Four signals: a point beyond a limit; seven or more in a row on one side of the mean; seven in a row each
  higher (or lower) than the one before; of three in a row on one side of the mean, two or more beyond the
  near limit, which are the ones that are marked. As Making Data Count has it since 2023, points beyond the
  limit itself count among the two (NHSRplotthedots issue 194).
- A signal that lies with the level (the first, second and fourth) outweighs a trend that points the other
  way: a figure below its limit is not called better because it has been rising (Making Data Count calls
  that improvement). A claim of improvement has to be supported by the chart.
- Limits start anew where somebody recorded that they do and why, never by themselves.
- A month without a value is no point. No moving range is taken across it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from standards import setting

Direction = Literal[-1, 0, 1]
"""1: higher is better; -1: lower is better; 0: neither."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

LIMIT = 2.66
"""Moving ranges from the mean to a limit: 3 / 1.128."""
NEAR = LIMIT * 2 / 3
OUTLYING = 3.267
"""A moving range so many times the mean of them is out of the ordinary (Nelson 1982)."""

SIGNALS = ("beyond_limit", "one_side", "trend", "near_limit")
"""The four, by the columns that hold them: 1 where a point is part of a high or rising one, -1 of a low or
falling one, 0 of none."""
_SIDES = ("beyond_limit", "one_side", "near_limit", "trend")
"""In the order in which they settle which way a point tells."""


@dataclass(frozen=True)
class Rules:
    """What a service decides about its control charts (`standards.toml`).

    run: how many in a row are a signal. enough: with fewer points since the limits began, they are on trial.
    screened: whether moving ranges out of the ordinary are left out of the limits.
    """

    run: int = 7
    enough: int = 12
    screened: bool = True


def rules_on(day: date) -> Rules:
    """The rules in force on a day."""
    return Rules(
        int(setting("spc_run_points", day)),
        int(setting("spc_enough_points", day)),
        bool(setting("spc_screens_outliers", day)),
    )


def direction_of(better: str) -> Direction:
    """Of a measure's `direction`: higher, lower or neither."""
    return {"higher": 1, "lower": -1, "neither": 0}[better]  # type: ignore[return-value]


def control_points(
    series: pd.Series, direction: Direction, rules: Rules, rebased: Collection[Hashable] = ()
) -> pd.DataFrame:
    """Each point of a series with its limits and what it signals.

    series: values by month or anything else in order; empty ones are left out of the result.
    rebased: where in its index limits start anew; what the index does not hold is passed over.

    Columns: `value`; `base` (0, 1, ...: the limits it belongs to); `mean, lower, upper, near_lower,
    near_upper` (limits are empty where there are no two neighbours); `left_out` (the moving range up to this
    point was screened); `beyond_limit, one_side, trend, near_limit` (-1, 0, 1); `special_cause`;
    `point_type` (common_cause, improvement, concern, high, low); `on_trial` (too few points for the limits).
    """
    values = series.astype(np.float64)
    known = values.notna().to_numpy(bool)
    starts = np.cumsum([label in rebased for label in values.index]) if len(values) else np.zeros(0, int)
    neighbours = np.concatenate([[False], known[:-1]])[known] if len(values) else np.zeros(0, bool)
    points = pd.DataFrame({"value": values[known]})
    points["base"] = pd.factorize(starts[known])[0]
    parts = [
        _of_one_base(part, neighbours[points["base"].to_numpy() == base], direction, rules)
        for base, part in points.groupby("base")
    ]
    return pd.concat(parts) if parts else _of_one_base(points, neighbours, direction, rules)


def _of_one_base(points: pd.DataFrame, neighbours: Flags, direction: Direction, rules: Rules) -> pd.DataFrame:
    y = points["value"].to_numpy()
    mean, reach, left_out = _limits(y, neighbours, rules.screened)
    side = _side(y, mean)
    beyond = np.where(np.abs(y - mean) > _just_over(reach * LIMIT, mean), side, 0)
    beyond_near = np.where(np.abs(y - mean) > _just_over(reach * NEAR, mean), side, 0)
    found = points.assign(
        mean=mean,
        lower=mean - LIMIT * reach,
        upper=mean + LIMIT * reach,
        near_lower=mean - NEAR * reach,
        near_upper=mean + NEAR * reach,
        left_out=left_out,
        beyond_limit=beyond,
        one_side=_runs(side, rules.run),
        trend=_trends(y, rules.run),
        near_limit=_two_of_three(beyond_near, side),
    )
    tells = _first_of([found[name].to_numpy() for name in _SIDES], len(y))
    found["special_cause"] = tells != 0
    found["point_type"] = np.select(
        [tells == 0, tells * direction > 0, tells * direction < 0, tells > 0],
        ["common_cause", "improvement", "concern", "high"],
        "low",
    ).astype(object)
    found["on_trial"] = len(y) < rules.enough
    return found


def _limits(y: Floats, neighbours: Flags, screened: bool) -> tuple[float, float, Flags]:
    """The mean, the mean moving range (empty without two neighbours), and which moving ranges were left out.

    Screened once only: ranges that stand out from the mean of all are left out, and the mean taken again.
    """
    if not len(y):
        return np.nan, np.nan, np.zeros(0, bool)
    ranges = np.abs(np.diff(y, prepend=np.nan))
    ranges[~neighbours] = np.nan
    ranges[0] = np.nan
    kept = ~np.isnan(ranges)
    if not kept.any():
        return float(y.mean()), np.nan, np.zeros(len(y), bool)
    ordinary = float(ranges[kept].mean())
    left_out = kept & (ranges >= OUTLYING * ordinary) & (ordinary > 0) & screened
    return float(y.mean()), float(ranges[kept & ~left_out].mean()), left_out


def _just_over(reach: float, mean: float) -> float:
    """A distance that rounding in the last place does not take for more."""
    return reach + 1e-9 * max(abs(mean), reach, 1e-300) if not np.isnan(reach) else np.inf


def _side(y: Floats, mean: float) -> Numbers:
    """1 above the mean, -1 below, 0 on it but for the last place of a float."""
    return np.where(np.isclose(y, mean, rtol=1e-9, atol=0), 0, np.sign(y - mean)).astype(np.int64)


def _runs(side: Numbers, run: int) -> Numbers:
    """Every point of so many or more in a row on one side."""
    found = np.zeros(len(side), np.int64)
    for last in range(run - 1, len(side)):
        window = side[last - run + 1 : last + 1]
        if window[0] and (window == window[0]).all():
            found[last - run + 1 : last + 1] = window[0]
    return found


def _trends(y: Floats, run: int) -> Numbers:
    """Every point of so many or more in a row each higher, or each lower, than the one before.

    Where one run turns into another at a point, the later one is said of it.
    """
    steps = np.sign(np.diff(y)).astype(np.int64)
    found = np.zeros(len(y), np.int64)
    for last in range(run - 1, len(y)):
        window = steps[last - run + 1 : last]
        if window[0] and (window == window[0]).all():
            found[last - run + 1 : last + 1] = window[0]
    return found


def _two_of_three(beyond_near: Numbers, side: Numbers) -> Numbers:
    """The points beyond a near limit, of three in a row on one side of which two or more are."""
    found = np.zeros(len(side), np.int64)
    for first in range(len(side) - 2):
        window = slice(first, first + 3)
        if abs(side[window].sum()) == 3 and np.count_nonzero(beyond_near[window]) >= 2:
            found[window] = np.where(beyond_near[window] != 0, beyond_near[window], found[window])
    return found


def _first_of(signals: list[Numbers], length: int) -> Numbers:
    """Of each point the first signal that says anything."""
    tells = np.zeros(length, np.int64)
    for signal in signals:
        tells = np.where(tells == 0, signal, tells)
    return tells


Variation = Literal["common_cause", "improvement", "concern", "high", "low", "none"]
Assurance = Literal["within", "below", "above", "met", "not_met", "hit_and_miss", "none"]


@dataclass(frozen=True)
class Verdict:
    """What a control chart says, by its latest point.

    variation: whether the latest point is chance, and if not which way it tells; none without limits.
    tells: 1 where it tells of more, -1 of less, 0 of nothing. signals: which of the four, in their order.
    assurance: whether the standard lies where chance will keep meeting it; none without one. met or not_met
    for a target on one side, within, below or above for a range, hit_and_miss where chance decides.
    points: how many the limits rest on. on_trial: too few of them. left_out: moving ranges screened out.
    """

    variation: Variation
    tells: int
    signals: tuple[str, ...]
    assurance: Assurance
    points: int
    on_trial: bool
    left_out: int


def verdict(points: pd.DataFrame, low: float | None = None, high: float | None = None) -> Verdict:
    """What `control_points` say in sum, against a target from below, from above or a range."""
    if points.empty:
        return Verdict("none", 0, (), "none", 0, True, 0)
    latest = points.iloc[-1]
    base = points[points["base"] == latest["base"]]
    has_limits = bool(pd.notna(latest["upper"]))
    tells = next((int(latest[name]) for name in _SIDES if latest[name]), 0)
    return Verdict(
        variation=latest["point_type"] if has_limits else "none",
        tells=tells if has_limits else 0,
        signals=tuple(name for name in SIGNALS if latest[name] == tells != 0),
        assurance=_assurance(latest, low, high) if has_limits else "none",
        points=len(base),
        on_trial=bool(latest["on_trial"]),
        left_out=int(base["left_out"].sum()),
    )


def _assurance(latest: pd.Series, low: float | None, high: float | None) -> Assurance:
    """Where the standard lies against the limits of the latest point."""
    lower, upper = float(latest["lower"]), float(latest["upper"])
    if low is None and high is None:
        return "none"
    if low is not None and upper < low:
        return "below" if high is not None else "not_met"
    if high is not None and lower > high:
        return "above" if low is not None else "not_met"
    if (low is None or lower >= low) and (high is None or upper <= high):
        return "met" if low is None or high is None else "within"
    return "hit_and_miss"
