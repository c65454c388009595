"""What differs between the replies of a service and the mock's, and how severe it is.

A difference is *breaking* if code that works with the mock or the official client may fail at the
service; *notable* if the mock only assumed it, or if a readable reply has a value that the mock
never returns; else a *note*.
"""

from collections.abc import Iterable, Iterator, Set
from typing import Any, Final, Literal

import msgspec

from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.reply_shapes import (
    ITEM,
    NOT_OBSERVED,
    Declared,
    DeclaredShape,
    ObservedShape,
    Path,
    format_path,
    format_words,
)

Severity = Literal["breaking", "notable", "note"]
Kind = Literal[
    "reply", "status", "code", "missing", "null", "type", "enum", "value", "order", "empty",
    "client", "extra", "unseen",
]  # fmt: skip
SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "notable", "note")
UNDECLARED: Final = Declared()


class ReplyDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference. Contains values of enumerations only."""

    operation: str
    field: str
    """The path in the reply, or the title of the call whose whole reply differs."""
    kind: Kind
    severity: Severity
    client: str = "–"
    service: str
    mock: str
    evidence: Evidence | Literal[""]
    """Of the mock; empty if it does not know the field."""
    about: str = ""

    @property
    def sort_key(self) -> tuple[int, str, str]:
        """Sorts the most severe first."""
        return SEVERITIES.index(self.severity), self.field, self.kind


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The replies of one operation: as observed, and as our models and the client declare them."""

    operation: str
    service: ObservedShape
    mock: ObservedShape
    declared: DeclaredShape
    client: DeclaredShape = {}

    def differences(self) -> Iterator[ReplyDifference]:
        """Yields every difference in the presence, type or words of a field."""
        for path in self.paths():
            if path and not self.service.get(path[:-1], NOT_OBSERVED).times:
                continue  # without its parent, a field is not missing
            for rule in (self._presence, self._types, self._words, self._client_of_the_mock):
                yield from rule(path)

    def paths(self) -> Iterable[Path]:
        """Returns every known path, in the order of our models."""
        others = {*self.client, *self.mock, *self.service} - self.declared.keys()
        return [*self.declared, *sorted(others)]

    def difference(
        self, path: Path, kind: Kind, severity: Severity, service: str = "", mock: str = ""
    ) -> ReplyDifference:
        """Returns a difference at a path, with all descriptions of this path."""
        declared = self.declared.get(path, UNDECLARED)
        return ReplyDifference(
            operation=self.operation,
            field=format_path(path),
            kind=kind,
            severity=severity,
            client=str(self.client[path]) if path in self.client else "–",
            service=service or describe_observed(self.service, path),
            mock=mock or describe_observed(self.mock, path),
            evidence=declared.evidence if path in self.declared else "",
            about=declared.about,
        )

    def _presence(self, path: Path) -> Iterator[ReplyDifference]:
        mock = self.mock.get(path, NOT_OBSERVED)
        service = self.service.get(path, NOT_OBSERVED)
        if path not in self.declared and path not in self.mock and service.times:
            yield self.difference(path, "extra", "note")
        elif path and self._is_missing(path) and (severity := self._severity_if_missing(path)):
            yield self.difference(path, "missing", severity)
        elif mock.times and not service.times:
            yield self.difference(path, "unseen", "note")

    def _is_missing(self, path: Path) -> bool:
        """Returns whether an object of the service lacks the field."""
        objects = self.service[path[:-1]].objects
        return path[-1] != ITEM and self.service.get(path, NOT_OBSERVED).times < objects

    def _severity_if_missing(self, path: Path) -> Severity | None:
        """Returns the severity of a missing field; None if it is optional."""
        if path in self.client and self.client[path].required:
            return "breaking"
        if path in self.declared and self.declared[path].required:
            return severity_of(self.declared[path].evidence)
        objects = self.mock.get(path[:-1], NOT_OBSERVED).objects
        always = objects and self.mock.get(path, NOT_OBSERVED).times == objects
        return "notable" if always else None

    def _types(self, path: Path) -> Iterator[ReplyDifference]:
        types = self.service.get(path, NOT_OBSERVED).types
        if severity := self._severity_of_types(path, types & {"null"}):
            yield self.difference(path, "null", severity)
        if severity := self._severity_of_types(path, types - {"null"}):
            yield self.difference(path, "type", severity)

    def _severity_of_types(self, path: Path, types: Set[str]) -> Severity | None:
        """Returns the severity of these types; None if they are expected."""
        declared = self.declared.get(path, UNDECLARED)
        mock = self.mock.get(path, NOT_OBSERVED).types
        client = self.client.get(path, UNDECLARED).types
        if client and has_other_types(types, client):
            return "breaking"
        if declared.types and has_other_types(types, declared.types | mock):
            return severity_of(declared.evidence)
        unusual = mock and has_other_types(types, mock | (declared.types & {"number"}))
        return "notable" if unusual else None

    def _words(self, path: Path) -> Iterator[ReplyDifference]:
        declared = self.declared.get(path, UNDECLARED).words
        if declared and (other := self.service.get(path, NOT_OBSERVED).words - declared):
            words = format_words(other), format_words(declared)
            yield self.difference(path, "enum", "notable", *words)

    def _client_of_the_mock(self, path: Path) -> Iterator[ReplyDifference]:
        """Compares the mock itself with the model of the official client."""
        if path not in self.client or not path:
            return
        mock, client = self.mock.get(path, NOT_OBSERVED), self.client[path]
        objects = self.mock.get(path[:-1], NOT_OBSERVED).objects
        is_missing = path[-1] != ITEM and client.required and mock.times < objects
        if is_missing or (client.types and has_other_types(mock.types, client.types)):
            yield self.difference(path, "client", "breaking")


def severity_of(evidence: Evidence) -> Severity:
    """Returns the severity of a wrong statement of the mock with this evidence."""
    return "notable" if evidence == "assumed" else "breaking"


def has_other_types(types: Set[str], allowed: Set[str]) -> bool:
    """Returns whether a type is not allowed. An integer is a number."""
    integer = {"integer"} if "number" in allowed else set()
    return not types <= allowed | integer


def describe_observed(shape: ObservedShape, path: Path) -> str:
    """Describes the types at a path: `string or null, in 2 of 3`."""
    observed = shape.get(path, NOT_OBSERVED)
    if not observed.times:
        return "absent"
    types = " or ".join(sorted(observed.types))
    objects = shape[path[:-1]].objects if path and path[-1] != ITEM else observed.times
    return types if observed.times >= objects else f"{types}, in {observed.times} of {objects}"


def is_unsorted(values: list[Any], key: str, *, descending: bool) -> bool:
    """Returns whether a list is not sorted by a field; false if an element lacks the field."""
    keys: list[Any] = [value.get(key) if isinstance(value, dict) else None for value in values]
    if not (all(isinstance(value, str) for value in keys) or all(map(_is_number, keys))):
        return False
    return keys != sorted(keys, reverse=descending)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
