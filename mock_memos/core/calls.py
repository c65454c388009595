"""The values between a transport and the engine: a `Call` in, a `Reply` out.

A transport (live server, httpx, requests) converts its request to a `Call`, and a `Reply` to its
response. The engine never uses a socket or a client library.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from mock_memos.core.text import decode_json

JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"


class Call(msgspec.Struct, frozen=True):
    """One HTTP request.

    `path` is percent-decoded and starts with a slash; `query` is the raw query string without the
    question mark; header names are lower-case.
    """

    method: str
    path: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    query: str = ""
    unread_bytes: int = 0
    """Size of a body that a transport did not read, because it is too large."""


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """One chunk of a streamed reply. `delay_ms` is the virtual time before it is sent."""

    data: bytes
    delay_ms: int = 0


Ending = Literal["whole", "close", "reset", "stall"]
"""How a reply ends: complete, or in the middle: closed, reset, or stalled."""


class Reply(msgspec.Struct, frozen=True):
    """One HTTP response. A streamed reply has `chunks`, and `body` holds all of them joined.

    With `status` 0 nothing is sent before the ending. A client with a shorter timeout than
    `latency_ms` gets a timeout error at once; with `real_latency` the transport really waits.
    `clock_speed` is in virtual seconds per real second; 0 if the clock does not move by itself.
    """

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[Chunk, ...] = ()
    ending: Ending = "whole"
    latency_ms: int = 0
    real_latency: bool = False
    clock_speed: float = 0.0

    @property
    def is_streamed(self) -> bool:
        """Whether the length of the body is unknown when it is sent."""
        return bool(self.chunks) or self.ending != "whole"

    def real_delay(self, chunk: Chunk) -> float:
        """Returns the real seconds to wait before a chunk."""
        return chunk.delay_ms / 1000 / self.clock_speed if self.clock_speed else 0.0

    def exceeds(self, timeout_seconds: float | None) -> bool:
        """Returns whether the latency exceeds a client's timeout. None: no timeout."""
        return timeout_seconds is not None and self.latency_ms > timeout_seconds * 1000


class CallHandler(Protocol):
    """Answers calls, as the engine does."""

    def handle(self, call: Call) -> Reply: ...


def decode_object(request: bytes) -> dict[str, Any]:
    """Returns the JSON object in a body; {} if the body is not a JSON object."""
    body = decode_json(request, {})
    return body if isinstance(body, dict) else {}


def decode_answer(content_type: str, body: bytes) -> dict[str, Any]:
    """Returns the JSON object in a response body.

    Other bodies become `{"events": [...]}` (streamed), `{"data": value}` (other JSON) or
    `{"text": text}`.
    """
    text = body.decode("utf-8", "replace")
    if content_type.startswith("text/event-stream"):
        data = (line[5:].strip() for line in text.splitlines() if line.startswith("data:"))
        return {"events": [decode_json(event, event) for event in data]}
    answer = decode_json(body, msgspec.UNSET)
    if answer is msgspec.UNSET:
        return {"text": text}
    return answer if isinstance(answer, dict) else {"data": answer}
