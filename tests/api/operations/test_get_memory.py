"""get/memory and get/memory/{memory_id}."""

import re
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

LISTS = [
    f"{view}_detail_list"
    for view in ("memory", "preference", "profile", "event", "tool_memory", "skill")
]
TALK = "I booked the Harbour Inn. I like quiet rooms. Last Tuesday I met Li in Paris."


def page(client: Client, **fields: Any) -> Any:
    return client.ok("get/memory", **{"user_id": "ana"} | fields)


def boats(client: Client, count: int) -> None:
    for number in range(count):
        client.add_sync(f"I own the boat number {number}.")
        client.advance(1)


# --- pages ---


def test_empty_page_has_six_lists(client: Client) -> None:
    assert page(client) == {name: [] for name in LISTS} | {
        "total": 0,
        "size": 10,
        "current": 1,
        "pages": 0,
    }


def test_every_view_is_listed_with_sources_and_info(client: Client) -> None:
    client.add_sync(TALK, conversation_id="c1", info={"scene": "travel"})
    result = page(client)
    for name in ("memory", "preference", "event"):
        for item in result[f"{name}_detail_list"]:
            assert item["info"] == {"scene": "travel"}
            assert item["conversation_id"] == "c1"
            [source] = item["sources"]
            assert (source["role"], source["content"]) == ("user", TALK)
    assert all(item["relativity"] == 0 for item in result["memory_detail_list"])
    assert all("relativity" not in item for item in result["event_detail_list"])


def test_page_has_its_part_of_each_view(client: Client) -> None:
    boats(client, 7)
    client.add_sync("I like tea.")
    first, second, third = (page(client, page=number, size=3) for number in (1, 2, 3))
    counts = [len(item["memory_detail_list"]) for item in (first, second, third)]
    facts = [fact["id"] for item in (first, second, third) for fact in item["memory_detail_list"]]
    assert counts[:2] == [3, 3]
    assert len(set(facts)) == len(facts) == first["total"]
    assert first["pages"] == 3
    assert [item["current"] for item in (first, second, third)] == [1, 2, 3]
    assert len(first["preference_detail_list"]) == 1
    assert second["preference_detail_list"] == []


def test_page_after_the_last_is_empty_with_totals(client: Client) -> None:
    boats(client, 3)
    beyond = page(client, page=9, size=2)
    assert beyond["memory_detail_list"] == []
    assert (beyond["total"], beyond["pages"], beyond["current"]) == (3, 2, 9)


def test_page_is_ordered_newest_first(client: Client) -> None:
    boats(client, 3)
    client.add_sync("I own the boat number 9. I sold the car. I bought a bike.")
    facts = page(client)["memory_detail_list"]
    order = [(-fact["create_time"], fact["id"]) for fact in facts]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("requested", "size"), [(None, 10), (1, 1), (50, 50), (51, 50), (10**9, 50), ("7", 7)]
)
def test_size_above_50_is_clamped(client: Client, requested: Any, size: int) -> None:
    assert page(client, size=requested)["size"] == size


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, 1),
        ({"page": 2}, 2),
        ({"current": 3}, 3),
        ({"page": 2, "current": 3}, 2),
        ({"page": None, "current": "4"}, 4),
    ],
)
def test_page_takes_precedence_over_current(
    client: Client, fields: dict[str, Any], number: int
) -> None:
    assert page(client, **fields)["current"] == number


def test_total_is_the_largest_count_of_a_view(client: Client) -> None:
    boats(client, 4)
    client.add_sync("I like tea.")
    result = page(client, size=50)
    assert result["total"] == max(len(result[name]) for name in LISTS)
    only = page(client, include_memory_view=["preference"])
    assert (only["total"], len(only["preference_detail_list"])) == (1, 1)
    assert only["memory_detail_list"] == []


@pytest.mark.parametrize(
    ("fields", "views"),
    [
        ({}, {"memory", "preference", "event"}),
        ({"include_preference": False}, {"memory", "event"}),
        ({"include_memory_view": ["preference"]}, {"preference"}),
        ({"include_memory_view": ["preference"], "include_preference": False}, {"preference"}),
        ({"include_memory_view": ["event", "event"]}, {"event"}),
        ({"include_memory_view": []}, {"memory", "preference", "event"}),
    ],
)
def test_views_and_switches_select_lists(
    client: Client, fields: dict[str, Any], views: set[str]
) -> None:
    client.add_sync(TALK)
    listed = page(client, **fields)
    assert {name.removesuffix("_detail_list") for name in LISTS if listed[name]} == views


def test_include_tool_memory_false_omits_tools(client: Client) -> None:
    schema = '<tool_schema>[{"name":"rain"}]</tool_schema>'
    client.ok(
        "add/message",
        user_id="ana",
        messages=[{"role": "system", "content": schema}],
        async_mode=False,
    )
    assert len(page(client)["tool_memory_detail_list"]) == 1
    assert page(client, include_tool_memory=False)["tool_memory_detail_list"] == []


# --- one memory ---


def test_detail_has_documented_and_raw_fields(client: Client) -> None:
    client.add_sync("I booked the Harbour Inn.", conversation_id="c1", info={"scene": "travel"})
    [fact] = client.facts()
    [message] = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    client.advance(60)
    client.ok("update/memory", memory_id=fact["id"], title="Where to stay")
    result = client.get_memory(fact["id"])
    assert result == {
        "id": fact["id"],
        "memory_view": "detail_factual",
        "title": "Where to stay",
        "content": "The user booked the Harbour Inn.",
        "conversation_id": "c1",
        "message_ids": [message["message_id"]],
        "status": "activated",
        "algorithm_updatable": True,
        "created_at": "2025-12-10T09:00:00.000Z",
        "updated_at": "2025-12-10T09:01:00.000Z",
        "user_id": "ana",
        "tags": fact["tags"],
        "info": {"scene": "travel"},
        "memory": "The user booked the Harbour Inn.",
        "metadata": {
            "memory_type": "WorkingMemory",
            "status": "activated",
            "key": "Where to stay",
            "tags": fact["tags"],
            "created_at": "2025-12-10T09:00:00.000Z",
            "updated_at": "2025-12-10T09:01:00.000Z",
            "background": "",
            "sources": fact["sources"],
        },
    }


def test_detail_exists_for_every_view(client: Client) -> None:
    client.add_sync(TALK)
    listed = client.page()
    for view, name in [
        ("detail_factual", "memory"),
        ("preference", "preference"),
        ("event", "event"),
    ]:
        for item in listed[f"{name}_detail_list"]:
            assert client.get_memory(item["id"])["memory_view"] == view


def test_detail_of_profile_field_has_its_path(client: Client) -> None:
    template = client.ok(
        "add/profile_template",
        name="Guest",
        metadata={"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}},
    )["profile_template_id"]
    client.ok(
        "bind/profile_template", bind_list=[{"user_id": "ana", "profile_template_id": template}]
    )
    [hit] = client.ok(
        "search/memory", user_id="ana", query="Lyon", include_memory_view=["profile"]
    )["profile_detail_list"]
    assert re.fullmatch(rf"memos[0-9a-f]{{32}}_{template}_[0-9a-f]{{12}}", hit["id"])
    result = client.get_memory(hit["id"])
    assert (result["title"], result["content"]) == ("Basics.City", "Lyon")
    assert result["memory_view"] == "profile"
    assert result["algorithm_updatable"] is False


def test_detail_of_agent_memory_names_the_agent(client: Client) -> None:
    messages = [{"role": "user", "content": "I booked the Harbour Inn."}]
    client.ok("add/message", agent_id=["bot", "aid"], messages=messages, async_mode=False)
    for agent in ("bot", "aid"):
        [fact] = client.ok("get/memory", agent_id=agent)["memory_detail_list"]
        result = client.get_memory(fact["id"])
        assert result["agent_id"] == agent
        assert "user_id" not in result


def test_detail_of_user_memory_names_marking_agent(client: Client) -> None:
    client.add_sync("I booked the Harbour Inn.", agent_id="bot")
    [fact] = client.facts()
    result = client.get_memory(fact["id"])
    assert (result["user_id"], result["agent_id"]) == ("ana", "bot")


def test_unknown_memory_returns_40001(client: Client) -> None:
    client.add_sync(TALK)
    answer = client.send("get/memory/none", b"", method="GET")
    assert (answer.status, answer.json["code"]) == (400, 40001)
    assert "none" in answer.hint


def test_detail_by_post_returns_not_found(client: Client) -> None:
    client.add_sync(TALK)
    memory_id = client.facts()[0]["id"]
    answer = client.send(f"get/memory/{memory_id}", {})
    assert (answer.status, answer.json["code"]) == (404, 40001)
    assert "GET" in answer.hint


@pytest.mark.parametrize("path", ["get/memory/", "get/memory"])
def test_detail_without_id_returns_not_found(client: Client, path: str) -> None:
    answer = client.send(path, b"", method="GET")
    assert (answer.status, answer.json["code"]) == (404, 40001)


def test_body_of_get_request_is_ignored(client: Client) -> None:
    client.add_sync(TALK)
    memory_id = client.facts()[0]["id"]
    headers = {"authorization": "Token key", "content-type": "application/json"}
    answer = client.send(f"get/memory/{memory_id}", b"{broken", method="GET", headers=headers)
    assert answer.status == 200
    assert answer.json["data"] == client.get_memory(memory_id)
