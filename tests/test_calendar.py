"""Months, working days and bank holidays: the worked dates of `domain.md` section 1, and all of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from metrics.rules.calendar import (
    add_months,
    as_days,
    days_off,
    is_working_day,
    ordinal,
    setting_on,
    working_day_number,
    working_days_after,
    working_days_before,
    working_days_between,
)


def day(text: str) -> np.ndarray:
    return np.array([text], dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("looked_after_from", "due"),
    [
        ("2026-01-05", "2026-02-02"),
        ("2026-01-03", "2026-01-30"),
        ("2026-01-04", "2026-01-30"),
        ("2025-12-12", "2026-01-14"),
        ("2026-03-20", "2026-04-21"),
        ("2022-09-01", "2022-09-30"),
        ("2026-05-01", "2026-06-02"),
    ],
)
def test_twenty_working_days_after_a_child_becomes_looked_after(looked_after_from: str, due: str) -> None:
    assert working_days_after(day(looked_after_from), 20) == day(due)


@pytest.mark.parametrize(
    ("held", "months", "due"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-11-30", 6, "2026-05-30"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-11-30", 6, "2025-05-30"),
        ("2025-08-31", 3, "2025-11-30"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-03-31", 3, "2026-06-30"),
        ("2026-03-31", 6, "2026-09-30"),
        ("1969-10-31", 6, "1970-04-30"),
    ],
)
def test_months_run_to_the_corresponding_day_or_the_last_of_a_shorter_month(
    held: str, months: int, due: str
) -> None:
    assert add_months(day(held), months) == day(due)


def test_months_can_differ_from_day_to_day_and_a_blank_stays_blank() -> None:
    days = as_days(["2025-08-31", None, "2025-08-31"])
    assert as_days(["2025-11-30", None, "2026-02-28"]).tolist() == add_months(days, [3, 6, 6]).tolist()


def test_the_nth_working_day_before_a_sunday_is_met_walking_back_from_the_saturday() -> None:
    assert working_days_before(day("2026-03-08"), 2) == day("2026-03-05")
    assert working_days_before(day("2026-03-08"), 10) == day("2026-02-23")


def test_twenty_eight_days_is_not_twenty_working_days_for_a_child_who_enters_on_a_weekend() -> None:
    for entered in ("2026-01-03", "2026-01-04"):
        assert working_days_after(day(entered), 20) < day(entered) + 28
    assert working_days_after(day("2026-01-05"), 20) == day("2026-01-05") + 28


def test_one_off_bank_holidays_are_not_working_days() -> None:
    for one_off in ("1995-05-08", "1999-12-31", "2002-06-03", "2011-04-29", "2022-09-19", "2023-05-08"):
        assert not is_working_day(day(one_off))[0]
    assert is_working_day(day("2022-09-20"))[0]


def test_bank_holidays_agree_with_gov_uk_for_every_year_it_lists() -> None:
    listed = {
        holiday["date"]
        for holiday in BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    }
    years = {holiday.year for holiday in listed}
    ours = {
        holiday
        for holiday in days_off().tolist()
        if min(years) <= holiday.year <= max(years) and holiday.weekday() < 5
    }
    assert min(years) == 2012
    assert ours == {holiday for holiday in listed if holiday.weekday() < 5}


def _slow_after(start: date, count: int, off: set[date]) -> date:
    """Day `count` counted with a finger: each working day after the start is one more."""
    at = start
    while count == 0 and (at.weekday() > 4 or at in off):
        at -= timedelta(1)
    while count:
        at += timedelta(1)
        count -= at.weekday() < 5 and at not in off
    return at


def _slow_before(meeting: date, count: int, off: set[date]) -> date:
    at = meeting
    while count:
        at -= timedelta(1)
        count -= at.weekday() < 5 and at not in off
    return at


def test_working_days_agree_with_counting_on_the_fingers_over_three_years() -> None:
    off = set(days_off().tolist())
    starts = [date(2021, 12, 1) + timedelta(n) for n in range(3 * 365)]
    days = np.array(starts, dtype="datetime64[D]")
    for count in (1, 2, 5, 10, 15, 20):
        assert working_days_after(days, count).tolist() == [_slow_after(at, count, off) for at in starts]
        assert working_days_before(days, count).tolist() == [_slow_before(at, count, off) for at in starts]


def test_counting_and_limits_say_the_same_for_every_pair_of_days_around_christmas() -> None:
    around = np.arange("2025-12-15", "2026-01-12", dtype="datetime64[D]")
    base, step = (grid.ravel() for grid in np.meshgrid(around, around))
    for count in range(1, 8):
        within = working_day_number(base, step) <= count
        assert (within == (step <= working_days_after(base, count))).all()
        in_time = working_days_between(step, base) >= count
        assert (in_time == (step <= working_days_before(base, count))).all()


def test_a_step_on_the_day_itself_is_working_day_nought_and_the_next_working_day_is_one() -> None:
    friday, saturday, monday = day("2026-01-09"), day("2026-01-10"), day("2026-01-12")
    assert working_day_number(friday, friday) == 0
    assert working_day_number(saturday, saturday) == 0
    assert working_day_number(friday, saturday) == 1
    assert working_day_number(friday, monday) == 1
    assert working_day_number(saturday, monday) == 1
    assert working_day_number(friday, friday - 3) == 0


def test_ordinals_count_working_days_from_1900() -> None:
    # 1 January 1900 was a Monday and no bank holiday yet in England; Good Friday 1900 was 13 April.
    assert ordinal(as_days(["1899-12-31", "1900-01-01", "1900-01-07", None])).tolist() == [0, 1, 5, 0]
    assert (ordinal(day("1900-04-14")) - ordinal(day("1900-04-12")))[0] == 0


def test_blank_days_stay_blank_in_every_count() -> None:
    blank = as_days([None])
    assert np.isnat(working_days_after(blank, 20))[0]
    assert np.isnat(working_days_before(blank, 2))[0]
    assert not is_working_day(blank)[0]


@pytest.mark.parametrize(
    "column",
    [
        ["2026-01-31", None, "1999-12-31"],
        [date(2026, 1, 31), None, date(1999, 12, 31)],
        pd.Series(["2026-01-31", None, "1999-12-31"]),
        pd.to_datetime(pd.Series(["2026-01-31", None, "1999-12-31"])),
        np.array(["2026-01-31", "NaT", "1999-12-31"], dtype="datetime64[ns]"),
    ],
    ids=["text", "dates", "text column", "datetime column", "numpy"],
)
def test_a_column_of_days_reads_the_same_from_every_store(column: object) -> None:
    days = as_days(column)
    assert days.dtype == np.dtype("datetime64[D]")
    assert days.tolist() == [date(2026, 1, 31), None, date(1999, 12, 31)]


def test_an_empty_or_wholly_blank_column_of_days_can_be_read() -> None:
    assert as_days([]).tolist() == []
    assert as_days([None, None]).tolist() == [None, None]


def test_a_dated_setting_has_on_each_day_the_value_then_in_force() -> None:
    history = ((date(2020, 1, 1), 20.0), (date(2026, 4, 1), 15.0))
    days = as_days(["2019-05-01", "2026-03-31", "2026-04-01", None])
    assert setting_on(history, days).tolist() == [20, 20, 15, 20]
