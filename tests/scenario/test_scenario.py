"""Scenarios as values: loaded, with parameters and includes; which script fits; which drafts."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.core.profile_tree import Leaf
from mock_memos.core.records import Event, Preference, Skill, Tool
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import Match
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan, resolve_plan
from mock_memos.scenario.problems import ScenarioError
from mock_memos.scenario.rule_matching import first_rule

HEAD = "version: 1\ntitle: A test\n"


def read(text: str, **parameters: Any) -> Scenario:
    return scenario.read(HEAD + text, **parameters)


def test_scenario_needs_only_version_and_title() -> None:
    assert read("") == Scenario(name="scenario", title="A test", given=read("").given)


def test_yaml_is_imported_only_when_a_file_is_loaded() -> None:
    code = "import sys, mock_memos.scenario; print('yaml' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert printed.strip() == b"False"


# --- values ---


def test_plain_scalars_are_read_as_in_json() -> None:
    steps = read("""
steps:
  - call: chat
    body: {a: on, b: no, c: 0610, d: 2025-12-10, e: 1_000, f: 1e3, g: ~, h: true, i: -2, j: 1.5}
""").steps
    assert steps[0].body == {
        "a": "on", "b": "no", "c": "0610", "d": "2025-12-10", "e": "1_000", "f": 1000.0,
        "g": None, "h": True, "i": -2, "j": 1.5,
    }  # fmt: skip


def test_yaml_alias_repeats_a_value() -> None:
    steps = read("""
steps:
  - {call: chat, body: &body {query: hello}}
  - {call: chat, body: *body}
""").steps
    assert steps[0].body == steps[1].body == {"query": "hello"}


def test_loaded_settings_are_those_of_the_file() -> None:
    assert read("settings: {processing_delay: 5, start_time: 2025-12-10}").settings == {
        "processing_delay": 5,
        "start_time": "2025-12-10",
    }


# --- parameters ---

WITH_PARAMETERS = """
parameters: {who: ana, seconds: 5, late: false}
settings: {processing_delay: "${seconds}"}
given: {users: {"${who}": {memories: ["${who} waits ${seconds} s, late: ${late}, $${who}"]}}}
"""


def test_parameters_use_default_values() -> None:
    loaded = read(WITH_PARAMETERS)
    assert loaded.settings == {"processing_delay": 5}
    assert loaded.given[0].users["ana"].memories == ("ana waits 5 s, late: false, ${who}",)


def test_parameters_use_given_values() -> None:
    loaded = read(WITH_PARAMETERS, who="zoe", seconds=0.5)
    assert loaded.settings == {"processing_delay": 0.5}
    assert loaded.given[0].users["zoe"].memories[0] == "zoe waits 0.5 s, late: false, ${who}"


def test_unknown_parameter_raises_usage_error() -> None:
    with pytest.raises(UsageError, match="no parameter 'sconds', did you mean 'seconds'"):
        read(WITH_PARAMETERS, sconds=3)


# --- includes ---


def test_included_rules_come_after_own_rules(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        HEAD
        + """
parameters: {reply: base}
settings: {processing_delay: 1, fast_delay: 1}
given: {users: {ana: {memories: [one]}}}
rules: [{then: {chat: "${reply}"}}]
faults: [{fault: latency}]
steps: [{note: never told}]
"""
    )
    (tmp_path / "top.yaml").write_text(
        HEAD
        + """
include: [base.yaml]
parameters: {reply: top}
settings: {processing_delay: 2}
given: {users: {ana: {memories: [two]}}}
rules: [{then: {chat: first}}]
"""
    )
    loaded = scenario.load(tmp_path / "top.yaml")
    assert loaded.settings == {"processing_delay": 2, "fast_delay": 1}
    assert [given.users["ana"].memories for given in loaded.given] == [("one",), ("two",)]
    assert [rule.then.chat for rule in loaded.rules] == ["first", "top"]
    assert [fault.fault for fault in loaded.faults] == ["latency"]
    assert loaded.steps == ()


def test_include_accepts_a_shipped_name() -> None:
    assert read("include: [guangzhou-hotel]").settings["start_time"] == "2025-12-10T09:44:35.901Z"


def test_include_outside_the_folder_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(HEAD)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    top = inner / "top.yaml"
    absolute = tmp_path / "secret.yaml"
    top.write_text(HEAD + f"include: [../secret.yaml, link.yaml, {absolute}, gone.yaml]\n")
    assert [problem.message for problem in scenario.check(top)] == [
        "'../secret.yaml' is outside the folder of this file",
        "'link.yaml' is outside the folder of this file",
        f"'{absolute}' is outside the folder of this file",
        "file 'gone.yaml' not found in the folder of this file",
    ]


def test_circular_include_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "include: [b.yaml]\n")
    (tmp_path / "b.yaml").write_text(HEAD + "include: [a.yaml]\n")
    (problem,) = scenario.check(tmp_path / "a.yaml")
    assert problem.file == str(tmp_path / "b.yaml")
    assert problem.message == "'a.yaml' includes this file"


def test_mistake_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "include: [b.yaml]\nabuot: x\n")
    (tmp_path / "b.yaml").write_text("title: B\n")
    first, second = scenario.check(tmp_path / "a.yaml")
    assert (first.file, first.line) == (str(tmp_path / "a.yaml"), 4)
    assert (second.file, second.message) == (
        str(tmp_path / "b.yaml"),
        "the key version is missing",
    )


def test_text_includes_only_shipped_scenarios() -> None:
    with pytest.raises(ScenarioError, match="only shipped scenarios can be included here"):
        read("include: [./base.yaml]")


# --- the library ---


def test_shipped_scenarios_load_and_have_a_description() -> None:
    shipped = scenario.shipped_scenarios()
    assert {"guangzhou-hotel", "harbour-inn", "slow-processing"} <= {item.name for item in shipped}
    for item in shipped:
        loaded = scenario.load(item.name)
        assert (loaded.name, loaded.title) == (item.name, item.title)
        assert loaded.description
        assert loaded.steps
        first = item.path.read_text(encoding="utf-8").partition("\n")[0]
        assert first == "# yaml-language-server: $schema=./scenario.schema.json"


def test_unknown_name_suggests_the_closest_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'guangzhou-hotel'"):
        scenario.scenario_path("guangzhou-hotle")
    assert scenario.scenario_path("harbour-inn").name == "harbour-inn.yaml"


def test_missing_file_raises_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        scenario.load(tmp_path / "mine.yaml")
    (problem,) = scenario.check(tmp_path / "mine.yaml")
    assert "cannot be read" in problem.message


def test_official_example_has_the_official_words() -> None:
    loaded = scenario.load("guangzhou-hotel")
    fact, preference = tuple(loaded.rules[0].then.drafts())
    assert fact.key == "暑假广州旅游计划"
    assert fact.value == "用户计划在暑假期间前往广州旅游，并选择了七天连锁酒店作为住宿选项。"
    assert fact.tags == ("旅游", "广州", "住宿", "酒店")
    assert preference.value == "用户可能偏好性价比较高的酒店选择。"
    assert preference.detail == Preference(
        "implicit_preference",
        "七天酒店通常以经济实惠著称，而用户选择七天酒店可能表明其在住宿方面倾向于选择性价比较高的"
        "选项。虽然用户没有明确提到预算限制或具体酒店偏好，但在提供的选项中选择七天可能反映了对价格"
        "和实用性的重视。",
    )
    messages = loaded.steps[0].body["messages"]
    assert [message["content"] for message in messages] == [
        "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？",
        "您可以考虑【七天、全季、希尔顿】等等",
        "我选七天",
        "好的，有其他问题再问我。",
    ]


# --- scripts ---


def subject(operation: str, text: str = "") -> RequestFacts:
    return RequestFacts.of(operation, {"query": text})


def test_first_matching_rule_applies() -> None:
    scenarios = [
        read("rules: [{when: {text: tea}, then: {memories: [tea]}}]"),
        read("rules: [{when: {text: t}, then: {memories: [t]}}, {then: {memories: [any]}}]"),
    ]
    chosen = [first_rule(scenarios, subject("add/message", text)) for text in ("tea", "to", "be")]
    assert [item and item.rule.then.memories for item in chosen] == [("tea",), ("t",), ("any",)]
    assert chosen[2] is not None
    assert chosen[2].key == "scenario#2"


def test_rule_matches_only_operations_of_its_effects() -> None:
    scenarios = [read("rules: [{then: {memories: [x]}}, {then: {chat: hello}}]")]
    chosen = first_rule(scenarios, subject("chat"))
    assert chosen is not None
    assert chosen.rule.then.chat == "hello"
    assert first_rule(scenarios, subject("search/memory")) is None


def test_rule_used_times_times_is_skipped() -> None:
    scenarios = [read("rules: [{times: 2, then: {chat: twice}}, {then: {chat: then}}]")]
    replies = []
    used: dict[str, int] = {}
    for _ in range(3):
        chosen = first_rule(scenarios, subject("chat"), used)
        assert chosen is not None
        used[chosen.key] = used.get(chosen.key, 0) + 1
        replies.append(chosen.rule.then.chat)
    assert replies == ["twice", "twice", "then"]


def test_rule_can_be_built_in_python() -> None:
    written = Scenario(
        name="mine",
        title="Mine",
        rules=(Rule(when=Match(text="tea"), then=Then(memories=("The user likes tea.",))),),
    )
    chosen = first_rule([written], subject("add/message", "I like tea"))
    assert chosen is not None
    assert next(chosen.rule.then.drafts()).value == "The user likes tea."


def test_rules_with_different_effects_apply_together() -> None:
    scenarios = [read("rules: [{then: {task: {hold: true}}}, {then: {memories: [x]}}]")]
    chosen = first_rule(scenarios, subject("add/message"), effects=("memories", "no_memories"))
    assert chosen is not None
    assert chosen.key == "scenario#2"


def test_feedback_adds_replaces_and_deletes() -> None:
    (rule,) = read("""
rules:
  - then:
      feedback:
        add: [A bare fact., {value: A fact.}]
        replace: [{text: old, to: new}, {text: older, to: {key: Key, value: newer}}]
        delete: [gone]
""").rules
    feedback = rule.then.feedback
    assert feedback is not None
    assert [draft.value for draft in feedback.drafts()] == ["A bare fact.", "A fact."]
    assert [item.entry().value for item in feedback.replace] == ["new", "newer"]
    assert feedback.delete == ("gone",)


def test_each_kind_of_memory_becomes_a_draft() -> None:
    (rule,) = read("""
rules:
  - then:
      memories: [{key: Home, value: The user lives in Lyon., tags: [home], topic: home,
                  confidence: 0.8, relativity: 0.7, memory_type: UserMemory}, A bare fact.]
      preferences: [The user likes tea., {preference: The user likes quiet., reasoning: Said so.,
                    type: implicit_preference}]
      tools: [{value: asked and answered, experience: works, used: [{used_tool: get_weather}]},
              {type: ToolSchema, value: {name: get_weather}}]
      skills: [{name: Plan a trip, description: How to plan, procedure: 1. Ask, examples: [one]}]
      events: [{key: Review, value: They met., times: [last Tuesday],
                locations: [Lyon], roles: [Li]}]
""").rules
    drafts = tuple(rule.then.drafts())
    assert [draft.view for draft in drafts] == [
        "detail_factual", "detail_factual", "preference", "preference", "tool_memory",
        "tool_memory", "skill", "event",
    ]  # fmt: skip
    home, bare, tea, quiet, trajectory, schema, skill, event = drafts
    assert (home.key, home.tags, home.topic) == ("Home", ("home",), "home")
    assert (home.confidence, home.relativity, home.memory_type) == (0.8, 0.7, "UserMemory")
    assert (bare.key, bare.value, bare.confidence) == ("A bare fact.", "A bare fact.", 0.99)
    assert tea.detail == Preference("explicit_preference", "")
    assert quiet.detail == Preference("implicit_preference", "Said so.")
    assert isinstance(trajectory.detail, Tool)
    assert trajectory.detail.used[0]["success_rate"] == 1.0
    assert schema.value == '{"name":"get_weather"}'
    assert isinstance(skill.detail, Skill)
    assert (skill.key, skill.value, skill.detail.examples) == (
        "Plan a trip", "How to plan", ("one",),
    )  # fmt: skip
    assert event.detail == Event(time=("last Tuesday",), location=("Lyon",), roles=("Li",))


@pytest.mark.parametrize(
    ("plan", "completion", "outcome", "reason"),
    [
        ("{fast_after_seconds: 1}", None, "completed", ""),
        ("{after_seconds: 0}", "after_seconds", "completed", ""),
        ("{after_polls: 3}", "after_polls", "completed", ""),
        ("{immediately: true, failed: too long}", "immediately", "failed", "too long"),
        ("{hold: true, partial_failure: true}", "hold", "partial_failure", ""),
        ("{stuck: true}", "stuck", "completed", ""),
        ("{after_seconds: 2, unknown_to_status: true}", "after_seconds", "unknown_to_status", ""),
    ],
)
def test_task_plan_has_completion_and_outcome(
    plan: str, completion: str | None, outcome: str, reason: str
) -> None:
    (rule,) = read(f"rules: [{{then: {{task: {plan}}}}}]").rules
    task = rule.then.task
    assert task is not None
    assert (task.completion, task.outcome, task.reason) == (completion, outcome, reason)


def test_resolve_plan_fills_in_the_delays_of_the_settings() -> None:
    resolved = partial(resolve_plan, processing_delay=3, fast_delay=1)
    assert resolved(TaskPlan()) == TaskPlan(after_seconds=3, fast_after_seconds=1)
    own = TaskPlan(after_seconds=0, fast_after_seconds=9, failed="why")
    assert resolved(own) == own
    assert resolved(TaskPlan(hold=True)) == TaskPlan(hold=True, fast_after_seconds=1)
    assert resolved(TaskPlan(immediately=True)) == TaskPlan(immediately=True)


def test_resolve_plan_ends_synchronous_tasks_immediately() -> None:
    resolved = partial(resolve_plan, processing_delay=3, fast_delay=1, synchronous=True)
    assert resolved(TaskPlan(after_seconds=9)) == resolved(TaskPlan()) == TaskPlan(immediately=True)
    assert resolved(TaskPlan(after_polls=2)) == TaskPlan(after_polls=2)


def test_chat_answer_is_a_text_or_chunks() -> None:
    short, long = read("""
rules:
  - then: {chat: hello}
  - then: {chat: {chunks: [Good, " day"], reasoning: be polite, pause: 0.2}}
""").rules
    one, other = short.then.answer(), long.then.answer()
    assert one is not None
    assert one.text == "hello"
    assert other is not None
    assert (other.text, other.chunks) == ("Good day", ("Good", " day"))


def test_template_binding_has_fields_by_path() -> None:
    (given,) = read("""
given:
  templates:
    - name: Guest
      metadata: {Basics: {City: {value: "", algorithm_updatable: true}}}
      bind:
        - user_id: ana
          values: {Basics.City: Lyon, Basics.Job: {value: cook, algorithm_updatable: false}}
""").given
    assert given.templates[0].bind[0].fields == {
        ("Basics", "City"): Leaf("Lyon"),
        ("Basics", "Job"): Leaf("cook", algorithm_updatable=False),
    }
