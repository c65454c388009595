"""What the official client's response models say of each reply, read from its installed source.

The source is parsed and never imported: the package needs half a gigabyte of libraries, sets up
logging for the process and makes a folder in the working directory.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path as File
from typing import Final

import msgspec

from mock_memos.verification.comparison.reply_shapes import ITEM, Known, Path, Said

_TYPES: Final = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object",
    "Dict": "object", "list": "array", "List": "array", "None": "null",
}  # fmt: skip


class ClientModels(msgspec.Struct, frozen=True, kw_only=True):
    """The response models of one release."""

    release: str
    classes: dict[str, str]
    """By operation, the name of the model that reads its good replies."""
    said: dict[str, Said]


class Field(msgspec.Struct, frozen=True):
    """One field of a model, as its source has it."""

    name: str
    type: ast.expr
    required: bool


Models = dict[str, list[Field]]


@cache
def client_models() -> ClientModels | None:
    """The models of the official client that is installed here, or None where there is none."""
    found = find_spec("memos")
    if found is None or not found.origin:
        return None
    folder = File(found.origin).parent / "api"
    try:
        models = read_models((folder / "product_models.py").read_text(encoding="utf-8"))
        classes = read_uses((folder / "client.py").read_text(encoding="utf-8"))
    except (OSError, SyntaxError):  # another package of that name
        return None
    classes = {operation: name for operation, name in classes.items() if name in models}
    said: dict[str, Said] = {
        operation: dict(_places((), models, name)) for operation, name in classes.items()
    }
    return ClientModels(release=_release(), classes=classes, said=said)


def read_models(source: str) -> Models:
    """The fields of every class of a module, by the class's name."""
    return {
        node.name: [
            _field(line.target.id, line.annotation, line.value)
            for line in node.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        ]
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }


def read_uses(source: str) -> dict[str, str]:
    """By operation, the model with which a method of the client reads the reply."""
    uses: dict[str, str] = {}
    for method in ast.walk(ast.parse(source)):
        if isinstance(method, ast.FunctionDef):
            urls = [*_urls(method)]
            for name in _returned(method):
                uses |= dict.fromkeys(urls, name)
    return uses


def _release() -> str:
    try:
        return version("MemoryOS")
    except PackageNotFoundError:
        return "of unknown release"


def _urls(method: ast.FunctionDef) -> Iterator[str]:
    """Operations whose whole address a method writes down: `f"{self.base_url}/add/message"`."""
    for node in ast.walk(method):
        match node:
            case ast.JoinedStr(values=[ast.FormattedValue(value=base), ast.Constant(value=rest)]):
                if ast.unparse(base) == "self.base_url":
                    yield str(rest).strip("/")


def _returned(method: ast.FunctionDef) -> Iterator[str]:
    """Names of what a method makes of the reply: `return MemOSAddResponse(**response_data)`."""
    for node in ast.walk(method):
        match node:
            case ast.Return(
                value=ast.Call(func=ast.Name(id=name), keywords=[ast.keyword(arg=None)])
            ):
                yield name


def _field(name: str, annotation: ast.expr, value: ast.expr | None) -> Field:
    """A field, under the name that it has in the reply."""
    if not isinstance(value, ast.Call):
        return Field(name, annotation, value is None)
    said = {word.arg: word.value for word in value.keywords}
    alias = said.get("alias")
    if isinstance(alias, ast.Constant):
        name = str(alias.value)
    first = value.args[0] if value.args else said.get("default")
    missing = first is None or (isinstance(first, ast.Constant) and first.value is ...)
    return Field(name, annotation, missing and "default_factory" not in said)


def _places(path: Path, models: Models, name: str) -> Iterator[tuple[Path, Known]]:
    """Every place of a model, each before what it holds."""
    yield path, Known(types=frozenset({"object"}), evidence="sdk")
    for field in models[name]:
        yield from _typed((*path, field.name), field.type, models, field.required)


def _typed(
    path: Path, annotation: ast.expr, models: Models, required: bool = True
) -> Iterator[tuple[Path, Known]]:
    choices = [*_choices(annotation)]
    yield path, _known(choices, models, required)
    for choice in choices:
        name = ast.unparse(choice)
        if name in models:
            for place, known in _places(path, models, name):
                if place != path:
                    yield place, known
        elif isinstance(choice, ast.Subscript) and _head(choice) in ("list", "List"):
            yield from _typed((*path, ITEM), choice.slice, models)


def _known(choices: list[ast.expr], models: Models, required: bool) -> Known:
    heads = [_head(choice) for choice in choices]
    words = {str(word) for choice in choices for word in _literals(choice)}
    types = {
        "object" if head in models else "string" if head == "Literal" else _TYPES.get(head, "")
        for head in heads
    }
    if "" in types:  # `Any`, or what we do not know
        types.clear()
    return Known(types=frozenset(types), words=frozenset(words), required=required, evidence="sdk")


def _choices(annotation: ast.expr) -> Iterator[ast.expr]:
    """The alternatives of `A | B`, `Optional[A]` and `Union[A, B]`."""
    if isinstance(annotation, ast.BinOp):
        yield from _choices(annotation.left)
        yield from _choices(annotation.right)
    elif isinstance(annotation, ast.Subscript) and _head(annotation) in ("Optional", "Union"):
        inner = annotation.slice
        for one in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
            yield from _choices(one)
        if _head(annotation) == "Optional":
            yield ast.Constant(None)
    else:
        yield annotation


def _literals(choice: ast.expr) -> list[object]:
    if not isinstance(choice, ast.Subscript) or _head(choice) != "Literal":
        return []
    inner = choice.slice
    options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    return [one.value for one in options if isinstance(one, ast.Constant)]


def _head(annotation: ast.expr) -> str:
    """`list` of `list[str]`; a name as it is."""
    whole = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return ast.unparse(whole)
