"""What the rules read of a line: the sentences of a text."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_SENTENCE_LENGTH: Final = 400
"""A longer one is pasted matter, not a statement."""


class Sentence(NamedTuple):
    text: str
    is_question: bool


_ENDS = re.compile(
    r"([.!?;。！？；\n\u2028\u2029](?:(?<=[。！？；\n\u2028\u2029])"
    r"|(?!(?<=\b[A-HJ-Z]\.) (?!(?:I|My|We|Our|The|It|He|She|They)\b)[A-Z])"  # Ursula K. Le Guin
    r"(?<![.!?][.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bvs\.)"
    r"[.!?]*+(?=[\s\"'\u201d)]|$)))"
)
_PASTED = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_HANDED = re.compile(
    r"^(?:(?:please|can you|could you|help me|now|ok|okay),? )*+(?:(?:translate|summari[sz]e"
    r"|rewrite|proofread|paraphrase|rephrase|polish)\b|(?:correct|fix|edit|improve|review|check"
    r"|analy[sz]e|explain|complete|continue|classify|reply to) (?:this|these|the|my)\b)"
    r"[^\n:]{0,120}:.*"
    r"|^(?:请|帮我|麻烦你?|把)*+(?:翻译|总结|润色|改写|修改|校对|解释|分析|概括|续写|检查)"
    r"[^\n:：]{0,40}[:：].*",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""A task, and the text that it is about."""
_QUOTED = re.compile(
    r"[\"\u201c]([^\"\u201c\u201d\n]{1,400})[\"\u201d]|「([^「」\n]{1,400})」"
    r"|(?<![\w\u2019])'((?:[^'\n]|(?<=\w)'(?=\w)){1,400})'(?!\w)"
)
_MAY_QUOTE = re.compile("[\"\u201c「']")
_FIRST_PERSON = re.compile(r"\b(?:I|i|[Ww]e|[Mm]e|[Mm]y|[Oo]ur)\b|[我咱俺]")
_SPOKEN = "\ufffc"
"""Stands for what somebody else said; a sentence around it states nothing of its own."""
_CODE = re.compile(
    r"[{}\\]|(?<!:)//| =+ |[=!<>]=|[=-]>|\w::\w|</|\b[a-z_][\w.]*\((?!s\)|es\))[^()]*\)(?!\w)"
    r"|\b\w*(?:Error|Exception): |^(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE)\b|^[$>%] |^File \""
)
_BULLETS = " \x00-*•#>"
_TRAILS = " \x00,，、:："


def split_sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, without their ends, without code and words of somebody else."""
    found = _ENDS.split(_own_words(text))
    for place in range(0, len(found), 2):
        said = found[place]
        if len(said) > 2 * MAX_SENTENCE_LENGTH:
            continue
        said = " ".join(said.split()).lstrip(_BULLETS).rstrip(_TRAILS)
        if said and len(said) <= MAX_SENTENCE_LENGTH and not _is_foreign(said):
            end = found[place + 1] if place + 1 < len(found) else ""
            yield Sentence(said, "?" in end or "？" in end)


def _own_words(text: str) -> str:
    """A text without what is pasted, handed over to be worked on, or quoted from a speaker."""
    if "```" in text or "~~~" in text:
        text = _PASTED.sub("\n", text)
    if ":" in text or "：" in text:
        text = _HANDED.sub("\n", text)
    if _MAY_QUOTE.search(text):
        text = _QUOTED.sub(_unquoted, text)
    return text


def _unquoted(found: re.Match[str]) -> str:
    said = found[1] or found[2] or found[3]
    return _SPOKEN if _FIRST_PERSON.search(said) else found[0]


def _is_foreign(said: str) -> bool:
    return _SPOKEN in said or _CODE.search(said) is not None
