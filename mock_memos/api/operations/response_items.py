"""Memories as the answers show them: one function for each view."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_memos.api.models.items import (
    EventHit,
    Fact,
    ListedEvent,
    ListedFact,
    ListedPreference,
    ListedTool,
    PreferenceItem,
    ProfileHit,
    ProfileInstance,
    SkillItem,
    SkillValue,
    Source,
    ToolItem,
    ToolUse,
)  # fmt: skip
from mock_memos.core.clock import iso
from mock_memos.core.profile_tree import nested
from mock_memos.core.records import (
    Field,
    Happening,
    Memory,
    Preference,
    Profile,
    Skill,
    Tool,
    View,
)  # fmt: skip
from mock_memos.core.settings import Settings

LISTS: Final[dict[View, str]] = {
    "detail_factual": "memory_detail_list",
    "preference": "preference_detail_list",
    "profile": "profile_detail_list",
    "event": "event_detail_list",
    "tool_memory": "tool_memory_detail_list",
    "skill": "skill_detail_list",
}
"""The list of an answer in which each view stands."""

PROJECT: Final = "mock-project"
"""The project that a key belongs to; the service tells only its id (assumed)."""


def hit(memory: Memory, relativity: float, settings: Settings) -> Any:
    """A memory as search/memory shows it."""
    if memory.view == "profile":
        return _profile_hit(memory, relativity)
    fields = _COMMON[memory.view](memory, settings)
    kind = _HITS[memory.view]
    return kind(**fields, relativity=relativity)


def listed(memory: Memory, settings: Settings) -> Any:
    """A memory as get/memory shows it; without a query the relativity means nothing."""
    fields = _COMMON[memory.view](memory, settings)
    if memory.view != "event":
        fields["relativity"] = 0.0
    if memory.view == "tool_memory":
        fields |= {"source": "chat", "info": memory.info}
    elif memory.view != "skill":
        fields |= {"sources": sources(memory), "info": memory.info}
    return _LISTED[memory.view](**fields)


def instance(profile: Profile) -> ProfileInstance:
    """A profile as get/memory shows it."""
    return ProfileInstance(
        id=profile.id,
        project_id=PROJECT,
        profile_template_id=profile.template_id,
        properties=nested(profile.fields),
        status="activated",
        created_at=iso(profile.created),
        updated_at=iso(profile.updated),
    )


def sources(memory: Memory) -> list[Source]:
    """The messages that a memory was made from."""
    return [
        Source(
            type="chat",
            role=message.role,
            content=message.text,
            chat_time=message.chat_time,
            lang="zh" if any("\u4e00" <= char <= "\u9fff" for char in message.text) else "en",
        )
        for message in memory.messages
    ]


def _common(memory: Memory, settings: Settings) -> dict[str, Any]:
    shown: Callable[[int], int | str] = int if settings.item_time == "ms" else iso
    return {
        "id": memory.id,
        "conversation_id": memory.conversation_id,
        "status": memory.status,
        "create_time": shown(memory.create_time),
        "update_time": shown(memory.update_time),
    }


def _fact(memory: Memory, settings: Settings) -> dict[str, Any]:
    return _common(memory, settings) | {
        "memory_key": memory.key,
        "memory_value": memory.value,
        "memory_type": memory.memory_type,
        "confidence": memory.confidence,
        "tags": list(memory.tags),
    }


def _preference(memory: Memory, settings: Settings) -> dict[str, Any]:
    assert isinstance(memory.detail, Preference)
    return _common(memory, settings) | {
        "preference_type": memory.detail.type,
        "preference": memory.value,
        "reasoning": memory.detail.reasoning,
    }


def _tool(memory: Memory, settings: Settings) -> dict[str, Any]:
    assert isinstance(memory.detail, Tool)
    fields = _common(memory, settings) | {
        "tool_type": memory.detail.type,
        "tool_value": memory.value,
    }
    if memory.detail.type == "ToolTrajectoryMemory":
        used = [msgspec.convert(use, ToolUse) for use in memory.detail.used]
        return fields | {"tool_used_status": used, "experience": memory.detail.experience}
    if settings.tool_schema_shape == "object":
        fields |= {"tool_type": "ToolSchemaMemory", "tool_value": _as_object(memory.value)}
    return fields


def _as_object(schema: str) -> Any:
    """A tool's schema as an object. What was rewritten by hand and is none stays a text."""
    try:
        return msgspec.json.decode(schema.encode(), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return schema


def _skill(memory: Memory, settings: Settings) -> dict[str, Any]:
    assert isinstance(memory.detail, Skill)
    skill = memory.detail
    return _common(memory, settings) | {
        "skill_value": SkillValue(
            name=memory.key,
            description=memory.value,
            procedure=skill.procedure,
            experience=list(skill.experience),
            preference=list(skill.preference),
            examples=list(skill.examples),
            script=skill.script,
            others=skill.others,
        ),
        "skill_url": f"https://mock-memos.invalid/skills/{memory.id}",
        "skill_type": skill.type,
        "confidence": memory.confidence,
        "tags": list(memory.tags),
    }


def _event(memory: Memory, settings: Settings) -> dict[str, Any]:
    assert isinstance(memory.detail, Happening)
    return _common(memory, settings) | {
        "event_key": memory.key,
        "event_value": memory.value,
        "event_type": "EventMemory",
        "event_time": list(memory.detail.time),
        "event_location": list(memory.detail.location),
        "event_roles": list(memory.detail.roles),
    }


def _profile_hit(memory: Memory, relativity: float) -> ProfileHit:
    assert isinstance(memory.detail, Field)
    levels = memory.detail.path
    return ProfileHit(
        id=memory.id,
        memory=f"{memory.key}: {memory.value}",
        memory_type="ProfileMemory",
        template_id=memory.detail.template_id,
        profile_category=levels[0] if len(levels) > 1 else "",
        profile_field=levels[-1],
        profile_path=memory.key,
        status=memory.status,
        confidence=memory.confidence,
        relativity=relativity,
        algorithm_updatable=memory.detail.algorithm_updatable,
        created_at=iso(memory.create_time),
        updated_at=iso(memory.update_time),
    )


_COMMON: Final[dict[View, Callable[[Memory, Settings], dict[str, Any]]]] = {
    "detail_factual": _fact,
    "preference": _preference,
    "tool_memory": _tool,
    "skill": _skill,
    "event": _event,
}
_HITS: Final[dict[View, Any]] = {
    "detail_factual": Fact,
    "preference": PreferenceItem,
    "tool_memory": ToolItem,
    "skill": SkillItem,
    "event": EventHit,
}
_LISTED: Final[dict[View, Any]] = {
    "detail_factual": ListedFact,
    "preference": ListedPreference,
    "tool_memory": ListedTool,
    "skill": SkillItem,
    "event": ListedEvent,
}
