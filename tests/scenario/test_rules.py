"""Rules of scenarios: which one applies, and its effects."""

from functools import partial
from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.core.profile_tree import Leaf
from mock_memos.core.records import Event, Preference, Skill, Tool
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import Match
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan, resolve_plan
from mock_memos.scenario.rule_matching import first_rule

HEAD = "version: 1\ntitle: A test\n"


def read(text: str, **parameters: Any) -> Scenario:
    return scenario.read(HEAD + text, **parameters)


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
    plain, chunked = short.then.answer(), long.then.answer()
    assert plain is not None
    assert plain.text == "hello"
    assert chunked is not None
    assert (chunked.text, chunked.chunks) == ("Good day", ("Good", " day"))


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
