"""What the rules read of a line: the sentences of a text."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST_SENTENCE: Final = 400
"""A longer one is pasted matter, not a statement."""


class Sentence(NamedTuple):
    text: str
    is_question: bool


_ENDS = re.compile(
    r"([.!?;。！？；\n\u2028\u2029](?:(?<=[。！？；\n\u2028\u2029])"
    r"|(?<![.!?][.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bvs\.)"
    r"[.!?]*+(?=[\s\"'\u201d)]|$)))"
)
_PASTED = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_BULLETS = " \x00-*•#>"
_TRAILS = " \x00,，、:："


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, without their ends and without pasted code."""
    if "```" in text or "~~~" in text:
        text = _PASTED.sub("\n", text)
    found = _ENDS.split(text)
    for place in range(0, len(found), 2):
        said = found[place]
        if len(said) > 2 * LONGEST_SENTENCE:
            continue
        said = " ".join(said.split()).lstrip(_BULLETS).rstrip(_TRAILS)
        if said and len(said) <= LONGEST_SENTENCE:
            end = found[place + 1] if place + 1 < len(found) else ""
            yield Sentence(said, "?" in end or "？" in end)
