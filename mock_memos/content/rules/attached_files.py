"""Facts about attached images and files: one fact names each. Their content is not read."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from mock_memos.content.text_analysis import content_words, has_cjk
from mock_memos.core.records import Draft, Message

_URL = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_MAX_URL_LENGTH = 2000
_MAX_NAME_LENGTH = 120


def attachment_names(message: Message) -> tuple[list[str], list[str]]:
    """Returns the names of the images and of the files of a message.

    A name is the last part of the URL. It is empty for Base64 content.
    """
    images: list[str] = []
    files: list[str] = []
    for part in () if isinstance(message.content, str) else message.content:
        if part.get("type") == "image_url":
            images.append(_name((part.get("image_url") or {}).get("url")))
        elif part.get("type") == "file":
            files.append(_name((part.get("file") or {}).get("file_data")))
    return images, files


def attached(message: Message) -> Iterator[Draft]:
    """Yields one fact for each image and file of a message."""
    images, files = attachment_names(message)
    if not images and not files:
        return
    text = message.text.replace("[image_url]", "").replace("[file]", "").strip()
    chinese = has_cjk(text)
    for name in images:
        key = name or ("图片" if chinese else "Image")
        yield _fact(_told("图片" if chinese else "an image", name, text), key, ("image", "visual"))
    for name in files:
        key = name or ("文件" if chinese else "File")
        marks = ("mode:fine", "multimodal:file")
        yield _fact(_told("文件" if chinese else "a file", name, text), key, marks)


def _name(url: Any) -> str:
    match = _URL.match(url[:_MAX_URL_LENGTH]) if isinstance(url, str) else None
    return unquote(match["path"].rpartition("/")[2])[:_MAX_NAME_LENGTH] if match else ""


def _told(thing: str, name: str, text: str) -> str:
    said = " ".join(text.split())
    said = said if len(said) <= 200 else said[:199] + "…"
    if has_cjk(thing):
        named = f"{thing} {name}" if name else f"一个{thing}"
        return f"用户分享了{named}，并说：{said}"
    named = f"{thing} named {name}" if name else thing
    return f"The user shared {named} and said: {said}" if said else f"The user shared {named}."


def _fact(value: str, key: str, marks: tuple[str, ...]) -> Draft:
    words = (word.lower() for word in content_words(key))
    tags = tuple(dict.fromkeys((*marks, *words)))
    return Draft(view="detail_factual", key=key, value=value, tags=tags[:6])
