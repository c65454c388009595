"""Redaction."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from mock_memos.core.calls import decode_object
from mock_memos.recording.exchange import Exchange

HIDDEN: Final = "hidden"
"""What stands where a secret stood."""


_SHORTEST_KEY: Final = 6
"""A shorter key would take words out of what people say."""


_SECRET_NAME = re.compile(r"key|token|secret|passw|auth|sign", re.IGNORECASE)


_LOGIN = re.compile(rb"(https?:/{2})[^\s/@\"'\\]+@", re.IGNORECASE)


_PEOPLE: Final = {"user_id": "user", "user_ids": "user", "role_id": "user", "agent_id": "agent"}


class Redaction:
    """Takes out of exchanges what a file must not hold.

    Keys are taken out wherever they stand, with whatever a query or an address holds beside them.
    With `anonymise`, users and Agents get names by the order in which they appear.
    """

    def __init__(self, *, anonymise: bool = False) -> None:
        self._keys: set[bytes] = set()
        self._names: dict[str, str] | None = {} if anonymise else None

    def learn(self, authorization: str) -> None:
        """A header that carries a key."""
        key = authorization.rpartition(" ")[2].encode()
        if len(key) >= _SHORTEST_KEY:
            self._keys.add(key)

    def __call__(self, exchange: Exchange) -> Exchange:
        if self._names is not None:
            self._meet(decode_object(exchange.request))
        return msgspec.structs.replace(
            exchange,
            path=self._hidden(exchange.path.encode()).decode(),
            query=self._hidden(_query(exchange.query).encode()).decode(),
            request_body=self._hidden(exchange.request),
            response_body=self._hidden(exchange.reply),
        )

    def _hidden(self, text: bytes) -> bytes:
        for key in self._keys:
            text = text.replace(key, HIDDEN.encode())
        text = _LOGIN.sub(rb"\1", text)
        for name, other in (self._names or {}).items():
            for escaped in (msgspec.json.encode(name), json.dumps(name).encode()):
                text = text.replace(escaped, msgspec.json.encode(other))
        return text

    def _meet(self, value: Any) -> None:
        """Give a name to everybody whom a request names."""
        assert self._names is not None
        for kind, name in _people(value):
            if name not in self._names and name not in self._names.values():
                count = sum(other.startswith(f"{kind}-") for other in self._names.values())
                self._names[name] = f"{kind}-{count + 1}"


def _people(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _people(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            kind = _PEOPLE.get(key)
            named = one if isinstance(one, list) else [one]
            if kind:
                yield from ((kind, name) for name in named if isinstance(name, str) and name)
            else:
                yield from _people(one)


def _query(query: str) -> str:
    """A query string without what may be a secret; as it was when there is none."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(_SECRET_NAME.search(name) for name, _ in pairs):
        return query
    return urlencode([(name, HIDDEN if _SECRET_NAME.search(name) else to) for name, to in pairs])
