"""Maps identifiers of a recorded run to those of another run of the same calls."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final

SUBJECT_FIELDS: Final = ("user_id", "user_ids", "agent_id", "related_id")
"""Fields whose values clients choose, although their names look like identifiers."""
_MIN_LENGTH: Final = 8
"""Shorter identifiers are not replaced inside longer texts, where they may be part of a word."""


class IdMap:
    """Learns pairs of identifiers from pairs of responses, and replaces them in later requests.

    `by_content` pairs only list elements that are equal except for their identifiers; without it
    elements are paired by position.
    """

    def __init__(self, *, by_content: bool = False) -> None:
        self._by_content = by_content
        self._ids: dict[str, str] = {}
        self._used: set[str] = set()
        self._sent: set[str] = set()
        """Texts that the client chose. They mean the same in both runs."""
        self._missing: set[str] = set()
        self._replacements: dict[bytes, bytes] = {}
        self._pattern: re.Pattern[bytes] | None = None

    def add_request(self, request: Any) -> None:
        """Notes the texts of a recorded request that are not identifiers learned before."""
        self._sent |= {text for text in texts_in(request) if text not in self._ids}
        self._pattern = None

    def learn(self, recorded: Any, actual: Any) -> None:
        """Pairs the identifiers of two responses to the same request."""
        for old, new in self._pairs(recorded, actual):
            if old in self._sent or old in self._ids:
                continue
            if new is None:
                self._missing.add(old)
            elif new not in self._used:
                self._ids[old] = new
                self._used.add(new)
                self._pattern = None

    def get(self, recorded: str) -> str | None:
        """Returns the identifier of the other run, or None if it is not known."""
        return self._ids.get(recorded)

    def missing_in(self, value: Any) -> str | None:
        """Returns an identifier in a request for which the other run returned none."""
        missing = self._missing - self._ids.keys()
        for text in texts_in(value) if missing else ():
            for old in missing:
                if text == old or (len(old) >= _MIN_LENGTH and old in text):
                    return old
        return None

    def translate(self, body: bytes) -> bytes:
        """Replaces the recorded identifiers in a text of any format."""
        if self._pattern is None:
            self._replacements = {old.encode(): new.encode() for old, new in self._all().items()}
            longest = sorted(self._replacements, key=len, reverse=True)
            self._pattern = re.compile(b"|".join(map(re.escape, longest)) or rb"(?!)")
        return self._pattern.sub(lambda match: self._replacements[match[0]], body)

    def translate_text(self, text: str) -> str:
        """Replaces the recorded identifiers in a text."""
        return self._ids.get(text) or self.translate(text.encode()).decode()

    def translate_value(self, value: Any) -> Any:
        """Replaces the recorded identifiers in a JSON value."""
        if isinstance(value, dict):
            return {name: self.translate_value(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.translate_value(item) for item in value]
        return self.translate_text(value) if isinstance(value, str) else value

    def _all(self) -> dict[str, str]:
        """Returns all pairs, and new names for recorded texts that equal an identifier in use.

        Two mocks number alike, so that one may use for something else what the other recorded.
        """
        pairs = {old: new for old, new in self._ids.items() if len(old) >= _MIN_LENGTH}
        for old, new in self._ids.items():
            if old not in self._used and len(old) >= _MIN_LENGTH:
                while new in self._ids:
                    new = self._ids[new]
                if new not in self._sent:
                    pairs[new] = old
        return pairs

    def _pairs(self, old: Any, new: Any, field: str = "") -> Iterator[tuple[str, str | None]]:
        if isinstance(old, dict):
            other = new if isinstance(new, dict) else {}
            for name, item in old.items():
                yield from self._pairs(item, other.get(name), name)
        elif isinstance(old, list):
            others = new if isinstance(new, list) else []
            for item, partner in self._partners(old, others):
                yield from self._pairs(item, partner, field)
        elif isinstance(old, str) and is_id_field(field):
            yield old, new if isinstance(new, str) and new else None

    def _partners(self, old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        if not self._by_content or all(isinstance(item, str) for item in (*old, *new)):
            yield from list(zip_longest(old, new))[: len(old)]
            return
        unpaired = [(item, _without_ids(item)) for item in new]
        for item in old:
            content = _without_ids(item)
            for candidate in unpaired:
                if candidate[1] == content:
                    unpaired.remove(candidate)
                    yield item, candidate[0]
                    break


def is_id_field(name: str) -> bool:
    """Returns whether the service chooses the values of a field: `id`, `task_id`, `memory_ids`."""
    return name not in SUBJECT_FIELDS and (name == "id" or name.endswith(("_id", "_ids")))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_ids(item)
            for name, item in value.items()
            if not is_id_field(name) and name != "skill_url"
        }
    return [_without_ids(item) for item in value] if isinstance(value, list) else value


def texts_in(value: Any) -> Iterator[str]:
    """Yields every text in a JSON value; of bytes, the whole as one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
