"""The live door: a plain ASGI application that translates and guards, and decides nothing.

No framework stands in between: a bare application costs half of what the smallest one does.
"""

import asyncio
from collections.abc import Callable

from mock_memos.core.addresses import CONTROL_PREFIX, CONTROL_TOKEN_HEADER
from mock_memos.core.calls import Call, Reply
from mock_memos.core.error_replies import mock_error_reply
from mock_memos.engine.engine import Engine
from mock_memos.server.connection import Connection, Message, Receive, Send
from mock_memos.server.host_check import HostCheck

HEALTH = f"{CONTROL_PREFIX}/health"
"""What a readiness probe asks, without a token."""


class App:
    """Serves an engine over ASGI.

    `host` is the address that the server listens on: requests that name another host are refused,
    because a page of another site may have had its name pointed here (DNS rebinding). A `host` of
    None leaves that check to somebody else. With a `control_token`, the control API wants it.
    `refused` is told of method, path and reply of a call that does not reach the engine.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        host: str | None = "127.0.0.1",
        control_token: str | None = None,
        rejected: Callable[[str, str, Reply], None] | None = None,
    ) -> None:
        self.closing = asyncio.Event()
        """Once set, streams run out at once instead of keeping their pace."""
        self.engine = engine
        self._host_check = None if host is None else HostCheck(host)
        self._token = control_token
        self._rejected = rejected

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await self._serve(scope, receive, send)
        elif kind == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        reply = self._check_access(path, headers)
        if reply is None:
            body = await self._body(headers, receive)
            if body is None:
                return
            query = scope["query_string"].decode("latin-1")
            read, unread = (b"", body) if isinstance(body, int) else (body, 0)
            reply = self.engine.handle(Call(scope["method"], path, headers, read, query, unread))
        elif self._rejected is not None:
            self._rejected(scope["method"], path, reply)
        if reply.is_streamed or reply.real_latency:
            with Connection(scope, receive, send, self.closing) as line:
                await _send_stream(reply, line)
        else:
            await _send(reply, send)

    def _check_access(self, path: str, headers: dict[str, str]) -> Reply | None:
        """The refusal of a request that must not get in, or None."""
        host = headers.get("host")
        if self._host_check is not None and host is not None and not self._host_check.allows(host):
            return mock_error_reply(
                403, "host_refused", f"this server is not {host!r}",
                "call it by the address that it listens on, or by localhost", envelope=True,
            )  # fmt: skip
        if self._token is not None and path.startswith(CONTROL_PREFIX) and path != HEALTH:
            from hmac import compare_digest

            if not compare_digest(
                headers.get(CONTROL_TOKEN_HEADER, "").encode(), self._token.encode()
            ):
                return mock_error_reply(
                    401, "token_required", "the control API wants its token",
                    f"send the header {CONTROL_TOKEN_HEADER}", envelope=True,
                )  # fmt: skip
        return None

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes | int | None:
        """The whole body, the size of one that is too large, or None when the client left."""
        limit = self.engine.settings.max_body_bytes
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            return int(announced[:20])
        message = await receive()
        body: bytes = message.get("body", b"")
        if message["type"] == "http.request" and not message.get("more_body"):
            return body if len(body) <= limit else len(body)
        parts, size = [body], len(body)
        while message["type"] == "http.request" and message.get("more_body"):
            if size > limit:
                return size
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
        if message["type"] == "http.disconnect":
            return None
        return b"".join(parts) if size <= limit else size


async def _send(reply: Reply, send: Send) -> None:
    """Send a whole reply at once."""
    size = b"%d" % len(reply.body)
    await send(_start(reply, (b"content-length", size)))
    await send({"type": "http.response.body", "body": reply.body})


async def _send_stream(reply: Reply, line: Connection) -> None:
    """Send a reply that takes its time, or does not come to its end."""
    if reply.real_latency:
        await line.wait(reply.latency_ms / 1000)
    if not reply.is_streamed:
        return await _send(reply, line.send)
    if reply.status:
        await line.send(_start(reply))
    for chunk in reply.chunks:
        await line.wait(reply.real_delay(chunk))
        await line.send({"type": "http.response.body", "body": chunk.data, "more_body": True})
    match reply.ending:
        case "whole":
            await line.send({"type": "http.response.body", "body": b""})
        case "stall":
            await line.wait()
            await line.hang_up()
        case "close" | "reset":
            await line.hang_up(reset=reply.ending == "reset")


def _start(reply: Reply, *more: tuple[bytes, bytes]) -> Message:
    headers = [(b"content-type", reply.content_type.encode("latin-1")), *more]
    for name, value in reply.headers:
        headers.append((name.encode("latin-1"), value.encode("latin-1")))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
