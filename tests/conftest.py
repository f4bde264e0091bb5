"""What several test files begin with. A file with a world of its own may call its store by the same name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from data_access.store.opening import open_store
from tests import small_service
from tests.doors import load_world, store_of
from tests.oracle.compare import Stores


@pytest.fixture
def engine() -> Engine:
    """An empty store in memory."""
    return open_store("sqlite://")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where pages and commands look for their store; nothing is there yet."""
    found = f"sqlite:///{tmp_path}/store.sqlite"
    monkeypatch.setenv("IRO_STORE_URL", found)
    return found


@pytest.fixture
def full(url: str) -> str:
    """Where pages and commands find the small service, to read and to record in."""
    engine = open_store(url)
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Engine]]:
    """The URL and the engine of a store that holds the small service, for tests that only read."""
    found = store_of(small_service.full(), tmp_path_factory.mktemp("service"), as_at=small_service.AS_AT)
    engine = open_store(found)
    yield found, engine
    engine.dispose()


@pytest.fixture(scope="session")
def store(service: tuple[str, Engine]) -> Engine:
    """The small service, for tests that only read."""
    return service[1]


@pytest.fixture(scope="module")
def stores() -> Stores:
    """Random worlds, each loaded once."""
    return Stores()


@pytest.fixture
def postgres() -> Iterator[Engine]:
    """An empty store on the server of IRO_TEST_POSTGRES_URL, dropped afterwards; skips without one."""
    url = os.environ.get("IRO_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("IRO_TEST_POSTGRES_URL names no server")
    name = f"iro_test_{uuid4().hex}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = open_store(server.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}"'))
    server.dispose()
