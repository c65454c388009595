"""add/feedback."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

WRONG = "It is the Garden Inn, not the Harbour Inn."


@pytest.fixture
def client() -> Client:
    client = Client()
    client.add_sync("I booked the Harbour Inn.", conversation_id="c1")
    return client


def feedback(client: Client, content: str = WRONG, **fields: Any) -> Any:
    return client.ok(
        "add/feedback",
        **{"user_id": "ana", "conversation_id": "c2", "feedback_content": content} | fields,
    )


def test_feedback_returns_a_running_task(client: Client) -> None:
    started = feedback(client)
    assert list(started) == ["success", "task_id", "status"]
    assert started["status"] == "running"
    client.advance(2.999)
    assert client.status(started["task_id"]) == "running"
    client.advance(0.001)
    assert client.status(started["task_id"]) == "completed"


def test_feedback_changes_nothing_before_completion(client: Client) -> None:
    before = client.facts()
    feedback(client)
    assert client.facts() == before


def test_correction_replaces_contradicted_memory(client: Client) -> None:
    task_id = feedback(client)["task_id"]
    client.advance(3)
    assert client.search("Harbour") == [] or "Garden" in client.search("Harbour")[0]
    result = client.search("Garden Inn")
    assert any("booked the Garden Inn" in item for item in result)
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert views["updated"] >= 1


def test_corrected_memory_has_conversation_of_feedback(client: Client) -> None:
    feedback(client)
    client.advance(3)
    for fact in client.facts():
        assert fact["conversation_id"] == "c2"
        assert fact["memory_type"] == "WorkingMemory"


def test_corrected_memory_keeps_id_and_filter_fields() -> None:
    client = Client()
    client.add_sync("I booked the Harbour Inn.", info={"scene": "travel"}, app_id="web")
    [before] = client.facts()
    client.advance(60)
    feedback(client)
    client.advance(3)
    after = client.facts(filter={"and": [{"scene": "travel"}, {"app_id": "web"}]})
    assert [item["id"] for item in after] == [before["id"]]
    assert "Garden" in after[0]["memory_value"]
    assert after[0]["create_time"] == before["create_time"]


def test_irrelevant_feedback_changes_nothing(client: Client) -> None:
    before = client.facts()
    task_id = feedback(client, "Thanks!")["task_id"]
    client.advance(3)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "completed"}
    assert client.facts() == before


def test_feedback_is_written_to_public_and_knowledgebases(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    feedback(client, allow_public=True, allow_knowledgebase_ids=[base])
    client.advance(3)
    assert client.search("Garden", user_id="bo")
    assert client.search("Garden", user_id="bo", knowledgebase_ids=[base])


@pytest.mark.parametrize("fields", [{}, {"conversation_id": None}])
def test_missing_conversation_id_is_generated(client: Client, fields: dict[str, Any]) -> None:
    body = {"user_id": "ana", "feedback_content": WRONG} | fields
    assert client.ok("add/feedback", **body)["status"] == "running"


def test_older_and_unknown_fields_are_ignored(client: Client) -> None:
    feedback(client, feedback_time="2025-12-10 10:00:00", info={"a": 1}, agent_id="bot", app_id="w")


def test_correction_matches_whole_words_ignoring_case() -> None:
    client = Client()
    client.add_sync("I ordered Tea. I ate a steak. 我喝tea的时候看书。")
    feedback(client, "It was coffee, not tea.")
    client.advance(3)
    texts = {fact["memory_value"] for fact in client.facts()}
    assert texts == {
        "The user ordered coffee.",
        "The user ate a steak.",
        "用户喝coffee的时候看书。",
        "The user corrected: coffee, not tea.",
    }


def test_feedback_may_delete_memories(client: Client) -> None:
    client.add_sync("I live in Lyon. I like tea.")
    task_id = feedback(client, "Please forget that I live in Lyon.")["task_id"]
    client.advance(3)
    assert client.ok("get/status", task_id=task_id)["memory_views"]["deleted"] == 1
    assert [fact["memory_value"] for fact in client.facts()] == ["The user booked the Harbour Inn."]
    assert client.search("Lyon") == []
