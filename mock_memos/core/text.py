"""Shortens texts for messages, and decodes JSON that may be invalid."""

from typing import Any

import msgspec


def shorten(text: str, max_length: int, *, mark: str = "...") -> str:
    """Returns the text, or its beginning and `mark`, in at most `max_length` characters."""
    return text if len(text) <= max_length else f"{text[: max_length - len(mark)]}{mark}"


def decode_json(text: str | bytes, default: Any = None) -> Any:
    """Returns the value of a JSON text, or `default` if the text is not valid JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return default
