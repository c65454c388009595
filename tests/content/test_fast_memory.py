"""The one memory that the messages of a call are before they are processed."""

from typing import Any

import pytest

from mock_memos.content.fast_memory import (
    build_fast_memory,
    fast_memory_key,
    format_chat_time,
    message_text,
)
from mock_memos.core.records import Message
from tests.support.messages import message

TIME = "09:44 AM on 10 December, 2025 UTC"
TALK = [
    message("user", "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？", TIME),
    message("assistant", "您可以考虑【七天、全季、希尔顿】等等", TIME),
    message("user", "我选七天", TIME),
    message("assistant", "好的，有其他问题再问我。", TIME),
]


def value(lines: list[Message]) -> str:
    memory = build_fast_memory(lines)
    assert memory is not None
    return memory.value


def test_documented_conversation_has_documented_fast_memory() -> None:
    memory = build_fast_memory(TALK)
    assert memory is not None
    prefix = "user: [09:44 AM on 10 December, 2025 UTC]: "
    assert memory.key == prefix + "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选"
    assert len(memory.key) == 67
    assert memory.value == (
        "user: [09:44 AM on 10 December, 2025 UTC]: "
        "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？\n"
        "assistant: [09:44 AM on 10 December, 2025 UTC]: 您可以考虑【七天、全季、希尔顿】等等\n"
        "user: [09:44 AM on 10 December, 2025 UTC]: 我选七天\n"
        "assistant: [09:44 AM on 10 December, 2025 UTC]: 好的，有其他问题再问我。\n"
    )
    assert len(memory.value) == 245
    assert memory.memory_type == "WorkingMemory"
    assert memory.tags == ("mode:fast",)
    assert memory.confidence == 0.99
    assert memory.view == "detail_factual"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Hi! I like tea.", "Hi"),
        (
            "I keep a spare key under the blue flower pot by the door. Ask me later!",
            "I keep a spare key under the blue flo",
        ),
        ("One. Two, three; four… five", "One. Two, three; four… five"),
        ("一，二。三", "一，二"),
        ("好！好", "好"),
        ("a\nb", "a"),
    ],
)
def test_key_is_the_first_sentence_up_to_80_characters(text: str, end: str) -> None:
    key = fast_memory_key(f"user: [{TIME}]: {text}\n")
    assert key == f"user: [{TIME}]: {end}"
    assert len(key) <= 80


def test_key_has_no_white_space_at_its_ends() -> None:
    assert fast_memory_key("  \n a ! b") == "a"
    assert fast_memory_key("x" * 79 + " yz") == "x" * 79
    assert fast_memory_key("") == ""


def test_system_messages_are_left_out() -> None:
    assert value([message("system", "Be kind.", TIME), message("user", "Hi", TIME)]) == (
        f"user: [{TIME}]: Hi\n"
    )
    assert build_fast_memory([message("system", "Be kind.", TIME)]) is None


def test_name_of_the_speaker_is_in_brackets() -> None:
    assert value([message("user", "Hi", "now", role_name="Ana")]) == "user(Ana): [now]: Hi\n"


def test_assistant_without_text_shows_its_tool_calls() -> None:
    calls = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    silent = message("assistant", "", "now", tool_calls=calls)
    speaking = message("assistant", "Wait.", "now", tool_calls=calls)
    assert value([silent]) == (
        'assistant: [now]: [tool_calls]: [{"id":"1","type":"function",'
        '"function":{"name":"f","arguments":"{}"}}]\n'
    )
    assert value([speaking, message("tool", "7", "now")]) == (
        "assistant: [now]: Wait.\ntool: [now]: 7\n"
    )


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (1765359875901, "09:44 AM on 10 December, 2025 UTC"),
        (0, "12:00 AM on 01 January, 1970 UTC"),
        (1765368000000, "12:00 PM on 10 December, 2025 UTC"),
        (1765404000000, "10:00 PM on 10 December, 2025 UTC"),
    ],
)
def test_chat_time_is_in_words_with_twelve_hours(ms: int, text: str) -> None:
    assert format_chat_time(ms, "UTC") == text


def test_shanghai_time_is_eight_hours_ahead() -> None:
    assert format_chat_time(1765359875901, "Asia/Shanghai") == "05:44 PM on 10 December, 2025 CST"
    assert format_chat_time(1765382400000, "Asia/Shanghai") == "12:00 AM on 11 December, 2025 CST"


def test_message_text_joins_the_parts() -> None:
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://x.test/sea.jpg"}},
        {"type": "file", "file": {"file_data": "aGk="}},
        {"type": "text", "text": "nice"},
    ]
    assert message_text(parts) == "Look: [image_url] [file] nice"
    assert message_text("plain") == "plain"
    assert message_text([]) == ""
