"""Parses feedback: wordings to replace, values to restate, memories to forget."""

import re
from typing import Final, NamedTuple

MAX_LENGTH: Final = 400


class WordingChange(NamedTuple):
    """`old` becomes `new`. `statement` is the whole statement with the new wording, if any."""

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
    """Returns `Change my city to Lyon` as `My city is Lyon`; other feedback unchanged."""
    text = _normalize(feedback)
    if len(text) > MAX_LENGTH or (match := _RESTATED.match(text)) is None:
        return feedback
    if match["what"]:
        return f"{match['what'].capitalize()} is {match['value']}"
    return f"{match['what_2']}是{match['value_2']}"


def parse_forget(feedback: str) -> str:
    """Returns `Forget that I live in Lyon` as `I live in Lyon`; "" for other feedback."""
    text = _normalize(feedback).rstrip(_MARKS)
    if len(text) > MAX_LENGTH or (match := _FORGET.match(text)) is None:
        return ""
    return match["what"] or match["what_2"]


def parse_replacement(feedback: str) -> WordingChange | None:
    """Returns the wording that feedback replaces, or None."""
    text = _normalize(feedback)
    if not text or len(text) > MAX_LENGTH or _RESTATED.match(text):
        return None
    for pattern in _CHINESE:
        if (match := pattern.match(text.rstrip(_MARKS))) is not None:
            before = match.groupdict().get("statement") or ""
            new = match["new"].strip(_MARKS)
            statement = f"{before}是{new}" if len(before) > 1 else ""
            return _wording_change(match["old"], new, statement)
    text = text[lead.end() :] if (lead := _LEAD.match(text)) else text
    text = text.rstrip(_MARKS)
    for pattern in _ENGLISH:
        if (match := pattern.match(text)) is not None:
            return _wording_change(match["old"], match["new"])
    if "not " in text and _CONTRASTED.search(text) and (match := _STATED.match(text)) is not None:
        return _contrast(match["statement"], match["old"])
    return None


def _contrast(statement: str, old: str) -> WordingChange | None:
    """Parses `I booked the Garden Inn, not the Harbour Inn`: the new wording ends the statement."""
    words, count = statement.split(), len(old.split())
    if count > len(words):
        return _wording_change(old, statement)
    start = len(words) - count
    article = _ARTICLE.match(old)
    if article is not None:
        lower = article[0].strip().lower()
        articles = [index for index, word in enumerate(words) if word.lower() == lower]
        start = articles[-1] if articles else start
    return _wording_change(old, " ".join(words[start:]), statement if start else "")


def _wording_change(old: str, new: str, statement: str = "") -> WordingChange | None:
    old, new = old.strip(_MARKS), new.strip(_MARKS)
    first, second = _ARTICLE.match(old), _ARTICLE.match(new)
    if first is not None and second is not None and first[0].lower() == second[0].lower():
        old, new = old[first.end() :], new[second.end() :]
    if not old or not new or old == new or old.lower() in _VERDICTS:
        return None
    return WordingChange(old, new, statement)


def _normalize(feedback: str) -> str:
    return " ".join(feedback.replace("\u2019", "'").split())
