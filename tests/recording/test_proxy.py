"""The recorder forwards requests and responses unchanged and records them."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.har import to_entry
from mock_memos.recording.proxy import Recorder
from mock_memos.recording.upstream import Upstream, end_to_end_headers

BASE = "https://service.test/api/openmem/v1"
Answer = Callable[[httpx.Request], httpx.Response]


class Pieces(httpx.AsyncByteStream):
    """A body in pieces, which may break off."""

    def __init__(self, *pieces: bytes, broken: bool = False) -> None:
        self._pieces = pieces
        self._broken = broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._broken:
            raise httpx.ReadError("reset")


class Service(httpx.AsyncBaseTransport):
    """An upstream with given answers, which keeps the requests."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        reply = self._answer(request)
        if not reply.is_stream_consumed:
            return reply
        return httpx.Response(
            reply.status_code, headers=reply.headers.raw, stream=Pieces(reply.content)
        )


def fine(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"code": 0, "data": None, "message": "ok"})


class Proxy:
    """A recorder in front of a service, and the exchanges that it recorded."""

    def __init__(self, answer: Answer = fine, base: str = BASE, **options: Any) -> None:
        self.service = Service(answer)
        self.recorded: list[RecordedExchange] = []
        self.app = Recorder(
            Upstream(base, self.service), self.recorded.append, lambda: 1765357200000, **options
        ).app()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8766"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())


@pytest.mark.parametrize(
    ("base", "path", "address"),
    [
        (BASE, "/api/openmem/v1/add/message", f"{BASE}/add/message"),
        (BASE, "/platform/api/openmem/v1/chat", f"{BASE}/chat"),
        (BASE, "/api/openmem/v1/get/memory/a%2Fb?x=1", f"{BASE}/get/memory/a%2Fb?x=1"),
        (BASE, "/_mock/clock", "https://service.test/_mock/clock"),
        ("http://h:1", "/api/openmem/v1/chat", "http://h:1/api/openmem/v1/chat"),
        ("http://h:1/", "/api/openmem/v1/chat", "http://h:1/api/openmem/v1/chat"),
        ("https://g.test/v2", "/api/openmem/v1/chat", "https://g.test/v2/chat"),
    ],
)
def test_path_is_forwarded_below_the_upstream_base_url(base: str, path: str, address: str) -> None:
    proxy = Proxy(base=base)
    assert proxy.request("POST", path).status_code == 200
    assert str(proxy.service.requests[0].url) == address


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PUT"])
def test_request_and_response_are_forwarded_unchanged(method: str) -> None:
    body, path = b'{ "user_id" : "ana" }\n\xff', "add/knowledgebase-file"
    headers = [("x-a", "1"), ("x-a", "2"), ("content-type", "text/odd")]
    proxy = Proxy(lambda request: httpx.Response(418, headers=headers, content=b"\x00odd"))
    reply = proxy.request(
        method, f"/api/openmem/v1/{path}?knowledgebase_id=b", content=body,
        headers={"x-mine": "y", "content-type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    (request,) = proxy.service.requests
    assert (request.method, request.content, request.headers["x-mine"]) == (method, body, "y")
    assert (reply.status_code, reply.content) == (418, b"\x00odd")
    assert reply.headers.get_list("x-a") == ["1", "2"]
    assert reply.headers["content-type"] == "text/odd"
    (recorded,) = proxy.recorded
    assert (recorded.path, recorded.query, recorded.request_body) == (
        path,
        "knowledgebase_id=b",
        body,
    )
    assert recorded.request_type == "multipart/form-data; boundary=x"
    assert (recorded.status, recorded.response_body) == (418, b"\x00odd")
    assert (recorded.response_type, recorded.is_complete) == ("text/odd", True)


def test_hop_by_hop_headers_are_not_forwarded() -> None:
    forwarded = end_to_end_headers(
        [
            (b"Connection", b"keep-alive, X-Private"), (b"x-private", b"1"), (b"Host", b"h"),
            (b"Transfer-Encoding", b"chunked"), (b"Upgrade", b"h2c"), (b"X-Mine", b"1"),
            (b"Authorization", b"Token k"),
        ]
    )  # fmt: skip
    assert forwarded == [(b"X-Mine", b"1"), (b"Authorization", b"Token k")]


def test_key_is_forwarded_and_not_recorded() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"you are {request.headers['authorization']}")

    proxy = Proxy(echo)
    key = {"authorization": "Token mpg-secret-1"}
    assert "mpg-secret-1" in proxy.request("GET", "/api/openmem/v1/x", headers=key).text
    assert b"mpg-secret-1" not in to_entry(proxy.recorded[0])
    assert b"authorization" not in to_entry(proxy.recorded[0]).lower()


def test_control_api_is_recorded_for_the_clock_only() -> None:
    proxy = Proxy()
    for path in ("/_mock/fork", "/_mock/clock", "/_mock/snapshot"):
        assert proxy.request("POST", path, json={"key": "another-key"}).status_code == 200
    assert [exchange.path for exchange in proxy.recorded] == ["/_mock/clock"]
    assert len(proxy.service.requests) == 3


def test_cookies_and_redirects_are_left_to_the_client() -> None:
    headers = {"set-cookie": "sid=1; Path=/", "location": "https://else.test"}
    proxy = Proxy(lambda request: httpx.Response(307, headers=headers))
    first = proxy.request("GET", "/api/openmem/v1/a")
    assert (first.status_code, first.headers["set-cookie"]) == (307, "sid=1; Path=/")
    assert proxy.request("GET", "/api/openmem/v1/b").status_code == 307
    assert len(proxy.service.requests) == 2
    assert "cookie" not in proxy.service.requests[1].headers


def test_compressed_body_is_recorded_decompressed() -> None:
    packed = gzip.compress(b'{"code":0}')

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip", "content-length": str(len(packed))}
        return httpx.Response(200, headers=headers, stream=Pieces(packed))

    proxy = Proxy(answer)
    reply = proxy.request("POST", "/api/openmem/v1/chat", content=b"{}")
    assert reply.headers["content-length"] == str(len(packed))
    assert reply.json() == {"code": 0}
    assert proxy.recorded[0].response_body == b'{"code":0}'


def test_stream_is_forwarded_in_pieces() -> None:
    """Each piece is sent before the next one is read."""
    events: list[str] = []

    class ObservedPieces(Pieces):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in super().__aiter__():
                events.append(f"read {piece.decode()}")
                yield piece

    kind = {"content-type": "text/event-stream"}
    proxy = Proxy(
        lambda request: httpx.Response(200, headers=kind, stream=ObservedPieces(b"a", b"b"))
    )

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message.get("body"):
            events.append(f"sent {message['body'].decode()}")

    scope = {
        "type": "http", "method": "GET", "path": "/api/openmem/v1/chat", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")], "asgi": {"version": "3.0", "spec_version": "2.4"},
    }  # fmt: skip
    asyncio.run(proxy.app(scope, receive, send))
    assert events == ["read a", "sent a", "read b", "sent b"]
    assert proxy.recorded[0].response_body == b"ab"


def test_broken_response_is_recorded_as_incomplete() -> None:
    proxy = Proxy(lambda request: httpx.Response(200, stream=Pieces(b"half", broken=True)))
    with pytest.raises(httpx.ReadError):
        proxy.request("POST", "/api/openmem/v1/chat")
    (recorded,) = proxy.recorded
    assert (recorded.response_body, recorded.is_complete) == (b"half", False)


def test_unreachable_upstream_is_answered_with_502() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    proxy = Proxy(refuse)
    reply = proxy.request("POST", "/api/openmem/v1/chat")
    assert reply.status_code == 502
    assert reply.json()["code"] == 502
    assert reply.json()["data"] is None
    assert "ConnectError: Connection refused; check the address" in reply.json()["message"]
    assert "service.test" in reply.headers["x-mock-memos-hint"]
    assert proxy.recorded == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8766", "192.0.2.1"])
def test_request_for_another_host_is_refused(host: str) -> None:
    proxy = Proxy()
    assert proxy.request("GET", "/api/openmem/v1/x", headers={"host": host}).status_code == 403
    assert not proxy.service.requests
    assert not proxy.recorded


def test_body_over_the_limit_is_refused() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"1234"

    proxy = Proxy(max_body_bytes=10)
    for content in (b"12345678901", chunks()):
        assert proxy.request("POST", "/api/openmem/v1/chat", content=content).status_code == 413
    assert proxy.service.requests == []
    assert proxy.request("POST", "/api/openmem/v1/chat", content=b"1234567890").status_code == 200


@pytest.mark.parametrize(
    "url", ["service.test", "ftp://service.test", "http://", "", "https://me:pass1234@service.test"]
)
def test_invalid_upstream_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="upstream") as refused:
        Upstream(url)
    assert "pass1234" not in str(refused.value)
