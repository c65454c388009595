"""A plain ASGI application: converts requests and replies, and checks hosts and tokens.

It uses no framework: the smallest one doubles the cost of a request.
"""

import asyncio
from collections.abc import Callable

from mock_memos.core.addresses import CONTROL_PREFIX, CONTROL_TOKEN_HEADER
from mock_memos.core.calls import Call, Reply
from mock_memos.engine.engine import Engine
from mock_memos.engine.error_replies import mock_error_reply
from mock_memos.server.connection import Connection, Message, Receive, Send
from mock_memos.server.host_check import HostCheck

HEALTH = f"{CONTROL_PREFIX}/health"
"""The path of readiness probes, which need no token."""


class App:
    """Serves an engine over ASGI.

    `host` is the address that the server listens on: requests with another `Host` header get 403,
    because a web page may resolve its own name to this address (DNS rebinding). None accepts every
    name. `control_token` is required by the control API. `rejected` is called with the method, the
    path and the reply of a request that does not reach the engine.
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
        """Once set, streams are sent without delays."""
        self.engine = engine
        self._host_check = None if host is None else HostCheck(host)
        self._token = control_token
        self._rejected = rejected

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
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
            content, unread = (b"", body) if isinstance(body, int) else (body, 0)
            call = Call(scope["method"], path, headers, content, query, unread)
            reply = self.engine.handle(call)
        elif self._rejected is not None:
            self._rejected(scope["method"], path, reply)
        if reply.is_streamed or reply.real_latency:
            with Connection(scope, receive, send, self.closing) as connection:
                await _send_stream(reply, connection)
        else:
            await _send(reply, send)

    def _check_access(self, path: str, headers: dict[str, str]) -> Reply | None:
        """Returns the error of a request that is not allowed, or None."""
        host = headers.get("host")
        if self._host_check is not None and host is not None and not self._host_check.allows(host):
            return mock_error_reply(
                403, "host_refused", f"This server is not {host!r}.",
                "Use the address that it listens on, or localhost.", envelope=True,
            )  # fmt: skip
        if self._token is not None and path.startswith(CONTROL_PREFIX) and path != HEALTH:
            from hmac import compare_digest

            if not compare_digest(
                headers.get(CONTROL_TOKEN_HEADER, "").encode(), self._token.encode()
            ):
                return mock_error_reply(
                    401, "token_required", "The control API requires a token.",
                    f"Send the header {CONTROL_TOKEN_HEADER}.", envelope=True,
                )  # fmt: skip
        return None

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes | int | None:
        """Returns the body, the size of a body that is too large, or None if the client left."""
        limit = self.engine.settings.max_body_bytes
        content_length = headers.get("content-length", "")
        if content_length.isdecimal() and int(content_length[:20]) > limit:
            return int(content_length[:20])
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
    """Sends a complete reply."""
    size = b"%d" % len(reply.body)
    await send(_start(reply, (b"content-length", size)))
    await send({"type": "http.response.body", "body": reply.body})


async def _send_stream(reply: Reply, connection: Connection) -> None:
    """Sends a reply in chunks, with delays, or without an end."""
    if reply.real_latency:
        await connection.wait(reply.latency_ms / 1000)
    if not reply.is_streamed:
        return await _send(reply, connection.send)
    if reply.status:
        await connection.send(_start(reply))
    for chunk in reply.chunks:
        await connection.wait(reply.real_delay(chunk))
        await connection.send({"type": "http.response.body", "body": chunk.data, "more_body": True})
    match reply.ending:
        case "whole":
            await connection.send({"type": "http.response.body", "body": b""})
        case "stall":
            await connection.wait()
            await connection.close()
        case "close" | "reset":
            await connection.close(reset=reply.ending == "reset")


def _start(reply: Reply, *extra_headers: tuple[bytes, bytes]) -> Message:
    headers = [(b"content-type", reply.content_type.encode("latin-1")), *extra_headers]
    for name, value in reply.headers:
        headers.append((name.encode("latin-1"), value.encode("latin-1")))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
