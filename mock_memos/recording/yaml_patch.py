"""Changes to a file by the lines that they concern: comments and layout of all others stay."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
import yaml

from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import dumped


class Edit(NamedTuple):
    """Lines to put in place of others: from `start`, up to and without `end`."""

    start: int
    end: int
    lines: list[str]


class NotEditable(Exception):
    """A value whose lines cannot be told from those around it."""


def patched(text: str, old: Any, new: Any) -> str | None:
    """The text of a file whose values were `old`, so that they are `new`.

    None when it cannot be done line by line, as with a section in braces.
    """
    lines = text.splitlines()
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    try:
        edits = list(_Editor(lines).mapping(node, old, new, len(lines)))
    except NotEditable:
        return None
    edits.sort(key=lambda edit: edit.start)  # of two at one line, the first comes first
    for edit in reversed(edits):
        lines[edit.start : edit.end] = edit.lines
    result = "\n".join(lines) + "\n"
    return result if YamlSource(result).value == new else None


class _Editor:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def mapping(self, node: Any, old: Any, new: Any, end: int) -> Iterator[Edit]:
        """The edits to an object. `end` is the line at which whatever follows it begins."""
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not isinstance(new, dict):
            raise NotEditable
        begins = [key.start_mark.line for key, _ in node.value]
        if len(set(begins)) < len(begins):
            raise NotEditable
        indent = node.start_mark.column
        for place, (key, value) in enumerate(node.value):
            name, begin = key.value, begins[place]
            until = self._trimmed(begin, begins[place + 1] if place + 1 < len(begins) else end)
            if old[name] != new[name]:
                try:
                    yield from list(self._inside(value, old[name], new[name], until))
                except NotEditable:
                    yield Edit(begin, until, _shown({name: new[name]}, indent))
        last = self._trimmed(begins[-1], end) if begins else end
        for name, value in new.items():
            if name not in old:
                gap = [""] if indent == 0 else []
                yield Edit(last, last, [*gap, *_shown({name: value}, indent)])

    def _inside(self, node: Any, old: Any, new: Any, end: int) -> Iterator[Edit]:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, old, new, end)
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
            return self._sequence(node, old, new, end)
        raise NotEditable

    def _sequence(self, node: Any, old: Any, new: Any, end: int) -> Iterator[Edit]:
        """The edits to a list: each element stays, goes, or stands anew as a whole."""
        begins = [item.start_mark.line for item in node.value]
        if len(set(begins)) < len(begins) or not isinstance(new, list):
            raise NotEditable
        ends = [self._trimmed(*span) for span in pairwise([*begins, end])]
        indent = node.start_mark.column
        gap = [""] if self._has_gaps(begins, ends, new) else []
        same = SequenceMatcher(a=_hashable(old), b=_hashable(new), autojunk=False)
        for kind, a, b, c, d in same.get_opcodes():
            if kind == "equal":
                continue
            lines: list[str] = []
            for item in new[c:d]:
                lines += [*(gap if lines else []), *_shown([item], indent)]
            if a < b:
                yield Edit(begins[a], ends[b - 1], lines)
            elif a < len(begins):
                above = self._above(begins[a])
                yield Edit(above, above, [*lines, *gap])
            else:
                yield Edit(ends[-1], ends[-1], [*gap, *lines])

    def _has_gaps(self, begins: list[int], ends: list[int], new: list[Any]) -> bool:
        """Whether elements stand apart, or would if there were two."""
        if len(begins) == 1:
            return isinstance(new[0], dict)
        return ends[0] < begins[1] and not self._lines[ends[0]].strip()

    def _above(self, begin: int) -> int:
        """Where the comments begin that stand right above a value."""
        while self._lines[begin - 1].strip().startswith("#"):
            begin -= 1
        return begin

    def _trimmed(self, begin: int, end: int) -> int:
        """Where a value ends: lines that are empty, or a comment, belong to what follows it."""
        while end > begin + 1 and self._lines[end - 1].strip()[:1] in ("", "#"):
            end -= 1
        return end


def _hashable(values: list[Any]) -> list[bytes]:
    return [msgspec.json.encode(value, order="sorted") for value in values]


def _shown(value: Any, indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line else "" for line in dumped(value).splitlines()]
