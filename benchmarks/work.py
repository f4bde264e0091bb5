"""The pieces of work that are timed in processes of their own (`alone.py`), product and plain counterpart.

Each makes ready what is not to be timed, and returns what is.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

AS_AT = date(2026, 3, 31)
"""The day of the invented children: fixed, so that every run measures the same rows."""


def write_demo(folder: str, scale: str) -> Callable[[], object]:
    """Write invented children of one scale."""
    from data_access.demo import write_demo as write

    Path(folder).mkdir(parents=True, exist_ok=True)
    return partial(write, Path(folder), scale=scale, seed=1, as_at=AS_AT, form="template")


def load_product(folder: str, store: str) -> Callable[[], object]:
    """Load a folder as a user does: recognised, validated, stored, duties and cube derived."""
    from data_access.loading.load import load
    from data_access.store.opening import open_store
    from metrics.derive import derivation

    engine = open_store(f"sqlite:///{store}")
    return partial(load, engine, [Path(folder)], derivation=derivation(), as_at=AS_AT)


def load_bare(folder: str, store: str) -> Callable[[], object]:
    """Put the same files into SQLite as text with nothing but `csv.reader` and `executemany`."""
    connection = sqlite3.connect(store)

    def load() -> None:
        for path in sorted(Path(folder).rglob("*.csv")):
            with path.open(newline="", encoding="utf-8") as file:
                rows = csv.reader(file)
                headings = next(rows)
                table = f'"{path.relative_to(folder)}"'
                connection.execute(f"CREATE TABLE {table} ({', '.join(headings)})")
                marks = ", ".join("?" * len(headings))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.commit()

    return load
