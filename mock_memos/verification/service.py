"""A service that is asked: its address, a key, and what comes back for one request."""

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

LONGEST: Final = 32 * 1024 * 1024
"""Bytes of a reply that are read; no answer of the API comes near."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one request, whatever it was."""

    method: str
    operation: str
    """Relative to the base URL: `add/message`, `get/memory/a1`."""
    request: Any = None
    """The JSON that was sent; None where it was no JSON."""
    status: int
    """The HTTP status; 0 when no reply could be read."""
    headers: Mapping[str, str] = {}
    """By lower-case name."""
    body: bytes = b""
    trouble: str = ""
    """What the connection came to, when no reply could be read."""
    seconds: float = 0.0
    """Real seconds from the request to the end of the reply."""

    @property
    def json(self) -> Any:
        """The body as JSON; None for anything else, or what is nested too deeply to be read."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def code(self) -> Any:
        """`code` of the envelope; None where there is none."""
        envelope = self.json
        return envelope.get("code") if isinstance(envelope, dict) else None

    @property
    def data(self) -> Any:
        """`data` of the envelope; None where there is none."""
        envelope = self.json
        return envelope.get("data") if isinstance(envelope, dict) else None

    def at(self, *path: str | int) -> Any:
        """The value at a path in `data`; None where it leads nowhere."""
        value = self.data
        for step in path:
            try:
                value = value[step]
            except (LookupError, TypeError):
                return None
        return value

    def state(self, *where: str | int) -> Any:
        """The status of what stands at a place; older services answer a list of one."""
        return self.at(*where, "status") or self.at(0, "status")


class Sent(TypedDict, total=False):
    """What is sent: `body` as JSON, `content` as it is, or `files` as multipart.

    `headers` replace our own; an empty `authorization` sends none.
    """

    body: Any
    content: bytes | None
    files: Files | None
    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None


class Caller(ABC):
    """Somebody who calls operations."""

    @abstractmethod
    def send(self, method: str, operation: str, **sent: Unpack[Sent]) -> Answer:
        """Send anything at all."""

    def post(self, operation: str, /, **fields: Any) -> Answer:
        """Call an operation with these fields as JSON."""
        return self.send("POST", operation, body=fields)

    def get(self, operation: str) -> Answer:
        """Call an operation that takes no body."""
        return self.send("GET", operation)


class Target(Caller):
    """A base URL and a key. Never raises for what comes back."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pace: float = 0.0,
        timeout: float = 60.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`pace`: seconds to rest before each call. `pause` is how it rests, and how it waits.

        Raises `UsageError` for an address that is none, and for a key that no header can carry.
        """
        host_of(base_url)
        if not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("the API key has characters that no header can carry")
        self.base_url = complete_base_url(base_url)
        self.api_key = api_key
        self.pause = pause
        self._pace = pace
        self._timeout = timeout
        self._client = httpx.Client(transport=transport, timeout=timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, method: str, operation: str, **sent: Unpack[Sent]) -> Answer:
        """Send anything at all."""
        said = {"authorization": f"Token {self.api_key}"} | dict(sent.get("headers") or {})
        body, content, files = sent.get("body"), sent.get("content"), sent.get("files")
        if content is None and body is not None:
            content = json.dumps(body).encode()
            said.setdefault("content-type", "application/json")
        if self._pace:
            self.pause(self._pace)
        answer = Answer(method=method, operation=operation, request=body, status=0)
        try:
            with self._client.stream(
                method,
                f"{self.base_url}/{operation}",
                content=content,
                files=list(files) if files is not None else None,
                params=sent.get("params"),
                headers={name: value for name, value in said.items() if value},
            ) as reply:
                read = self._read(reply)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            trouble = f"{type(problem).__name__}: {problem}"
            return msgspec.structs.replace(answer, trouble=trouble)
        return msgspec.structs.replace(
            answer,
            status=reply.status_code,
            headers=dict(reply.headers),
            body=read,
            seconds=_seconds(reply),
        )

    def _read(self, reply: httpx.Response) -> bytes:
        """The whole body, unless it is too long or does not come to an end."""
        clock = Clock("real")
        last = clock.now + round(self._timeout * 1000)
        body = bytearray()
        for piece in reply.iter_bytes():
            body += piece
            if len(body) > LONGEST:
                raise httpx.ReadError(f"the reply is longer than {LONGEST} bytes")
            if clock.now > last:
                raise httpx.ReadTimeout(f"the reply did not end within {self._timeout:g} s")
        return bytes(body)

    def polls(self, operation: str, /, *, within: float, **fields: Any) -> Iterator[Answer]:
        """Ask again and again, with growing rests, for about `within` seconds."""
        yield self.post(operation, **fields)
        for rest in rests(within):
            self.pause(rest)
            yield self.post(operation, **fields)


def rests(within: float) -> Iterator[float]:
    """Seconds to rest between polls, which grow, until about `within` are over."""
    rest = 0.25
    while within > 0:
        yield rest
        within -= rest
        rest = min(rest * 1.5, 3.0)


def host_of(base_url: str) -> str:
    """The host of a base URL. Raises `UsageError` for an address that is none."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"the base URL is {base_url!r}; expected 'http(s)://host/path'")
    return url.host


def _seconds(reply: httpx.Response) -> float:
    try:
        return reply.elapsed.total_seconds()
    except RuntimeError:  # a transport without a socket may not have measured it
        return 0.0
