"""Valid and invalid requests generated from the OpenAPI document, with the live application.

Status, content type, headers and body of every reply match the document, server errors are errors
of the service, and valid requests are not refused for their format. The suite runs a few requests
per operation; `MOCK_MEMOS_FUZZ=70` runs 70 of each kind, 3,430 in total.
"""

import os
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mock_memos.api.openapi.document import FORM, build_document
from mock_memos.core.addresses import HINT_HEADER
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from tests.support.program_player import ID_PATTERNS, player
from tests.support.programs import STORY

LONG_RUN = int(os.environ.get("MOCK_MEMOS_FUZZ", "0"))
EXAMPLES_BY_MODE = {GenerationMode.POSITIVE: LONG_RUN or 3, GenerationMode.NEGATIVE: LONG_RUN or 2}
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FORMAT_ERRORS = (40000, 40002, 40010, 40011, 40012)
NOT_IN_SCHEMA = re.compile("selects|one at a time|write YYYY-MM-DD|blank|half of a surrogate")
"""What no schema can say."""

KEY = {"Authorization": "Token key"}
SUPPRESSED_CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
DOCUMENT = build_document() | {"security": []}
"""Without its keys, which would be what schemathesis gets wrong first of all."""

ID_FIELDS = {
    "task_id": "task",
    "memory_id": "memory",
    "memory_ids": "memory",
    "knowledgebase_id": "base",
    "knowledgebase_ids": "base",
    "allow_knowledgebase_ids": "base",
    "file_ids": "file",
    "profile_template_id": "template",
}
"""Fields that name things, and what they name."""


class World:
    """A world in which something has happened, behind the application."""

    def __init__(self) -> None:
        engine = Engine()
        result = b"".join(reply.body for reply in player(engine).play(STORY[:-12]))
        self.app = App(engine, host=None)
        self._ids = {
            kind: list(dict.fromkeys(map(bytes.decode, pattern.findall(result))))
            for kind, pattern in ID_PATTERNS.items()
        }

    def insert_ids(self, body: Any) -> Any:
        """The same body, in which half of what is named is really there."""
        if isinstance(body, list):
            return [self.insert_ids(inner) for inner in body]
        if not isinstance(body, dict):
            return body
        return {name: self._insert_id(name, value) for name, value in body.items()}

    def _insert_id(self, name: str, value: Any) -> Any:
        ids = self._ids[ID_FIELDS[name]] if name in ID_FIELDS else []
        turn = len(repr(value))
        if not ids or turn % 2:
            return self.insert_ids(value)
        if name.endswith("s"):
            return [ids[turn % len(ids)]] if value and isinstance(value, list) else value
        return ids[turn % len(ids)] if value and isinstance(value, str) else value


def operations(whole: dict[str, Any]) -> Iterator[Any]:
    """The operations of a document as schemathesis sees them."""
    for operation in schemathesis.openapi.from_dict(whole).get_all_operations():
        yield cast(Ok[Any], operation).ok()


def api() -> list[Any]:
    paths = {path: item for path, item in DOCUMENT["paths"].items() if "servers" not in item}
    return list(operations(DOCUMENT | {"paths": paths}))


def control() -> list[Any]:
    paths = {
        path: {method: operation for method, operation in item.items() if method != "servers"}
        for path, item in DOCUMENT["paths"].items()
        if "servers" in item
    }
    return list(operations(DOCUMENT | {"paths": paths, "servers": [{"url": "/"}]}))


def send_examples(operation: Any, mode: GenerationMode, world: World) -> None:
    """Send requests of one operation, and hold every answer against the document."""
    operation.app = world.app

    @settings(
        max_examples=EXAMPLES_BY_MODE[mode],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=SUPPRESSED_CHECKS,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        case.body = world.insert_ids(case.body)
        response = case.call_and_validate(headers=KEY, checks=CHECKS)
        allowed = mode is GenerationMode.POSITIVE and case.media_type != FORM
        if allowed and HINT_HEADER in response.headers:
            (why,) = response.headers[HINT_HEADER]
            refused = response.json()["code"] in FORMAT_ERRORS
            assert not refused or NOT_IN_SCHEMA.search(why), f"{why}: {case.body!r}"

    send()


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("operation", api(), ids=lambda operation: operation.label)
def test_replies_match_openapi_document(operation: Any, world: World) -> None:
    send_examples(operation, GenerationMode.POSITIVE, world)


@pytest.mark.parametrize(
    "operation",
    [operation for operation in api() if operation.method == "post"],  # nothing is wrong in a path
    ids=lambda operation: operation.label,
)
def test_error_replies_match_openapi_document(operation: Any, world: World) -> None:
    send_examples(operation, GenerationMode.NEGATIVE, world)


@pytest.mark.parametrize("operation", control(), ids=lambda operation: operation.label)
def test_control_replies_match_openapi_document(operation: Any) -> None:
    send_examples(operation, GenerationMode.POSITIVE, World())
