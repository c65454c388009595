"""add/message, get/status and get/message."""

from typing import Any, Literal

from msgspec import Meta

from mock_memos.api.models.base import (
    UNSET,
    Annotated,
    ConversationId,
    Info,
    Model,
    Request,
    UnsetType,
    UserId,
    ViewName,
    field,
)  # fmt: skip
from mock_memos.api.models.json_schemas import MESSAGE_CONTENT

_TASK = "6f0c4f1e-3c55-5b0a-9d6e-2f0d8c1b7a94"


class ImageUrl(Request):
    url: Annotated[
        str,
        field("An http(s) or data: URL; never fetched", required=True,
              example="https://example.com/room.jpg"),
        Meta(extra_json_schema={"pattern": r"^(https?://[^\s\x00-\x1f\x7f-\x9f/?#]|data:)"}),
    ] = ""  # fmt: skip


class FileData(Request):
    file_data: Annotated[
        str,
        field("A URL (never fetched) or Base64", required=True,
              example="https://example.com/bill.pdf"),
    ] = ""  # fmt: skip


class TextPart(Request, tag_field="type", tag="text"):
    text: Annotated[str, field("The text", required=True, example="I booked the Harbour Inn.")] = ""


class ImagePart(Request, tag_field="type", tag="image_url"):
    image_url: Annotated[ImageUrl | None, field("The image", required=True)] = None


class FilePart(Request, tag_field="type", tag="file"):
    file: Annotated[FileData | None, field("The file", required=True)] = None


Part = TextPart | ImagePart | FilePart


class FunctionCallIn(Request):
    name: Annotated[str, field("Name of the tool", required=True, example="get_weather")] = ""
    arguments: Annotated[str, field("A JSON text", example='{"city": "Lyon"}')] = ""


class ToolCallIn(Request):
    id: Annotated[str, field("Repeated by the tool message that answers")] = ""
    type: Annotated[str, field("`function`")] = "function"
    function: Annotated[FunctionCallIn | None, field("The called function", required=True)] = None


class MessageIn(Request):
    """One message of a conversation."""

    role: Annotated[
        Literal["", "user", "assistant", "system", "tool"],
        field("The speaker", required=True, example="user"),
    ] = ""
    content: Annotated[
        str | list[Part],
        field(
            "A text or a list of parts. Optional for an assistant message with tool_calls",
            example="I booked the Harbour Inn.",
        ),
    ] = ""
    chat_time: Annotated[str, field("A formatted time or words; stored unchanged")] = ""
    role_id: Annotated[str, field("The speaker in a group chat")] = ""
    role_name: Annotated[str, field("Name of the speaker; needs role_id")] = ""
    tool_calls: Annotated[list[ToolCallIn], field("Tool calls of the assistant")] = []
    tool_call_id: Annotated[str, field("The call that a tool message answers")] = ""

    def missing_field(self) -> str:
        return (
            "content"
            if not self.content and not (self.role == "assistant" and self.tool_calls)
            else ""
        )


MessageItem = Annotated[MessageIn, Meta(extra_json_schema=MESSAGE_CONTENT)]
"""An element of `messages`."""

NotEmpty = Meta(extra_json_schema={"minLength": 1})
"""Documents that a text in a list is not empty; an empty one is accepted."""

UserIds = (
    UserId
    | Annotated[list[Annotated[UserId, NotEmpty]], field("Several participants", max_length=20)]
)


class AddMessage(Request):
    any_of = (("user_id", "agent_id"),)

    messages: Annotated[
        list[MessageItem], field("At most 40,000 tokens together", required=True)
    ] = []
    user_id: Annotated[
        UserIds,
        field("This or agent_id is required. In a group chat every participant gets a copy",
              example="ana"),
    ] = ""  # fmt: skip
    agent_id: Annotated[
        str | Annotated[list[Annotated[str, NotEmpty]], field("Several Agents", max_length=20)],
        field("Marks the memories; without user_id, the Agent owns them", "sdk"),
    ] = ""
    conversation_id: Annotated[
        ConversationId, field("Same id, same context; generated when absent", example="c1")
    ] = ""
    app_id: Annotated[str, field("A filter field")] = ""
    async_mode: Annotated[
        bool | None, field("Default true. No effect when a message carries an image or a file")
    ] = None
    asyncMode: Annotated[  # noqa: N815  the older SDKs' name
        bool | None, field("Name of async_mode in older SDKs", "sdk", alias_of="async_mode")
    ] = None
    allow_memory_view: Annotated[
        list[ViewName], field("Views that may be created; all six by default")
    ] = []
    tags: Annotated[
        list[str], field("Candidate tags: those that match a memory's text are added to it")
    ] = []
    info: Annotated[Info, field("Custom fields; each key becomes a filter field")] = {}
    allow_public: Annotated[
        bool, field("Memories are also written to the project's public memory")
    ] = False
    allow_knowledgebase_ids: Annotated[
        list[str], field("Memories are also written to these knowledge bases")
    ] = []
    custom_extract_prompt: Annotated[
        dict[str, str], field("Accepted and journaled; has no effect in the mock")
    ] = {}
    source: Annotated[str, field("Name of the client; ignored", "sdk")] = ""

    @property
    def wants_async(self) -> bool:
        """`async_mode`, its alias, or the documented default."""
        for value in (self.async_mode, self.asyncMode):
            if value is not None:
                return value
        return True


TaskStatusName = Literal["running", "completed", "failed"]


class TaskStarted(Model, kw_only=True):
    """The response of add/message and add/feedback."""

    success: Annotated[bool, field("Always true")] = True
    task_id: Annotated[str, field("A UUID; ask get/status about it", "observed", example=_TASK)]
    status: Annotated[
        TaskStatusName,
        field("running, or completed when the call was synchronous", example="running"),
    ]


class GetStatus(Request):
    task_id: Annotated[
        str, field("The task_id of add/message or add/feedback", required=True, example=_TASK)
    ] = ""


class ViewIds(Model):
    memory_ids: Annotated[list[str], field("Memories of this view that the task touched")]


class MemoryViews(Model):
    """The memories that a task changed."""

    added: Annotated[int, field("Memories that were created")]
    updated: Annotated[int, field("Memories that were changed under their id")]
    deleted: Annotated[int, field("Memories that were deleted or archived")]
    detail_factual: ViewIds | UnsetType = UNSET
    preference: ViewIds | UnsetType = UNSET
    profile: ViewIds | UnsetType = UNSET
    event: ViewIds | UnsetType = UNSET
    tool_memory: ViewIds | UnsetType = UNSET
    skill: ViewIds | UnsetType = UNSET


class TaskStatus(Model):
    task_id: Annotated[str, field("As requested")]
    status: Annotated[TaskStatusName, field("A failed task still answers code 0")]
    memory_views: Annotated[
        MemoryViews | UnsetType, field("Only when completed and something changed")
    ] = UNSET


class LegacyTaskStatus(Model):
    """The only element of the list with `status_format = "list"`."""

    status: Annotated[TaskStatusName, field("As in the object form")]


class GetMessage(Request):
    user_id: Annotated[UserId, field("The user", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, field("The conversation", required=True, example="c1")
    ] = ""
    message_limit_number: Annotated[
        int, field("Maximum number, newest first", maximum=50, ge=0)
    ] = 6
    conversation_limit_number: Annotated[Any, field("Ignored", "sdk")] = None
    source: Annotated[str, field("Ignored", "sdk")] = ""


class MessageDetail(Model):
    role: Annotated[Literal["user", "assistant"], field("System and tool messages are not listed")]
    content: Annotated[str, field("Text; parts are joined, other parts named in brackets")]
    create_time: Annotated[str, field("A text, in ISO 8601", "assumed")]
    update_time: Annotated[str, field("A text, in ISO 8601", "assumed")]
    conversation_id: Annotated[str, field("Not documented", "assumed")]
    message_id: Annotated[str, field("Not documented", "assumed")]


class MessageList(Model):
    message_detail_list: Annotated[list[MessageDetail], field("Oldest first")]
