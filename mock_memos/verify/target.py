"""A service that is asked: its address, a key, and all that was said to it and came back."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

import httpx
import msgspec

from mock_memos.errors import UsageError

Files = Iterable[tuple[str, tuple[str, bytes]]]
"""Parts of a multipart request: field name, then file name and content."""


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
        """The body as JSON; None for anything else."""
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


class Target:
    """A base URL and a key. Remembers every exchange, and never raises for what comes back."""

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

        Raises `UsageError` for an address that is none.
        """
        url = httpx.URL(base_url)
        if url.scheme not in ("http", "https") or not url.host:
            raise UsageError(f"the base URL is {base_url!r}; expected 'http(s)://host/path'")
        self.base_url = base_url.rstrip("/")
        self.api_key = api_key
        self.pause = pause
        self.exchanges: list[Answer] = []
        self._pace = pace
        self._client = httpx.Client(transport=transport, timeout=timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def post(self, operation: str, /, **fields: Any) -> Answer:
        """Call an operation with these fields as JSON."""
        return self.send("POST", operation, body=fields)

    def get(self, operation: str) -> Answer:
        """Call an operation that takes no body."""
        return self.send("GET", operation)

    def send(
        self,
        method: str,
        operation: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        files: Files | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send anything at all: `body` as JSON, `content` as it is, or `files` as multipart.

        `headers` replace our own; an empty `authorization` sends none.
        """
        said = {"authorization": f"Token {self.api_key}"} | dict(headers or {})
        if content is None and body is not None:
            content = json.dumps(body).encode()
            said.setdefault("content-type", "application/json")
        if self._pace:
            self.pause(self._pace)
        answer = Answer(method=method, operation=operation, request=body, status=0)
        try:
            reply = self._client.request(
                method,
                f"{self.base_url}/{operation}",
                content=content,
                files=list(files) if files is not None else None,
                params=params,
                headers={name: value for name, value in said.items() if value},
            )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            trouble = f"{type(problem).__name__}: {problem}"
            answer = msgspec.structs.replace(answer, trouble=trouble)
        else:
            answer = msgspec.structs.replace(
                answer,
                status=reply.status_code,
                headers=dict(reply.headers),
                body=reply.content,
                seconds=_seconds(reply),
            )
        self.exchanges.append(answer)
        return answer

    def polls(self, operation: str, /, *, within: float, **fields: Any) -> Iterator[Answer]:
        """Ask again and again, with growing rests, for about `within` seconds."""
        rest, left = 0.25, within
        while True:
            yield self.post(operation, **fields)
            if left <= 0:
                return
            self.pause(rest)
            left -= rest
            rest = min(rest * 1.5, 3.0)


def _seconds(reply: httpx.Response) -> float:
    try:
        return reply.elapsed.total_seconds()
    except RuntimeError:  # a transport without a socket may not have measured it
        return 0.0
