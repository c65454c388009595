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
        about("An http(s) address or a data: URL; never fetched", required=True,
              example="https://example.com/room.jpg"),
        Meta(extra_json_schema={"pattern": r"^(https?://[^\s\x00-\x1f\x7f-\x9f/?#]|data:)"}),
    ] = ""  # fmt: skip


class FileData(Request):
    file_data: Annotated[
        str,
        about("An address (never fetched) or bare Base64", required=True,
              example="https://example.com/bill.pdf"),
    ] = ""  # fmt: skip


class TextPart(Request, tag_field="type", tag="text"):
    text: Annotated[str, about("The text", required=True, example="I booked the Harbour Inn.")] = ""


class ImagePart(Request, tag_field="type", tag="image_url"):
    image_url: Annotated[ImageUrl | None, about("Where the image is", required=True)] = None


class FilePart(Request, tag_field="type", tag="file"):
    file: Annotated[FileData | None, about("Where the file is", required=True)] = None


Part = TextPart | ImagePart | FilePart


class FunctionCall(Request):
    name: Annotated[str, about("Name of the tool", required=True, example="get_weather")] = ""
    arguments: Annotated[str, about("A JSON text", example='{"city": "Lyon"}')] = ""


class ToolCall(Request):
    id: Annotated[str, about("Named by the tool message that answers")] = ""
    type: Annotated[str, about("`function`")] = "function"
    function: Annotated[FunctionCall | None, about("What was called", required=True)] = None


class MessageIn(Request):
    """One message of a conversation."""

    role: Annotated[
        Literal["", "user", "assistant", "system", "tool"],
        about("Who speaks", required=True, example="user"),
    ] = ""
    content: Annotated[
        str | list[Part],
        about(
            "A text or a list of parts. An assistant message with tool_calls may leave it out",
            example="I booked the Harbour Inn.",
        ),
    ] = ""
    chat_time: Annotated[str, about("Structured time or words; copied as it is")] = ""
    role_id: Annotated[str, about("Who speaks, in group chats")] = ""
    role_name: Annotated[str, about("Name of the speaker; needs role_id")] = ""
    tool_calls: Annotated[list[ToolCall], about("Calls that the assistant makes")] = []
    tool_call_id: Annotated[str, about("Which call a tool message answers")] = ""

    def lacks(self) -> str:
        return (
            "content"
            if not self.content and not (self.role == "assistant" and self.tool_calls)
            else ""
        )


Said = Annotated[MessageIn, Meta(extra_json_schema=SAID)]
"""A message in its list."""

Filled = Meta(extra_json_schema={"minLength": 1})
"""Says that a text in a list is not empty, and lets it pass when it is."""

Subjects = (
    UserId
    | Annotated[list[Annotated[UserId, Filled]], about("Several participants", max_length=20)]
)


class AddMessage(Request):
    needs = (("user_id", "agent_id"),)

    messages: Annotated[list[Said], about("At most 40,000 tokens together", required=True)] = []
    user_id: Annotated[
        Subjects,
        about("This or agent_id is needed. A list is a group chat: every participant gets a copy",
              example="ana"),
    ] = ""  # fmt: skip
    agent_id: Annotated[
        str | Annotated[list[Annotated[str, Filled]], about("Several Agents", max_length=20)],
        about("Marks the memories; alone, the Agent is their owner", "sdk"),
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
        list[ViewName], about("Kinds of memory that may be made; all six by default")
    ] = []
    tags: Annotated[
        list[str], about("Candidates: those that fit a memory's text join its tags")
    ] = []
    info: Annotated[Info, about("Custom fields; each key becomes a filter field")] = {}
    allow_public: Annotated[bool, about("Memories also go to the project's public memory")] = False
    allow_knowledgebase_ids: Annotated[
        list[str], about("Memories are also written to these knowledge bases")
    ] = []
    custom_extract_prompt: Annotated[
        dict[str, str], about("Accepted and recorded; has no effect here")
    ] = {}
    source: Annotated[str, about("Name of the client; ignored", "sdk")] = ""

    @property
    def wants_async(self) -> bool:
        """`async_mode`, or its alias, or the documented default."""
        for asked in (self.async_mode, self.asyncMode):
            if asked is not None:
                return asked
        return True


TaskState = Literal["running", "completed", "failed"]


class TaskStarted(Model, kw_only=True):
    """What add/message and add/feedback answer."""

    success: Annotated[bool, about("Always true")] = True
    task_id: Annotated[str, about("A UUID; ask get/status about it", "observed", example=_TASK)]
    status: Annotated[
        TaskState, about("running, or completed when the call was synchronous", example="running")
    ]


class GetStatus(Request):
    task_id: Annotated[
        str, about("From add/message or add/feedback", required=True, example=_TASK)
    ] = ""


class ViewIds(Model):
    memory_ids: Annotated[list[str], about("Memories of this view that the task touched")]


class MemoryViews(Model):
    """What a task changed."""

    added: Annotated[int, about("Memories that were made")]
    updated: Annotated[int, about("Memories that were rewritten under their id")]
    deleted: Annotated[int, about("Memories that were deleted or archived")]
    detail_factual: ViewIds | UnsetType = UNSET
    preference: ViewIds | UnsetType = UNSET
    profile: ViewIds | UnsetType = UNSET
    event: ViewIds | UnsetType = UNSET
    tool_memory: ViewIds | UnsetType = UNSET
    skill: ViewIds | UnsetType = UNSET


class TaskStatus(Model):
    task_id: Annotated[str, about("As asked")]
    status: Annotated[TaskState, about("A failed task still answers code 0")]
    memory_views: Annotated[
        MemoryViews | UnsetType, about("Only when completed and something changed")
    ] = UNSET


class LegacyTaskStatus(Model):
    """The one element of the list under `status_shape = "list"`."""

    status: Annotated[TaskState, about("As in the object form")]


class GetMessage(Request):
    user_id: Annotated[UserId, about("Whose conversation", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, about("Which conversation", required=True, example="c1")
    ] = ""
    message_limit_number: Annotated[int, about("The newest so many", clamp=50, ge=0)] = 6
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
