"""An HTTP client of one service: sends a request and returns any response."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Self, TypedDict, Unpack

import httpx
import msgspec

from mock_memos.core.addresses import complete_base_url
from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError

Files = Iterable[tuple[str, tuple[str, bytes]]]
"""Parts of a multipart request: field name, then file name and content."""

MAX_RESPONSE_BYTES: Final = 32 * 1024 * 1024
"""Longer responses are not read; those of the API are much shorter."""


class ServiceResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The response to one request, or why there was none."""

    method: str
    operation: str
    """Relative to the base URL: `add/message`, `get/memory/a1`."""
    request_json: Any = None
    """The JSON that was sent; None for other requests."""
    status: int
    """The HTTP status; 0 if no response could be read."""
    headers: Mapping[str, str] = {}
    """By lower-case name."""
    body: bytes = b""
    connection_error: str = ""
    """Why no response could be read."""

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is not JSON or nested too deeply."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def code(self) -> Any:
        """`code` of the envelope, or None."""
        envelope = self.json
        return envelope.get("code") if isinstance(envelope, dict) else None

    @property
    def data(self) -> Any:
        """`data` of the envelope, or None."""
        envelope = self.json
        return envelope.get("data") if isinstance(envelope, dict) else None

    def at(self, *path: str | int) -> Any:
        """Returns the value at a path in `data`, or None."""
        value = self.data
        for step in path:
            try:
                value = value[step]
            except (LookupError, TypeError):
                return None
        return value

    def task_status(self, *path: str | int) -> Any:
        """Returns the status at a path; older services return a list with one task."""
        return self.at(*path, "status") or self.at(0, "status")


class RequestParts(TypedDict, total=False):
    """What to send: `body` as JSON, `content` unchanged, or `files` as multipart.

    `headers` replace the default ones; an empty `authorization` is not sent.
    """

    body: Any
    content: bytes | None
    files: Files | None
    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None


class Caller(ABC):
    """Calls operations of a service."""

    @abstractmethod
    def send(self, method: str, operation: str, **parts: Unpack[RequestParts]) -> ServiceResponse:
        """Sends any request."""

    def post(self, operation: str, /, **fields: Any) -> ServiceResponse:
        """Calls an operation with these fields as JSON."""
        return self.send("POST", operation, body=fields)

    def get(self, operation: str) -> ServiceResponse:
        """Calls an operation without a body."""
        return self.send("GET", operation)


class ServiceClient(Caller):
    """Calls one base URL with one key. Responses never raise."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        max_rate: float = 0.0,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`max_rate`: calls per second, 0 for no limit. `timeout`: seconds for one response.

        Raises `UsageError` for an invalid address, and for a key that a header cannot contain.
        """
        host_of(base_url)
        if not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("The API key contains characters that are not allowed in a header.")
        self.base_url = complete_base_url(base_url)
        self.api_key = api_key
        self.sleep = sleep
        self._delay_seconds = 1 / max_rate if max_rate else 0.0
        self._timeout = timeout
        self._client = httpx.Client(transport=transport, timeout=timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, method: str, operation: str, **parts: Unpack[RequestParts]) -> ServiceResponse:
        """Sends any request."""
        headers = {"authorization": f"Token {self.api_key}"} | dict(parts.get("headers") or {})
        body, content, files = parts.get("body"), parts.get("content"), parts.get("files")
        if content is None and body is not None:
            content = json.dumps(body).encode()
            headers.setdefault("content-type", "application/json")
        if self._delay_seconds:
            self.sleep(self._delay_seconds)
        response = ServiceResponse(method=method, operation=operation, request_json=body, status=0)
        try:
            with self._client.stream(
                method,
                f"{self.base_url}/{operation}",
                content=content,
                files=list(files) if files is not None else None,
                params=parts.get("params"),
                headers={name: value for name, value in headers.items() if value},
            ) as reply:
                read = self._read(reply)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            reason = f"{type(error).__name__}: {error}"
            return msgspec.structs.replace(response, connection_error=reason)
        return msgspec.structs.replace(
            response, status=reply.status_code, headers=dict(reply.headers), body=read
        )

    def _read(self, reply: httpx.Response) -> bytes:
        """Reads the body. Raises if it is too long or does not end in time."""
        clock = Clock("real")
        deadline = clock.now + round(self._timeout * 1000)
        body = bytearray()
        for piece in reply.iter_bytes():
            body += piece
            if len(body) > MAX_RESPONSE_BYTES:
                raise httpx.ReadError(f"the response is longer than {MAX_RESPONSE_BYTES} bytes")
            if clock.now > deadline:
                raise httpx.ReadTimeout(f"the response did not end within {self._timeout:g} s")
        return bytes(body)

    def poll(
        self, operation: str, /, *, timeout_seconds: float, **fields: Any
    ) -> Iterator[ServiceResponse]:
        """Calls an operation repeatedly for about `timeout_seconds`, less and less often."""
        yield self.post(operation, **fields)
        for delay in backoff(timeout_seconds):
            self.sleep(delay)
            yield self.post(operation, **fields)


def backoff(timeout_seconds: float) -> Iterator[float]:
    """Yields growing delays in seconds, from 0.25 to 3, about `timeout_seconds` in total."""
    delay = 0.25
    while timeout_seconds > 0:
        yield delay
        timeout_seconds -= delay
        delay = min(delay * 1.5, 3.0)


def host_of(base_url: str) -> str:
    """Returns the host of a base URL. Raises `UsageError` for an invalid one."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"the base URL is {base_url!r}; expected 'http(s)://host/path'")
    return url.host
