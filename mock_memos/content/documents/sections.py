"""Text taken apart: characters from bytes, sections by headings, pieces of the size of a memory."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

LONG: Final = 1000
"""A longer section becomes several pieces, cut where a paragraph or a sentence ends."""
FEW: Final = 100
"""Up to so many paragraphs without a heading are pieces of their own; more are put together."""
_OPENING: Final = 60

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_STRETCH = re.compile(
    rf".{{250,{LONG}}}(?:(?<=[\n。！？；])|(?<=[.!?;]\s)|\Z)|.{{250,{LONG}}}(?<=\s)|.{{1,{LONG}}}",
    re.DOTALL,
)
_SENTENCE = re.compile(r"(?:(?![。！？]|[.!?](?:\s|$)).)+")


class Block(NamedTuple):
    """What stands under one heading, up to the next. Before the first heading the level is 0."""

    level: int
    title: str
    text: str


class Piece(NamedTuple):
    """What becomes one memory. Without a title its own first words are its title."""

    title: str
    text: str


def decoded(content: bytes) -> str | None:
    """Bytes as text with plain line ends; None when they are none.

    UTF-8 is read, and UTF-16 that begins with its mark.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


def fenced(lines: Iterable[str]) -> Iterator[tuple[str, Literal["text", "fence", "code"]]]:
    """Each line of Markdown with what it is: text, code, or the fence around code."""
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


def blocks(text: str) -> Iterator[Block]:
    """A text by its Markdown headings; a text without any is one block."""
    level, title, lines = 0, "", list[str]()
    for line, kind in fenced(text.split("\n")):
        heading = _HEADING.match(line) if kind == "text" else None
        if heading is None:
            lines.append(line)
            continue
        yield Block(level, title, "\n".join(lines).strip())
        level, title, lines = len(heading[1]), line[heading.end() :].strip(" \t#"), []
    yield Block(level, title, "\n".join(lines).strip())


def pieces(text: str) -> Iterator[Piece]:
    """The sections and paragraphs of a text. A title names the headings above it as well."""
    above: list[tuple[int, str]] = []
    for block in blocks(text):
        above = [(level, title) for level, title in above if level < block.level]
        if block.title:
            above.append((block.level, block.title))
        paragraphs = _BLANK_LINES.split(block.text)
        if block.title or len(paragraphs) > FEW:
            paragraphs = list(packed(paragraphs, "\n\n"))
        else:
            paragraphs = [part for one in paragraphs for part in packed([one], "")]
        title = " > ".join(title for _, title in above)
        yield from (Piece(title, paragraph) for paragraph in paragraphs)


def packed(parts: Iterable[str], joint: str) -> Iterator[str]:
    """Parts put together as long as they are not `LONG`; a part that is longer gets cut."""
    held = ""
    for part in parts:
        for stretch in _STRETCH.findall(part) if len(part) > LONG else (part,):
            if held and len(held) + len(joint) + len(stretch) > LONG:
                yield held
                held = ""
            if stretch := stretch.strip():
                held = f"{held}{joint}{stretch}" if held else stretch
    if held:
        yield held


def opening(text: str) -> str:
    """The first words of a text: its first sentence, if that is short."""
    line = text.lstrip()[: 4 * _OPENING].partition("\n")[0].lstrip("-*•>|# \t")
    said = _SENTENCE.match(line)
    words = (said[0] if said else line).strip()
    if len(words) <= _OPENING:
        return words
    return (words[: _OPENING + 1].rpartition(" ")[0] or words[:_OPENING]).strip()
