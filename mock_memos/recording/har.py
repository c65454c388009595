"""Converts recorded exchanges to and from HAR 1.2, the format of browsers and HTTP proxies.

http://www.softwareishard.com/blog/har-12-spec/ Names of our own begin with `_`, as HAR requires.
"""

import base64
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from mock_memos.core.clock import to_iso, to_milliseconds
from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.redaction import Redaction

HEAD: Final = b'{"log":{"version":"1.2","creator":{"name":"mock-memos","version":"1"},"entries":['
TAIL: Final = b"\n]}}\n"
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def to_entry(exchange: RecordedExchange) -> bytes:
    """Returns an exchange as an element of `log.entries`."""
    query = parse_qsl(exchange.query, keep_blank_values=True)
    common: dict[str, Any] = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1}
    request = common | {
        "method": exchange.method,
        "url": exchange.url,
        "headers": [],
        "queryString": [{"name": name, "value": value} for name, value in query],
        "bodySize": len(exchange.request_body),
        "postData": _encode(exchange.request_body, exchange.request_type, "_encoding"),
    }
    if not exchange.request_body and not exchange.request_type:
        del request["postData"]
    response = common | {
        "status": exchange.status,
        "statusText": _PHRASES.get(exchange.status, ""),
        "headers": [],
        "redirectURL": "",
        "bodySize": len(exchange.response_body),
        "content": _encode(exchange.response_body, exchange.response_type, "encoding")
        | {"size": len(exchange.response_body)},
    }
    entry = {
        "startedDateTime": to_iso(exchange.started_ms),
        "time": exchange.duration_ms,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": exchange.duration_ms, "receive": 0},
        "_incomplete": not exchange.is_complete,
    }
    return msgspec.json.encode(entry)


def _encode(body: bytes, media_type: str, encoding_field: str) -> dict[str, Any]:
    try:
        return {"mimeType": media_type, "text": body.decode()}
    except UnicodeDecodeError:
        text = base64.b64encode(body).decode()
        return {"mimeType": media_type, "text": text, encoding_field: "base64"}


def read_har(text: bytes, name: str, redact: Redaction) -> list[RecordedExchange]:
    """Returns the exchanges of a HAR file in order of time, redacted.

    Keys in `Authorization` headers, which other programs write, are redacted too. Raises
    `UsageError` for anything else.
    """
    try:
        entries = msgspec.json.decode(text)["log"]["entries"]
        for header in (header for entry in entries for header in entry["request"]["headers"]):
            if header["name"].lower() == "authorization":
                redact.learn(header["value"])
        exchanges = [redact(_to_exchange(entry)) for entry in entries]
    except KeyError as problem:
        raise UsageError(f"{name} is not a HAR file: it has no {problem}.") from None
    except (TypeError, AttributeError, ValueError) as problem:  # includes wrong types and Base64
        raise UsageError(f"{name} is not a HAR file: {problem}") from None
    return sorted(exchanges, key=lambda exchange: exchange.started_ms)


def _to_exchange(entry: dict[str, Any]) -> RecordedExchange:
    request, response = entry["request"], entry["response"]
    posted, content = request.get("postData", {}), response["content"]
    values = {
        "started_ms": to_milliseconds(entry["startedDateTime"]),
        "duration_ms": max(0, round(entry["time"])),
        "method": request["method"],
        "url": request["url"],
        "request_type": posted.get("mimeType", ""),
        "request_body": _decode(posted, "_encoding"),
        "status": response["status"],
        "response_type": content["mimeType"],
        "response_body": _decode(content, "encoding"),
        "is_complete": response["status"] > 0 and not entry.get("_incomplete"),
    }
    return msgspec.convert(values, RecordedExchange, builtin_types=(bytes,))


def _decode(content: dict[str, Any], encoding_field: str) -> bytes:
    text: str = content.get("text", "")
    if content.get(encoding_field) == "base64":
        return base64.b64decode(text, validate=True)
    return text.encode()
