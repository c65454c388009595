"""Converts JSON and XML to searchable text: one line `path: value` for each leaf.

Each element of a list of objects becomes separate passages; everything else stays together.
XML is converted to the same kind of tree: a repeated element is a list.
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

import msgspec

from mock_memos.content.documents.sections import Passage, pack
from mock_memos.content.documents.zip_archive import InvalidFileError

MAX_DEPTH: Final = 100
MAX_BYTES: Final = 8 * 1024 * 1024
"""Larger files are read as plain text, as are files that are not valid JSON or XML."""

_TITLE_KEYS = ("title", "name", "question", "标题", "名称", "名字", "问题")
_MAX_PATH_LENGTH: Final = 200


def json_passages(text: str) -> Iterator[Passage]:
    """Returns the passages of a JSON text. Raises InvalidFileError if it is not valid JSON."""
    if len(text) > MAX_BYTES:
        raise InvalidFileError("it is too large to be parsed")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise InvalidFileError(f"it is not JSON: {error}") from None
    if isinstance(value, list):  # also if its elements are plain texts
        elements = enumerate(value)
        return (piece for index, item in elements for piece in _passages(item, f"[{index}]"))
    return _passages(value, "")


def xml_passages(content: bytes) -> Iterator[Passage]:
    """Returns the passages of an XML document. Raises InvalidFileError if it is not XML."""
    if len(content) > MAX_BYTES:
        raise InvalidFileError("it is too large to be parsed")
    tree = _TreeBuilder()
    parse_xml(content, tree.open, tree.close, tree.add_text)
    return _passages(tree.root, tree.name)


def parse_xml(content: bytes, on_open: Any, on_close: Any, on_text: Any) -> None:
    """Parses an XML document. Raises InvalidFileError if it is broken, too deep, or has a DTD.

    Without a DTD there are no entities to expand, and nothing outside is ever looked up.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = on_open
    parser.EndElementHandler = on_close
    parser.CharacterDataHandler = on_text
    try:
        parser.Parse(content, True)
    except InvalidFileError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InvalidFileError(f"it is not XML: {error}") from None


def _refuse_dtd(*_: Any) -> None:
    raise InvalidFileError("it declares a DTD")


class _TreeBuilder:
    """Builds nested mappings: attributes and children, or text where there is nothing else."""

    def __init__(self) -> None:
        self.name = ""
        self.root: Any = ""
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise InvalidFileError(f"it is nested more than {MAX_DEPTH} levels deep")
        self._open.append((name, dict(attributes), []))

    def add_text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def close(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        text = "".join(texts).strip()
        value: Any = children or text
        if children and text:
            _add_child(children, "", text)
        if self._open:
            _add_child(self._open[-1][1], name, value)
        else:
            self.name, self.root = name, value


def _add_child(children: dict[str, Any], name: str, value: Any) -> None:
    if name not in children:
        children[name] = value
    elif isinstance(children[name], list):
        children[name].append(value)
    else:
        children[name] = [children[name], value]


def _passages(value: Any, path: str, depth: int = 0) -> Iterator[Passage]:
    lists: list[tuple[str, list[Any]]] = []
    title = (_title(value) or path) if isinstance(value, dict) else ""
    lines = (
        text if leaf_path == path else f"{leaf_path}: {text}"
        for leaf_path, text in _leaves(value, path, lists, depth)
    )
    yield from (Passage(title, text) for text in pack(lines, "\n"))
    for list_path, elements in lists:
        for index, element in enumerate(elements):
            yield from _passages(element, f"{list_path}[{index}]", depth + 1)


def _leaves(
    value: Any, path: str, lists: list[tuple[str, list[Any]]], depth: int
) -> Iterator[tuple[str, str]]:
    """Yields path and text of the leaves. Adds lists of objects to `lists` instead."""
    if depth > MAX_DEPTH:
        yield path, "..."
    elif isinstance(value, dict):
        for name, child in value.items():
            child_path = f"{path}.{name}" if path and name else path or name
            yield from _leaves(child, child_path[:_MAX_PATH_LENGTH], lists, depth + 1)
    elif isinstance(value, list):
        if any(isinstance(element, dict | list) for element in value):
            lists.append((path, value))
        else:
            for element in value:
                yield from _leaves(element, path, lists, depth)
    elif value is not None:
        yield path, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _title(value: dict[str, Any]) -> str:
    """Returns the title that an object contains, or an empty string."""
    texts = {name.lower(): text for name, text in value.items() if isinstance(text, str)}
    return next((text for name in _TITLE_KEYS if (text := texts.get(name, "").strip())), "")
