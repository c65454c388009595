"""Finds statements in Chinese sentences."""

import re
from collections.abc import Iterator
from typing import Any, Final

from mock_memos.content.rules.chinese.attributes import find_attribute
from mock_memos.content.rules.chinese.clauses import (
    BREAK,
    KIN,
    ME,
    find_choice,
    find_liked,
    split_clauses,
)
from mock_memos.content.rules.chinese.events import find_event
from mock_memos.content.rules.choices import resolve_chinese_choice
from mock_memos.content.rules.sentences import Sentence
from mock_memos.content.rules.statements import (
    ATTRIBUTES,
    Statement,
    attribute_topic,
    favourite_topic,
    taste_topic,
)
from mock_memos.content.text_analysis import FULL_WEIGHT, terms

REASONING: Final = "用户明确表达了这一点。"

_MAY_STATE = re.compile("[我咱俺是在叫有选就第近]")
_OTHER_SCRIPTS = re.compile("[\u3041-\u3096\u30a1-\u30fa\uac00-\ud7af]")
_IDLE_ABOUT_ME = re.compile(
    "我们?(?:还|也|就|再|先|都|只|真的|其实|很|不太|有点)*(?:想(?:问|知道|了解|请教|咨询|让你|请你"
    "|要你)|不(?:知道|懂|明白|清楚|确定)"
    "|明白|知道|懂|理解|看看|看一下|想想|想一下|试试|试一下|考虑|同意|没有?问题|有(?:个|一个|些"
    "|几个)?(?:问题|疑问)|需要(?:你|帮)"
    "|真是太|可真是|觉得(?:这|那|你|还|挺|很|不错|可以|好|是)"
    "|希望你|要你|说过|的意思|的问题|问|在想|相信|猜|爱你|喜欢你|好[的了]?$|来了?$|错了|累|饿|困"
    "|开心$|没事|行$)"
)
_YOU = re.compile("[你您]们?")
_TRAIL = re.compile("[啊哦呢吧呀啦嘛哈~～!！。 ]+$")
_OBJECT_EDGES = re.compile(
    "^(?:去|在)?(?:[吃喝]|[看听玩用坐读学打做住养](?=..)|去(?=..))(?=.)|(?:了|的时候.*"
    "|胜过.*|而不是.*|多过.*)$"
)
_OTHERS = re.compile(
    "(?![这那它此你您谁好行对没不可嗯是有在就])[^，,]{1,20}?(?:是|在|叫|有|定在|改到"
    "|改为)[^，,]{2,}"
)
_PRAISE = re.compile("真(?:好|棒|不错)$|不错$|很好$|太[^，]{1,3}了$|有意思$|有道理$|有用$|有帮助$")
_TAG_CUT = re.compile(
    "[\\W_的了吗呢吧啊呀嘛着我你您他她它们是这那在和与跟及或把被让给很也都就还又再才只去到住吃喝买订选想要有说做叫不没来从对因为最]+"
    "|一个|一名|一位|两个|今年|喜欢|讨厌|选择|决定|打算|计划|准备|定好|预订|预定|倾向于?|而不是"
    "|现在|目前|已经|一直|可以|以后|以前|之后|之前|时候|自己|觉得|开始|偏好"
)
_KIN = re.compile(KIN)
_ENGLISH_MY = re.compile(r"(?<!\w)[Mm]y (?=\w)")
_MAX_KEY_LENGTH = 16
_PART_OF_WORD = re.compile("[A-Za-z0-9]+$")
_RUN = re.compile(r"\d+[^\W\dA-Za-z]?|[A-Za-z]+|[^\W\dA-Za-z]+")


def find_statements(sentence: Sentence, subject: str, previous_answer: str) -> Iterator[Statement]:
    """Yields what a sentence states about its speaker, who is called `subject`.

    `previous_answer` is the assistant's text before it, which may offer options.
    """
    text = sentence.text
    if not _MAY_STATE.search(text) or _OTHER_SCRIPTS.search(text):
        return
    for clause in split_clauses(sentence):
        statement = _parse_clause(clause, subject, previous_answer)
        if statement is not None:
            yield statement


def _parse_clause(clause: str, subject: str, previous_answer: str) -> Statement | None:
    clause = _TRAIL.sub("", clause)
    if choice := find_choice(clause):
        choice = resolve_chinese_choice(choice, previous_answer)
        return _statement(f"{subject}选择了{choice}。", f"选择{choice}")
    mention = ME.search(clause)
    if mention is None:
        return _statement_about_others(clause)
    start = mention.start()
    if _IDLE_ABOUT_ME.match(clause, start) or len(clause) - start < 3:
        return None
    attribute = find_attribute(clause, start)
    value = _to_third_person(clause, subject)
    if attribute is not None:
        return _attribute_statement(clause, value, subject, attribute)
    if sum(terms(clause).values()) < FULL_WEIGHT:
        return None
    if liked := find_liked(clause, start):
        liked = _OBJECT_EDGES.sub("", liked)
        if terms(liked):
            key = _title(BREAK.split(liked)[0])
            return _statement(value, key, topic=taste_topic(liked), reasoning=REASONING)
    return _statement(value, event=find_event(clause, subject))


def _attribute_statement(
    clause: str, value: str, subject: str, attribute: tuple[str, str]
) -> Statement:
    """Returns the statement of a personal attribute, or of a favourite."""
    name, attribute_value = attribute
    if name == "favourite":
        topic = favourite_topic(attribute_value)
        return _statement(value, attribute_value, topic=topic, reasoning=REASONING)
    return _statement(
        value,
        ATTRIBUTES[name].chinese,
        topic=attribute_topic(name),
        attribute=attribute,
        event=find_event(clause, subject),
    )


def _statement_about_others(clause: str) -> Statement | None:
    """Returns the statement of a clause that does not mention the speaker."""
    if not _OTHERS.match(clause) or _PRAISE.search(clause) or len(terms(clause)) < 2:
        return None
    return _statement(_to_third_person(clause, "用户"), event=find_event(clause, "用户"))


def _to_third_person(clause: str, subject: str) -> str:
    """Returns a clause in the third person. A second mention of the owner becomes 自己的."""
    mentions = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal mentions
        before = clause[: match.start()]
        if before.count("《") > before.count("》"):
            return match[0]
        mentions += 1
        if _KIN.match(clause, match.end()):
            return f"{subject}的" if mentions == 1 else "自己的"
        if mentions > 1 and clause[match.end() : match.end() + 1] == "的":
            return "自己"
        return subject

    text = _ENGLISH_MY.sub(f"{subject}的 ", _YOU.sub("助手", ME.sub(replace, clause)))
    return f"{text}。"


def _statement(value: str, key: str = "", **details: Any) -> Statement:
    key = key or _title(BREAK.split(value.replace("用户", "", 1).rstrip("。"))[0].lstrip("的"))
    return Statement(value, key, _tags(value) or (key,), **details)


def _title(text: str) -> str:
    """Returns the beginning of a text, without cutting a word of letters or digits."""
    if len(text) > _MAX_KEY_LENGTH:
        text = _PART_OF_WORD.sub("", text[: _MAX_KEY_LENGTH + 1]) or text
    return text[:_MAX_KEY_LENGTH].strip()


def _tags(value: str) -> tuple[str, ...]:
    """Returns up to four words: runs between function words, cut into pairs of characters."""
    tags: dict[str, None] = {}
    for stretch in _TAG_CUT.split(value.replace("用户", " ")):
        for run in _RUN.findall(stretch):
            if len(run) == 1:
                continue
            if len(run) < 4 or run.isascii() or run[0].isdecimal():
                tags[run.lower()] = None
            else:
                last = len(run) - 2 - len(run) % 2
                for index in range(0, last, 2):
                    tags[run[index : index + 2]] = None
                tags[run[last:]] = None
    return tuple(tags)[:4]
