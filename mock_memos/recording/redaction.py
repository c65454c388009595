"""Removes secrets from exchanges before they are written."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from mock_memos.core.calls import decode_object
from mock_memos.recording.exchange import RecordedExchange

HIDDEN: Final = "hidden"
"""Replaces a secret."""

_MIN_KEY_LENGTH: Final = 6
"""A shorter key could be a word of a message."""
_SECRET_NAME = re.compile(r"key|token|secret|passw|auth|sign", re.IGNORECASE)
_LOGIN = re.compile(rb"(https?:/{2})[^\s/@\"'\\]+@", re.IGNORECASE)
_ID_PREFIXES: Final = {
    "user_id": "user", "user_ids": "user", "role_id": "user", "agent_id": "agent",
}  # fmt: skip


class Redaction:
    """Replaces API keys, secret query parameters and logins in addresses.

    With `anonymize`, users and Agents become `user-1`, `agent-1` and so on, in order of appearance.
    """

    def __init__(self, *, anonymize: bool = False) -> None:
        self._keys: set[bytes] = set()
        self._names: dict[str, str] | None = {} if anonymize else None

    def learn(self, authorization: str) -> None:
        """Adds the key of an `Authorization` header to the secrets."""
        key = authorization.rpartition(" ")[2].encode()
        if len(key) >= _MIN_KEY_LENGTH:
            self._keys.add(key)

    def __call__(self, exchange: RecordedExchange) -> RecordedExchange:
        """Returns the exchange without its secrets."""
        if self._names is not None:
            self._name_people(decode_object(exchange.request_body), self._names)
        return msgspec.structs.replace(
            exchange,
            url=self._redact(_redact_query(exchange.url).encode()).decode(),
            request_body=self._redact(exchange.request_body),
            response_body=self._redact(exchange.response_body),
        )

    def _redact(self, text: bytes) -> bytes:
        for key in self._keys:
            text = text.replace(key, HIDDEN.encode())
        text = _LOGIN.sub(rb"\1", text)
        for name, alias in (self._names or {}).items():
            for quoted in (msgspec.json.encode(name), json.dumps(name).encode()):
                text = text.replace(quoted, msgspec.json.encode(alias))
        return text

    def _name_people(self, body: Any, names: dict[str, str]) -> None:
        for prefix, name in _people(body):
            if name not in names and name not in names.values():
                count = sum(alias.startswith(f"{prefix}-") for alias in names.values())
                names[name] = f"{prefix}-{count + 1}"


def _people(value: Any) -> Iterator[tuple[str, str]]:
    """Yields the users and Agents in a request, each with its prefix."""
    if isinstance(value, list):
        for item in value:
            yield from _people(item)
    elif isinstance(value, dict):
        for field, item in value.items():
            if prefix := _ID_PREFIXES.get(field):
                names = item if isinstance(item, list) else [item]
                yield from ((prefix, name) for name in names if isinstance(name, str) and name)
            else:
                yield from _people(item)


def _redact_query(url: str) -> str:
    """Returns the address without secret query parameters; unchanged if it has none."""
    address, _, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(_SECRET_NAME.search(name) for name, _ in pairs):
        return url
    redacted = [(name, HIDDEN if _SECRET_NAME.search(name) else value) for name, value in pairs]
    return f"{address}?{urlencode(redacted)}"
