"""Corrections: feedback that replaces one wording by another."""

import re
from typing import Final, NamedTuple

MAX_LENGTH: Final = 400


class WordingChange(NamedTuple):
    """`old` becomes `new`. `statement` is what is stated without the wrong wording, if anything."""

    old: str
    new: str
    statement: str = ""


_LEAD = re.compile(
    r"(?:(?:no|nope|actually|sorry|wrong|incorrect|not quite|correction|that's wrong|that is wrong"
    r"|to be clear|please|you are wrong|you're wrong)\b[,.:;!]* ?)+",
    re.IGNORECASE,
)
_IT = r"(?:it|that|this|he|she)(?:'s| is| was) "
_IT_NOT = r"(?:it|that|this|he|she) (?:isn't|wasn't) "
_THEN = rf"(?:,| but|;|\.| -)+ (?:but )?(?:{_IT})?(?P<new>.+)$"
_SAY = r"(?:call (?:it|him|her|them|me)|use|write|say)"
_ENGLISH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:replace|change|correct|update|swap) (?P<old>.+?) (?:with|to|by|into) (?P<new>.+)$",
        rf"{_SAY} (?P<new>.+?)(?: instead of|, not| rather than) (?P<old>.+)$",
        rf"{_IT}(?:called )?(?P<new>.+?),? (?:and )?(?:not|instead of|rather than) (?P<old>.+)$",
        rf"(?:{_IT})?not (?P<old>.+?){_THEN}",
        rf"{_IT_NOT}(?P<old>.+?){_THEN}",
    )
)
_INTO = "改成|改为|换成|替换为|替换成|更正为|更新为|修改为"
_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        f"(?:请|麻烦)?[把将](?P<old>.+?)(?:{_INTO})(?P<new>.+)$",
        "(?P<statement>.*?)(?:其实|应该)?不是(?P<old>[^，,]+?)[，,]?(?:而是|应该是|是)(?P<new>.+)$",
        "(?P<statement>.*?)(?:其实|应该)?是(?P<new>[^，,]+?)[，,]而?不是(?P<old>.+)$",
        "(?P<new>[^，,是]{1,40})[，,]而?不是(?P<old>.+)$",
    )
)
_RESTATED = re.compile(
    r"(?:please )?(?:change|update|set|correct) (?P<what>my [\w' -]{1,40}?) to (?P<value>.+)$"
    "|请?[把将](?P<what_2>我的[^，,]{1,20}?)(?:改成|改为|换成|更新为|修改为)(?P<value_2>.+)$",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"(?:please |kindly )?(?:forget|delete|remove|erase)(?: the (?:fact|memory))?(?: that)? "
    r"(?P<what>(?:I|my|we|our)\b.+)$"
    "|请?(?:忘掉|忘记|忘了|删除|删掉|不要记住?|别记住?)(?P<what_2>我.+?)(?:这件事|的事|了|吧)*$",
    re.IGNORECASE,
)
_VERDICTS = frozenset(
    "true right correct wrong that so sure good it this a the 对 对的 这样 这样的".split()
)
_STATED = re.compile(
    r"(?P<statement>.+?),? (?:and )?not (?P<old>(?!only\b|that\b|sure\b).+)$", re.IGNORECASE
)
_CONTRASTED = re.compile(
    r"(?:, (?:and )?not | not .*?(?:but|,) |(?-i: [A-Z][\w'-]* not [A-Z][\w'-]*$))", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?:the|a|an|in|at|on|to|from|for|with|as) ", re.IGNORECASE)
_MARKS = " \t\r\n.。!！,，;；\"'“”「」‘’"


def restate(feedback: str) -> str:
    """`Change my city to Lyon` as the statement `My city is Lyon`; other feedback as it is."""
    text = _plain(feedback)
    if len(text) > MAX_LENGTH or (found := _RESTATED.match(text)) is None:
        return feedback
    if found["what"]:
        return f"{found['what'].capitalize()} is {found['value']}"
    return f"{found['what_2']}是{found['value_2']}"


def parse_forget(feedback: str) -> str:
    """`Forget that I live in Lyon` as `I live in Lyon`; an empty text for other feedback."""
    text = _plain(feedback).rstrip(_MARKS)
    if len(text) > MAX_LENGTH or (found := _FORGET.match(text)) is None:
        return ""
    return found["what"] or found["what_2"]


def parse_replacement(feedback: str) -> WordingChange | None:
    """What a feedback replaces, if it replaces a wording."""
    text = _plain(feedback)
    if not text or len(text) > MAX_LENGTH or _RESTATED.match(text):
        return None
    for pattern in _CHINESE:
        if (found := pattern.match(text.rstrip(_MARKS))) is not None:
            before = found.groupdict().get("statement") or ""
            new = found["new"].strip(_MARKS)
            stated = f"{before}是{new}" if len(before) > 1 else ""
            return _replacement(found["old"], new, stated)
    text = text[lead.end() :] if (lead := _LEAD.match(text)) else text
    text = text.rstrip(_MARKS)
    for pattern in _ENGLISH:
        if (found := pattern.match(text)) is not None:
            return _replacement(found["old"], found["new"])
    if "not " in text and _CONTRASTED.search(text) and (found := _STATED.match(text)) is not None:
        return _contrasted(found["statement"], found["old"])
    return None


def _contrasted(statement: str, old: str) -> WordingChange | None:
    """`I booked the Garden Inn, not the Harbour Inn`: the end of the statement is what is new."""
    words, count = statement.split(), len(old.split())
    if count > len(words):
        return _replacement(old, statement)
    start = len(words) - count
    article = _ARTICLE.match(old)
    if article is not None:
        wanted = article[0].strip().lower()
        same = [place for place, word in enumerate(words) if word.lower() == wanted]
        start = same[-1] if same else start
    new = " ".join(words[start:])
    stated = statement if start else ""
    return _replacement(old, new, stated)


def _replacement(old: str, new: str, statement: str = "") -> WordingChange | None:
    old, new = old.strip(_MARKS), new.strip(_MARKS)
    first, second = _ARTICLE.match(old), _ARTICLE.match(new)
    if first is not None and second is not None and first[0].lower() == second[0].lower():
        old, new = old[first.end() :], new[second.end() :]
    if not old or not new or old == new or old.lower() in _VERDICTS:
        return None
    return WordingChange(old, new, statement)


def _plain(feedback: str) -> str:
    return " ".join(feedback.replace("\u2019", "'").split())
