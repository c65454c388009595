"""A mock with one changed reply, as if the service had changed."""

from collections.abc import Callable
from typing import Any, Unpack

import httpx
import msgspec

from mock_memos import MockMemos
from mock_memos.interception.httpx_transport import MockMemosTransport
from mock_memos.verification.service import RequestParts, ServiceClient, ServiceResponse

Change = Callable[[Any], Any]
"""Returns the changed JSON of a reply."""


class ChangedMock(httpx.BaseTransport):
    """A mock with changed successes of one operation."""

    def __init__(self, memos: MockMemos, operation: str, change: Change) -> None:
        self._inner: MockMemosTransport = memos.transport()
        self._operation = operation
        self._change = change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        index = request.url.path.partition("/openmem/v1/")[2]
        is_json = response.headers["content-type"] == "application/json"
        name = "get/memory/{memory_id}" if index.startswith("get/memory/") else index
        if not is_json or response.status_code != 200 or name != self._operation:
            return response
        body = msgspec.json.decode(response.read())
        return httpx.Response(200, json=self._change(body))


class RecordingClient(ServiceClient):
    """A client that keeps every response."""

    def __init__(self, *named: Any, **options: Any) -> None:
        super().__init__(*named, **options)
        self.answers: list[ServiceResponse] = []

    def send(self, method: str, operation: str, **sent: Unpack[RequestParts]) -> ServiceResponse:
        self.answers.append(super().send(method, operation, **sent))
        return self.answers[-1]


def client_of(
    memos: MockMemos, transport: httpx.BaseTransport | None = None, **options: Any
) -> RecordingClient:
    """Returns a client of the mock. Its waits move the virtual clock."""

    def pause(seconds: float) -> None:
        memos.clock.advance(seconds)

    return RecordingClient(
        memos.base_url, memos.api_key, transport=transport or memos.transport(), sleep=pause,
        **options,
    )  # fmt: skip


def interrupting(memos: MockMemos, is_last: Callable[[httpx.Request], bool]) -> httpx.MockTransport:
    """Returns the transport of a mock that is interrupted at a request."""

    def answer(request: httpx.Request) -> httpx.Response:
        if is_last(request):
            raise KeyboardInterrupt
        return memos.transport().handle_request(request)

    return httpx.MockTransport(answer)


def put(value: Any, *path: str) -> Change:
    """Returns a change that puts a value at a path; `[]` is every element of a list."""
    return lambda body: _changed(body, path, lambda _: value)


def drop(*path: str) -> Change:
    """Returns a change that removes the field at a path."""
    *way, last = path

    def without(fields: Any) -> Any:
        return {name: value for name, value in fields.items() if name != last}

    return lambda body: _changed(body, way, without)


def apply(function: Change, *path: str) -> Change:
    """Returns a change that applies a function to the value at a path."""
    return lambda body: _changed(body, path, function)


def _changed(value: Any, path: Any, function: Change) -> Any:
    if not path:
        return function(value)
    step, *rest = path
    if step == "[]":
        return [_changed(item, rest, function) for item in value]
    inner = value.get(step)
    return (
        value | {step: _changed(inner, rest, function)} if inner is not None or not rest else value
    )
