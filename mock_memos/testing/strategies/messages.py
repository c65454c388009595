"""Messages of all kinds, and conversations in a realistic order."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.testing.strategies.texts import contents, texts, times, urls

Message = dict[str, Any]

_TOOLS = ("get_weather", "book_room", "查询天气")


def messages() -> SearchStrategy[Message]:
    """Returns single messages of any kind."""
    return st.one_of(
        text_messages("user"),
        text_messages("assistant"),
        part_messages(),
        system_messages(),
        _tool_messages(),
    )


def text_messages(role: str = "user") -> SearchStrategy[Message]:
    """Returns text messages, with or without a time."""
    return st.fixed_dictionaries(
        {"role": st.just(role), "content": texts()}, optional={"chat_time": times()}
    )


def part_messages() -> SearchStrategy[Message]:
    """Returns user messages of text, images and files."""
    parts = st.lists(text_parts() | image_parts() | file_parts(), min_size=1, max_size=3)
    return st.fixed_dictionaries({"role": st.just("user"), "content": parts})


def text_parts() -> SearchStrategy[dict[str, Any]]:
    """Returns text parts."""
    return texts().map(lambda text: {"type": "text", "text": text})


def image_parts() -> SearchStrategy[dict[str, Any]]:
    """Returns image parts: a URL, or a data: URL of one pixel."""
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    return (urls() | st.just(pixel)).map(
        lambda url: {"type": "image_url", "image_url": {"url": url}}
    )


def file_parts() -> SearchStrategy[dict[str, Any]]:
    """Returns file parts: a URL or Base64."""
    return contents().map(lambda data: {"type": "file", "file": {"file_data": data}})


def system_messages() -> SearchStrategy[Message]:
    """Returns system messages: instructions or tool schemas."""
    return (texts() | st.sampled_from(_TOOLS).map(_schema)).map(
        lambda text: {"role": "system", "content": text}
    )


@st.composite
def tool_rounds(draw: st.DrawFn) -> list[Message]:
    """Returns two messages: the assistant calls a tool, and the tool answers."""
    function = {
        "name": draw(st.sampled_from(_TOOLS)),
        "arguments": json.dumps({"city": draw(texts(20))}, ensure_ascii=False),
    }
    call_id = draw(st.sampled_from(["call_1", "call_2"]))
    calls: Message = {
        "role": "assistant",
        "tool_calls": [{"id": call_id, "type": "function", "function": function}],
    }
    if draw(st.booleans()):
        calls["content"] = draw(texts() | st.just(""))
    result = draw(texts() | st.lists(text_parts(), min_size=1, max_size=2))
    return [calls, {"role": "tool", "tool_call_id": call_id, "content": result}]


@st.composite
def conversations(draw: st.DrawFn, max_turns: int = 3) -> list[Message]:
    """Returns turns of a user message, optional tool calls and an optional answer."""
    talk = draw(st.lists(system_messages(), max_size=1))
    for turn in draw(st.lists(_turns(), min_size=1, max_size=max_turns)):
        talk += turn
    return talk


@st.composite
def _turns(draw: st.DrawFn) -> list[Message]:
    turn = [draw(text_messages("user") | part_messages())]
    if draw(st.booleans()):
        turn += draw(tool_rounds())
    if draw(st.booleans()):
        turn.append(draw(text_messages("assistant")))
    return turn


def _tool_messages() -> SearchStrategy[Message]:
    return tool_rounds().flatmap(st.sampled_from)


def _schema(name: str) -> str:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"name": name, "description": "For one city.", "parameters": parameters}
    return f"<tool_schema>{json.dumps([tool], ensure_ascii=False)}</tool_schema>"
