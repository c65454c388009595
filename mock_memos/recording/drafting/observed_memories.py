"""Every memory that the answers of a recording show, each time that one shows it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from mock_memos.api.operations.response_items import LIST_FIELDS
from mock_memos.content.fast_memory import FAST_TAG
from mock_memos.core.records import View
from mock_memos.recording.drafting.known_shape import fits
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.recording.drafting.timing import moment_of
from mock_memos.scenario.language import entries

Entry = dict[str, Any]
"""A memory as a scenario writes it."""

KEYS: Final[dict[View, str]] = {
    "detail_factual": "memories",
    "preference": "preferences",
    "tool_memory": "tools",
    "skill": "skills",
    "event": "events",
}
"""Under which key a scenario has the memories of a view; profiles are written another way."""

STRUCTS: Final[dict[View, type[entries.Entry]]] = {
    "detail_factual": entries.MemoryEntry,
    "preference": entries.PreferenceEntry,
    "tool_memory": entries.ToolEntry,
    "skill": entries.SkillEntry,
    "event": entries.EventEntry,
}

_SHOWN: Final[dict[View, dict[str, str]]] = {
    "detail_factual": {
        "key": "memory_key", "value": "memory_value", "memory_type": "memory_type", "tags": "tags",
        "confidence": "confidence",
    },
    "preference": {
        "preference": "preference", "reasoning": "reasoning", "type": "preference_type",
    },
    "tool_memory": {
        "value": "tool_value", "type": "tool_type", "experience": "experience",
        "used": "tool_used_status",
    },
    "skill": {
        "type": "skill_type", "tags": "tags", "confidence": "confidence",
    },
    "event": {
        "key": "event_key", "value": "event_value", "times": "event_time",
        "locations": "event_location", "roles": "event_roles",
    },
}  # fmt: skip
"""By the names of a scenario, the names of an answer."""

_SILENT: Final[dict[str, Any]] = {
    "memory_type": "WorkingMemory", "confidence": 0.99, "tags": [], "reasoning": "",
    "experience": "", "used": [], "times": [], "locations": [], "roles": [],
}  # fmt: skip
"""What an entry need not say."""


class Sighting(NamedTuple):
    """A memory in an answer."""

    asked: Asked
    id: str
    view: View
    item: dict[str, Any]
    of_all: bool
    """Whether the answer shows everything there is to know of it."""

    @property
    def fast(self) -> bool:
        return FAST_TAG in (self.item.get("tags") or ())

    @property
    def conversation(self) -> str:
        return str(self.item.get("conversation_id") or "")

    @property
    def created(self) -> int | None:
        return moment_of(self.item.get("create_time", self.item.get("created_at")))

    @property
    def updated(self) -> int | None:
        return moment_of(self.item.get("update_time", self.item.get("updated_at")))

    @property
    def entry(self) -> Entry:
        """The memory as a scenario writes it."""
        return entry_of(self.view, self.item)

    @property
    def text(self) -> str:
        """What a pin finds it by."""
        entry = self.entry
        said = entry.get("value") or entry.get("preference") or entry.get("name") or ""
        return said if isinstance(said, str) else ""


def seen(calls: Iterable[Asked]) -> list[Sighting]:
    """Every memory in every answer, in order. Profiles are not among them."""
    return [one for asked in calls if asked.good for one in _seen(asked)]


def _seen(asked: Asked) -> Iterator[Sighting]:
    data = asked.data if isinstance(asked.data, dict) else {}
    if asked.operation in ("search/memory", "get/memory"):
        for view, name in LIST_FIELDS.items():
            for item in data.get(name) or () if view in KEYS else ():
                if item.get("id") and fits(entry_of(view, item), STRUCTS[view]):
                    yield Sighting(asked, item["id"], view, item, True)
    elif asked.operation == "get/memory/{memory_id}" and data.get("memory_view") in KEYS:
        view, item = data["memory_view"], _spread(data)
        if data.get("id") and fits(entry_of(view, item), STRUCTS[view]):
            yield Sighting(asked, data["id"], view, item, False)


def _spread(detail: dict[str, Any]) -> dict[str, Any]:
    """A memory that was shown by its id, by the names that search has for its parts."""
    key, value = detail.get("title"), detail.get("content")
    names = {
        "memory_key": key, "memory_value": value, "preference": value, "tool_value": value,
        "event_key": key, "event_value": value,
        "skill_value": {"name": key, "description": value},
    }  # fmt: skip
    return names | detail


def entry_of(view: View, item: dict[str, Any]) -> Entry:
    """A memory of an answer as a scenario writes it; what goes without saying is left out."""
    found = {name: item[shown] for name, shown in _SHOWN[view].items() if item.get(shown)}
    if view == "skill":
        value = item.get("skill_value") or {}
        found = {name: one for name, one in value.items() if one} | found
        found = {"name": "skill"} | found
        if found.get("description") == found["name"]:
            del found["description"]
    if view == "tool_memory" and found.get("type") == "ToolSchemaMemory":
        found["type"] = "ToolSchema"
    if view == "tool_memory" and found.get("type") not in ("ToolTrajectoryMemory", "ToolSchema"):
        found.pop("type", None)
    if found.get("key") == found.get("value"):
        found.pop("key", None)
    for name, default in _SILENT.items():
        if found.get(name) == default:
            del found[name]
    if found.get("type") in ("explicit_preference", "generated", "ToolTrajectoryMemory"):
        del found["type"]
    return found


def brief(view: View, entry: Entry) -> Entry | str:
    """An entry as a bare text, if that says the same."""
    name = {"detail_factual": "value", "preference": "preference"}.get(view)
    return entry[name] if name and set(entry) == {name} else entry
