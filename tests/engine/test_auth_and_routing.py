"""Keys, paths, methods and bodies: what happens before an operation is reached."""

import json
from typing import Any

import pytest

from mock_memos.api.routes import API
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from tests.support.calling import Answer, Client

pytestmark = pytest.mark.usefixtures("transport")

POSTS = [route for route in API if route.method == "POST"]
BODY = {"user_id": "ana", "query": "hotel"}


@pytest.fixture
def client() -> Client:
    return Client()


def refused(answer: Answer, status: int, code: int) -> str:
    assert answer.status == status
    assert answer.json["code"] == code
    assert answer.json["data"] is None
    assert answer.hint
    return answer.hint


# --- keys ---


@pytest.mark.parametrize("value", ["Token k", "token k", "TOKEN  k ", "Bearer k", "bearer k"])
def test_a_key_opens_its_world(client: Client, value: str) -> None:
    assert client.send("search/memory", BODY, headers={"authorization": value}).status == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "  "}])
def test_a_key_is_required(client: Client, headers: dict[str, str]) -> None:
    answer = client.send("search/memory", BODY, headers=headers)
    assert "Authorization" in refused(answer, 401, 40100)
    assert answer.json["message"] == "API Key authentication required"


def test_who_comes_without_a_key_and_to_no_operation_is_told_both(client: Client) -> None:
    reply = client.engine.handle(Call("GET", "/", {}, b""))
    assert dict(reply.headers)["x-mock-memos-hint"] == (
        "the header Authorization is absent; send 'Authorization: Token <key>'; "
        "the API is below /api/openmem/v1"
    )


@pytest.mark.parametrize("value", ["k", "Token", "Token ", "Basic k", "mpg-123456"])
def test_a_header_without_a_known_scheme_is_refused(client: Client, value: str) -> None:
    answer = client.send("search/memory", BODY, headers={"authorization": value})
    refused(answer, 401, 40132)
    assert answer.json["message"] == "Invalid or expired API Key"


def test_other_keys_are_refused_when_keys_are_given() -> None:
    client = Client(Engine(Settings(clock="manual"), keys=["one", "two"]))
    for key in ("one", "two"):
        assert Client(client.engine, key).send("search/memory", BODY).status == 200
    hint = refused(Client(client.engine, "three").send("search/memory", BODY), 401, 40132)
    assert "three" not in hint


def test_a_refused_key_opens_no_world() -> None:
    engine = Engine(Settings(clock="manual"), keys=["one"])
    Client(engine, "three").send("add/message", BODY)
    assert engine.unauthenticated.total == 1
    assert engine.pending() == 0


def test_the_key_is_never_in_the_journal(client: Client) -> None:
    client.key = "very-secret"
    client.told("I own a boat.")
    for answer in (client.send("no/such"), client.send("search/memory", BODY)):
        assert b"very-secret" not in answer.reply.body
        assert "very-secret" not in answer.hint
    assert "very-secret" not in str(list(client.world.journal))


def test_the_key_is_asked_for_before_anything_else(client: Client) -> None:
    for operation, body in [("no/such", {}), ("add/message", b"{broken"), ("add/message", {})]:
        refused(client.send(operation, body, headers={}), 401, 40100)


def test_the_path_is_looked_at_before_the_body(client: Client) -> None:
    refused(client.send("no/such", b"{broken"), 404, 40001)


# --- paths and methods ---


@pytest.mark.parametrize("base", [*PREFIXES, f"{PREFIXES[0]}/", f"{PREFIXES[1]}//"])
def test_every_base_path_is_served(client: Client, base: str) -> None:
    assert client.send("search/memory", BODY, base=base).status == 200


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("add/mesage", "did you mean 'add/message'?"),
        ("search/memories", "search/memory"),
        ("add/message/", "add/message"),
        ("chat/completions", ""),
        ("ping/", ""),
        ("", ""),
    ],
)
def test_an_unknown_path_is_answered_with_the_nearest(client: Client, path: str, hint: str) -> None:
    answer = client.send(path, {})
    assert hint in refused(answer, 404, 40001)
    assert answer.json["message"] == "Requested data not found"


@pytest.mark.parametrize("base", ["", "/api/openmem", "/api/openmem/v2", "/product"])
def test_a_path_outside_the_base_says_where_the_api_is(client: Client, base: str) -> None:
    assert PREFIXES[0] in refused(client.send("add/message", {}, base=base), 404, 40001)


@pytest.mark.parametrize("path", ["ping", "ping/"])
def test_pinging_is_not_found_with_a_valid_key(client: Client, path: str) -> None:
    refused(client.send(path, b"", method="GET"), 404, 40001)


@pytest.mark.parametrize("route", API, ids=lambda route: route.path)
def test_another_method_is_not_found(client: Client, route: Any) -> None:
    path = route.path.replace("{memory_id}", "m")
    wrong = "GET" if route.method == "POST" else "POST"
    for method in (wrong, "PUT", "DELETE", "PATCH"):
        answer = client.send(path, b"", method=method)
        assert route.method in refused(answer, 404, 40001)


def test_calls_that_reach_no_operation_are_journalled_as_unexpected(client: Client) -> None:
    client.send("no/such", {})
    client.send("search/memory", BODY)
    assert [one.unmatched for one in client.world.journal] == [True, False]


# --- bodies ---


@pytest.mark.parametrize(
    "body",
    [
        b"{broken",
        b"{'user_id': 'ana'}",
        b'{"user_id": "ana"} trailing',
        b'{"user_id": "ana",}',
        b'\xff{"user_id": "ana"}',
        b'{"user_id": "\xff"}',
        b'{"user_id": "\\ud800", "query": "x"}',
        b'{"user_id": "ana", "query": NaN}',
        b"[1]",
        b'"text"',
        b"7",
        b"null",
        b"true",
        b" ",
        b"user_id=ana&query=hotel",
        b'{"filter": ' + b"[" * 100_000,
        b'{"filter": ' + b'{"and":[' * 200 + b"]}" * 200 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    client.fails(40000, "search/memory", body)


@pytest.mark.parametrize(
    "route", [one for one in API if one.method == "POST"], ids=lambda route: route.path
)
def test_an_empty_body_is_an_empty_object(client: Client, route: Any) -> None:
    empty, bare = client.send(route.path, b""), client.send(route.path, {})
    assert (empty.status, empty.json, empty.hint) == (bare.status, bare.json, bare.hint)
    assert empty.json["code"] in (0, 40000, 40002)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_a_body_is_read_as_json_whatever_its_type(client: Client, kind: str) -> None:
    headers = {"authorization": "Token key", "content-type": kind}
    assert client.send("search/memory", BODY, headers=headers).status == 200


def test_the_order_of_checks(client: Client) -> None:
    """Types, then required fields, then lengths and ranges, then what is referred to."""
    long, wrong, missing = {"conversation_id": "c" * 101}, {"user_id": 7}, {"query": ""}
    unknown = {"knowledgebase_ids": ["zz"]}
    client.fails(40000, "search/memory", BODY | long | missing | unknown | wrong)
    client.fails(40002, "search/memory", BODY | long | missing | unknown)
    client.fails(40011, "search/memory", BODY | long | unknown)
    client.fails(50123, "search/memory", BODY | unknown)


@pytest.mark.parametrize("headers", [{"authorization": "Token key"}, {}])
def test_a_body_over_the_limit_is_refused_before_anything_else(headers: dict[str, str]) -> None:
    client = Client(max_body_bytes=40)
    body = json.dumps(BODY).encode()
    assert client.send("search/memory", body, headers=headers).status == (200 if headers else 401)
    answer = client.send("no/such", body + b" " * 30, headers=headers)
    assert "40" in refused(answer, 413, 40000)


def test_answers_are_compact_utf_8(client: Client) -> None:
    client.say("我住在里昂。", conversation_id="c1")
    reply = client.send("get/message", {"user_id": "ana", "conversation_id": "c1"}).reply
    assert "我住在里昂。".encode() in reply.body
    assert reply.body.startswith(b'{"code":0,"data":{')
    assert reply.body.endswith(b'},"message":"ok"}')
    assert reply.content_type == "application/json"


def test_a_hint_is_always_a_legal_header(client: Client) -> None:
    answer = client.send("search/memory", BODY | {"knowledgebase_ids": ["里昂\r\nX-Evil: 1\x00"]})
    assert answer.hint.isascii()
    assert answer.hint.isprintable()


@pytest.mark.parametrize("key", ["", " ", " key", "key\n"])
def test_a_key_that_no_header_could_carry_is_refused_at_once(key: str) -> None:
    with pytest.raises(UsageError, match="invalid API key"):
        Engine(keys=["good", key])
    with pytest.raises(UsageError, match="invalid API key"):
        Engine().create_world(key)


LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (LONG, BODY),
        ("add/mesage", {f"field{number}": 1 for number in range(3000)}),
        ("add/mesage", {LONG: 1}),
        ("search/memory", {LONG: 1}),
        ("search/memory", BODY | {LONG: 1}),
        ("search/memory", BODY | {"filter": {"and": [{"tags": {LONG: 1}}]}}),
        ("search/memory", BODY | {"knowledgebase_ids": [LONG]}),
        ("get/status", {"task_id": LONG}),
        ("delete/memory", {"memory_ids": [LONG]}),
    ],
)
def test_a_hint_is_short_enough_for_any_client_whatever_came(operation: str, body: object) -> None:
    client = Client(strict=True)
    answer = client.send(operation, body)
    assert answer.json["code"] != 0
    assert 20 < len(answer.hint) < 3000
    (noted,) = client.world.journal
    assert len(noted.hint) < 3000
