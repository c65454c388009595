"""chat, plain and streamed."""

from typing import Any, Literal

from mock_memos.api.models.base import Annotated, ConversationId, Model, UserId, about
from mock_memos.api.models.memories import Recall


class Chat(Recall):
    user_id: Annotated[UserId, about("Who asks", required=True, example="ana")] = ""
    conversation_id: Annotated[
        ConversationId, about("Where the turn is written", required=True, example="c2")
    ] = ""
    query: Annotated[
        str, about("At most 8,000 tokens", required=True, example="Where do I stay?")
    ] = ""  # fmt: skip
    model_name: Annotated[
        str, about("Also qwen3-32b and deepseek-r1, which shows its reasoning")
    ] = "qwen2.5-72b-instruct"  # fmt: skip
    system_prompt: Annotated[
        str,
        about(
            "Replaces the default; {memories} in it stands for what was recalled. No model reads "
            "it here: the journal says when the mark is missing",
            example="Answer in one sentence. What you know: {memories}",
        ),
    ] = ""
    stream: Annotated[bool, about("Answer in server-sent events")] = False
    max_tokens: Annotated[int, about("Length of the answer", ge=0)] = 8192
    temperature: Annotated[float, about("0..2", ge=0, le=2)] = 0.7
    top_p: Annotated[float, about("0..1", ge=0, le=1)] = 0.95
    add_message_on_answer: Annotated[bool, about("Write the turn afterwards")] = True
    agent_id: Annotated[str, about("Marks the written turn")] = ""
    app_id: Annotated[str, about("A filter field of the written turn")] = ""
    tags: Annotated[list[str], about("Candidates for the tags of the written turn")] = []
    info: Annotated[dict[str, str], about("Custom fields of the written turn")] = {}
    allow_public: Annotated[bool, about("The written turn also goes to the public memory")] = False
    allow_knowledgebase_ids: Annotated[
        list[str], about("The written turn also goes to these knowledge bases")
    ] = []
    async_mode: Annotated[Any, about("Ignored", "sdk")] = None
    internet_search: Annotated[Any, about("Ignored", "sdk")] = None
    force_stop: Annotated[Any, about("Ignored", "sdk")] = None
    use_mem_os_cube: Annotated[Any, about("Ignored", "sdk")] = None
    source: Annotated[str, about("Name of the client; ignored", "sdk")] = ""


class ChatAnswer(Model):
    """The plain answer."""

    response: Annotated[str, about("The whole answer", example="You booked the Harbour Inn.")]


class ChatEvent(Model):
    """What stands after `data:` in one event of a streamed answer."""

    type: Annotated[Literal["reasoning", "text", "end"], about("`end` comes last, and once")]
    data: Annotated[str, about("The next piece; empty at the end", example="You booked")]
