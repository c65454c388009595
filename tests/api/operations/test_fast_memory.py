"""The fast memory of a message until it is processed."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

HOTEL = "I booked the Harbour Inn."
USER = {"role": "user", "content": HOTEL}


def add(client: Client, *messages: Any, **fields: Any) -> Any:
    return client.ok("add/message", user_id="ana", messages=list(messages), **fields)


def test_completed_task_replaces_fast_memories(client: Client) -> None:
    client.add(HOTEL)
    [fast] = client.facts()
    client.advance(3)
    [fine] = client.facts()
    assert fine["id"] != fast["id"]
    assert fine["memory_value"] == "The user booked the Harbour Inn."
    client.fails(40307, "update/memory", memory_id=fast["id"], content="x")


def test_running_task_has_only_the_fast_memory(client: Client) -> None:
    client.add("I like quiet rooms. Last Tuesday I met Li in Paris.")
    listed = client.page()
    assert len(listed["memory_detail_list"]) == 1
    assert [listed[f"{kind}_detail_list"] for kind in ("preference", "event")] == [[], []]


def test_fast_delay_postpones_the_fast_memory() -> None:
    client = Client(fast_delay=1)
    client.add(HOTEL)
    assert client.facts() == []
    client.advance(1)
    assert [fact["tags"] for fact in client.facts()] == [["mode:fast"]]


def test_no_fast_memory_without_fact_view(client: Client) -> None:
    client.add("I like quiet rooms.", allow_memory_view=["preference"])
    assert client.facts() == []
    client.advance(3)
    listed = client.page()
    assert listed["memory_detail_list"] == []
    assert len(listed["preference_detail_list"]) == 1


def test_chat_time_is_copied_unchanged(client: Client) -> None:
    add(client, USER | {"chat_time": "gestern Abend"}, {"role": "assistant", "content": "Fine."})
    [fact] = client.facts()
    assert fact["memory_value"].startswith(f"user: [gestern Abend]: {HOTEL}\nassistant: [")


def test_assistant_without_content_shows_tool_calls(client: Client) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
    for content in ({}, {"content": None}, {"content": ""}):
        add(client, USER, {"role": "assistant", "tool_calls": [call]} | content)
    for fact in client.facts():
        assert "assistant: [" in fact["memory_value"]
        assert '[tool_calls]: [{"id":"1"' in fact["memory_value"]
