"""The door for httpx: a respx router for all clients, and a transport for those a test makes."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import respx
from respx.models import AllMockedAssertionError, PassThrough

from mock_memos.calls import Call, Chunk, Reply
from mock_memos.engine import Engine
from mock_memos.face import Double


class Door(respx.MockRouter):
    """Answers calls to claimed hosts; leaves the others to the user's own routers, or lets them go.

    It stands before the user's routers, so that nothing for the service slips past it, and keeps
    no record of calls: the journal does.
    """

    def __init__(self, claimant: Callable[[str, int | None], Engine | None]) -> None:
        super().__init__(assert_all_called=False)
        self._claimant = claimant

    def start(self) -> None:
        super().start()
        if self.Mocker is not None:
            self.Mocker.routers.remove(self)
            self.Mocker.routers.insert(0, self)

    def handler(self, request: httpx.Request) -> httpx.Response:
        engine = self._claimant(request.url.host, request.url.port)
        if engine is not None:
            return respond(engine, request, request.content)
        if self.Mocker is not None and self.Mocker.routers[-1] is not self:
            raise AllMockedAssertionError(f"{request!r} is for another router")
        raise PassThrough(f"{request!r} is not for MemOS", request=request, origin=_ELSEWHERE)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        return self.handler(request)


_ELSEWHERE = respx.Route()


class MockMemosTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every call of the client that it is given to, sync or async, whatever the host."""

    def __init__(self, target: Engine | Double) -> None:
        self._engine = target.engine if isinstance(target, Double) else target

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return respond(self._engine, request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return respond(self._engine, request, await request.aread())


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A streamed reply, chunk by chunk."""

    def __init__(self, chunks: tuple[Chunk, ...]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            yield chunk.data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk.data


def respond(engine: Engine, request: httpx.Request, body: bytes) -> httpx.Response:
    """One request through the engine, in the values of httpx."""
    url = request.url
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in request.headers.raw
    }
    return response(
        engine.handle(Call(request.method, url.path, headers, body, url.query.decode("latin-1"))),
        bare=request.method == "HEAD",
    )


def response(reply: Reply, *, bare: bool = False) -> httpx.Response:
    """A reply in the values of httpx. A `bare` one has its headers and no body."""
    headers = [("content-type", reply.content_type), *reply.headers]
    if reply.chunks:
        headers.append(("transfer-encoding", "chunked"))
        return httpx.Response(reply.status, headers=headers, stream=Stream(reply.chunks))
    headers.insert(1, ("content-length", str(len(reply.body))))
    stream = httpx.ByteStream(b"" if bare else reply.body)
    return httpx.Response(reply.status, headers=headers, stream=stream)
