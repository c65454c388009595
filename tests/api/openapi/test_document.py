"""The OpenAPI document is valid, complete and matches every reply."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.evidence.operation_notes import NOTES, TAGS
from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import inspect_model
from mock_memos.api.models.json_schemas import EXTRA_SCHEMAS
from mock_memos.api.openapi.document import build_document
from mock_memos.api.routes import API, Route
from mock_memos.cli import main
from mock_memos.control.routes import CONTROL
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call, Reply
from mock_memos.core.service_errors import ERRORS, ApiError
from mock_memos.core.settings import Settings
from mock_memos.core.type_inspection import structs_in
from mock_memos.engine.engine import Engine
from tests.support.bodies import SMALLEST
from tests.support.conformance import Conformance
from tests.support.engine_client import Client
from tests.support.program_player import Player, Step
from tests.support.programs import STORY, programs

DOCUMENT = build_document()
OTHER_SETTINGS: list[dict[str, Any]] = [
    {},
    {"strict": True},
    {"http_status": "always-200"},
    {"status_format": "list", "memory_time_format": "iso", "message_time_format": "ms"},
    {
        "rerank_format": "envelope",
        "memory_detail_fields": "documented",
        "include_empty_lists": "requested",
    },
    {"rerank_format": "bare", "tool_schema_format": "object", "sse_done_marker": True},
    {"enforce_quotas": "documented", "calls_per_second_limit": 3, "tokens_per_minute_limit": 60},
]
POSTS = [route for route in API if route.method == "POST"]
REQUESTS = list(
    dict.fromkeys(
        model
        for route in POSTS
        for model in structs_in(route.request)
        if issubclass(model, Request)
    )
)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Yields method, path and description of every operation in the document."""
    return [
        (method.upper(), path, operation)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method != "servers"
    ]


def make_player(conformance: Conformance, settings: Settings) -> Player:
    """Returns a player of programs that checks every reply."""
    engine = Engine(settings)
    headers = {"authorization": "Token key"}

    def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        reply = engine.handle(Call(method, f"{PREFIXES[0]}/{path}", headers, body))
        conformance.check(method, path, reply)
        return reply.status, reply.body

    def advance(seconds: float) -> None:
        engine.world("key").clock.advance(seconds)

    return Player(send, advance)


# --- the document itself ---


@pytest.mark.parametrize("arguments", OTHER_SETTINGS, ids=str)
def test_document_is_valid_openapi(arguments: dict[str, Any]) -> None:
    validate(build_document(Settings(**arguments)))


def test_document_has_the_same_bytes_each_time() -> None:
    assert json.dumps(build_document()) == json.dumps(DOCUMENT)


def test_document_lists_operations_and_control_requests() -> None:
    texts = [(method, path) for method, path, _ in operations()]
    api = [(route.method, f"/{route.path}") for route in API]
    assert texts[: len(API)] == api
    assert sorted(texts[len(API) :]) == sorted(
        (verb.method, f"/_mock/{verb.path}") for verb in CONTROL
    )


def test_every_operation_has_a_note_and_a_tag() -> None:
    assert list(NOTES) == [route.path for route in API]
    assert list(TAGS) == [*dict.fromkeys(route.tag for route in API), "control"]


def test_every_operation_field_and_error_has_evidence() -> None:
    for route in API:
        operation = DOCUMENT["paths"][f"/{route.path}"][route.method.lower()]
        assert operation["x-evidence"] == route.evidence
        for status, response in operation["responses"].items():
            if status != "200" and "$ref" not in response:
                codes = [error["code"] for error in response["x-errors"]]
                schema = response["content"]["application/json"]["schema"]
                assert codes == schema["properties"]["code"]["enum"]
                assert all(str(ERRORS[code].status) == status for code in codes)
                assert all(error["x-evidence"] for error in response["x-errors"])
    control_types = [type_ for verb in CONTROL for type_ in (verb.request, verb.response) if type_]
    verbs = {model.__name__ for type_ in control_types for model in structs_in(type_)}
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, details in schema.get("properties", {}).items():
            known = name in verbs or name in EXTRA_SCHEMAS or name == "ControlError"
            assert known or "x-evidence" in details, f"{name}.{field}"


def test_every_schema_is_referenced() -> None:
    text = json.dumps(DOCUMENT)
    for kind, parts in DOCUMENT["components"].items():
        for name in parts if kind != "securitySchemes" else ():
            assert f'"#/components/{kind}/{name}"' in text, name


# --- requests ---


def schema_of(model: type[Request]) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return Draft202012Validator(schema | {"components": DOCUMENT["components"]})


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_request_example_matches_schema_and_is_accepted(route: Route) -> None:
    operation = DOCUMENT["paths"][f"/{route.path}"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    schema_of(route.request).validate(example)
    decode_request(json.dumps(example).encode(), route.request, strict=True)


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_smallest_request_matches_schema(route: Route) -> None:
    schema_of(route.request).validate(SMALLEST[route.request])


@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_required_fields_match_the_decoder(model: type[Request]) -> None:
    schema = DOCUMENT["components"]["schemas"][model.__name__]
    tag = model.__struct_config__.tag_field
    assert schema["required"] == [*([tag] if tag else []), *inspect_model(model).required]


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_missing_required_field_is_rejected(route: Route) -> None:
    """Schema and decoder reject a body without a required field, or without a whole group."""
    model = route.request
    for group in (*((name,) for name in inspect_model(model).required), *model.any_of):
        body = {name: value for name, value in SMALLEST[model].items() if name not in group}
        assert not schema_of(model).is_valid(body)
        with pytest.raises(ApiError) as caught:
            decode_request(json.dumps(body).encode(), model)
        assert caught.value.code == 40002


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("delete/profile", {"user_id": "ana", "agent_id": "bot", "profile_template_id": "tpl_1"}),
        ("get/knowledgebase-file", {"file_ids": ["f"], "knowledgebase_id": "base1"}),
        ("delete/memory", {"memory_ids": [], "user_id": "ana"}),
        ("add/message", {"user_id": "ana", "messages": [{"role": "user"}]}),
        ("add/message", {"user_id": "ana", "messages": [{"role": "user", "content": ""}]}),
        ("add/profile_template", {"name": "Guest", "metadata": {"City": "Lyon"}}),
        ("add/profile_template", {"name": "Guest", "metadata": {"A": {"B": {"C": {"D": {}}}}}}),
        ("search/memory", {"user_id": "ana", "query": "x", "filter": {"not": []}}),
        ("search/memory", {"user_id": "ana", "query": "x", "filter": {"and": [{"tags": 3}]}}),
    ],
)
def test_schema_and_decoder_reject_the_same_bodies(operation: str, body: dict[str, Any]) -> None:
    (route,) = (route for route in API if route.path == operation)
    assert not schema_of(route.request).is_valid(body)
    assert Client().send(operation, body).json["code"] in (40000, 40002)


# --- replies ---


@pytest.mark.parametrize("arguments", OTHER_SETTINGS, ids=str)
def test_replies_of_a_story_match_the_document(arguments: dict[str, Any]) -> None:
    settings = Settings(clock="step", **arguments)
    conformance = Conformance(settings)
    make_player(conformance, settings).play(STORY)
    if not arguments:
        good = {name for name, status in conformance.checked_replies if status == 200}
        assert good == {route.path for route in API}


def test_replies_without_operation_match_the_document() -> None:
    conformance, engine = Conformance(), Engine()
    for headers in ({}, {"authorization": "Token"}, {"authorization": "Token key"}):
        for method, path in (("POST", "add/message"), ("POST", "no/such"), ("GET", "add/message")):
            reply = engine.handle(Call(method, f"{PREFIXES[0]}/{path}", headers, b"{}"))
            if headers.get("authorization") == "Token key" or path == "add/message":
                conformance.check("POST" if reply.status == 401 else method, path, reply)
    conformance.check(
        "POST",
        "add/message",
        engine.handle(Call("POST", "/api/openmem/v1/add/message", unread_bytes=10**9)),
    )


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b'{"code":0,"data":{"success":true,"more":1},"message":"ok"}'),
        Reply(200, b'{"code":0,"data":{},"message":"ok"}'),
        Reply(200, b'{"code":0,"data":null,"message":"ok"}'),
        Reply(400, b'{"code":40013,"data":null,"message":"Messages exceed the length limit"}'),
        Reply(429, b"{}"),
        Reply(200, b"", "text/event-stream"),
        Reply(200, b'{"code":0,"data":{"success":true},"message":"ok"}', headers=(("x", "y"),)),
    ],
    ids=str,
)
def test_other_replies_do_not_match_the_document(reply: Reply) -> None:
    good = Reply(200, b'{"code":0,"data":{"success":true},"message":"ok"}')
    Conformance().check("POST", "delete/memory", good)
    with pytest.raises(AssertionError):
        Conformance().check("POST", "delete/memory", reply)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs(), st.sampled_from(OTHER_SETTINGS))
def test_replies_of_any_program_match_the_document(
    program: list[Step], arguments: dict[str, Any]
) -> None:
    settings = Settings(clock="step", **arguments)
    make_player(make_checker(settings), settings).play(program)


CHECKERS: dict[Settings, Conformance] = {}


def make_checker(settings: Settings) -> Conformance:
    if settings not in CHECKERS:
        CHECKERS[settings] = Conformance(settings)
    return CHECKERS[settings]


# --- the door, the command, the pages ---


def test_engine_returns_document_of_its_settings() -> None:
    engine = Engine(Settings(rerank_format="bare"))
    reply = engine.handle(Call("GET", "/_mock/openapi.json"))
    assert reply.status == 200
    assert json.loads(reply.body) == build_document(engine.settings) != DOCUMENT


def test_docs_page_loads_only_from_the_engine() -> None:
    engine = Engine()
    page = engine.handle(Call("GET", "/_mock/docs"))
    assert page.content_type.startswith("text/html")
    assert dict(page.headers)["content-security-policy"].startswith("default-src 'none'")
    expected = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert [item for item in expected if not item.startswith(("/_mock/docs/", "data:"))] == []
    start = engine.handle(Call("GET", "/_mock/docs/start.js")).body.decode()
    assert set(re.findall(r'"(/[^"]+)"', start)) == {"/_mock/openapi.json"}
    kinds = {"js": "text/javascript", "css": "text/css"}
    for path in (item for item in expected if item.startswith("/")):
        reply = engine.handle(Call("GET", path))
        assert reply.status == 200, path
        assert reply.content_type.startswith(kinds[path.rpartition(".")[2]])
    viewer = engine.handle(Call("GET", "/_mock/docs/viewer.js")).body
    assert b"SwaggerUIBundle" in viewer


def test_docs_page_names_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for path in ("/_mock/docs", "/_mock/docs/viewer.js"):
        reply = Engine().handle(Call("GET", path))
        assert reply.status == 400
        assert "mock-memos[docs]" in json.loads(reply.body)["error"]["message"]


def test_openapi_command_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == DOCUMENT


def test_routes_command_lists_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [tuple(line.split()[:3]) for line in lines] == [
        (route.method, route.path, route.evidence) for route in API
    ]


@pytest.mark.parametrize("arguments", OTHER_SETTINGS, ids=str)
def test_example_responses_match_their_schemas(arguments: dict[str, Any]) -> None:
    settings = Settings(**arguments)
    conformance, whole = Conformance(settings), build_document(settings)
    for route in API:
        operation = whole["paths"][f"/{route.path}"][route.method.lower()]
        for media, details in operation["responses"]["200"]["content"].items():
            example = details["example"]
            schema = conformance.document["components"]
            Draft202012Validator(details["schema"] | {"components": schema}).validate(example)
            if media == "application/json" and route.path != "rerank":
                assert (example["code"], example["message"]) == (0, "ok")
                assert example["data"] not in ({}, [], None)


def test_example_responses_refer_to_each_other() -> None:
    result = {
        path: next(iter(item.values()))["responses"]["200"]["content"]["application/json"][
            "example"
        ]
        for path, item in DOCUMENT["paths"].items()
        if "servers" not in item
    }
    page = result["/get/memory"]["data"]
    assert [memory["memory_value"] for memory in page["memory_detail_list"]]
    assert page["profile_detail_list"][0]["properties"]["Basics"]["Name"]["value"] == "Ana"
    data = result["/search/memory"]["data"]
    assert data["memory_detail_list"][0]["memory_value"] in result["/chat"]["data"]["response"]
    assert data["preference_note"]
    assert result["/get/status"]["data"]["memory_views"]["added"] == 4
    assert result["/get/knowledgebase-file"]["data"]["file_detail_list"][0]["status"] == "completed"
