"""The fast memory of a message until it is processed."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

HOTEL = "I booked the Harbour Inn."
USER = {"role": "user", "content": HOTEL}


def add(client: Client, *messages: Any, **fields: Any) -> Any:
    return client.ok("add/message", user_id="ana", messages=list(messages), **fields)


def test_fast_memory_has_the_raw_messages() -> None:
    client = Client(start_time="2025-12-10T09:44:35.901Z")
    messages = [
        {"role": "user", "content": "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？"},
        {"role": "assistant", "content": "您可以考虑【七天、全季、希尔顿】等等"},
        {"role": "user", "content": "我选七天"},
        {"role": "assistant", "content": "好的，有其他问题再问我。"},
    ]
    add(client, *messages, conversation_id="0610", tags=["旅游"])
    [fact] = client.facts()
    at = "[09:44 AM on 10 December, 2025 UTC]: "
    assert fact["memory_value"] == (
        f"user: {at}我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？\n"
        f"assistant: {at}您可以考虑【七天、全季、希尔顿】等等\n"
        f"user: {at}我选七天\n"
        f"assistant: {at}好的，有其他问题再问我。\n"
    )
    assert fact["memory_key"] == f"user: {at}我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选"
    assert fact["memory_type"] == "WorkingMemory"
    assert fact["tags"] == ["mode:fast"]
    assert fact["confidence"] == 0.99
    assert fact["status"] == "activated"
    assert fact["conversation_id"] == "0610"
    assert fact["create_time"] == 1765359875901
    assert fact["update_time"] == 1765359875902


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hi! I like tea.", "user: [09:44 AM on 10 December, 2025 UTC]: Hi"),
        (
            "I keep a spare key under the blue flower pot by the door. Ask me later!",
            "user: [09:44 AM on 10 December, 2025 UTC]: I keep a spare key under the blue flo",
        ),
    ],
)
def test_fast_memory_key_ends_with_first_sentence(text: str, key: str) -> None:
    client = Client(start_time="2025-12-10T09:44:35.901Z")
    client.add(text)
    assert client.facts()[0]["memory_key"] == key


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


def test_role_name_is_shown_with_the_role(client: Client) -> None:
    add(client, USER | {"role_id": "r1", "role_name": "Li"})
    assert client.facts()[0]["memory_value"].startswith("user(Li): [")


def test_fast_memory_excludes_system_messages(client: Client) -> None:
    add(client, {"role": "system", "content": "Be brief."}, USER)
    assert "Be brief" not in client.facts()[0]["memory_value"]


def test_system_messages_alone_have_no_fast_memory(client: Client) -> None:
    add(client, {"role": "system", "content": "Be brief."})
    assert client.facts() == []


def test_assistant_without_content_shows_tool_calls(client: Client) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
    for content in ({}, {"content": None}, {"content": ""}):
        add(client, USER, {"role": "assistant", "tool_calls": [call]} | content)
    for fact in client.facts():
        assert "assistant: [" in fact["memory_value"]
        assert '[tool_calls]: [{"id":"1"' in fact["memory_value"]
