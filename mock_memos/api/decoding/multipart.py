"""Uploads as forms: from a multipart body to the request that JSON would have carried.

The SDK sends the knowledge base and the type in the query string, and every file as a part named
`file`. What the fields must be is checked where it is for JSON, with the same words.
"""

import base64
import logging
import math
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from mock_memos.api.decoding.body import read
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError

FORM: Final = "multipart/form-data"
MOST_PARTS: Final = 1000
HEADER_SIZE: Final = 8 * 1024
"""Longest header line of a part."""

_EMPTY = "data:application/octet-stream;base64,"


class Part(msgspec.Struct, frozen=True):
    """One part of a form. Without a file name it is a plain field."""

    name: str
    filename: str
    media_type: str
    content: bytes


def is_form(content_type: str) -> bool:
    """Whether a request with this content type carries a form, not JSON."""
    return content_type.partition(";")[0].strip().lower() == FORM


_QUIET = logging.NullHandler()


def parse(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts of a form in their order. Raises 40000 that says what is wrong with it."""
    from python_multipart.exceptions import FormParserError  # only uploads need the library
    from python_multipart.multipart import Field, File, FormParser, parse_options_header

    # What is wrong with a form goes into the answer, not onto the terminal.
    logging.getLogger("python_multipart").addHandler(_QUIET)
    _, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary")
    if not is_form(content_type) or not boundary:
        raise _bad(f"Content-Type is {content_type!r}; expected {FORM}; boundary=...")
    parts: list[Part] = []
    ends: list[bool] = []

    def take(name: bytes | None, filename: bytes | None, kind: str | None, content: bytes) -> None:
        if len(parts) >= MOST_PARTS:
            raise _bad(f"the form has more than {MOST_PARTS} parts")
        parts.append(Part(_text(name), _text(filename), kind or "", content))

    def on_field(field: Field) -> None:
        take(field.field_name, None, field.content_type, field.value or b"")

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        take(file.field_name, file.file_name, file.content_type, file.file_object.read())

    limits = {"MAX_MEMORY_FILE_SIZE": math.inf, "MAX_HEADER_SIZE": HEADER_SIZE}
    try:
        parser = FormParser(
            FORM, on_field, on_file, lambda: ends.append(True), boundary, config=limits
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as problem:
        raise _bad(f"the form cannot be read: {problem}") from None
    if not ends:
        raise _bad("the form ends before its closing boundary")
    return tuple(parts)


def read_files(
    content_type: str, query: str, body: bytes, *, strict: bool = False
) -> AddKnowledgebaseFile:
    """The request that a form and its query string stand for. Raises what JSON would raise.

    The fields are read without their contents, which join afterwards: no content is copied into
    a JSON text and out of it.
    """
    files = [part for part in parse(content_type, body) if part.name == "file"]
    asked: dict[str, Any] = dict(parse_qsl(query))
    common = {"type": asked.pop("type")} if "type" in asked else {}
    if files:
        asked["file"] = [{"name": part.filename, "content": _EMPTY} | common for part in files]
    request = read(msgspec.json.encode(asked), AddKnowledgebaseFile, strict=strict)
    for file, part in zip(request.file, files, strict=True):
        file.content += base64.b64encode(part.content).decode("ascii")
    return request


def _text(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")


def _bad(why: str) -> ApiError:
    return ApiError(service_errors.INVALID_PARAMETERS, why)
