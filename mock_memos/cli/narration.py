"""Prints a scenario while it is played: virtual time, calls, results and found memories."""

import sys
from collections.abc import Iterator
from typing import Any, TextIO

from mock_memos.cli.play_targets import PlayTarget
from mock_memos.core.clock import to_iso
from mock_memos.core.text import pluralize
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.player import StepResult, play
from mock_memos.server.access_log import supports_color


def narrate(
    scenario: Scenario, target: PlayTarget, end: str = "", out: TextIO | None = None
) -> int:
    """Plays and prints the steps of a scenario. Returns the number of mismatches.

    `end` is printed last if all results are as expected.
    """
    narrator = Narrator(target, out or sys.stdout)
    narrator.title(scenario.title)
    results = play(scenario.steps, target.send, target.advance, target.run_until_idle)
    mismatches = sum(not narrator.show(result) for result in results)
    narrator.close(f"{mismatches} not as expected" if mismatches else end)
    return mismatches


class Narrator:
    """Prints steps: virtual time, operation, result, found memories."""

    def __init__(self, target: PlayTarget, out: TextIO) -> None:
        self._target = target
        self._out = out
        self._color = supports_color(out)
        self._started = target.now

    def title(self, text: str) -> None:
        self._line(self._paint("1", text))

    def show(self, result: StepResult) -> bool:
        """Prints one result. Returns whether it is as expected."""
        if result.action == "note":
            self._line("\n" + self._paint("2", f"# {result.note.strip()}"))
        elif result.action == "call":
            self._row(result.operation, *call_summary(result))
            for label, text in found_items(result.answer):
                self._item(label, text)
        else:
            self._row("", self._paint("33", self._passed(result)))
        for mismatch in result.mismatches:
            self._row("", self._paint("31", f"not as expected: {mismatch}"))
        return result.ok

    def close(self, end: str) -> None:
        """Prints the time that passed, and `end`."""
        passed = self._seconds((self._target.now - self._started) / 1000)
        self._line("\n" + self._paint("2", f"# {passed}, {end}"))

    def _passed(self, result: StepResult) -> str:
        passed = self._seconds(result.seconds) if result.seconds else "time"
        return f"... {passed} passed ..."

    def _seconds(self, number: float) -> str:
        virtual = "virtual " if self._target.virtual else ""
        return f"{number:g} {virtual}second{'' if number == 1 else 's'}"

    def _row(self, operation: str, *texts: str) -> None:
        time = self._paint("36", to_iso(self._target.now)[11:19])
        self._line(f"{time}  {self._paint('1', operation.ljust(13))}  {'  '.join(texts)}".rstrip())

    def _item(self, label: str, text: str) -> None:
        for line in text.splitlines():
            self._line(f"          {self._paint('32', label.rjust(13))}  {line}")
            label = ""

    def _paint(self, color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self._color and text else text

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")


def call_summary(result: StepResult) -> Iterator[str]:
    """Yields short texts about the request and the result of a call."""
    request, data = result.body or {}, _data(result.answer)
    if result.answer.get("code") != 0:
        yield f"{result.answer.get('code', result.status)} {result.answer.get('message', '')}"
        return
    if "messages" in request:
        mode = "async" if request.get("async_mode", True) else "sync"
        number = len(request["messages"])
        yield f"{pluralize(number, 'message')}, {mode}:"
    if "query" in request:
        yield str(request["query"])
    if "status" in data:
        yield f"task {data.get('task_id', '')[:8]} {data['status']}"


def found_items(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields found memories, each with a label."""
    data = _data(answer)
    for memory in data.get("memory_detail_list", ()):
        if "mode:fast" in memory["tags"]:
            yield "fast memory", memory["memory_value"]
        else:
            yield "memory", f"{memory['memory_key']}\n{memory['memory_value']}"
    for preference in data.get("preference_detail_list", ()):
        yield "preference", preference["preference"]
    for tool in data.get("tool_memory_detail_list", ()):
        yield "tool memory", str(tool["tool_value"])
    for skill in data.get("skill_detail_list", ()):
        yield "skill", skill["skill_value"]["name"]
    if isinstance(response := data.get("response"), str):
        yield "answer", response


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}
