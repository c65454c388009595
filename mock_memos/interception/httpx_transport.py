"""Answers httpx calls: a respx router for all clients, and a transport for a client of the test."""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import respx
from respx.models import AllMockedAssertionError, PassThrough

from mock_memos.core.calls import Call, CallHandler, Reply


class HttpxPatch(respx.MockRouter):
    """Answers the calls to hosts that have a handler. Other calls reach the user's routers or pass.

    It comes before the user's routers and keeps no record of calls, because the journal does.
    """

    def __init__(self, find_handler: Callable[[str, int | None, str], CallHandler | None]) -> None:
        """`find_handler` takes host, explicit port and path."""
        super().__init__(assert_all_called=False)
        self._find_handler = find_handler

    def start(self) -> None:
        super().start()
        if self.Mocker is not None:
            self.Mocker.routers.remove(self)
            self.Mocker.routers.insert(0, self)

    def handler(self, request: httpx.Request) -> httpx.Response:
        reply = self._reply(request)
        wait(reply, request)
        return to_response(reply, request)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        reply = self._reply(request)
        await wait_async(reply, request)
        return to_response(reply, request)

    def _reply(self, request: httpx.Request) -> Reply:
        handler = self._find_handler(request.url.host, request.url.port, request.url.path)
        if handler is not None:
            return handler.handle(to_call(request, request.content))
        if self.Mocker is not None and self.Mocker.routers[-1] is not self:
            raise AllMockedAssertionError(f"{request!r} is for another router")
        raise PassThrough(f"{request!r} is not for MemOS", request=request, origin=_OTHER_HOSTS)


_OTHER_HOSTS = respx.Route()


class MockMemosTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every call of a sync or async client, whatever the host."""

    def __init__(self, handler: CallHandler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = self._handler.handle(to_call(request, request.read()))
        wait(reply, request)
        return to_response(reply, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        reply = self._handler.handle(to_call(request, await request.aread()))
        await wait_async(reply, request)
        return to_response(reply, request)


class BufferedResponse(httpx.Response):
    """A response with a complete body. Reading it does not stream it, which costs more than a call.

    Streaming it, or decoding its content encoding, works as with every response.
    """

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body))
        self._body = body

    def read(self) -> bytes:
        if not self._use_body():
            return super().read()
        self.close()
        return self._body

    async def aread(self) -> bytes:
        if not self._use_body():
            return await super().aread()
        await self.aclose()
        return self._body

    def _use_body(self) -> bool:
        """Marks the body as read, unless streaming it has begun."""
        if self.is_stream_consumed or self.is_closed or "content-encoding" in self.headers:
            return False
        self._content = self._body
        self._num_bytes_downloaded = len(self._body)
        self.is_stream_consumed = True
        return True


class StreamedBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The chunks of a streamed reply, and the error that ends it."""

    def __init__(self, reply: Reply, request: httpx.Request) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._reply.chunks:
            yield chunk.data
        if self._reply.ending != "whole":
            raise transport_error(self._reply, self._request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for data in self:
            yield data


def to_call(request: httpx.Request, body: bytes) -> Call:
    """Converts a request of httpx."""
    url = request.url
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in request.headers.raw
    }
    return Call(request.method, url.path, headers, body, url.query.decode("latin-1"))


def to_response(reply: Reply, request: httpx.Request) -> httpx.Response:
    """Converts a reply to a response of httpx. Raises the error of httpx if there is no reply."""
    if not reply.status:
        raise transport_error(reply, request)
    if reply.exceeds(_timeout_seconds(request)):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    headers = [("content-type", reply.content_type), *reply.headers]
    if reply.is_streamed:
        headers.append(("transfer-encoding", "chunked"))
        return httpx.Response(reply.status, headers=headers, stream=StreamedBody(reply, request))
    headers.insert(1, ("content-length", str(len(reply.body))))
    body = b"" if request.method == "HEAD" else reply.body
    return BufferedResponse(reply.status, headers, body)


def transport_error(reply: Reply, request: httpx.Request) -> httpx.TransportError:
    """Returns the error that httpx raises for an incomplete reply."""
    if reply.ending == "stall":
        return httpx.ReadTimeout("The read operation timed out", request=request)
    if reply.ending == "reset":
        return httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    message = "Server disconnected without sending a response."
    if reply.status:
        message = "peer closed connection without sending complete message body"
    return httpx.RemoteProtocolError(message, request=request)


def wait(reply: Reply, request: httpx.Request) -> None:
    """Waits in real time for a late reply, at most for the timeout of the client."""
    if reply.real_latency:
        time.sleep(_wait_seconds(reply, request))


async def wait_async(reply: Reply, request: httpx.Request) -> None:
    """Waits like `wait`, for an async client."""
    if reply.real_latency:
        import anyio  # slow to import; httpx imports it only for real connections

        await anyio.sleep(_wait_seconds(reply, request))


def _wait_seconds(reply: Reply, request: httpx.Request) -> float:
    timeout, latency = _timeout_seconds(request), reply.latency_ms / 1000
    return latency if timeout is None else min(latency, timeout)


def _timeout_seconds(request: httpx.Request) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout
