"""The door for httpx: a respx router for all clients, and a transport for those a test makes."""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import respx
from respx.models import AllMockedAssertionError, PassThrough

from mock_memos.core.calls import Call, CallHandler, Reply


class Door(respx.MockRouter):
    """Answers calls to claimed hosts; leaves the others to the user's own routers, or lets them go.

    It stands before the user's routers, so that nothing for the service slips past it, and keeps
    no record of calls: the journal does.
    """

    def __init__(self, claimant: Callable[[str, int | None, str], CallHandler | None]) -> None:
        super().__init__(assert_all_called=False)
        self._claimant = claimant

    def start(self) -> None:
        super().start()
        if self.Mocker is not None:
            self.Mocker.routers.remove(self)
            self.Mocker.routers.insert(0, self)

    def handler(self, request: httpx.Request) -> httpx.Response:
        reply = self._reply(request)
        wait(reply, request)
        return response(reply, request)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        reply = self._reply(request)
        await wait_async(reply, request)
        return response(reply, request)

    def _reply(self, request: httpx.Request) -> Reply:
        handler = self._claimant(request.url.host, request.url.port, request.url.path)
        if handler is not None:
            return ask(handler, request, request.content)
        if self.Mocker is not None and self.Mocker.routers[-1] is not self:
            raise AllMockedAssertionError(f"{request!r} is for another router")
        raise PassThrough(f"{request!r} is not for MemOS", request=request, origin=_ELSEWHERE)


_ELSEWHERE = respx.Route()


class MockMemosTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every call of the client that it is given to, sync or async, whatever the host."""

    def __init__(self, handler: CallHandler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = ask(self._handler, request, request.read())
        wait(reply, request)
        return response(reply, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        reply = ask(self._handler, request, await request.aread())
        await wait_async(reply, request)
        return response(reply, request)


class Whole(httpx.Response):
    """A response whose body has come: reading it does not stream it, which costs more than a call.

    Whoever streams it, or gets an encoded body, is served as by any response.
    """

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body))
        self._body = body

    def read(self) -> bytes:
        if not self._take():
            return super().read()
        self.close()
        return self._body

    async def aread(self) -> bytes:
        if not self._take():
            return await super().aread()
        await self.aclose()
        return self._body

    def _take(self) -> bool:
        """Take the body as read, unless somebody has begun to stream it."""
        if self.is_stream_consumed or self.is_closed or "content-encoding" in self.headers:
            return False
        self._content = self._body
        self._num_bytes_downloaded = len(self._body)
        self.is_stream_consumed = True
        return True


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A streamed reply, chunk by chunk, and how it ends."""

    def __init__(self, reply: Reply, request: httpx.Request) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._reply.chunks:
            yield chunk.data
        if self._reply.ending != "whole":
            raise broken(self._reply, self._request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for data in self:
            yield data


def ask(handler: CallHandler, request: httpx.Request, body: bytes) -> Reply:
    """Sends one request to the handler."""
    url = request.url
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in request.headers.raw
    }
    call = Call(request.method, url.path, headers, body, url.query.decode("latin-1"))
    return handler.handle(call)


def response(reply: Reply, request: httpx.Request) -> httpx.Response:
    """A reply in the values of httpx. Raises what httpx does when none comes."""
    if not reply.status:
        raise broken(reply, request)
    if reply.exceeds(_patience(request)):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    headers = [("content-type", reply.content_type), *reply.headers]
    if reply.is_streamed:
        headers.append(("transfer-encoding", "chunked"))
        return httpx.Response(reply.status, headers=headers, stream=Stream(reply, request))
    headers.insert(1, ("content-length", str(len(reply.body))))
    return Whole(reply.status, headers, b"" if request.method == "HEAD" else reply.body)


def broken(reply: Reply, request: httpx.Request) -> httpx.TransportError:
    """What httpx raises for a reply that does not come to its end."""
    if reply.ending == "stall":
        return httpx.ReadTimeout("The read operation timed out", request=request)
    if reply.ending == "reset":
        return httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    if reply.status:
        said = "peer closed connection without sending complete message body"
    else:
        said = "Server disconnected without sending a response."
    return httpx.RemoteProtocolError(said, request=request)


def wait(reply: Reply, request: httpx.Request) -> None:
    """Wait for a reply that is really late, as long as the client would."""
    if reply.real_latency:
        time.sleep(_lateness(reply, request))


async def wait_async(reply: Reply, request: httpx.Request) -> None:
    """The same for an async client."""
    if reply.real_latency:
        import anyio  # slow to import, and httpx itself does without until it goes online

        await anyio.sleep(_lateness(reply, request))


def _lateness(reply: Reply, request: httpx.Request) -> float:
    patience = _patience(request)
    late = reply.latency_ms / 1000
    return late if patience is None else min(late, patience)


def _patience(request: httpx.Request) -> float | None:
    """How many seconds a client waits for a reply."""
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    return patience
