"""The front door for tests: small worlds written as extract files and loaded as a user would."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from data_access.loading.load import load
from data_access.rows.records import BY_KIND
from data_access.store.opening import open_store
from metrics.derive import derivation

World = Mapping[str, Sequence[Mapping[str, object]]]


def write_world(world: World, folder: Path) -> Path:
    """Write one CSV per kind of `world` into `folder`; columns a row leaves out are blank."""
    for kind, rows in world.items():
        used = {column for row in rows for column in row} | BY_KIND[kind].required()
        columns = [column for column in BY_KIND[kind].columns() if column in used]
        with (folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(
                {key: "" if value is None else value for key, value in row.items()} for row in rows
            )
    return folder


def load_world(
    world: World,
    *,
    as_at: date,
    engine: Engine | None = None,
    authority: str = "LOCAL",
    reviews_from: date | None = None,
    source: str | None = None,
) -> Engine:
    """A store that holds `world`, loaded through files; in memory unless an engine is given."""
    engine = engine or open_store("sqlite://")
    with tempfile.TemporaryDirectory() as folder:
        load(
            engine,
            [write_world(world, Path(folder))],
            derivation=derivation(),
            as_at=as_at,
            authority=authority,
            reviews_from=reviews_from,
            source=source,
        )
    return engine


def store_of(world: World, folder: Path, *, as_at: date) -> str:
    """The URL of a new store in `folder` that holds `world`, of which nothing stays open."""
    url = f"sqlite:///{folder}/store.sqlite"
    load_world(world, as_at=as_at, engine=open_store(url)).dispose()
    return url
