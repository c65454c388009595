"""What `serve` tells of each call: a line for people, or a line of JSON. Keys are in neither."""

import os
from typing import Any, Final, Literal, TextIO

import msgspec

from mock_memos.core.calls import Reply, decode_object
from mock_memos.core.clock import to_iso
from mock_memos.journal.journal import Exchange

LogFormat = Literal["text", "json"]

_LONGEST: Final = 1_000_000
"""In a longer body the user is not looked for."""
_PLAIN: Final = {"ok": "", "refused": "", "failed": "", "fault": "", "dim": "", "end": ""}
_COLOURS: Final = {
    "ok": "\x1b[32m", "refused": "\x1b[33m", "failed": "\x1b[31m", "fault": "\x1b[35m",
    "dim": "\x1b[2m", "end": "\x1b[0m",
}  # fmt: skip


class AccessLog:
    """Writes a line for each exchange that an engine tells of."""

    def __init__(self, stream: TextIO, form: LogFormat = "text") -> None:
        self._stream = stream
        self._json = form == "json"
        self._colours = _COLOURS if form == "text" and supports_color(stream) else _PLAIN

    def __call__(self, exchange: Exchange) -> None:
        """Tell of a call that reached the engine."""
        self._write(as_json(exchange) if self._json else self._text(exchange))

    def write_rejected(self, method: str, path: str, reply: Reply) -> None:
        """Tell of a call that was turned away at the door."""
        self(
            Exchange(
                number=0,
                time_ms=0,
                method=method,
                path=path,
                operation="",
                request_body=b"",
                status=reply.status,
                code=0,
                response_body=reply.body,
                hint="refused at the door",
            )
        )

    def _text(self, exchange: Exchange) -> str:
        when = to_iso(exchange.time_ms)[11:-1] if exchange.time_ms else "--:--:--.---"
        what = exchange.operation or f"{exchange.method} {exchange.path}"
        kind, outcome = _outcome(exchange)
        paint = self._colours
        return (
            f"{paint['dim']}{when}{paint['end']}  {_safe(what):<24} {_safe(_user(exchange)):<12} "
            f"{paint[kind]}{_safe(outcome)}{paint['end']}"
        )

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


def supports_color(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours, and nobody asked for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def as_json(exchange: Exchange) -> str:
    """An exchange as one line of JSON, without its bodies."""
    told: dict[str, Any] = {
        "time": to_iso(exchange.time_ms) if exchange.time_ms else None,
        "world_id": exchange.world_id,
        "method": exchange.method,
        "path": exchange.path,
        "operation": exchange.operation,
        "user": _user(exchange),
        "status": exchange.status,
        "code": exchange.code,
        "hint": exchange.hint,
        "fault": exchange.fault,
        "unmatched": exchange.unmatched,
        "simulated_duration_ms": exchange.simulated_duration_ms,
        "tasks_started": exchange.tasks_started,
        "tasks_ended": exchange.tasks_ended,
    }
    return msgspec.json.encode(told).decode()


def _outcome(exchange: Exchange) -> tuple[str, str]:
    """Its colour and its words."""
    if exchange.fault:
        return "fault", f"{exchange.status or 'no reply'}, fault {exchange.fault}"
    if exchange.status < 400 and not exchange.code:
        started = "".join(f", started task {task_id}" for task_id in exchange.tasks_started)
        return "ok", f"ok{started}{'; ' if exchange.hint else ''}{exchange.hint}"
    code = f" {exchange.code}" if exchange.code else ""
    return (
        "failed" if exchange.status >= 500 else "refused",
        f"{exchange.status}{code} {exchange.hint}".rstrip(),
    )


def _user(exchange: Exchange) -> str:
    """The users that a call names, or its Agents, or a dash."""
    if not exchange.operation or len(exchange.request_body) > _LONGEST:
        return "-"
    body = decode_object(exchange.request_body)
    named = body.get("user_id") or body.get("agent_id")
    many = named if isinstance(named, list) else [named]
    return ",".join(one for one in many if isinstance(one, str)) or "-"


def _safe(text: str) -> str:
    """A text that can do nothing to a terminal."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )
