"""Steps are played with nothing but functions: one that sends, one that moves time."""

from typing import Any

import pytest
from msgspec import UNSET

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.scenario.language.matchers import matches
from mock_memos.scenario.player import StepMismatch, StepResult, play

ANSWER: dict[str, Any] = {
    "code": 0,
    "data": {"task_id": "t-1", "status": "running", "list": [{"tags": ["a", "b"], "n": 3}]},
}


class Stage:
    """Records calls and clock moves, and returns one answer to every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, Any] | None]] = []
        self.moves: list[float | str] = []

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        self.calls.append((method, path, body))
        return 200, ANSWER

    def play(self, steps: str) -> list[StepResult]:
        story = scenario.read(f"version: 1\ntitle: T\nsteps:\n{steps}").steps
        return list(play(story, self.send, self.moves.append, lambda: self.moves.append("idle")))


def test_play_yields_a_result_for_each_step() -> None:
    stage = Stage()
    results = stage.play("""
  - note: It begins.
    call: add/message
    body: {user_id: ana}
    save: {task: data.task_id, all: data.list}
    expect: {code: 0, data.status: running}
    status: 200
  - advance: 3
  - run_until_idle: true
  - call: get/status
    body: {task_id: "{{task}}", note: "about {{ task }}", list: "{{all}}"}
  - call: get/memory/{{task}}
""")
    assert [(result.number, result.action) for result in results] == [
        (1, "note"), (1, "call"), (2, "advance"), (3, "run_until_idle"), (4, "call"), (5, "call"),
    ]  # fmt: skip
    assert stage.calls == [
        ("POST", "/add/message", {"user_id": "ana"}),
        (
            "POST",
            "/get/status",
            {"task_id": "t-1", "note": "about t-1", "list": ANSWER["data"]["list"]},
        ),
        ("GET", "/get/memory/t-1", None),
    ]
    assert stage.moves == [3, "idle"]
    assert all(result.ok for result in results)
    assert results[0].note == "It begins."
    assert results[1].answer == ANSWER
    assert results[5].operation == "get/memory/{memory_id}"


def test_note_is_yielded_before_its_action_runs() -> None:
    stage = Stage()
    story = scenario.read("version: 1\ntitle: T\nsteps: [{note: now, call: chat}]").steps
    results = play(story, stage.send)
    assert next(results).note == "now"
    assert stage.calls == []
    assert next(results).action == "call"


def test_play_continues_after_a_mismatch() -> None:
    results = Stage().play("""
  - call: add/message
    status: 500
    expect: {code: 0, data.status: completed, data.gone: {any: true}}
    save: {lost: data.nowhere}
  - call: get/status
    body: {task_id: "{{lost}}"}
  - note: the end
""")
    assert results[0].mismatches == (
        StepMismatch("HTTP status", 500, 200),
        StepMismatch("data.status", "completed", "running"),
        StepMismatch("data.gone", {"any": True}, UNSET),
        StepMismatch("data.nowhere", "a value to save as lost", UNSET),
    )
    assert [str(mismatch) for mismatch in results[0].mismatches[1:3]] == [
        "data.status: received 'running', expected 'completed'",
        'data.gone: received nothing, expected {"any":true}',
    ]
    assert results[1].mismatches == (StepMismatch("{{lost}}", "a saved value", UNSET),)
    assert not results[1].ok
    assert results[1].method == ""
    assert results[2].action == "note"


@pytest.mark.parametrize("step", ["advance: 1", "run_until_idle: true"])
def test_time_step_without_a_clock_raises_usage_error(step: str) -> None:
    story = scenario.read(f"version: 1\ntitle: T\nsteps: [{{{step}}}]").steps
    with pytest.raises(UsageError, match=r"step 1: .* here"):
        list(play(story, Stage().send))


@pytest.mark.parametrize(
    ("actual", "expected", "fit"),
    [
        ("running", "running", True),
        (0, False, False),
        (UNSET, None, False),
        (None, None, True),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ("x", {"any": True}, True),
        (None, {"any": True}, False),
        (UNSET, {"absent": True}, True),
        (None, {"absent": True}, True),
        (0, {"absent": True}, False),
        ("a hotel", {"contains": "hotel"}, True),
        ("a hotel", {"contains": 3}, False),
        (["a", "b"], {"contains": "b"}, True),
        ([{"tags": ["a"], "n": 1}], {"contains": {"n": 1}}, True),
        ([{"tags": ["a"], "n": 1}], {"contains": {"tags": {"contains": "a"}}}, True),
        ([{"tags": ["a"], "n": 1}], {"contains": {"n": 2}}, False),
        ([3, 8], {"contains": {"above": 7}}, True),
        ({"a": 1, "b": 2}, {"contains": {"a": 1}}, True),
        (7, {"contains": 7}, False),
        ([1, 2], {"length": 2}, True),
        (UNSET, {"length": 0}, False),
        ("2025", {"matches": "^[0-9]+$"}, True),
        (2025, {"matches": "2"}, False),
        ("b", {"one_of": ["a", "b"]}, True),
        ("c", {"one_of": ["a", "b"]}, False),
        (3, {"above": 2, "below": 4}, True),
        (3, {"above": 3}, False),
        ("3", {"below": 4}, False),
        ({"any": True, "x": 1}, {"any": True, "x": 1}, True),
    ],
)
def test_matches_compares_values_and_matchers(actual: object, expected: object, fit: bool) -> None:
    assert matches(actual, expected) is fit
