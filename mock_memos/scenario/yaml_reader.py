"""Reads YAML as plain values, with the line and column of each value.

Plain scalars are read as in JSON: `true` and `false` are booleans, but `on`, `no`, `0610` and
`2025-12-10` are texts. Tags, duplicate keys and several documents in one file are mistakes.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from mock_memos.core.conversion import ValuePath

MAX_SIZE: Final = 1_000_000
"""The maximum number of characters of a file, and of values with aliases expanded."""
_MAX_DEPTH: Final = 60
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?")
_TAGS = tuple(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Position(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


START: Final = Position(1, 1)


class YamlSource:
    """The value of a YAML text, the positions of its parts, and its mistakes as YAML."""

    def __init__(self, text: str) -> None:
        self.value: Any = None
        self.mistakes: list[tuple[Position, str]] = []
        self._positions: dict[ValuePath, Position] = {}
        self._key_positions: dict[ValuePath, Position] = {}
        self._value_count = 0
        if len(text) > MAX_SIZE:
            self.mistakes.append((START, f"is longer than {MAX_SIZE} characters"))
            return
        try:
            _check_depth(text)
            node = yaml.compose(text, Loader=_Loader)
            self.value = None if node is None else self._build(node, ())
        except yaml.MarkedYAMLError as error:
            self._reject(error.problem_mark, error.problem or "is not YAML")
        except yaml.YAMLError as error:
            self._reject(None, str(error).splitlines()[0])

    def locate(self, path: ValuePath) -> Position:
        """Returns the position of a value; for a missing one, that of its parent."""
        while path and path not in self._positions:
            path = path[:-1]
        return self._positions.get(path, START)

    def locate_key(self, path: ValuePath) -> Position:
        """Returns the position of the key of a value."""
        return self._key_positions.get(path) or self.locate(path)

    def rename(self, change: Callable[[str], str]) -> None:
        """Adds the positions under changed keys: those with parameters substituted."""
        for positions in (self._positions, self._key_positions):
            for path in list(positions):
                new = tuple(change(step) if isinstance(step, str) else step for step in path)
                positions[new] = positions[path]

    def _reject(self, mark: Any, message: str) -> None:
        self.value = None
        self.mistakes.append((_position(mark) if mark is not None else START, message))

    def _build(self, node: Any, path: ValuePath) -> Any:
        self._value_count += 1
        if self._value_count > MAX_SIZE or len(path) > _MAX_DEPTH:
            raise _too_large(node.start_mark)
        self._positions[path] = _position(node.start_mark)
        if node.tag not in _TAGS:
            self.mistakes.append((_position(node.start_mark), f"unknown tag {node.tag}"))
        if isinstance(node, yaml.MappingNode):
            return self._build_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*path, index)) for index, item in enumerate(node.value)]
        return parse_scalar(node.value) if not node.style else node.value

    def _build_mapping(self, node: Any, path: ValuePath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, item in node.value:
            position = _position(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.mistakes.append((position, "a key must be a text"))
                continue
            key = key_node.value
            if key in mapping:
                self.mistakes.append((position, f"duplicate key {key}"))
                continue
            self._key_positions[*path, key] = position
            mapping[key] = self._build(item, (*path, key))
        return mapping


def _check_depth(text: str) -> None:
    """Raises for deep nesting: `yaml.compose` recurses in C, where it would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise _too_large(event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_large(mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem="has too many or too deep values", problem_mark=mark)


def read_title(path: Path) -> str:
    """Returns the title of a scenario file, or an empty text."""
    value = YamlSource(path.read_text(encoding="utf-8")).value
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else ""


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def parse_scalar(text: str) -> Any:
    """Returns the value of a scalar without quotes."""
    words: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
    if text in words:
        return words[text]
    if (number := _NUMBER.fullmatch(text)) is None:
        return text
    return float(text) if number[2] or number[3] else int(text)
