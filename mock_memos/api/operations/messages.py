"""add/message, get/status and get/message."""

from typing import Any

import msgspec

from mock_memos.api.decoding import attachments
from mock_memos.api.models.base import UNSET
from mock_memos.api.models.messages import (
    AddMessage,
    FilePart,
    GetMessage,
    GetStatus,
    ImagePart,
    LegacyTaskStatus,
    MemoryViews,
    MessageDetail,
    MessageIn,
    MessageList,
    TaskStarted,
    TaskStatus,
    ViewIds,
)  # fmt: skip
from mock_memos.api.operations.scopes import PUBLIC, linked_bases, named, subjects_of
from mock_memos.api.operations.turns import Said, course_for, foresee, keep, turn_of
from mock_memos.core import service_errors
from mock_memos.core.clock import iso
from mock_memos.core.records import VIEWS, Scope, Task
from mock_memos.core.service_errors import ApiError
from mock_memos.simulation.world import World


def add_message(world: World, request: AddMessage) -> TaskStarted:
    """Accept messages. What they will become is decided here and happens when it is due."""
    subjects = subjects_of(world, request.user_id, request.agent_id)
    bases = linked_bases(world, request.allow_knowledgebase_ids)
    attached = _attached(request.messages)
    if world.settings.strict and (why := _no_effect(request, attached)):
        raise ApiError(service_errors.INVALID_PARAMETERS, why)
    views = request.allow_memory_view or VIEWS
    agents = named(request.agent_id)
    messages = keep(
        world, (_said(message) for message in request.messages), request.conversation_id
    )
    turn = turn_of(
        world,
        messages,
        foresee(world, "add/message", request, views),
        subjects=subjects,
        shared=(PUBLIC, *bases) if request.allow_public else bases,
        named=named(request.user_id),
        agents=agents,
        app_id=request.app_id,
        info=request.info,
        views=views,
        tags=request.tags,
        fails=attachments.over_limit(attached),
    )
    settings = world.settings
    delay = settings.fine_delay if request.wants_async else None
    task = world.accept(
        turn,
        delay=settings.file_delay if attached else delay,
        course=course_for(world, "add/message", request),
    )
    return TaskStarted(task_id=task.id, status=task.status)


def get_status(world: World, request: GetStatus) -> TaskStatus | list[LegacyTaskStatus]:
    """How far a task is, and what it changed once it has ended."""
    task = world.poll(request.task_id)
    if task is None:
        other = "; it is the id of a memory" if world.memory(request.task_id) else ""
        raise ApiError(
            service_errors.TASK_MISSING,
            f"no task {request.task_id!r} was made with this API key{other}",
        )
    if world.settings.status_shape == "list":
        return [LegacyTaskStatus(status=task.status)]
    return TaskStatus(task_id=task.id, status=task.status, memory_views=_views(task))


def get_message(world: World, request: GetMessage) -> MessageList:
    """The newest messages of a user's conversation, oldest first."""
    found: list[MessageDetail] = []
    shown = iso if world.settings.message_time == "iso" else str
    for message in world.conversation(Scope("user", request.user_id), request.conversation_id):
        if len(found) >= request.message_limit_number:
            break
        if message.role != "user" and message.role != "assistant":
            continue
        time = shown(message.time)
        found.append(
            MessageDetail(
                role=message.role,
                content=message.text,
                create_time=time,
                update_time=time,
                conversation_id=message.conversation_id,
                message_id=message.id,
            )
        )
    return MessageList(message_detail_list=found[::-1])


def _said(message: MessageIn) -> Said:
    """Role, content and what else a message says."""
    content = message.content
    more: dict[str, Any] = {}
    for name in ("chat_time", "role_name", "tool_call_id"):
        if value := getattr(message, name):
            more[name] = value
    if message.tool_calls:
        more["tool_calls"] = msgspec.to_builtins(message.tool_calls)
    assert message.role  # required
    return (
        message.role,
        content if isinstance(content, str) else msgspec.to_builtins(content),
        more,
    )


def _no_effect(request: AddMessage, attached: list[str]) -> str:
    """What strict mode says of a field that would be ignored, or an empty text."""
    if attached and not request.wants_async:
        return "async_mode is false, which has no effect beside an image or a file"
    for number, message in enumerate(request.messages):
        if message.role_name and not message.role_id:
            return f"messages[{number}].role_name has no effect without role_id"
    return ""


def _attached(messages: list[MessageIn]) -> list[str]:
    """The images and files that the messages carry, each checked for its form."""
    found = []
    for number, message in enumerate(messages):
        if isinstance(message.content, str):
            continue
        for position, part in enumerate(message.content):
            where = f"messages[{number}].content[{position}]"
            if isinstance(part, ImagePart) and part.image_url:
                attachments.check_url(part.image_url.url, f"{where}.image_url.url")
                found.append(part.image_url.url)
            elif isinstance(part, FilePart) and part.file:
                attachments.check(part.file.file_data, f"{where}.file.file_data")
                found.append(part.file.file_data)
    return found


def _views(task: Task) -> MemoryViews | msgspec.UnsetType:
    if not task.views:
        return UNSET
    views: dict[str, Any] = {
        view: ViewIds(memory_ids=list(ids)) for view, ids in task.views.items()
    }
    return MemoryViews(added=task.added, updated=task.updated, deleted=task.deleted, **views)
