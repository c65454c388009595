"""A draft is played in an engine of its own, to see which replies come out as they were recorded.

Identifiers differ, for the double makes its own. They are the same if each of them stands wherever
the recorded one stood.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call, Reply
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.recording.drafting.recorded_calls import Asked, texts
from mock_memos.scenario.language.document import Scenario

_ID_NAMES: Final = {
    "conversation_id", "file_id", "id", "knowledgebase_id", "memory_id", "memory_ids",
    "message_id", "message_ids", "profile_template_id", "task_id", "template_id",
}  # fmt: skip
_SHORTEST: Final = 8
"""What is shorter may be a word, and stays what it is."""
_KEY: Final = "mock-key"


class Names:
    """Which identifier of the double stands for which recorded one."""

    def __init__(self) -> None:
        self._others: dict[str, str] = {}
        self._taken: set[str] = set()
        self._said: set[str] = set()
        """What clients said by themselves. It is theirs, and has no other name."""
        self._pattern: re.Pattern[bytes] | None = None
        self._names: dict[str, str] = {}

    def said(self, request: Any) -> None:
        """A client says something."""
        self._said |= {text for text in texts(request) if text not in self._others}

    def learn(self, recorded: Any, played: Any) -> None:
        """Compare what should be the same answer."""
        for one, other in _pairs(recorded, played):
            known = one == other or one in self._said or one in self._others
            long = min(len(one), len(other)) >= _SHORTEST
            if long and not known and other not in self._taken:
                self._others[one] = other
                self._taken.add(other)
                self._pattern = None

    def translate(self, text: bytes) -> bytes:
        """A text with the double's identifiers in place of recorded ones."""
        if not self._others:
            return text
        if self._pattern is None:
            self._names = self._whole()
            longest = sorted(self._names, key=len, reverse=True)
            self._pattern = re.compile(b"|".join(re.escape(one.encode()) for one in longest))
        return self._pattern.sub(lambda found: self._names[found[0].decode()].encode(), text)

    def _whole(self) -> dict[str, str]:
        """The names, and others for recorded identifiers that the double gives to something else.

        Both sides may count alike, and then one means another thing by the same identifier.
        """
        names = dict(self._others)
        for first, end in self._others.items():
            if first not in self._taken:
                while end in self._others:
                    end = self._others[end]
                if end not in self._said:
                    names[end] = first
        return names

    def translated(self, value: Any) -> Any:
        """The same for plain values."""
        return msgspec.json.decode(self.translate(msgspec.json.encode(value)))


class Played(NamedTuple):
    """What a call was answered in a rehearsal, and how far that is the recorded answer."""

    asked: Asked
    reply: Reply
    expected: bytes
    """The recorded reply, with the double's identifiers."""

    @property
    def exact(self) -> bool:
        """Whether the reply is the same to the byte."""
        return self.reply.status == self.asked.exchange.status and self.reply.body == self.expected

    @property
    def same(self) -> bool:
        """Whether the reply says the same; fields may stand in another order."""
        if self.exact:
            return True
        alike = self.reply.status == self.asked.exchange.status
        return alike and _value(self.reply.body) == _value(self.expected)

    @property
    def refused(self) -> bool:
        """Whether the double refused the call."""
        answer = _value(self.reply.body)
        code = answer.get("code", 0) if isinstance(answer, dict) else 0
        return self.reply.status >= 400 or bool(code)


class Rehearsal(NamedTuple):
    played: tuple[Played, ...]
    names: Names

    @property
    def wrong(self) -> list[Played]:
        """What did not come out as it was recorded."""
        return [one for one in self.played if not one.same]


def rehearse(scenario: Scenario, calls: Sequence[Asked], names: Names | None = None) -> Rehearsal:
    """Make every call again, at its moment, in a world of this scenario.

    `names` are those of a rehearsal that made the same identifiers.
    """
    engine = Engine(
        Settings().with_changes(**scenario.settings | {"clock": "manual"}), scenarios=[scenario]
    )
    world = engine.open(_KEY)
    names = names or Names()
    played = []
    for asked in calls:
        world.clock.advance_to(max(asked.moment, world.clock.now))
        request = asked.exchange.request
        names.said(asked.body)
        reply = engine.handle(_call(asked, names.translate(request), names))
        names.learn(_value(asked.exchange.reply), _value(reply.body))
        played.append((asked, reply))
    return Rehearsal(
        tuple(
            Played(asked, reply, names.translate(asked.exchange.reply)) for asked, reply in played
        ),
        names,
    )


def _call(asked: Asked, request: bytes, names: Names) -> Call:
    exchange = asked.exchange
    headers = {"authorization": f"Token {_KEY}"}
    if exchange.request_type:
        headers["content-type"] = exchange.request_type
    path = names.translate(exchange.path.encode()).decode()
    path = path if path.startswith("/") else f"{PREFIXES[0]}/{path}"
    query = names.translate(exchange.query.encode()).decode()
    return Call(exchange.method, path, headers, request, query)


def _value(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return body


def _pairs(one: Any, other: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Identifiers that stand at the same place in two answers."""
    if isinstance(one, str) and isinstance(other, str):
        if name in _ID_NAMES:
            yield one, other
    elif isinstance(one, dict) and isinstance(other, dict):
        for key, value in one.items():
            if key in other:
                yield from _pairs(value, other[key], key)
    elif isinstance(one, list) and isinstance(other, list):
        for left, right in _partners(one, other):
            yield from _pairs(left, right, name)


def _partners(one: Sequence[Any], other: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Elements of two lists that say the same but for identifiers; of bare ones, by their order."""
    if all(isinstance(item, str) for item in (*one, *other)):
        yield from zip(one, other, strict=False)
        return
    left = list(other)
    for item in one:
        said = _without_ids(item)
        twin = next((place for place, two in enumerate(left) if _without_ids(two) == said), None)
        if twin is not None:
            yield item, left.pop(twin)


def _without_ids(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without_ids(one)
            for key, one in value.items()
            if key not in _ID_NAMES and key != "skill_url"
        }
    return [_without_ids(one) for one in value] if isinstance(value, list) else value
