"""The kinds of option that several commands take, and the words for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import click

Command = Callable[..., Any]


class Day(click.ParamType[date]):
    """A day given as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or value != day.isoformat():
            self.fail("write the day as YYYY-MM-DD, such as 2026-03-31", param, ctx)
        from data_access.rows.values import LATEST
        from standards import EARLIEST

        if not EARLIEST <= day <= LATEST:
            self.fail("the day is before 1900 or after 2100: correct the year", param, ctx)
        return day


DAY = Day()


class Month(click.ParamType[date]):
    """A month given as YYYY-MM: its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"\d{4}-\d{2}", value):
            self.fail("write the month as YYYY-MM, such as 2026-03", param, ctx)
        return DAY.convert(f"{value}-01", param, ctx)


store_option = click.option(
    "--store", metavar="URL", help="The review store [default: IRO_STORE_URL, else the embedded file]."
)
authority_option = click.option(
    "--authority", metavar="CODE", help="Which authority [default: the only one]."
)
as_at_option = click.option("--as-at", type=DAY, metavar="DATE", help="The day to see the world from.")
format_option = click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
