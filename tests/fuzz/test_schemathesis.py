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

from mock_memos.api.openapi import FORM, document
from mock_memos.core.addresses import HINT_HEADER
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from tests.support.playing import IDS, player
from tests.support.programs import STORY

LONG = int(os.environ.get("MOCK_MEMOS_FUZZ", "0"))
SORTS = {GenerationMode.POSITIVE: LONG or 3, GenerationMode.NEGATIVE: LONG or 2}
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REFUSED_FORMS = (40000, 40002, 40010, 40011, 40012)
UNSAID = re.compile("selects|one at a time|write YYYY-MM-DD|blank|half of a surrogate")
"""What no schema can say."""

KEY = {"Authorization": "Token key"}
PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
WHOLE = document() | {"security": []}
"""Without its keys, which would be what schemathesis gets wrong first of all."""

LENT = {
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
        shown = b"".join(reply.body for reply in player(engine).play(STORY[:-12]))
        self.app = App(engine, host=None)
        self._ids = {
            kind: list(dict.fromkeys(map(bytes.decode, pattern.findall(shown))))
            for kind, pattern in IDS.items()
        }

    def lend(self, body: Any) -> Any:
        """The same body, in which half of what is named is really there."""
        if isinstance(body, list):
            return [self.lend(inner) for inner in body]
        if not isinstance(body, dict):
            return body
        return {name: self._lent(name, value) for name, value in body.items()}

    def _lent(self, name: str, value: Any) -> Any:
        ids = self._ids[LENT[name]] if name in LENT else []
        turn = len(repr(value))
        if not ids or turn % 2:
            return self.lend(value)
        if name.endswith("s"):
            return [ids[turn % len(ids)]] if value and isinstance(value, list) else value
        return ids[turn % len(ids)] if value and isinstance(value, str) else value


def operations(whole: dict[str, Any]) -> Iterator[Any]:
    """The operations of a document as schemathesis sees them."""
    for found in schemathesis.openapi.from_dict(whole).get_all_operations():
        yield cast(Ok[Any], found).ok()


def api() -> list[Any]:
    paths = {path: item for path, item in WHOLE["paths"].items() if "servers" not in item}
    return list(operations(WHOLE | {"paths": paths}))


def control() -> list[Any]:
    paths = {
        path: {method: told for method, told in item.items() if method != "servers"}
        for path, item in WHOLE["paths"].items()
        if "servers" in item
    }
    return list(operations(WHOLE | {"paths": paths, "servers": [{"url": "/"}]}))


def bombard(operation: Any, sort: GenerationMode, world: World) -> None:
    """Send requests of one operation, and hold every answer against the document."""
    operation.app = world.app

    @settings(
        max_examples=SORTS[sort],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=PATIENT,
    )
    @given(case=operation.as_strategy(generation_mode=sort))
    def send(case: Any) -> None:
        case.body = world.lend(case.body)
        response = case.call_and_validate(headers=KEY, checks=CHECKS)
        allowed = sort is GenerationMode.POSITIVE and case.media_type != FORM
        if allowed and HINT_HEADER in response.headers:
            (why,) = response.headers[HINT_HEADER]
            refused = response.json()["code"] in REFUSED_FORMS
            assert not refused or UNSAID.search(why), f"{why}: {case.body!r}"

    send()


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("operation", api(), ids=lambda operation: operation.label)
def test_replies_match_openapi_document(operation: Any, world: World) -> None:
    bombard(operation, GenerationMode.POSITIVE, world)


@pytest.mark.parametrize(
    "operation",
    [one for one in api() if one.method == "post"],  # nothing is wrong in a path
    ids=lambda operation: operation.label,
)
def test_error_replies_match_openapi_document(operation: Any, world: World) -> None:
    bombard(operation, GenerationMode.NEGATIVE, world)


@pytest.mark.parametrize("operation", control(), ids=lambda operation: operation.label)
def test_control_replies_match_openapi_document(operation: Any) -> None:
    bombard(operation, GenerationMode.POSITIVE, World())
