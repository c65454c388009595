"""What our own models say of each reply: types, enumerations, and the evidence of every field."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from mock_memos.api.openapi.document import build_document
from mock_memos.api.openapi.schemas import Schema
from mock_memos.api.routes import API
from mock_memos.core.calls import JSON
from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.reply_shapes import ITEM, Known, Path, Said, kind

EVENTS: Final = "chat, streamed"
"""The name under which the events of a streamed answer stand."""
REFUSALS: Final = "any refusal"
"""The name under which the envelopes of all errors stand."""

_DISPUTED: Final = "rerank"
"""Documented bare, seen in an envelope: where its fields stand is not known."""
_REFUSED: Final[Schema] = {
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
def declared() -> dict[str, Said]:
    """What is said of the good replies of each operation; beside them of events and refusals."""
    whole = build_document()
    parts = whole["components"]["schemas"]
    said: dict[str, Said] = {}
    for route in API:
        described = whole["paths"][f"/{route.path}"][route.method.lower()]
        content = described["responses"]["200"]["content"]
        said[route.path] = _said(content[JSON]["schema"], parts, disputed=route.path == _DISPUTED)
        if route.event:
            event = content["text/event-stream"]["schema"]["properties"]["data"]
            said[EVENTS] = _said(event["contentSchema"], parts)
    said[REFUSALS] = _said(_REFUSED, parts)
    return said


def _said(schema: Schema, parts: dict[str, Schema], *, disputed: bool = False) -> Said:
    found = dict(_places((), schema, parts, "documented"))
    if disputed:
        for path, known in found.items():
            if len(path) == 1:
                found[path] = Known(
                    types=known.types, words=known.words, evidence="assumed", about=known.about
                )
    return found


def _places(
    path: Path,
    schema: Schema,
    parts: dict[str, Schema],
    evidence: Evidence,
    required: bool = True,
) -> Iterator[tuple[Path, Known]]:
    """Every place below a schema, each before what it holds."""
    evidence = schema.get("x-evidence", evidence)
    kinds = [_resolved(one, parts) for one in schema.get("anyOf", [schema])]
    yield (
        path,
        Known(
            types=frozenset(name for one in kinds for name in _types(one)),
            words=frozenset(word for one in kinds for word in _words(one)),
            required=required,
            evidence=evidence,
            about=schema.get("description", ""),
        ),
    )
    for one in kinds:
        for name, field in one.get("properties", {}).items():
            there = name in one.get("required", ())
            yield from _places((*path, name), field, parts, evidence, there)
        if "items" in one:
            yield from _places((*path, ITEM), one["items"], parts, evidence)


def _resolved(schema: Schema, parts: dict[str, Schema]) -> Schema:
    return parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _types(schema: Schema) -> list[str]:
    if "const" in schema:
        return [kind(schema["const"])]
    return [schema["type"]] if "type" in schema else []


def _words(schema: Schema) -> list[Any]:
    fixed = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return [word for word in fixed if isinstance(word, str)]
