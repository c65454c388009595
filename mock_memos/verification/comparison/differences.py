"""What differs between the replies of a target and those of the double, and how grave it is.

Three say how a reply looks: the official client's model, the target's answers, the double's. A
difference is *breaking* when code that works with the double or the official client may fail on
the target; *notable* when the same is true but the double only assumed it, or when the reply can
be read and says something that the double never says; else a *note*.
"""

from collections.abc import Iterable, Iterator, Set
from typing import Any, Final, Literal

import msgspec

from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.reply_shapes import (
    ITEM,
    NOTHING,
    Known,
    Path,
    Said,
    Shapes,
    plain_words,
)
from mock_memos.verification.comparison.reply_shapes import shown as shown_path

Severity = Literal["breaking", "notable", "note"]
Kind = Literal[
    "reply", "status", "code", "missing", "null", "type", "enum", "value", "order", "empty",
    "client", "extra", "unseen",
]  # fmt: skip
GRAVITY: Final[dict[str, int]] = {"breaking": 0, "notable": 1, "note": 2}
UNSAID: Final = Known()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, with what each of the three says. Values are told of enumerations only."""

    operation: str
    field: str
    """Where in the reply, or the title of the call whose reply is meant as a whole."""
    kind: Kind
    severity: Severity
    client: str = "–"
    target: str
    mock: str
    evidence: Evidence | Literal[""]
    """Where the double knows it from; empty when it knows nothing of it."""
    about: str = ""

    @property
    def order(self) -> tuple[int, str, str]:
        """The gravest first."""
        return GRAVITY[self.severity], self.field, self.kind


class Three(msgspec.Struct, frozen=True, kw_only=True):
    """The good replies of one operation, as each of the three has them; and what our models say."""

    operation: str
    target: Shapes
    mock: Shapes
    said: Said
    client: Said = {}

    def differences(self) -> Iterator[Difference]:
        """Every difference in a field's presence, type or words."""
        for path in self.places():
            if path and not self.target.get(path[:-1], NOTHING).times:
                continue  # where nothing could be, nothing is missing
            for rule in (self._presence, self._kind, self._words, self._client_of_the_mock):
                yield from rule(path)

    def places(self) -> Iterable[Path]:
        """Every place that anybody knows of, in the order of our models."""
        others = {*self.client, *self.mock, *self.target} - self.said.keys()
        return [*self.said, *sorted(others)]

    def tell(
        self, path: Path, kind: Kind, severity: Severity, target: str = "", mock: str = ""
    ) -> Difference:
        """A difference at a place, with what the three say there."""
        known = self.said.get(path, UNSAID)
        return Difference(
            operation=self.operation,
            field=shown_path(path),
            kind=kind,
            severity=severity,
            client=str(self.client[path]) if path in self.client else "–",
            target=target or came(self.target, path),
            mock=mock or came(self.mock, path),
            evidence=known.evidence if path in self.said else "",
            about=known.about,
        )

    def _presence(self, path: Path) -> Iterator[Difference]:
        mock, target = self.mock.get(path, NOTHING), self.target.get(path, NOTHING)
        if path not in self.said and path not in self.mock and target.times:
            yield self.tell(path, "extra", "note")
        elif path and self._lacks(path) and (severity := self._grave_to_miss(path)):
            yield self.tell(path, "missing", severity)
        elif mock.times and not target.times:
            yield self.tell(path, "unseen", "note")

    def _lacks(self, path: Path) -> bool:
        """Whether the target had a chance to show a field, and did not take it."""
        chances = self.target[path[:-1]].objects
        return path[-1] != ITEM and self.target.get(path, NOTHING).times < chances

    def _grave_to_miss(self, path: Path) -> Severity | None:
        """How grave it is that a field is not always there; None where it may be absent."""
        if path in self.client and self.client[path].required:
            return "breaking"
        if path in self.said and self.said[path].required:
            return grave(self.said[path].evidence)
        chances = self.mock.get(path[:-1], NOTHING).objects
        always = chances and self.mock.get(path, NOTHING).times == chances
        return "notable" if always else None

    def _kind(self, path: Path) -> Iterator[Difference]:
        """Types that no reader of the double's replies, or no official client, is ready for."""
        target = self.target.get(path, NOTHING).types
        if severity := self._grave_to_be(path, target & {"null"}):
            yield self.tell(path, "null", severity)
        if severity := self._grave_to_be(path, target - {"null"}):
            yield self.tell(path, "type", severity)

    def _grave_to_be(self, path: Path, came: Set[str]) -> Severity | None:
        """How grave it is that these types came; None where they are at home."""
        known, mock = self.said.get(path, UNSAID), self.mock.get(path, NOTHING).types
        client = self.client.get(path, UNSAID).types
        if client and misfits(came, client):
            return "breaking"
        if known.types and misfits(came, known.types | mock):
            return grave(known.evidence)
        seldom = mock and misfits(came, mock | (known.types & {"number"}))
        return "notable" if seldom else None

    def _words(self, path: Path) -> Iterator[Difference]:
        known = self.said.get(path, UNSAID).words
        if known and (odd := self.target.get(path, NOTHING).words - known):
            yield self.tell(path, "enum", "notable", plain_words(odd), plain_words(known))

    def _client_of_the_mock(self, path: Path) -> Iterator[Difference]:
        """Where the double itself is not what the official client's model says."""
        if path not in self.client or not path:
            return
        mock, client = self.mock.get(path, NOTHING), self.client[path]
        chances = self.mock.get(path[:-1], NOTHING).objects
        lacks = path[-1] != ITEM and client.required and mock.times < chances
        if lacks or (client.types and misfits(mock.types, client.types)):
            yield self.tell(path, "client", "breaking")


def grave(evidence: Evidence) -> Severity:
    """How grave it is when the double is wrong about something it knows from there."""
    return "notable" if evidence == "assumed" else "breaking"


def misfits(types: Set[str], allowed: Set[str]) -> bool:
    """Whether a type came that is not allowed; an integer is a number."""
    also = {"integer"} if "number" in allowed else set()
    return not types <= allowed | also


def came(shapes: Shapes, path: Path) -> str:
    """What came at a place, in words: `string or null, in 2 of 3`."""
    seen = shapes.get(path, NOTHING)
    if not seen.times:
        return "absent"
    types = " or ".join(sorted(seen.types))
    chances = shapes[path[:-1]].objects if path and path[-1] != ITEM else seen.times
    return types if seen.times >= chances else f"{types}, in {seen.times} of {chances}"


def unsorted(values: list[Any], key: str, *, descending: bool) -> bool:
    """Whether elements of a list do not stand in the order of a field that all of them have."""
    keys: list[Any] = [value.get(key) if isinstance(value, dict) else None for value in values]
    if not (all(isinstance(one, str) for one in keys) or all(map(_is_number, keys))):
        return False
    return keys != sorted(keys, reverse=descending)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
