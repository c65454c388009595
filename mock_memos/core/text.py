"""Texts of messages, and JSON that may be invalid."""

from typing import Any

import msgspec


def shorten(text: str, max_length: int, *, mark: str = "...") -> str:
    """Returns the text, or its beginning and `mark`, in at most `max_length` characters."""
    return text if len(text) <= max_length else f"{text[: max_length - len(mark)]}{mark}"


def pluralize(number: int, noun: str) -> str:
    """Returns `1 reply`, `2 replies`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def decode_json(text: str | bytes, default: Any = None) -> Any:
    """Returns the value of a JSON text, or `default` if the text is not valid JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return default
