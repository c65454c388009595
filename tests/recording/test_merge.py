"""A recording joins a scenario: what is new is told, what was said by hand stays."""

from pathlib import Path
from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.recording.drafting.composer import compose
from mock_memos.recording.merge import merge, merge_into
from mock_memos.recording.yaml_patch import patched
from mock_memos.scenario.problems import ScenarioError
from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import written
from tests.recording.test_stories import played_story

BY_HAND = """\
# The team's own words.
version: 1
title: Tea and inns

settings:
  processing_delay: 5  # long enough to see it

rules:
  # Who asks for tea likes it.
  - name: tea
    when:
      text: tea
    then:
      preferences: [The user likes tea.]

  - when: {text: coffee}
    then: {no_memories: true}

# How it goes.
steps:
  - note: Once upon a time.   # three dots
"""


def recorded(name: str, title: str = "A session") -> dict[str, Any]:
    return compose(played_story(name).exchanges, title).document


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tea.yaml"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


def test_what_was_written_by_hand_stays_to_the_letter(file: Path) -> None:
    merged = merge_into(file, recorded("harbour-inn"))
    assert merged.comments_kept
    kept = iter(merged.text.splitlines())
    assert all(line in kept for line in BY_HAND.splitlines()), "every line, in its order"
    file.write_text(merged.text, encoding="utf-8")
    assert scenario.check(file) == []


def test_merging_the_same_recording_again_changes_nothing(file: Path) -> None:
    document = recorded("harbour-inn")
    first = merge_into(file, document)
    file.write_text(first.text, encoding="utf-8")
    again = merge_into(file, document)
    assert again.text == first.text
    assert {change.kind for change in again.changes} == {"same"}


def test_a_recording_merged_into_itself_is_the_same(tmp_path: Path) -> None:
    composed = compose(played_story("late-failure").exchanges)
    path = tmp_path / "late.yaml"
    path.write_text(composed.text, encoding="utf-8")
    merged = merge_into(path, composed.document)
    assert merged.text == composed.text
    assert {change.kind for change in merged.changes} == {"same"}


def test_the_difference_says_what_is_new_and_what_changed(file: Path) -> None:
    old: dict[str, Any] = {
        "version": 1,
        "title": "T",
        "settings": {"start_time": "2025-01-01"},
        "rules": [{"name": "mine", "when": {"text": "tea"}, "then": {"no_memories": True}}],
    }
    new = {
        "settings": {"start_time": "2026-01-01", "memory_time_format": "iso"},
        "given": {"users": {"ana": {"memories": ["The user lives in Lyon."]}}},
        "rules": [
            {"when": {"text": "tea"}, "then": {"memories": ["The user likes tea."]}},
            {"when": {"operation": "chat", "text": "where"}, "then": {"chat": "In Lyon."}},
        ],
    }
    merged, changes = merge(old, new)
    assert (
        "".join(map(str, changes))
        == """\
settings: kept: start was recorded otherwise
    -start: '2025-01-01'
    +start: '2026-01-01'
settings: new: memory_time_format
    +memory_time_format: iso
given: new: users.ana.memories
    +- The user lives in Lyon.
rules: changed: mine (every request 'tea')
         text: tea
       then:
    -    no_memories: true
    +    memories: [The user likes tea.]
rules: new: chat 'where'
    +- when: {operation: chat, text: where}
    +  then:
    +    chat: In Lyon.
"""
    )
    assert merged["settings"] == {"start_time": "2025-01-01", "memory_time_format": "to_iso"}
    assert [script["then"] for script in merged["rules"]] == [
        {"chat": "In Lyon."},
        {"memories": ["The user likes tea."]},
    ]


def test_stages_of_one_request_are_replaced_together() -> None:
    when = {"text": "tea"}
    first = [
        {"when": when, "then": {"no_memories": True}, "times": 1},
        {"when": {"text": "x"}, "then": {"no_memories": True}},
        {"when": when, "then": {"memories": ["a"]}},
    ]
    stages = [
        {"when": when, "then": {"memories": ["b"]}, "times": 2},
        {"when": when, "then": {"no_memories": True}},
    ]
    merged, (change,) = merge({"rules": first}, {"rules": stages})
    assert change.kind == "changed"
    assert merged["rules"] == [*stages, first[1]]


def test_a_story_is_found_again_by_its_title(file: Path) -> None:
    for name, title in (("harbour-inn", "one"), ("late-failure", "two"), ("stuck-task", "one")):
        merged = merge_into(file, recorded(name, title))
        file.write_text(merged.text, encoding="utf-8")
    steps = YamlSource(merged.text).value["steps"]
    said = [step["note"] for step in steps if "note" in step]
    assert said == ["Once upon a time.", "Recorded: one", "Recorded: two"]
    assert "I wrote the long report about tides." in merged.text
    assert "Which inn did I book?" not in str(steps)


def test_entries_that_only_differ_in_time_are_the_same() -> None:
    old = {"given": {"users": {"ana": {"memories": [{"value": "a", "time": "2025-01-01"}]}}}}
    new = {"given": {"users": {"ana": {"memories": [{"value": "a", "time": "2026-01-01"}]}}}}
    merged, (change,) = merge(old, new)
    assert (merged, change.kind) == (old, "same")


def test_a_file_with_mistakes_is_not_merged_into(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("title: no version\n")
    with pytest.raises(ScenarioError, match="version is missing"):
        merge_into(path, {})


def test_a_file_in_braces_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "braces.yaml"
    path.write_text("{version: 1, title: T, rules: [{then: {chat: hello}}]}\n")
    merged = merge_into(path, {"settings": {"memory_time_format": "to_iso"}})
    assert not merged.comments_kept
    assert YamlSource(merged.text).value["settings"] == {"memory_time_format": "to_iso"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: 1  # one\nb: 2\n", {"a": 1, "b": 3}),
        ("a: [1]\nb: 2 # two\n", {"a": [1, 2], "b": 2}),
        ("a:\n  # first\n  - x\n  - y\n# end\n", {"a": ["x", "z", "y", "w"]}),
        ("a:\n- x: 1\n  y: 2\n\n- x: 3\n", {"a": [{"x": 1, "y": 2}]}),
        ("a:\n  b:\n    c: 1\n\n# about d\nd: 4\n", {"a": {"b": {"c": 1, "e": 5}}, "d": 4}),
        ("a: 1", {"a": 1, "b": {"c": [1, {"d": 2}]}}),
        ("a: |\n  one\n\n  two\nb: 1\n", {"a": "x\ny\n", "b": 1}),
    ],
)
def test_only_the_lines_that_change_are_touched(old: str, new: dict[str, Any]) -> None:
    text = patched(old, YamlSource(old).value, new)
    assert text is not None
    assert YamlSource(text).value == new
    comments = [line for line in old.splitlines() if line.strip().startswith("#")]
    assert all(line in text.splitlines() for line in comments)


def test_what_cannot_be_told_apart_is_left_to_somebody_else() -> None:
    assert patched("{a: 1, b: 2}\n", {"a": 1, "b": 2}, {"a": 1, "b": 3}) is None


def test_a_shared_part_that_would_be_lost_is_noticed() -> None:
    """An anchor that goes away would take its aliases with it: the file is written anew."""
    text = "a:\n  - &x {k: 1}\n  - {k: 2}\nb: *x\n"
    value = YamlSource(text).value
    new = value | {"a": [{"k": 3}, {"k": 2}]}
    assert patched(text, value, new) is None
    assert YamlSource(written(new)).value == new
