"""JSON and XML as text that can be searched: a line `path: value` for every leaf.

What stands in a list becomes pieces of its own, one for each element; everything else stays
together. XML is read as the same kind of tree: an element that is repeated is a list.
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

import msgspec

from mock_memos.content.documents.sections import Piece, packed
from mock_memos.content.documents.zip_archive import Unfit

DEPTH: Final = 100
LARGEST: Final = 8 * 1024 * 1024
"""What is larger is read as plain text, as is what breaks the rules of JSON or XML."""

_NAMING = ("title", "name", "question", "标题", "名称", "名字", "问题")
_LONGEST_PATH: Final = 200


def json_pieces(text: str) -> Iterator[Piece]:
    """The pieces of a JSON text. Raises `Unfit` when it is none."""
    if len(text) > LARGEST:
        raise Unfit("it is too large to be taken apart")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as problem:
        raise Unfit(f"it is no JSON: {problem}") from None
    if isinstance(value, list):  # even one of mere texts is a list of pieces
        return (piece for number, one in enumerate(value) for piece in _pieces(one, f"[{number}]"))
    return _pieces(value, "")


def xml_pieces(content: bytes) -> Iterator[Piece]:
    """The pieces of an XML document. Raises `Unfit` when it is none, or declares a DTD."""
    if len(content) > LARGEST:
        raise Unfit("it is too large to be taken apart")
    tree = _Tree()
    parse_xml(content, tree.open, tree.close, tree.say)
    return _pieces(tree.root, tree.name)


def parse_xml(content: bytes, on_open: Any, on_close: Any, on_text: Any) -> None:
    """Walk through an XML document. Raises `Unfit` for one that is broken, deep or has a DTD.

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
    except Unfit:
        raise
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise Unfit(f"it is no XML: {problem}") from None


def _refuse_dtd(*_: Any) -> None:
    raise Unfit("it declares a DTD")


class _Tree:
    """XML as nested mappings: attributes, children, and text where there is nothing else."""

    def __init__(self) -> None:
        self.name = ""
        self.root: Any = ""
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH:
            raise Unfit(f"it is nested more than {DEPTH} levels deep")
        self._open.append((name, dict(attributes), []))

    def say(self, text: str) -> None:
        self._open[-1][2].append(text)

    def close(self, _name: str) -> None:
        name, children, said = self._open.pop()
        text = "".join(said).strip()
        value: Any = children or text
        if children and text:
            _join(children, "", text)
        if self._open:
            _join(self._open[-1][1], name, value)
        else:
            self.name, self.root = name, value


def _join(children: dict[str, Any], name: str, value: Any) -> None:
    if name not in children:
        children[name] = value
    elif isinstance(children[name], list):
        children[name].append(value)
    else:
        children[name] = [children[name], value]


def _pieces(value: Any, where: str, depth: int = 0) -> Iterator[Piece]:
    apart: list[tuple[str, list[Any]]] = []
    title = (_title(value) or where) if isinstance(value, dict) else ""
    lines = (
        text if path == where else f"{path}: {text}"
        for path, text in _leaves(value, where, apart, depth)
    )
    yield from (Piece(title, text) for text in packed(lines, "\n"))
    for path, elements in apart:
        for number, one in enumerate(elements):
            yield from _pieces(one, f"{path}[{number}]", depth + 1)


def _leaves(
    value: Any, path: str, apart: list[tuple[str, list[Any]]], depth: int
) -> Iterator[tuple[str, str]]:
    """Path and text of what stays together; lists of more than values are put `apart`."""
    if depth > DEPTH:
        yield path, "..."
    elif isinstance(value, dict):
        for name, below in value.items():
            place = f"{path}.{name}" if path and name else path or name
            yield from _leaves(below, place[:_LONGEST_PATH], apart, depth + 1)
    elif isinstance(value, list):
        if any(isinstance(one, dict | list) for one in value):
            apart.append((path, value))
        else:
            for one in value:
                yield from _leaves(one, path, apart, depth)
    elif value is not None:
        yield path, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _title(value: dict[str, Any]) -> str:
    """What an object calls itself."""
    named = {name.lower(): text for name, text in value.items() if isinstance(text, str)}
    return next((text for name in _NAMING if (text := named.get(name, "").strip())), "")
