"""Messages of all kinds, and conversations in the order in which models produce them."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.testing.strategies.texts import addresses, contents, texts, times

Message = dict[str, Any]

_TOOLS = ("get_weather", "book_room", "查询天气")


def messages() -> SearchStrategy[Message]:
    """One message of any kind."""
    return st.one_of(
        spoken("user"), spoken("assistant"), in_parts(), system(), _anyone_in_a_round()
    )


def spoken(role: str = "user") -> SearchStrategy[Message]:
    """A text, with or without the time at which it was said."""
    return st.fixed_dictionaries(
        {"role": st.just(role), "content": texts()}, optional={"chat_time": times()}
    )


def in_parts() -> SearchStrategy[Message]:
    """A user's message of text, images and files."""
    parts = st.lists(text_parts() | image_parts() | file_parts(), min_size=1, max_size=3)
    return st.fixed_dictionaries({"role": st.just("user"), "content": parts})


def text_parts() -> SearchStrategy[dict[str, Any]]:
    """A text as a part."""
    return texts().map(lambda text: {"type": "text", "text": text})


def image_parts() -> SearchStrategy[dict[str, Any]]:
    """An image: an address, or a data: URL of one dot."""
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    urls = addresses() | st.just(dot)
    return urls.map(lambda url: {"type": "image_url", "image_url": {"url": url}})


def file_parts() -> SearchStrategy[dict[str, Any]]:
    """A file: an address or Base64."""
    return contents().map(lambda data: {"type": "file", "file": {"file_data": data}})


def system() -> SearchStrategy[Message]:
    """An instruction, or the schemas of tools."""
    return (texts() | st.sampled_from(_TOOLS).map(_schema)).map(
        lambda text: {"role": "system", "content": text}
    )


@st.composite
def tool_rounds(draw: st.DrawFn) -> list[Message]:
    """The assistant calls a tool, and the tool answers."""
    called = {
        "name": draw(st.sampled_from(_TOOLS)),
        "arguments": json.dumps({"city": draw(texts(20))}, ensure_ascii=False),
    }
    call_id = draw(st.sampled_from(["call_1", "call_2"]))
    calls: Message = {
        "role": "assistant",
        "tool_calls": [{"id": call_id, "type": "function", "function": called}],
    }
    if draw(st.booleans()):
        calls["content"] = draw(texts() | st.just(""))
    result = draw(texts() | st.lists(text_parts(), min_size=1, max_size=2))
    return [calls, {"role": "tool", "tool_call_id": call_id, "content": result}]


@st.composite
def conversations(draw: st.DrawFn, max_turns: int = 3) -> list[Message]:
    """Turns in order: somebody asks, tools may be called, the assistant answers or not yet."""
    said = draw(st.lists(system(), max_size=1))
    for turn in draw(st.lists(_turns(), min_size=1, max_size=max_turns)):
        said += turn
    return said


@st.composite
def _turns(draw: st.DrawFn) -> list[Message]:
    said = [draw(spoken("user") | in_parts())]
    if draw(st.booleans()):
        said += draw(tool_rounds())
    if draw(st.booleans()):
        said.append(draw(spoken("assistant")))
    return said


def _anyone_in_a_round() -> SearchStrategy[Message]:
    return tool_rounds().flatmap(st.sampled_from)


def _schema(name: str) -> str:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"name": name, "description": "For one city.", "parameters": parameters}
    return f"<tool_schema>{json.dumps([tool], ensure_ascii=False)}</tool_schema>"
