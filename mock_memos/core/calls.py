"""What passes between a door and the engine: a call in, a reply out, nothing else.

Both are plain values. A door (live server, httpx, requests) translates its own request into a
`Call` and a `Reply` into its own response; the engine never sees a socket or a client library.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"


class Call(msgspec.Struct, frozen=True):
    """One HTTP request as the engine reads it.

    `path` is percent-decoded and starts with a slash; `query` is the raw query string without the
    question mark; header names are lower-case.
    """

    method: str
    path: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    query: str = ""
    unread_bytes: int = 0
    """Bytes of a body that a door did not read to its end, because it is too large."""


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """One piece of a streamed reply and the virtual milliseconds that pass before it is sent."""

    data: bytes
    delay_ms: int = 0


Ending = Literal["whole", "close", "reset", "stall"]
"""How a reply ends: as it should, or in the middle: closed, reset, or silent for ever."""


class Reply(msgspec.Struct, frozen=True):
    """One HTTP response. A streamed reply has `chunks`, and `body` holds all of them joined.

    A `status` of 0 means that nothing is sent before the ending. `latency` is in milliseconds:
    a client that would not have waited so long times out; nobody waits, unless `really_late`.
    `speed` is how many virtual seconds pass in a real one; 0 if time does not pass by itself.
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
        """Whether its body has no length that could be told beforehand."""
        return bool(self.chunks) or self.ending != "whole"

    def real_delay(self, chunk: Chunk) -> float:
        """The real seconds that pass before a chunk is sent."""
        return chunk.delay_ms / 1000 / self.clock_speed if self.clock_speed else 0.0

    def exceeds(self, timeout_seconds: float | None) -> bool:
        """Whether a client that waits so many seconds gives up; with None it waits for ever."""
        return timeout_seconds is not None and self.latency_ms > timeout_seconds * 1000


class CallHandler(Protocol):
    """Answers calls, as the engine does."""

    def handle(self, call: Call) -> Reply: ...


def decode_object(request: bytes) -> dict[str, Any]:
    """The body of a request as an object; an empty one when it is none."""
    try:
        body = msgspec.json.decode(request) if request else {}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def decode_answer(content_type: str, body: bytes) -> dict[str, Any]:
    """An answer as steps see it: its JSON; a streamed one has its `events`, any other its `text`.

    What stands in the envelope is no object either: then `data` is all there is.
    """
    text = body.decode("utf-8", "replace")
    if content_type.startswith("text/event-stream"):
        return {
            "events": [
                _event(line[5:].strip()) for line in text.splitlines() if line[:5] == "data:"
            ]
        }
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {"text": text}
    return answer if isinstance(answer, dict) else {"data": answer}


def _event(data: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError):
        return data
