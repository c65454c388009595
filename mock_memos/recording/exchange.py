"""What a recording consists of: requests and replies with their times, one line of JSON each."""

import msgspec

from mock_memos.core.calls import JSON
from mock_memos.core.clock import to_iso, to_milliseconds
from mock_memos.core.errors import UsageError


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request that went to the service, and what came back. No header but the types is kept."""

    time: int
    """When the request went on, in milliseconds since the epoch."""
    duration: int = 0
    """Milliseconds until the reply was there."""
    method: str
    path: str
    """An operation of the API, such as `add/message`; with a slash before it, any other path."""
    query: str = ""
    request_type: str = ""
    request: bytes = b""
    status: int
    reply_type: str = JSON
    reply: bytes = b""
    whole: bool = True
    """Whether the reply came to its end."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An exchange as a line of a raw file. A body that is no text stands in Base64."""

    time: str
    duration: int = 0
    method: str
    path: str
    query: str = ""
    request_type: str = ""
    request: str = ""
    request_base64: bytes = b""
    status: int
    reply_type: str = JSON
    reply: str = ""
    reply_base64: bytes = b""
    whole: bool = True


def line_of(exchange: Exchange) -> bytes:
    """An exchange as a line of a raw file."""
    values = msgspec.structs.asdict(exchange) | {"time": to_iso(exchange.time)}
    for name in ("request", "reply"):
        body: bytes = values.pop(name)
        try:
            values[name] = body.decode()
        except UnicodeDecodeError:
            values[f"{name}_base64"] = body
    return msgspec.json.encode(Line(**values)) + b"\n"


def read_lines(raw: bytes, name: str = "recording") -> list[Exchange]:
    """The exchanges of a raw file. Raises `UsageError` that names the line.

    A last line that was not written to its end is left out.
    """
    lines = raw.split(b"\n")
    return [_read(line, f"{name}:{number}") for number, line in enumerate(lines[:-1], 1) if line]


def _read(text: bytes, where: str) -> Exchange:
    try:
        line = msgspec.json.decode(text, type=Line)
        values = msgspec.structs.asdict(line) | {"time": to_milliseconds(line.time)}
    except (msgspec.MsgspecError, UnicodeDecodeError, UsageError) as problem:
        raise UsageError(f"{where} is no exchange of a recording: {problem}") from None
    for body in ("request", "reply"):
        values[body] = values.pop(f"{body}_base64") or values[body].encode()
    return Exchange(**values)
