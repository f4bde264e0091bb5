"""The days of an invented world as whole numbers, with everything asked of them looked up.

Day 0 lies 26 years before the as-at date. A date is parsed or formatted only here, once, so that
millions of rows cost look-ups. The generator aims at due dates with this; the real duties are
derived at load, by `metrics`.
"""

from __future__ import annotations

from datetime import date, timedelta

from data_access.rows.bank_holidays import bank_holidays

YEARS_BACK, YEARS_AHEAD = 26, 5
DAYS_IN_YEAR = 365.25


class Days:
    """The calendar around an as-at date: ISO and British text, working days, months on."""

    def __init__(self, as_at: date) -> None:
        self.base = date(as_at.year - YEARS_BACK, 1, 1)
        self.as_at = (as_at - self.base).days
        count = (date(as_at.year + YEARS_AHEAD, 12, 31) - self.base).days + 1
        self.dates = [self.base + timedelta(days) for days in range(count)]
        self.iso = [day.isoformat() for day in self.dates]
        self.never = count - 1
        """The last known day: stands for a day that never came, or is too far off to matter."""
        self.known = self.iso[: self.as_at + 1] + [""] * (count - self.as_at - 1)
        """ISO text of every day up to the as-at date; nothing for later ones."""
        free = bank_holidays()
        self.working = [n for n, day in enumerate(self.dates) if day.weekday() < 5 and day not in free]
        is_working = set(self.working)
        worked, self._worked = 0, []
        for number in range(count):
            worked += number in is_working
            self._worked.append(worked)
        self.month = [day.year * 12 + day.month - 1 for day in self.dates]
        self.three_months_on = self._months_on(3)
        self.six_months_on = self._months_on(6)

    def _months_on(self, months: int) -> list[int]:
        """The corresponding day so many months on, or the last day of a shorter month."""
        first_of_month = {
            (day.year * 12 + day.month - 1): n for n, day in enumerate(self.dates) if day.day == 1
        }
        end = len(self.dates)
        found = []
        for day in self.dates:
            target = day.year * 12 + day.month - 1 + months
            if target + 1 not in first_of_month:
                found.append(end - 1)
                continue
            start, last = first_of_month[target], first_of_month[target + 1] - 1
            found.append(min(start + day.day - 1, last))
        return found

    def birthday(self, born: int, age: int) -> int:
        """The number of a birthday; of a 29 February's in a common year, 28 February.

        A birthday beyond the known days has the number it would have.
        """
        day = self.dates[born]
        year = day.year + age
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        kept = 28 if day.month == 2 and day.day == 29 and not leap else day.day
        return (date(year, day.month, kept) - self.base).days

    def on_or_before(self, day: int) -> int:
        """The latest working day up to this one."""
        return self.working[self._worked[day] - 1]

    def on_or_after(self, day: int) -> int:
        """The first working day from this one on."""
        return self.working[self._worked[day - 1]]

    def after(self, day: int, working_days: int) -> int:
        """So many working days on; day 0 is not counted. None on: the day itself."""
        return self.working[self._worked[day] + working_days - 1] if working_days else day

    def before(self, day: int, working_days: int) -> int:
        """The Nth working day met walking back from the day before; none back: the day itself."""
        return self.working[self._worked[day - 1] - working_days] if working_days else day

    def collection_year(self, day: int) -> int:
        """The year in which the 903 collection year of a day ends: 2026 for 1 April 2025 on."""
        month = self.month[day]
        return month // 12 + (month % 12 >= 3)
