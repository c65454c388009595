"""Valid bodies are accepted, invalid ones return their error code."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from mock_memos.api.routes import API, Route
from mock_memos.testing.strategies.invalid_bodies import (
    invalid_bodies,
    invalid_request,
    not_found_codes,
)
from mock_memos.testing.strategies.request_bodies import valid_request
from tests.support.engine_client import ROUTES, Client
from tests.support.generated_calls import send_body, success_data

OPERATIONS = [route.path for route in API]
NOT_BY_A_BODY = {40305, 40306, 50104, 50105, 50123}
"""Codes of quotas, other projects, large files and unlinked bases, which no single body causes."""
NEVER = {"get/knowledgebase-file": {40002}}
"""Codes that an operation lists although it requires no field."""

quickly = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink]
)
broadly = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))


def create_objects(client: Client) -> dict[str, list[str]]:
    """Creates one object of each kind and returns their ids."""
    client.add_sync("I booked the Harbour Inn.")
    base = client.ok("create/knowledgebase", knowledgebase_name="rules")["id"]
    file = {"name": "rules.md", "content": "IyBSdWxlcw=="}
    tree = {"City": {"value": ""}}
    files = client.ok("add/knowledgebase-file", knowledgebase_id=base, file=[file])
    template = client.ok("add/profile_template", name="Guest", metadata=tree)
    bound = {"user_id": "ana", "profile_template_id": template["profile_template_id"]}
    client.ok("bind/profile_template", bind_list=[bound])
    return {
        "task": [client.add("I like tea.")["task_id"]],
        "memory": [client.facts()[0]["id"]],
        "knowledgebase": [base],
        "file": [files[0]["id"]],
        "template": [template["profile_template_id"]],
    }


WORLD = Client()
IDS = create_objects(WORLD)


def client_with_objects() -> Client:
    """Returns a client of a new world with one object of each kind."""
    client = Client()
    client.engine.set_world(client.key, WORLD.world.fork())
    return client


@cache
def draw_invalid(operation: str, *, there: bool) -> st.SearchStrategy[tuple[Any, int]]:
    return invalid_request(operation, ids=IDS if there else None)


@cache
def draw_valid(operation: str, *, there: bool) -> st.SearchStrategy[dict[str, Any]]:
    if not there:
        return valid_request(operation)
    if operation == "delete/memory":
        return valid_request(operation, ids=IDS, memory_ids=IDS["memory"])
    if operation in ("edit/profile", "delete/profile"):
        return valid_request(operation, ids=IDS, user_id="ana")
    return valid_request(operation, ids=IDS)


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
@broadly
def test_valid_request_is_accepted_or_names_unknown_id(operation: str, data: st.DataObject) -> None:
    body = data.draw(draw_valid(operation, there=False))
    answer = send_body(Client(strict=data.draw(st.booleans())), operation, body)
    if answer.status == 200:
        success_data(operation, answer)
    else:
        assert answer.json["code"] in not_found_codes(operation), (answer.json, answer.hint)
        assert answer.json["code"] in ROUTES[operation].errors


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
@broadly
def test_valid_request_with_existing_ids_is_accepted(operation: str, data: st.DataObject) -> None:
    body = data.draw(draw_valid(operation, there=True))
    success_data(operation, send_body(client_with_objects(), operation, body))


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
@broadly
def test_invalid_request_returns_its_code_without_effect(
    operation: str, data: st.DataObject
) -> None:
    client = client_with_objects()
    body, code = data.draw(draw_invalid(operation, there=data.draw(st.booleans())))
    if operation == "get/memory/{memory_id}":
        assert send_body(client, operation, body).json["code"] == code
    else:
        client.fails(code, operation, json.dumps(body).encode())


@pytest.mark.parametrize("route", API, ids=lambda route: route.path)
def test_invalid_requests_cover_every_error_of_a_body(route: Route) -> None:
    codes = {code for code, _ in invalid_bodies(route.request, IDS)}
    assert codes | NOT_BY_A_BODY >= set(route.errors) - NEVER.get(route.path, set())
    assert codes <= set(route.errors)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_simplest_valid_request_is_small(operation: str) -> None:
    body = find(draw_valid(operation, there=False), lambda _: True, settings=quickly)
    assert len(json.dumps(body)) < 130, body


def test_invalid_request_draws_one_code() -> None:
    body, code = find(invalid_request("add/message", code=40006), lambda _: True, settings=quickly)
    assert code == 40006
    assert body == {
        "messages": [{"role": "user", "content": [{"type": "video", "text": "I like tea."}]}],
        "user_id": "ana",
    }
    with pytest.raises(ValueError, match="no invalid body with code 40006; known codes: 40"):
        invalid_request("get/status", code=40006)


def test_valid_request_fixes_fields() -> None:
    pinned = valid_request("search/memory", user_id="ana", query=st.just("tea"), relativity=0)
    body = find(pinned, lambda _: True)
    assert body == {"query": "tea", "user_id": "ana", "relativity": 0}


def test_unknown_operation_or_field_raises() -> None:
    with pytest.raises(ValueError, match="unknown operation 'add/memory'"):
        valid_request("add/memory")
    with pytest.raises(ValueError, match="search/memory has no field 'user'"):
        valid_request("search/memory", user="ana")
