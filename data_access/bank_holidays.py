"""England's bank holidays, one-off ones included, from the `holidays` package (`domain.md` rule 5)."""

from __future__ import annotations

from datetime import date
from functools import cache

# With its countries: it would import all of them at the first holiday asked for, in the middle of a load.
import holidays.countries


@cache
def bank_holidays(first_year: int, last_year: int) -> frozenset[date]:
    """The bank holidays of these years, both included, with those that fall on a weekend."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))
