"""Requests and expectations of public clients other than the official Python client."""

import json
from typing import Any

import pytest

from tests.support.raw_http import MESSAGES, RawClient


def test_number_texts_above_maximum_are_accepted(wire: RawClient, booked: str) -> None:
    body = {"user_id": "ana", "query": "Which inn did I book for May?"}
    for limit in ("9", 40, 100, "100000"):
        data = wire.post("search/memory", **body, memory_limit_number=limit, relativity="0.2")
        assert [memory["id"] for memory in data["memory_detail_list"]] == [booked]
    assert wire.post("get/memory", user_id="ana", size="500")["size"] == 50
    assert wire.error_code("search/memory", **body, include_preference="true") == 40000


def test_fields_of_other_clients_are_ignored(wire: RawClient, booked: str) -> None:
    body = {"user_id": "ana", "query": "Which inn did I book for May?", "agent_id": None}
    more = {
        "source": "mcp", "framework": "x", "metadata": {"a": 1}, "top_k": 3, "mode": "fast",
        "pref_top_k": 5, "app_id": "web", "agent_id": "bot",
    }  # fmt: skip
    assert wire.post("search/memory", **body) == wire.post("search/memory", **(body | more))
    assert wire.post("rerank", query="a", documents=["a"], user_id="ana", source="cli")
    assert wire.post("extract/memory", messages=MESSAGES, user_id="ana", conversation_id="c")


def test_agent_plugin_messages_are_accepted(wire: RawClient) -> None:
    called = {"name": "get_weather", "arguments": '{"city":"Lyon"}'}
    turn: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "What is the weather in Lyon?"}]},
        {
            "role": "assistant", "content": "", "message_id": "m1",
            "tool_calls": [{"id": "call_1", "type": "function", "function": called}],
        },
        {
            "role": "tool", "tool_call_id": "call_1", "name": "get_weather",
            "content": [{"type": "text", "text": "sunny"}],
        },
        {"role": "assistant", "tool_calls": [{"id": "c2", "type": "function", "function": called}]},
        {"role": "tool", "tool_call_id": "c2", "content": "sunny"},
        {"role": "assistant", "content": "It is sunny."},
    ]  # fmt: skip
    wire.post("add/message", user_id="ana", conversation_id="c1", messages=turn, info={"a": "b"})
    wire.memos.run_until_idle()
    messages = wire.post("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert {type(item["content"]) for item in messages} == {str}
    assert messages[0]["content"] == "What is the weather in Lyon?"
    tools = wire.post(
        "search/memory", user_id="ana", query="weather in Lyon", include_tool_memory=True
    )["tool_memory_detail_list"]
    assert tools
    assert {type(item["tool_value"]) for item in tools} == {str}


@pytest.mark.parametrize(("filter_", "count"), [
    ({"user": {"and": [{"agent_id": "bot"}]}}, 1),
    ({"user": {"and": [{"agent_id": "other"}]}}, 0),
    ({"agent_id": "bot"}, 1),
    ({"agent_id": "other"}, 0),
    ({"and": [{"agent_id": "bot"}, {"create_time": {"gte": "2025-01-01"}}]}, 1),
    ({}, 1),
    (None, 1),
])  # fmt: skip
def test_three_filter_forms_are_accepted(
    wire: RawClient, booked: str, filter_: Any, count: int
) -> None:
    body = {"user_id": "ana", "query": "Which inn did I book for May?", "relativity": 0.45}
    data = wire.post("search/memory", **body, filter=filter_)
    assert len(data["memory_detail_list"]) == count
    assert all(memory["relativity"] > 0.45 for memory in data["memory_detail_list"])


def test_mcp_server_calls_succeed(wire: RawClient) -> None:
    messages = [
        {"role": "user", "content": "我住在里昂。", "chat_time": "2026-06-01 10:00:00.123"},
        {"role": "assistant", "content": "好的", "chat_time": "2026-06-01 10:00:01.456"},
    ]
    wire.post(
        "add/message", user_id="ana", conversation_id="9e107d9d372bb6826bd81d3542a419d6",
        messages=messages, source="MCP", async_mode=False,
    )  # fmt: skip
    body = {"user_id": "ana", "query": "我住在哪里", "conversation_first_message": "x"}
    result = wire.post("search/memory", **body, memory_limit_number=9, relativity=0)
    ids = [memory["id"] for memory in result["memory_detail_list"]]
    assert ids
    assert wire.post("delete/memory", user_ids=["ana"], memory_ids=ids) == {"success": True}
    assert wire.error_code("delete/memory", user_id="ana", memory_ids=ids) == 40000
    base = wire.post("create/knowledgebase", knowledgebase_name="x")["id"]
    assert base.startswith("base")
    assert wire.post("search/memory", **body, knowledgebase_ids=["all"])


def test_command_line_client_shows_file_status(wire: RawClient) -> None:
    base = wire.post("create/knowledgebase", knowledgebase_name="x")["id"]
    file = {"content": "QQ==", "file_name": "a.txt", "mime_type": "text/plain"}
    body = json.dumps({"knowledgebase_id": base, "file": [file]}).encode()
    _, answer = wire.send("POST", "/add/knowledgebase-file", body)
    assert isinstance(answer["data"], list)
    (sent,) = answer["data"]
    assert [type(sent[name]) for name in ("id", "name", "status")] == [str, str, str]
    assert sent["name"] == "a.txt"
    wire.memos.run_until_idle()
    files = wire.post("get/knowledgebase-file", file_ids=[sent["id"]])["file_detail_list"]
    assert [item["status"] for item in files] == ["completed"]
    task = wire.post("add/message", user_id="ana", messages=MESSAGES)["task_id"]
    assert wire.post("get/status", task_id=task) == {"task_id": task, "status": "running"}


def test_javascript_bodies_are_accepted(wire: RawClient) -> None:
    body = (
        '{"user_id":"ana","conversation_id":"openwork:1","messages":[{"role":"user",'
        '"content":"I\\u2019m in \\ud83c\\udde8\\ud83c\\uddf3 \u2028 now \U0001f600"}],'
        '"metadata":{"n":1e3,"deep":[{"a":[null]}]},"async_mode":true,"top_k":5.0}'
    )
    assert wire.send("POST", "/add/message", body.encode())[0] == 200
    data = wire.post("get/message", user_id="ana", conversation_id="openwork:1")
    assert data["message_detail_list"][0]["content"] == "I’m in 🇨🇳 \u2028 now 😀"
