"""Reads the text of a Word document (docx) as Markdown: paragraphs and headings, nothing else."""

import re
from typing import Final

from mock_memos.content.documents.json_xml import parse_xml
from mock_memos.content.documents.zip_archive import ZipArchive

MAX_BYTES: Final = 16 * 1024 * 1024

_BODY_FILE = "word/document.xml"
_HEADING_STYLE = re.compile(r"(?:heading ?)?([1-6])", re.IGNORECASE)
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n"}


def docx_text(content: bytes) -> str:
    """Returns the text of a Word document. Raises InvalidFileError if it cannot be read."""
    reader = _ParagraphReader()
    body = ZipArchive(content).read(_BODY_FILE, MAX_BYTES)
    parse_xml(body, reader.open, reader.close, reader.add_text)
    return "\n\n".join(reader.paragraphs)


class _ParagraphReader:
    """Collects paragraphs from XML events. Namespace prefixes are ignored."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._texts: list[str] = []
        self._heading_level = 0
        self._in_text = False

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "t":
                self._in_text = True
            case "pStyle":
                self._heading_level = _heading_level(attributes.get("w:val", ""))
            case "tab" | "br" | "cr" as space:
                self._texts.append(_SPACES[space])

    def add_text(self, text: str) -> None:
        if self._in_text:
            self._texts.append(text)

    def close(self, name: str) -> None:
        local_name = name.rpartition(":")[2]
        if local_name == "t":
            self._in_text = False
        elif local_name == "p":
            text = "".join(self._texts).strip()
            if text:
                is_heading = self._heading_level and "\n" not in text
                self.paragraphs.append(
                    f"{'#' * self._heading_level} {text}" if is_heading else text
                )
            self._texts, self._heading_level = [], 0


def _heading_level(style: str) -> int:
    if style.lower() == "title":
        return 1
    match = _HEADING_STYLE.fullmatch(style)
    return int(match[1]) if match else 0
