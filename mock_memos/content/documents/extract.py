"""Extracts memories from knowledge-base files, and refuses files that the service refuses.

Text, Markdown, JSON, XML and Word documents are read. For a PDF, an old Word file, bytes that are
not text, and an address (never fetched), one memory names the file. How the real service reads
files is unknown; the tags of its memories are observed.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final, Literal

import msgspec

from mock_memos.content.documents import json_xml, skill_file
from mock_memos.content.documents.docx import docx_text
from mock_memos.content.documents.sections import (
    MAX_PASSAGE_LENGTH,
    Passage,
    decode_text,
    opening_words,
    split_passages,
)
from mock_memos.content.documents.zip_archive import InvalidFileError
from mock_memos.content.text_analysis import content_words, has_cjk, is_common
from mock_memos.core import service_errors
from mock_memos.core.records import Draft
from mock_memos.core.service_errors import ApiError

EXTENSIONS: Final = {
    "document": ("pdf", "docx", "doc", "txt", "json", "md", "xml"),
    "skill": ("md", "zip"),
}
MAX_MEMORIES: Final = 1000
"""Memories of one file: about a million characters of running text."""
TAGS: Final = ("mode:fine", "multimodal:file")

_MAX_TITLE_LENGTH: Final = 80
_MAX_NAME_LENGTH: Final = 255
_MAX_ADDRESS_LENGTH: Final = 2000


class Upload(msgspec.Struct, frozen=True, gc=False):
    """An uploaded file. Without content it is an address, which is never fetched."""

    name: str
    type: Literal["document", "skill"]
    content: bytes | None
    address: str = ""

    @property
    def size(self) -> int:
        """The size in bytes; 0 for an address."""
        return len(self.content or b"")

    @property
    def extension(self) -> str:
        """The extension in lower case: of the name, else of the address."""
        if self.content is None and not _extension(self.name):
            path = self.address.partition("?")[0].partition("#")[0]
            return _extension(path.rpartition("/")[2])
        return _extension(self.name)


def check_upload(upload: Upload, path: str) -> None:
    """Raises ApiError for a wrong extension (40007) or an invalid skill file (50107).

    `path` names the file in the request: `file[0]`.
    """
    allowed = EXTENSIONS[upload.type]
    if upload.extension not in allowed:
        raise ApiError(
            service_errors.UNSUPPORTED_FILE_TYPE,
            f"{path}: {upload.name[:_MAX_NAME_LENGTH]!r} does not end as a {upload.type} does: "
            f".{', .'.join(allowed)}",
        )
    if upload.type == "skill" and upload.content is not None:
        try:
            skill_file.read_skill(upload.content, zipped=upload.extension == "zip")
        except InvalidFileError as error:
            raise ApiError(service_errors.FILE_FORMAT, f"{path}: {error}") from None


def extract_file_memories(upload: Upload) -> tuple[Draft, ...]:
    """Returns the memories of a file: at least one, which then names the file."""
    if upload.type == "skill":
        return (_skill_memory(upload),)
    facts = [_fact(passage) for passage in islice(_passages(upload), MAX_MEMORIES)]
    return tuple(facts) or (_fact(Passage(upload.name[:_MAX_NAME_LENGTH], _describe(upload))),)


def _passages(upload: Upload) -> Iterable[Passage]:
    """Returns the passages of a document; none if it cannot be read."""
    content = upload.content or b""
    try:
        match upload.extension:
            case "json":
                return json_xml.json_passages(decode_text(content) or "")
            case "xml":
                return json_xml.xml_passages(content)
            case "docx":
                return _text_passages(docx_text(content))
    except InvalidFileError:
        pass
    if upload.extension in ("txt", "md", "json", "xml"):
        return _text_passages(decode_text(content) or "")
    return ()


def _text_passages(text: str) -> Iterable[Passage]:
    return split_passages(text[: MAX_MEMORIES * MAX_PASSAGE_LENGTH])


def _fact(passage: Passage) -> Draft:
    title = " ".join(passage.title.split())[:_MAX_TITLE_LENGTH].strip()
    key = title or opening_words(passage.text)
    return Draft(
        view="detail_factual",
        key=key,
        value=passage.text,
        tags=(*TAGS, *_title_tags(key.rpartition(" > ")[2])),
        memory_type="LongTermMemory",
    )


def _skill_memory(upload: Upload) -> Draft:
    try:
        if upload.content is None:
            raise InvalidFileError("an address is never fetched")
        skill = skill_file.read_skill(upload.content, zipped=upload.extension == "zip")
    except InvalidFileError:
        name = upload.name[:_MAX_NAME_LENGTH]
        skill = skill_file.unread_skill(name.rpartition(".")[0] or name, _describe(upload))
    return msgspec.structs.replace(skill, tags=(*TAGS, *_title_tags(skill.key)))


def _describe(upload: Upload) -> str:
    name = upload.name[:_MAX_NAME_LENGTH]
    type_ = upload.extension.upper() or "unknown type"
    if upload.content is None:
        address = upload.address[:_MAX_ADDRESS_LENGTH]
        return f"The file {name} ({type_}) is at {address}; it was not read."
    return f"The file {name} ({type_}, {upload.size} bytes) was uploaded; its content was not read."


def _title_tags(title: str) -> tuple[str, ...]:
    """Returns one or two words of a title as tags."""
    if has_cjk(title):
        return (title,) if len(title) <= 8 else ()
    words = (word.lower() for word in content_words(title) if not is_common(word))
    return tuple(islice(dict.fromkeys(word for word in words if len(word) > 1), 2))


def _extension(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
