"""Memories and profiles as answers show them: one function for each view."""

from typing import Any, Final

import msgspec

from mock_memos.api.models.base import UNSET, Model
from mock_memos.api.models.items import (
    EventItem,
    Fact,
    ListedEvent,
    ListedFact,
    ListedPreference,
    ListedTool,
    MessageSource,
    PreferenceItem,
    ProfileInstance,
    SearchedEvent,
    SearchedProfileField,
    SkillItem,
    SkillValue,
    ToolItem,
    ToolUsage,
)  # fmt: skip
from mock_memos.core.clock import to_iso
from mock_memos.core.profile_tree import unflatten
from mock_memos.core.records import (
    Event,
    Memory,
    Preference,
    Profile,
    ProfileField,
    Skill,
    Tool,
    View,
)  # fmt: skip
from mock_memos.core.settings import Settings
from mock_memos.core.text import decode_json

LIST_FIELDS: Final[dict[View, str]] = {
    "detail_factual": "memory_detail_list",
    "preference": "preference_detail_list",
    "profile": "profile_detail_list",
    "event": "event_detail_list",
    "tool_memory": "tool_memory_detail_list",
    "skill": "skill_detail_list",
}
"""The field of an answer that lists each view."""

PROJECT_ID: Final = "mock-project"
"""The project of every API key (assumed: the service shows only its id)."""


def search_item(memory: Memory, relativity: float, settings: Settings) -> Model:
    """Returns a memory as search/memory shows it."""
    match memory.view:
        case "detail_factual":
            return _fact(Fact, memory, relativity, settings)
        case "preference":
            return _preference(PreferenceItem, memory, relativity, settings)
        case "tool_memory":
            return _tool(ToolItem, memory, relativity, settings)
        case "skill":
            return _skill(memory, relativity, settings)
        case "event":
            return _event(SearchedEvent, memory, settings, relativity=relativity)
        case "profile":
            return _profile_field(memory, relativity)


def list_item(memory: Memory, settings: Settings) -> Model:
    """Returns a memory as get/memory shows it. Its relativity is 0, because it has no query.

    Profiles are listed as a whole, by `profile_item`.
    """
    info = memory.info
    match memory.view:
        case "detail_factual":
            return _fact(ListedFact, memory, 0.0, settings, sources=sources(memory), info=info)
        case "preference":
            listed = {"sources": sources(memory), "info": info}
            return _preference(ListedPreference, memory, 0.0, settings, **listed)
        case "tool_memory":
            return _tool(ListedTool, memory, 0.0, settings, source="chat", info=info)
        case "skill":
            return _skill(memory, 0.0, settings)
        case _:
            return _event(ListedEvent, memory, settings, sources=sources(memory), info=info)


def profile_item(profile: Profile) -> ProfileInstance:
    """Returns a profile as get/memory shows it."""
    return ProfileInstance(
        id=profile.id,
        project_id=PROJECT_ID,
        profile_template_id=profile.template_id,
        properties=unflatten(profile.fields),
        status="activated",
        created_at=to_iso(profile.created_ms),
        updated_at=to_iso(profile.updated_ms),
    )


def sources(memory: Memory) -> list[MessageSource]:
    """Returns the messages that a memory was made from."""
    return [
        MessageSource(
            type="chat",
            role=message.role,
            content=message.text,
            chat_time=message.chat_time,
            lang="zh" if any("\u4e00" <= char <= "\u9fff" for char in message.text) else "en",
        )
        for message in memory.messages
    ]


def _fact(
    item: type[Fact], memory: Memory, relativity: float, settings: Settings, **listed: Any
) -> Fact:
    return item(
        id=memory.id,
        memory_key=memory.key,
        memory_value=memory.value,
        memory_type=memory.memory_type,
        create_time=_time(memory.create_time, settings),
        update_time=_time(memory.update_time, settings),
        conversation_id=memory.conversation_id,
        status=memory.status,
        confidence=memory.confidence,
        tags=list(memory.tags),
        relativity=relativity,
        **listed,
    )


def _preference(
    item: type[PreferenceItem], memory: Memory, relativity: float, settings: Settings, **listed: Any
) -> PreferenceItem:
    assert isinstance(memory.detail, Preference)
    return item(
        id=memory.id,
        preference_type=memory.detail.type,
        preference=memory.value,
        reasoning=memory.detail.reasoning,
        conversation_id=memory.conversation_id,
        status=memory.status,
        create_time=_time(memory.create_time, settings),
        update_time=_time(memory.update_time, settings),
        relativity=relativity,
        **listed,
    )


def _tool(
    item: type[ToolItem], memory: Memory, relativity: float, settings: Settings, **listed: Any
) -> ToolItem:
    tool = memory.detail
    assert isinstance(tool, Tool)
    is_trajectory = tool.type == "ToolTrajectoryMemory"
    as_object = not is_trajectory and settings.tool_schema_format == "object"
    return item(
        id=memory.id,
        create_time=_time(memory.create_time, settings),
        update_time=_time(memory.update_time, settings),
        conversation_id=memory.conversation_id,
        status=memory.status,
        relativity=relativity,
        tool_type="ToolSchemaMemory" if as_object else tool.type,
        tool_value=_parse_schema(memory.value) if as_object else memory.value,
        tool_used_status=msgspec.convert(tool.used, list[ToolUsage]) if is_trajectory else UNSET,
        experience=tool.experience if is_trajectory else UNSET,
        **listed,
    )


def _parse_schema(schema: str) -> Any:
    """Returns a tool's schema as an object, or the text itself if it is not a JSON object."""
    value = decode_json(schema)
    return value if isinstance(value, dict) else schema


def _skill(memory: Memory, relativity: float, settings: Settings) -> SkillItem:
    skill = memory.detail
    assert isinstance(skill, Skill)
    return SkillItem(
        skill_value=SkillValue(
            name=memory.key,
            description=memory.value,
            procedure=skill.procedure,
            experience=list(skill.experience),
            preference=list(skill.preference),
            examples=list(skill.examples),
            script=skill.script,
            others=skill.others,
        ),
        skill_url=f"https://mock-memos.invalid/skills/{memory.id}",
        skill_type=skill.type,
        id=memory.id,
        create_time=_time(memory.create_time, settings),
        update_time=_time(memory.update_time, settings),
        conversation_id=memory.conversation_id,
        status=memory.status,
        confidence=memory.confidence,
        tags=list(memory.tags),
        relativity=relativity,
    )


def _event(item: type[EventItem], memory: Memory, settings: Settings, **extra: Any) -> EventItem:
    event = memory.detail
    assert isinstance(event, Event)
    return item(
        id=memory.id,
        event_key=memory.key,
        event_value=memory.value,
        event_type="EventMemory",
        conversation_id=memory.conversation_id,
        status=memory.status,
        create_time=_time(memory.create_time, settings),
        update_time=_time(memory.update_time, settings),
        event_time=list(event.time),
        event_location=list(event.location),
        event_roles=list(event.roles),
        **extra,
    )


def _profile_field(memory: Memory, relativity: float) -> SearchedProfileField:
    assert isinstance(memory.detail, ProfileField)
    levels = memory.detail.path
    return SearchedProfileField(
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
        created_at=to_iso(memory.create_time),
        updated_at=to_iso(memory.update_time),
    )


def _time(ms: int, settings: Settings) -> int | str:
    return ms if settings.memory_time_format == "ms" else to_iso(ms)
