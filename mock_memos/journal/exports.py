"""Exports exchanges as curl commands, HAR or JSON Lines, without API keys."""

from base64 import b64encode
from collections.abc import Iterable
from http import HTTPStatus
from shlex import quote as shell
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, quote

import msgspec

from mock_memos.core.clock import to_iso
from mock_memos.core.text import decode_json
from mock_memos.journal.journal import Exchange

SERVICE: Final = "https://memos.memtensor.cn"
_API: Final = "/openmem/v1"
_encode = msgspec.json.Encoder().encode


def to_dict(exchange: Exchange) -> dict[str, Any]:
    """Returns an exchange as JSON values. A body that is not JSON becomes a string."""
    return {
        "number": exchange.number,
        "time": to_iso(exchange.time_ms) if exchange.time_ms else None,
        "world_id": exchange.world_id,
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "headers": dict(exchange.headers),
        "operation": exchange.operation,
        "request_body": _value(exchange.request_body),
        "status": exchange.status,
        "code": exchange.code,
        "response_body": _value(exchange.response_body),
        "hint": exchange.hint,
        "unmatched": exchange.unmatched,
        "fault": exchange.fault,
        "added_latency_ms": exchange.added_latency_ms,
        "simulated_duration_ms": exchange.simulated_duration_ms,
        "tasks_started": exchange.tasks_started,
        "tasks_ended": exchange.tasks_ended,
        "truncated": exchange.truncated,
    }


def to_jsonl(exchanges: Iterable[Exchange]) -> str:
    """Returns one line of JSON per exchange."""
    return "".join(_encode(to_dict(exchange)).decode() + "\n" for exchange in exchanges)


class EndedTask(Protocol):
    """A task, as the control API shows it."""

    @property
    def id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def ended(self) -> str | None: ...


def jsonl_of_test(name: str, exchanges: Iterable[Exchange], tasks: Iterable[EndedTask]) -> str:
    """Returns the calls of one test and the end of each task, as JSON Lines.

    Unlike in `to_jsonl`, a request body that is not JSON is also in `body`, in Base64: replay
    sends it again.
    """
    lines = [
        {"test": name, **to_dict(exchange), **_binary_body(exchange.request_body)}
        for exchange in exchanges
    ]
    lines += [
        {
            "test": name,
            "task": task.id,
            "kind": task.kind,
            "status": task.status,
            "ended": task.ended,
        }
        for task in tasks
    ]
    return "".join(_encode(line).decode() + "\n" for line in lines)


def to_curl(exchanges: Iterable[Exchange]) -> str:
    """Returns one curl command per exchange. It calls the service at `$MEMOS_BASE_URL`."""
    return "".join(f"{_curl(exchange)}\n" for exchange in exchanges)


def to_har(exchanges: Iterable[Exchange], origin: str = SERVICE) -> dict[str, Any]:
    """Returns an HTTP Archive 1.2 in virtual time, without calls that were blocked."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mock-memos", "version": ""},
            "entries": [
                _entry(exchange, origin) for exchange in exchanges if exchange.method != "CONNECT"
            ],
        }
    }


def _curl(exchange: Exchange) -> str:
    if exchange.method == "CONNECT":
        return f"# never sent: {exchange.hint}"
    prefix, api, operation = exchange.path.partition(_API)
    root, path = ("$MEMOS_BASE_URL", operation) if api else ("${MEMOS_BASE_URL%/api*}", prefix)
    words = ["curl", "-sS", "-X", shell(exchange.method), f'"{root}"{shell(_url(path, exchange))}']
    words += ["-H", '"Authorization: Token $MEMOS_API_KEY"']
    for name, value in exchange.headers:
        if name not in ("authorization", "user-agent"):
            words += ["-H", shell(f"{name}: {value}")]
    line = " ".join(words)
    if exchange.truncated:
        return f"# the bodies of this call were truncated: {line}"
    if not exchange.request_body:
        return line
    try:
        text = exchange.request_body.decode()
    except UnicodeDecodeError:
        text = ""
    if not text or text[0] == "@" or "\0" in text or "\r" in text:
        encoded = b64encode(exchange.request_body).decode()
        return f"echo {encoded} | base64 -d | {line} --data-binary @-"
    return f"{line} --data-binary {shell(text)}"


def _url(path: str, exchange: Exchange) -> str:
    query = f"?{exchange.query}" if exchange.query else ""
    return quote(path, safe="/:@!$&'()*+,;=~", errors="surrogateescape") + query


def _entry(exchange: Exchange, origin: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": origin + _url(exchange.path, exchange),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in exchange.headers],
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(exchange.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        content_type = dict(exchange.headers).get("content-type", "application/json")
        request["postData"] = {"mimeType": content_type, "text": _text(exchange.request_body)}
    return {
        "startedDateTime": to_iso(exchange.time_ms),
        "time": exchange.simulated_duration_ms,
        "request": request,
        "response": {
            "status": exchange.status,
            "statusText": _reason(exchange.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "content-type", "value": exchange.content_type}],
            "content": {
                "size": len(exchange.response_body),
                "mimeType": exchange.content_type,
                **_content(exchange.response_body),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(exchange.response_body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": exchange.simulated_duration_ms, "receive": 0},
        "_operation": exchange.operation,
        "_hint": exchange.hint,
        "_fault": exchange.fault,
    }


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _value(body: bytes) -> Any:
    return decode_json(body, _text(body)) if body else None


def _binary_body(body: bytes) -> dict[str, str]:
    """Returns a body that is not JSON, in Base64."""
    is_json = decode_json(body or b"{}", msgspec.UNSET) is not msgspec.UNSET
    return {} if is_json else {"body": b64encode(body).decode()}


def _text(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace")
