"""The shape of replies: which fields exist, their types and how often; never their values.

Declared and observed shapes use the same paths, such as `("data", "tags", "[]")`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from mock_memos.core.evidence import Evidence

Path = tuple[str, ...]
ITEM: Final = "[]"
_NAME: Final = re.compile(r"[A-Za-z_]{1,40}\d{0,2}")
_WORD: Final = re.compile(r"[A-Za-z_-]{1,40}")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a model declares about one path."""

    types: frozenset[str] = frozenset()
    """JSON types; empty for any type."""
    words: frozenset[str] = frozenset()
    """The texts of an enumeration."""
    required: bool = True
    """Whether every object has it."""
    evidence: Evidence = "documented"
    about: str = ""

    def __str__(self) -> str:
        types = " or ".join(sorted(self.types)) or "anything"
        return types if self.required else f"{types}?"


class Observed(msgspec.Struct, kw_only=True):
    """What was observed at one path of several replies."""

    types: set[str] = msgspec.field(default_factory=set)
    times: int = 0
    objects: int = 0
    """How often it was an object."""
    items: int = 0
    """The number of elements of all its lists."""
    words: set[str] = msgspec.field(default_factory=set)
    """Its texts, recorded only for enumerations."""


DeclaredShape = Mapping[Path, Declared]
ObservedShape = dict[Path, Observed]
NOT_OBSERVED: Final = Observed()


def observe(values: Iterable[Any], declared: DeclaredShape) -> ObservedShape:
    """Returns the shape of several values together. Undeclared objects are not entered."""
    shape: ObservedShape = {}
    parents = {path[:-1] for path in declared}
    for value in values:
        _observe((), value, shape, declared, parents)
    return shape


def json_type(value: Any) -> str:
    """Returns the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def format_path(path: Path) -> str:
    """Returns a path as text: `data.memory_detail_list[].tags`."""
    return ".".join(path).replace(f".{ITEM}", ITEM) or "the reply"


def format_words(words: Iterable[str]) -> str:
    """Returns texts of an enumeration. Texts that may be something else become `***`."""
    return ", ".join(sorted({word if _WORD.fullmatch(word) else "***" for word in words}))


def _observe(
    path: Path, value: Any, shape: ObservedShape, declared: DeclaredShape, parents: set[Path]
) -> None:
    observed = shape.setdefault(path, Observed())
    observed.types.add(json_type(value))
    observed.times += 1
    if isinstance(value, str) and path in declared and declared[path].words:
        observed.words.add(value)
    if path not in parents:
        return
    if isinstance(value, dict):
        observed.objects += 1
        for name, field in value.items():
            field_path = (*path, _safe_name((*path, name), declared))
            _observe(field_path, field, shape, declared, parents)
    elif isinstance(value, list):
        observed.items += len(value)
        for item in value:
            _observe((*path, ITEM), item, shape, declared, parents)


def _safe_name(path: Path, declared: DeclaredShape) -> str:
    """Returns the name of a field, or `***` if it may be an id or a text of a user."""
    return path[-1] if path in declared or _NAME.fullmatch(path[-1]) else "***"
