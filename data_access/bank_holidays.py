"""England's bank holidays, one-off ones included, from the `holidays` package (`domain.md` rule 5)."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


@cache
def bank_holidays(first_year: int, last_year: int) -> frozenset[date]:
    """The bank holidays of these years, both included, with those that fall on a weekend."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))
