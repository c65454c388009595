"""The mock without a socket: answers calls of httpx and requests in the process that makes them."""

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, Self, TypeVar, Unpack, cast
from urllib.parse import urlsplit

from mock_memos.core.addresses import PREFIXES, SERVICE_HOSTS
from mock_memos.core.errors import UsageError
from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.engine import Engine
from mock_memos.engine.setup import ScenarioSource, TaskPlans, resolve_setup
from mock_memos.testing import network_guard
from mock_memos.testing.backend import EngineBackend
from mock_memos.testing.memos import Memos

if TYPE_CHECKING:
    from mock_memos.interception.httpx_transport import MockMemosTransport

SERVICE_URL: Final = "https://memos.memtensor.cn/api/openmem/v1"
"""The default base URL of every client of the real service."""

_API_PREFIXES: Final = tuple(f"{prefix}/" for prefix in PREFIXES)
_LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
"""Hosts of live mocks, which a test can use at the same time."""

P = ParamSpec("P")
R = TypeVar("R")


class MockMemos(Memos):
    """A mock in this process, at the addresses of the real service.

    Inside `with`, it answers httpx (sync and async) and requests calls to those addresses and to
    `base_url`. Calls to other hosts pass, except calls of the API, which are errors. Other clients
    get an error at the real addresses. Of nested mocks, the innermost answers. As a decorator, it
    resets the world before each call of the function.

        with MockMemos(clock="manual") as memos:
            httpx.post(f"{memos.base_url}/add/message", ...)
            memos.clock.advance(seconds=5)

    Raises `UsageError` for an unknown setting or an invalid `base_url`.
    """

    def __init__(
        self,
        *,
        scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
        tasks: TaskPlans = (),
        task_order: int = 0,
        api_key: str = "mock-key",
        base_url: str = SERVICE_URL,
        **settings: Unpack[SettingsArguments],
    ) -> None:
        chosen, scenarios = resolve_setup(scenario, settings, tasks=tasks, task_order=task_order)
        self.engine = Engine(chosen, scenarios=scenarios)
        """Answers the calls. For transports and the plugin; tests use the other methods."""
        self.engine.create_world(api_key)
        super().__init__(EngineBackend(self.engine, api_key), base_url.rstrip("/"))
        self._hosts = {*SERVICE_HOSTS, _host_of(base_url)}
        self._guard = network_guard.Guard(self, network_guard.IN_PROCESS)

    def _handles_host(self, host: str, port: int | None) -> bool:
        """Checks if calls to this host and explicit port are for this mock."""
        return host in self._hosts or (host, port) in self._hosts

    def transport(self) -> "MockMemosTransport":
        """Returns a transport for `httpx.Client` or `httpx.AsyncClient`; needs no `with`."""
        from mock_memos.interception.httpx_transport import MockMemosTransport

        return MockMemosTransport(self.engine)

    def __enter__(self) -> Self:
        with _lock:
            network_guard.install(self._guard)
            _active.append(self)
            if len(_active) == 1:
                try:
                    for patch in _client_patches():
                        patch.start()
                        _patches.append(patch)
                except BaseException:
                    self.__exit__()
                    raise
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            # Contexts of several threads can end in any order.
            del _active[max(n for n, memos in enumerate(_active) if memos is self)]
            while _patches and not _active:
                _patches.pop().stop()
            network_guard.remove(self._guard)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        from inspect import iscoroutinefunction

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._reset_unless_active():
                return function(*args, **kwargs)

        @wraps(function)
        async def call_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with self._reset_unless_active():
                return await cast(Any, function)(*args, **kwargs)

        return cast(Callable[P, R], call_async) if iscoroutinefunction(function) else call

    def _reset_unless_active(self) -> Self:
        if not any(memos is self for memos in _active):
            self.reset()
        return self


class ClientPatch(Protocol):
    """Intercepts the calls of one client library while a mock is active."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


_lock = threading.RLock()
"""Held while mocks start and end: a second thread must not return before the patches work."""
_active: list[MockMemos] = []
_patches: list[ClientPatch] = []


def find_engine(host: str, port: int | None, path: str) -> Engine | None:
    """Returns the engine of the innermost active mock for this host, or None.

    Raises `UsageError` for an API call to another host, which is probably a mistake.
    """
    host = host.rstrip(".")
    for memos in reversed(_active):
        if memos._handles_host(host, port):
            return memos.engine
    if path.startswith(_API_PREFIXES) and host not in _LOOPBACK_HOSTS and _active:
        innermost = _active[-1]
        if not innermost.settings.allow_unmatched_requests:
            raise network_guard.record_bypass(
                innermost,
                f"{host}{path}",
                f"{path} is an API call, but {host} is neither a host of MemOS nor of this mock, "
                f"{innermost.base_url}; allow_unmatched_requests lets it pass",
            )
    return None


def _client_patches() -> list[ClientPatch]:
    """Returns the patches for the client libraries that are installed."""
    patches = []
    for library, tool, module, name in (
        ("httpx", "respx", "httpx_transport", "HttpxPatch"),
        ("requests", "responses", "requests_adapter", "RequestsPatch"),
    ):
        if find_spec(library) and find_spec(tool):
            patch = getattr(import_module(f"mock_memos.interception.{module}"), name)
            patches.append(cast(ClientPatch, patch(find_engine)))
    return patches


def _host_of(base_url: str) -> str | tuple[str, int]:
    """Returns the host of a base URL, with its port if it has one."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"base_url {base_url!r} is not an http or https address")
    if parts.path.rstrip("/") not in PREFIXES:
        raise UsageError(f"base_url {base_url!r} must end in {' or '.join(PREFIXES)}")
    return (parts.hostname, parts.port) if parts.port else parts.hostname
