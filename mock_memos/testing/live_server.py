"""The mock behind a real socket, for clients in any language."""

import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self, Unpack

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.errors import UsageError
from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.engine import Engine
from mock_memos.engine.setup import ScenarioSource, TaskPlans, resolve_setup
from mock_memos.server.app import App
from mock_memos.server.socket import bind, url_of
from mock_memos.server.uvicorn_server import UvicornServer
from mock_memos.testing.backend import EngineBackend
from mock_memos.testing.memos import Memos
from mock_memos.testing.network_guard import guarded


class MockMemosServer(Memos):
    """A mock server in a thread, and the world of its default key.

    Each API key has its own world. Inside `with`, nothing in this process reaches the real service.

        with MockMemosServer() as memos:
            requests.post(f"{memos.base_url}/add/message", ...)

    Raises `UsageError` for an unknown setting or an address that is not available.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
        tasks: TaskPlans = (),
        task_order: int = 0,
        api_key: str = "mock-key",
        control_token: str | None = None,
        **settings: Unpack[SettingsArguments],
    ) -> None:
        chosen, scenarios = resolve_setup(scenario, settings, tasks=tasks, task_order=task_order)
        self.engine = Engine(chosen, scenarios=scenarios)
        """Answers the calls. For transports and the plugin; tests use the other methods."""
        self.engine.create_world(api_key)
        super().__init__(EngineBackend(self.engine, api_key), "")
        self._address = (host, port)
        self._control_token = control_token
        self._guard = ExitStack()
        self._server: UvicornServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the server, `http://host:port`, without a path."""
        return self.base_url.removesuffix(PREFIXES[0])

    def start(self) -> Self:
        """Starts the server. Returns when it accepts requests."""
        if self._thread is not None:
            raise UsageError(f"this server is already running, at {self.url}")
        listener = bind(*self._address)
        self.base_url = url_of(listener) + PREFIXES[0]
        ready = threading.Event()
        app = App(self.engine, host=self._address[0], control_token=self._control_token)
        self._server = UvicornServer(app, ready.set)
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
        """Stops the server. Returns when its thread and socket are closed."""
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


def _run(server: UvicornServer, listener: socket.socket, ready: threading.Event) -> None:
    try:
        server.run([listener])
    finally:
        listener.close()
        ready.set()
