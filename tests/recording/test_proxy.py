"""The recorder hands everything on as it is, notes it, and lets nobody in who has no business."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import Exchange, line_of
from mock_memos.recording.proxy import Recorder
from mock_memos.recording.upstream import Upstream, onward

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
    """An upstream that answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        reply = self._answer(request)
        if not reply.is_stream_consumed:
            return reply
        return httpx.Response(
            reply.status_code, headers=reply.headers.raw, stream=Pieces(reply.content)
        )


def fine(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"code": 0, "data": None, "message": "ok"})


class Handed:
    """A recorder in front of a service, and what it noted."""

    def __init__(self, answer: Answer = fine, base: str = BASE, **options: Any) -> None:
        self.service = Service(answer)
        self.noted: list[Exchange] = []
        self.app = Recorder(
            Upstream(base, self.service), self.noted.append, lambda: 1765357200000, **options
        ).app()

    def ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8766"
            ) as client:
                return await client.request(method, path, **what)

        return asyncio.run(asked())


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
def test_a_path_goes_on_below_the_upstreams_base(base: str, path: str, address: str) -> None:
    handed = Handed(base=base)
    assert handed.ask("POST", path).status_code == 200
    assert str(handed.service.asked[0].url) == address


def test_a_request_goes_on_as_it_is_and_a_reply_comes_back_as_it_is() -> None:
    body = b'{ "user_id" : "ana" }\n'
    reply = httpx.Response(
        418, headers=[("x-a", "1"), ("x-a", "2"), ("content-type", "text/odd")], content=b"\x00odd"
    )
    handed = Handed(lambda request: reply)
    came = handed.ask("POST", "/api/openmem/v1/add/message", content=body, headers={"x-mine": "y"})
    (asked,) = handed.service.asked
    assert (asked.method, asked.content, asked.headers["x-mine"]) == ("POST", body, "y")
    assert (came.status_code, came.content) == (418, b"\x00odd")
    assert came.headers.get_list("x-a") == ["1", "2"]
    assert came.headers["content-type"] == "text/odd"
    (noted,) = handed.noted
    assert (noted.path, noted.request, noted.status) == ("add/message", body, 418)
    assert (noted.reply, noted.reply_type, noted.whole) == (b"\x00odd", "text/odd", True)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_every_method_goes_on(method: str) -> None:
    handed = Handed()
    handed.ask(method, "/api/openmem/v1/get/memory/m1")
    assert [asked.method for asked in handed.service.asked] == [method]
    assert [noted.path for noted in handed.noted] == ["get/memory/m1"]


def test_a_form_goes_on_byte_for_byte() -> None:
    handed = Handed()
    files = {"file": ("rules.md", b"# Rules\xff")}
    handed.ask("POST", "/api/openmem/v1/add/knowledgebase-file?knowledgebase_id=b", files=files)
    (noted,) = handed.noted
    assert handed.service.asked[0].content == noted.request
    assert b"# Rules\xff" in noted.request
    assert noted.request_type.startswith("multipart/form-data; boundary=")
    assert noted.query == "knowledgebase_id=b"


def test_headers_of_the_connection_stay_where_they_are() -> None:
    kept = onward(
        [
            (b"Connection", b"keep-alive, X-Private"), (b"x-private", b"1"), (b"Host", b"h"),
            (b"Transfer-Encoding", b"chunked"), (b"Upgrade", b"h2c"), (b"X-Mine", b"1"),
            (b"Authorization", b"Token k"),
        ]
    )  # fmt: skip
    assert kept == [(b"X-Mine", b"1"), (b"Authorization", b"Token k")]


def test_the_key_goes_on_and_is_noted_nowhere() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"you are {request.headers['authorization']}")

    handed = Handed(echo)
    key = {"authorization": "Token mpg-secret-1"}
    assert "mpg-secret-1" in handed.ask("GET", "/api/openmem/v1/x", headers=key).text
    assert b"mpg-secret-1" not in line_of(handed.noted[0])
    assert b"authorization" not in line_of(handed.noted[0]).lower()


def test_of_a_doubles_control_api_only_the_clock_is_noted() -> None:
    handed = Handed()
    for path in ("/_mock/fork", "/_mock/clock", "/_mock/state"):
        assert handed.ask("POST", path, json={"key": "another-key"}).status_code == 200
    assert [noted.path for noted in handed.noted] == ["/_mock/clock"]
    assert len(handed.service.asked) == 3


def test_cookies_of_one_reply_do_not_come_with_the_next_request() -> None:
    handed = Handed(lambda request: httpx.Response(200, headers={"set-cookie": "sid=1; Path=/"}))
    first = handed.ask("GET", "/api/openmem/v1/a")
    handed.ask("GET", "/api/openmem/v1/b")
    assert first.headers["set-cookie"] == "sid=1; Path=/"
    assert "cookie" not in handed.service.asked[1].headers


def test_a_redirect_is_the_clients_to_follow() -> None:
    handed = Handed(lambda request: httpx.Response(307, headers={"location": "https://else.test"}))
    assert handed.ask("GET", "/api/openmem/v1/a").status_code == 307
    assert len(handed.service.asked) == 1


def test_a_packed_body_is_handed_on_packed_and_noted_plain() -> None:
    packed = gzip.compress(b'{"code":0}')

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip", "content-length": str(len(packed))}
        return httpx.Response(200, headers=headers, stream=Pieces(packed))

    handed = Handed(answer)
    came = handed.ask("POST", "/api/openmem/v1/chat", content=b"{}")
    assert came.headers["content-length"] == str(len(packed))
    assert came.json() == {"code": 0}
    assert handed.noted[0].reply == b'{"code":0}'


def test_a_stream_comes_piece_by_piece() -> None:
    """Each piece has left before the next one is asked for."""
    events: list[str] = []

    class Watched(Pieces):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in super().__aiter__():
                events.append(f"read {piece.decode()}")
                yield piece

    kind = {"content-type": "text/event-stream"}
    handed = Handed(lambda request: httpx.Response(200, headers=kind, stream=Watched(b"a", b"b")))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message.get("body"):
            events.append(f"sent {message['body'].decode()}")

    scope = {
        "type": "http", "method": "GET", "path": "/api/openmem/v1/chat", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")], "asgi": {"version": "3.0", "spec_version": "2.4"},
    }  # fmt: skip
    asyncio.run(handed.app(scope, receive, send))
    assert events == ["read a", "sent a", "read b", "sent b"]
    assert handed.noted[0].reply == b"ab"


def test_a_reply_that_breaks_off_is_noted_as_far_as_it_came() -> None:
    handed = Handed(lambda request: httpx.Response(200, stream=Pieces(b"half", broken=True)))
    with pytest.raises(httpx.ReadError):
        handed.ask("POST", "/api/openmem/v1/chat")
    (noted,) = handed.noted
    assert (noted.reply, noted.whole) == (b"half", False)


def test_an_upstream_that_cannot_be_reached_is_told_in_the_envelope() -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    handed = Handed(gone)
    came = handed.ask("POST", "/api/openmem/v1/chat")
    assert came.status_code == 502
    assert came.json()["code"] == 502
    assert came.json()["data"] is None
    assert "ConnectError: Connection refused; is the address right" in came.json()["message"]
    assert "service.test" in came.headers["x-mock-memos-hint"]
    assert handed.noted == [], "what the recorder says by itself is no answer of the service"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8766", "192.0.2.1"])
def test_a_request_under_a_foreign_name_goes_nowhere(host: str) -> None:
    handed = Handed()
    assert handed.ask("GET", "/api/openmem/v1/x", headers={"host": host}).status_code == 403
    assert not handed.service.asked
    assert not handed.noted


def test_a_body_over_the_limit_goes_nowhere() -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"1234"

    handed = Handed(max_body_bytes=10)
    for content in (b"12345678901", drip()):
        assert handed.ask("POST", "/api/openmem/v1/chat", content=content).status_code == 413
    assert handed.service.asked == []
    assert handed.ask("POST", "/api/openmem/v1/chat", content=b"1234567890").status_code == 200


@pytest.mark.parametrize("url", ["service.test", "ftp://service.test", "http://", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="upstream"):
        Upstream(url)


def test_an_address_with_a_login_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as refused:
        Upstream("https://me:pass1234@service.test")
    assert "pass1234" not in str(refused.value)


def test_a_recording_can_be_read_back_from_its_lines() -> None:
    handed = Handed()
    handed.ask("POST", "/api/openmem/v1/rerank", json={"query": "tea"})
    line = msgspec.json.decode(line_of(handed.noted[0]))
    assert msgspec.json.decode(line["request"]) == {"query": "tea"}
