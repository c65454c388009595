"""Builds the OpenAPI document from routes, models and errors.

It describes a server with given settings, so that every reply of that server matches it.
"""

import json
from typing import Any, Final

from mock_memos.api.evidence.operation_notes import NOTES, TAGS
from mock_memos.api.models.json_schemas import EXTRA_SCHEMAS
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.api.models.messages import LegacyTaskStatus
from mock_memos.api.openapi import control_paths
from mock_memos.api.openapi.error_responses import (
    HINT,
    SHARED,
    any_error_response,
    error_response,
    error_responses,
)
from mock_memos.api.openapi.examples import example_responses
from mock_memos.api.openapi.schemas import Schema, example_of, schemas_of, without_annotations
from mock_memos.api.routes import API, Route
from mock_memos.control.routes import CONTROL
from mock_memos.core.addresses import CONTROL_PREFIX, PREFIXES
from mock_memos.core.calls import JSON
from mock_memos.core.settings import Settings

DESCRIPTION: Final = """\
A deterministic mock of the MemOS Cloud API, and a control API by which tests move its clock.

* `x-evidence` of every field, operation and error names its source: `documented`, `sdk` (code of
  an official client), `observed` (responses of the live service) or `assumed`.
* In requests, null at any depth, an empty text and an empty list mean that a field is absent.
  Unknown fields are ignored, a decimal text is accepted as a number, and the body is decoded as
  JSON for every content type.
* `message` of an error is the text of the real service. The header `x-mock-memos-hint` helps the
  developer.
* A fault may answer any operation with any code."""

EVENT_STREAM: Final = "text/event-stream"
FORM: Final = "multipart/form-data"

_SECURITY: Final = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token <key>`. Each key has its own isolated world",
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


def build_document(settings: Settings | None = None) -> dict[str, Any]:
    """Returns the OpenAPI 3.1 document of a server with these settings, in a fixed key order."""
    return _DocumentBuilder(settings or Settings()).build()


class _DocumentBuilder:
    """Builds one document."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        types: list[Any] = []
        for route in API:
            types += [route.request, self._response_type(route)]
            types += [route.event] if route.event else []
        types += [verb.request for verb in CONTROL if control_paths.has_documented_body(verb)]
        types += [verb.response for verb in CONTROL if verb.response is not None]
        schemas, components = schemas_of(types, strict=settings.strict)
        self._components = components | EXTRA_SCHEMAS
        self._schemas: dict[Any, Schema] = dict(zip(types, schemas, strict=True))

    def build(self) -> dict[str, Any]:
        paths: dict[str, Any] = {}
        for route in API:
            paths[f"/{route.path}"] = {route.method.lower(): self._operation(route)}
        for verb in CONTROL:
            path = paths.setdefault(f"{CONTROL_PREFIX}/{verb.path}", {"servers": [{"url": "/"}]})
            bodies = [self._schemas.get(type_) for type_ in (verb.request, verb.response)]
            path[verb.method.lower()] = control_paths.operation(verb, *bodies)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "MemOS Cloud API, served by mock-memos",
                "version": "1",
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": prefix} for prefix in PREFIXES],
            "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": dict(
                    sorted({**self._components, "ControlError": control_paths.ERROR}.items())
                ),
                "responses": {name: error_response(*shared) for name, shared in SHARED.items()},
                "headers": {"Hint": HINT},
                "securitySchemes": _SECURITY,
            },
        }

    def _response_type(self, route: Route) -> Any:
        """Returns the type of `data`."""
        if route.path == "get/status" and self._settings.status_format == "list":
            return list[LegacyTaskStatus]
        return route.response

    def _operation(self, route: Route) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": route.function.__name__,
            "tags": [route.tag],
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
            fields = self._components.pop(route.request.__name__)["properties"]
            return [_parameter(name, "path", field) for name, field in fields.items()]
        if route.request is AddKnowledgebaseFile:
            base = self._components["AddKnowledgebaseFile"]["properties"]["knowledgebase_id"]
            file_type = self._components["FileIn"]["properties"]["type"]
            fields = {"knowledgebase_id": base, "type": file_type}
            return [_parameter(name, "query", field) for name, field in fields.items()]
        return []

    def _body(self, route: Route) -> dict[str, Any]:
        schema = self._schemas[route.request]
        content: dict[str, Any] = {
            JSON: {"schema": schema, "example": example_of(schema, self._components)}
        }
        if route.request is AddKnowledgebaseFile:
            content[FORM] = {"schema": _FORM_BODY}
        body = self._components[route.request.__name__]
        required = bool(body["required"]) or not body.keys().isdisjoint(("anyOf", "oneOf"))
        return {"required": required, "content": content}

    def _responses(self, route: Route) -> dict[str, Any]:
        schema = self._success_schema(route)
        if self._settings.http_status == "always-200":
            error = any_error_response(route.errors)
            schema = {"anyOf": [schema, error["content"][JSON]["schema"]]}
            return {"200": {**error, "content": self._content(route, schema)}}
        success = {"200": {"description": "Success", "content": self._content(route, schema)}}
        return dict(sorted((success | error_responses(route.errors)).items()))

    def _content(self, route: Route, schema: Schema) -> dict[str, Any]:
        example = example_responses(self._settings)[route.path]
        content: dict[str, Any] = {JSON: {"schema": schema, "example": example}}
        if route.event:
            event = {"event": "message", "data": json.dumps({"type": "text", "data": "You booked"})}
            content[EVENT_STREAM] = {"schema": _event(self._schemas[route.event]), "example": event}
        return content

    def _success_schema(self, route: Route) -> Schema:
        """Returns the schema of a successful response, including the forms of rerank."""
        data = self._schemas[self._response_type(route)]
        fields = {"code": {"const": 0}, "data": data, "message": {"const": "ok"}}
        if route.path == "rerank" and self._settings.rerank_format == "bare":
            return data
        if route.path == "rerank" and self._settings.rerank_format == "both":
            fields |= self._components[route.response.__name__]["properties"]
        return {"type": "object", "properties": fields, "required": list(fields)}


def _event(data: Schema) -> Schema:
    """Returns the schema of one event: OpenAPI 3.1 cannot describe a stream."""
    payload = {"type": "string", "contentMediaType": JSON, "contentSchema": data}
    return {
        "description": "One of several events; its data is JSON as a text",
        "type": "object",
        "properties": {"event": {"const": "message"}, "data": payload},
        "required": ["data"],
    }


def _parameter(name: str, location: str, field: Schema) -> dict[str, Any]:
    """Returns a parameter: in the path, or in the query of an upload as a form."""
    in_path = location == "path"
    return {
        "name": name,
        "in": location,
        "required": in_path,
        "description": field["description"] + ("" if in_path else ". Uploads as a form only"),
        "schema": without_annotations(field),
        "x-evidence": field["x-evidence"] if in_path else "sdk",
    }
