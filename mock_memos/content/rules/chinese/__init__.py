"""Statements in Chinese."""

import re
from collections.abc import Iterator
from typing import Final

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
from mock_memos.core.records import Event

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
_LONGEST_KEY = 16
_PART_OF_WORD = re.compile("[A-Za-z0-9]+$")
_RUN = re.compile(r"\d+[^\W\dA-Za-z]?|[A-Za-z]+|[^\W\dA-Za-z]+")


def find_statements(sentence: Sentence, subject: str, offered: str) -> Iterator[Statement]:
    """What a sentence states about its speaker. `offered` is what the assistant said before it."""
    text = sentence.text
    if not _MAY_STATE.search(text) or _OTHER_SCRIPTS.search(text):
        return
    for clause in split_clauses(sentence):
        statement = _statement(clause, subject, offered)
        if statement is not None:
            yield statement


def _statement(clause: str, subject: str, offered: str) -> Statement | None:
    clause = _TRAIL.sub("", clause)
    if choice := find_choice(clause):
        what = resolve_chinese_choice(choice, offered)
        return _made(f"{subject}选择了{what}。", f"选择{what}")
    mention = ME.search(clause)
    if mention is None:
        return _about_others(clause)
    start = mention.start()
    if _IDLE_ABOUT_ME.match(clause, start) or len(clause) - start < 3:
        return None
    attribute = find_attribute(clause, start)
    value = _told(clause, subject)
    if attribute is not None:
        return _attribute(clause, value, subject, attribute)
    if sum(terms(clause).values()) < FULL_WEIGHT:
        return None
    if said := find_liked(clause, start):
        about = _OBJECT_EDGES.sub("", said)
        if terms(about):
            key = _title(BREAK.split(about)[0])
            return _made(value, key, topic=taste_topic(about), reasoning=REASONING)
    return _made(value, happening=find_event(clause, subject))


def _attribute(clause: str, value: str, subject: str, attribute: tuple[str, str]) -> Statement:
    """A clause that states a personal attribute, or a favourite; `value` tells it."""
    name, what = attribute
    if name == "favourite":
        return _made(value, what, topic=favourite_topic(what), reasoning=REASONING)
    return _made(
        value,
        ATTRIBUTES[name].chinese,
        topic=attribute_topic(name),
        attribute=attribute,
        happening=find_event(clause, subject),
    )


def _about_others(clause: str) -> Statement | None:
    """A plain statement in which the speaker does not appear."""
    if not _OTHERS.match(clause) or _PRAISE.search(clause) or len(terms(clause)) < 2:
        return None
    return _made(_told(clause, "用户"), happening=find_event(clause, "用户"))


def _told(clause: str, subject: str) -> str:
    """A clause of somebody in the third person; what is theirs again is 自己的."""
    mentions = 0

    def third(found: re.Match[str]) -> str:
        nonlocal mentions
        before = clause[: found.start()]
        if before.count("《") > before.count("》"):
            return found[0]
        mentions += 1
        if _KIN.match(clause, found.end()):
            return f"{subject}的" if mentions == 1 else "自己的"
        if mentions > 1 and clause[found.end() : found.end() + 1] == "的":
            return "自己"
        return subject

    told = _ENGLISH_MY.sub(f"{subject}的 ", _YOU.sub("助手", ME.sub(third, clause)))
    return f"{told}。"


def _made(
    value: str,
    key: str = "",
    *,
    topic: str = "",
    attribute: tuple[str, str] | None = None,
    reasoning: str = "",
    happening: Event | None = None,
) -> Statement:
    key = key or _title(BREAK.split(value.replace("用户", "", 1).rstrip("。"))[0].lstrip("的"))
    return Statement(value, key, _tags(value) or (key,), topic, attribute, reasoning, happening)


def _title(text: str) -> str:
    """The beginning of a text; no word of letters or digits is cut in two."""
    whole = _PART_OF_WORD.sub("", text[: _LONGEST_KEY + 1]) if len(text) > _LONGEST_KEY else text
    return (whole or text)[:_LONGEST_KEY].strip()


def _tags(value: str) -> tuple[str, ...]:
    """Words to go by: runs between function words, which are mostly of two characters each."""
    tags: dict[str, None] = {}
    for stretch in _TAG_CUT.split(value.replace("用户", " ")):
        for run in _RUN.findall(stretch):
            if len(run) == 1:
                continue
            if len(run) < 4 or run.isascii() or run[0].isdecimal():
                tags[run.lower()] = None
            else:
                last = len(run) - 2 - len(run) % 2
                for place in range(0, last, 2):
                    tags[run[place : place + 2]] = None
                tags[run[last:]] = None
    return tuple(tags)[:4]
