"""The memories in recorded answers, as entries of a scenario."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.api.operations.response_items import LIST_FIELDS
from mock_memos.core.records import View
from mock_memos.recording.recorded_calls import RecordedCall, moment_ms
from mock_memos.scenario.language import entries

SCENARIO_KEYS: Final[dict[View, str]] = {
    "detail_factual": "memories", "preference": "preferences", "tool_memory": "tools",
    "skill": "skills", "event": "events",
}  # fmt: skip
"""The scenario key for the memories of a view. Profiles are not drafted."""

_ENTRY_TYPES: Final[dict[View, type[entries.Entry]]] = {
    "detail_factual": entries.MemoryEntry, "preference": entries.PreferenceEntry,
    "tool_memory": entries.ToolEntry, "skill": entries.SkillEntry, "event": entries.EventEntry,
}  # fmt: skip

_FIELDS: Final[dict[View, dict[str, str]]] = {
    "detail_factual": {
        "key": "memory_key", "value": "memory_value", "memory_type": "memory_type",
        "tags": "tags", "confidence": "confidence",
    },
    "preference": {
        "preference": "preference", "reasoning": "reasoning", "type": "preference_type",
    },
    "tool_memory": {
        "value": "tool_value", "type": "tool_type", "experience": "experience",
        "used": "tool_used_status",
    },
    "skill": {"type": "skill_type", "tags": "tags", "confidence": "confidence"},
    "event": {
        "key": "event_key", "value": "event_value", "times": "event_time",
        "locations": "event_location", "roles": "event_roles",
    },
}  # fmt: skip
"""Fields of an entry, and the fields of an answer that state them."""


class ObservedMemory(NamedTuple):
    """One memory in one answer of search/memory or get/memory."""

    call: RecordedCall
    view: View
    item: dict[str, Any]

    @property
    def id(self) -> str:
        """The id that the service gave it."""
        return str(self.item["id"])

    @property
    def updated_ms(self) -> int | None:
        """When it was last written."""
        return moment_ms(self.item.get("update_time"))

    @property
    def entry(self) -> dict[str, Any]:
        """The scenario entry, without fields that have their default."""
        entry = {name: self.item[field] for name, field in _FIELDS[self.view].items()
                 if field in self.item}  # fmt: skip
        if self.view == "skill":
            entry |= self.item["skill_value"]
        if entry.get("type") == "ToolSchemaMemory":  # as one sample of the documentation prints it
            entry["type"] = "ToolSchema"
        struct = msgspec.convert(entry, _ENTRY_TYPES[self.view])
        defaults = {field.name: field.default for field in msgspec.structs.fields(struct)}
        defaults["key"] = entry.get("value")
        return {
            name: value
            for name, value in entry.items()
            if value != {} and getattr(struct, name) != defaults[name]
        }

    @property
    def text(self) -> str:
        """The text that selects it in the `search` key of a rule."""
        entry = self.entry
        names = ("value", "description", "name", "preference")
        return str(next(entry[name] for name in names if name in entry))


def observed_memories(calls: Sequence[RecordedCall]) -> list[ObservedMemory]:
    """Returns every memory in every answer, in order. Leaves out those no entry can express."""
    return [memory for call in calls for memory in _in_answer(call) if _is_entry(memory)]


def _in_answer(call: RecordedCall) -> Iterator[ObservedMemory]:
    if call.operation in ("search/memory", "get/memory") and call.is_success and call.data:
        for view, name in LIST_FIELDS.items():
            if view in SCENARIO_KEYS:
                yield from (ObservedMemory(call, view, item) for item in call.data.get(name, ()))


def _is_entry(memory: ObservedMemory) -> bool:
    try:
        return bool(memory.entry)
    except msgspec.ValidationError:
        return False


def to_scenario_entry(memory: ObservedMemory) -> dict[str, Any] | str:
    """Returns the entry, as a bare text if it consists of that."""
    entry = memory.entry
    name = {"detail_factual": "value", "preference": "preference"}.get(memory.view)
    return str(entry[name]) if name and set(entry) == {name} else entry
