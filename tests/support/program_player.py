"""Plays programs of calls with any client."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call
from mock_memos.engine.engine import Engine

GET_BY_ID = "get/memory/{memory_id}"
ID_PATTERNS = {
    "task": re.compile(rb'"task_id":"([^"]+)"'),
    "memory": re.compile(rb'"id":"([0-9a-f]{8}-[^"]+|memos[^"]+)"'),
    "base": re.compile(rb'"id":"(base[^"]+)"'),
    "file": re.compile(rb'"id":"([0-9a-f]{32})"'),
    "template": re.compile(rb'"profile_template_id":"(tpl_[^"]+)"'),
}


class Ref(NamedTuple):
    """The n-th identifier of a kind in the replies so far, modulo their number."""

    kind: str
    n: int


class Step(NamedTuple):
    """A call; without an operation, a clock move."""

    operation: str
    body: Any = None
    seconds: float = 0


class PlayedCall(NamedTuple):
    """A call and its reply."""

    operation: str
    request: Any
    status: int
    body: bytes


Send = Callable[[str, str, bytes], tuple[int, bytes]]
"""From method, path below the base address and body to the HTTP status and the answer."""


class Player:
    """Plays programs and remembers the identifiers in the replies."""

    def __init__(
        self, send: Send, advance: Callable[[float], object], knows: "Player | None" = None
    ) -> None:
        """`knows` is a player whose memory is shared up to here."""
        self._send_call = send
        self._advance = advance
        self._ids: dict[str, list[str]] = {
            kind: list(knows._ids[kind]) if knows else [] for kind in ID_PATTERNS
        }

    def play(self, steps: Iterable[Step]) -> list[PlayedCall]:
        return [reply for step in steps for reply in self.play_step(step)]

    def play_step(self, step: Step) -> list[PlayedCall]:
        """Plays one step. A clock move has no reply."""
        if not step.operation:
            self._advance(step.seconds)
            return []
        body = self._fill(step.body)
        if step.operation == GET_BY_ID:
            status, answer = self._send_call("GET", f"get/memory/{body}", b"")
        else:
            status, answer = self._send_call("POST", step.operation, json.dumps(body).encode())
        for kind, pattern in ID_PATTERNS.items():
            ids = self._ids[kind]
            ids += [item for item in map(bytes.decode, pattern.findall(answer)) if item not in ids]
        return [PlayedCall(step.operation, body, status, answer)]

    def _fill(self, value: Any) -> Any:
        match value:
            case Ref(kind, n):
                values = self._ids[kind]
                return values[n % len(values)] if values else "none"
            case dict():
                return {name: self._fill(item) for name, item in value.items()}
            case list():
                return [self._fill(item) for item in value]
        return value


def player(engine: Engine, key: str = "key", knows: Player | None = None) -> Player:
    """Returns a player that calls an engine with one key."""

    def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"authorization": f"Token {key}"}
        reply = engine.handle(Call(method, f"{PREFIXES[0]}/{path}", headers, body))
        return reply.status, reply.body

    def advance(seconds: float) -> None:
        world = engine.world(key)
        world.clock.advance(seconds)
        world.run_due_jobs()

    return Player(send, advance, knows)
