"""Plays the steps of a scenario: calls, moves of time, words. Values in, values out.

Nothing here knows an engine or HTTP: whoever plays hands in what sends a call and what moves time.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import value_at
from mock_memos.scenario.language.document import ScenarioStep, operation_of
from mock_memos.scenario.language.matchers import matches
from mock_memos.scenario.placeholders import fill_saved, unsaved

Send = Callable[[str, str, dict[str, Any] | None], tuple[int, dict[str, Any]]]
"""From method, path below the base address and body to the HTTP status and the answer."""


class StepMismatch(msgspec.Struct, frozen=True):
    """Where an answer is not as expected. `UNSET` came where nothing did."""

    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        came = "nothing" if self.actual is UNSET else _shown(self.actual)
        return f"{self.path}: received {came}, expected {_shown(self.expected)}"


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did. A step that says something and does something gives two results.

    A call has method, path, body, status and answer; a move of time has seconds, unless it ran
    until nothing was pending.
    """

    number: int
    action: Literal["note", "call", "advance", "run_until_idle"]
    note: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""
    body: dict[str, Any] | None = None
    status: int = 0
    answer: dict[str, Any] = {}
    seconds: float = 0.0
    mismatches: tuple[StepMismatch, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.mismatches


def play(
    steps: Iterable[ScenarioStep],
    send: Send,
    advance: Callable[[float], object] | None = None,
    run_until_idle: Callable[[], object] | None = None,
) -> Iterator[StepResult]:
    """Take the steps one by one, each when its result is asked for.

    A step that is not as expected does not end the story. Raises `UsageError` at a step that moves
    time when there is nothing to move it with.
    """
    saved: dict[str, Any] = {}
    for number, step in enumerate(steps, 1):
        if step.note:
            yield StepResult(number=number, action="note", note=step.note)
        if step.call is not None:
            yield _called(number, step, step.call, send, saved)
        elif step.advance is not None:
            if advance is None:
                raise UsageError(f"step {number}: the clock cannot be moved here")
            advance(step.advance)
            yield StepResult(number=number, action="advance", seconds=step.advance)
        elif step.run_until_idle:
            if run_until_idle is None:
                raise UsageError(f"step {number}: run_until_idle is not possible here")
            run_until_idle()
            yield StepResult(number=number, action="run_until_idle")


def _called(
    number: int, step: ScenarioStep, call: str, send: Send, saved: dict[str, Any]
) -> StepResult:
    lost = [name for _, name in unsaved([call, step.body, step.expect], saved)]
    if lost:
        missing = [StepMismatch(f"{{{{{name}}}}}", "a saved value", UNSET) for name in lost]
        return StepResult(number=number, action="call", operation=call, mismatches=tuple(missing))
    path = f"/{fill_saved(call, saved)}"
    operation = operation_of(call)
    method = "GET" if operation == "get/memory/{memory_id}" else "POST"
    body = fill_saved(step.body, saved) if method == "POST" else None
    status, answer = send(method, path, body)
    differences = list(_differences(step, status, answer, fill_saved(step.expect, saved)))
    for name, where in step.save.items():
        value = value_at(answer, where)
        if value is UNSET:
            differences.append(StepMismatch(where, f"a value to save as {name}", UNSET))
        else:
            saved[name] = value
    return StepResult(
        number=number,
        action="call",
        operation=operation,
        method=method,
        path=path,
        body=body,
        status=status,
        answer=answer,
        mismatches=tuple(differences),
    )


def _differences(
    step: ScenarioStep, status: int, answer: dict[str, Any], expected: dict[str, Any]
) -> Iterator[StepMismatch]:
    if step.status is not None and status != step.status:
        yield StepMismatch("HTTP status", step.status, status)
    for path, wanted in expected.items():
        came = value_at(answer, path)
        if not matches(came, wanted):
            yield StepMismatch(path, wanted, came)


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode() if not isinstance(value, str) else repr(value)
