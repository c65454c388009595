"""Every method of the official client, in process and live: typed answers with the right values."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_memos.testing.memos import Memos

BOOKED = {"role": "user", "content": "I booked the Harbour Inn for May. I like quiet rooms."}
NOTED = {"role": "assistant", "content": "Noted."}
SYNC = {"user_id": "ana", "conversation_id": "c1", "async_mode": False}
MANUAL = pytest.mark.mock_memos(clock="manual")


def add_and_list(client: Any, **more: Any) -> list[Any]:
    """The facts that a turn of ana's becomes at once."""
    client.add_message([BOOKED, NOTED], **(SYNC | more))
    result: list[Any] = client.get_memory("ana").memories
    return result


def test_loading_client_changes_no_globals(client_type: Any) -> None:
    assert client_type.__module__ == "memos.api.client"
    assert [name for name in sys.modules if name.partition(".")[0] == "memos"] == []
    assert not Path(".memos").exists()


# --- messages and tasks ---


@MANUAL
def test_task_completes_and_lists_memories(client: Any, memos: Memos) -> None:
    answer = client.add_message([BOOKED, NOTED], user_id="ana", conversation_id="c1")
    assert (answer.code, answer.message, answer.success) == (0, "ok", True)
    assert answer.status == "running"
    for _ in range(3):
        status = client.get_task_status(answer.task_id)
        assert status.messages == [status.data]
        assert (status.data.task_id, status.data.status) == (answer.task_id, "running")
        assert status.data.memory_views is None
    memos.clock.advance(seconds=5)
    status = client.get_task_status(answer.task_id)
    assert status.data.status == "completed"
    page = client.get_memory("ana").data
    assert status.data.memory_views == {
        "added": 2,
        "updated": 0,
        "deleted": 0,
        "detail_factual": {"memory_ids": [fact.id for fact in page.memory_detail_list]},
        "preference": {"memory_ids": [preference.id for preference in page.preference_detail_list]},
    }


def test_group_chat_creates_memory_per_user(client: Any) -> None:
    client.add_message([BOOKED], user_id=["ana", "ben"], agent_id=["bot"], async_mode=False)
    copies = [client.get_memory(user).memories[0] for user in ("ana", "ben")]
    assert copies[0].memory_value == copies[1].memory_value
    assert copies[0].id != copies[1].id


def test_messages_are_returned_in_order(client: Any) -> None:
    add_and_list(client)
    answer = client.get_message("ana", "c1")
    assert [(item.role, item.content) for item in answer.messages] == [
        (item["role"], item["content"]) for item in (BOOKED, NOTED)
    ]
    assert {type(item.create_time) for item in answer.messages} == {str}
    assert [item.content for item in client.get_message("ana", "c1", None, 1).messages] == [
        "Noted."
    ]


# --- memories ---


def test_search_returns_all_fields(client: Any) -> None:
    add_and_list(client, tags=["harbour"], info={"scene": "billing"}, app_id="web")
    answer = client.search_memory("Which inn did I book for May?", "ana", "c2", relativity=0)
    assert answer.code == 0
    (fact,) = answer.memories
    assert fact.memory_value == "The user booked the Harbour Inn for May."
    assert (fact.conversation_id, fact.status, fact.confidence) == ("c1", "activated", 0.99)
    assert (fact.memory_type, fact.memory_key != "") == ("WorkingMemory", True)
    assert "harbour" in fact.tags
    assert 0.45 < fact.relativity <= 1
    assert (type(fact.create_time), type(fact.update_time)) == (int, int)
    (preference,) = answer.preferences
    assert preference.preference == "The user likes quiet rooms."
    assert preference.preference_type == "explicit_preference"
    assert preference.reasoning != ""
    assert answer.data.preference_note != ""
    assert answer.tool_memories == []
    assert answer.data.skill_detail_list == []
    assert answer.data.profile_detail_list == []
    assert answer.data.event_detail_list == []


def test_search_without_results_has_empty_lists(client: Any) -> None:
    answer = client.search_memory("ping", "nobody")
    assert (answer.memories, answer.preferences, answer.data.preference_note) == ([], [], "")


def test_search_accepts_filter_views_and_bases(client: Any) -> None:
    base = client.create_knowledgebase("Rules").knowledgebase_id
    add_and_list(client, info={"scene": "billing"}, allow_knowledgebase_ids=[base])

    def count_hits(user: str, **how: Any) -> int:
        return len(client.search_memory("Harbour Inn", user, **how).memories)

    assert count_hits("ana", filter={"and": [{"scene": "billing"}]}) == 1
    assert count_hits("ana", filter={"and": [{"scene": "travel"}]}) == 0
    assert count_hits("ana", include_memory_view=["event"]) == 0
    assert count_hits("ben") == 0
    assert count_hits("ben", knowledgebase_ids=[base]) == 1


def test_memories_are_listed_in_pages(client: Any) -> None:
    for place in ("Harbour Inn", "Garden Inn", "Corner House"):
        message = {"role": "user", "content": f"I booked the {place}."}
        client.add_message([message], user_id="ana", async_mode=False)
    pages = [client.get_memory("ana", page=number, size=2).data for number in (1, 2, 3)]
    assert [len(page.memory_detail_list) for page in pages] == [2, 1, 0]
    assert {(page.total, page.size, page.pages) for page in pages} == {(3, 2, 2)}
    assert [page.current for page in pages] == [1, 2, 3]
    assert pages[0].preference_detail_list == []


def test_memory_is_returned_by_id(client: Any) -> None:
    (fact,) = add_and_list(client)
    answer = client.get_memory_by_id(fact.id)
    assert (answer["code"], answer["message"]) == (0, "ok")
    assert answer["data"]["id"] == fact.id
    assert answer["data"]["content"] == answer["data"]["memory"] == fact.memory_value
    assert answer["data"]["title"] == fact.memory_key
    assert answer["data"]["memory_view"] == "detail_factual"
    assert answer["data"]["metadata"]["sources"][0]["content"] == BOOKED["content"]


def test_unusual_id_is_sent_unchanged(client: Any, memos: Memos) -> None:
    with pytest.raises(requests.HTTPError):
        client.get_memory_by_id("a b/c?d=é")
    assert list(memos.journal)[-1].path.endswith("/get/memory/a b/c?d=é")


def test_memory_is_updated(client: Any) -> None:
    (fact,) = add_and_list(client)
    answer = client.update_memory(fact.id, content="The user booked the Garden Inn.", title="Inn")
    assert answer == {"code": 0, "data": {"success": True}, "message": "ok"}
    (changed,) = client.get_memory("ana").memories
    assert (changed.id, changed.memory_key) == (fact.id, "Inn")
    assert changed.memory_value == "The user booked the Garden Inn."
    client.update_memory(fact.id, status="archived")
    assert client.get_memory("ana").memories == []


@pytest.mark.parametrize("by", ["ids", "user", "old user list", "agent", "filter"])
def test_each_selector_deletes_memories(client: Any, by: str) -> None:
    (fact,) = add_and_list(client, app_id="web")
    client.add_message([BOOKED], agent_id="bot", async_mode=False)
    how: dict[str, dict[str, Any]] = {
        "ids": {"memory_ids": [fact.id]},
        "user": {"user_id": "ana"},
        "old user list": {"user_ids": ["ana"]},
        "agent": {"agent_id": "bot"},
        "filter": {"filter": {"and": [{"app_id": "web"}]}, "memory_type": "detail_factual"},
    }
    assert client.delete_memory(**how[by]).success is True
    assert len(client.get_memory("ana").memories) == (1 if by == "agent" else 0)
    assert len(client.get_memory(agent_id="bot").memories) == (0 if by == "agent" else 1)
    everything = by in ("user", "old user list")
    assert len(client.get_memory("ana").preferences) == (0 if everything else 1)


def test_feedback_corrects_memory(client: Any, memos: Memos) -> None:
    add_and_list(client)
    answer = client.add_feedback(
        "ana", "c1", "It is the Garden Inn, not the Harbour Inn.", feedback_time="2026-06-01"
    )
    assert (answer.success, answer.status) == (True, "running")
    memos.run_until_idle()
    assert client.get_task_status(answer.task_id).data.status == "completed"
    values = [fact.memory_value for fact in client.get_memory("ana").memories]
    assert any("Garden Inn" in value for value in values)
    assert not any("booked the Harbour Inn" in value for value in values)


# --- answers that leave nothing behind ---


def test_extraction_returns_memories(client: Any) -> None:
    data = client.extract_memory([BOOKED])["data"]
    assert data["success"] is True
    assert [memory["memory_value"] for memory in data["memory_detail_list"]] == [
        "The user booked the Harbour Inn for May."
    ]
    assert data["preference_detail_list"][0]["preference_type"] == "explicit_preference"
    only = client.extract_memory([BOOKED], ["preference"], "any-model")["data"]
    assert "memory_detail_list" not in only
    assert client.get_memory("ana").memories == []


def test_rerank_result_is_in_both_places(client: Any) -> None:
    documents = ["lives in Lyon", "plays chess every Monday"]
    answer = client.rerank("chess", documents, "memos-reranker-4b", 1)
    assert (answer["code"], answer["message"]) == (0, "ok")
    (best,) = answer["data"]["results"]
    assert best["index"] == 1
    assert best["document"] == {"text": documents[1]}
    assert 0 < best["relevance_score"] <= 1
    assert answer["results"] == answer["data"]["results"]
    assert answer["data"]["model"] == "memos-reranker-4b"
    assert len(client.rerank("chess", documents)["results"]) == 2


# --- chat ---


def test_chat_uses_memory_and_stores_turn(client: Any, memos: Memos) -> None:
    add_and_list(client)
    answer = client.chat("ana", "c2", "Which inn did I book for May?")
    assert answer.code == 0
    assert "Harbour Inn" in answer.response
    texts = [
        (message.role, message.content) for message in client.get_message("ana", "c2").messages
    ]
    assert texts == [("user", "Which inn did I book for May?"), ("assistant", answer.response)]
    client.chat("ana", "c3", "Which inn?", add_message_on_answer=False)
    assert client.get_message("ana", "c3").messages == []


@pytest.mark.parametrize("question", ["Which inn did I book for May?", "我住在哪里\u2028？"])
def test_streamed_answer_equals_plain_answer(client: Any, question: str) -> None:
    add_and_list(client)
    client.add_message([{"role": "user", "content": "我住在里昂。"}], **SYNC)
    how = {"user_id": "ana", "conversation_id": "c2", "query": question, "relativity": 0}
    plain = client.chat(**how, add_message_on_answer=False)
    lines = list(client.chat(**how, stream=True))
    events = [json.loads(line) for line in lines]
    assert all(line.isascii() for line in lines)
    assert "".join(event["data"] for event in events if event["type"] == "text") == plain.response
    assert events[-1] == {"type": "end", "data": ""}
    assert len(events) > 2


def test_stream_can_be_closed_early(client: Any) -> None:
    add_and_list(client)
    stream = client.chat("ana", "c2", "Which inn did I book for May?", stream=True)
    assert json.loads(next(stream))["type"] == "text"
    stream.close()
    assert len(client.get_message("ana", "c2").messages) == 2


@pytest.mark.mock_memos(sse_done_marker=True)
def test_stream_can_end_with_done(client: Any) -> None:
    *_, end, marker = client.chat("ana", "c2", "Anything?", stream=True)
    assert json.loads(end)["type"] == "end"
    assert marker == "[DONE]"
