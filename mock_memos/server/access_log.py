"""Writes one line per call, as text or as JSON. API keys are never written."""

import os
from typing import Any, Final, Literal, TextIO

import msgspec

from mock_memos.core.calls import Reply
from mock_memos.core.clock import to_iso
from mock_memos.core.request_facts import RequestFacts
from mock_memos.journal.journal import Exchange

LogFormat = Literal["text", "json"]

_MAX_PARSED_BYTES: Final = 1_000_000
"""Longer bodies are not parsed to find the user."""
_PLAIN: Final = {"ok": "", "rejected": "", "failed": "", "fault": "", "dim": "", "end": ""}
_COLORS: Final = {
    "ok": "\x1b[32m", "rejected": "\x1b[33m", "failed": "\x1b[31m", "fault": "\x1b[35m",
    "dim": "\x1b[2m", "end": "\x1b[0m",
}  # fmt: skip


class AccessLog:
    """Writes a line for each exchange; an observer of the engine."""

    def __init__(self, stream: TextIO, format_: LogFormat = "text") -> None:
        self._stream = stream
        self._json = format_ == "json"
        self._colors = _COLORS if format_ == "text" and supports_color(stream) else _PLAIN

    def __call__(self, exchange: Exchange) -> None:
        """Writes a call that reached the engine."""
        self._write(as_json(exchange) if self._json else self._text(exchange))

    def write_rejected(self, method: str, path: str, reply: Reply) -> None:
        """Writes a call that was rejected before it reached the engine."""
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
                hint="rejected: host or token",
            )
        )

    def _text(self, exchange: Exchange) -> str:
        time = to_iso(exchange.time_ms)[11:-1] if exchange.time_ms else "--:--:--.---"
        operation = exchange.operation or f"{exchange.method} {exchange.path}"
        color, outcome = _outcome(exchange)
        dim, start, end = (self._colors[name] for name in ("dim", color, "end"))
        columns = f"{_safe(operation):<24} {_safe(_user(exchange)):<12}"
        return f"{dim}{time}{end}  {columns} {start}{_safe(outcome)}{end}"

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


def supports_color(stream: TextIO) -> bool:
    """Returns whether a stream is a terminal with colors, unless NO_COLOR is set."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def as_json(exchange: Exchange) -> str:
    """Returns an exchange as one line of JSON, without its bodies."""
    fields: dict[str, Any] = {
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
    return msgspec.json.encode(fields).decode()


def _outcome(exchange: Exchange) -> tuple[str, str]:
    """Returns the color and the text of the outcome."""
    if exchange.fault:
        return "fault", f"{exchange.status or 'no reply'}, fault {exchange.fault}"
    if exchange.status < 400 and not exchange.code:
        started = "".join(f", started task {task_id}" for task_id in exchange.tasks_started)
        return "ok", f"ok{started}{'; ' if exchange.hint else ''}{exchange.hint}"
    code = f" {exchange.code}" if exchange.code else ""
    return (
        "failed" if exchange.status >= 500 else "rejected",
        f"{exchange.status}{code} {exchange.hint}".rstrip(),
    )


def _user(exchange: Exchange) -> str:
    """Returns the users of a call, or its Agents, or a dash."""
    if not exchange.operation or len(exchange.request_body) > _MAX_PARSED_BYTES:
        return "-"
    # not exchange.facts, which would keep the decoded body as long as the journal keeps the call
    facts = RequestFacts(exchange.operation, exchange.request_body)
    return ",".join(facts.user_ids or facts.agent_ids) or "-"


def _safe(text: str) -> str:
    """Escapes characters that a terminal would interpret."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )
