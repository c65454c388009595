"""Plays programs of calls with any client."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call
from mock_memos.engine.engine import Engine

SHOW = "get/memory/{memory_id}"
IDS = {
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


class Replied(NamedTuple):
    """A call and its reply."""

    operation: str
    sent: Any
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
        self._send = send
        self._advance = advance
        self._seen: dict[str, list[str]] = {
            kind: list(knows._seen[kind]) if knows else [] for kind in IDS
        }

    def play(self, steps: Iterable[Step]) -> list[Replied]:
        return [reply for step in steps for reply in self.take(step)]

    def take(self, step: Step) -> list[Replied]:
        """Plays one step. A clock move has no reply."""
        if not step.operation:
            self._advance(step.seconds)
            return []
        body = self._filled(step.body)
        if step.operation == SHOW:
            status, answer = self._send("GET", f"get/memory/{body}", b"")
        else:
            status, answer = self._send("POST", step.operation, json.dumps(body).encode())
        for kind, pattern in IDS.items():
            seen = self._seen[kind]
            seen += [one for one in map(bytes.decode, pattern.findall(answer)) if one not in seen]
        return [Replied(step.operation, body, status, answer)]

    def _filled(self, value: Any) -> Any:
        match value:
            case Ref(kind, n):
                seen = self._seen[kind]
                return seen[n % len(seen)] if seen else "none"
            case dict():
                return {name: self._filled(item) for name, item in value.items()}
            case list():
                return [self._filled(item) for item in value]
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
