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
    about,
)  # fmt: skip
from mock_memos.api.models.json_schemas import SAID

_TASK = "6f0c4f1e-3c55-5b0a-9d6e-2f0d8c1b7a94"


class ImageUrl(Request):
    url: Annotated[
        str,
        about("An http(s) or data: URL; never fetched", required=True,
              example="https://example.com/room.jpg"),
        Meta(extra_json_schema={"pattern": r"^(https?://[^\s\x00-\x1f\x7f-\x9f/?#]|data:)"}),
    ] = ""  # fmt: skip


class FileData(Request):
    file_data: Annotated[
        str,
        about("A URL (never fetched) or Base64", required=True,
              example="https://example.com/bill.pdf"),
    ] = ""  # fmt: skip


class TextPart(Request, tag_field="type", tag="text"):
    text: Annotated[str, about("The text", required=True, example="I booked the Harbour Inn.")] = ""


class ImagePart(Request, tag_field="type", tag="image_url"):
    image_url: Annotated[ImageUrl | None, about("The image", required=True)] = None


class FilePart(Request, tag_field="type", tag="file"):
    file: Annotated[FileData | None, about("The file", required=True)] = None


Part = TextPart | ImagePart | FilePart


class FunctionCall(Request):
    name: Annotated[str, about("Name of the tool", required=True, example="get_weather")] = ""
    arguments: Annotated[str, about("A JSON text", example='{"city": "Lyon"}')] = ""


class ToolCall(Request):
    id: Annotated[str, about("Repeated by the tool message that answers")] = ""
    type: Annotated[str, about("`function`")] = "function"
    function: Annotated[FunctionCall | None, about("The called function", required=True)] = None


class MessageIn(Request):
    """One message of a conversation."""

    role: Annotated[
        Literal["", "user", "assistant", "system", "tool"],
        about("The speaker", required=True, example="user"),
    ] = ""
    content: Annotated[
        str | list[Part],
        about(
            "A text or a list of parts. Optional for an assistant message with tool_calls",
            example="I booked the Harbour Inn.",
        ),
    ] = ""
    chat_time: Annotated[str, about("A formatted time or words; stored unchanged")] = ""
    role_id: Annotated[str, about("The speaker in a group chat")] = ""
    role_name: Annotated[str, about("Name of the speaker; needs role_id")] = ""
    tool_calls: Annotated[list[ToolCall], about("Tool calls of the assistant")] = []
    tool_call_id: Annotated[str, about("The call that a tool message answers")] = ""

    def lacks(self) -> str:
        return (
            "content"
            if not self.content and not (self.role == "assistant" and self.tool_calls)
            else ""
        )


Said = Annotated[MessageIn, Meta(extra_json_schema=SAID)]
"""An element of `messages`."""

Filled = Meta(extra_json_schema={"minLength": 1})
"""Documents that a text in a list is not empty; an empty one is accepted."""

Subjects = (
    UserId
    | Annotated[list[Annotated[UserId, Filled]], about("Several participants", max_length=20)]
)


class AddMessage(Request):
    needs = (("user_id", "agent_id"),)

    messages: Annotated[list[Said], about("At most 40,000 tokens together", required=True)] = []
    user_id: Annotated[
        Subjects,
        about("This or agent_id is required. A list is a group chat: every participant gets a copy",
              example="ana"),
    ] = ""  # fmt: skip
    agent_id: Annotated[
        str | Annotated[list[Annotated[str, Filled]], about("Several Agents", max_length=20)],
        about("Marks the memories; without user_id, the Agent owns them", "sdk"),
    ] = ""
    conversation_id: Annotated[
        ConversationId, about("Same id, same context; generated when absent", example="c1")
    ] = ""
    app_id: Annotated[str, about("A filter field")] = ""
    async_mode: Annotated[
        bool | None, about("Default true. No effect when a message carries an image or a file")
    ] = None
    asyncMode: Annotated[  # noqa: N815  the older SDKs' name
        bool | None, about("Name of async_mode in older SDKs", "sdk", alias_of="async_mode")
    ] = None
    allow_memory_view: Annotated[
        list[ViewName], about("Views that may be created; all six by default")
    ] = []
    tags: Annotated[
        list[str], about("Candidate tags: those that match a memory's text are added to it")
    ] = []
    info: Annotated[Info, about("Custom fields; each key becomes a filter field")] = {}
    allow_public: Annotated[
        bool, about("Memories are also written to the project's public memory")
    ] = False
    allow_knowledgebase_ids: Annotated[
        list[str], about("Memories are also written to these knowledge bases")
    ] = []
    custom_extract_prompt: Annotated[
        dict[str, str], about("Accepted and journaled; has no effect in the mock")
    ] = {}
    source: Annotated[str, about("Name of the client; ignored", "sdk")] = ""

    @property
    def wants_async(self) -> bool:
        """`async_mode`, its alias, or the documented default."""
        for value in (self.async_mode, self.asyncMode):
            if value is not None:
                return value
        return True


TaskState = Literal["running", "completed", "failed"]


class TaskStarted(Model, kw_only=True):
    """The response of add/message and add/feedback."""

    success: Annotated[bool, about("Always true")] = True
    task_id: Annotated[str, about("A UUID; ask get/status about it", "observed", example=_TASK)]
    status: Annotated[
        TaskState, about("running, or completed when the call was synchronous", example="running")
    ]


class GetStatus(Request):
    task_id: Annotated[
        str, about("The task_id of add/message or add/feedback", required=True, example=_TASK)
    ] = ""


class ViewIds(Model):
    memory_ids: Annotated[list[str], about("Memories of this view that the task touched")]


class MemoryViews(Model):
    """The memories that a task changed."""

    added: Annotated[int, about("Memories that were created")]
    updated: Annotated[int, about("Memories that were changed under their id")]
    deleted: Annotated[int, about("Memories that were deleted or archived")]
    detail_factual: ViewIds | UnsetType = UNSET
    preference: ViewIds | UnsetType = UNSET
    profile: ViewIds | UnsetType = UNSET
    event: ViewIds | UnsetType = UNSET
    tool_memory: ViewIds | UnsetType = UNSET
    skill: ViewIds | UnsetType = UNSET


class TaskStatus(Model):
    task_id: Annotated[str, about("As requested")]
    status: Annotated[TaskState, about("A failed task still answers code 0")]
    memory_views: Annotated[
        MemoryViews | UnsetType, about("Only when completed and something changed")
    ] = UNSET


class LegacyTaskStatus(Model):
    """The only element of the list with `status_format = "list"`."""

    status: Annotated[TaskState, about("As in the object form")]


class GetMessage(Request):
    user_id: Annotated[UserId, about("The user", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, about("The conversation", required=True, example="c1")
    ] = ""
    message_limit_number: Annotated[int, about("Maximum number, newest first", clamp=50, ge=0)] = 6
    conversation_limit_number: Annotated[Any, about("Ignored", "sdk")] = None
    source: Annotated[str, about("Ignored", "sdk")] = ""


class MessageDetail(Model):
    role: Annotated[Literal["user", "assistant"], about("System and tool messages are not listed")]
    content: Annotated[str, about("Text; parts are joined, other parts named in brackets")]
    create_time: Annotated[str, about("A text, in ISO 8601", "assumed")]
    update_time: Annotated[str, about("A text, in ISO 8601", "assumed")]
    conversation_id: Annotated[str, about("Not documented", "assumed")]
    message_id: Annotated[str, about("Not documented", "assumed")]


class MessageList(Model):
    message_detail_list: Annotated[list[MessageDetail], about("Oldest first")]
