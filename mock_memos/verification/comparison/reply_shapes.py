"""The shape of replies: which fields, of which types, and how often; never what stands in them.

Two things are described in the same terms: what somebody says of a reply (`Known`: our models, the
official client's) and what came (`Seen`). A place is a path such as `("data", "tags", "[]")`.
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


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one place of a reply."""

    types: frozenset[str] = frozenset()
    """Types of JSON; none means that any may come."""
    words: frozenset[str] = frozenset()
    """Of an enumeration: the texts that may come."""
    required: bool = True
    """Whether it is in every object that could hold it."""
    evidence: Evidence = "documented"
    about: str = ""

    def __str__(self) -> str:
        kinds = " or ".join(sorted(self.types)) or "anything"
        return kinds if self.required else f"{kinds}?"


class Seen(msgspec.Struct, kw_only=True):
    """What came at one place of all replies together."""

    types: set[str] = msgspec.field(default_factory=set)
    times: int = 0
    objects: int = 0
    """How often it was an object, which could hold fields."""
    items: int = 0
    """How many elements its lists had together."""
    words: set[str] = msgspec.field(default_factory=set)
    """The texts that came, where an enumeration is expected and nowhere else."""


Said = Mapping[Path, Known]
Shapes = dict[Path, Seen]
NOTHING: Final = Seen()


def shapes_of(values: Iterable[Any], said: Said) -> Shapes:
    """The shape of some values together. What nothing is said of is not looked into."""
    shapes: Shapes = {}
    inner = {path[:-1] for path in said}
    for value in values:
        _note((), value, shapes, said, inner)
    return shapes


def kind(value: Any) -> str:
    """The type of a value in the words of JSON."""
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


def shown(path: Path) -> str:
    """A path as it is written: `data.memory_detail_list[].tags`."""
    return ".".join(path).replace(f".{ITEM}", ITEM) or "the reply"


def plain_words(words: Iterable[str]) -> str:
    """Texts of an enumeration, but for those that are no words and might be anything."""
    return ", ".join(sorted({word if _WORD.fullmatch(word) else "***" for word in words}))


def _note(path: Path, value: Any, shapes: Shapes, said: Said, inner: set[Path]) -> None:
    seen = shapes.setdefault(path, Seen())
    seen.types.add(kind(value))
    seen.times += 1
    if isinstance(value, str) and path in said and said[path].words:
        seen.words.add(value)
    if path not in inner:
        return
    if isinstance(value, dict):
        seen.objects += 1
        for name, held in value.items():
            _note((*path, _name((*path, name), said)), held, shapes, said, inner)
    elif isinstance(value, list):
        seen.items += len(value)
        for item in value:
            _note((*path, ITEM), item, shapes, said, inner)


def _name(path: Path, said: Said) -> str:
    """The name of a field; one that may be an id or a word of somebody's is not told."""
    return path[-1] if path in said or _NAME.fullmatch(path[-1]) else "***"
