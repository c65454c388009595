"""Answers calls of requests: sessions get an adapter for the hosts that have a handler.

The patch works before `HTTPAdapter.send`, which `responses` patches. So a test can use
`responses.activate` inside or outside of it.
"""

import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from errno import ECONNRESET
from http.client import RemoteDisconnected
from http.client import responses as reasons
from io import BytesIO
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import responses
from requests import PreparedRequest, Response, Session, exceptions
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse, Retry, Timeout
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError

from mock_memos.core.calls import Call, CallHandler, Ending, Reply


class RequestsPatch:
    """While started, sessions get their adapter from it."""

    def __init__(self, find_handler: Callable[[str, int | None, str], CallHandler | None]) -> None:
        original = Session.get_adapter

        def get_adapter(session: Session, url: str) -> BaseAdapter:
            parts = urlsplit(url)
            handler = find_handler(parts.hostname or "", parts.port, parts.path)
            adapter = original(session, url)
            return adapter if handler is None else HandlerAdapter(handler, adapter)

        self._patch = patch.object(Session, "get_adapter", get_adapter)

    def start(self) -> None:
        self._patch.start()

    def stop(self) -> None:
        self._patch.stop()


class HandlerAdapter(BaseAdapter):
    """Sends requests to a handler, with the retries of the adapter that it replaces."""

    def __init__(self, handler: CallHandler, adapter: BaseAdapter) -> None:
        self._handler = handler
        self._adapter = adapter if isinstance(adapter, HTTPAdapter) else HTTPAdapter()

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        mock.add(HandlerResponse(self._handler, _timeout_seconds(timeout)))
        send: Any = mock.unbound_on_send()
        retries = self._adapter.max_retries
        while True:
            try:
                response: Response = send(
                    self._adapter, request, stream=stream, timeout=timeout, verify=verify,
                    cert=cert, proxies=proxies,
                )  # fmt: skip
            except (ProtocolError, ReadTimeoutError) as error:
                retries = _retry(retries, request, error)
            else:
                return response

    def close(self) -> None:
        self._adapter.close()


class HandlerResponse(responses.BaseResponse):
    """A registered response of `responses` that the handler makes for each call."""

    def __init__(self, handler: CallHandler, timeout_seconds: float | None) -> None:
        super().__init__("ANY", "")
        self._handler = handler
        self._timeout_seconds = timeout_seconds

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """Returns the response of urllib3, or raises its error if there is no reply."""
        reply = self._handler.handle(to_call(request))
        timeout = self._timeout_seconds
        times_out = reply.exceeds(timeout)
        if reply.real_latency:
            time.sleep(timeout if times_out and timeout else reply.latency_ms / 1000)
        if times_out or (not reply.status and reply.ending == "stall"):
            message = f"Read timed out. (read timeout={timeout})"
            raise ReadTimeoutError(_pool_name(request), request.path_url, message)
        if not reply.status:
            aborted = RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError(
                "Connection aborted.", _reset() if reply.ending == "reset" else aborted
            )
        return to_response(reply, request.method)


class EndingBody(BytesIO):
    """The body of a reply. Its end raises the error that a socket would."""

    def __init__(self, data: bytes, ending: Ending = "whole") -> None:
        super().__init__(data)
        self._ending = ending
        self._size = len(data)

    def isclosed(self) -> bool:
        """Whether the body is read completely; the name is that of `http.client`."""
        return self.closed or (self._ending == "whole" and self.tell() == self._size)

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self._ending != "whole" and (not data or size is None or size < 0):
            raise self._error()
        return data

    def _error(self) -> Exception:
        match self._ending:
            case "reset":
                return _reset()
            case "stall":
                return TimeoutError("timed out")
        return ProtocolError("Response ended prematurely")


class StreamedResponse(HTTPResponse):
    """A response that streams the chunks of a reply."""

    def __init__(self, reply: Reply, **arguments: Any) -> None:
        super().__init__(EndingBody(reply.body, reply.ending), **arguments)
        self._chunks = reply.chunks

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        for chunk in self._chunks:
            yield self.read(len(chunk.data))
        self.read(1)


def to_call(request: PreparedRequest) -> Call:
    """Converts a request of requests."""
    parts = urlsplit(request.url or "")
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    return Call(
        request.method or "GET", unquote(str(parts.path)), headers, _bytes(request.body),
        str(parts.query),
    )  # fmt: skip


def to_response(reply: Reply, method: str | None) -> HTTPResponse:
    """Converts a reply to a response of urllib3, which requests reads."""
    headers = HTTPHeaderDict([("content-type", reply.content_type)])
    arguments: dict[str, Any] = {
        "headers": headers,
        "status": reply.status,
        "reason": reasons.get(reply.status),
        "preload_content": False,
        "request_method": method,
    }
    if reply.is_streamed:
        headers.extend([*reply.headers, ("transfer-encoding", "chunked")])
        return StreamedResponse(reply, **arguments)
    headers.extend([("content-length", str(len(reply.body))), *reply.headers])
    body = b"" if method == "HEAD" else reply.body
    return HTTPResponse(EndingBody(body), **arguments)


def _retry(retries: Retry, request: PreparedRequest, error: Exception) -> Retry:
    """Returns the remaining retries. After the last one, raises the error of requests."""
    try:
        retries = retries.increment(request.method, request.path_url, error=error)
    except MaxRetryError as end:
        raise exceptions.ConnectionError(end, request=request) from None
    except ReadTimeoutError:
        raise exceptions.ReadTimeout(error, request=request) from None
    except ProtocolError:
        raise exceptions.ConnectionError(error, request=request) from None
    retries.sleep()
    return retries


def _timeout_seconds(timeout: Any) -> float | None:
    """Returns the read timeout of a client."""
    if isinstance(timeout, Timeout):
        timeout = timeout.read_timeout
    elif isinstance(timeout, tuple):
        timeout = timeout[1]
    return timeout if isinstance(timeout, int | float) else None


def _pool_name(request: PreparedRequest) -> Any:
    """Returns the prefix of messages of urllib3."""
    parts = urlsplit(request.url or "")
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return f"{parts.scheme.upper()}ConnectionPool(host={parts.hostname!r}, port={port})"


def _reset() -> ConnectionResetError:
    return ConnectionResetError(ECONNRESET, os.strerror(ECONNRESET))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: str | bytes | Iterable[str | bytes] | None) -> bytes:
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return b"".join(part.encode() if isinstance(part, str) else part for part in body)
