"""Funnel plots: proportions of groups of different sizes against what chance alone would make of one rate.

Limits are exact binomial ones at 95% and 99.8% (about two and three standard deviations; Spiegelhalter 2005,
doi 10.1002/sim.1970): summed in logarithms, and with `math.comb` and whole numbers where a sum lies so near
2.5% or 0.1% that a float could not tell.

A proportion of n can only be one of 0/n, 1/n ... n/n, so an exact limit is a step: the fewest, and the most,
that chance would bring with the probability wanted. They are drawn as the steps they are, at whole n, and not
interpolated: a point is outside on the chart exactly where the words beside it say so.

Nobody is ranked: a group is within what chance explains, higher or lower than expected, or too small to
compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import comb, lgamma, log
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from standards import setting

ALERT = Fraction(25, 1000)
"""Of each tail outside the 95% limits."""
ALARM = Fraction(1, 1000)
"""Of each tail outside the 99.8% limits."""
TIE = 1e-9
"""Floats closer to a probability than this are compared exactly."""

Standing = Literal["within", "higher", "lower", "too_few"]

WORDS = {
    "within": "within expected variation",
    "higher": "higher than expected",
    "lower": "lower than expected",
    "too_few": "too few to compare",
}
"""How a standing is said: never better, worse, best or worst."""


@dataclass(frozen=True)
class Limits:
    """The counts of n that chance explains, both ends included, at 95% and at 99.8%."""

    low_alarm: int
    low_alert: int
    high_alert: int
    high_alarm: int


def tail_at_most(counted: int, of: int, rate: Fraction) -> float:
    """The probability that chance brings `counted` or fewer `of` so many at a rate, in floats."""
    if counted < 0:
        return 0.0
    return float(_tails(of, rate)[min(counted, of)])


def exact_tail(counted: int, of: int, rate: Fraction) -> Fraction:
    """The same as `tail_at_most` with whole numbers only: the sum of C(n, k) p^k q^(n-k)."""
    p, whole = rate.numerator, rate.denominator
    q = whole - p
    total = sum(comb(of, k) * p**k * q ** (of - k) for k in range(min(counted, of) + 1))
    return Fraction(total, whole**of)


def _tails(of: int, rate: Fraction) -> npt.NDArray[np.float64]:
    """The tail of every count from 0 to `of`, by logarithms: correct to 12 places and more."""
    if rate in (0, 1):
        return np.where(np.arange(of + 1) >= of * int(rate), 1.0, 0.0)
    k, logs = np.arange(of + 1), _log_factorials(of)
    ways = logs[of] - logs[k] - logs[of - k]
    tails: npt.NDArray[np.float64] = np.cumsum(np.exp(ways + k * log(rate) + (of - k) * log(1 - rate)))
    return tails


def _log_factorials(most: int) -> npt.NDArray[np.float64]:
    return _all_log_factorials(1 << max(most, 1).bit_length())[: most + 1]


@lru_cache(maxsize=32)
def _all_log_factorials(below: int) -> npt.NDArray[np.float64]:
    return np.array([lgamma(n + 1) for n in range(below)])


@lru_cache(maxsize=4096)
def limits(of: int, rate: Fraction) -> Limits:
    """What chance makes of so many at a rate.

    A count is outside where it, or anything further out, has a probability below 2.5% (alert) or 0.1%
    (alarm). Raises ValueError for a rate that is not from 0 to 1.
    """
    if not 0 <= rate <= 1 or of < 0:
        raise ValueError("a rate lies from 0 to 1, and nothing is fewer than none")
    low, high = _tails(of, rate), _tails(of, 1 - rate)
    return Limits(
        _lowest(low, of, rate, ALARM),
        _lowest(low, of, rate, ALERT),
        of - _lowest(high, of, 1 - rate, ALERT),
        of - _lowest(high, of, 1 - rate, ALARM),
    )


def _lowest(tails: npt.NDArray[np.float64], of: int, rate: Fraction, wanted: Fraction) -> int:
    """The lowest count whose tail, it and all below, reaches a probability; a tie is settled exactly."""
    counted = int(np.searchsorted(tails, float(wanted) - TIE))
    while tails[counted] < float(wanted) + TIE and exact_tail(counted, of, rate) < wanted:
        counted += 1
    return counted


def compared(groups: pd.DataFrame, *, fewest: int, rate: Fraction | None = None) -> pd.DataFrame:
    """Each group's proportion against what chance explains.

    groups: `group, numerator, denominator`, whole numbers, in the order in which they are to be shown.
    fewest: groups of fewer are not compared. rate: what to compare with; by default that of all groups taken
    together, the small ones included.

    Columns besides: `proportion` (0 to 1; empty where there is nothing), `expected`, `low_alarm, low_alert,
    high_alert, high_alarm` (proportions), `standing` (within, higher, lower, too_few), `alarm` (outside the
    99.8% limits too). Raises ValueError for counts that are not whole or more than what they are out of.
    """
    counts = [_whole(n, of) for n, of in zip(groups["numerator"], groups["denominator"], strict=True)]
    expected = service_rate(counts) if rate is None else rate
    found = [_one(counted, of, expected, fewest) for counted, of in counts]
    columns = (
        "proportion", "expected", "low_alarm", "low_alert", "high_alert", "high_alarm", "standing", "alarm",
    )  # fmt: skip
    told = pd.DataFrame(found, columns=list(columns), index=groups.index)
    return pd.concat([groups, told], axis=1)


def service_rate(counts: Iterable[tuple[int, int]]) -> Fraction | None:
    """The rate of all taken together; None where there is nothing to count."""
    pairs = list(counts)
    out_of = sum(of for _, of in pairs)
    return Fraction(sum(counted for counted, _ in pairs), out_of) if out_of else None


def _whole(counted: float, of: float) -> tuple[int, int]:
    if counted != int(counted) or of != int(of) or not 0 <= counted <= of:
        raise ValueError("a proportion is of whole numbers, from none to all")
    return int(counted), int(of)


def _one(counted: int, of: int, rate: Fraction | None, fewest: int) -> tuple[object, ...]:
    proportion = counted / of if of else None
    if rate is None or of < fewest or not of:
        expected = None if rate is None else float(rate)
        return (proportion, expected, None, None, None, None, "too_few", False)
    by_chance = limits(of, rate)
    standing: Standing = "within"
    if counted < by_chance.low_alert:
        standing = "lower"
    elif counted > by_chance.high_alert:
        standing = "higher"
    alarm = counted < by_chance.low_alarm or counted > by_chance.high_alarm
    edges = (by_chance.low_alarm, by_chance.low_alert, by_chance.high_alert, by_chance.high_alarm)
    return (proportion, float(rate), *(edge / of for edge in edges), standing, alarm)


def curve(rate: Fraction, fewest: int, most: int) -> pd.DataFrame:
    """The limits for every size from `fewest` to `most`: `of` and the four limits as proportions."""
    rows = []
    for of in range(max(fewest, 1), most + 1):
        found = limits(of, rate)
        edges = (found.low_alarm, found.low_alert, found.high_alert, found.high_alarm)
        rows.append((of, *(edge / of for edge in edges)))
    return pd.DataFrame(rows, columns=["of", "low_alarm", "low_alert", "high_alert", "high_alarm"])


def fewest_on(day: date) -> int:
    """With how many a group is large enough to be compared, as decided on a day."""
    return int(setting("funnel_fewest", day))
