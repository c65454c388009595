"""The text of a Word document (docx) as Markdown: paragraphs, headings, nothing else."""

import re
from typing import Final

from mock_memos.content.documents.json_xml import parse_xml
from mock_memos.content.documents.zip_archive import Archive

LARGEST: Final = 16 * 1024 * 1024

_BODY = "word/document.xml"
_HEADING = re.compile(r"(?:heading ?)?([1-6])", re.IGNORECASE)
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n"}


def text_of(content: bytes) -> str:
    """What a Word document says. Raises `Unfit` when it cannot be read."""
    words = _Words()
    parse_xml(Archive(content).read(_BODY, LARGEST), words.open, words.close, words.say)
    return "\n\n".join(words.paragraphs)


class _Words:
    """Paragraphs as they are walked through; names count without their prefix."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._said: list[str] = []
        self._level = 0
        self._speaks = False

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "t":
                self._speaks = True
            case "pStyle":
                self._level = _level(attributes.get("w:val", ""))
            case "tab" | "br" | "cr" as space:
                self._said.append(_SPACES[space])

    def say(self, text: str) -> None:
        if self._speaks:
            self._said.append(text)

    def close(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "t":
            self._speaks = False
        elif local == "p":
            text = "".join(self._said).strip()
            if text:
                heading = self._level and "\n" not in text
                self.paragraphs.append(f"{'#' * self._level} {text}" if heading else text)
            self._said, self._level = [], 0


def _level(style: str) -> int:
    if style.lower() == "title":
        return 1
    found = _HEADING.fullmatch(style)
    return int(found[1]) if found else 0
