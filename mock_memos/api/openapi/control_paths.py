"""The control API in the OpenAPI document."""

from typing import Any, Final

from mock_memos.api.openapi.schemas import Schema, schemas_of, without_annotations, without_null
from mock_memos.control.base import EmptyRequest
from mock_memos.control.routes import ControlRoute
from mock_memos.control.worlds import CreateWorld
from mock_memos.core.calls import JSON
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.snapshot import Snapshot

TAG: Final = "control"

_OPAQUE: Final = (EmptyRequest, CreateWorld, Scenario, Snapshot)
"""Requests whose bodies the document does not describe: what one server returns, another takes."""

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


def has_documented_body(verb: ControlRoute) -> bool:
    """Returns whether the document describes the body of a request: snapshots are opaque."""
    return verb.method in ("POST", "PUT") and verb.request not in _OPAQUE


def operation(verb: ControlRoute, body: Schema | None, answer: Schema | None) -> dict[str, Any]:
    """Returns the operation of a control request, with the schemas of its body and its answer."""
    document: dict[str, Any] = {
        "operationId": f"control_{verb.function.__name__}",
        "tags": [TAG],
        "summary": verb.summary,
        "security": [{"token": []}] if verb.needs_key else [],
    }
    if verb.request is not EmptyRequest and verb.method in ("POST", "PUT"):
        document["requestBody"] = {
            "required": False,
            "content": {JSON: {"schema": body or {"type": "object"}}},
        }
    elif verb.request is not EmptyRequest:
        document["parameters"] = _query(verb)
    other = {"type": "object" if verb.content_type == JSON else "string"}
    success = answer or other
    error = {"$ref": "#/components/schemas/ControlError"}
    document["responses"] = {
        "200": {"description": "Success", "content": {verb.content_type: {"schema": success}}},
        "4XX": {"description": "What is wrong", "content": {JSON: {"schema": error}}},
    }
    return document


def _query(verb: ControlRoute) -> list[dict[str, Any]]:
    """Returns the query parameters: those fields of the request that are single values."""
    _, components = schemas_of([verb.request])
    fields = components[verb.request.__name__]["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "description": field.get("description", ""),
            "schema": without_annotations(without_null(field)),
        }
        for name, field in fields.items()
        if field.get("type") != "object"
    ]
