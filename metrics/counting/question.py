"""What is asked: of whom, for which days, seen from which day; and the days that follow from it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from metrics.measures import CATALOGUE
from metrics.measures.measure import Paperwork
from metrics.rules.calendar import add_months, ordinal, working_days_after
from standards import setting

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Selection:
    """The question put to the measures: an authority's period, seen from a day, broken down or narrowed.

    Both days of the period are included. `iro_id` and `team_id` keep only rows that belong to them
    (`measures.md`, attribution).
    """

    authority: str
    period_start: date
    period_end: date
    as_at: date
    by: str = "service"
    iro_id: str | None = None
    team_id: str | None = None

    @property
    def last_day(self) -> date:
        """The period's end, or the as-at date where that is earlier."""
        return min(self.period_end, self.as_at)

    def paper(self, key: str) -> Paperwork:
        """What a measure means, with the settings in force at the period's end; a stock's, as at its day."""
        measure = CATALOGUE[key]
        return measure.paper(self.as_at if measure.rows.of_a_day else self.period_end)

    def at(self, day: date) -> Selection:
        """The question as at one day, which is the period's end too: a month's end of a stock."""
        return replace(self, period_start=min(self.period_start, day), period_end=day, as_at=day)


@lru_cache(maxsize=4096)
def months_on(day: date, months: int) -> date:
    """The same day of the month so many months on or back, or the last day of a shorter month (rule 4)."""
    return as_date(add_months(np.datetime64(day, "D"), months))


def as_date(day: Any) -> date:
    """One day of numpy as a date."""
    found: date = np.asarray(day, dtype="datetime64[D]").item()
    return found


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(start: date, end: date) -> list[date]:
    """The last day of every calendar month that has a day from `start` to `end`."""
    found, day = [], month_end(start)
    while day.replace(day=1) <= end:
        found.append(day)
        day = month_end(day + DAY)
    return found


def first_of_april(day: date) -> date:
    """The last 1 April on or before a day: the year of the statutory return begins then."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


@lru_cache(maxsize=512)
def days_asked(start: date, end: date, as_at: date) -> dict[str, Any]:
    """Every day and number that the conditions of measures refer to by name (`expressions.asked`)."""
    last_day = min(end, as_at)

    def days_before(name: str, day: date) -> date:
        return day - timedelta(days=int(setting(name, day)))

    def months_before(name: str, day: date) -> date:
        return months_on(day, -int(setting(name, day)))

    coverage_after = days_before("coverage_days", as_at)
    midway_after = months_before("midway_coverage_months", as_at)
    continuity_after = months_before("continuity_months", as_at)
    due_soon = working_days_after(np.datetime64(as_at, "D"), int(setting("due_soon_working_days", as_at)))
    return {
        "period_start": start,
        "period_end": end,
        "as_at": as_at,
        "last_day": last_day,
        "april": first_of_april(last_day),
        "minimum_since": days_before("minimum_days_looked_after", last_day),
        "due_soon": as_date(due_soon),
        "coverage_after": coverage_after,
        "midway_after": midway_after,
        "midway_since": days_before("midway_coverage_days", as_at),
        "continuity_after": continuity_after,
        "continuity_from": continuity_after + DAY,
        "working_days_gone": int(ordinal(np.datetime64(as_at - DAY, "D"))),
    }


def asked_of(selection: Selection) -> dict[str, Any]:
    """Everything a question fills in, by the names that conditions use."""
    return {
        **days_asked(selection.period_start, selection.period_end, selection.as_at),
        "authority": selection.authority,
        "iro_id": selection.iro_id,
        "team_id": selection.team_id,
    }
