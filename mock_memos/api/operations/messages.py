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
from mock_memos.api.operations.turns import accept_turn, scripted_outcome, turn_scopes
from mock_memos.content.fast_memory import message_text
from mock_memos.core.clock import to_iso
from mock_memos.core.records import VIEWS, Message, Scope, Task
from mock_memos.core.service_errors import INVALID_PARAMETERS, TASK_MISSING, ApiError
from mock_memos.simulation.world import World


def add_message(world: World, request: AddMessage) -> TaskStarted:
    """Accepts messages and creates the task that turns them into memories."""
    scopes = turn_scopes(world, request)
    parts = _attachments(request.messages)
    settings = world.settings
    if settings.strict and (why := _no_effect(request, parts)):
        raise ApiError(INVALID_PARAMETERS, why)
    outcome = scripted_outcome(
        world, request.allow_memory_view or VIEWS, fails=attachments.exceeds_limits(parts)
    )
    task = accept_turn(
        world,
        request,
        [_record(message) for message in request.messages],
        outcome,
        "message",
        scopes=scopes,
        delay_seconds=settings.file_processing_delay if parts else settings.processing_delay,
        synchronous=not (request.wants_async or parts),
    )
    return TaskStarted(task_id=task.id, status=task.status)


def get_status(world: World, request: GetStatus) -> TaskStatus | list[LegacyTaskStatus]:
    """Returns the status of a task, and what it changed if it has ended."""
    task = world.poll(request.task_id)
    if task is None:
        is_memory = "; it is the id of a memory" if world.memories.get(request.task_id) else ""
        raise ApiError(
            TASK_MISSING, f"no task {request.task_id!r} belongs to this API key{is_memory}"
        )
    if world.settings.status_format == "list":
        return [LegacyTaskStatus(status=task.status)]
    return TaskStatus(task_id=task.id, status=task.status, memory_views=_views(task))


def get_message(world: World, request: GetMessage) -> MessageList:
    """Returns the newest messages of a user's conversation, oldest first."""
    details: list[MessageDetail] = []
    to_text = to_iso if world.settings.message_time_format == "iso" else str
    for message in world.conversations.newest_first(
        Scope("user", request.user_id), request.conversation_id
    ):
        if len(details) >= request.message_limit_number:
            break
        if message.role != "user" and message.role != "assistant":
            continue
        time = to_text(message.time)
        details.append(
            MessageDetail(
                role=message.role,
                content=message.text,
                create_time=time,
                update_time=time,
                conversation_id=message.conversation_id,
                message_id=message.id,
            )
        )
    return MessageList(message_detail_list=details[::-1])


def _record(message: MessageIn) -> Message:
    """Returns a message of a request as a record, without its id and time."""
    assert message.role  # required
    content = message.content
    if not isinstance(content, str):
        content = msgspec.to_builtins(content)
    return Message(
        role=message.role,
        text=message_text(content),
        content=content,
        chat_time=message.chat_time,
        role_name=message.role_name,
        tool_calls=msgspec.to_builtins(message.tool_calls) if message.tool_calls else None,
        tool_call_id=message.tool_call_id,
    )


def _no_effect(request: AddMessage, parts: list[str]) -> str:
    """Returns why strict mode rejects a field without effect, or an empty text."""
    if parts and not request.wants_async:
        return "async_mode is false, which has no effect with an image or a file"
    for index, message in enumerate(request.messages):
        if message.role_name and not message.role_id:
            return f"messages[{index}].role_name has no effect without role_id"
    return ""


def _attachments(messages: list[MessageIn]) -> list[str]:
    """Checks the images and files in messages and returns their contents."""
    contents = []
    for index, message in enumerate(messages):
        if isinstance(message.content, str):
            continue
        for part_index, part in enumerate(message.content):
            where = f"messages[{index}].content[{part_index}]"
            if isinstance(part, ImagePart) and part.image_url:
                attachments.check_image(part.image_url.url, f"{where}.image_url.url")
                contents.append(part.image_url.url)
            elif isinstance(part, FilePart) and part.file:
                attachments.check_file(part.file.file_data, f"{where}.file.file_data")
                contents.append(part.file.file_data)
    return contents


def _views(task: Task) -> MemoryViews | msgspec.UnsetType:
    if not task.views:
        return UNSET
    views: dict[str, Any] = {
        view: ViewIds(memory_ids=list(ids)) for view, ids in task.views.items()
    }
    return MemoryViews(added=task.added, updated=task.updated, deleted=task.deleted, **views)
