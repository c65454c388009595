"""The control API as the OpenAPI document tells it."""

from typing import Any, Final

from mock_memos.api.openapi.schemas import Schema, bare, schemas_of, without_null
from mock_memos.control.base import Nothing
from mock_memos.control.routes import Verb
from mock_memos.core.calls import JSON
from mock_memos.simulation.snapshot import Snapshot

TAG: Final = "control"

ERROR: Final[Schema] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string", "description": "What is wrong"},
                "hint": {"type": "string", "description": "What to do about it"},
            },
            "required": ["code", "message", "hint"],
        }
    },
    "required": ["error"],
}


def is_written(verb: Verb) -> bool:
    """Whether a verb has a body for people to write; a saved world only goes back as it came."""
    return verb.method == "POST" and verb.request not in (Nothing, Snapshot)


def operation(verb: Verb, body: Schema) -> dict[str, Any]:
    """One verb. `body` is the schema of its body, if it has one."""
    told: dict[str, Any] = {
        "operationId": f"control_{verb.function.__name__}",
        "tags": [TAG],
        "summary": verb.summary,
        "security": [{"token": []}] if verb.needs_key else [],
    }
    if verb.request is not Nothing and verb.method == "POST":
        told["requestBody"] = {"required": False, "content": {JSON: {"schema": body}}}
    elif verb.request is not Nothing:
        told["parameters"] = _query(verb)
    answer = {"type": "object"} if verb.gives == JSON else {"type": "string"}
    refused = {"$ref": "#/components/schemas/ControlError"}
    told["responses"] = {
        "200": {"description": "Done", "content": {verb.gives: {"schema": answer}}},
        "4XX": {"description": "What is wrong", "content": {JSON: {"schema": refused}}},
    }
    return told


def _query(verb: Verb) -> list[dict[str, Any]]:
    """The fields of a verb that has no body, as far as they are single values."""
    _, parts = schemas_of([verb.request])
    fields = parts[verb.request.__name__]["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "description": field.get("description", ""),
            "schema": bare(without_null(field)),
        }
        for name, field in fields.items()
        if field.get("type") != "object"
    ]
