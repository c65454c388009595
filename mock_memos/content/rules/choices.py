"""Choosing: what an answer picks, and which of the offered options a number stands for."""

import re

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_DIGITS = "一二三四五六七八九十"
_CHOOSING = re.compile(
    r"I(?:'ll|'d| will| would)?(?: (?:have|just|also|like to|want to|think I'll|have decided to"
    r"|decided to))*"
    r" (?:(?P<sure>choose|chose|chosen|pick|picked|select|selected|opt for|opted for|decided on"
    r"|settled on|going with)"
    r"|take|go with|go for|went with|went for|want|'d like|have|like|prefer)"
    r" (?P<what>(?!up\b|to\b).+?)(?:,? (?:please|then|instead|thanks|thank you|for now))*$",
    re.IGNORECASE,
)
_PLACED = re.compile(
    rf"(?:the )?(?:(?P<word>{'|'.join(_ORDINALS)}|last)(?: (?:one|option|choice|of them))?"
    r"|(?:option|number|no\.?|choice) ?#?(?P<number>\d{1,2}))$",
    re.IGNORECASE,
)
_CHINESE_PLACED = re.compile(
    rf"第(?P<place>[{_DIGITS}]|\d{{1,2}})[个家种款项间条套份]?(?:选项|方案)?$"
)
_NUMBERED = re.compile(r"^[ \t]*(?:\d{1,2}[.)、．]|[-*•])[ \t]*(\S[^\n]*)$", re.MULTILINE)
_NUMBERS = re.compile(r"(?<![\w.])(?P<number>\d{1,2})[.)、．](?!\d)[ \t]*")
_CUT = re.compile(r"[:：,，(（。;；]| [-\u2013\u2014] |\*\*(?=[^*]*$)")
_CHINESE_NAME = r"[^\s、，。！？：:【】\[\]()（）“”]{1,30}"
_CHINESE_LIST = re.compile(f"{_CHINESE_NAME}(?:、{_CHINESE_NAME})+")
_CHINESE_LEAD = re.compile(r"^.*(?:考虑|包括|推荐|选择|比如|例如|有|如|是)")
_CHINESE_TRAIL = re.compile(r"(?:等+.*|都.*|或者.*)$")
_ENGLISH_NAME = r"[\w'&. -]{2,60}"
_ENGLISH_LIST = re.compile(
    f"{_ENGLISH_NAME}(?:, {_ENGLISH_NAME}){{1,9}}(?:,? (?:and|or) {_ENGLISH_NAME})?"
)
_ENGLISH_JOINT = re.compile(r",? (?:and|or) |, ")
_PROPER = re.compile(r"(?:the )?[A-Z][\w'&.-]*(?: [A-Z][\w'&.-]*)*$")
_LONGEST = 4000


def resolve_choice(clause: str, start: int, offered: str) -> str:
    """What an English clause chooses, whose subject stands at `start`.

    `the second one` becomes what was offered second.
    """
    if (found := _CHOOSING.match(clause, start)) is None:
        return ""
    what = found["what"]
    if placed := _PLACED.match(what):
        if placed["number"]:
            place = int(placed["number"]) - 1
        else:
            word = placed["word"].lower()
            place = -1 if word == "last" else _ORDINALS.index(word)
        return _at(list_options(offered), place) or what
    bare = what.casefold().removeprefix("the ")
    if found["sure"] or (len(bare) > 2 and bare in offered.casefold()):
        return what
    return ""


def resolve_chinese_choice(what: str, offered: str) -> str:
    """What a Chinese answer chooses: 第二个 becomes what was offered second."""
    placed = _CHINESE_PLACED.match(what)
    if placed is None:
        return what
    digit = placed["place"]
    place = int(digit) - 1 if digit.isdecimal() else _DIGITS.index(digit)
    return _at(list_options(offered), place) or what


def list_options(offered: str) -> list[str]:
    """What the assistant offered, in its order: a numbered list, or names in a row."""
    offered = offered[:_LONGEST]
    numbered = [_CUT.split(line.strip("* "))[0].strip("* ") for line in _NUMBERED.findall(offered)]
    if len(numbered) > 1:
        return numbered
    if in_a_row := _numbered_in_a_row(offered):
        return in_a_row
    if row := _CHINESE_LIST.search(offered):
        names = row[0].split("、")
        names[0] = _CHINESE_LEAD.sub("", names[0]) or names[0]
        names[-1] = _CHINESE_TRAIL.sub("", names[-1]) or names[-1]
        return [part for name in names for part in re.split("[和与或]", name) if part]
    for row in _ENGLISH_LIST.finditer(offered):
        names = _ENGLISH_JOINT.split(row[0].rstrip(". "))
        first = _PROPER.search(names[0])
        names[0] = first[0] if first else names[0].split()[-1]
        if len(names) > 1:
            return [name.strip() for name in names]
    return []


def _numbered_in_a_row(offered: str) -> list[str]:
    """The options of `1) tea 2) coffee`, which stand in one line."""
    marks = list(_NUMBERS.finditer(offered))
    if [int(mark["number"]) for mark in marks] != list(range(1, len(marks) + 1)) or not marks[1:]:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(offered)]
    spans = [offered[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return [_CUT.split(span)[0].split("\n")[0].strip(" ,，、。.;；") for span in spans]


def _at(found: list[str], place: int) -> str:
    return found[place] if -1 <= place < len(found) and found else ""
