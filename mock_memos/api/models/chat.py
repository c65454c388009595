"""chat, plain and streamed."""

from typing import Any, Literal

from mock_memos.api.models.base import Annotated, ConversationId, Model, UserId, field_info
from mock_memos.api.models.memories import Recall


class Chat(Recall):
    user_id: Annotated[UserId, field_info("The user", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, field_info("The conversation of the turn", required=True, example="c2")
    ] = ""
    query: Annotated[
        str, field_info("At most 8,000 tokens", required=True, example="Where do I stay?")
    ] = ""  # fmt: skip
    model_name: Annotated[
        str, field_info("Also qwen3-32b and deepseek-r1, which shows its reasoning")
    ] = "qwen2.5-72b-instruct"  # fmt: skip
    system_prompt: Annotated[
        str,
        field_info(
            "Replaces the default prompt; {memories} marks the place of the memories. The mock "
            "has no model: the journal warns if {memories} is missing",
            example="Answer in one sentence. What you know: {memories}",
        ),
    ] = ""
    stream: Annotated[bool, field_info("Answer in server-sent events")] = False
    max_tokens: Annotated[int, field_info("Maximum length of the answer", ge=0)] = 8192
    temperature: Annotated[float, field_info("0..2", ge=0, le=2)] = 0.7
    top_p: Annotated[float, field_info("0..1", ge=0, le=1)] = 0.95
    add_message_on_answer: Annotated[bool, field_info("Whether the turn is added afterwards")] = (
        True
    )
    agent_id: Annotated[str, field_info("Marks the added turn")] = ""
    app_id: Annotated[str, field_info("A filter field of the added turn")] = ""
    tags: Annotated[list[str], field_info("Candidate tags of the added turn")] = []
    info: Annotated[dict[str, str], field_info("Custom fields of the added turn")] = {}
    allow_public: Annotated[bool, field_info("The turn is also written to the public memory")] = (
        False
    )
    allow_knowledgebase_ids: Annotated[
        list[str], field_info("The turn is also written to these knowledge bases")
    ] = []
    async_mode: Annotated[Any, field_info("Ignored", "sdk")] = None
    internet_search: Annotated[Any, field_info("Ignored", "sdk")] = None
    force_stop: Annotated[Any, field_info("Ignored", "sdk")] = None
    use_mem_os_cube: Annotated[Any, field_info("Ignored", "sdk")] = None
    source: Annotated[str, field_info("Name of the client; ignored", "sdk")] = ""


class ChatAnswer(Model):
    """The answer in one piece."""

    response: Annotated[str, field_info("The whole answer", example="You booked the Harbour Inn.")]


class ChatEvent(Model):
    """The `data` of one server-sent event."""

    type: Annotated[Literal["reasoning", "text", "end"], field_info("`end` is the last event")]
    data: Annotated[
        str, field_info("The next part of the text; empty for `end`", example="You booked")
    ]
