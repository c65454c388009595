"""Mistakes in scenario files: all of them at once, each at its line and column, with a way out."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_memos import scenario
from mock_memos.scenario.problems import ScenarioError

TEN = """\
version: 1
title: Ten mistakes
descripton: the first
settings:
  processing_delay: soon
  clok: manual
given:
  users:
    ana:
      memories:
        - key: without a value
        - value: 7
rules:
  - when:
      operation: add/mesage
      pattern: "("
    then:
      memories:
        - {value: x, relativity: 1.5}
steps:
  - call: get/status
    body: {task_id: "{{task}}"}
  - advance: 3
    run_until_idle: true
"""


def test_check_lists_ten_mistakes_with_positions(tmp_path: Path) -> None:
    path = tmp_path / "ten.yaml"
    path.write_text(TEN)
    problems = scenario.check(path)
    assert [(problem.line, problem.column, problem.message) for problem in problems] == [
        (3, 1, problems[0].message),
        (5, 21, "expected a number, got the string 'soon'"),
        (6, 3, problems[2].message),
        (11, 11, "the key value is missing"),
        (12, 18, "expected a string, got the number 7; put it in quotes"),
        (15, 18, "unknown operation 'add/mesage', did you mean 'add/message'?"),
        (16, 16, problems[6].message),
        (19, 34, "must be at most 1, not 1.5"),
        (22, 21, "no earlier step saves 'task'"),
        (24, 5, "run_until_idle: cannot be combined with advance; make two steps"),
    ]  # fmt: skip
    assert problems[0].message == (
        "unknown key 'descripton', did you mean 'description'? Allowed: version, title, "
        "description, include, parameters, settings, given, rules, faults, steps"
    )
    assert problems[2].message.startswith("unknown key 'clok', did you mean 'clock'? Allowed: ")
    assert problems[6].message.startswith("invalid regular expression '(': ")
    assert str(problems[1]) == f"{path}:5:21: expected a number, got the string 'soon'"


def mistake(text: str) -> str:
    """The only mistake in some keys of an otherwise good file, without the file's name."""
    with pytest.raises(ScenarioError) as refused:
        scenario.read(f"version: 1\ntitle: T\n{text}", name="t")
    (problem,) = refused.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("steps: [{}]", "t:3:9: is empty; needs call, advance, run_until_idle or note"),
        ("steps: [{note: x, expect: {code: 0}}]", "t:3:19: expect: needs a call"),
        ("steps: [{call: chatt}]",
         "t:3:16: unknown operation 'chatt', did you mean 'chat'?"),
        ("steps: [{call: chat, expect: {code: {matches: '('}}}]",
         "t:3:37: invalid regular expression '(': missing ), unterminated subpattern "),
        ("steps: [{call: chat, expect: {code: {any: false}}}]",
         "t:3:37: any takes only true"),
        ("steps: [{call: chat, save: {a: data}}, {call: chat, body: {b: '{{aa}}'}}]",
         "t:3:63: no earlier step saves 'aa', did you mean 'a'?"),
        ("rules: [{then: {}}]",
         "t:3:16: is empty; allowed: memories, preferences, tools, skills, events, profile,"),
        ("rules: [{then: {chat: {pause: 1}}}]", "t:3:23: needs a reply or chunks"),
        ("rules: [{then: {chat: {reply: x, chunks: [y]}}}]",
         "t:3:34: chunks: joined must equal reply"),
        ("rules: [{then: {no_memories: true, memories: [x]}}]",
         "t:3:17: no_memories: cannot be combined with memories"),
        ("rules: [{when: {operation: chat}, then: {memories: [x]}}]",
         "t:3:35: then: memories does not apply to chat; it applies to add/message,"),
        ("rules: [{then: {memories: [{value: x, app_id: web}]}}]",
         "t:3:16: app_id of a memory is allowed under given only; here it comes from the"),
        ("rules: [{then: {task: {after_seconds: 1, after_polls: 1}}}]",
         "t:3:42: after_polls: cannot be combined with after_seconds"),
        ("rules: [{then: {task: {stuck: true, failed: true}}}]",
         "t:3:37: failed: cannot be combined with stuck"),
        ("rules: [{then: {task: {stuck: true, after_seconds: 1}}}]",
         "t:3:24: stuck: cannot be combined with after_seconds"),
        ("rules: [{then: {task: {after_seconds: -1}}}]", "t:3:39: must be at least 0, not -1"),
        ("rules: [{times: 0, then: {chat: x}}]", "t:3:17: must be at least 1, not 0"),
        ("rules: [{then: {tools: [{type: ToolSchema, value: x, experience: y}]}}]",
         "t:3:26: type: ToolSchema cannot be combined with experience or used"),
        ("rules: [{then: {rerank: {a: high}}}]",
         "t:3:29: expected a number, got the string 'high'"),
        ("faults: [{fault: reset, for_seconds: 0}]", "t:3:38: must be more than 0, not 0"),
        ("given: {users: {ana: {preferences: [{preference: x, type: implicit}]}}}",
         "t:3:59: 'implicit' is unknown. Allowed: explicit_preference, implicit"),
        ("given: {users: {ana: {memories: [{value: x, time: yesterday}]}}}",
         "t:3:51: invalid time 'yesterday'"),
        ("given: {users: {ana: {memories: [[x]]}}}",
         "t:3:34: expected a string or an object, got a list"),
        ("given: {templates: [{name: x, metadata: {City: Lyon}}]}",
         "t:3:41: metadata.City: expected an object with a 'value', got 'Lyon'"),
        ("given: {templates: [{name: x, metadata: {}, bind: [{}]}]}",
         "t:3:52: needs either user_id or agent_id"),
        ("settings: {start_time: tomorrow}",
         "t:3:24: invalid time 'tomorrow'"),
        ("settings: {clock: manuel}",
         "t:3:19: 'manuel' is unknown, did you mean 'manual'? Allowed: manual, step, real"),
        ("parameters: {who: ana}\ndescription: For ${hwo}",
         "t:4:14: unknown parameter 'hwo', did you mean 'who'?"),
        ("include: [harbor-inn]",
         "t:3:11: unknown scenario 'harbor-inn', did you mean 'harbour-inn'? Shipped:"),
        ("description: one\ndescription: two", "t:4:1: duplicate key description"),
        ("description: !secret x", "t:3:14: unknown tag !secret"),
        ("? [title]\n: x", "t:3:3: a key must be a text"),
        ("description: 'never closed", "t:3:27: found unexpected end of stream"),
        ("given:", "t:3:7: expected an object, got null"),
    ],
)  # fmt: skip
def test_mistake_has_position_and_message(text: str, expected: str) -> None:
    assert mistake(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "t:1:1: expected a scenario with keys such as version and title"),
        ("- a list", "t:1:1: expected a scenario with keys such as version and title"),
        ("a: 1\n---\nb: 2", "t:2:1: but found another document"),
        ("a: &a [*a]", "t:1:4: has too many or too deep values"),
        ("[" * 900, "t:1:61: has too many or too deep values"),
        ("#" * 1_000_001, "t:1:1: is longer than 1000000 characters"),
        ("version: 2\ntitle: T", "t:1:10: 2 is unknown. Allowed: 1"),
        ("version: one\ntitle: T", "t:1:10: expected one of 1, got the string 'one'"),
        ("version: 1\ntitle: ''", "t:2:8: must not be empty"),
    ],
)
def test_text_that_is_not_a_scenario_has_one_problem(text: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario.read(text, name="t")
    (problem,) = refused.value.problems
    assert str(problem) == expected


def test_deep_nesting_is_a_mistake() -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario.read("[" * 900_000, name="t")
    (problem,) = refused.value.problems
    assert "too deep" in str(problem) or "nesting depth" in str(problem)


def test_expanded_aliases_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_memos.scenario.yaml_reader.MAX_SIZE", 2_000)  # else it takes seconds
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ScenarioError, match="has too many"):
        scenario.read("\n".join(lines))


def test_binary_file_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    (problem,) = scenario.check(path)
    assert "cannot be read" in problem.message


KEYS = st.sampled_from([
    "version", "title", "include", "parameters", "settings", "given", "rules", "when", "then",
    "task", "steps", "call", "expect", "users", "ana", "memories", "value", "text", "chat",
])  # fmt: skip
VALUES = st.recursive(
    st.sampled_from(["1", "x", "true", "~", "add/message", "'${p}'", "'{{s}}'", "1.5", "''"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{k}: {v}" for k, v in items.items()) + "}"
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_keys_load_or_raise_scenario_error(keys: dict[str, str]) -> None:
    text = "\n".join(f"{key}: {value}" for key, value in keys.items())
    try:
        scenario.read(text)
    except ScenarioError as refused:
        assert refused.problems


@given(st.text(max_size=40))
def test_random_text_raises_scenario_error(text: str) -> None:
    with pytest.raises(ScenarioError):
        scenario.read(text)
