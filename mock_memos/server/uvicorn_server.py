"""Runs the application with uvicorn."""

import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_memos.server.app import App
from mock_memos.server.connection import TransportInState

HttpProtocol: Any = type("Protocol", (TransportInState, AutoHTTPProtocol), {})
"""uvicorn's protocol with connections that a fault can break."""


class UvicornServer(uvicorn.Server):
    """Serves the application. Calls `on_ready` once it listens, and ends streams on shutdown.

    Replies have no date and no server name, so that equal runs have equal bytes.
    """

    def __init__(self, app: App, on_ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                http=HttpProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                date_header=False,
                server_header=False,
                workers=1,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )
        self._app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.closing.set()
        await super().shutdown(sockets)
