"""Every setting of the API with all its values, and strict mode."""

import json
from typing import Any

import pytest

from mock_memos.core.service_errors import ERRORS
from tests.core.test_settings import ALTERNATIVES
from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

TALK = "I booked the Harbour Inn. I like quiet rooms. Last Tuesday I met Li in Paris."


def both(**settings: Any) -> tuple[Client, Client]:
    """Returns a client with the default and one with another value."""
    return Client(), Client(**settings)


# --- http_status ---


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("search/memory", {}, 40002),
        ("search/memory", b"{broken", 40000),
        ("delete/memory", {"user_id": "nobody"}, 40308),
        ("get/status", {"task_id": "none"}, 50131),
        ("no/such", {}, 40001),
    ],
)
def test_http_status_always_200_applies_to_errors(operation: str, body: Any, code: int) -> None:
    by_code, always = both(http_status="always-200")
    first, second = by_code.send(operation, body), always.send(operation, body)
    assert first.status == (404 if operation == "no/such" else ERRORS[code].status)
    assert second.status == 200
    assert first.json == second.json
    assert first.json["code"] == code
    assert first.hint == second.hint


def test_http_status_applies_to_missing_key_and_large_body() -> None:
    client = Client(http_status="always-200", max_body_bytes=10)
    assert client.send("search/memory", {}, headers={}).status == 200
    answer = client.send("search/memory", b"{}" + b" " * 10)
    assert (answer.status, answer.json["code"]) == (200, 40000)


# --- shapes ---


def test_status_format_list_returns_a_list() -> None:
    client = Client(status_format="list")
    task_id = client.add(TALK)["task_id"]
    assert client.send("get/status", {"task_id": task_id}).json["data"] == [{"status": "running"}]
    client.advance(3)
    assert client.send("get/status", {"task_id": task_id}).json["data"] == [{"status": "completed"}]


def test_rerank_format_is_envelope_bare_or_both() -> None:
    body = {"query": "chess", "documents": ["chess", "rain"]}
    in_both, enveloped, bare = (
        Client(rerank_format=shape).send("rerank", body).json
        for shape in ALTERNATIVES["rerank_format"]
    )
    assert enveloped == {"code": 0, "data": bare, "message": "ok"}
    assert in_both == enveloped | bare
    assert list(bare) == ["id", "model", "usage", "results"]


def test_rerank_error_has_an_envelope_in_every_format() -> None:
    for shape in ALTERNATIVES["rerank_format"]:
        Client(rerank_format=shape).fails(40002, "rerank", query="chess")


def test_memory_detail_may_have_documented_fields_only() -> None:
    results = []
    for client in both(memory_detail_fields="documented"):
        client.add_sync(TALK)
        results.append(client.get_memory(client.facts()[0]["id"]))
    assert set(results[0]) - set(results[1]) == {"memory", "metadata"}
    assert {name: results[0][name] for name in results[1]} == results[1]


@pytest.mark.parametrize(
    ("fields", "lists"),
    [
        ({}, {"memory", "preference"}),
        ({"include_preference": False}, {"memory"}),
        ({"include_tool_memory": True, "include_skill": True},
         {"memory", "preference", "tool_memory", "skill"}),
        ({"include_memory_view": ["event", "profile"]}, {"event", "profile"}),
    ],
)  # fmt: skip
def test_search_may_return_only_requested_lists(fields: dict[str, Any], lists: set[str]) -> None:
    everything, requested = both(include_empty_lists="requested")
    result = requested.ok("search/memory", user_id="ana", query="x", **fields)
    assert set(result) == {f"{view}_detail_list" for view in lists} | {"preference_note"}
    assert len(everything.ok("search/memory", user_id="ana", query="x", **fields)) == 7


def test_get_memory_may_return_only_requested_lists() -> None:
    everything, requested = both(include_empty_lists="requested")
    body = {"user_id": "ana", "include_memory_view": ["skill"]}
    assert set(requested.ok("get/memory", **body)) == {
        "skill_detail_list", "total", "size", "current", "pages",
    }  # fmt: skip
    assert len(everything.ok("get/memory", **body)) == 10
    assert len(requested.ok("get/memory", user_id="ana")) == 10


def test_tool_schema_may_be_an_object() -> None:
    schema = {"name": "rain", "parameters": {"type": "object"}}
    message = {"role": "system", "content": f"<tool_schema>{json.dumps([schema])}</tool_schema>"}
    tools = []
    for client in both(tool_schema_format="object"):
        client.ok("add/message", user_id="ana", messages=[message], async_mode=False)
        tools += client.page()["tool_memory_detail_list"]
    text, whole = tools
    assert text["tool_type"] == "ToolSchema"
    assert json.loads(text["tool_value"]) == schema
    assert whole["tool_type"] == "ToolSchemaMemory"
    assert whole["tool_value"] == schema


def test_stream_may_end_with_done_marker() -> None:
    body = {"user_id": "ana", "conversation_id": "c", "query": "x", "stream": True}
    plain, marked = (client.send("chat", body).reply.body for client in both(sse_done_marker=True))
    assert marked == plain + b"data: [DONE]\n\n"


# --- times ---


def test_memory_times_may_be_iso_texts() -> None:
    numbers, texts = both(memory_time_format="iso")
    for client in (numbers, texts):
        client.add_sync(TALK)
    for name in ("memory", "preference", "event"):
        [number, *_] = numbers.page()[f"{name}_detail_list"]
        [text, *_] = texts.page()[f"{name}_detail_list"]
        for time in ("create_time", "update_time"):
            assert number[time] == 1765357200000
            assert text[time] == "2025-12-10T09:00:00.000Z"
    query = {"user_id": "ana", "query": "Harbour"}
    [hit] = texts.ok("search/memory", **query)["memory_detail_list"]
    assert hit["create_time"] == "2025-12-10T09:00:00.000Z"


def test_message_times_may_be_millisecond_texts() -> None:
    times = []
    for client in both(message_time_format="ms"):
        client.add("Hi", conversation_id="c")
        listed = client.ok("get/message", user_id="ana", conversation_id="c")
        times.append(listed["message_detail_list"][0]["create_time"])
    assert times == ["2025-12-10T09:00:00.000Z", "1765357200000"]


def test_time_zone_applies_to_chat_time_and_filters() -> None:
    utc, beijing = both(time_zone="Asia/Shanghai")
    for client in (utc, beijing):
        client.add("Hi")
    assert utc.facts()[0]["memory_value"] == "user: [09:00 AM on 10 December, 2025 UTC]: Hi\n"
    assert beijing.facts()[0]["memory_value"] == "user: [05:00 PM on 10 December, 2025 CST]: Hi\n"
    noon = {"and": [{"create_time": {"lt": "2025-12-10 12:00:00"}}]}
    assert len(utc.facts(filter=noon)) == 1
    assert beijing.facts(filter=noon) == []


# --- multiple_delete_selectors ---


def test_memory_ids_may_win_over_other_selectors() -> None:
    client = Client(multiple_delete_selectors="ids-win")
    client.add_sync("I own a boat. I own a car.")
    deleted, other = client.facts()
    client.ok("delete/memory", memory_ids=[deleted["id"]], user_id="ana", agent_id="bot")
    assert [fact["id"] for fact in client.facts()] == [other["id"]]
    client.fails(40000, "delete/memory", user_id="ana", agent_id="bot")
    client.fails(40307, "delete/memory", memory_ids=["none"], user_id="ana")


# --- agent_memory ---

MESSAGES = [{"role": "user", "content": "I own a boat."}]


def agents_facts(client: Client) -> int:
    return len(client.ok("get/memory", agent_id="bot")["memory_detail_list"])


def test_agent_alone_owns_memories_on_demand() -> None:
    client = Client()
    client.add_sync("I own a car.", agent_id="bot")
    assert agents_facts(client) == 0
    client.ok("add/message", agent_id="bot", messages=MESSAGES, async_mode=False)
    assert agents_facts(client) == 1
    assert len(client.facts()) == 1
    result = client.ok("search/memory", agent_id="bot", query="boat")
    assert len(result["memory_detail_list"]) == 1


def test_user_and_agent_may_both_own_memories() -> None:
    client = Client(agent_memory="on")
    client.add_sync("I own a boat.", agent_id="bot")
    assert agents_facts(client) == len(client.facts()) == 1
    client.ok("delete/memory", agent_id="bot")
    assert agents_facts(client) == 0
    assert len(client.facts()) == 1


def test_agent_alone_may_be_rejected() -> None:
    client = Client(agent_memory="off")
    template = client.ok("add/profile_template", name="x", metadata={"a": {"value": "b"}})
    for operation, fields in [
        ("add/message", {"messages": MESSAGES}),
        ("search/memory", {"query": "boat"}),
        ("get/memory", {}),
        ("edit/profile", template | {"remove_fields": ["a"]}),
        ("delete/profile", template),
    ]:
        assert "agent_memory" in client.fails(40002, operation, fields | {"agent_id": "bot"})
    binding = template | {"agent_id": "bot"}
    client.fails(40002, "bind/profile_template", bind_list=[binding])
    client.add_sync("I own a boat.", agent_id="bot")
    assert len(client.facts(filter={"and": [{"agent_id": "bot"}]})) == 1


# --- strict ---

ANA = {"user_id": "ana"}
ONE_VIEW = {"include_memory_view": ["detail_factual"]}


@pytest.mark.parametrize(
    ("operation", "fields", "hint"),
    [
        ("add/message", ANA | {"messages": MESSAGES, "async_mod": True}, "'async_mode'"),
        ("add/message", ANA | {"messages": MESSAGES, "asyncMode": True}, "async_mode"),
        ("add/message", ANA | {"messages": [MESSAGES[0] | {"name": "x"}]}, "messages[0].name"),
        ("search/memory", ANA | {"query": "x", "top_k": 3}, "top_k"),
        ("search/memory", ANA | {"query": "x", "agent_id": "bot"}, "agent_id"),
        ("search/memory", ANA | {"query": "x", "memory_limit_number": 26}, "25"),
        ("search/memory", ANA | {"query": "x", "filter": {"app_id": "web"}}, "filter"),
        ("search/memory", ANA | {"query": "x", "memory_limit_number": "9"}, "integer"),
        ("search/memory", ANA | {"query": "x", **ONE_VIEW, "include_skill": True}, "include_skill"),
        (
            "search/memory",
            ANA | {"query": "x", **ONE_VIEW, "preference_limit_number": 3},
            "preference_limit_number is 3, which has no effect together with include_memory_view",
        ),
        ("get/memory", ANA | ONE_VIEW | {"include_preference": False}, "include_preference"),
        ("add/message", ANA | {"messages": [MESSAGES[0] | {"role_name": "Ana"}]}, "role_id"),
        ("get/memory", ANA | {"agent_id": "bot"}, "agent_id"),
        ("get/memory", ANA | {"size": 51}, "50"),
        ("get/memory", ANA | {"current": 1}, "page"),
        ("get/message", ANA | {"conversation_id": "c", "message_limit_number": 51}, "50"),
        ("list/profile_template", {"size": 101}, "100"),
        ("get/knowledgebase-file", {"file_ids": ["f"], "page": 1}, "page"),
    ],
)
def test_strict_mode_rejects_fields_without_effect(
    operation: str, fields: dict[str, Any], hint: str
) -> None:
    lenient, strict = both(strict=True)
    assert lenient.send(operation, fields).json["code"] in (0, 40001)
    assert hint in strict.fails(40000, operation, fields)


def test_strict_mode_rejects_sync_call_with_image() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    messages = [{"role": "user", "content": [picture]}]
    hint = Client(strict=True).fails(
        40000, "add/message", ANA | {"messages": messages, "async_mode": False}
    )
    assert hint == "async_mode is false, which has no effect with an image or a file"


def test_strict_mode_rejects_user_ids_with_selector() -> None:
    body = {"user_ids": ["ana"], "memory_ids": ["m"]}
    assert "user_ids" in Client(strict=True).fails(40000, "delete/memory", body)


def test_strict_mode_accepts_fields_of_official_clients() -> None:
    by_itself = {
        "include_preference": True, "preference_limit_number": 6, "include_tool_memory": False,
        "tool_memory_limit_number": 6, "include_skill": False, "skill_limit_number": 6,
    }  # fmt: skip
    Client(strict=True).ok("search/memory", **ANA, query="x", **ONE_VIEW, **by_itself)


def test_strict_mode_requires_conversation_for_feedback() -> None:
    strict = Client(strict=True)
    body = ANA | {"feedback_content": "No."}
    assert "conversation_id" in strict.fails(40002, "add/feedback", body)
    strict.ok("add/feedback", **body, conversation_id="c")


def test_strict_mode_rejects_bearer() -> None:
    strict = Client(strict=True)
    headers = {"authorization": "Bearer key"}
    answer = strict.send("list/profile_template", {}, headers=headers)
    assert (answer.status, answer.json["code"]) == (401, 40132)


def test_strict_mode_accepts_null_as_absent() -> None:
    Client(strict=True).add_sync("I own a boat.", agent_id=None, info=None, asyncMode=None)


def test_strict_mode_accepts_documented_requests() -> None:
    client = Client(strict=True)
    client.add_sync(
        TALK, conversation_id="c1", app_id="web", agent_id="bot", tags=["hotel"],
        info={"scene": "x"}, allow_public=True, allow_memory_view=["detail_factual"],
        allow_knowledgebase_ids=[], custom_extract_prompt={"image": "x"},
    )  # fmt: skip
    result = client.search(
        "Harbour", conversation_id="c1", knowledgebase_ids=[], relativity=0.4,
        include_memory_view=["detail_factual"], memory_limit_number=25,
        filter={"and": [{"app_id": "web"}, {"tags": {"contains": "inn"}}]},
    )  # fmt: skip
    assert len(result) == 1


# --- search_matches_everything ---


def test_search_may_match_every_memory() -> None:
    client = Client(search_matches_everything=True)
    client.add_sync(TALK)
    client.add_sync("I own a boat.", user_id="bo")
    assert len(client.search("elephants")) == len(client.facts())
