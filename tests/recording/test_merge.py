"""A recording is merged into a scenario file, whose comments and formatting stay."""

from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.recording.composer import compose
from mock_memos.recording.merge import merge
from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import value_to_yaml
from tests.support.recording import record_story

FILE = """\
# The team's own words.
version: 1
title: Tea and inns

settings:
  processing_delay: 5  # long enough to see it
  start_time: 2025-01-01T00:00:00Z

given:
  users:
    ana:
      memories:
        # from last year
        - The user lives in Lyon.

        - {value: The user has a cat., time: 2024-05-01}

# What comes of it.
rules:
  # People who ask for tea like it.
  - name: tea
    when:
      text: tea
    then:
      preferences: [The user likes tea.]

  - when: {text: 'coffee'}  # single quotes
    then: {no_memories: true}

# How it goes.
steps:
  - note: >-
      Once upon a time,
      long ago.
  - call: search/memory
    body: &question {user_id: ana, query: "Tea?"}   # three spaces
  - call: search/memory
    body: *question
"""


def record(name: str, title: str = "A session") -> str:
    return compose(record_story(name).exchanges, title).to_yaml(compact=True)


def values(text: str) -> Any:
    return YamlSource(text).value


def test_merge_keeps_every_line_of_the_file() -> None:
    merged = merge(FILE, record("feedback-corrects-preference"))
    lines = iter(merged.splitlines())
    assert all(line in lines for line in FILE.splitlines()), merged
    assert scenario.read(merged).steps


def test_merge_of_the_same_recording_changes_nothing() -> None:
    recorded = record("feedback-corrects-preference")
    once = merge(FILE, recorded)
    assert merge(once, recorded) == once


def test_merge_of_several_recordings_keeps_all() -> None:
    first, second = record("feedback-corrects-preference"), record("harbour-inn", "Another")
    merged = merge(merge(FILE, first), second)
    again = merge(merge(merged, first), second)
    assert values(again) == values(merged)
    assert "\n\n\n" not in again
    titles = [step.get("note") for step in values(merged)["steps"]]
    assert [title for title in titles if str(title).startswith("Recorded: ")] == [
        "Recorded: A session", "Recorded: Another"
    ]  # fmt: skip


def test_merge_replaces_the_steps_with_the_same_title() -> None:
    merged = merge(merge(FILE, record("harbour-inn")), record("failed-task", "Another"))
    merged = merge(merged, record("slow-processing"))
    steps = values(merged)["steps"]
    new, other = values(record("slow-processing"))["steps"], values(record("failed-task"))["steps"]
    assert steps[3 : 3 + len(new)] == new
    assert steps[3 + len(new) + 1 :] == other[1:]


def test_merge_marks_stay_with_literal_answers() -> None:
    assert "- fault: status  # call 4, word for word" in merge(
        FILE, record("feedback-corrects-preference")
    )


def test_merge_keeps_lists_without_indentation() -> None:
    text = "version: 1\ntitle: T\nsteps:\n- note: Hello.\n- note: You.  # bye\n"
    assert merge(text, "steps:\n- note: 'Recorded: x'\n") == f"{text}\n- note: 'Recorded: x'\n"


def merged_values(section: str, old: Any, new: Any) -> Any:
    head = {"version": 1, "title": "T"}
    text = merge(value_to_yaml(head | {section: old}), value_to_yaml({section: new}))
    return values(text)[section]


def test_merge_adds_only_settings_that_are_missing() -> None:
    old = {"start_time": "2025-01-01"}
    new = {"memory_time_format": "iso"}
    assert merged_values("settings", old, {"start_time": "2026-01-01"} | new) == old | new


def test_merge_adds_only_given_memories_that_are_missing() -> None:
    old = {"users": {"ana": {"memories": ["Tea.", {"value": "Cat.", "time": 1}]}}}
    bird = {"value": "Bird.", "time": 2}
    new = {"users": {"ana": {"memories": [{"value": "Cat.", "time": 2}, bird, "Tea."]}}}
    merged = merged_values("given", old, new | {"public": {"memories": ["Sun."]}})
    assert merged["users"]["ana"]["memories"] == [bird, "Tea.", {"value": "Cat.", "time": 1}]
    assert merged["public"] == {"memories": ["Sun."]}


def rule(text: str, memory: str, **keys: Any) -> dict[str, Any]:
    return {"when": {"text": text}, "then": {"memories": [memory]}} | keys


def test_merge_replaces_rules_for_the_same_requests() -> None:
    old = [rule("cake", "Cake."), rule("tea", "Tea."), rule("sun", "Sun."), rule("tea", "Late.")]
    new = [rule("dog", "Dog."), rule("tea", "Now.", times=1), rule("tea", "Then.")]
    assert merged_values("rules", old, new) == [
        rule("dog", "Dog."), rule("cake", "Cake."), rule("tea", "Now.", times=1),
        rule("tea", "Then."), rule("sun", "Sun."),
    ]  # fmt: skip


def test_merge_keeps_faults_of_another_kind() -> None:
    old = [{"fault": "latency", "when": {"text": "tea"}}]
    new = [{"fault": "status", "when": {"text": "tea"}}]
    assert merged_values("faults", old, new) == new + old


def test_merge_keeps_several_empty_lines() -> None:
    text = "version: 1\ntitle: T\n\n\n# mine\ndescription: D\n"
    assert merge(text, "settings: {seed: 1}\n").startswith(text)


def test_merge_adds_missing_sections_after_an_empty_line() -> None:
    text = "version: 1\ntitle: T\n"
    assert merge(text, "settings: {seed: 1}\n") == f"{text}\nsettings: {{seed: 1}}\n"


@pytest.mark.parametrize(
    "text", ["{version: 1, title: Mine}  # in one line\n", "version: 1\ntitle: T\nsteps: []\n"]
)
def test_merge_of_braces_keeps_the_values(text: str) -> None:
    merged = merge(text, "steps:\n  - note: Hello.\n")
    assert values(merged) == values(text) | {"steps": [{"note": "Hello."}]}


def test_merge_that_would_change_other_values_is_refused() -> None:
    text = "version: 1\ntitle: T\nparameters: {t: 2001-12-14t21:59:43.10-05:00}\n"
    with pytest.raises(UsageError, match="cannot be merged"):
        merge(text, "settings: {seed: 1}\n")
