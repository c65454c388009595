"""A YAML text as plain values, with the line and column at which each of them stands.

Plain scalars are read as in JSON, so that nothing surprises: `true` and `false` are booleans, `on`
and `no` are texts, `0610` and `2025-12-10` are texts too. Tags and several documents are refused,
and so are keys that come twice.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from mock_memos.core.conversion import ValuePath

LARGEST: Final = 1_000_000
"""Characters of a file, and values in it once its aliases are written out."""
_DEEPEST: Final = 60
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?")
_TAGS = tuple(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


START: Final = Place(1, 1)


Mistake = tuple[Place, str]
"""Where and what."""


class YamlSource:
    """A text that was read: its value, its places, and what is wrong with it as YAML."""

    def __init__(self, text: str) -> None:
        self.value: Any = None
        self.mistakes: list[Mistake] = []
        self._places: dict[ValuePath, Place] = {}
        self._keys: dict[ValuePath, Place] = {}
        self._count = 0
        if len(text) > LARGEST:
            self.mistakes.append((START, f"is longer than {LARGEST} characters"))
            return
        try:
            _refuse_depth(text)
            node = yaml.compose(text, Loader=_Loader)
            self.value = None if node is None else self._built(node, ())
        except yaml.MarkedYAMLError as problem:
            self._refuse(problem.problem_mark, problem.problem or "is no YAML")
        except yaml.YAMLError as problem:
            self._refuse(None, str(problem).splitlines()[0])

    def locate(self, path: ValuePath) -> Place:
        """Where a value stands; for one that is missing, where it should be."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, START)

    def locate_key(self, path: ValuePath) -> Place:
        """Where the key of a value stands."""
        return self._keys.get(path) or self.locate(path)

    def rename(self, change: Callable[[str], str]) -> None:
        """Call keys by other names: those that they have once parameters are filled in."""
        for places in (self._places, self._keys):
            for path in list(places):
                new = tuple(change(step) if isinstance(step, str) else step for step in path)
                places[new] = places[path]

    def _refuse(self, mark: Any, message: str) -> None:
        self.value = None
        self.mistakes.append((_place(mark) if mark is not None else START, message))

    def _built(self, node: Any, path: ValuePath) -> Any:
        self._count += 1
        if self._count > LARGEST or len(path) > _DEEPEST:
            raise _too_much(node.start_mark)
        self._places[path] = _place(node.start_mark)
        if node.tag not in _TAGS:
            self.mistakes.append((_place(node.start_mark), f"the tag {node.tag} is unknown"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._built(item, (*path, n)) for n, item in enumerate(node.value)]
        return scalar(node.value) if not node.style else node.value

    def _mapping(self, node: Any, path: ValuePath) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, item in node.value:
            place = _place(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.mistakes.append((place, "a key must be a text"))
                continue
            key = key_node.value
            if key in value:
                self.mistakes.append((place, f"{key} stands here a second time"))
                continue
            self._keys[*path, key] = place
            value[key] = self._built(item, (*path, key))
        return value


def _refuse_depth(text: str) -> None:
    """Composing recurses in C, where depth ends the process instead of raising."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise _too_much(event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_much(mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(
        problem="has too many values, or too many within each other", problem_mark=mark
    )


def title_of(path: Path) -> str:
    """The title of a scenario file, or an empty text."""
    value = YamlSource(path.read_text(encoding="utf-8")).value
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else ""


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def scalar(text: str) -> Any:
    """What a word without quotes is read as."""
    words: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
    if text in words:
        return words[text]
    if (number := _NUMBER.fullmatch(text)) is None:
        return text
    return float(text) if number[2] or number[3] else int(text)
