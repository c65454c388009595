"""The double behind a real socket, for clients in any language."""

import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Self, Unpack

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_memos.addresses import PREFIXES
from mock_memos.asgi import App
from mock_memos.engine import Engine
from mock_memos.errors import UsageError
from mock_memos.face import Double, Source, Tasks, prepare
from mock_memos.guard import guarded
from mock_memos.line import Exposed
from mock_memos.options import Options


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `UsageError` when it cannot be had."""
    if not 0 <= port <= 65535:
        raise UsageError(f"cannot listen on {host}:{port}: ports end at 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise UsageError(f"cannot listen on {host}:{port}: {problem}") from None
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit it; without, small replies wait 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as problem:
        listener.close()
        raise UsageError(f"cannot listen on {host}:{port}: {problem.strerror}") from None
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """`http://host:port` as a client on this machine can reach the socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


Protocol: Any = type("Protocol", (Exposed, AutoHTTPProtocol), {})
"""uvicorn's own protocol, whose connections a fault can break."""


class Server(uvicorn.Server):
    """uvicorn around our application: says when it is ready, and lets streams run out at the end.

    Replies carry no date and no server name, because equal runs have equal bytes.
    """

    def __init__(self, app: App, on_ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                http=Protocol,
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


class MockMemosServer(Double):
    """A live double: a server in a thread of its own, and the face of its default key.

    Every API key that is not empty opens a world of its own. Inside `with`, nothing in this
    process reaches the real service.

        with MockMemosServer() as memos:
            requests.post(f"{memos.base_url}/add/message", ...)

    Raises `UsageError` for an unknown setting and for an address that cannot be had.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        scenario: Source | Sequence[Source] | None = None,
        tasks: Tasks = (),
        schedule: int = 0,
        api_key: str = "mock-key",
        control_token: str | None = None,
        **settings: Unpack[Options],
    ) -> None:
        chosen, scenarios = prepare(scenario, settings, tasks=tasks, schedule=schedule)
        engine = Engine(chosen, scenarios=scenarios)
        engine.open(api_key)
        super().__init__(engine, api_key, "")
        self._place = (host, port)
        self._control_token = control_token
        self._guard = ExitStack()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server listens: `http://host:port`, without a path."""
        return self.base_url.removesuffix(PREFIXES[0])

    def start(self) -> Self:
        """Listen, and return when the first request would be answered."""
        if self._thread is not None:
            raise UsageError(f"this server runs already, at {self.url}")
        listener = bind(*self._place)
        self.base_url = address_of(listener) + PREFIXES[0]
        ready = threading.Event()
        app = App(self.engine, host=self._place[0], control_token=self._control_token)
        self._server = Server(app, ready.set)
        self._thread = threading.Thread(
            target=_run, args=(self._server, listener, ready), name="mock-memos", daemon=True
        )
        self._thread.start()
        ready.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError(f"the server at {self.url} did not start")
        return self

    def stop(self) -> None:
        """Stop listening, and return when the thread and its socket are gone."""
        if self._thread is None or self._server is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        self._guard.enter_context(guarded(self))
        return self

    def __exit__(self, *_: object) -> None:
        self._guard.close()
        self.stop()


def _run(server: Server, listener: socket.socket, ready: threading.Event) -> None:
    try:
        server.run([listener])
    finally:
        listener.close()
        ready.set()
