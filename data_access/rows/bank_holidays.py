"""England's bank holidays, one-off ones included, from the `holidays` package (`domain.md` rule 5)."""

from __future__ import annotations

from datetime import date
from functools import cache

# With its countries: it would import all of them at the first holiday asked for, in the middle of a load.
import holidays.countries

from data_access.rows.values import LATEST
from standards import EARLIEST

FIRST_YEAR, LAST_YEAR = EARLIEST.year, LATEST.year + 2
"""The years a day may lie in, and two more, in which what follows from one of the last may fall due."""


@cache
def bank_holidays() -> frozenset[date]:
    """The bank holidays of these years, with those that fall on a weekend."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=years))
