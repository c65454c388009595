"""Builds fast memories: the messages of a call as text, searchable before they are processed.

The format is that of a recorded answer of the service (observed). The rule for the key is that of
the open-source engine, and fits the recorded answer.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from mock_memos.core.clock import to_datetime
from mock_memos.core.records import Draft, Message

FAST_TAG: Final = "mode:fast"
MAX_KEY_LENGTH: Final = 80

_SENTENCE_END = re.compile("[。！？!?\n]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ZONES = {"UTC": (timedelta(0), "UTC"), "Asia/Shanghai": (timedelta(hours=8), "CST")}


def message_text(content: str | Sequence[dict[str, Any]]) -> str:
    """Returns the content of a message as one text. Parts without text become `[image_url]`."""
    if isinstance(content, str):
        return content
    return " ".join(
        part.get("text") or "" if part.get("type") == "text" else f"[{part.get('type')}]"
        for part in content
    )


def format_chat_time(ms: int, zone: Literal["UTC", "Asia/Shanghai"] = "UTC") -> str:
    """Returns a time as the service shows it: `09:44 AM on 10 December, 2025 UTC`."""
    return _format_minute(ms // 60_000, zone)


@lru_cache
def _format_minute(minutes: int, zone: Literal["UTC", "Asia/Shanghai"]) -> str:
    offset, zone_name = _ZONES[zone]
    time: datetime = to_datetime(minutes * 60_000) + offset
    half = "AM" if time.hour < 12 else "PM"
    return (
        f"{time.hour % 12 or 12:02d}:{time.minute:02d} {half} on "
        f"{time.day:02d} {_MONTHS[time.month - 1]}, {time.year} {zone_name}"
    )


def fast_memory_key(value: str) -> str:
    """Returns the key of a fast memory: its first sentence, at most 80 characters."""
    return _SENTENCE_END.split(value.strip(), maxsplit=1)[0][:MAX_KEY_LENGTH].strip()


def build_fast_memory(messages: Sequence[Message]) -> Draft | None:
    """Returns the fast memory of all messages of a call, or None if all are system messages."""
    value = "".join(
        f"{_speaker(message)}: [{message.chat_time}]: {_content(message)}\n"
        for message in messages
        if message.role != "system"
    )
    if not value:
        return None
    return Draft(view="detail_factual", key=fast_memory_key(value), value=value, tags=(FAST_TAG,))


def _speaker(message: Message) -> str:
    return f"{message.role}({message.role_name})" if message.role_name else message.role


def _content(message: Message) -> str:
    if not message.text and message.tool_calls:
        return f"[tool_calls]: {msgspec.json.encode(message.tool_calls).decode()}"
    return message.text
