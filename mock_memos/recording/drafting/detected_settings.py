"""Which of the disputed shapes a service has, as its answers show: settings of the double."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from mock_memos.core.request_match import value_at
from mock_memos.recording.drafting.observed_memories import Sighting
from mock_memos.recording.drafting.recorded_calls import Asked


def settings_of(calls: Sequence[Asked], sightings: Sequence[Sighting]) -> dict[str, Any]:
    """The settings that differ from the default ones."""
    found: dict[str, Any] = {}
    for asked in calls:
        if not asked.good:
            if isinstance(asked.code, int) and asked.code >= 40000 and asked.exchange.status == 200:
                found["http_status"] = "always-200"
        elif (shape := _SHAPES.get(asked.operation)) is not None:
            found |= shape(asked)
    for one in sightings:
        if one.of_all and isinstance(one.item.get("create_time"), str):
            found["memory_time_format"] = "iso"
        if isinstance(one.item.get("tool_value"), dict):
            found["tool_schema_format"] = "object"
        if one.fast and " CST]: " in str(one.item.get("memory_value")):
            found["time_zone"] = "Asia/Shanghai"
    return found


def _status(asked: Asked) -> dict[str, Any]:
    return {"status_format": "list"} if isinstance(asked.data, list) else {}


def _rerank(asked: Asked) -> dict[str, Any]:
    top, inner = "results" in asked.answer, "data" in asked.answer
    return {} if top and inner else {"rerank_format": "bare" if top else "envelope"}


def _search(asked: Asked) -> dict[str, Any]:
    shown = isinstance(asked.data, dict) and "skill_detail_list" not in asked.data
    return (
        {"include_empty_lists": "requested"}
        if shown and not asked.body.get("include_skill")
        else {}
    )


def _by_id(asked: Asked) -> dict[str, Any]:
    raw = isinstance(asked.data, dict) and "metadata" in asked.data
    return {} if raw else {"memory_detail_fields": "documented"}


def _message(asked: Asked) -> dict[str, Any]:
    time = value_at(asked.answer, "data.message_detail_list.0.create_time")
    return {"message_time_format": "ms"} if isinstance(time, str) and time.isdecimal() else {}


def _chat(asked: Asked) -> dict[str, Any]:
    events = asked.answer.get("events") or [None]
    return {"sse_done_marker": True} if events[-1] == "[DONE]" else {}


_SHAPES: Final[dict[str, Callable[[Asked], dict[str, Any]]]] = {
    "get/status": _status,
    "rerank": _rerank,
    "search/memory": _search,
    "get/memory/{memory_id}": _by_id,
    "get/message": _message,
    "chat": _chat,
}
