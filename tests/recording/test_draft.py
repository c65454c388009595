"""What a draft takes from answers: only what they state."""

from typing import Any

import msgspec
import pytest

from mock_memos.recording.composer import compose
from mock_memos.recording.draft import draft_given, draft_rules, draft_settings, score_rules
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.recorded_calls import parse_calls
from mock_memos.testing.in_process import MockMemos
from tests.support.recording import NOON, RecordedSession, invent

TURN = {"user_id": "ana", "conversation_id": "c1"}


def add(
    seconds: float, text: str = "I like tea.", task: str = "task-0001", **fields: Any
) -> RecordedExchange:
    body = TURN | {"messages": [{"role": "user", "content": text}]} | fields
    data = {"success": True, "task_id": task, "status": "running"}
    return invent(seconds, "add/message", body, data)


def poll(seconds: float, status: str, *ids: str, task: str = "task-0001") -> RecordedExchange:
    counts = {"added": len(ids), "updated": 0, "deleted": 0}
    views = counts | {"detail_factual": {"memory_ids": list(ids)}}
    data: dict[str, Any] = {"task_id": task, "status": status}
    if status == "completed" or ids:
        data |= {"memory_views": views}
    return invent(seconds, "get/status", {"task_id": task}, data)


def fact(memory_id: str, value: str, seconds: float, **fields: Any) -> dict[str, Any]:
    time_ms = NOON + round(seconds * 1000)
    return {
        "id": memory_id, "memory_key": value, "memory_value": value, "relativity": 0.9,
        "memory_type": "WorkingMemory", "create_time": time_ms, "update_time": time_ms,
        "conversation_id": "c1", "status": "activated", "confidence": 0.99, "tags": [],
    } | fields  # fmt: skip


def search(seconds: float, *facts: dict[str, Any], **request: Any) -> RecordedExchange:
    lists = {"memory_detail_list": list(facts), "preference_detail_list": []}
    return invent(seconds, "search/memory", {"user_id": "ana", "query": "tea"} | request, lists)


def thens(*exchanges: RecordedExchange) -> list[dict[str, Any]]:
    return [rule["then"] for rule in draft_rules(parse_calls(exchanges))]


TEA = search(9, fact("memory-01", "Tea.", 4))
FEEDBACK = TURN | {"feedback_content": "No tea."}
STARTED = {"success": True, "task_id": "task-0001", "status": "running"}


@pytest.mark.parametrize(
    ("session", "then"),
    [
        ([add(0)], None),
        ([add(0), poll(2, "running")], {"task": {"hold": True}}),
        (
            [add(0), poll(2, "running"), poll(7, "failed")],
            {"task": {"after_seconds": 7, "failed": True}},
        ),
        ([add(0), poll(5, "completed")], {"no_memories": True, "task": {"after_seconds": 5}}),
        ([add(0), poll(5, "completed", "memory-01")], {"task": {"after_seconds": 5}}),
        ([add(0), poll(5, "completed", task="task-0002")], None),
        (  # only the memories that the task lists, at their time
            [add(0), poll(3, "running"), poll(8, "completed", "memory-01"),
             search(9, fact("memory-01", "Tea.", 4.25), fact("memory-02", "Cake.", 4.25))],
            {"memories": ["Tea."], "task": {"after_seconds": 4.25}},
        ),
        (  # a later version of a memory
            [add(0), poll(8, "completed", "memory-01"), search(20, fact("memory-01", "Hi.", 15))],
            {"task": {"after_seconds": 8}},
        ),
        (  # copies for several users
            [add(0), poll(8, "completed", "memory-01", "memory-02"), TEA,
             search(9, fact("memory-02", "Tea.", 4))],
            {"memories": ["Tea."], "task": {"after_seconds": 4}},
        ),
        (
            [invent(0, "add/feedback", FEEDBACK, STARTED), poll(5, "completed")],
            {"task": {"after_seconds": 5}},
        ),
        ([invent(0, "add/message", TURN, STARTED, 500, 50000), poll(5, "completed")], None),
    ],
)  # fmt: skip
def test_rule_has_what_later_answers_state(session: list[RecordedExchange], then: Any) -> None:
    assert thens(*session) == ([then] if then else [])


def test_failed_task_with_memories_is_drafted_without_failure() -> None:
    """The half that a partial failure loses is not known. get/status is kept word for word."""
    session = [add(0), poll(8, "failed", "memory-01"), search(9, fact("memory-01", "Tea.", 6))]
    assert thens(*session) == [{"memories": ["Tea."], "task": {"after_seconds": 6}}]
    assert [1] in compose(session).literal_calls


def test_feedback_rule_has_the_task_alone() -> None:
    data = {"success": True, "task_id": "task-0001", "status": "running"}
    feedback = invent(0, "add/feedback", TURN | {"feedback_content": "No tea."}, data)
    assert thens(feedback, poll(5, "completed")) == [{"task": {"after_seconds": 5}}]


def test_repeated_requests_with_different_outcomes_use_times() -> None:
    session = [
        add(0), poll(5, "completed", "memory-01"), search(6, fact("memory-01", "Tea.", 4)),
        add(10, task="task-0002"), poll(15, "completed", task="task-0002"),
    ]  # fmt: skip
    first, second = draft_rules(parse_calls(session))
    assert first["when"] == second["when"]
    assert (first["times"], "times" in second) == (1, False)


def test_rule_for_a_longer_text_comes_first() -> None:
    session = [
        add(0, "Tea."), poll(3, "completed"),
        add(5, "Tea. And cake.", task="task-0002"), poll(9, "completed", task="task-0002"),
    ]  # fmt: skip
    texts = [rule["when"]["text"] for rule in draft_rules(parse_calls(session))]
    assert texts == ["Tea. And cake.", "Tea."]


def test_rule_matches_the_whole_request() -> None:
    session = [add(0, agent_id="bot", app_id="web", info={"x": 1}), poll(5, "completed")]
    (rule,) = draft_rules(parse_calls(session))
    assert rule["when"] == {
        "operation": "add/message", "text": "I like tea.", "user_id": "ana", "agent_id": "bot",
        "conversation_id": "c1", "fields": {"app_id": "web"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "rules"),
    [({"response": "Here."}, [{"chat": "Here."}]), ({"response": ""}, []), ({"other": 1}, [])],
)
def test_chat_rule_has_the_answer(data: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert thens(invent(0, "chat", TURN | {"query": "Where?"}, data)) == rules


def test_streamed_chat_rule_has_the_reasoning() -> None:
    events = [{"type": "reasoning", "data": "Hm."}, {"type": "text", "data": "A"}]
    events += [{"type": "text", "data": "b."}, {"type": "end"}]
    body = b"".join(b"data: %s\n\n" % msgspec.json.encode(event) for event in events)
    chat = invent(0, "chat", TURN | {"query": "Where?", "stream": True}, None)
    streamed = msgspec.structs.replace(chat, response_type="text/event-stream", response_body=body)
    assert thens(streamed) == [{"chat": {"chunks": ["A", "b."], "reasoning": "Hm."}}]


@pytest.mark.parametrize(
    ("status", "task"),
    [("completed", {"after_seconds": 5}), ("failed", {"after_seconds": 5, "failed": True})],
)
def test_file_rule_has_the_end_of_its_processing(status: str, task: dict[str, Any]) -> None:
    file = {"id": "f1", "type": "document", "name": "a.md", "sizeMB": 0.1, "status": "running"}
    upload = invent(0, "add/knowledgebase-file", {"knowledgebase_id": "b"}, [file])
    other = file | {"id": "f0", "status": "completed", "size": "1"}
    files = [other, file | {"status": status, "size": "1"}]
    listed = {"total": 1, "page": 1, "page_size": 10, "file_detail_list": files}
    polls = [invent(5, "get/knowledgebase-file", {"knowledgebase_id": "b"}, listed)]
    (rule,) = draft_rules(parse_calls([upload, *polls]))
    assert rule == {
        "when": {"operation": "add/knowledgebase-file", "text": "a.md"}, "then": {"task": task}
    }  # fmt: skip


def test_given_has_memories_that_one_user_saw_before_any_write() -> None:
    late = search(9, fact("memory-02", "Cake.", 4))
    tea = search(0, fact("memory-01", "Tea.", -60))
    calls = parse_calls([tea, tea, search(1), add(2), late])
    time = "2025-12-10T11:59:00.000Z"
    entry = {"value": "Tea.", "conversation_id": "c1", "time": time}
    assert draft_given(calls) == {"users": {"ana": {"memories": [entry]}}}


@pytest.mark.parametrize(
    ("request_", "given"), [({"user_id": "", "agent_id": "bot"}, ["agents"]),
    ({"user_id": ["ana", "ben"]}, [])],
)  # fmt: skip
def test_given_has_memories_of_one_owner(request_: dict[str, Any], given: list[str]) -> None:
    memory = fact("memory-01", "Tea.", -60, create_time="soon")
    drafted = draft_given(parse_calls([search(0, memory, **request_)]))
    assert list(drafted) == given
    assert "time" not in str(drafted)


def test_search_scores_are_drafted_if_the_mock_scores_otherwise() -> None:
    session = [search(0, fact("memory-01", "Coffee.", -60, relativity=0.731)), search(1)]
    rules = compose(session).document["rules"]
    pins = [{"text": "Coffee.", "relativity": 0.731}]
    assert [rule["then"]["search"] for rule in rules] == [
        {"scores": pins, "relativity": 0}, {"scores": [], "relativity": 0}
    ]  # fmt: skip
    calls = parse_calls(session)
    assert score_rules(calls, []) == []


@pytest.mark.parametrize(
    ("settings", "operation", "body"),
    [
        ({"status_format": "list"}, "get/status", {"task_id": "{task}"}),
        ({"rerank_format": "bare"}, "rerank", {"query": "a", "documents": ["a"]}),
        ({"rerank_format": "envelope"}, "rerank", {"query": "a", "documents": ["a"]}),
        ({"memory_time_format": "iso"}, "get/memory", {"user_id": "ana"}),
        ({}, "get/memory", {"user_id": "ana"}),
        ({}, "get/message", TURN),
        ({}, "search/memory", {"query": ""}),
        ({"message_time_format": "ms"}, "get/message", TURN),
        ({"http_status": "always-200"}, "search/memory", {"query": ""}),
        ({"sse_done_marker": True}, "chat", TURN | {"query": "a", "stream": True}),
    ],
)
def test_settings_have_the_formats_of_answers(
    settings: dict[str, Any], operation: str, body: dict[str, Any]
) -> None:
    session = RecordedSession(MockMemos(clock="manual", **settings))
    messages = [{"role": "user", "content": "I live in Lyon."}]
    _, added = session.send("POST", "/add/message", TURN | {"messages": messages})
    ids = {"{task}": added["data"]["task_id"]}
    body = {name: ids.get(str(value), value) for name, value in body.items()}
    session.send("POST", f"/{operation}", body)
    drafted = draft_settings(parse_calls(session.exchanges))
    assert drafted == {"start_time": "2025-12-10T09:00:00.000Z"} | settings
    assert compose(session.exchanges).literal_calls == []
