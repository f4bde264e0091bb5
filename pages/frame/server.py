"""How the dashboard is served: with security headers, and with the browser opened at its address."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from streamlit.runtime.pages_manager import PagesManager

from pages.frame import anew

_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit's own page starts itself with an inline script, and plotly compiles its shaders.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self' ws: wss: data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware: every answer carries `SECURITY_HEADERS`. Streamlit sends none of its own."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def only_our_menu() -> None:
    """Tell Streamlit that `pages/` is not its old-style folder of pages.

    It guesses so at the first visit to a fresh server because the folder is there, and then answers a
    deep link with "Page not found" over the page that it shows.
    """
    PagesManager.uses_pages_directory = False


class FirstPageByName:
    """ASGI middleware: the first page is found by its file's name, as any other is.

    Streamlit serves it at `/` alone, and answers its name with "Page not found".
    """

    def __init__(self, app: Any, name: str) -> None:
        self._app, self._path = app, f"/{name}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._app
        if scope["type"] == "http" and scope["path"].rstrip("/") == self._path:
            asked = scope["query_string"].decode()
            app = RedirectResponse(f"/?{asked}" if asked else "/")
        await app(scope, receive, send)


def middleware(first_page: str) -> list[Middleware]:
    """What every request passes through. first_page: the name of the file of the first page in the menu."""
    return [Middleware(SecurityHeaders), Middleware(FirstPageByName, name=first_page)]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """What is done while the server runs."""
    anew.begin_making()
    async with opens_the_browser(app):
        yield


@asynccontextmanager
async def opens_the_browser(_app: Any) -> AsyncIterator[None]:
    """Open the dashboard's address where there is a screen to open it on (`server.headless` is not set)."""
    if st.get_option("server.headless"):
        yield
        return
    opening = asyncio.create_task(_open(st.get_option("server.address"), st.get_option("server.port")))
    yield
    opening.cancel()


async def _open(address: str, port: int) -> None:
    """Open the address as soon as it is served, which is just after this is called for."""
    while True:
        try:
            _, answered = await asyncio.open_connection(address, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            answered.close()
            break
    # Some browsers are waited for until they are closed: the dashboard has to answer them meanwhile.
    Thread(target=webbrowser.open, args=(f"http://{address}:{port}",), daemon=True).start()
