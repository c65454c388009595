"""Extracts facts about attached images and files: one names each. Content is not read."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from mock_memos.content.text_analysis import content_words, has_cjk
from mock_memos.core.records import Draft, Message
from mock_memos.core.text import shorten

_URL = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_MAX_URL_LENGTH = 2000
_MAX_NAME_LENGTH = 120
_MAX_TEXT_LENGTH = 200


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


def extract_attachments(message: Message) -> Iterator[Draft]:
    """Yields one fact for each image and file of a message."""
    images, files = attachment_names(message)
    if not images and not files:
        return
    text = message.text.replace("[image_url]", "").replace("[file]", "").strip()
    is_chinese = has_cjk(text)
    for name in images:
        key = name or ("图片" if is_chinese else "Image")
        value = _describe("图片" if is_chinese else "an image", name, text)
        yield _fact(value, key, ("image", "visual"))
    for name in files:
        key = name or ("文件" if is_chinese else "File")
        value = _describe("文件" if is_chinese else "a file", name, text)
        yield _fact(value, key, ("mode:fine", "multimodal:file"))


def _name(url: Any) -> str:
    match = _URL.match(url[:_MAX_URL_LENGTH]) if isinstance(url, str) else None
    return unquote(match["path"].rpartition("/")[2])[:_MAX_NAME_LENGTH] if match else ""


def _describe(noun: str, name: str, text: str) -> str:
    text = shorten(" ".join(text.split()), _MAX_TEXT_LENGTH, mark="…")
    if has_cjk(noun):
        return f"用户分享了{f'{noun} {name}' if name else f'一个{noun}'}，并说：{text}"
    subject = f"{noun} named {name}" if name else noun
    return f"The user shared {subject} and said: {text}" if text else f"The user shared {subject}."


def _fact(value: str, key: str, first_tags: tuple[str, ...]) -> Draft:
    words = (word.lower() for word in content_words(key))
    tags = tuple(dict.fromkeys((*first_tags, *words)))
    return Draft(view="detail_factual", key=key, value=value, tags=tags[:6])
