"""The calendar, counted day by day (`domain.md` section 1, rules 1, 4, 5; `measures.md`, words)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

DAY = timedelta(days=1)
FIRST, LAST = date(2012, 1, 2), date(2028, 12, 31)
"""What GOV.UK's list covers."""

_LIST = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
BANK_HOLIDAYS = frozenset(holiday["date"] for holiday in _LIST)


def is_working_day(day: date) -> bool:
    if not FIRST <= day <= LAST:
        raise ValueError(f"GOV.UK's list does not reach {day}")
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


@cache
def working_days_after(day: date, number: int) -> date:
    """The `number`th working day met walking on from the day after `day`, which is day 0."""
    while number:
        day += DAY
        if is_working_day(day):
            number -= 1
    return day


@cache
def working_days_before(day: date, number: int) -> date:
    """The `number`th working day met walking back from the day before `day`."""
    while number:
        day -= DAY
        if is_working_day(day):
            number -= 1
    return day


def months_on(day: date, number: int) -> date:
    """The same day number `number` months on (back, if negative), or the last day of a shorter month."""
    months = day.year * 12 + day.month - 1 + number
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_of(start: date, end: date) -> list[date]:
    """The first day of every calendar month that has a day in start..end."""
    found, first = [], start.replace(day=1)
    while first <= end:
        found.append(first)
        first = months_on(first, 1)
    return found


def first_of_april(day: date) -> date:
    """The last 1 April on or before `day`."""
    this_year = date(day.year, 4, 1)
    return this_year if this_year <= day else date(day.year - 1, 4, 1)


def age(born: date, day: date) -> int:
    """Whole years old on `day`; born on 29 February, a birthday is the 28th of a shorter one (rule 4)."""
    years = 0
    while months_on(born, 12 * (years + 1)) <= day:
        years += 1
    return years


def age_band(born: date, day: date) -> str:
    years = age(born, day)
    if years < 1:
        return "0"
    if years < 5:
        return "1-4"
    if years < 10:
        return "5-9"
    if years < 16:
        return "10-15"
    return "16+"
