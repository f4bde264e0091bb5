"""A database of one's own on the PostgreSQL server that the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from data_access.store import open_store


@contextmanager
def empty_store() -> Iterator[Engine]:
    """A new review store on the server of IRO_TEST_POSTGRES_URL, dropped afterwards; skips without it."""
    url = os.environ.get("IRO_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("IRO_TEST_POSTGRES_URL names no server")
    name = f"iro_test_{uuid4().hex}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = open_store(server.url.set(database=name).render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}"'))
        server.dispose()
