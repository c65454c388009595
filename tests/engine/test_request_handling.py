"""Bodies, limits, answers and hints of every operation."""

import json
from typing import Any

import pytest

from mock_memos.api.routes import API
from mock_memos.faults.rules import FaultRule
from tests.support.engine_client import Client, checked_error

pytestmark = pytest.mark.usefixtures("transport")

BODY = {"user_id": "ana", "query": "hotel"}
LONG = "x" * 100_000


@pytest.fixture
def client() -> Client:
    return Client()


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
def test_body_that_is_not_an_object_is_40000(client: Client, body: bytes) -> None:
    client.fails(40000, "search/memory", body)


@pytest.mark.parametrize(
    "route", [route for route in API if route.method == "POST"], ids=lambda route: route.path
)
def test_empty_body_is_an_empty_object(client: Client, route: Any) -> None:
    empty, bare = client.send(route.path, b""), client.send(route.path, {})
    assert (empty.status, empty.json, empty.hint) == (bare.status, bare.json, bare.hint)
    assert empty.json["code"] in (0, 40000, 40002)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_body_is_decoded_as_json_for_every_content_type(client: Client, kind: str) -> None:
    headers = {"authorization": "Token key", "content-type": kind}
    assert client.send("search/memory", BODY, headers=headers).status == 200


def test_checks_have_the_order_of_the_service(client: Client) -> None:
    """Types, then required fields, then lengths and ranges, then what is referred to."""
    long, wrong, missing = {"conversation_id": "c" * 101}, {"user_id": 7}, {"query": ""}
    unknown = {"knowledgebase_ids": ["zz"]}
    client.fails(40000, "search/memory", BODY | long | missing | unknown | wrong)
    client.fails(40002, "search/memory", BODY | long | missing | unknown)
    client.fails(40011, "search/memory", BODY | long | unknown)
    client.fails(50123, "search/memory", BODY | unknown)


@pytest.mark.parametrize("headers", [{"authorization": "Token key"}, {}])
def test_body_over_the_limit_is_413(headers: dict[str, str]) -> None:
    client = Client(max_body_bytes=40)
    body = json.dumps(BODY).encode()
    assert client.send("search/memory", body, headers=headers).status == (200 if headers else 401)
    answer = client.send("no/such", body + b" " * 30, headers=headers)
    assert "40" in checked_error(answer, 413, 40000)


def test_answers_are_compact_utf_8(client: Client) -> None:
    client.add("我住在里昂。", conversation_id="c1")
    reply = client.send("get/message", {"user_id": "ana", "conversation_id": "c1"}).reply
    assert "我住在里昂。".encode() in reply.body
    assert reply.body.startswith(b'{"code":0,"data":{')
    assert reply.body.endswith(b'},"message":"ok"}')
    assert reply.content_type == "application/json"


def test_hint_is_a_valid_header(client: Client) -> None:
    answer = client.send("search/memory", BODY | {"knowledgebase_ids": ["里昂\r\nX-Evil: 1\x00"]})
    assert answer.hint.isascii()
    assert answer.hint.isprintable()


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
def test_hint_has_a_maximum_length(operation: str, body: object) -> None:
    client = Client(strict=True)
    answer = client.send(operation, body)
    assert answer.json["code"] != 0
    assert 20 < len(answer.hint) < 3000
    (noted,) = client.world.journal
    assert len(noted.hint) < 3000


def test_refused_body_does_not_repeat_the_last_call() -> None:
    client = Client(max_body_bytes=100)
    client.world.faults.add(FaultRule(fault="latency", times=1), now=0)
    client.ok("add/message", user_id="ana", messages=[{"role": "user", "content": "Hi"}])
    client.send("search/memory", BODY | {"query": LONG})
    first, second = client.world.journal
    assert (first.fault, len(first.tasks_started)) == ("latency", 1)
    assert (second.status, second.fault, second.tasks_started) == (413, "", ())
