"""Checks replies against the OpenAPI document, without undeclared fields."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mock_memos.api.openapi.document import build_document
from mock_memos.api.routes import API, Route
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Reply
from mock_memos.core.settings import Settings

SHOW = "get/memory/"


class Conformance:
    """One document, and what of it has been seen: pairs of operation and HTTP status."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.document = without_extra_fields(build_document(settings))
        self.checked_replies: set[tuple[str, int]] = set()
        self._validators: dict[str, Draft202012Validator] = {}

    def check(self, method: str, path: str, reply: Reply) -> None:
        """Fails when a reply to a call below the base address is not in the document."""
        route = route_of(method, path)
        name = route.path if route else ""
        if route is None:
            response = self.document["components"]["responses"]["NoSuchOperation"]
        else:
            operation = self.document["paths"][f"/{name}"][method.lower()]
            assert str(reply.status) in operation["responses"], f"{name} answered {reply.status}"
            response = self._resolved(operation["responses"][str(reply.status)])
        media, _, _ = reply.content_type.partition(";")
        assert media in response["content"], f"{name} answered {media}"
        content = response["content"][media]
        if media == "text/event-stream":
            data = content["schema"]["properties"]["data"]["contentSchema"]
            for value in events(reply.body):
                self._fits(data, value, name)
        else:
            self._fits(content["schema"], json.loads(reply.body), name)
        for header, _ in reply.headers:
            assert header in response.get("headers", ()), f"{name} answered with {header}"
        self.checked_replies.add((name, reply.status))

    def _fits(self, schema: dict[str, Any], value: Any, name: str) -> None:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = schema | {"components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole)
        for problem in self._validators[key].iter_errors(value):
            raise AssertionError(f"{name}, at {problem.json_path}: {problem.message}")

    def _resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in response:
            return response
        name = response["$ref"].rpartition("/")[2]
        shared: dict[str, Any] = self.document["components"]["responses"][name]
        return shared


def without_extra_fields(schema: Any) -> Any:
    """A copy in which objects hold nothing but their named properties."""
    if isinstance(schema, list):
        return [without_extra_fields(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {name: without_extra_fields(inner) for name, inner in schema.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


def events(body: bytes) -> list[Any]:
    """Returns the data of the events of a stream, without the end marker."""
    lines = body.decode("ascii").removesuffix("\n\n").split("\n\n")
    texts = [line.rpartition("data: ")[2] for line in lines]
    return [json.loads(text) for text in texts if text != "[DONE]"]


@cache
def route_of(method: str, path: str) -> Route | None:
    """Returns the route of a path below the base path."""
    below = path.removeprefix(PREFIXES[0]).lstrip("/")
    for route in API:
        result = route.method == "GET" and below.startswith(SHOW) and below != SHOW
        if route.method == method and (route.path == below or result):
            return route
    return None
