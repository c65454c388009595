"""Decodes text, and splits Markdown into sections and into passages of a memory's size."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

MAX_PASSAGE_LENGTH: Final = 1000
"""Longer sections become several passages, cut at the end of a paragraph or a sentence."""
MAX_SINGLE_PARAGRAPHS: Final = 100
"""Paragraphs without a heading are one passage each, up to this number; more are combined."""
_MAX_OPENING_LENGTH: Final = 60

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_STRETCH = re.compile(
    rf".{{250,{MAX_PASSAGE_LENGTH}}}(?:(?<=[\n。！？；])|(?<=[.!?;]\s)|\Z)"
    rf"|.{{250,{MAX_PASSAGE_LENGTH}}}(?<=\s)|.{{1,{MAX_PASSAGE_LENGTH}}}",
    re.DOTALL,
)
_SENTENCE = re.compile(r"(?:(?![。！？]|[.!?](?:\s|$)).)+")


class Section(NamedTuple):
    """The text below one heading, up to the next. Text before the first heading has level 0."""

    level: int
    title: str
    text: str


class Passage(NamedTuple):
    """The text of one memory. Without a title, its first words become the title."""

    title: str
    text: str


def decode_text(content: bytes) -> str | None:
    """Returns bytes as text with LF line ends, or None if they are not text.

    Accepts UTF-8, and UTF-16 with a byte order mark.
    """
    marks = (encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark))
    try:
        text = content.decode(next(marks, "utf-8"))
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


def classify_lines(lines: Iterable[str]) -> Iterator[tuple[str, Literal["text", "fence", "code"]]]:
    """Yields each line of Markdown and what it is: text, code, or the fence around code."""
    fence = ""
    for line in lines:
        marker = _FENCE.match(line)
        if not fence:
            fence = marker[1] if marker else ""
            yield line, "fence" if marker else "text"
        elif marker and marker[1].startswith(fence) and line.strip() == marker[1]:
            fence = ""
            yield line, "fence"
        else:
            yield line, "code"


def split_sections(text: str) -> Iterator[Section]:
    """Yields the sections of a Markdown text. A text without headings is one section."""
    level, title, lines = 0, "", list[str]()
    for line, line_type in classify_lines(text.split("\n")):
        heading = _HEADING.match(line) if line_type == "text" else None
        if heading is None:
            lines.append(line)
            continue
        yield Section(level, title, "\n".join(lines).strip())
        level, title, lines = len(heading[1]), line[heading.end() :].strip(" \t#"), []
    yield Section(level, title, "\n".join(lines).strip())


def split_passages(text: str) -> Iterator[Passage]:
    """Yields the passages of a Markdown text. A title includes the headings above it."""
    headings: list[tuple[int, str]] = []
    for section in split_sections(text):
        headings = [(level, title) for level, title in headings if level < section.level]
        if section.title:
            headings.append((section.level, section.title))
        paragraphs = _BLANK_LINES.split(section.text)
        if section.title or len(paragraphs) > MAX_SINGLE_PARAGRAPHS:
            paragraphs = list(pack(paragraphs, "\n\n"))
        else:
            paragraphs = [part for paragraph in paragraphs for part in pack([paragraph], "")]
        title = " > ".join(title for _, title in headings)
        yield from (Passage(title, paragraph) for paragraph in paragraphs)


def pack(parts: Iterable[str], joint: str) -> Iterator[str]:
    """Joins parts up to MAX_PASSAGE_LENGTH. Cuts parts that are longer."""
    packed = ""
    for part in parts:
        for stretch in _STRETCH.findall(part) if len(part) > MAX_PASSAGE_LENGTH else (part,):
            if packed and len(packed) + len(joint) + len(stretch) > MAX_PASSAGE_LENGTH:
                yield packed
                packed = ""
            if stretch := stretch.strip():
                packed = f"{packed}{joint}{stretch}" if packed else stretch
    if packed:
        yield packed


def opening_words(text: str) -> str:
    """Returns the first sentence of a text, cut at a word after at most 60 characters."""
    line = text.lstrip()[: 4 * _MAX_OPENING_LENGTH].partition("\n")[0].lstrip("-*•>|# \t")
    sentence = _SENTENCE.match(line)
    words = (sentence[0] if sentence else line).strip()
    if len(words) <= _MAX_OPENING_LENGTH:
        return words
    whole_words = words[: _MAX_OPENING_LENGTH + 1].rpartition(" ")[0]
    return (whole_words or words[:_MAX_OPENING_LENGTH]).strip()
