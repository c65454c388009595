"""What our own models declare about each reply: types, enumerations, evidence of every field."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from mock_memos.api.openapi.document import build_document
from mock_memos.api.openapi.schemas import Schema
from mock_memos.api.routes import API
from mock_memos.core.calls import JSON
from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.reply_shapes import (
    ITEM,
    Declared,
    DeclaredShape,
    Path,
    json_type,
)

EVENTS: Final = "chat, streamed"
"""The name of the shape of streamed events."""
ERROR: Final = "any error"
"""The name of the shape of error envelopes."""

_DISPUTED: Final = "rerank"
"""Documented without envelope, observed with one: the place of its fields is not known."""
_ERROR_SCHEMA: Final[Schema] = {
    "type": "object",
    "properties": {
        "code": {"type": "integer"},
        "data": {"type": "null"},
        "message": {"type": "string"},
    },
    "required": ["code", "data", "message"],
    "x-evidence": "observed",
}


@cache
def declared_shapes() -> dict[str, DeclaredShape]:
    """Returns the shape of a success by operation, and the shapes of events and errors."""
    openapi = build_document()
    schemas = openapi["components"]["schemas"]
    shapes: dict[str, DeclaredShape] = {}
    for route in API:
        operation = openapi["paths"][f"/{route.path}"][route.method.lower()]
        content = operation["responses"]["200"]["content"]
        shapes[route.path] = _shape(
            content[JSON]["schema"], schemas, disputed=route.path == _DISPUTED
        )
        if route.event:
            event = content["text/event-stream"]["schema"]["properties"]["data"]
            shapes[EVENTS] = _shape(event["contentSchema"], schemas)
    shapes[ERROR] = _shape(_ERROR_SCHEMA, schemas)
    return shapes


def _shape(schema: Schema, schemas: dict[str, Schema], *, disputed: bool = False) -> DeclaredShape:
    shape = dict(_paths((), schema, schemas, "documented"))
    if disputed:
        for path, declared in shape.items():
            if len(path) == 1:
                shape[path] = Declared(
                    types=declared.types, words=declared.words, evidence="assumed",
                    about=declared.about,
                )  # fmt: skip
    return shape


def _paths(
    path: Path,
    schema: Schema,
    schemas: dict[str, Schema],
    evidence: Evidence,
    required: bool = True,
) -> Iterator[tuple[Path, Declared]]:
    """Yields every path of a schema, parents first."""
    evidence = schema.get("x-evidence", evidence)
    options = [_resolve(option, schemas) for option in schema.get("anyOf", [schema])]
    yield (
        path,
        Declared(
            types=frozenset(name for option in options for name in _types(option)),
            words=frozenset(word for option in options for word in _words(option)),
            required=required,
            evidence=evidence,
            about=schema.get("description", ""),
        ),
    )
    for option in options:
        for name, field in option.get("properties", {}).items():
            is_required = name in option.get("required", ())
            yield from _paths((*path, name), field, schemas, evidence, is_required)
        if "items" in option:
            yield from _paths((*path, ITEM), option["items"], schemas, evidence)


def _resolve(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _types(schema: Schema) -> list[str]:
    if "const" in schema:
        return [json_type(schema["const"])]
    return [schema["type"]] if "type" in schema else []


def _words(schema: Schema) -> list[Any]:
    words = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return [word for word in words if isinstance(word, str)]
