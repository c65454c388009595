"""The recorder itself: an application that hands requests on and notes what came back."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mock_memos.core.addresses import CONTROL_PREFIX, HINT_HEADER, operation_path
from mock_memos.core.calls import JSON
from mock_memos.core.settings import Settings
from mock_memos.recording.drafting.timing import CLOCK
from mock_memos.recording.exchange import Exchange
from mock_memos.recording.redaction import Redaction
from mock_memos.recording.upstream import Upstream, onward
from mock_memos.server.host_check import Hosts

_METHODS: Final = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
Note = Callable[[Exchange], None]


class Recorder:
    """Hands requests on to one upstream, and replies back as they come.

    `now` gives the moment in milliseconds. `note` gets every exchange, redacted, when its reply
    has come to an end. `host` is the address that the recorder listens on: requests that name
    another host are refused.
    """

    def __init__(
        self,
        upstream: Upstream,
        note: Note,
        now: Callable[[], int],
        *,
        redact: Redaction | None = None,
        host: str = "127.0.0.1",
        max_body_bytes: int = Settings().max_body_bytes,
    ) -> None:
        self._upstream = upstream
        self._note = note
        self._now = now
        self._redact = redact or Redaction()
        self._hosts = Hosts(host)
        self._limit = max_body_bytes

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[Route("/{path:path}", self._hand_on, methods=_METHODS)], lifespan=self._alive
        )

    @asynccontextmanager
    async def _alive(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self._upstream.close()

    async def _hand_on(self, request: Request) -> Response:
        if not self._hosts.welcome(request.headers.get("host", "localhost")):
            return _refusal(
                403, "this recorder has another name",
                "call it by the address that it listens on, or by localhost",
            )  # fmt: skip
        try:
            body = await self._body(request)
        except ClientDisconnect:
            return Response()
        if body is None:
            return _refusal(413, "the body is too large", f"at most {self._limit} bytes are taken")
        self._redact.learn(request.headers.get("authorization", ""))
        asked = _asked(request, body, self._now())
        try:
            reply = await self._sent(request, body)
        except httpx.HTTPError as problem:
            return _refusal(
                502, "the upstream cannot be reached",
                f"{self._upstream.base}: {type(problem).__name__}: {problem}; "
                "is the address right, and the service up?",
            )  # fmt: skip
        response = StreamingResponse(self._handed_back(asked, reply), reply.status_code)
        response.raw_headers = onward(reply.headers.raw)
        return response

    async def _sent(self, request: Request, body: bytes) -> httpx.Response:
        """The reply of the upstream, of which the body is still to come."""
        path: str = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        url = self._upstream.address(path, request.url.query)
        # The length is told anew, of the body that was read.
        headers = onward(request.headers.raw, "content-length")
        return await self._upstream.send(request.method, url, headers, body)

    async def _handed_back(self, asked: Exchange, reply: httpx.Response) -> AsyncIterator[bytes]:
        """The body of a reply as it comes. However it ends, the exchange is noted."""
        taken = _Taken(reply)
        try:
            async for part in reply.aiter_raw():
                taken.parts.append(part)
                if taken.has_all:  # with the last byte the client may be gone
                    self._keep(asked, taken)
                yield part
            taken.whole = True
        finally:
            self._keep(asked, taken)
            await reply.aclose()

    def _keep(self, asked: Exchange, taken: "_Taken") -> None:
        if taken.kept or (asked.path.startswith(CONTROL_PREFIX) and asked.path != CLOCK):
            return
        taken.kept = True
        exchange = msgspec.structs.replace(
            asked,
            simulated_duration_ms=max(0, self._now() - asked.time),
            status=taken.reply.status_code,
            reply_type=taken.reply.headers.get("content-type") or JSON,
            response_body=taken.plain(),
            whole=taken.whole or taken.has_all,
        )
        self._note(self._redact(exchange))

    async def _body(self, request: Request) -> bytes | None:
        """The whole body; None for one that is too large."""
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > self._limit:
            return None
        parts, size = [], 0
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > self._limit:
                return None
        return b"".join(parts)


def _asked(request: Request, body: bytes, began: int) -> Exchange:
    """What is known of an exchange before it is answered."""
    rest = operation_path(request.url.path)
    return Exchange(
        time=began,
        method=request.method,
        path=request.url.path if rest is None else rest,
        query=request.url.query,
        request_type=request.headers.get("content-type", ""),
        request=body,
        status=0,
    )


class _Taken:
    """What came of a reply so far."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.parts: list[bytes] = []
        self.whole = self.kept = False

    @property
    def has_all(self) -> bool:
        """Whether as many bytes came as were announced."""
        announced = self.reply.headers.get("content-length", "")
        return bool(announced) and announced == str(sum(map(len, self.parts)))

    def plain(self) -> bytes:
        """The body as it was meant: without the encoding that it travelled in."""
        raw = b"".join(self.parts)
        encoding = self.reply.headers.get("content-encoding")
        headers = {"content-encoding": encoding} if encoding else {}
        try:
            return httpx.Response(200, headers=headers, content=raw).content
        except httpx.DecodingError:
            return raw


def _refusal(status: int, message: str, hint: str) -> Response:
    """An answer of our own, readable by clients of the API. It is no part of the recording."""
    shown = hint.encode("ascii", "backslashreplace").decode()
    said = {"code": status, "data": None, "message": f"{message}: {hint}"}
    return Response(
        msgspec.json.encode(said), status, {HINT_HEADER: " ".join(shown.split())}, media_type=JSON
    )
