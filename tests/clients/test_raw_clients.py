"""Paths, headers, connections and errors of the live server, over raw HTTP."""

import json

import pytest

from tests.support.raw_http import MESSAGES, RawClient


@pytest.mark.parametrize("path", ["/add/message", "//add/message", "///add/message"])
def test_repeated_slashes_are_collapsed(wire: RawClient, path: str) -> None:
    body = json.dumps({"user_id": "ana", "messages": MESSAGES}).encode()
    assert wire.send("POST", path, body)[0] == 200


@pytest.mark.parametrize("base", ["/api/openmem/v1", "/platform/api/openmem/v1"])
def test_both_base_paths_are_served(wire: RawClient, base: str) -> None:
    wire.base = base
    assert wire.post("get/message", user_id="ana", conversation_id="c1")


@pytest.mark.parametrize("path", ["/ping", "/ping/", "//ping/", "/chat/completions"])
def test_ping_with_and_without_key_is_refused(wire: RawClient, path: str) -> None:
    status, answer = wire.send("GET", path, Content_Type="application/json")
    assert (status, answer["code"]) == (404, 40001)
    assert wire.send("GET", path, key="")[0] == 401


def test_get_accepts_content_type(wire: RawClient, booked: str) -> None:
    status, answer = wire.send("GET", f"/get/memory/{booked}", Content_Type="application/json")
    assert (status, answer["data"]["id"]) == (200, booked)
    memory, sources = answer["data"]["memory"], answer["data"]["metadata"]["sources"]
    assert memory == answer["data"]["content"]
    assert [source["role"] for source in sources] == ["user"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Token {}", 200), ("Bearer {}", 200), ("token {}", 200), ("BEARER {}", 200),
        ("{}", 401), ("Basic {}", 401), ("Token ", 401), ("", 401),
    ],
)  # fmt: skip
def test_authorization_accepts_token_and_bearer(wire: RawClient, header: str, status: int) -> None:
    body = b'{"user_id":"ana","conversation_id":"c1"}'
    actual, answer = wire.send("POST", "/get/message", body, header.format(wire.memos.api_key))
    assert actual == status
    assert answer["code"] == (0 if status == 200 else 40132 if header else 40100)


def test_connection_is_reused_after_errors(wire: RawClient) -> None:
    wire.post("get/message", user_id="ana", conversation_id="c1")
    socket = wire.connection.sock
    for operation in ("get/status", "nowhere", "get/memory"):
        wire.error_code(operation)
    wire.send("GET", "/ping")
    wire.send("POST", "/add/message", b"{")
    wire.post("get/message", user_id="ana", conversation_id="c1")
    assert wire.connection.sock is socket


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
def test_json_is_decoded_with_any_content_type(wire: RawClient, kind: str) -> None:
    body = json.dumps({"user_id": "ana", "messages": MESSAGES}, ensure_ascii=False).encode()
    headers = {"X_Source": "cli", "X_Framework": "agent"}
    assert wire.send("POST", "/add/message", body, Content_Type=kind, **headers)[0] == 200


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), [
    ("POST", "/search/memory", b'{"user_id":"ana","query":""}', 400, 40002),
    ("POST", "/add/message", b'{"user_id":"ana","messages":"hello"}', 400, 40000),
    ("POST", "/add/message", b'{"user_id":"ana","messages":[]}', 400, 40002),
    ("POST", "/get/message", b'{"user_id":7,"conversation_id":"c1"}', 400, 40000),
    ("POST", "/add/message", b"not json", 400, 40000),
    ("POST", "/add/message", b"[]", 400, 40000),
    ("POST", "/add/message", b"\xff\xfe", 400, 40000),
    ("POST", "/add/message", b"", 400, 40002),
    ("POST", "/add/message/", b"{}", 404, 40001),
    ("POST", "/unknown", b"{}", 404, 40001),
    ("GET", "/add/message", b"", 404, 40001),
    ("PUT", "/add/message", b"{}", 404, 40001),
    ("DELETE", "/get/memory/x", b"", 404, 40001),
    ("GET", "/get/memory/x", b"", 400, 40001),
    ("POST", "/get/status", b'{"task_id":"x"}', 500, 50131),
])  # fmt: skip
def test_errors_use_the_envelope(
    wire: RawClient, method: str, path: str, body: bytes, status: int, code: int
) -> None:
    actual, answer = wire.send(method, path, body)
    assert list(answer) == ["code", "data", "message"]
    assert (actual, answer["code"], answer["data"]) == (status, code, None)
    assert isinstance(answer["message"], str)


def test_unknown_path_uses_the_envelope(wire: RawClient) -> None:
    wire.base = ""
    for path in ("/", "/favicon.ico", "/api/openmem/v1", "/api/openmem/v2/add/message"):
        status, answer = wire.send("GET", path)
        assert (status, answer["code"]) == (404, 40001)
