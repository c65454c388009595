"""Which identifier of a replay stands for which recorded one."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

_MIN_LENGTH: Final = 8
"""A shorter identifier could be a word, so it is not replaced."""


def is_id_field(field: str) -> bool:
    """Whether a field holds identifiers: `id`, `task_id`, `memory_ids`."""
    return field == "id" or field.endswith(("_id", "_ids"))


def texts(value: Any) -> Iterator[str]:
    """Yields every string in a JSON value, keys excluded."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


class IdMap:
    """Learns pairs of identifiers from pairs of answers to the same calls."""

    def __init__(self) -> None:
        self._replayed: dict[str, str] = {}
        self._used: set[str] = set()
        self._sent: set[str] = set()
        """Strings that the client chose. They are the same in both."""

    def add_request(self, body: Any) -> None:
        """Notes what the client sends."""
        self._sent |= {text for text in texts(body) if text not in self._replayed}

    def learn(self, recorded: Any, replayed: Any) -> None:
        """Pairs the identifiers at the same places of two answers."""
        for old, new in _id_pairs(recorded, replayed):
            is_known = old == new or old in self._sent or old in self._replayed
            if not is_known and new not in self._used and min(len(old), len(new)) >= _MIN_LENGTH:
                self._replayed[old] = new
                self._used.add(new)

    def translate(self, text: bytes) -> bytes:
        """Returns a text with replayed identifiers in place of recorded ones."""
        names = {old.encode(): new.encode() for old, new in self._without_clashes().items()}
        if not names:
            return text
        longest_first = sorted(names, key=len, reverse=True)
        pattern = re.compile(b"|".join(map(re.escape, longest_first)))
        return pattern.sub(lambda match: names[match[0]], text)

    def translate_json(self, value: Any) -> Any:
        """Returns a JSON value with replayed identifiers."""
        return msgspec.json.decode(self.translate(msgspec.json.encode(value)))

    def _without_clashes(self) -> dict[str, str]:
        """Adds names for recorded identifiers that the replay uses for something else.

        If a -> b and b -> c are known, c is free for whatever was recorded as c, so c -> a.
        """
        names = dict(self._replayed)
        for first, last in self._replayed.items():
            if first not in self._used:
                while last in self._replayed:
                    last = self._replayed[last]
                if last not in self._sent:
                    names[last] = first
        return names


def _id_pairs(one: Any, other: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(one, str) and isinstance(other, str):
        if is_id_field(field):
            yield one, other
    elif isinstance(one, dict) and isinstance(other, dict):
        for name in (name for name in one if name in other):
            yield from _id_pairs(one[name], other[name], name)
    elif isinstance(one, list) and isinstance(other, list):
        for left, right in _item_pairs(one, other):
            yield from _id_pairs(left, right, field)


def _item_pairs(one: Sequence[Any], other: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Yields items that are equal except for identifiers; strings in their order."""
    if all(isinstance(item, str) for item in (*one, *other)):
        yield from zip(one, other, strict=False)
        return
    candidates = [(item, _without_ids(item)) for item in other]
    for item in one:
        plain = _without_ids(item)
        for candidate in candidates:
            if candidate[1] == plain:
                candidates.remove(candidate)
                yield item, candidate[0]
                break


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_ids(item)
            for name, item in value.items()
            if not is_id_field(name) and name != "skill_url"
        }
    return [_without_ids(item) for item in value] if isinstance(value, list) else value
