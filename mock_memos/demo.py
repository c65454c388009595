"""The command `demo`: the story of the asynchronous mode, played and narrated in virtual time."""

import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import msgspec

from mock_memos.calls import Call
from mock_memos.clock import iso
from mock_memos.face import Double
from mock_memos.inprocess import MockMemos
from mock_memos.routes import PREFIXES
from mock_memos.scenario import load
from mock_memos.story import StepResult, answer_of, play

STORY = "guangzhou-hotel"


def demo(name: str = STORY, out: TextIO | None = None) -> int:
    """Play a shipped scenario's steps. Gives 0, or 1 when something was not as expected."""
    scenario = load(name)
    memos = MockMemos(scenario=scenario, clock="manual")
    narrator = Narrator(memos, out or sys.stdout)
    narrator.title(scenario.title)
    results = play(scenario.steps, sender(memos), memos.clock.advance, memos.drain)
    as_expected = [narrator.tell(result) for result in results]
    narrator.close()
    return 0 if all(as_expected) else 1


def sender(memos: Double) -> Any:
    """What sends a step's call straight to the double's engine."""
    headers = {"authorization": f"Token {memos.api_key}"}

    def send(method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        asked = b"" if body is None else msgspec.json.encode(body)
        reply = memos.engine.handle(Call(method, PREFIXES[0] + path, headers, asked))
        return reply.status, answer_of(reply.content_type, reply.body)

    return send


class Narrator:
    """Tells what a step did: virtual time, operation, outcome, and what was found."""

    def __init__(self, memos: Double, out: TextIO) -> None:
        self._memos = memos
        self._out = out
        self._colour = out.isatty() and not os.environ.get("NO_COLOR")
        self._began = memos.clock.now

    def title(self, text: str) -> None:
        self._line(self._paint("1", text))

    def tell(self, result: StepResult) -> bool:
        """Tell one result. Gives whether it was as expected."""
        if result.kind == "say":
            self._line("\n" + self._paint("2", f"# {result.say.strip()}"))
        elif result.kind == "call":
            self._row(result.operation, *outcome(result))
            for kind, text in found(result.answer):
                self._found(kind, text)
        else:
            span = f"{result.seconds:g} virtual seconds" if result.seconds else "time"
            self._row("", self._paint("33", f"... {span} pass, and none of yours ..."))
        for difference in result.differences:
            self._row("", self._paint("31", f"not as expected: {difference}"))
        return result.ok

    def close(self) -> None:
        passed = (self._memos.clock.now - self._began) / 1000
        end = f"{passed:g} virtual seconds, no network, no key. Next: mock-memos serve"
        self._line("\n" + self._paint("2", f"# {end}"))

    def _row(self, operation: str, *texts: str) -> None:
        time = self._paint("36", iso(self._memos.clock.now)[11:19])
        self._line(f"{time}  {self._paint('1', operation.ljust(13))}  {'  '.join(texts)}".rstrip())

    def _found(self, kind: str, text: str) -> None:
        for number, line in enumerate(text.splitlines()):
            label = kind if number == 0 else ""
            self._line(f"          {self._paint('32', label.rjust(13))}  {line}")

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and text else text

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")


def outcome(result: StepResult) -> Iterator[str]:
    """What a call asked, and what became of it, in a few words."""
    asked, data = result.body or {}, result.answer.get("data") or {}
    if result.answer.get("code") != 0:
        yield f"{result.answer.get('code')} {result.answer.get('message')}"
        return
    if "messages" in asked:
        mode = "async" if asked.get("async_mode", True) else "sync"
        yield f"{len(asked['messages'])} messages, {mode}:"
    if "query" in asked:
        yield str(asked["query"])
    if "status" in data:
        yield f"task {data.get('task_id', '')[:8]} {data['status']}"


def found(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a search brought, each with the kind of it."""
    data = answer.get("data") or {}
    for memory in data.get("memory_detail_list", ()):
        if "mode:fast" in memory["tags"]:
            yield "raw memory", memory["memory_value"]
        else:
            yield "memory", f"{memory['memory_key']}\n{memory['memory_value']}"
    for preference in data.get("preference_detail_list", ()):
        yield "preference", preference["preference"]
