"""A world on a mock server in another process or on another machine.

Many processes, such as the workers of one test run, can share one `mock-memos serve`.
"""

import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import msgspec

from mock_memos.control.base import EmptyRequest
from mock_memos.control.journal import JournalQuery, list_exchanges
from mock_memos.control.routes import CONTROL, ControlRoute
from mock_memos.control.worlds import health, show_snapshot
from mock_memos.core.addresses import (
    CONTROL_PREFIX,
    CONTROL_TOKEN_HEADER,
    SERVICE_HOSTS,
    complete_base_url,
)
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.journal.journal import Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.snapshot import restore_world
from mock_memos.testing.backend import ControlFunction, Request, Response, WorldView
from mock_memos.testing.memos import Memos

TOKEN_VARIABLE = "MOCK_MEMOS_CONTROL_TOKEN"  # noqa: S105  the name of a variable
"""The environment variable with the token of `serve --control-token`."""

_POLL_SECONDS = 0.02
_TIMEOUT_SECONDS = 30


class RemoteMemos(Memos):
    """A world on a running mock server, with the methods of every `Memos`.

        memos = RemoteMemos("http://127.0.0.1:8765/api/openmem/v1", "mock-key")

    `base_url` is what `mock-memos serve` prints as MEMOS_BASE_URL. Creating it sends nothing; the
    methods raise `UsageError` if no mock server answers.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        base_url = complete_base_url(base_url)
        super().__init__(HttpBackend(base_url, api_key), base_url)


def is_mock_server(base_url: str) -> bool:
    """Checks if a mock server answers. Sends nothing to the hosts of the real service."""
    if urlsplit(base_url).hostname in SERVICE_HOSTS:
        return False
    try:
        return HttpBackend(base_url, "").call(health, EmptyRequest()) == {"status": "ok"}
    except UsageError:
        return False


class HttpBackend:
    """Sends control functions to a mock server, each as one request."""

    defaults: tuple[Settings, Sequence[Scenario]] = (Settings(), ())
    unauthenticated = Journal()

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url = base_url
        self._address = urlsplit(base_url)
        self.api_key = api_key
        self.failed_sandbox: WorldView | None = None

    def call(self, function: ControlFunction[Request, Response], request: Request) -> Response:
        route, response_type = _route_of(function)
        try:
            text = self._send(route, msgspec.json.encode(request))
            error = msgspec.json.decode(text, type=_ErrorResponse).error
            if error is not None:
                raise UsageError(f"{error.message} ({error.hint})")
            response: Response = msgspec.json.decode(text, type=response_type)
        except (OSError, HTTPException, msgspec.MsgspecError) as problem:
            host = self._address.netloc
            raise UsageError(f"no mock-memos answers at {host}: {problem}") from None
        return response

    def _send(self, route: ControlRoute, body: bytes) -> bytes:
        address = self._address
        connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection = connect(address.hostname or "", address.port, timeout=_TIMEOUT_SECONDS)
        headers = {"Authorization": f"Token {self.api_key}"} if self.api_key else {}
        if token := os.environ.get(TOKEN_VARIABLE):
            headers[CONTROL_TOKEN_HEADER] = token
        try:
            connection.request(route.method, f"{CONTROL_PREFIX}/{route.path}", body, headers)
            return connection.getresponse().read()
        finally:
            connection.close()

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float) -> bool:
        for _ in range(round(timeout_seconds / _POLL_SECONDS)):
            if condition():
                return True
            time.sleep(_POLL_SECONDS)
        return condition()

    def count_other_calls(self) -> int:
        return 0  # those of a shared server belong to other tests

    def view(self) -> WorldView:
        world = restore_world(self.call(show_snapshot, EmptyRequest()))
        return WorldView(world, self.call(list_exchanges, JournalQuery()))

    def for_key(self, api_key: str) -> "HttpBackend":
        return HttpBackend(self._base_url, api_key)


class _Error(msgspec.Struct):
    message: str
    hint: str


class _ErrorResponse(msgspec.Struct):
    error: _Error | None = None


@cache
def _route_of(function: Callable[..., Any]) -> tuple[ControlRoute, Any]:
    """Returns the route of a control function and the type of its response."""
    route = next(route for route in CONTROL if route.function is function)
    return route, get_type_hints(function)["return"]
