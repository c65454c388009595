"""The hosts of the real service are out of reach while a double stands in for it.

What a double does not intercept must neither get to the real service nor fail like a bad network.
It is refused where it asks for the address of the host, and stands in the journal as an unexpected
call, so that a test which swallows the error fails all the same.
"""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, wraps
from typing import Any, Final

from mock_memos.core.addresses import SERVICE_HOSTS
from mock_memos.core.errors import UsageError
from mock_memos.journal.journal import Exchange
from mock_memos.testing.memos import Memos

IN_PROCESS: Final = (
    "the double answers httpx and requests in this process; every other client needs the live one "
    "(the fixture mock_memos_live, or MockMemosServer) and its base_url"
)


class Watch:
    """One double that stands in, and what a call that goes past it should do instead."""

    def __init__(self, memos: Memos, cure: str) -> None:
        self._memos = memos
        self._cure = cure

    def refuse(self, host: str, port: object) -> UsageError:
        """Note a call that went past the double; gives what to tell its maker."""
        return went_past(
            self._memos,
            f"{host}:{port}",
            f"nothing is sent to {host}, the real service, while a double stands in: {self._cure}",
        )


def went_past(memos: Memos, address: str, hint: str) -> UsageError:
    """Note in the journal a call that did not come to the double; gives what to tell its maker."""
    with memos.here() as world:
        world.journal.add(
            Exchange(
                number=world.journal.total + 1, time_ms=world.clock.now, method="CONNECT",
                path=address, operation="", request_body=b"", status=0, code=0, response_body=b"",
                hint=hint, unmatched=True,
            )
        )  # fmt: skip
    return UsageError(hint)


_lock = threading.RLock()
_watches: list[Watch] = []
_patches = ExitStack()


def begin(watch: Watch) -> None:
    """Let nobody get to the real service from now on; the newest watch says so."""
    with _lock:
        if not _watches:
            for owner, name, place in _resolvers():
                _patches.enter_context(_replaced(owner, name, place))
        _watches.append(watch)


def end(watch: Watch) -> None:
    """The double behind this watch stands in no longer."""
    with _lock:
        _watches.remove(watch)
        if not _watches:
            _patches.close()


@contextmanager
def guarded(memos: Memos) -> Iterator[None]:
    """Let nobody get to the real service while this live double stands in for it."""
    watch = Watch(memos, f"send it to {memos.base_url}")
    begin(watch)
    try:
        yield
    finally:
        end(watch)


def _resolvers() -> Iterator[tuple[Any, str, int]]:
    """Who finds the address of a host, and where among its arguments the host stands."""
    yield socket, "getaddrinfo", 0
    if (uvloop := sys.modules.get("uvloop")) is not None:  # it asks the system by itself
        yield uvloop.Loop, "getaddrinfo", 1
        yield uvloop.Loop, "create_connection", 2


@contextmanager
def _replaced(owner: Any, name: str, place: int) -> Iterator[None]:
    real, own = getattr(owner, name), name in vars(owner)
    setattr(owner, name, _wary(real, place))
    try:
        yield
    finally:
        if own:
            setattr(owner, name, real)
        else:
            delattr(owner, name)


@cache
def _wary(real: Callable[..., Any], place: int) -> Callable[..., Any]:
    @wraps(real)
    def ask(*args: Any, **kwargs: Any) -> Any:
        host = kwargs.get("host", args[place] if len(args) > place else None)
        name = host.decode("latin-1") if isinstance(host, bytes) else str(host)
        name = name.rstrip(".").lower()
        watches = _watches[-1:]
        if watches and name in SERVICE_HOSTS:
            port = kwargs.get("port", args[place + 1] if len(args) > place + 1 else "")
            raise watches[0].refuse(name, port)
        return real(*args, **kwargs)

    return ask
