"""The door for requests: sessions get an adapter of ours for the hosts that a double claims.

It works before the place where responses itself patches, `HTTPAdapter.send`, so that a test's own
`responses.activate` inside or outside of it neither hides the double nor is hidden by it.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from http.client import responses as reasons
from io import BytesIO
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import responses
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from mock_memos.calls import Call, Chunk, Reply
from mock_memos.engine import Engine


class Door:
    """While started, every session asks it for an adapter first."""

    def __init__(self, claimant: Callable[[str, int | None], Engine | None]) -> None:
        real = Session.get_adapter

        def get_adapter(session: Session, url: str) -> BaseAdapter:
            parts = urlsplit(url)
            engine = claimant(parts.hostname or "", parts.port)
            adapter = real(session, url)
            return adapter if engine is None else Adapter(engine, adapter)

        self._patch = patch.object(Session, "get_adapter", get_adapter)

    def start(self) -> None:
        self._patch.start()

    def stop(self) -> None:
        self._patch.stop()


class Adapter(BaseAdapter):
    """Sends requests to an engine, with the retries of the adapter that it stands in for."""

    def __init__(self, engine: Engine, adapter: BaseAdapter) -> None:
        self._engine = engine
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
        mock.add(Answer(self._engine))
        send: Any = mock.unbound_on_send()
        answered: Response = send(
            self._adapter, request, stream=stream, timeout=timeout, verify=verify, cert=cert,
            proxies=proxies,
        )  # fmt: skip
        return answered

    def close(self) -> None:
        self._adapter.close()


class Answer(responses.BaseResponse):
    """What responses takes for a canned answer, and the engine makes at each call."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("ANY", "")
        self._engine = engine

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        return raw(self._engine.handle(call(request)), request.method)


class Stream(HTTPResponse):
    """A streamed reply, chunk by chunk."""

    def __init__(self, chunks: tuple[Chunk, ...], **how: Any) -> None:
        super().__init__(BytesIO(b"".join(chunk.data for chunk in chunks)), **how)
        self._chunks = chunks

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        for chunk in self._chunks:
            yield chunk.data


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
    if reply.chunks:
        headers.extend([*reply.headers, ("transfer-encoding", "chunked")])
        return Stream(reply.chunks, **how)
    headers.extend([("content-length", str(len(reply.body))), *reply.headers])
    body = b"" if method == "HEAD" else reply.body
    return HTTPResponse(BytesIO(body), **how)


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
