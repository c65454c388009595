"""Requests that the document allows, and requests that it does not, through the live application.

Whatever comes, the answer has a status, content type, headers and body that the document names; a
server error is one of the service's own, never a defect. What the document allows is not refused
for its form. A few requests for each operation run
with the suite. `MOCK_MEMOS_FUZZ=70` asks for 70 of each sort: with 25 operations, 3,500 in all.
"""

import os
import re
from collections.abc import Iterator
from itertools import count
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

from mock_memos.asgi import App
from mock_memos.engine import HINT, Engine
from mock_memos.openapi import document
from tests.properties.playing import IDS, player
from tests.properties.programs import STORY

LONG = int(os.environ.get("MOCK_MEMOS_FUZZ", "0"))
SORTS = {GenerationMode.POSITIVE: LONG or 3, GenerationMode.NEGATIVE: LONG or 2}
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REFUSED_FORMS = (40000, 40002, 40010, 40011, 40012)
UNSAID = re.compile("selects|write YYYY-MM-DD|blank|half of a surrogate")
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
        self._turn = count()

    def lend(self, body: Any) -> Any:
        """The same body, in which every other one of what is named is really there."""
        if isinstance(body, list):
            return [self.lend(inner) for inner in body]
        if not isinstance(body, dict):
            return body
        lent = {name: self.lend(value) for name, value in body.items()}
        for name in LENT.keys() & lent.keys():
            ids = self._ids[LENT[name]]
            turn = next(self._turn)
            if ids and lent[name] and turn % 2:
                one = ids[turn % len(ids)]
                lent[name] = [one] if name.endswith("s") else one
        return lent


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
        if sort is GenerationMode.POSITIVE and HINT in response.headers:
            (why,) = response.headers[HINT]
            assert response.json()["code"] not in REFUSED_FORMS or UNSAID.search(why), why

    send()


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.value)
@pytest.mark.parametrize("operation", api(), ids=lambda operation: operation.label)
def test_every_answer_is_in_the_document(
    operation: Any, sort: GenerationMode, world: World
) -> None:
    bombard(operation, sort, world)


@pytest.mark.parametrize("operation", control(), ids=lambda operation: operation.label)
def test_every_answer_of_the_control_api_is_in_the_document(operation: Any) -> None:
    bombard(operation, GenerationMode.POSITIVE, World())
