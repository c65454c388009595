"""search/memory, get/memory, get/memory/{memory_id}, update/memory and delete/memory."""

from collections.abc import Iterable
from typing import Any, Final

from mock_memos.api.decoding import filters
from mock_memos.api.models.base import UNSET, Success
from mock_memos.api.models.memories import (
    DeleteMemory,
    GetMemory,
    GetMemoryById,
    MemoryDetail,
    MemoryPage,
    NodeMetadata,
    SearchMemory,
    SearchResult,
    UpdateMemory,
)  # fmt: skip
from mock_memos.api.operations.recall import recall
from mock_memos.api.operations.response_items import (
    LIST_FIELDS,
    list_item,
    profile_item,
    search_item,
    sources,
)
from mock_memos.api.operations.scopes import subject_of
from mock_memos.core.clock import to_iso
from mock_memos.core.records import VIEWS, Memory, Profile, ProfileField, Scope, View
from mock_memos.core.service_errors import (
    FIELD_REQUIRED,
    INVALID_PARAMETERS,
    MEMORY_MISSING,
    NOT_FOUND,
    USER_MISSING,
    ApiError,
)
from mock_memos.core.settings import Settings
from mock_memos.simulation.world import World

PREFERENCE_NOTE: Final = (
    "The preferences above are the user's own. Keep to them when you answer, explicit ones before "
    "implicit ones, unless the user's present words ask for something else."
)
"""Sent with every result that has a preference (documented; the wording is assumed)."""


def search_memory(world: World, request: SearchMemory) -> SearchResult:
    """Returns the memories that match a query, best first."""
    subject = subject_of(world, request.user_id, request.agent_id)
    if not request.memory_limit_number:
        world.context.note = "memory_limit_number is 0: no memories are returned; use at least 1"
    lists = _empty_lists(request.limits(), world.settings)
    for memory, relativity in recall(world, request, subject):
        lists[LIST_FIELDS[memory.view]].append(search_item(memory, relativity, world.settings))
    note = PREFERENCE_NOTE if lists.get("preference_detail_list") else ""
    return SearchResult(**lists, preference_note=note)


def get_memory(world: World, request: GetMemory) -> MemoryPage:
    """Returns one page of every view, newest first."""
    settings = world.settings
    subject = subject_of(world, request.user_id, request.agent_id)
    matches = filters.parse_filter(request.filter, strict=settings.strict, zone=settings.time_zone)
    by_view: dict[View, list[Any]] = {view: [] for view in request.views}
    for memory in world.memories.of(subject):
        if memory.view in by_view and memory.status == "activated" and matches(memory):
            by_view[memory.view].append(memory)
    if "profile" in by_view:
        by_view["profile"] = [
            profile
            for profile in world.profiles.of(subject)
            if matches(world.profiles.as_memory(profile))
        ]
    lists = _empty_lists(request.views, settings)
    start = (request.page_number - 1) * request.size
    for view, records in by_view.items():
        records.sort(key=_newest_first)
        lists[LIST_FIELDS[view]] = [
            profile_item(record) if view == "profile" else list_item(record, settings)
            for record in records[start : start + request.size]
        ]
    total = max((len(records) for records in by_view.values()), default=0)
    return MemoryPage(
        **lists,
        total=total,
        size=request.size,
        current=request.page_number,
        pages=-(-total // request.size),
    )


def get_memory_by_id(world: World, request: GetMemoryById) -> MemoryDetail:
    """Returns one memory of any view and any status."""
    memory = world.memories.get(request.memory_id)
    if memory is None:
        raise ApiError(NOT_FOUND, f"unknown memory {request.memory_id!r} in this project")
    with_node = world.settings.memory_detail_fields == "both"
    return MemoryDetail(
        id=memory.id,
        memory_view=memory.view,
        title=memory.key,
        content=memory.value,
        conversation_id=memory.conversation_id,
        message_ids=[message.id for message in memory.messages],
        status=memory.status,
        algorithm_updatable=(
            memory.detail.algorithm_updatable if isinstance(memory.detail, ProfileField) else True
        ),
        created_at=to_iso(memory.create_time),
        updated_at=to_iso(memory.update_time),
        user_id=memory.user_id or UNSET,
        agent_id=_agent(memory) or UNSET,
        tags=list(memory.tags),
        info=memory.info,
        memory=memory.value if with_node else UNSET,
        metadata=_node(memory) if with_node else UNSET,
    )


def update_memory(world: World, request: UpdateMemory) -> Success:
    """Changes text, title or status of a memory. Its id stays the same."""
    memory = _existing(world, request.memory_id)
    world.memories.update(
        memory,
        world.clock.now,
        value=request.content or memory.value,
        key=request.title if request.title and memory.view in _VIEWS_WITH_TITLE else memory.key,
        status=request.status or memory.status,
    )
    return Success()


def delete_memory(world: World, request: DeleteMemory) -> Success:
    """Deletes the memories of one selector. If one id is unknown, nothing is deleted."""
    selectors = request.selectors
    if len(selectors) > 1:
        if not (world.settings.multiple_delete_selectors == "ids-win" and request.memory_ids):
            raise ApiError(
                INVALID_PARAMETERS,
                f"received {' and '.join(selectors)}; exactly one selector is allowed",
            )
        selectors = ["memory_ids"]
    match selectors[0] if selectors else "user_id":
        case "memory_ids":
            ids = dict.fromkeys(request.memory_ids or ())
            world.memories.delete([_existing(world, id_).id for id_ in ids], world.clock.now)
        case "user_id":
            _delete_all(world, Scope("user", request.user))
        case "agent_id":
            _delete_all(world, subject_of(world, "", request.agent_id))
        case _:
            _delete_matching(world, request)
    return Success()


_VIEWS_WITH_TITLE: Final = ("detail_factual", "event", "skill")


def _delete_all(world: World, scope: Scope) -> None:
    if not world.conversations.has_history(scope):
        raise ApiError(USER_MISSING, f"{scope.kind} {scope.id!r} has never written to this project")
    world.memories.delete_scope(scope, world.clock.now)


def _delete_matching(world: World, request: DeleteMemory) -> None:
    settings = world.settings
    matches = filters.parse_filter(request.filter, strict=settings.strict, zone=settings.time_zone)
    sources = filters.restricted_sources(request.filter)
    if not sources:
        raise ApiError(FIELD_REQUIRED, "filter has no condition and would delete the whole project")
    ids = [
        memory.id
        for memory in world.memories.all()
        if memory.scope.kind in sources
        and request.memory_type in ("", memory.view, memory.memory_type)
        and matches(memory)
    ]
    world.memories.delete(ids, world.clock.now)


def _existing(world: World, memory_id: str) -> Memory:
    memory = world.memories.get(memory_id)
    if memory is None:
        raise ApiError(MEMORY_MISSING, f"unknown memory {memory_id!r} in this project")
    return memory


def _empty_lists(views: Iterable[View], settings: Settings) -> dict[str, list[Any]]:
    list_views = VIEWS if settings.include_empty_lists == "all" else views
    return {LIST_FIELDS[view]: [] for view in list_views}


def _newest_first(record: Memory | Profile) -> tuple[int, str]:
    created_ms = record.create_time if isinstance(record, Memory) else record.created_ms
    return -created_ms, record.id


def _agent(memory: Memory) -> str:
    """Returns the Agent that owns or first marked a memory, or an empty text."""
    if memory.scope.kind == "agent":
        return memory.scope.id
    return next(iter(memory.agent_ids), "")


def _node(memory: Memory) -> NodeMetadata:
    return NodeMetadata(
        memory_type=memory.memory_type,
        status=memory.status,
        key=memory.key,
        tags=list(memory.tags),
        created_at=to_iso(memory.create_time),
        updated_at=to_iso(memory.update_time),
        background="",
        sources=sources(memory),
    )
