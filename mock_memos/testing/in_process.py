"""The double without a socket: calls of httpx and requests are answered where they are made."""

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
from mock_memos.testing.memos import Memos
from mock_memos.testing.network_guard import IN_PROCESS, Watch, begin, end, went_past

if TYPE_CHECKING:
    from mock_memos.interception.httpx_transport import MockMemosTransport as MockMemosTransport

SERVICE = "https://memos.memtensor.cn/api/openmem/v1"
"""The base URL that every client of the real service has by default."""

_API: Final = tuple(f"{prefix}/" for prefix in PREFIXES)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
"""Where a live double may be, which a test can use beside this one."""

P = ParamSpec("P")
R = TypeVar("R")


class MockMemos(Memos):
    """A double in this process, with the real service's own addresses.

    Inside `with`, httpx (sync and async) and requests reach it at those addresses and at
    `base_url`; calls to other hosts pass, unless their path says that they are meant for MemOS. The
    innermost of nested doubles answers. Other clients are refused at the real addresses, which
    nothing reaches. As a decorator it gives each call of the function a fresh world.

        with MockMemos(clock="manual") as memos:
            httpx.post(f"{memos.base_url}/add/message", ...)
            memos.clock.advance(seconds=5)

    Raises `UsageError` for an unknown setting, or for a `base_url` that is not served.
    """

    def __init__(
        self,
        *,
        scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
        tasks: TaskPlans = (),
        task_order: int = 0,
        api_key: str = "mock-key",
        base_url: str = SERVICE,
        **settings: Unpack[SettingsArguments],
    ) -> None:
        chosen, scenarios = resolve_setup(scenario, settings, tasks=tasks, task_order=task_order)
        engine = Engine(chosen, scenarios=scenarios)
        engine.create_world(api_key)
        super().__init__(engine, api_key, base_url.rstrip("/"))
        self._places = {*SERVICE_HOSTS, _place(base_url)}
        self._watch = Watch(self, IN_PROCESS)

    def claims(self, host: str, port: int | None) -> bool:
        """Whether calls to this host and explicit port are for this double."""
        return host in self._places or (host, port) in self._places

    def transport(self) -> "MockMemosTransport":
        """A transport for an `httpx.Client` or `httpx.AsyncClient` that the test makes itself."""
        from mock_memos.interception.httpx_transport import MockMemosTransport

        return MockMemosTransport(self.engine)

    def __enter__(self) -> Self:
        with _lock:
            begin(self._watch)
            _entered.append(self)
            if len(_entered) == 1:
                try:
                    for door in _installed():
                        door.start()
                        _doors.append(door)
                except BaseException:
                    self.__exit__()
                    raise
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            # Contexts of several threads need not end in the order in which they began.
            newest = max(at for at, entered in enumerate(_entered) if entered is self)
            del _entered[newest]
            while _doors and not _entered:
                _doors.pop().stop()
            end(self._watch)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        from inspect import iscoroutinefunction

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._afresh():
                return function(*args, **kwargs)

        @wraps(function)
        async def call_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with self._afresh():
                return await cast(Any, function)(*args, **kwargs)

        return cast(Callable[P, R], call_async) if iscoroutinefunction(function) else call

    def _afresh(self) -> Self:
        if not any(entered is self for entered in _entered):
            self.reset()
        return self


class Door(Protocol):
    """What watches one client library while at least one double is entered."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


_lock = threading.RLock()
"""Nobody may rely on the doors while another thread is still opening them."""
_entered: list[MockMemos] = []
_doors: list[Door] = []


def claimant(host: str, port: int | None, path: str) -> Engine | None:
    """The engine of the innermost double that answers for this host, if one does.

    Raises `UsageError` for a call of the API to a host that is a mistake.
    """
    host = host.rstrip(".")
    for memos in reversed(_entered):
        if memos.claims(host, port):
            return memos.engine
    if path.startswith(_API) and host not in _LOOPBACK and _entered:
        innermost = _entered[-1]
        if not innermost.settings.allow_unmatched_requests:
            raise went_past(
                innermost,
                f"{host}{path}",
                f"{path} is a call for MemOS, but {host} is neither its host nor that of this "
                f"double, {innermost.base_url}; allow_unmatched_requests lets it pass",
            )
    return None


def _installed() -> list[Door]:
    """A door for each client library that can be imported here."""
    doors = []
    for library, tool, module, name in (
        ("httpx", "respx", "httpx_transport", "HttpxPatch"),
        ("requests", "responses", "requests_adapter", "RequestsPatch"),
    ):
        if find_spec(library) and find_spec(tool):
            patch = getattr(import_module(f"mock_memos.interception.{module}"), name)
            doors.append(cast(Door, patch(claimant)))
    return doors


def _place(base_url: str) -> str | tuple[str, int]:
    """What of a base URL tells its calls apart: the host, or host and port where it names one."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"base_url {base_url!r} is no http or https address")
    if parts.path.rstrip("/") not in PREFIXES:
        raise UsageError(f"base_url {base_url!r} must end in {' or '.join(PREFIXES)}")
    return (parts.hostname, parts.port) if parts.port else parts.hostname


def __getattr__(name: str) -> Any:
    if name != "MockMemosTransport":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("mock_memos.interception.httpx_transport").MockMemosTransport
