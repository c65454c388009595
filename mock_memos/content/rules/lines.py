"""What the rules read: lines of a conversation."""

import re
from typing import Any
from urllib.parse import unquote

import msgspec

_ADDRESS = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_LONGEST_ADDRESS = 2000
_LONGEST_NAME = 120


class Line(msgspec.Struct, frozen=True):
    """A message as the rules see it. `chat_time` is the text to show.

    `tool_calls` holds `{id, name, arguments}` or the form of the API, `{id, type, function}`.
    `images` and `files` are the names of what is attached.
    """

    role: str
    text: str
    chat_time: str = ""
    role_name: str = ""
    tool_calls: Any = None
    tool_call_id: str = ""
    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def names_of(content: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the images and of the files in a message's content, as far as addresses say."""
    if isinstance(content, str):
        return (), ()
    images, files = [], []
    for part in content:
        if part.get("type") == "image_url":
            images.append(_name((part.get("image_url") or {}).get("url") or ""))
        elif part.get("type") == "file":
            files.append(_name((part.get("file") or {}).get("file_data") or ""))
    return tuple(images), tuple(files)


def _name(address: str) -> str:
    found = _ADDRESS.match(address[:_LONGEST_ADDRESS])
    return unquote(found["path"].rpartition("/")[2])[:_LONGEST_NAME] if found else ""
