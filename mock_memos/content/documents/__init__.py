"""Files of a knowledge base: what is refused at once, and which memories the others become.

Text, Markdown, JSON, XML and Word documents are read. Of a PDF, an old Word file, bytes that are
no text, and an address, which is never fetched, one memory names the file. How the real service
reads files is not known; the marks that its memories carry are.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final, Literal

import msgspec

from mock_memos.content.documents import docx, json_xml, sections, skill_file
from mock_memos.content.documents.sections import Piece
from mock_memos.content.documents.zip_archive import Unfit
from mock_memos.content.text_analysis import content_words, has_cjk, is_weak
from mock_memos.core import service_errors
from mock_memos.core.records import Draft
from mock_memos.core.service_errors import ApiError

EXTENSIONS: Final = {
    "document": ("pdf", "docx", "doc", "txt", "json", "md", "xml"),
    "skill": ("md", "zip"),
}
MOST_MEMORIES: Final = 1000
"""So many memories one file becomes at most: about a million characters of running text."""
TAGS: Final = ("mode:fine", "multimodal:file")

_LONGEST_TITLE: Final = 80
_LONGEST_NAME: Final = 255
_LONGEST_ADDRESS: Final = 2000


class Upload(msgspec.Struct, frozen=True, gc=False):
    """A file as it came. Without content it is an address, which is never fetched."""

    name: str
    type: Literal["document", "skill"]
    content: bytes | None
    address: str = ""

    @property
    def size(self) -> int:
        """In bytes; 0 for an address."""
        return len(self.content or b"")

    @property
    def extension(self) -> str:
        """In small letters, of the name, or else of the address."""
        if self.content is None and not _extension(self.name):
            path = self.address.partition("?")[0].partition("#")[0]
            return _extension(path.rpartition("/")[2])
        return _extension(self.name)


def check(upload: Upload, where: str) -> None:
    """Refuse a file by its name (40007) or, if it is a skill, by its format (50107)."""
    allowed = EXTENSIONS[upload.type]
    if upload.extension not in allowed:
        raise ApiError(
            service_errors.UNSUPPORTED_FILE_TYPE,
            f"{where}: {upload.name[:_LONGEST_NAME]!r} does not end as a {upload.type} does: "
            f".{', .'.join(allowed)}",
        )
    if upload.type == "skill" and upload.content is not None:
        try:
            skill_file.read(upload.content, zipped=upload.extension == "zip")
        except Unfit as problem:
            raise ApiError(service_errors.FILE_FORMAT, f"{where}: {problem}") from None


def drafts(upload: Upload) -> tuple[Draft, ...]:
    """The memories that a file becomes: at least one, which then names the file."""
    if upload.type == "skill":
        return (_skill(upload),)
    facts = [_fact(piece) for piece in islice(_pieces(upload), MOST_MEMORIES)]
    return tuple(facts) or (_fact(Piece(upload.name[:_LONGEST_NAME], _naming(upload))),)


def _pieces(upload: Upload) -> Iterable[Piece]:
    """What a document says, in pieces; nothing when it cannot be read."""
    content = upload.content or b""
    try:
        match upload.extension:
            case "json":
                return json_xml.json_pieces(sections.decoded(content) or "")
            case "xml":
                return json_xml.xml_pieces(content)
            case "docx":
                return sections.pieces(_bounded(docx.text_of(content)))
    except Unfit:
        pass
    if upload.extension in ("txt", "md", "json", "xml"):
        return sections.pieces(_bounded(sections.decoded(content) or ""))
    return ()


def _bounded(text: str) -> str:
    return text[: MOST_MEMORIES * sections.LONG]


def _fact(piece: Piece) -> Draft:
    key = " ".join(piece.title.split())[:_LONGEST_TITLE].strip() or sections.opening(piece.text)
    return Draft(
        view="detail_factual",
        key=key,
        value=piece.text,
        tags=(*TAGS, *_words(key.rpartition(" > ")[2])),
        memory_type="LongTermMemory",
    )


def _skill(upload: Upload) -> Draft:
    try:
        if upload.content is None:
            raise Unfit("an address is never fetched")
        skill = skill_file.read(upload.content, zipped=upload.extension == "zip")
    except Unfit:
        stem = upload.name[:_LONGEST_NAME].rpartition(".")[0]
        skill = skill_file.unread(stem or upload.name[:_LONGEST_NAME], _naming(upload))
    return msgspec.structs.replace(skill, tags=(*TAGS, *_words(skill.key)))


def _naming(upload: Upload) -> str:
    name = upload.name[:_LONGEST_NAME]
    kind = upload.extension.upper() or "unknown type"
    if upload.content is None:
        return (
            f"The file {name} ({kind}) is at {upload.address[:_LONGEST_ADDRESS]}; it was not read."
        )
    return f"The file {name} ({kind}, {upload.size} bytes) was uploaded; its content was not read."


def _words(key: str) -> tuple[str, ...]:
    """One or two words of a title as tags."""
    if has_cjk(key):
        return (key,) if len(key) <= 8 else ()
    strong = (docx.lower() for docx in content_words(key) if not is_weak(docx))
    return tuple(islice(dict.fromkeys(docx for docx in strong if len(docx) > 1), 2))


def _extension(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
