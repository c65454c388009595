"""The journal over the control API."""

import json
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")


def ask(client: Client, query: str = "", method: str = "GET", part: str = "journal") -> Any:
    from mock_memos.core.calls import Call

    headers = {"authorization": f"Token {client.key}"}
    reply = client.engine.handle(Call(method, f"/_mock/{part}", headers, b"", query))
    return json.loads(reply.body) if reply.content_type == "application/json" else reply.body


@pytest.fixture
def client() -> Client:
    client = Client()
    client.add("I own a boat.", info={"scene": "sea", "n": 2})
    client.add("I own a car.", "ben")
    client.send("search/memory", {"user_id": "ana", "query": "boat", "relativity": 7})
    client.send("no/such", {})
    return client


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("operation=add/message", [1, 2]),
        ("operation=add%2Fmessage&user_id=ben", [2]),
        ("text=BOAT", [1, 3]),
        ("fields.info.scene=sea", [1]),
        ("fields.info.n=2", [1]),
        ("fields.info.n=3", []),
        ("code=40012", [3]),
        ("unmatched=true", [4]),
        ("unmatched=false&after=1", [2, 3]),
        ("last=1", [4]),
        ("last=0", []),
        ("last=99", [1, 2, 3, 4]),
    ],
)
def test_query_string_selects_exchanges(client: Client, query: str, numbers: list[int]) -> None:
    result = ask(client, query)
    assert [exchange["number"] for exchange in result["exchanges"]] == numbers
    assert result["count"] == len(numbers)
    assert (result["total"], result["dropped"]) == (4, 0)


def test_journal_without_match_has_a_near_miss(client: Client) -> None:
    result = ask(client, "operation=search/memory&user_id=zoe")
    assert result["near_miss"] == {"number": 3, "differences": ["user_id is 'ana', not 'zoe'"]}


def test_invalid_query_is_rejected(client: Client) -> None:
    assert "did you mean 'add/message'" in ask(client, "operation=add/mesage")["error"]["message"]
    assert "did you mean 'user_id'" in ask(client, "user=ana")["error"]["message"]
    request = ask(client, "code=many&last=5&unmatched=yes")["error"]["message"]
    assert request == (
        "code: expected an integer, got the string 'many'; "
        "unmatched: expected true or false, got the string 'yes'"
    )


def test_count_is_null_after_a_drop() -> None:
    client = Client(journal_max_entries=1)
    client.add("One.")
    client.add("Two.")
    assert ask(client)["count"] is None


def test_delete_journal_keeps_total_and_digest(client: Client) -> None:
    before = ask(client)
    assert ask(client, method="DELETE") == {"total": 4, "digest": before["digest"]}
    assert ask(client)["exchanges"] == []


def test_journal_is_exported_as_curl_jsonl_and_har(client: Client) -> None:
    assert ask(client, part="journal/curl").count(b"curl -sS") == 4
    assert len(ask(client, "operation=add/*", part="journal/jsonl").splitlines()) == 2
    assert len(ask(client, part="journal/har")["log"]["entries"]) == 4
