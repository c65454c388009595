"""add/message and get/status."""

import re
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOTEL = "I booked the Harbour Inn."
USER = {"role": "user", "content": HOTEL}
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def add(client: Client, *messages: Any, **fields: Any) -> Any:
    return client.ok("add/message", messages=list(messages), **{"user_id": "ana"} | fields)


# --- tasks ---


def test_add_message_returns_a_running_task(client: Client) -> None:
    started = client.add(HOTEL)
    assert list(started) == ["success", "task_id", "status"]
    assert started["success"] is True
    assert started["status"] == "running"
    assert UUID.fullmatch(started["task_id"])


def test_task_runs_until_its_delay_has_passed(client: Client) -> None:
    task_id = client.add(HOTEL)["task_id"]
    client.advance(2.999)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "running"}
    client.advance(0.001)
    assert client.status(task_id) == "completed"


def test_completed_task_counts_created_memories(client: Client) -> None:
    task_id = client.add(f"{HOTEL} I like quiet rooms.")["task_id"]
    client.advance(3)
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    listed = client.page()
    facts = [item["id"] for item in listed["memory_detail_list"]]
    likes = [item["id"] for item in listed["preference_detail_list"]]
    assert views == {
        "added": 2,
        "updated": 0,
        "deleted": 0,
        "detail_factual": {"memory_ids": facts},
        "preference": {"memory_ids": likes},
    }


def test_repeated_statement_updates_the_same_memory(client: Client) -> None:
    client.add_sync(HOTEL)
    [before] = client.facts()
    client.advance(60)
    task_id = client.add(HOTEL)["task_id"]
    client.advance(3)
    [after] = client.facts()
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert (views["added"], views["updated"], views["deleted"]) == (0, 1, 0)
    assert after["id"] == before["id"]
    assert after["create_time"] == before["create_time"]
    assert after["update_time"] > before["update_time"]


def test_contradiction_replaces_text_under_same_id(client: Client) -> None:
    client.add_sync("I live in Lyon.")
    [before] = client.facts()
    client.add_sync("I live in Paris.")
    [after] = client.facts()
    assert after["id"] == before["id"]
    assert "Paris" in after["memory_value"]
    assert client.search("Lyon") == []


def test_message_without_facts_has_no_memory_views(client: Client) -> None:
    task_id = client.add("Hi!")["task_id"]
    assert len(client.facts()) == 1
    client.advance(3)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "completed"}
    assert client.facts() == []


def test_synchronous_call_returns_completed(client: Client) -> None:
    started = client.add(HOTEL, async_mode=False)
    assert started["status"] == "completed"
    status = client.ok("get/status", task_id=started["task_id"])
    assert status["status"] == "completed"
    assert status["memory_views"]["added"] == 1
    [fact] = client.facts()
    assert "mode:fast" not in fact["tags"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "running"),
        ({"async_mode": None}, "running"),
        ({"asyncMode": False}, "completed"),
        ({"asyncMode": False, "async_mode": True}, "running"),
        ({"asyncMode": True, "async_mode": False}, "completed"),
        ({"asyncMode": False, "async_mode": None}, "completed"),
    ],
)
def test_async_mode_takes_precedence_over_alias(
    client: Client, fields: dict[str, Any], status: str
) -> None:
    assert client.add(HOTEL, **fields)["status"] == status


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "file", "file": {"file_data": "https://files.test/rules.pdf"}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
    ],
)
def test_attachment_makes_a_call_asynchronous(client: Client, part: dict[str, Any]) -> None:
    content = [{"type": "text", "text": "See this."}, part]
    started = add(client, {"role": "user", "content": content}, async_mode=False)
    assert started["status"] == "running"
    client.advance(29.999)
    assert client.status(started["task_id"]) == "running"
    client.advance(0.001)
    assert client.status(started["task_id"]) == "completed"
    assert len(client.facts()) == 1


def test_attachment_fact_has_name_but_no_content(client: Client) -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": "https://pictures.test/a/inn.png?w=1"}},
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
    ]
    add(client, {"role": "user", "content": parts})
    client.advance(30)
    facts = client.facts()
    text = " ".join(fact["memory_key"] + " " + fact["memory_value"] for fact in facts)
    assert "inn.png" in text
    assert "https" not in text
    assert "base64" not in text
    assert "IyBS" not in text


def test_text_parts_may_be_synchronous(client: Client) -> None:
    content = [{"type": "text", "text": HOTEL}, {"type": "text", "text": "It is fine."}]
    started = add(client, {"role": "user", "content": content}, async_mode=False)
    assert started["status"] == "completed"


def test_too_many_attachments_fail_the_task(client: Client) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}}
    task_id = add(client, {"role": "user", "content": [image] * 21})["task_id"]
    client.advance(30)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "failed"}


def test_poll_loop_sees_running_and_ends() -> None:
    client = Client(clock="step")
    task_id = client.add(HOTEL)["task_id"]
    values: list[str] = []
    while not values or values[-1] == "running":
        values.append(client.status(task_id))
    assert values == ["running", "running", "completed"]


# --- what a call says of its memories ---


def test_info_and_matching_tags_are_in_memories(client: Client) -> None:
    client.add_sync(HOTEL, tags=["Harbour", "zebra"], info={"scene": "billing", "n": 3, "l": ["a"]})
    [fact] = client.facts()
    assert "Harbour" in fact["tags"]
    assert "zebra" not in fact["tags"]
    assert fact["info"] == {"scene": "billing", "n": 3, "l": ["a"]}


def test_missing_conversation_id_is_generated(client: Client) -> None:
    client.add_sync(HOTEL)
    client.add_sync("I live in Lyon.", conversation_id=None)
    first, second = (fact["conversation_id"] for fact in client.facts())
    assert UUID.fullmatch(first)
    assert UUID.fullmatch(second)
    assert first != second


def test_every_user_of_a_list_gets_a_copy(client: Client) -> None:
    client.add_sync(HOTEL, user_id=["ana", "bo", "ana"])
    [ana], [bo] = client.facts("ana"), client.facts("bo")
    assert ana["memory_value"] == bo["memory_value"]
    assert ana["id"] != bo["id"]


def test_older_and_unknown_fields_are_ignored(client: Client) -> None:
    client.add_sync(
        HOTEL,
        source="app",
        framework="any",
        metadata={"a": 1},
        mode="fast",
        custom_extract_prompt={"detail_factual": "Only hotels."},
        app_id=None,
    )
    assert len(client.facts()) == 1


def test_tool_messages_become_tool_memories(client: Client) -> None:
    schema = '<tool_schema>[{"name":"rain","parameters":{}}]</tool_schema>'
    call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
    add(
        client,
        {"role": "system", "content": schema},
        {"role": "user", "content": "Will it rain?"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "no"}]},
        async_mode=False,
    )
    tools = {tool["tool_type"]: tool for tool in client.page()["tool_memory_detail_list"]}
    assert set(tools) == {"ToolTrajectoryMemory", "ToolSchema"}
    assert tools["ToolTrajectoryMemory"]["tool_used_status"][0]["used_tool"] == "rain"
    assert "experience" not in tools["ToolSchema"]
    assert "tool_used_status" not in tools["ToolSchema"]


def test_five_tool_rounds_become_a_skill(client: Client) -> None:
    messages: list[dict[str, Any]] = []
    for number in range(5):
        call = {"id": f"{number}", "type": "function"}
        call["function"] = {"name": f"step_{number}", "arguments": "{}"}  # type: ignore[assignment]
        messages += [
            {"role": "user", "content": f"Do step {number}, please."},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"{number}", "content": "done"},
        ]
    add(client, *messages, async_mode=False)
    [skill] = client.page()["skill_detail_list"]
    assert isinstance(skill["skill_value"]["procedure"], str)
    assert client.ok("search/memory", user_id="ana", query="step", include_skill=True)[
        "skill_detail_list"
    ]


# --- refusals ---


@pytest.mark.parametrize(
    ("code", "fields", "hint"),
    [
        (40002, {"user_id": None}, "user_id"),
        (40002, {"user_id": ""}, "user_id"),
        (40002, {"user_id": []}, "user_id"),
        (40002, {"user_id": [""]}, "user_id"),
        (40002, {"messages": None}, "messages"),
        (40002, {"messages": []}, "messages"),
        (40002, {"messages": [{"role": "user"}]}, "messages[0].content"),
        (40002, {"messages": [USER, {"role": "user", "content": ""}]}, "messages[1].content"),
        (40002, {"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
        (40002, {"messages": [{"content": "hi"}]}, "messages[0].role"),
        (40002, {"messages": [{"role": "assistant"}]}, "messages[0].content"),
        (40002, {"messages": [{"role": "tool", "content": None}]}, "messages[0].content"),
        (40000, {"messages": "hi"}, "messages"),
        (40000, {"messages": ["hi"]}, "messages[0]"),
        (40000, {"messages": [USER | {"content": 7}]}, "messages[0].content"),
        (40000, {"messages": [USER | {"role": "robot"}]}, "robot"),
        (40000, {"user_id": 7}, "user_id"),
        (40000, {"user_id": ["ana", 7]}, "user_id"),
        (40000, {"user_id": [f"u{n}" for n in range(21)]}, "user_id"),
        (40000, {"agent_id": [f"u{n}" for n in range(21)]}, "agent_id"),
        (40000, {"async_mode": "true"}, "async_mode"),
        (40000, {"async_mode": 1}, "async_mode"),
        (40000, {"allow_memory_view": ["facts"]}, "facts"),
        (40000, {"allow_memory_view": "preference"}, "allow_memory_view"),
        (40000, {"tags": "hotel"}, "tags"),
        (40000, {"tags": [1]}, "tags[0]"),
        (40000, {"info": {"a": {"b": 1}}}, "info"),
        (40000, {"info": {"a": True}}, "info"),
        (40000, {"info": ["a"]}, "info"),
        (40010, {"user_id": "u" * 101}, "user_id"),
        (40010, {"user_id": ["ana", "u" * 101]}, "user_id"),
        (40011, {"conversation_id": "c" * 101}, "conversation_id"),
        (50123, {"allow_knowledgebase_ids": ["base-none"]}, "base-none"),
    ],
)
def test_invalid_message_names_the_field(
    client: Client, code: int, fields: dict[str, Any], hint: str
) -> None:
    text = client.fails(code, "add/message", {"user_id": "ana", "messages": [USER]} | fields)
    assert hint in text


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (40006, {"type": "video_url", "video_url": {"url": "https://a.test/v"}}),
        (40002, {"type": "text"}),
        (40002, {"type": "text", "text": ""}),
        (40002, {"type": "image_url"}),
        (40002, {"type": "image_url", "image_url": {"url": ""}}),
        (40002, {"type": "file", "file": {}}),
        (40000, {"type": "image_url", "image_url": {"url": "ftp://a.test/a.png"}}),
        (40008, {"type": "file", "file": {"file_data": "!!!!"}}),
        (40009, {"type": "file", "file": {"file_data": "abc"}}),
        (40009, {"type": "image_url", "image_url": {"url": "data:image/png,abcd"}}),
        (40008, {"type": "image_url", "image_url": {"url": "data:image/png;base64,*"}}),
    ],
)
def test_invalid_part_returns_its_code(client: Client, code: int, part: dict[str, Any]) -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "See"}, part]}]
    hint = client.fails(code, "add/message", user_id="ana", messages=messages)
    assert "messages[0].content[1]" in hint


def test_ids_of_100_characters_are_accepted(client: Client) -> None:
    client.add_sync(HOTEL, user_id="ü" * 100, conversation_id="会" * 100)
    assert len(client.facts("ü" * 100)) == 1


@pytest.mark.parametrize("body", [{}, {"task_id": None}, {"task_id": ""}])
def test_get_status_without_task_id_returns_40002(client: Client, body: dict[str, Any]) -> None:
    assert "task_id" in client.fails(40002, "get/status", body)


def test_unknown_task_returns_50131(client: Client) -> None:
    client.add(HOTEL)
    client.fails(50131, "get/status", task_id="6f0c")
    client.fails(40000, "get/status", task_id=7)
