"""Images and files as clients send them: addresses, data: URLs, bare Base64. Nothing is fetched."""

import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError

MOST_FILES: Final = 20
MOST_BYTES: Final = 100 * 1024 * 1024

_ADDRESS = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_PATH = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)", re.IGNORECASE)
_DATA = re.compile(r"data:[^\s,;/]+/[^\s,;]+(?:;[^,;=]+=[^,;]*)*;base64,", re.IGNORECASE)
_STRANGE = re.compile(r"[^A-Za-z0-9+/=\s]", re.ASCII)
_SPACES = " \t\n\r\f\v"


def is_address(text: str) -> bool:
    """Whether this is an http(s) address, which the double keeps as a text."""
    return _ADDRESS.match(text) is not None


def name_of(address: str) -> str:
    """The last part of an address: the name of the file there, or an empty text."""
    found = _PATH.match(address)
    return unquote(found["path"].rpartition("/")[2]) if found else ""


def check_url(text: str, where: str) -> None:
    """An image: an address or a data: URL. Raises 40000, 40008 or 40009."""
    if is_address(text):
        return
    if not _is_data(text):
        raise ApiError(
            service_errors.INVALID_PARAMETERS,
            f"{where} is neither an http(s) address nor a data: URL",
        )
    check(text, where)


def check(text: str, where: str) -> None:
    """Any content: an address, a data: URL or bare Base64. Raises 40008 or 40009."""
    if not is_address(text):
        decode(text, where)


def decode(text: str, where: str) -> bytes:
    """The bytes of a data: URL or of bare Base64. Raises 40008 or 40009 that names the field."""
    start = 0
    if _is_data(text):
        prefix = _DATA.match(text)
        if prefix is None:
            raise ApiError(
                service_errors.BASE64_FORMAT,
                f"{where}: a data: URL begins with 'data:<type>/<subtype>;base64,'",
            )
        start = prefix.end()
    if strange := _STRANGE.search(text, start):
        raise ApiError(
            service_errors.BASE64_CONTENT,
            f"{where}: {strange[0]!r} at position {strange.start()} is no Base64 character",
        )
    payload = "".join(text[start:].split())
    digits = payload.rstrip("=")
    if "=" in digits or len(payload) - len(digits) > 2 or len(payload) % 4:
        raise ApiError(
            service_errors.BASE64_FORMAT,
            f"{where}: Base64 comes in groups of four, the last filled up with at most two '='",
        )
    return b64decode(payload)


def over_limit(contents: Sequence[str]) -> bool:
    """Whether a message carries too many files, or one that is too large.

    Then the service accepts the message and its task fails (documented).
    """
    return len(contents) > MOST_FILES or any(_size(content) > MOST_BYTES for content in contents)


def _is_data(text: str) -> bool:
    return text[:5].lower() == "data:"


def _size(text: str) -> int:
    """The bytes of a content that was checked before, without decoding it again."""
    if is_address(text):
        return 0
    start = text.index(",") + 1 if _is_data(text) else 0
    ignored = sum(text.count(character, start) for character in "=" + _SPACES)
    return (len(text) - start - ignored) * 3 // 4
