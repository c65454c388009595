"""Tells a story while it is played: virtual time, calls, outcomes, and what was found."""

import sys
from collections.abc import Iterator
from typing import Any, TextIO

from mock_memos.cli.play_targets import PlayTarget
from mock_memos.core.clock import to_iso
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.player import StepResult, play
from mock_memos.server.access_log import supports_color


def narrate(scenario: Scenario, stage: PlayTarget, end: str = "", out: TextIO | None = None) -> int:
    """Play a scenario's steps and tell them. Gives how many were not as expected.

    `end` is said last, when all went well.
    """
    narrator = Narrator(stage, out or sys.stdout)
    narrator.title(scenario.title)
    results = play(scenario.steps, stage.send, stage.advance, stage.run_until_idle)
    wrong = sum(not narrator.show(result) for result in results)
    narrator.close(f"{wrong} not as expected" if wrong else end)
    return wrong


class Narrator:
    """Tells what a step did: virtual time, operation, outcome, and what was found."""

    def __init__(self, stage: PlayTarget, out: TextIO) -> None:
        self._stage = stage
        self._out = out
        self._colour = supports_color(out)
        self._began = stage.now

    def title(self, text: str) -> None:
        self._line(self._paint("1", text))

    def show(self, result: StepResult) -> bool:
        """Tell one result. Gives whether it was as expected."""
        if result.action == "note":
            self._line("\n" + self._paint("2", f"# {result.note.strip()}"))
        elif result.action == "call":
            self._row(result.operation, *call_summary(result))
            for kind, text in found_items(result.answer):
                self._found(kind, text)
        else:
            self._row("", self._paint("33", self._passed(result)))
        for difference in result.mismatches:
            self._row("", self._paint("31", f"not as expected: {difference}"))
        return result.ok

    def close(self, end: str) -> None:
        """Say how long it took, and something more."""
        passed = self._seconds((self._stage.now - self._began) / 1000)
        self._line("\n" + self._paint("2", f"# {passed}, {end}"))

    def _passed(self, result: StepResult) -> str:
        passed = self._seconds(result.seconds) if result.seconds else "time"
        yours = ", and none of yours" if self._stage.virtual else ""
        return f"... {passed} passed{yours} ..."

    def _seconds(self, number: float) -> str:
        virtual = "virtual " if self._stage.virtual else ""
        return f"{number:g} {virtual}second{'' if number == 1 else 's'}"

    def _row(self, operation: str, *texts: str) -> None:
        time = self._paint("36", to_iso(self._stage.now)[11:19])
        self._line(f"{time}  {self._paint('1', operation.ljust(13))}  {'  '.join(texts)}".rstrip())

    def _found(self, kind: str, text: str) -> None:
        for number, line in enumerate(text.splitlines()):
            label = kind if number == 0 else ""
            self._line(f"          {self._paint('32', label.rjust(13))}  {line}")

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and text else text

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")


def call_summary(result: StepResult) -> Iterator[str]:
    """What a call asked, and what became of it, in a few words."""
    asked, data = result.body or {}, _data(result.answer)
    if result.answer.get("code") != 0:
        yield f"{result.answer.get('code', result.status)} {result.answer.get('message', '')}"
        return
    if "messages" in asked:
        mode = "async" if asked.get("async_mode", True) else "sync"
        number = len(asked["messages"])
        yield f"{number} message{'' if number == 1 else 's'}, {mode}:"
    if "query" in asked:
        yield str(asked["query"])
    if "status" in data:
        yield f"task {data.get('task_id', '')[:8]} {data['status']}"


def found_items(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a search brought, each with the kind of it."""
    data = _data(answer)
    for memory in data.get("memory_detail_list", ()):
        if "mode:fast" in memory["tags"]:
            yield "raw memory", memory["memory_value"]
        else:
            yield "memory", f"{memory['memory_key']}\n{memory['memory_value']}"
    for preference in data.get("preference_detail_list", ()):
        yield "preference", preference["preference"]
    for tool in data.get("tool_memory_detail_list", ()):
        yield "tool memory", str(tool["tool_value"])
    for skill in data.get("skill_detail_list", ()):
        yield "skill", skill["skill_value"]["name"]
    if isinstance(said := data.get("response"), str):
        yield "answer", said


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}
