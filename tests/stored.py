"""A store from the inside: what it holds after a load, as plain rows, and as an older version made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, Table, select

from data_access.reading import AuthorityInfo, authorities_in
from data_access.store.opening import writing

ROOT = Path(__file__).parent.parent


def info_of(engine: Engine) -> AuthorityInfo:
    """The one authority of a store."""
    (info,) = authorities_in(engine)
    return info


def made_by_an_older_version(engine: Engine, revision: str) -> None:
    """Takes the store back to the schema it had then."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "data_access" / "store" / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def stored(engine: Engine, table: Table, authority: str = "LOCAL") -> list[dict[str, Any]]:
    """The rows of a table for one authority in the order of its key, the authority left out."""
    query = select(table).where(table.c.authority == authority).order_by(*table.primary_key.columns)
    with engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        del row["authority"]
    return rows
