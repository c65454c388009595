"""chat, plain and streamed."""

from typing import Any, Literal

from mock_memos.api.models.base import Annotated, ConversationId, Model, UserId, field
from mock_memos.api.models.memories import Recall


class Chat(Recall):
    user_id: Annotated[UserId, field("The user", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, field("The conversation of the turn", required=True, example="c2")
    ] = ""
    query: Annotated[
        str, field("At most 8,000 tokens", required=True, example="Where do I stay?")
    ] = ""  # fmt: skip
    model_name: Annotated[
        str, field("Also qwen3-32b and deepseek-r1, which shows its reasoning")
    ] = "qwen2.5-72b-instruct"  # fmt: skip
    system_prompt: Annotated[
        str,
        field(
            "Replaces the default prompt; {memories} marks the place of the memories. The mock "
            "has no model: the journal warns if {memories} is missing",
            example="Answer in one sentence. What you know: {memories}",
        ),
    ] = ""
    stream: Annotated[bool, field("Answer in server-sent events")] = False
    max_tokens: Annotated[int, field("Maximum length of the answer", ge=0)] = 8192
    temperature: Annotated[float, field("0..2", ge=0, le=2)] = 0.7
    top_p: Annotated[float, field("0..1", ge=0, le=1)] = 0.95
    add_message_on_answer: Annotated[bool, field("Whether the turn is added afterwards")] = True
    agent_id: Annotated[str, field("Marks the added turn")] = ""
    app_id: Annotated[str, field("A filter field of the added turn")] = ""
    tags: Annotated[list[str], field("Candidate tags of the added turn")] = []
    info: Annotated[dict[str, str], field("Custom fields of the added turn")] = {}
    allow_public: Annotated[bool, field("The turn is also written to the public memory")] = False
    allow_knowledgebase_ids: Annotated[
        list[str], field("The turn is also written to these knowledge bases")
    ] = []
    async_mode: Annotated[Any, field("Ignored", "sdk")] = None
    internet_search: Annotated[Any, field("Ignored", "sdk")] = None
    force_stop: Annotated[Any, field("Ignored", "sdk")] = None
    use_mem_os_cube: Annotated[Any, field("Ignored", "sdk")] = None
    source: Annotated[str, field("Name of the client; ignored", "sdk")] = ""


class ChatAnswer(Model):
    """The answer in one piece."""

    response: Annotated[str, field("The whole answer", example="You booked the Harbour Inn.")]


class ChatEvent(Model):
    """The `data` of one server-sent event."""

    type: Annotated[Literal["reasoning", "text", "end"], field("`end` is the last event")]
    data: Annotated[str, field("The next part of the text; empty for `end`", example="You booked")]
