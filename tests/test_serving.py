"""How the dashboard is served: the browser that opens by itself."""

from __future__ import annotations

import asyncio

import pytest

from pages.frame import server
from tests.served import free_port


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was opened at."""
    addresses: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open", addresses.append)
    return addresses


def configured(monkeypatch: pytest.MonkeyPatch, *, headless: bool) -> int:
    """Settings of a server that nobody serves yet; its port."""
    port = free_port()
    settings = {"server.headless": headless, "server.address": "127.0.0.1", "server.port": port}
    monkeypatch.setattr(server.st, "get_option", settings.__getitem__)
    return port


async def served(port: int, opened: list[str]) -> list[list[str]]:
    """What was opened before the port answers, and once it does."""
    seen = []
    async with server.opens_the_browser(None):
        await asyncio.sleep(0.2)
        seen.append(list(opened))
        async with await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port):
            for _ in range(100):
                if opened:
                    break
                await asyncio.sleep(0.02)
            seen.append(list(opened))
    return seen


def test_the_browser_opens_as_soon_as_the_dashboard_answers(monkeypatch, opened):
    port = configured(monkeypatch, headless=False)
    assert asyncio.run(served(port, opened)) == [[], [f"http://127.0.0.1:{port}"]]


def test_no_browser_opens_where_there_is_no_screen(monkeypatch, opened):
    port = configured(monkeypatch, headless=True)
    assert asyncio.run(served(port, opened)) == [[], []]


def test_a_server_that_stops_before_it_answers_opens_nothing(monkeypatch, opened):
    configured(monkeypatch, headless=False)

    async def stopped() -> None:
        async with server.opens_the_browser(None):
            await asyncio.sleep(0.1)

    asyncio.run(stopped())
    assert opened == []
