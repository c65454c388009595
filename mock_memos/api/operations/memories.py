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
from mock_memos.api.operations import response_items
from mock_memos.api.operations.recall import Found, recall
from mock_memos.api.operations.scopes import subject_of
from mock_memos.core import service_errors
from mock_memos.core.clock import iso
from mock_memos.core.records import VIEWS, Field, Memory, Scope, View
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings
from mock_memos.simulation.world import World

PREFERENCE_NOTE: Final = (
    "The preferences above are the user's own. Keep to them when you answer, explicit ones before "
    "implicit ones, unless the user's present words ask for something else."
)
"""Goes with every answer that shows a preference (that a note is sent: documented; words ours)."""


def search_memory(world: World, request: SearchMemory) -> SearchResult:
    """What fits the query, best first."""
    subject = subject_of(world, request.user_id, request.agent_id)
    if not request.memory_limit_number:
        world.remark = "memory_limit_number is 0, so that no memory is found; at least 1 finds some"
    found = recall(
        world,
        "search/memory",
        request.query,
        subject,
        request,
        request.conversation_id,
        together=bool(request.include_memory_view),
    )
    return result(found, tuple(request.limits()), world.settings)


def result(found: Iterable[Found], views: Iterable[View], settings: Settings) -> SearchResult:
    """What was found, in the list of its view."""
    lists = _empty_lists(views, settings)
    for memory, relativity in found:
        lists[response_items.LISTS[memory.view]].append(
            response_items.hit(memory, relativity, settings)
        )
    note = PREFERENCE_NOTE if lists.get("preference_detail_list") else ""
    return SearchResult(**lists, preference_note=note)


def get_memory(world: World, request: GetMemory) -> MemoryPage:
    """One page of every view, newest first."""
    settings = world.settings
    subject = subject_of(world, request.user_id, request.agent_id)
    accepted = filters.parse(
        request.filter, strict=settings.strict, zone=settings.time_zone
    ).accepts
    kept: dict[View, list[Any]] = {view: [] for view in request.views}
    for memory in world.memories(subject):
        if memory.view in kept and memory.status == "activated" and accepted(memory):
            kept[memory.view].append(memory)
    if "profile" in kept:
        kept["profile"] = [
            profile
            for profile in world.profiles.of(subject)
            if accepted(world.profiles.as_memory(profile))
        ]
    lists = _empty_lists(request.views, settings)
    start = (request.page_number - 1) * request.size
    for view, found in kept.items():
        found.sort(key=_newest_first)
        page = found[start : start + request.size]
        show = (
            response_items.instance
            if view == "profile"
            else lambda one: response_items.listed(one, settings)
        )
        lists[response_items.LISTS[view]] = [show(one) for one in page]
    total = max((len(found) for found in kept.values()), default=0)
    return MemoryPage(
        **lists,
        total=total,
        size=request.size,
        current=request.page_number,
        pages=-(-total // request.size),
    )


def get_memory_by_id(world: World, request: GetMemoryById) -> MemoryDetail:
    """One memory of any view, whatever its status."""
    memory = world.memory(request.memory_id)
    if memory is None:
        raise ApiError(
            service_errors.NOT_FOUND, f"no memory {request.memory_id!r} is in this project"
        )
    raw = world.settings.memory_by_id == "both"
    return MemoryDetail(
        id=memory.id,
        memory_view=memory.view,
        title=memory.key,
        content=memory.value,
        conversation_id=memory.conversation_id,
        message_ids=[message.id for message in memory.messages],
        status=memory.status,
        algorithm_updatable=(
            memory.detail.algorithm_updatable if isinstance(memory.detail, Field) else True
        ),
        created_at=iso(memory.create_time),
        updated_at=iso(memory.update_time),
        user_id=memory.user_id or UNSET,
        agent_id=_agent(memory) or UNSET,
        tags=list(memory.tags),
        info=memory.info,
        memory=memory.value if raw else UNSET,
        metadata=_node(memory) if raw else UNSET,
    )


def update_memory(world: World, request: UpdateMemory) -> Success:
    """Change a memory's text, title or status, under its id."""
    memory = _existing(world, request.memory_id)
    world.rewrite(
        memory,
        value=request.content or memory.value,
        key=request.title if request.title and memory.view in _TITLED else memory.key,
        status=request.status or memory.status,
    )
    return Success()


def delete_memory(world: World, request: DeleteMemory) -> Success:
    """Delete what one selector names. With one unknown id nothing is deleted."""
    selectors = request.selectors
    if len(selectors) > 1:
        if not (world.settings.delete_selectors == "ids-win" and request.memory_ids):
            raise ApiError(
                service_errors.INVALID_PARAMETERS,
                f"{' and '.join(selectors)} came; exactly one of them selects what to delete",
            )
        selectors = ["memory_ids"]
    match selectors[0] if selectors else "user_id":
        case "memory_ids":
            world.forget(
                [_existing(world, one).id for one in dict.fromkeys(request.memory_ids or ())]
            )
        case "user_id":
            _delete_all(world, Scope("user", request.user))
        case "agent_id":
            _delete_all(world, subject_of(world, "", request.agent_id))
        case _:
            _delete_matching(world, request)
    return Success()


_TITLED: Final = ("detail_factual", "event", "skill")


def _delete_all(world: World, scope: Scope) -> None:
    if not world.wrote(scope):
        raise ApiError(
            service_errors.USER_MISSING,
            f"{scope.kind} {scope.id!r} never wrote anything in this project",
        )
    world.forget_all(scope)


def _delete_matching(world: World, request: DeleteMemory) -> None:
    settings = world.settings
    accepted = filters.parse(
        request.filter, strict=settings.strict, zone=settings.time_zone
    ).accepts
    named = filters.narrowed(request.filter)
    if not named:
        raise ApiError(
            service_errors.FIELD_REQUIRED,
            "filter has no condition; it would delete the whole project",
        )
    world.forget(
        [
            memory.id
            for memory in world.all_memories()
            if memory.scope.kind in named
            and request.memory_type in ("", memory.view, memory.memory_type)
            and accepted(memory)
        ]
    )


def _existing(world: World, memory_id: str) -> Memory:
    memory = world.memory(memory_id)
    if memory is None:
        raise ApiError(service_errors.MEMORY_MISSING, f"no memory {memory_id!r} is in this project")
    return memory


def _empty_lists(views: Iterable[View], settings: Settings) -> dict[str, list[Any]]:
    sent = VIEWS if settings.empty_lists == "all" else views
    return {response_items.LISTS[view]: [] for view in sent}


def _newest_first(one: Any) -> tuple[int, str]:
    return (-getattr(one, "create_time", getattr(one, "created", 0)), one.id)


def _agent(memory: Memory) -> str:
    """The Agent that owns a memory, else the first one that marked it, else an empty text."""
    if memory.scope.kind == "agent":
        return memory.scope.id
    return next(iter(memory.agent_ids), "")


def _node(memory: Memory) -> NodeMetadata:
    return NodeMetadata(
        memory_type=memory.memory_type,
        status=memory.status,
        key=memory.key,
        tags=list(memory.tags),
        created_at=iso(memory.create_time),
        updated_at=iso(memory.update_time),
        background="",
        sources=response_items.sources(memory),
    )
