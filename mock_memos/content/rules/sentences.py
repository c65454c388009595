"""Splits the text of a message into the sentences that the rules read."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_SENTENCE_LENGTH: Final = 400
"""Longer sentences are pasted text, not statements."""


class Sentence(NamedTuple):
    """A sentence without the mark at its end."""

    text: str
    is_question: bool


_ENDS = re.compile(
    r"([.!?;。！？；\n\u2028\u2029](?:(?<=[。！？；\n\u2028\u2029])"
    r"|(?!(?<=\b[A-HJ-Z]\.) (?!(?:I|My|We|Our|The|It|He|She|They)\b)[A-Z])"  # Ursula K. Le Guin
    r"(?<![.!?][.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bvs\.)"
    r"[.!?]*+(?=[\s\"'\u201d)]|$)))"
)
_PASTED = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_TEXT_TO_WORK_ON = re.compile(
    r"^(?:(?:please|can you|could you|help me|now|ok|okay),? )*+(?:(?:translate|summari[sz]e"
    r"|rewrite|proofread|paraphrase|rephrase|polish)\b|(?:correct|fix|edit|improve|review|check"
    r"|analy[sz]e|explain|complete|continue|classify|reply to) (?:this|these|the|my)\b)"
    r"[^\n:]{0,120}:.*"
    r"|^(?:请|帮我|麻烦你?|把)*+(?:翻译|总结|润色|改写|修改|校对|解释|分析|概括|续写|检查)"
    r"[^\n:：]{0,40}[:：].*",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""A task for the assistant, and the text that it is about."""
_QUOTED = re.compile(
    r"[\"\u201c]([^\"\u201c\u201d\n]{1,400})[\"\u201d]|「([^「」\n]{1,400})」"
    r"|(?<![\w\u2019])'((?:[^'\n]|(?<=\w)'(?=\w)){1,400})'(?!\w)"
)
_MAY_QUOTE = re.compile("[\"\u201c「']")
_FIRST_PERSON = re.compile(r"\b(?:I|i|[Ww]e|[Mm]e|[Mm]y|[Oo]ur)\b|[我咱俺]")
_SPEECH = "\ufffc"
"""Replaces quoted speech. A sentence that contains it is skipped."""
_CODE = re.compile(
    r"[{}\\]|(?<!:)//| =+ |[=!<>]=|[=-]>|\w::\w|</|\b[a-z_][\w.]*\((?!s\)|es\))[^()]*\)(?!\w)"
    r"|\b\w*(?:Error|Exception): |^(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE)\b|^[$>%] |^File \""
)
_BULLETS = " \x00-*•#>"
_TRAILS = " \x00,，、:："


def split_sentences(text: str) -> Iterator[Sentence]:
    """Yields the sentences of a text without their ends. Skips code, quotations and pasted text."""
    parts = _ENDS.split(_own_words(text))
    for index in range(0, len(parts), 2):
        part = parts[index]
        if len(part) > 2 * MAX_SENTENCE_LENGTH:
            continue
        part = " ".join(part.split()).lstrip(_BULLETS).rstrip(_TRAILS)
        if part and len(part) <= MAX_SENTENCE_LENGTH and not _is_foreign(part):
            end = parts[index + 1] if index + 1 < len(parts) else ""
            yield Sentence(part, "?" in end or "？" in end)


def _own_words(text: str) -> str:
    """Returns a text without pasted text, text to work on, and quoted speech."""
    if "```" in text or "~~~" in text:
        text = _PASTED.sub("\n", text)
    if ":" in text or "：" in text:
        text = _TEXT_TO_WORK_ON.sub("\n", text)
    if _MAY_QUOTE.search(text):
        text = _QUOTED.sub(_replace_speech, text)
    return text


def _replace_speech(match: re.Match[str]) -> str:
    quoted = match[1] or match[2] or match[3]
    return _SPEECH if _FIRST_PERSON.search(quoted) else match[0]


def _is_foreign(sentence: str) -> bool:
    return _SPEECH in sentence or _CODE.search(sentence) is not None
