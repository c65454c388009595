"""Reads the response models of the official client from its installed source.

The source is parsed, not imported: importing needs half a gigabyte of libraries, configures logging
and creates a folder in the working directory.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path as File
from typing import Final

import msgspec

from mock_memos.verification.comparison.reply_shapes import ITEM, Declared, DeclaredShape, Path

_TYPES: Final = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object",
    "Dict": "object", "list": "array", "List": "array", "None": "null",
}  # fmt: skip


class ClientModels(msgspec.Struct, frozen=True, kw_only=True):
    """The response models of one release."""

    release: str
    classes: dict[str, str]
    """By operation, the name of the model that reads its successes."""
    shapes: dict[str, DeclaredShape]


class ModelField(msgspec.Struct, frozen=True):
    """One field of a model in the source."""

    name: str
    type: ast.expr
    required: bool


Models = dict[str, list[ModelField]]


@cache
def client_models() -> ClientModels | None:
    """Returns the models of the installed official client, or None without one."""
    spec = find_spec("memos")
    if spec is None or not spec.origin:
        return None
    folder = File(spec.origin).parent / "api"
    try:
        models = read_models((folder / "product_models.py").read_text(encoding="utf-8"))
        classes = read_uses((folder / "client.py").read_text(encoding="utf-8"))
    except (OSError, SyntaxError):  # another package with this name
        return None
    classes = {operation: name for operation, name in classes.items() if name in models}
    shapes: dict[str, DeclaredShape] = {
        operation: dict(_paths((), models, name)) for operation, name in classes.items()
    }
    return ClientModels(release=_release(), classes=classes, shapes=shapes)


def read_models(source: str) -> Models:
    """Returns the fields of every class of a module, by the name of the class."""
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
    """Returns by operation the model with which a method of the client reads the reply."""
    uses: dict[str, str] = {}
    for method in ast.walk(ast.parse(source)):
        if isinstance(method, ast.FunctionDef):
            urls = [*_urls(method)]
            for name in _find_returned_models(method):
                uses |= dict.fromkeys(urls, name)
    return uses


def _release() -> str:
    try:
        return version("MemoryOS")
    except PackageNotFoundError:
        return "of an unknown release"


def _urls(method: ast.FunctionDef) -> Iterator[str]:
    """Yields operations in a method whose URL is literal: `f"{self.base_url}/add/message"`."""
    for node in ast.walk(method):
        match node:
            case ast.JoinedStr(values=[ast.FormattedValue(value=base), ast.Constant(value=rest)]):
                if ast.unparse(base) == "self.base_url":
                    yield str(rest).strip("/")


def _find_returned_models(method: ast.FunctionDef) -> Iterator[str]:
    """Yields the models that a method returns: `return MemOSAddResponse(**response_data)`."""
    for node in ast.walk(method):
        match node:
            case ast.Return(
                value=ast.Call(func=ast.Name(id=name), keywords=[ast.keyword(arg=None)])
            ):
                yield name


def _field(name: str, annotation: ast.expr, value: ast.expr | None) -> ModelField:
    """Returns a field with its name in the reply."""
    if not isinstance(value, ast.Call):
        return ModelField(name, annotation, value is None)
    options = {keyword.arg: keyword.value for keyword in value.keywords}
    alias = options.get("alias")
    if isinstance(alias, ast.Constant):
        name = str(alias.value)
    first = value.args[0] if value.args else options.get("default")
    missing = first is None or (isinstance(first, ast.Constant) and first.value is ...)
    return ModelField(name, annotation, missing and "default_factory" not in options)


def _paths(path: Path, models: Models, name: str) -> Iterator[tuple[Path, Declared]]:
    """Yields every path of a model, parents first."""
    yield path, Declared(types=frozenset({"object"}), evidence="sdk")
    for field in models[name]:
        yield from _type_paths((*path, field.name), field.type, models, field.required)


def _type_paths(
    path: Path, annotation: ast.expr, models: Models, required: bool = True
) -> Iterator[tuple[Path, Declared]]:
    choices = [*_choices(annotation)]
    yield path, _to_declared(choices, models, required)
    for choice in choices:
        name = ast.unparse(choice)
        if name in models:
            for inner_path, declared in _paths(path, models, name):
                if inner_path != path:
                    yield inner_path, declared
        elif isinstance(choice, ast.Subscript) and _head(choice) in ("list", "List"):
            yield from _type_paths((*path, ITEM), choice.slice, models)


def _to_declared(choices: list[ast.expr], models: Models, required: bool) -> Declared:
    heads = [_head(choice) for choice in choices]
    words = {str(word) for choice in choices for word in _literals(choice)}
    types = {
        "object" if head in models else "string" if head == "Literal" else _TYPES.get(head, "")
        for head in heads
    }
    if "" in types:  # `Any`, or an unknown type
        types.clear()
    return Declared(
        types=frozenset(types), words=frozenset(words), required=required, evidence="sdk"
    )


def _choices(annotation: ast.expr) -> Iterator[ast.expr]:
    """Yields the alternatives of `A | B`, `Optional[A]` and `Union[A, B]`."""
    if isinstance(annotation, ast.BinOp):
        yield from _choices(annotation.left)
        yield from _choices(annotation.right)
    elif isinstance(annotation, ast.Subscript) and _head(annotation) in ("Optional", "Union"):
        inner = annotation.slice
        for choice in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
            yield from _choices(choice)
        if _head(annotation) == "Optional":
            yield ast.Constant(None)
    else:
        yield annotation


def _literals(choice: ast.expr) -> list[object]:
    if not isinstance(choice, ast.Subscript) or _head(choice) != "Literal":
        return []
    inner = choice.slice
    options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    return [option.value for option in options if isinstance(option, ast.Constant)]


def _head(annotation: ast.expr) -> str:
    """Returns `list` for `list[str]`, and a name unchanged."""
    whole = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return ast.unparse(whole)
