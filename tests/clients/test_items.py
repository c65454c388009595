"""Memories of every kind: all fields that clients read are present and not null."""

from collections.abc import Iterator
from typing import Any

import pytest

from mock_memos import MockMemosServer
from mock_memos.scenario import read
from tests.support.raw_http import RawClient

WORLD = """
version: 1
title: One memory of every kind
given:
  users:
    ana:
      memories: [The user booked the Harbour Inn.]
      preferences: [The user likes a quiet inn.]
      tools:
        - value: Asked for an inn, called find_inn, got one.
          used: [{used_tool: find_inn}]
        - value: {name: find_inn}
          type: ToolSchema
      skills:
        - name: Book an inn
      events:
        - value: The user checks in at the inn on Friday.
  templates:
    - id: tpl_4c1d0a9be277
      name: Guest
      metadata: {Basics: {Inn: {value: Harbour Inn}}}
      bind: [{user_id: ana}]
"""
CLOCKED = ("create_time", "update_time")
ALL_VIEWS = ["detail_factual", "preference", "skill", "profile", "event", "tool_memory"]

COMMON = {"id", "conversation_id", "status", "create_time", "update_time"}
FACT = COMMON | {
    "memory_key", "memory_value", "memory_type", "confidence", "tags", "relativity",
}  # fmt: skip
PREFERENCE = COMMON | {"preference_type", "preference", "reasoning", "relativity"}
TOOL = COMMON | {"tool_type", "tool_value", "relativity"}
SKILL = COMMON | {
    "skill_value", "skill_url", "skill_type", "confidence", "tags", "relativity",
}  # fmt: skip
EVENT = COMMON | {
    "event_key", "event_value", "event_type", "event_time", "event_location", "event_roles",
}  # fmt: skip
PROFILE_HIT = {
    "id", "memory", "memory_type", "template_id", "profile_category", "profile_field",
    "profile_path", "status", "confidence", "relativity", "algorithm_updatable", "created_at",
    "updated_at",
}  # fmt: skip
PROFILE = {
    "id", "project_id", "profile_template_id", "properties", "status", "created_at", "updated_at",
}  # fmt: skip
SEARCH_LISTS = {
    "memory": FACT, "preference": PREFERENCE, "tool_memory": TOOL, "skill": SKILL,
    "event": EVENT | {"relativity"}, "profile": PROFILE_HIT,
}  # fmt: skip
PAGE_LISTS = {
    "memory": FACT | {"sources", "info"}, "preference": PREFERENCE | {"sources", "info"},
    "tool_memory": TOOL | {"source", "info"}, "skill": SKILL,
    "event": EVENT | {"sources", "info"}, "profile": PROFILE,
}  # fmt: skip


@pytest.fixture
def wire(mock_memos_server: MockMemosServer) -> Iterator[RawClient]:
    wire = RawClient(mock_memos_server.new_world(scenario=read(WORLD)))
    yield wire
    wire.connection.close()


def search(wire: RawClient) -> dict[str, Any]:
    return wire.post(
        "search/memory", user_id="ana", query="inn", relativity=0, include_memory_view=ALL_VIEWS
    )


def list_page(wire: RawClient) -> dict[str, Any]:
    return wire.post("get/memory", user_id="ana", include_memory_view=ALL_VIEWS)


def has_no_null(value: Any) -> bool:
    """Whether there is no null at any depth."""
    if isinstance(value, dict):
        return all(map(has_no_null, value.values()))
    return all(map(has_no_null, value)) if isinstance(value, list) else value is not None


@pytest.mark.parametrize("kind", SEARCH_LISTS)
def test_search_and_list_return_all_fields(wire: RawClient, kind: str) -> None:
    for data, fields in ((search(wire), SEARCH_LISTS), (list_page(wire), PAGE_LISTS)):
        items = data[f"{kind}_detail_list"]
        assert len(items) == (2 if kind == "tool_memory" else 1)
        assert has_no_null(items)
        for item in items:
            assert set(item) - {"tool_used_status", "experience"} == fields[kind]
            assert item["status"] == "activated"
            assert all(type(item[name]) is int for name in item if name in CLOCKED)
            assert isinstance(item.get("relativity", 0.0), float)


def test_only_tool_trajectories_have_usage(wire: RawClient) -> None:
    tools = {tool["tool_type"]: tool for tool in search(wire)["tool_memory_detail_list"]}
    assert tools["ToolTrajectoryMemory"]["tool_used_status"][0]["used_tool"] == "find_inn"
    assert tools["ToolSchema"]["tool_value"] == '{"name":"find_inn"}'
    assert "tool_used_status" not in tools["ToolSchema"]


def test_skill_is_an_object(wire: RawClient) -> None:
    (skill,) = search(wire)["skill_detail_list"]
    assert {name: type(value) for name, value in skill["skill_value"].items()} == {
        "name": str, "description": str, "procedure": str, "experience": list,
        "preference": list, "examples": list, "script": dict, "others": dict,
    }  # fmt: skip


def test_get_by_id_returns_every_kind(wire: RawClient) -> None:
    for kind in SEARCH_LISTS:
        (item, *_) = search(wire)[f"{kind}_detail_list"]
        status, answer = wire.send("GET", f"/get/memory/{item['id']}")
        assert status == 200
        assert has_no_null(answer["data"])
        assert {"memory_view", "title", "content", "memory", "metadata"} < set(answer["data"])


def test_official_client_reads_every_kind(client_type: Any, wire: RawClient) -> None:
    client = client_type(wire.memos.api_key, wire.memos.base_url)
    how = {"relativity": 0, "include_memory_view": ALL_VIEWS, "memory_limit_number": 25}
    data = client.search_memory("inn", "ana", **how).data
    page = client.get_memory("ana", include_memory_view=ALL_VIEWS).data
    for answer in (data, page):
        assert answer.memory_detail_list[0].memory_value == "The user booked the Harbour Inn."
        assert answer.preference_detail_list[0].preference == "The user likes a quiet inn."
        assert isinstance(answer.tool_memory_detail_list[0].tool_value, str)
        assert answer.skill_detail_list[0].skill_value["name"] == "Book an inn"
        assert answer.event_detail_list[0].event_roles is not None
    assert data.profile_detail_list[0].memory == "Basics.Inn: Harbour Inn"
    assert page.profile_detail_list[0].profile_template_id == "tpl_4c1d0a9be277"
