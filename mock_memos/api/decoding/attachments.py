"""Images and files in requests: URLs, data: URLs and Base64. URLs are never fetched."""

import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from mock_memos.core.service_errors import (
    BASE64_CONTENT,
    BASE64_FORMAT,
    INVALID_PARAMETERS,
    ApiError,
)

MAX_FILES: Final = 20
MAX_FILE_BYTES: Final = 100 * 1024 * 1024

_URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_PATH = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_DATA = re.compile(r"data:[^\s,;/]+/[^\s,;]+(?:;[^,;=]+=[^,;]*)*;base64,", re.IGNORECASE)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]", re.ASCII)
_WHITESPACE = " \t\n\r\f\v"


def is_url(text: str) -> bool:
    """Returns whether a text is an http(s) URL."""
    return _URL.match(text) is not None


def file_name(url: str) -> str:
    """Returns the last part of a URL's path, or an empty text."""
    match = _PATH.match(url)
    return unquote(match["path"].rpartition("/")[2]) if match else ""


def check_image(text: str, where: str) -> None:
    """Checks an image: a URL or a data: URL. Raises 40000, 40008 or 40009."""
    if is_url(text):
        return
    if not _is_data(text):
        raise ApiError(INVALID_PARAMETERS, f"{where} is neither an http(s) URL nor a data: URL")
    check_file(text, where)


def check_file(text: str, where: str) -> None:
    """Checks a file: a URL, a data: URL or Base64. Raises 40008 or 40009."""
    if not is_url(text):
        decode_content(text, where)


def decode_content(text: str, where: str) -> bytes:
    """Returns the bytes of a data: URL or of Base64. Raises 40008 or 40009 with the field."""
    start = 0
    if _is_data(text):
        prefix = _DATA.match(text)
        if prefix is None:
            raise ApiError(
                BASE64_FORMAT, f"{where}: a data: URL begins with 'data:<type>/<subtype>;base64,'"
            )
        start = prefix.end()
    if match := _NOT_BASE64.search(text, start):
        raise ApiError(
            BASE64_CONTENT,
            f"{where}: {match[0]!r} at position {match.start()} is not a Base64 character",
        )
    payload = "".join(text[start:].split())
    digits = payload.rstrip("=")
    if "=" in digits or len(payload) - len(digits) > 2 or len(payload) % 4:
        raise ApiError(
            BASE64_FORMAT,
            f"{where}: Base64 needs groups of four characters, the last with at most two '='",
        )
    return b64decode(payload)


def exceeds_limits(contents: Sequence[str]) -> bool:
    """Returns whether a message has too many files, or one that is too large.

    The service accepts such a message, and its task fails (documented).
    """
    return len(contents) > MAX_FILES or any(_size(content) > MAX_FILE_BYTES for content in contents)


def _is_data(text: str) -> bool:
    return text[:5].lower() == "data:"


def _size(text: str) -> int:
    """Returns the number of bytes of a valid content, without decoding it."""
    if is_url(text):
        return 0
    start = text.index(",") + 1 if _is_data(text) else 0
    ignored_count = sum(text.count(character, start) for character in "=" + _WHITESPACE)
    return (len(text) - start - ignored_count) * 3 // 4
