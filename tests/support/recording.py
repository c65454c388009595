"""Recording in process, without sockets."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import msgspec

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import decode_answer
from mock_memos.interception.httpx_transport import MockMemosTransport
from mock_memos.recording.exchange import Exchange
from mock_memos.recording.proxy import Recorder
from mock_memos.recording.upstream import Upstream
from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.memos import Memos

KEY = "mock-key"
UPSTREAM = "https://service.test/api/openmem/v1"
_ID = re.compile(
    rb"(?:rerank-|base|memos)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    rb"|tpl_[0-9a-f]{12}(?:_[0-9a-f]{12})?"
)
"""Every shape of identifier that the double makes."""


class Session:
    """A client of a recorder in front of a double, and what was recorded."""

    def __init__(self, memos: Memos, now: Callable[[], int] | None = None) -> None:
        self.memos = memos
        self.exchanges: list[Exchange] = []
        self.transcript: list[tuple[str, bytes, int, bytes]] = []
        """What was asked and answered, as the client saw it."""
        upstream = Upstream(UPSTREAM, MockMemosTransport(memos.engine))
        recorder = Recorder(upstream, self.exchanges.append, now or (lambda: memos.clock.now))
        self._app = recorder.app()

    def ask(self, method: str, path: str, body: bytes, kind: str = "") -> tuple[int, str, bytes]:
        """Sends a request through the recorder. Returns status, content type and body."""
        reply = asyncio.run(self._sent(method, f"{PREFIXES[0]}{path}", body, kind))
        self.transcript.append((f"{method} {path}", body, reply.status_code, reply.content))
        return reply.status_code, reply.headers.get("content-type", ""), reply.content

    async def _sent(self, method: str, path: str, body: bytes, kind: str) -> httpx.Response:
        headers = {"authorization": f"Token {KEY}"} | ({"content-type": kind} if kind else {})
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, content=body, headers=headers)

    def send(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, dict[str, Any]]:
        """Sends a call of a scenario."""
        status, kind, answer = self.ask(method, path, encoded(body))
        return status, decode_answer(kind, answer)


class Replay:
    """A mock that is called without a recorder."""

    def __init__(self, memos: MockMemos) -> None:
        self.memos = memos
        self.transcript: list[tuple[str, bytes, int, bytes]] = []

    def send(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, dict[str, Any]]:
        asked = encoded(body)
        headers = {"authorization": f"Token {KEY}"}
        with httpx.Client(transport=self.memos.transport()) as client:
            reply = client.request(method, f"{UPSTREAM}{path}", content=asked, headers=headers)
        self.transcript.append((f"{method} {path}", asked, reply.status_code, reply.content))
        return reply.status_code, decode_answer(reply.headers["content-type"], reply.content)


def encoded(body: dict[str, Any] | None) -> bytes:
    return b"" if body is None else msgspec.json.encode(body)


def renamed(transcript: Sequence[tuple[str, bytes, int, bytes]]) -> list[bytes]:
    """A transcript in which each identifier is called by the order in which it first appears."""
    names: dict[bytes, bytes] = {}

    def name(found: re.Match[bytes]) -> bytes:
        return names.setdefault(found[0], b"id-%d" % len(names))

    return [
        _ID.sub(name, b"%s %s -> %d %s" % (asked.encode(), body, status, answer))
        for asked, body, status, answer in transcript
    ]
