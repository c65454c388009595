"""The recording proxy: an ASGI application that forwards requests and records the responses."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mock_memos.core.addresses import CONTROL_PREFIX, HINT_HEADER
from mock_memos.core.calls import JSON
from mock_memos.core.settings import Settings
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.recorded_calls import CLOCK
from mock_memos.recording.redaction import Redaction
from mock_memos.recording.upstream import Upstream, end_to_end_headers
from mock_memos.server.host_check import HostCheck

_METHODS: Final = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]


class Recorder:
    """Forwards requests to an upstream, and responses back while they arrive.

    `now` returns milliseconds since the epoch. `add` gets every exchange, redacted, when its
    response has ended. `host` is the listening address: requests for another host are refused.
    """

    def __init__(
        self,
        upstream: Upstream,
        add: Callable[[RecordedExchange], None],
        now: Callable[[], int],
        *,
        redact: Redaction | None = None,
        host: str = "127.0.0.1",
        max_body_bytes: int = Settings().max_body_bytes,
    ) -> None:
        self._upstream = upstream
        self._add = add
        self._now = now
        self._redact = redact or Redaction()
        self._hosts = HostCheck(host)
        self._max_body_bytes = max_body_bytes

    def app(self) -> Starlette:
        """Returns the ASGI application."""
        return Starlette(
            routes=[Route("/{path:path}", self._forward, methods=_METHODS)], lifespan=self._lifespan
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self._upstream.close()

    async def _forward(self, request: Request) -> Response:
        host = request.headers.get("host", "localhost")
        if not self._hosts.allows(host):
            return _error(403, f"Unknown host {host!r}", "call the recorder by its own address")
        try:
            body = await self._read_body(request)
        except ClientDisconnect:
            return Response()
        if body is None:
            return _error(
                413, "The body is too large", f"the limit is {self._max_body_bytes} bytes"
            )
        self._redact.learn(request.headers.get("authorization", ""))
        path: str = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        exchange = _start_exchange(request, path, body, self._now())
        try:
            # httpx sets the content length of the body that was read.
            headers = end_to_end_headers(request.headers.raw, "content-length")
            url = self._upstream.url(path, request.url.query)
            reply = await self._upstream.send(request.method, url, headers, body)
        except httpx.HTTPError as problem:
            return _error(
                502, "Cannot reach the upstream",
                f"{self._upstream.base_url}: {type(problem).__name__}: {problem}; "
                "check the address and whether the service is running",
            )  # fmt: skip
        response = StreamingResponse(self._stream(exchange, reply), reply.status_code)
        response.raw_headers = end_to_end_headers(reply.headers.raw)
        return response

    async def _stream(
        self, exchange: RecordedExchange, reply: httpx.Response
    ) -> AsyncIterator[bytes]:
        """Yields the body as it arrives, and records the exchange however it ends."""
        received = ReceivedBody(reply)
        try:
            async for part in reply.aiter_raw():
                received.parts.append(part)
                if received.has_announced_length:  # the client may close after the last byte
                    self._record(exchange, received)
                yield part
            received.is_complete = True
        finally:
            self._record(exchange, received)
            await reply.aclose()

    def _record(self, exchange: RecordedExchange, received: "ReceivedBody") -> None:
        is_control = exchange.path.startswith(CONTROL_PREFIX) and exchange.path != CLOCK
        if received.is_recorded or is_control:
            return
        received.is_recorded = True
        exchange = msgspec.structs.replace(
            exchange,
            duration_ms=max(0, self._now() - exchange.started_ms),
            status=received.reply.status_code,
            response_type=received.reply.headers.get("content-type") or JSON,
            response_body=received.decoded(),
            is_complete=received.is_complete or received.has_announced_length,
        )
        self._add(self._redact(exchange))

    async def _read_body(self, request: Request) -> bytes | None:
        """Returns the whole body, or None if it is too large."""
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > self._max_body_bytes:
            return None
        parts, size = [], 0
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > self._max_body_bytes:
                return None
        return b"".join(parts)


def _start_exchange(request: Request, path: str, body: bytes, started_ms: int) -> RecordedExchange:
    query = f"?{request.url.query}" if request.url.query else ""
    return RecordedExchange(
        started_ms=started_ms,
        method=request.method,
        url=f"{request.url.scheme}://{request.url.netloc}{path}{query}",
        request_type=request.headers.get("content-type", ""),
        request_body=body,
        status=0,
    )


class ReceivedBody:
    """The part of a response that has arrived."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.parts: list[bytes] = []
        self.is_complete = self.is_recorded = False

    @property
    def has_announced_length(self) -> bool:
        """Whether as many bytes arrived as the headers announced."""
        announced = self.reply.headers.get("content-length", "")
        return bool(announced) and announced == str(sum(map(len, self.parts)))

    def decoded(self) -> bytes:
        """Returns the body without its content encoding, such as gzip."""
        raw = b"".join(self.parts)
        encoding = self.reply.headers.get("content-encoding")
        headers = {"content-encoding": encoding} if encoding else {}
        try:
            return httpx.Response(200, headers=headers, content=raw).content
        except httpx.DecodingError:
            return raw


def _error(status: int, problem: str, hint: str) -> Response:
    """Returns an answer of the recorder in the envelope of the API. It is not recorded."""
    header = " ".join(hint.encode("ascii", "backslashreplace").decode().split())
    envelope = {"code": status, "data": None, "message": f"{problem}: {hint}"}
    return Response(msgspec.json.encode(envelope), status, {HINT_HEADER: header}, media_type=JSON)
