"""What the use of tools becomes by the built-in rules."""

from typing import Any

import pytest

from mock_memos.content.extraction import extract_memories
from mock_memos.content.rules.tool_calls import parse_tool_calls
from mock_memos.core.records import VIEWS, Draft, Message, Skill, Tool, View
from tests.support.messages import message

SKILL: tuple[View, ...] = ("skill",)
TOOLS: tuple[View, ...] = ("tool_memory",)
FACTS: tuple[View, ...] = ("detail_factual",)


def call(name: str, arguments: str = "{}", call_id: str = "1") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def calling(*calls: dict[str, Any]) -> Message:
    return message("assistant", "", tool_calls=list(calls))


def result(text: str, call_id: str = "1") -> Message:
    return message("tool", text, tool_call_id=call_id)


def tool_of(draft: Draft) -> Tool:
    assert isinstance(draft.detail, Tool)
    return draft.detail


def test_round_of_calls_becomes_one_trajectory() -> None:
    lines = [
        message("user", "Will it rain in Lyon?"),
        calling(call("get_weather", '{"city":"Lyon"}')),
        result('{"rain":false}'),
        message("assistant", "It stays dry."),
    ]
    (draft,) = extract_memories(lines, views=VIEWS)
    assert draft.view == "tool_memory"
    assert draft.value == (
        "The user asked: Will it rain in Lyon?\n"
        'Called get_weather({"city":"Lyon"}), which returned: {"rain":false}'
    )
    assert tool_of(draft).type == "ToolTrajectoryMemory"
    assert tool_of(draft).used == (
        {
            "used_tool": "get_weather",
            "error_type": "",
            "success_rate": 1.0,
            "tool_experience": "get_weather answered what was asked.",
        },
    )
    assert tool_of(draft).experience == "get_weather answered what was asked."


def test_calls_of_one_round_become_one_memory() -> None:
    lines = [
        message("user", "上海天气怎么样？"),
        calling(call("a", call_id="x"), call("b", call_id="y"), call("c", call_id="z")),
        result("second", "y"),
        result("first", "x"),
    ]
    (draft,) = extract_memories(lines, views=VIEWS)
    assert draft.value == (
        "用户问：上海天气怎么样？\n助手调用了 a({})，返回：first\n助手调用了 b({})，返回：second\n"
        "助手调用了 c({})"
    )
    assert [use["used_tool"] for use in tool_of(draft).used] == ["a", "b"]


def test_calls_without_results_become_no_trajectory() -> None:
    assert extract_memories([message("user", "Hi"), calling(call("f"))], views=VIEWS) == ()


def test_result_without_call_is_kept() -> None:
    (draft,) = extract_memories([result("42", "lost")], views=VIEWS)
    assert draft.value == "Called tool(), which returned: 42"


def test_tool_calls_are_parsed_in_both_forms() -> None:
    plain = {"id": "1", "name": "f", "arguments": {"a": 1}}
    assert parse_tool_calls([plain, call("f", '{"a":1}')]) == [("1", "f", '{"a":1}')] * 2
    assert parse_tool_calls([{}, "x", None]) == [("", "tool", "")]
    assert parse_tool_calls(None) == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"error":"quota"}', "quota"),
        ('{"error":{"type":"RateLimit"}}', "RateLimit"),
        ('{"error":true}', "error"),
        ('{"status":"failed"}', "failed"),
        ('{"success":false}', "failed"),
        ("TimeoutError: no answer", "TimeoutError"),
        ("request timed out", "timed_out"),
        ("city not found", "not_found"),
        ("查询失败", "失败"),
        ('{"broken', ""),
        ('{"error":null,"rain":true}', ""),
        ("[1,2]", ""),
        ("Finished, no errors.", ""),
        ("", ""),
        ("Sunny", ""),
    ],
)
def test_failing_results_are_recognised(text: str, error: str) -> None:
    (draft,) = extract_memories([calling(call("f")), result(text)], views=VIEWS)
    (use,) = tool_of(draft).used
    assert use["error_type"] == error
    assert use["success_rate"] == (0.0 if error else 1.0)


def test_each_tool_of_a_schema_block_becomes_one_memory() -> None:
    text = (
        'Use these.<tool_schema>[{"name": "get_weather", "description": "天气"}, 7,'
        ' {"type":"function","function":{"name":"book"}}]</tool_schema>'
        '<tool_schema>{"name":"single"}</tool_schema><tool_schema>[{"name":"open"}]'
    )
    result = extract_memories([message("system", text)], views=VIEWS)
    assert [(draft.key, draft.value, draft.topic) for draft in result] == [
        ("get_weather", '{"name":"get_weather","description":"天气"}', "tool:get_weather"),
        ("book", '{"type":"function","function":{"name":"book"}}', "tool:book"),
        ("single", '{"name":"single"}', "tool:single"),
    ]
    assert tool_of(result[0]) == Tool(type="ToolSchema")


@pytest.mark.parametrize("block", ["", "{", "[[[", "null", '{"no":"name"}', "[" * 100_000])
def test_invalid_schema_block_becomes_no_memory(block: str) -> None:
    assert (
        extract_memories([message("system", f"<tool_schema>{block}</tool_schema>")], views=VIEWS)
        == ()
    )


def steps(count: int) -> list[Message]:
    lines = [message("user", "Plan my trip to Lyon")]
    for step in range(count):
        failing = step == 1
        lines.append(
            calling(call("search" if step % 2 else "book", f'{{"city":"Lyon","n":{step}}}'))
        )
        lines.append(result("Error: busy" if failing else "done"))
    return lines


def test_five_rounds_become_a_skill() -> None:
    (skill,) = extract_memories(steps(5), views=SKILL)
    assert (skill.view, skill.key) == ("skill", "Plan trip Lyon")
    assert isinstance(skill.detail, Skill)
    assert skill.detail.type == "generated"
    assert skill.detail.procedure == (
        "1. Call book with city, n\n2. Call book with city, n\n"
        "3. Call search with city, n\n4. Call book with city, n"
    )
    assert skill.detail.experience == (
        "search failed (error); check its arguments before calling it again.",
    )
    assert skill.detail.examples == ("Plan my trip to Lyon",)


def test_four_rounds_become_no_skill() -> None:
    assert extract_memories(steps(4), views=SKILL) == ()
    assert len(extract_memories(steps(4), views=TOOLS)) == 4


def test_tool_calls_are_ignored_without_tool_views() -> None:
    assert extract_memories(steps(5), views=FACTS) == ()
