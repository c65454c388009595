"""What the rules read: lines of a conversation, and the sentences of a text."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import msgspec

_ADDRESS = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_LONGEST_ADDRESS = 2000
_LONGEST_NAME = 120
LONGEST_SENTENCE: Final = 400
"""A longer one is pasted matter, not a statement."""


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


class Sentence(NamedTuple):
    text: str
    is_question: bool


_ENDS = re.compile(
    r"([.!?;。！？；\n\u2028\u2029](?:(?<=[。！？；\n\u2028\u2029])"
    r"|(?<![.!?][.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bvs\.)"
    r"[.!?]*+(?=[\s\"'\u201d)]|$)))"
)
_PASTED = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_BULLETS = " \x00-*•#>"
_TRAILS = " \x00,，、:："


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, without their ends and without pasted code."""
    if "```" in text or "~~~" in text:
        text = _PASTED.sub("\n", text)
    found = _ENDS.split(text)
    for place in range(0, len(found), 2):
        said = found[place]
        if len(said) > 2 * LONGEST_SENTENCE:
            continue
        said = " ".join(said.split()).lstrip(_BULLETS).rstrip(_TRAILS)
        if said and len(said) <= LONGEST_SENTENCE:
            end = found[place + 1] if place + 1 < len(found) else ""
            yield Sentence(said, "?" in end or "？" in end)
