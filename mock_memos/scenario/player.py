"""Plays the steps of a scenario, with functions that send calls and move the clock."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import find_value
from mock_memos.scenario.language.document import ScenarioStep, operation_of
from mock_memos.scenario.language.matchers import matches
from mock_memos.scenario.placeholders import substitute_saved, unsaved_names

Send = Callable[[str, str, dict[str, Any] | None], tuple[int, dict[str, Any]]]
"""Sends method, path below the base URL and body. Returns the HTTP status and the answer."""


class StepMismatch(msgspec.Struct, frozen=True):
    """A value in an answer that is not as expected. A missing value is `UNSET`."""

    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        actual = "nothing" if self.actual is UNSET else _to_text(self.actual)
        return f"{self.path}: received {actual}, expected {_to_text(self.expected)}"


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one step. A step with a note and an action has two results.

    A call has method, path, body, status and answer; `advance` has seconds.
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
        """Whether the answer was as expected."""
        return not self.mismatches


def play(
    steps: Iterable[ScenarioStep],
    send: Send,
    advance: Callable[[float], object] | None = None,
    run_until_idle: Callable[[], object] | None = None,
) -> Iterator[StepResult]:
    """Yields the results of the steps. Each step runs when its result is requested.

    A mismatch does not stop playing. Raises `UsageError` for a step whose function is missing.
    """
    saved: dict[str, Any] = {}
    for number, step in enumerate(steps, 1):
        if step.note:
            yield StepResult(number=number, action="note", note=step.note)
        if step.call is not None:
            yield _play_call(number, step, step.call, send, saved)
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


def _play_call(
    number: int, step: ScenarioStep, call: str, send: Send, saved: dict[str, Any]
) -> StepResult:
    mismatches = [
        StepMismatch(f"{{{{{name}}}}}", "a saved value", UNSET)
        for _, name in unsaved_names([call, step.body, step.expect], saved)
    ]
    if mismatches:
        return StepResult(
            number=number, action="call", operation=call, mismatches=tuple(mismatches)
        )
    path = f"/{substitute_saved(call, saved)}"
    operation = operation_of(call)
    method = "GET" if operation == "get/memory/{memory_id}" else "POST"
    body = substitute_saved(step.body, saved) if method == "POST" else None
    status, answer = send(method, path, body)
    mismatches = list(_mismatches(step, status, answer, substitute_saved(step.expect, saved)))
    for name, value_path in step.save.items():
        value = find_value(answer, value_path)
        if value is UNSET:
            mismatches.append(StepMismatch(value_path, f"a value to save as {name}", UNSET))
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
        mismatches=tuple(mismatches),
    )


def _mismatches(
    step: ScenarioStep, status: int, answer: dict[str, Any], expectations: dict[str, Any]
) -> Iterator[StepMismatch]:
    if step.status is not None and status != step.status:
        yield StepMismatch("HTTP status", step.status, status)
    for path, expected in expectations.items():
        actual = find_value(answer, path)
        if not matches(actual, expected):
            yield StepMismatch(path, expected, actual)


def _to_text(value: Any) -> str:
    return msgspec.json.encode(value).decode() if not isinstance(value, str) else repr(value)
