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
    """The store and the authority to read, by its code or because it is the only one.

    What follows from its rows is made anew first where the rules have changed since it was made.
    """
    from metrics.digest import digest

    engine = store_at(url)
    held = authorities_of(engine, code)
    if len(held) > 1:
        raise click.UsageError(f"Say which with --authority: {_shown(held)}.")
    (info,) = held.values()
    if info.rules_digest != digest():
        made_anew(engine, info.authority)
        info = authorities_of(engine, info.authority)[info.authority]
    return engine, info


def authorities_of(engine: Engine, code: str | None) -> dict[str, AuthorityInfo]:
    """The authority of that code, or all that the store holds."""
    from data_access.reading import authorities_in

    held = {info.authority: info for info in authorities_in(engine)}
    if not held:
        raise click.UsageError("The store is empty. Load an extract first: python manage.py load PATH")
    if code is None:
        return held
    if code not in held:
        raise click.UsageError(
            f"No authority {code} in the store: say which with --authority: {_shown(held)}."
        )
    return {code: held[code]}


def _shown(held: dict[str, AuthorityInfo]) -> str:
    return ", ".join([*held][:20]) + (", ..." if len(held) > 20 else "")


def made_anew(engine: Engine, authority: str, *, even_if_current: bool = False) -> None:
    """Make what follows from an authority's rows anew by the rules in force, and say so."""
    from commands.output import progress_bar
    from data_access.loading.derivation import bring_up_to_date
    from data_access.store.opening import StoreProblem
    from metrics.derive import derivation

    why = "" if even_if_current else "The rules have changed. "
    click.echo(f"{why}Making the figures of {authority} anew by the rules in force.", err=True)
    try:
        with progress_bar() as progress:
            bring_up_to_date(
                engine, authority, derivation(), even_if_current=even_if_current, progress=progress
            )
    except StoreProblem as problem:
        raise click.UsageError(str(problem)) from None


def today() -> date:
    """The day it is, for a load that is given none."""
    return date.today()  # noqa: DTZ011 - a council's calendar day, on the council's own clock
