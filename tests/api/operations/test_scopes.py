"""Isolation of projects, users and Agents; public memory; group chats."""

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

BOAT = "I own a boat."
MESSAGES = [{"role": "user", "content": BOAT}]


def test_user_does_not_see_memories_of_others(client: Client) -> None:
    client.add_sync(BOAT)
    assert client.search("boat", relativity=0) == ["The user owns a boat."]
    assert client.search("boat", user_id="bo", relativity=0) == []
    assert client.facts("bo") == []


def test_user_and_agent_with_same_id_are_separate(client: Client) -> None:
    client.ok("add/message", agent_id="ana", messages=MESSAGES, async_mode=False)
    assert client.facts("ana") == []
    assert client.search("boat") == []
    client.fails(40308, "delete/memory", user_id="ana")


def test_keys_do_not_share_data(client: Client) -> None:
    other = Client(client.engine, key="other")
    task_id = client.add(BOAT, conversation_id="c1", allow_public=True)["task_id"]
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    template = client.ok("add/profile_template", name="x", metadata={"a": {"value": "b"}})
    client.advance(3)
    memory_id = client.facts()[0]["id"]
    assert other.search("boat") == []
    assert other.page()["total"] == 0
    body = {"user_id": "ana", "conversation_id": "c1"}
    assert other.ok("get/message", **body)["message_detail_list"] == []
    assert other.ok("list/profile_template")["total"] == 0
    other.fails(50131, "get/status", task_id=task_id)
    other.fails(50120, "get/knowledgebase-file", knowledgebase_id=base)
    other.fails(50123, "search/memory", user_id="ana", query="x", knowledgebase_ids=[base])
    other.fails(40001, "get/profile_template", template)
    other.fails(40308, "delete/memory", user_id="ana")
    assert other.send(f"get/memory/{memory_id}", method="GET").json["code"] == 40001


def test_identifiers_of_two_keys_differ(client: Client) -> None:
    other = Client(client.engine, key="other")
    assert client.add(BOAT)["task_id"] != other.add(BOAT)["task_id"]


def test_public_memory_is_found_once_by_everyone(client: Client) -> None:
    client.add_sync(BOAT, allow_public=True)
    for user_id in ("ana", "bo", "never-seen"):
        assert client.search("boat", user_id=user_id) == ["The user owns a boat."]
    assert client.facts("bo") == []


def test_author_finds_own_copy_of_public_memory(client: Client) -> None:
    for number in range(8):
        client.add_sync(f"I own the boat number {number}.", allow_public=True)
    memories = client.ok("search/memory", user_id="ana", query="boat")["memory_detail_list"]
    assert {item["id"] for item in memories} <= {item["id"] for item in client.facts()}


def test_fast_memory_may_be_public(client: Client) -> None:
    client.add(BOAT, allow_public=True)
    assert len(client.search("boat", user_id="bo")) == 1
    client.advance(3)
    assert client.search("boat", user_id="bo") == ["The user owns a boat."]


def test_task_counts_exclude_shared_copies(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    task_id = client.add(BOAT, allow_public=True, allow_knowledgebase_ids=[base])["task_id"]
    client.advance(3)
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert views["added"] == 1


def test_task_counts_include_all_participants(client: Client) -> None:
    task_id = client.add(BOAT, user_id=["ana", "bo"])["task_id"]
    client.advance(3)
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert views["added"] == 2
    ids = [client.facts(user)[0]["id"] for user in ("ana", "bo")]
    assert sorted(views["detail_factual"]["memory_ids"]) == sorted(ids)


def test_participant_has_messages_of_group_chat(client: Client) -> None:
    client.add(BOAT, user_id=["ana", "bo"], conversation_id="c1")
    for user_id in ("ana", "bo"):
        listed = client.ok("get/message", user_id=user_id, conversation_id="c1")
        assert len(listed["message_detail_list"]) == 1


def test_app_and_agent_ids_do_not_separate_memories(client: Client) -> None:
    client.add_sync(BOAT, app_id="web", agent_id="bot")
    assert len(client.search("boat")) == 1
    for mark in ({"app_id": "web"}, {"agent_id": "bot"}):
        assert len(client.search("boat", filter={"and": [mark]})) == 1
    for mark in ({"app_id": "phone"}, {"agent_id": "other"}):
        assert client.search("boat", filter={"and": [mark]}) == []
