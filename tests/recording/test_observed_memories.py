"""Memories of answers as scenario entries."""

from typing import Any

import msgspec
import pytest

from mock_memos.recording.observed_memories import observed_memories, to_scenario_entry
from mock_memos.recording.recorded_calls import parse_calls
from mock_memos.scenario import read
from mock_memos.testing.in_process import MockMemos
from tests.support.recording import RecordedSession, invent

ENTRIES: dict[str, list[Any]] = {
    "memories": [
        "The user drinks tea.",
        {"value": "The user lives in Lyon.", "key": "Home", "memory_type": "LongTermMemory",
         "tags": ["home"], "confidence": 0.5},
    ],
    "preferences": [
        "The user likes tea.",
        {"preference": "The user avoids coffee.", "reasoning": "No cup was ordered.",
         "type": "implicit_preference"},
    ],
    "tools": [
        {"value": "weather(Lyon) -> sun", "experience": "Ask by city.",
         "used": [{"used_tool": "weather", "error_type": "", "success_rate": 1.0,
                   "tool_experience": ""}]},
        {"value": '{"name": "weather"}', "type": "ToolSchema"},
    ],
    "skills": [
        {"name": "Plan a trip", "description": "Trips by train.", "type": "uploaded",
         "tags": ["trip"], "procedure": "1. Ask.", "experience": ["Ask early."],
         "preference": ["Trains."], "examples": ["Lyon."], "script": {"a.py": "1"},
         "others": {"x": 1}, "confidence": 0.7},
        {"name": "Sail", "description": "By wind."},
    ],
    "events": [
        {"value": "The user met Li.", "key": "Meeting", "times": ["today"], "locations": ["Lyon"],
         "roles": ["Li"]},
    ],
}  # fmt: skip


TEXTS = {
    "memories": ["The user drinks tea.", "The user lives in Lyon."],
    "preferences": ["The user avoids coffee.", "The user likes tea."],
    "tools": ["weather(Lyon) -> sun", '{"name": "weather"}'],
    "skills": ["By wind.", "Trips by train."],
    "events": ["The user met Li."],
}


@pytest.mark.parametrize("key", ENTRIES)
def test_entry_of_an_answer_is_the_one_that_made_it(key: str) -> None:
    text = f"version: 1\ntitle: T\ngiven: {{users: {{ana: {{{key}: {ENTRIES[key]!r}}}}}}}"
    session = RecordedSession(MockMemos(scenario=read(text), search_matches_everything=True))
    session.send("POST", "/get/memory", QUESTION)
    memories = observed_memories(parse_calls(session.exchanges))
    observed = list(map(to_scenario_entry, memories))
    assert sorted(memory.text for memory in memories) == TEXTS[key]
    assert len(observed) == len(ENTRIES[key])
    assert all(entry in observed for entry in ENTRIES[key])


QUESTION = {
    "user_id": "ana", "query": "tea", "relativity": 0, "include_preference": True,
    "include_tool_memory": True, "include_skill": True, "include_event_memory": True,
}  # fmt: skip


def test_sample_name_of_a_tool_schema_is_understood() -> None:
    item = {
        "id": "memory-01", "tool_type": "ToolSchemaMemory", "tool_value": "{}", "create_time": 1,
        "update_time": 1, "conversation_id": "", "status": "activated", "relativity": 1,
    }  # fmt: skip
    lists = {
        "memory_detail_list": [],
        "preference_detail_list": [],
        "tool_memory_detail_list": [item],
    }
    (memory,) = observed_memories(parse_calls([invent(0, "search/memory", QUESTION, lists)]))
    assert memory.entry == {"value": "{}", "type": "ToolSchema"}
    assert memory.text == "{}"


def test_profiles_are_left_out() -> None:
    city = "{Basics: {City: {value: Lyon, algorithm_updatable: true}}}"
    bind = "[{user_id: ana, values: {Basics.City: Lyon}}]"
    template = f"{{name: Guest, metadata: {city}, bind: {bind}}}"
    text = f"version: 1\ntitle: T\ngiven: {{templates: [{template}]}}"
    session = RecordedSession(MockMemos(scenario=read(text), search_matches_everything=True))
    reply = session.request("POST", "/get/memory", msgspec.json.encode(QUESTION))
    assert b"Lyon" in reply.content
    assert observed_memories(parse_calls(session.exchanges)) == []


def test_memory_that_no_entry_can_express_is_left_out() -> None:
    session = RecordedSession(MockMemos(scenario=read(
        "version: 1\ntitle: T\ngiven: {users: {ana: {memories: [Tea.]}}}"
    )))  # fmt: skip
    session.send("POST", "/get/memory", {"user_id": "ana"})
    (call,) = parse_calls(session.exchanges)
    call.data["memory_detail_list"][0]["memory_type"] = "NewMemory"
    assert observed_memories([call]) == []
