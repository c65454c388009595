"""Uploads as multipart forms: converted to the request struct of a JSON body.

The SDK sends the knowledge base and the type in the query string, and each file as a part named
`file`. The fields are validated like those of a JSON body.
"""

import base64
import logging
import math
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.core.service_errors import INVALID_PARAMETERS, ApiError

FORM: Final = "multipart/form-data"
MAX_PARTS: Final = 1000
MAX_HEADER_BYTES: Final = 8 * 1024
"""Maximum length of a part's headers."""

_EMPTY_DATA_URL = "data:application/octet-stream;base64,"


class FormPart(msgspec.Struct, frozen=True):
    """One part of a form. A plain field has an empty file name."""

    name: str
    filename: str
    media_type: str
    content: bytes


@lru_cache(maxsize=64)
def is_form(content_type: str) -> bool:
    """Returns whether a content type is multipart/form-data."""
    return content_type.partition(";")[0].strip().lower() == FORM


_NO_LOGGING = logging.NullHandler()


def parse_form(content_type: str, body: bytes) -> tuple[FormPart, ...]:
    """Returns the parts of a form in their order. Raises 40000 for an invalid form."""
    from python_multipart.exceptions import FormParserError  # only uploads need the library
    from python_multipart.multipart import Field, File, FormParser, parse_options_header

    # Problems are reported in the response, not in the log.
    logging.getLogger("python_multipart").addHandler(_NO_LOGGING)
    _, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary")
    if not is_form(content_type) or not boundary:
        raise _invalid(f"Content-Type is {content_type!r}; expected {FORM}; boundary=...")
    parts: list[FormPart] = []
    ends: list[bool] = []

    def add_part(name: bytes | None, filename: bytes | None, type_: str, content: bytes) -> None:
        if len(parts) >= MAX_PARTS:
            raise _invalid(f"the form has more than {MAX_PARTS} parts")
        parts.append(FormPart(_text(name), _text(filename), type_, content))

    def on_field(field: Field) -> None:
        add_part(field.field_name, None, field.content_type or "", field.value or b"")

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        add_part(file.field_name, file.file_name, file.content_type or "", file.file_object.read())

    limits = {"MAX_MEMORY_FILE_SIZE": math.inf, "MAX_MAX_HEADER_BYTES": MAX_HEADER_BYTES}
    try:
        parser = FormParser(
            FORM, on_field, on_file, lambda: ends.append(True), boundary, config=limits
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise _invalid(f"the form cannot be read: {error}") from None
    if not ends:
        raise _invalid("the form ends before its closing boundary")
    return tuple(parts)


def decode_upload(
    content_type: str, query: str, body: bytes, *, strict: bool = False
) -> AddKnowledgebaseFile:
    """Returns the request of a form and its query string. Raises the errors of a JSON body.

    The fields are decoded with empty contents; the contents are added afterwards, to avoid
    encoding and decoding them as JSON.
    """
    files = [part for part in parse_form(content_type, body) if part.name == "file"]
    fields: dict[str, Any] = dict(parse_qsl(query))
    common = {"type": fields.pop("type")} if "type" in fields else {}
    if files:
        fields["file"] = [
            {"name": part.filename, "content": _EMPTY_DATA_URL} | common for part in files
        ]
    request = decode_request(msgspec.json.encode(fields), AddKnowledgebaseFile, strict=strict)
    for file, part in zip(request.file, files, strict=True):
        file.content += base64.b64encode(part.content).decode("ascii")
    return request


def _text(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")


def _invalid(why: str) -> ApiError:
    return ApiError(INVALID_PARAMETERS, why)
