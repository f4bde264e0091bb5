"""Looking after the store: `derive`."""

from __future__ import annotations

import click

from commands.asked import authorities_of, made_anew, store_at
from commands.options import store_option


@click.command()
@store_option
@click.option("--authority", metavar="CODE", help="Which authority [default: every one in the store].")
def derive(store: str | None, authority: str | None) -> None:
    """Make duties, facts and the monthly roll-up anew from the rows, by the rules in force."""
    engine = store_at(store)
    for code, info in authorities_of(engine, authority).items():
        made_anew(engine, code, even_if_current=True)
        click.echo(
            f"{code}, as at {info.as_at:%a %d %b %Y}: duties, facts and the monthly roll-up were made anew."
        )
