"""The ASGI application without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from mock_memos.core.addresses import CONTROL_TOKEN_HEADER
from mock_memos.core.calls import EVENT_STREAM, Call, Chunk, Ending, Reply
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from mock_memos.server.connection import Message
from mock_memos.server.host_check import HostCheck

CHAT = Reply(
    200, b"data: 1\n\ndata: 2\n\n", EVENT_STREAM,
    chunks=(Chunk(b"data: 1\n\n"), Chunk(b"data: 2\n\n", 3_600_000)),
)  # fmt: skip
IN_REAL_TIME = msgspec.structs.replace(CHAT, clock_speed=1.0)
OK = Reply(200, b"{}")


class Canned(Engine):
    """An engine that records calls and returns the same reply."""

    def __init__(self, reply: Reply = OK, **settings: Any) -> None:
        super().__init__(Settings().with_changes(**settings))
        self.reply = reply
        self.calls: list[Call] = []

    def handle(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.reply


class Wire:
    """The client side: what it sends and receives."""

    def __init__(self, *messages: Message) -> None:
        self.to_send = list(messages)
        self.sent: list[Message] = []
        self.asked = 0
        self.arrived: Callable[[], Awaitable[None]] | None = None

    async def receive(self) -> Message:
        self.asked += 1
        if self.to_send:
            return self.to_send.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if self.arrived is not None:
            await self.arrived()

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def ask(
    app: App, *messages: Message, path: str = "/", method: str = "POST", **headers: str
) -> Wire:
    wire = Wire(*(messages or (part(b""),)))
    asyncio.run(app(scope(path, method, **headers), wire.receive, wire.send))
    return wire


def scope(path: str = "/", method: str = "POST", **headers: str) -> Message:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "query_string": b"a=%20",
            "headers": raw}  # fmt: skip


def test_request_reaches_the_engine_unchanged() -> None:
    engine = Canned()
    parts = part(b"ab", more=True), part(b"cd")
    ask(App(engine), *parts, path="/x y", method="PUT", host="localhost")
    assert engine.calls == [Call("PUT", "/x y", {"host": "localhost"}, b"abcd", "a=%20")]


def test_reply_is_sent_with_its_length() -> None:
    wire = ask(App(Canned(Reply(418, b"tea", "text/plain", (("x-a", "b"),)))))
    assert len(wire.sent) == 2
    assert (wire.status, wire.body) == (418, b"tea")
    assert wire.headers == {"content-type": "text/plain", "content-length": "3", "x-a": "b"}


@pytest.mark.parametrize(
    ("headers", "messages", "asked", "unread_bytes"),
    [
        ({"content_length": "11"}, [part(b"")], 0, 11),
        ({}, [part(b"12345", more=True)] * 5, 3, 15),
        ({}, [part(b"1" * 11)], 1, 11),
        ({}, [part(b"1", more=True), part(b"1" * 10)], 2, 11),
    ],
)
def test_too_large_body_is_rejected_at_the_limit(
    headers: dict[str, str], messages: list[Message], asked: int, unread_bytes: int
) -> None:
    engine = Canned(max_body_bytes=10)
    wire = ask(App(engine), *messages, **headers)
    assert wire.asked == asked
    assert [(call.body, call.unread_bytes) for call in engine.calls] == [(b"", unread_bytes)]


@pytest.mark.parametrize("messages", [[part(b"1" * 10)], [part(b"1", more=True), part(b"1" * 9)]])
def test_body_of_exactly_the_limit_is_accepted(messages: list[Message]) -> None:
    assert ask(App(Canned(max_body_bytes=10)), *messages).status == 200


def test_client_that_leaves_gets_no_reply() -> None:
    engine = Canned()
    wire = ask(App(engine), part(b"ab", more=True), {"type": "http.disconnect"})
    assert (wire.sent, engine.calls) == ([], [])


def test_foreign_host_is_rejected() -> None:
    engine = Canned()
    wire = ask(App(engine), host="memos.example.com:8765")
    assert (wire.status, engine.calls) == (403, [])
    arguments = msgspec.json.decode(wire.body)
    assert arguments["error"]["code"] == "host_refused"
    assert isinstance(arguments["code"], int)
    assert isinstance(arguments["message"], str)


@pytest.mark.parametrize(
    ("bound", "allowed", "rejected"),
    [
        ("127.0.0.1",
         "127.0.0.1:8765 localhost LOCALHOST:1 127.0.0.2 [::1]:8765",
         "evil.example 192.168.1.7 mock-memos 127.0.0.1.evil.example localhost.evil.example:80 ]"),
        ("::1", "[::1]", ""),
        ("10.1.2.3", "10.1.2.3:80", ""),
        ("memos.lan", "memos.lan", ""),
        ("0.0.0.0", "192.168.1.7:8765 mock-memos:8765", "evil.example:8765"),
        ("::", "[fe80::1]:8765", ""),
    ],
)  # fmt: skip
def test_only_own_host_names_are_allowed(bound: str, allowed: str, rejected: str) -> None:
    check = HostCheck(bound)
    assert [host for host in allowed.split() if not check.allows(host)] == []
    assert [host for host in rejected.split() if check.allows(host)] == []
    assert not HostCheck("127.0.0.1").allows("")


def test_host_none_allows_every_name() -> None:
    assert ask(App(Canned(), host=None), host="evil.example").status == 200


def test_only_the_control_api_requires_the_token() -> None:
    app = App(Canned(), control_token="sesame")
    assert ask(app, path="/_mock/clock").status == 401
    assert ask(app, path="/_mock/clock", **{CONTROL_TOKEN_HEADER: "sésame"}).status == 401
    assert ask(app, path="/_mock/clock", **{CONTROL_TOKEN_HEADER: "sesame"}).status == 200
    assert ask(app, path="/api/openmem/v1/add/message").status == 200


def test_stream_is_sent_in_chunks_without_a_length() -> None:
    wire = ask(App(Canned(CHAT)))
    assert [message["body"] for message in wire.sent[1:]] == [b"data: 1\n\n", b"data: 2\n\n", b""]
    assert wire.headers == {"content-type": EVENT_STREAM}


def test_stream_ends_when_the_client_leaves() -> None:
    wire = ask(App(Canned(IN_REAL_TIME)), part(b""), {"type": "http.disconnect"})
    assert wire.body == b""


def test_stream_is_delayed_until_the_server_closes() -> None:
    async def play() -> Wire:
        app = App(Canned(IN_REAL_TIME))
        wire = Wire(part(b""))

        async def close_after_the_first_chunk() -> None:
            if wire.body:
                app.closing.set()

        wire.arrived = close_after_the_first_chunk
        await app(scope(), wire.receive, wire.send)
        return wire

    assert asyncio.run(play()).body == CHAT.body


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_close_fails_on_servers_without_transport(ending: Ending) -> None:
    with pytest.raises(ConnectionAbortedError):
        ask(App(Canned(Reply(0, b"", ending=ending))))


def test_connection_is_not_closed_twice() -> None:
    wire = ask(App(Canned(Reply(0, b"", ending="stall"))), part(b""), {"type": "http.disconnect"})
    assert wire.sent == []


def test_late_reply_is_sent_when_the_server_closes() -> None:
    async def play() -> Wire:
        app = App(Canned(Reply(200, b"{}", latency_ms=3_600_000, real_latency=True)))
        app.closing.set()
        wire = Wire(part(b""))
        await app(scope(), wire.receive, wire.send)
        return wire

    assert asyncio.run(play()).body == b"{}"


def test_lifespan_is_confirmed_and_websockets_are_closed() -> None:
    async def play(category: str, *messages: Message) -> list[Message]:
        wire = Wire(*messages)
        await App(Canned())({"type": category}, wire.receive, wire.send)
        return wire.sent

    span = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [message["type"] for message in asyncio.run(play("lifespan", *span))] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert asyncio.run(play("websocket"))[0]["type"] == "websocket.close"


def test_app_can_be_mounted_in_starlette() -> None:
    own = Starlette(routes=[Mount("/memos", App(Engine(), host=None))])

    async def codes() -> tuple[int, str]:
        transport = httpx.ASGITransport(own)
        async with httpx.AsyncClient(transport=transport, base_url="http://app/memos") as client:
            key = {"Authorization": "Token k"}
            page = await client.post(
                "/api/openmem/v1/get/memory", json={"user_id": "ana"}, headers=key
            )
            health = await client.get("/_mock/health")
            return page.json()["code"], health.json()["status"]

    assert asyncio.run(codes()) == (0, "ok")
