"""The door for requests: sessions get an adapter of ours for the hosts that a double claims.

It works before the place where responses itself patches, `HTTPAdapter.send`, so that a test's own
`responses.activate` inside or outside of it neither hides the double nor is hidden by it.
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


class Door:
    """While started, every session asks it for an adapter first."""

    def __init__(self, claimant: Callable[[str, int | None, str], CallHandler | None]) -> None:
        real = Session.get_adapter

        def get_adapter(session: Session, url: str) -> BaseAdapter:
            parts = urlsplit(url)
            handler = claimant(parts.hostname or "", parts.port, parts.path)
            adapter = real(session, url)
            return adapter if handler is None else Adapter(handler, adapter)

        self._patch = patch.object(Session, "get_adapter", get_adapter)

    def start(self) -> None:
        self._patch.start()

    def stop(self) -> None:
        self._patch.stop()


class Adapter(BaseAdapter):
    """Sends requests to an engine, with the retries of the adapter that it stands in for."""

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
        mock.add(Answer(self._handler, _patience(timeout)))
        send: Any = mock.unbound_on_send()
        retries = self._adapter.max_retries
        while True:
            try:
                answered: Response = send(
                    self._adapter, request, stream=stream, timeout=timeout, verify=verify,
                    cert=cert, proxies=proxies,
                )  # fmt: skip
            except (ProtocolError, ReadTimeoutError) as trouble:
                retries = _again(retries, request, trouble)
            else:
                return answered

    def close(self) -> None:
        self._adapter.close()


class Answer(responses.BaseResponse):
    """What responses takes for a canned answer, and the engine makes at each call."""

    def __init__(self, handler: CallHandler, patience: float | None) -> None:
        super().__init__("ANY", "")
        self._handler = handler
        self._patience = patience

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """What urllib3 gives, or the error that it raises when no reply comes."""
        reply = self._handler.handle(call(request))
        late = reply.exceeds(self._patience)
        if reply.real_latency:
            time.sleep(self._patience if late and self._patience else reply.latency_ms / 1000)
        if late or (not reply.status and reply.ending == "stall"):
            said = f"Read timed out. (read timeout={self._patience})"
            raise ReadTimeoutError(_place(request), request.path_url, said)
        if not reply.status:
            aborted = RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError(
                "Connection aborted.", _reset() if reply.ending == "reset" else aborted
            )
        return raw(reply, request.method)


class Body(BytesIO):
    """The body of a reply, and at its end what urllib3 would meet there on a socket."""

    def __init__(self, data: bytes, ending: Ending = "whole") -> None:
        super().__init__(data)
        self._ending = ending
        self._size = len(data)

    def isclosed(self) -> bool:
        """Whether nothing more can come, in the words of `http.client`."""
        return self.closed or (self._ending == "whole" and self.tell() == self._size)

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self._ending != "whole" and (not data or size is None or size < 0):
            raise self._trouble()
        return data

    def _trouble(self) -> Exception:
        match self._ending:
            case "reset":
                return _reset()
            case "stall":
                return TimeoutError("timed out")
        return ProtocolError("Response ended prematurely")


class Stream(HTTPResponse):
    """A streamed reply, chunk by chunk."""

    def __init__(self, reply: Reply, **how: Any) -> None:
        super().__init__(Body(reply.body, reply.ending), **how)
        self._chunks = reply.chunks

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        for chunk in self._chunks:
            yield self.read(len(chunk.data))
        self.read(1)


def call(request: PreparedRequest) -> Call:
    """A request in the engine's values."""
    parts = urlsplit(request.url or "")
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    return Call(
        request.method or "GET", unquote(str(parts.path)), headers, _bytes(request.body),
        str(parts.query),
    )  # fmt: skip


def raw(reply: Reply, method: str | None) -> HTTPResponse:
    """A reply as urllib3 hands it to requests."""
    headers = HTTPHeaderDict([("content-type", reply.content_type)])
    how: dict[str, Any] = {
        "headers": headers,
        "status": reply.status,
        "reason": reasons.get(reply.status),
        "preload_content": False,
        "request_method": method,
    }
    if reply.is_streamed:
        headers.extend([*reply.headers, ("transfer-encoding", "chunked")])
        return Stream(reply, **how)
    headers.extend([("content-length", str(len(reply.body))), *reply.headers])
    body = b"" if method == "HEAD" else reply.body
    return HTTPResponse(Body(body), **how)


def _again(retries: Retry, request: PreparedRequest, trouble: Exception) -> Retry:
    """What is left of the retries; without any, the error that requests makes of the trouble."""
    try:
        retries = retries.increment(request.method, request.path_url, error=trouble)
    except MaxRetryError as end:
        raise exceptions.ConnectionError(end, request=request) from None
    except ReadTimeoutError:
        raise exceptions.ReadTimeout(trouble, request=request) from None
    except ProtocolError:
        raise exceptions.ConnectionError(trouble, request=request) from None
    retries.sleep()
    return retries


def _patience(timeout: Any) -> float | None:
    """How many seconds a client waits for a reply."""
    if isinstance(timeout, Timeout):
        timeout = timeout.read_timeout
    elif isinstance(timeout, tuple):
        timeout = timeout[1]
    return timeout if isinstance(timeout, int | float) else None


def _place(request: PreparedRequest) -> Any:
    """What urllib3 puts before its messages."""
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
