"""Records sessions with a mock in process, and invents answers of a service."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import httpx
import msgspec

from mock_memos import scenario
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import decode_answer
from mock_memos.interception.httpx_transport import MockMemosTransport
from mock_memos.recording.composer import ComposedScenario
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.proxy import Recorder
from mock_memos.recording.upstream import Upstream
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.memos import Memos
from tests.support.engines import engine_of

KEY = "mock-key"
UPSTREAM = "https://service.test/api/openmem/v1"
NOON = 1765368000000
_ID = re.compile(
    rb"(?:rerank-|base|memos)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    rb"|tpl_[0-9a-f]{12}(?:_[0-9a-f]{12})?"
)
"""All forms of identifiers that the mock makes."""

Transcript = list[tuple[str, bytes, int, bytes]]
Answer = tuple[int, dict[str, Any]]


class RecordedSession:
    """A client of a recorder in front of a mock."""

    def __init__(self, memos: Memos, now: Callable[[], int] | None = None) -> None:
        self.exchanges: list[RecordedExchange] = []
        self.transcript: Transcript = []
        upstream = Upstream(UPSTREAM, MockMemosTransport(engine_of(memos)))
        now = now or (lambda: memos.clock.now)
        self._app = Recorder(upstream, self.exchanges.append, now).app()

    def request(self, method: str, path: str, body: bytes, type_: str = "") -> httpx.Response:
        """Sends a request to the API or the control API through the recorder."""
        url = path if path.startswith("/_mock/") else f"{PREFIXES[0]}{path}"
        reply = asyncio.run(self._request(method, url, body, type_))
        self.transcript.append((f"{method} {path}", body, reply.status_code, reply.content))
        return reply

    async def _request(self, method: str, path: str, body: bytes, type_: str) -> httpx.Response:
        headers = {"authorization": f"Token {KEY}"} | ({"content-type": type_} if type_ else {})
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, content=body, headers=headers)

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        """Makes the call of a step."""
        return _answer(self.request(method, path, _encode(body)))


def record_story(name: str, clock: Literal["manual", "step"] = "manual") -> RecordedSession:
    """Plays a shipped scenario through a recorder."""
    loaded = scenario.load(name)
    memos = MockMemos(scenario=loaded, clock=clock)
    step_ms = 1000 if clock == "step" else 0  # each call moves the clock before it is handled
    session = RecordedSession(memos, now=lambda: memos.clock.now + step_ms)
    for result in play(loaded.steps, session.send, memos.clock.advance, memos.run_until_idle):
        assert clock == "step" or result.ok
    return session


def replay_steps(composed: ComposedScenario) -> Transcript:
    """Plays the steps of a recorded scenario in a fresh mock that loaded its file."""
    loaded = scenario.read(composed.to_yaml())
    memos = MockMemos(scenario=loaded, clock="manual")
    transcript: Transcript = []

    def send(method: str, path: str, body: dict[str, Any] | None) -> Answer:
        content = _encode(body)
        headers = {"authorization": f"Token {KEY}"}
        with httpx.Client(transport=MockMemosTransport(memos.engine)) as client:
            reply = client.request(method, f"{UPSTREAM}{path}", content=content, headers=headers)
        transcript.append((f"{method} {path}", content, reply.status_code, reply.content))
        return _answer(reply)

    for result in play(loaded.steps, send, memos.clock.advance, memos.run_until_idle):
        assert [str(difference) for difference in result.mismatches] == []
    return transcript


def _encode(body: dict[str, Any] | None) -> bytes:
    return b"" if body is None else msgspec.json.encode(body)


def _answer(reply: httpx.Response) -> Answer:
    return reply.status_code, decode_answer(reply.headers.get("content-type", ""), reply.content)


def name_ids(transcript: Sequence[tuple[str, bytes, int, bytes]]) -> list[bytes]:
    """Returns a transcript whose identifiers are named by their first appearance."""
    names: dict[bytes, bytes] = {}

    def name(match: re.Match[bytes]) -> bytes:
        return names.setdefault(match[0], b"id-%d" % len(names))

    return [
        _ID.sub(name, b"%s %s -> %d %s" % (path.encode(), body, status, answer))
        for path, body, status, answer in transcript
    ]


def invent(
    seconds: float, path: str, request: dict[str, Any], data: Any, status: int = 200, code: Any = 0
) -> RecordedExchange:
    """Returns an exchange with an invented answer, some seconds after noon."""
    answer = {"code": code, "data": data, "message": "ok" if code == 0 else "no"}
    return RecordedExchange(
        started_ms=NOON + round(seconds * 1000),
        method="POST",
        url=f"{UPSTREAM}/{path}",
        request_body=msgspec.json.encode(request),
        status=status,
        response_body=msgspec.json.encode(answer),
    )
