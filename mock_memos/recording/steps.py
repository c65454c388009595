"""The steps of a recorded scenario: the calls, the time between them, and what answers say."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_memos.journal.id_map import is_id_field, texts_in
from mock_memos.recording.draft import seconds
from mock_memos.recording.recorded_calls import RecordedCall
from mock_memos.scenario.placeholders import escape

Step = dict[str, Any]

HEADING: Final = "Recorded: "
"""Begins the first step of a recording. A merge finds the recording by this step."""

_NOT_CHECKED: Final = {
    "chat_time", "create_time", "created_at", "message", "preference_note", "project_id",
    "skill_url", "sources", "update_time", "updated_at",
}  # fmt: skip
"""Fields that differ from run to run, or repeat another field."""
_MAX_NUMBER: Final = 1e100
"""Scenario files contain no larger number."""
_ID_NAMES: Final = {
    "create/knowledgebase": "base", "add/knowledgebase-file": "file",
    "get/knowledgebase-file": "file",
}  # fmt: skip
"""What a field named `id` identifies; elsewhere a memory."""


class StepWriter:
    """Writes calls as steps. Identifiers that later calls use are saved under names."""

    def __init__(self, title: str, calls: Sequence[RecordedCall]) -> None:
        self._title = title
        self._calls = calls
        self._saved: dict[str, str] = {}
        """By identifier, its name."""
        self._sent: set[str] = set()
        """Strings that the client chose."""
        self._last_use = {
            text: call.index
            for call in calls
            for text in (*call.exchange.path.split("/"), *texts_in(call.body))
        }

    def steps(self) -> Iterator[Step]:
        """Yields every step."""
        yield {"note": HEADING + escape(self._title)}
        now = self._calls[0].time_ms if self._calls else 0
        for call in self._calls:
            if call.time_ms > now:
                yield {"advance": seconds(call.time_ms - now)}
                now = call.time_ms
            yield self._step(call) if call.is_step else _left_out(call)

    def _step(self, call: RecordedCall) -> Step:
        step: Step = {"call": self._fill(call.exchange.path)}
        self._sent |= {text for text in texts_in(call.body) if text not in self._saved}
        if call.body and call.exchange.method == "POST":
            step["body"] = self._fill(call.body)
        step["status"] = call.exchange.status
        step["expect"] = expect = {}
        save: dict[str, str] = {}
        for path, field, value in _leaves(call.answer):
            if isinstance(value, str) and is_id_field(field) and value not in self._sent:
                if value in self._saved and self._saved[value] not in save:
                    expect[path] = f"{{{{{self._saved[value]}}}}}"
                elif value not in self._saved and self._last_use.get(value, -1) > call.index:
                    self._saved[value] = name = self._new_name(field, call.operation)
                    save[name] = path
            elif not is_id_field(field):
                expect[path] = escape(value, in_steps=True)
        return step | ({"save": save} if save else {})

    def _new_name(self, field: str, operation: str) -> str:
        name = _ID_NAMES.get(operation, "memory") if field == "id" else field.rpartition("_id")[0]
        count = sum(saved.rstrip("0123456789") == name for saved in self._saved.values())
        return f"{name}{count + 1}" if count else name

    def _fill(self, value: Any) -> Any:
        """Replaces saved identifiers by their names."""
        if isinstance(value, dict):
            return {escape(key, in_steps=True): self._fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill(item) for item in value]
        if not isinstance(value, str):
            return value
        head, slash, last = value.rpartition("/")
        if last in self._saved:
            return f"{head}{slash}{{{{{self._saved[last]}}}}}"
        return escape(value, in_steps=True)


def _left_out(call: RecordedCall) -> Step:
    exchange = call.exchange
    return {
        "note": escape(
            f"Left out: {exchange.method} {exchange.path}, answered with {exchange.status}. "
            "Steps can only call operations, with an object as body."
        )
    }


def _leaves(value: Any, path: str = "", field: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yields dotted path, field name and value of every part of an answer to check.

    A list is checked by its length and its items. Keys with a dot cannot be in a path.
    """
    if isinstance(value, dict) and value:
        for name, item in value.items():
            if name not in _NOT_CHECKED and "." not in name:
                yield from _leaves(item, f"{path}.{name}" if path else name, name)
    elif isinstance(value, list) and value:
        yield path, "", {"length": len(value)}
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}", field)
    elif path and not (isinstance(value, float) and abs(value) >= _MAX_NUMBER):
        yield path, field, value
