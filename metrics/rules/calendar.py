"""Days: calendar months, England's working days, and day columns as numpy arrays.

Every function takes and returns whole arrays of days (`datetime64[D]`; a blank is `NaT`) and has no
loop over rows: the working days of 1900 to 2102 are numbered once, and every question about them
becomes a look-up in that numbering.

Rules: `domain.md` section 1, rule 4 (months: Dodds v Walker [1981]) and rule 5 (working days: Care
Planning Regulations 2010, reg. 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.rows.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays

Days: TypeAlias = npt.NDArray[np.datetime64]
Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

FIRST_DAY, LAST_DAY = np.datetime64(f"{FIRST_YEAR}-01-01", "D"), np.datetime64(f"{LAST_YEAR}-12-31", "D")
"""The days whose working days are known. A day outside is treated as the nearer of the two."""

NO_DAY = np.datetime64("NaT", "D")


def as_days(values: Any) -> Days:
    """A column of days as `datetime64[D]`, whatever the store gave it as.

    Takes ISO text (SQLite), `date` objects (PostgreSQL), pandas or numpy datetimes; None, NaN and
    NaT become NaT. Each distinct value is read once, so long columns of text are cheap.
    """
    if isinstance(values, pd.Series | pd.Index):
        values = values.to_numpy() if values.dtype.kind == "M" else values.to_numpy(dtype=object)
    array = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    if array.dtype.kind == "M":
        return array.astype("datetime64[D]")
    codes, distinct = pd.factorize(array.astype(object))
    days = np.append(distinct.astype("datetime64[D]"), NO_DAY)  # code -1, a blank, is the last
    return days[codes]


def add_months(days: npt.ArrayLike, months: npt.ArrayLike) -> Days:
    """The same day of the month `months` on, or the last day of a shorter month (rule 4)."""
    given = np.asarray(days, dtype="datetime64[D]")
    month = given.astype("datetime64[M]")
    target = month + np.asarray(months, dtype=np.int64).astype("timedelta64[M]")
    day_in_month = given - month.astype("datetime64[D]")
    last_in_month = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]") - 1
    return target.astype("datetime64[D]") + np.minimum(day_in_month, last_in_month)


@cache
def days_off() -> Days:
    """England's bank holidays 1900-2102, one-off ones included, with those that fall on a weekend."""
    return np.array(sorted(bank_holidays()), dtype="datetime64[D]")


@cache
def _numbering() -> tuple[Integers, Days]:
    """(number of working days from 1900-01-01 up to each day, the working days themselves)."""
    every_day = np.arange(FIRST_DAY, LAST_DAY + 1)
    working = np.is_busday(every_day, holidays=days_off())
    return np.cumsum(working, dtype=np.int64), every_day[working]


def _number(days: Days) -> Integers:
    """Working days from 1900-01-01 up to and including each day; 0 before that and for NaT."""
    numbers, _ = _numbering()
    index = (days - FIRST_DAY).astype(np.int64)  # NaT is the least number there is
    return np.where(index >= 0, numbers[np.clip(index, 0, len(numbers) - 1)], 0)


def _numbered(numbers: Integers, blank: Flags) -> Days:
    """The working day with each number; NaT where `blank`."""
    _, working = _numbering()
    return np.where(blank, NO_DAY, working[np.clip(numbers - 1, 0, len(working) - 1)])


def ordinal(days: npt.ArrayLike) -> Integers:
    """The number of working days from 1900-01-01 up to and including each day (NaT: 0).

    Differences of ordinals count working days: `ordinal(b) - ordinal(a)` are those after a, up to b.
    """
    return _number(np.asarray(days, dtype="datetime64[D]"))


def is_working_day(days: npt.ArrayLike) -> Flags:
    """Whether each day is neither a Saturday, a Sunday nor a bank holiday of England (NaT: no)."""
    given = np.asarray(days, dtype="datetime64[D]")
    return _number(given) > _number(given - 1)


def working_days_after(days: npt.ArrayLike, count: npt.ArrayLike) -> Days:
    """The day `count` working days after each day, which itself is day 0 (Regs 33(1)).

    From a day off the count starts as from the working day before it, so that a child who becomes
    looked after on a Saturday has day 1 on the Monday.
    """
    given = np.asarray(days, dtype="datetime64[D]")
    return _numbered(_number(given) + np.asarray(count, dtype=np.int64), np.isnat(given))


def working_days_before(days: npt.ArrayLike, count: npt.ArrayLike) -> Days:
    """The `count`th working day met walking back from the day before each day (rule 5)."""
    given = np.asarray(days, dtype="datetime64[D]")
    return _numbered(_number(given - 1) - np.asarray(count, dtype=np.int64) + 1, np.isnat(given))


def working_days_between(start: npt.ArrayLike, end: npt.ArrayLike) -> Integers:
    """How many working days d have `start <= d < end`; 0 where the end is not after the start.

    For a step before a meeting, `working_days_between(step, meeting) >= N` says that it was done
    N working days before, that is on or before `working_days_before(meeting, N)`.
    """
    first, last = np.asarray(start, dtype="datetime64[D]"), np.asarray(end, dtype="datetime64[D]")
    return np.maximum(_number(last - 1) - _number(first - 1), 0)


def working_day_number(base: npt.ArrayLike, day: npt.ArrayLike) -> Integers:
    """On or by which working day after `base` each `day` lies: 0 on `base` or before it.

    `working_day_number(base, day) <= N` says that it was done within N working days, that is on or
    before `working_days_after(base, N)`.
    """
    start, done = np.asarray(base, dtype="datetime64[D]"), np.asarray(day, dtype="datetime64[D]")
    return np.where(done > start, 1 + _number(done - 1) - _number(start), 0)


def setting_on(history: Sequence[tuple[date | None, float]], days: Days) -> Integers:
    """The whole-number value a dated setting has on each day.

    `history` is (in force from, value), earliest first; before the first date the first value holds.
    """
    if len(history) == 1:
        return np.full(len(days), int(history[0][1]), dtype=np.int64)
    starts = np.array([start or date.min for start, _ in history], dtype="datetime64[D]")
    values = np.array([value for _, value in history]).astype(np.int64)
    at = np.searchsorted(starts, np.where(np.isnat(days), starts[0], days), side="right") - 1
    return values[np.maximum(at, 0)]
