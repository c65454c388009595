"""The fast memory: a turn as it was said, searchable at once, until it is processed.

Everything here follows a recorded answer of the service to the letter; the key's rule is that of
the open-source engine, which fits it.
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
LONGEST_KEY: Final = 80

_KEY_END = re.compile("[。！？!?\n]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ZONES = {"UTC": (timedelta(0), "UTC"), "Asia/Shanghai": (timedelta(hours=8), "CST")}


def text_of(content: str | Sequence[dict[str, Any]]) -> str:
    """A message's content as one text; what is no text is named in brackets."""
    if isinstance(content, str):
        return content
    return " ".join(
        part.get("text") or "" if part.get("type") == "text" else f"[{part.get('type')}]"
        for part in content
    )


def format_chat_time(ms: int, zone: Literal["UTC", "Asia/Shanghai"] = "UTC") -> str:
    """A moment as the service shows it: `09:44 AM on 10 December, 2025 UTC`."""
    return _minute(ms // 60_000, zone)


@lru_cache
def _minute(minutes: int, zone: Literal["UTC", "Asia/Shanghai"]) -> str:
    offset, name = _ZONES[zone]
    moment: datetime = to_datetime(minutes * 60_000) + offset
    half = "AM" if moment.hour < 12 else "PM"
    return (
        f"{moment.hour % 12 or 12:02d}:{moment.minute:02d} {half} on "
        f"{moment.day:02d} {_MONTHS[moment.month - 1]}, {moment.year} {name}"
    )


def key_of(value: str) -> str:
    """The key of a fast memory: its value up to the first end of a sentence, at most 80 long."""
    return _KEY_END.split(value.strip(), maxsplit=1)[0][:LONGEST_KEY].strip()


def fast(messages: Sequence[Message]) -> Draft | None:
    """Returns the fast memory of all messages of a call, or None if all are system messages."""
    value = "".join(
        f"{_speaker(message)}: [{message.chat_time}]: {_content(message)}\n"
        for message in messages
        if message.role != "system"
    )
    if not value:
        return None
    return Draft(view="detail_factual", key=key_of(value), value=value, tags=(FAST_TAG,))


def _speaker(message: Message) -> str:
    return f"{message.role}({message.role_name})" if message.role_name else message.role


def _content(message: Message) -> str:
    if not message.text and message.tool_calls:
        return f"[tool_calls]: {msgspec.json.encode(message.tool_calls).decode()}"
    return message.text
