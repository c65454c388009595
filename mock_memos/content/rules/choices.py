"""Resolves choices: what an answer picks, and which offered option a number means."""

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
_ORDINAL_CHOICE = re.compile(
    rf"(?:the )?(?:(?P<word>{'|'.join(_ORDINALS)}|last)(?: (?:one|option|choice|of them))?"
    r"|(?:option|number|no\.?|choice) ?#?(?P<number>\d{1,2}))$",
    re.IGNORECASE,
)
_CHINESE_ORDINAL_CHOICE = re.compile(
    rf"第(?P<digit>[{_DIGITS}]|\d{{1,2}})[个家种款项间条套份]?(?:选项|方案)?$"
)
_LIST_LINE = re.compile(r"^[ \t]*(?:\d{1,2}[.)、．]|[-*•])[ \t]*(\S[^\n]*)$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])(?P<number>\d{1,2})[.)、．](?!\d)[ \t]*")
_OPTION_END = re.compile(r"[:：,，(（。;；]| [-\u2013\u2014] |\*\*(?=[^*]*$)")
_CHINESE_NAME = r"[^\s、，。！？：:【】\[\]()（）“”]{1,30}"
_CHINESE_LIST = re.compile(f"{_CHINESE_NAME}(?:、{_CHINESE_NAME})+")
_CHINESE_LEAD = re.compile(r"^.*(?:考虑|包括|推荐|选择|比如|例如|有|如|是)")
_CHINESE_TRAIL = re.compile(r"(?:等+.*|都.*|或者.*)$")
_ENGLISH_NAME = r"[\w'&. -]{2,60}"
_ENGLISH_LIST = re.compile(
    f"{_ENGLISH_NAME}(?:, {_ENGLISH_NAME}){{1,9}}(?:,? (?:and|or) {_ENGLISH_NAME})?"
)
_ENGLISH_JOINT = re.compile(r",? (?:and|or) |, ")
_PROPER_NAME = re.compile(r"(?:the )?[A-Z][\w'&.-]*(?: [A-Z][\w'&.-]*)*$")
_MAX_LENGTH = 4000


def resolve_choice(clause: str, start: int, previous_answer: str) -> str:
    """Returns what an English clause chooses, or an empty string.

    `start` is the index of its subject. `the second one` becomes the second offered option.
    """
    match = _CHOOSING.match(clause, start)
    if match is None:
        return ""
    choice = match["what"]
    if ordinal := _ORDINAL_CHOICE.match(choice):
        if ordinal["number"]:
            index = int(ordinal["number"]) - 1
        else:
            word = ordinal["word"].lower()
            index = -1 if word == "last" else _ORDINALS.index(word)
        return _option_at(index, previous_answer) or choice
    name = choice.casefold().removeprefix("the ")
    if match["sure"] or (len(name) > 2 and name in previous_answer.casefold()):
        return choice
    return ""


def resolve_chinese_choice(choice: str, previous_answer: str) -> str:
    """Returns what a Chinese answer chooses: 第二个 becomes the second offered option."""
    ordinal = _CHINESE_ORDINAL_CHOICE.match(choice)
    if ordinal is None:
        return choice
    digit = ordinal["digit"]
    index = int(digit) - 1 if digit.isdecimal() else _DIGITS.index(digit)
    return _option_at(index, previous_answer) or choice


def list_options(answer: str) -> list[str]:
    """Returns the options that an assistant offers: a numbered list, or names in a row."""
    answer = answer[:_MAX_LENGTH]
    lines = [
        _OPTION_END.split(line.strip("* "))[0].strip("* ") for line in _LIST_LINE.findall(answer)
    ]
    if len(lines) > 1:
        return lines
    return _numbered_in_a_line(answer) or _chinese_names_in_a_row(answer) or _names_in_a_row(answer)


def _numbered_in_a_line(answer: str) -> list[str]:
    """Returns the options of `1) tea 2) coffee`."""
    marks = list(_NUMBER.finditer(answer))
    if [int(mark["number"]) for mark in marks] != list(range(1, len(marks) + 1)) or not marks[1:]:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(answer)]
    spans = [answer[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return [_OPTION_END.split(span)[0].split("\n")[0].strip(" ,，、。.;；") for span in spans]


def _chinese_names_in_a_row(answer: str) -> list[str]:
    """Returns the options of 可以考虑海港酒店、花园酒店和城市酒店."""
    row = _CHINESE_LIST.search(answer)
    if row is None:
        return []
    names = row[0].split("、")
    names[0] = _CHINESE_LEAD.sub("", names[0]) or names[0]
    names[-1] = _CHINESE_TRAIL.sub("", names[-1]) or names[-1]
    return [part for name in names for part in re.split("[和与或]", name) if part]


def _names_in_a_row(answer: str) -> list[str]:
    """Returns the options of `You could stay at the Ritz, Hilton or Ibis`."""
    for row in _ENGLISH_LIST.finditer(answer):
        names = _ENGLISH_JOINT.split(row[0].rstrip(". "))
        proper_name = _PROPER_NAME.search(names[0])
        names[0] = proper_name[0] if proper_name else (names[0].split() or [""])[-1]
        if len(names) > 1:
            return [name.strip() for name in names]
    return []


def _option_at(index: int, answer: str) -> str:
    options = list_options(answer)
    return options[index] if options and index < len(options) else ""
