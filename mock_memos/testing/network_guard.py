"""Blocks DNS lookups of the real service while a mock is active.

Clients that a mock does not intercept get an explaining error instead of the real service. The
journal records the call as unmatched, so a test that catches the error still fails.
"""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, wraps
from typing import Any, Final

from mock_memos.control import journal
from mock_memos.control.journal import BypassedCall
from mock_memos.core.addresses import SERVICE_HOSTS
from mock_memos.core.errors import UsageError
from mock_memos.testing.memos import Memos

IN_PROCESS: Final = (
    "httpx and requests are answered in this process; other clients need the live mock (the "
    "fixture mock_memos_live, or MockMemosServer) and its base_url"
)


class Guard:
    """One active mock, and what a client should do that does not reach it."""

    def __init__(self, memos: Memos, fix: str) -> None:
        self._memos = memos
        self._fix = fix

    def block(self, host: str, port: object) -> UsageError:
        """Records a blocked call. Returns the error for its client."""
        hint = f"nothing is sent to {host}, the real service, while a mock is active: {self._fix}"
        return record_bypass(self._memos, f"{host}:{port}", hint)


def record_bypass(memos: Memos, address: str, hint: str) -> UsageError:
    """Records a call that a client sent past the mock. Returns the error for the client."""
    memos.backend.call(journal.record_bypass, BypassedCall(address=address, hint=hint))
    return UsageError(hint)


_lock = threading.RLock()
_guards: list[Guard] = []
_patches = ExitStack()


def install(guard: Guard) -> None:
    """Blocks the hosts of the real service. The newest guard writes the errors."""
    with _lock:
        if not _guards:
            for owner, name, host_index in _resolvers():
                _patches.enter_context(_patched(owner, name, host_index))
        _guards.append(guard)


def remove(guard: Guard) -> None:
    """Ends a guard. After the last one, the hosts are reachable again."""
    with _lock:
        _guards.remove(guard)
        if not _guards:
            _patches.close()


@contextmanager
def guarded(memos: Memos) -> Iterator[None]:
    """Blocks the hosts of the real service while a live mock is active."""
    guard = Guard(memos, f"send it to {memos.base_url}")
    install(guard)
    try:
        yield
    finally:
        remove(guard)


def _resolvers() -> Iterator[tuple[Any, str, int]]:
    """Yields the functions that look up hosts, with the index of their argument `host`."""
    yield socket, "getaddrinfo", 0
    if (uvloop := sys.modules.get("uvloop")) is not None:  # it does not use the socket module
        yield uvloop.Loop, "getaddrinfo", 1
        yield uvloop.Loop, "create_connection", 2


@contextmanager
def _patched(owner: Any, name: str, host_index: int) -> Iterator[None]:
    original, is_own = getattr(owner, name), name in vars(owner)
    setattr(owner, name, _guarded(original, host_index))
    try:
        yield
    finally:
        if is_own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)


@cache
def _guarded(original: Callable[..., Any], host_index: int) -> Callable[..., Any]:
    @wraps(original)
    def resolve(*args: Any, **kwargs: Any) -> Any:
        host = kwargs.get("host", args[host_index] if len(args) > host_index else None)
        name = host.decode("latin-1") if isinstance(host, bytes) else str(host)
        name = name.rstrip(".").lower()
        newest = _guards[-1:]
        if newest and name in SERVICE_HOSTS:
            port = kwargs.get("port", args[host_index + 1] if len(args) > host_index + 1 else "")
            raise newest[0].block(name, port)
        return original(*args, **kwargs)

    return resolve
