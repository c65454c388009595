"""The OpenAPI document: what routes, models and errors say, in the form that other tools read.

It describes a server with given settings, so that every reply of that server fits it.
"""

import json
from typing import Any, Final

from mock_memos.api.evidence.operation_notes import NOTES, TAGS
from mock_memos.api.models.json_schemas import GRAMMARS
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.api.models.messages import LegacyTaskStatus
from mock_memos.api.openapi import control_paths
from mock_memos.api.openapi.error_responses import HINT, SHARED, any_refusal, refusal, refusals
from mock_memos.api.openapi.examples import answers
from mock_memos.api.openapi.schemas import Schema, bare, example, schemas_of
from mock_memos.api.routes import API, Route
from mock_memos.control.routes import CONTROL
from mock_memos.core.addresses import CONTROL_PREFIX, PREFIXES
from mock_memos.core.calls import JSON
from mock_memos.core.settings import Settings

DESCRIPTION: Final = """\
A deterministic double of the MemOS Cloud API, and the control API by which a test moves its time.

* Every field, operation and error says in `x-evidence` where it is known from: `documented`, `sdk`
  (code of an official client), `observed` (answers of the live service) or `assumed`.
* In requests null stands for an absent field at every depth, and so does an empty text or list.
  Unknown fields are ignored, a decimal text is read where a number is expected, and the body is
  read as JSON whatever its content type.
* `message` of an error is the service's own text. What helps a developer is in the header
  `x-mock-memos-hint`.
* A fault may answer any operation with any code."""

EVENT_STREAM: Final = "text/event-stream"
FORM: Final = "multipart/form-data"

_SECURITY: Final = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token <key>`. Each key opens a world of its own",
    }
}
_FORM_BODY: Final = {
    "type": "object",
    "properties": {
        "file": {
            "description": "Parts named `file`, each with a file name",
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "x-evidence": "sdk",
        }
    },
    "required": ["file"],
}


def document(settings: Settings | None = None) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a server with these settings. Its keys keep their order."""
    return _Document(settings or Settings()).whole()


def tag_of(route: Route) -> str:
    """The group of an operation: the module of its function, a page of the API's documentation."""
    module: str = route.function.__module__
    return module.rpartition(".")[2]


class _Document:
    """One document in the making."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        kinds: list[Any] = []
        for route in API:
            kinds += [route.request, self._kind(route)]
            kinds += [route.event] if route.event else []
        kinds += [verb.request for verb in CONTROL if control_paths.is_written(verb)]
        schemas, parts = schemas_of(kinds, strict=settings.strict)
        self._parts = parts | GRAMMARS
        self._schemas: dict[Any, Schema] = dict(zip(kinds, schemas, strict=True))

    def whole(self) -> dict[str, Any]:
        paths: dict[str, Any] = {}
        for route in API:
            paths[f"/{route.path}"] = {route.method.lower(): self._operation(route)}
        for verb in CONTROL:
            path = paths.setdefault(f"{CONTROL_PREFIX}/{verb.path}", {"servers": [{"url": "/"}]})
            body = self._schemas.get(verb.request, {"type": "object"})
            path[verb.method.lower()] = control_paths.operation(verb, body)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "MemOS Cloud API, served by mock-memos",
                "version": "1",
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": prefix} for prefix in PREFIXES],
            "tags": [{"name": name, "description": said} for name, said in TAGS.items()],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": dict(
                    sorted({**self._parts, "ControlError": control_paths.ERROR}.items())
                ),
                "responses": {name: refusal(*shared) for name, shared in SHARED.items()},
                "headers": {"Hint": HINT},
                "securitySchemes": _SECURITY,
            },
        }

    def _kind(self, route: Route) -> Any:
        """The type of `data`."""
        if route.path == "get/status" and self._settings.status_shape == "list":
            return list[LegacyTaskStatus]
        return route.response

    def _operation(self, route: Route) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": route.function.__name__,
            "tags": [tag_of(route)],
            "summary": route.summary,
            "description": NOTES[route.path].text,
            "x-evidence": route.evidence,
        }
        if parameters := self._parameters(route):
            operation["parameters"] = parameters
        if route.method == "POST":
            operation["requestBody"] = self._body(route)
        operation["responses"] = self._responses(route)
        return operation

    def _parameters(self, route: Route) -> list[dict[str, Any]]:
        if route.method == "GET":
            fields = self._parts.pop(route.request.__name__)["properties"]
            return [_parameter(name, "path", field) for name, field in fields.items()]
        if route.request is AddKnowledgebaseFile:
            base = self._parts["AddKnowledgebaseFile"]["properties"]["knowledgebase_id"]
            kind = self._parts["FileIn"]["properties"]["type"]
            fields = {"knowledgebase_id": base, "type": kind}
            return [_parameter(name, "query", field) for name, field in fields.items()]
        return []

    def _body(self, route: Route) -> dict[str, Any]:
        schema = self._schemas[route.request]
        content: dict[str, Any] = {
            JSON: {"schema": schema, "example": example(schema, self._parts)}
        }
        if route.request is AddKnowledgebaseFile:
            content[FORM] = {"schema": _FORM_BODY}
        asked = self._parts[route.request.__name__]
        required = bool(asked["required"]) or not asked.keys().isdisjoint(("anyOf", "oneOf"))
        return {"required": required, "content": content}

    def _responses(self, route: Route) -> dict[str, Any]:
        schema = self._good(route)
        if self._settings.http_status == "always-200":
            refused = any_refusal(route.errors)
            schema = {"anyOf": [schema, refused["content"][JSON]["schema"]]}
            return {"200": {**refused, "content": self._content(route, schema)}}
        done = {"200": {"description": "Done", "content": self._content(route, schema)}}
        return dict(sorted((done | refusals(route.errors)).items()))

    def _content(self, route: Route, schema: Schema) -> dict[str, Any]:
        example = answers(self._settings)[route.path]
        content: dict[str, Any] = {JSON: {"schema": schema, "example": example}}
        if route.event:
            event = {"event": "message", "data": json.dumps({"type": "text", "data": "You booked"})}
            content[EVENT_STREAM] = {"schema": _event(self._schemas[route.event]), "example": event}
        return content

    def _good(self, route: Route) -> Schema:
        """The schema of a good answer: the data in its envelope, or however rerank is set."""
        data = self._schemas[self._kind(route)]
        fields = {"code": {"const": 0}, "data": data, "message": {"const": "ok"}}
        if route.path == "rerank" and self._settings.rerank_shape == "bare":
            return data
        if route.path == "rerank" and self._settings.rerank_shape == "both":
            fields |= self._parts[route.response.__name__]["properties"]
        return {"type": "object", "properties": fields, "required": list(fields)}


def _event(data: Schema) -> Schema:
    """One event of a stream: OpenAPI 3.1 has no word for the whole of it."""
    payload = {"type": "string", "contentMediaType": JSON, "contentSchema": data}
    return {
        "description": "One event of many; its data is JSON in a text",
        "type": "object",
        "properties": {"event": {"const": "message"}, "data": payload},
        "required": ["data"],
    }


def _parameter(name: str, place: str, field: Schema) -> dict[str, Any]:
    """A field outside the body: in the path, or in the query of an upload as a form."""
    in_path = place == "path"
    return {
        "name": name,
        "in": place,
        "required": in_path,
        "description": field["description"] + ("" if in_path else ". Uploads as a form only"),
        "schema": bare(field),
        "x-evidence": field["x-evidence"] if in_path else "sdk",
    }
