"""Whose data a command asks for: the store, the authority, and today. Exits 2 where that cannot be told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from data_access.reading import AuthorityInfo


def store_at(url: str | None, *, as_it_is: bool = False) -> Engine:
    """The store of `--store`, else the one that is meant without it (as_it_is: see `open_store`)."""
    from data_access.store.opening import StoreProblem, open_store

    try:
        return open_store(url, as_it_is=as_it_is)
    except StoreProblem as problem:
        raise click.UsageError(str(problem)) from None


def authority_of(url: str | None, code: str | None) -> tuple[Engine, AuthorityInfo]:
    """The store and the authority to read, by its code or because it is the only one."""
    from data_access.reading import authorities_in

    engine = store_at(url)
    held = {info.authority: info for info in authorities_in(engine)}
    if not held:
        raise click.UsageError("The store is empty. Load an extract first: python manage.py load PATH")
    if code is None and len(held) == 1:
        return engine, next(iter(held.values()))
    if code not in held:
        said = "Say which" if code is None else f"No authority {code} in the store: say which"
        shown = ", ".join([*held][:20]) + (", ..." if len(held) > 20 else "")
        raise click.UsageError(f"{said} with --authority: {shown}.")
    return engine, held[code]


def today() -> date:
    """The day it is, for a load that is given none."""
    return date.today()  # noqa: DTZ011 - a council's calendar day, on the council's own clock
