"""Statements about a person, personal attributes, and how statements become memories."""

import re
from collections.abc import Collection, Iterator, Sequence
from sys import intern
from typing import Final, NamedTuple

from mock_memos.content.text_analysis import terms
from mock_memos.core.records import Draft, Event, Preference, View

EXPLICIT: Final = "explicit_preference"


class Statement(NamedTuple):
    """A statement in the third person. Only preferences have a `reasoning`.

    `attribute` is the name and value of a personal attribute, if it states one. A later statement
    of the same `topic` replaces the memory of an earlier one.
    """

    value: str
    key: str
    tags: tuple[str, ...]
    topic: str = ""
    attribute: tuple[str, str] | None = None
    reasoning: str = ""
    event: Event | None = None


class Attribute(NamedTuple):
    """A personal attribute: the keys of its memories, and the names of its profile fields."""

    english: str
    chinese: str
    aliases: str = ""


ATTRIBUTES: Final = {
    "name": Attribute("Name", "名字", "fullname username nickname 姓名 昵称 称呼 名称"),
    "age": Attribute("Age", "年龄", "ageyears 岁数"),
    "city": Attribute("Home", "居住地", "hometown location residence address livesin 城市 所在地"
                      " 所在城市 住址 地址 常住地"),
    "job": Attribute("Job", "职业", "occupation profession role work jobtitle title 工作 职位"
                     " 岗位"),
    "company": Attribute("Company", "公司", "employer organization organisation 单位 雇主"
                         " 工作单位"),
    "email": Attribute("Email address", "邮箱", "mail 电子邮箱 邮件 电子邮件 邮箱地址"),
    "phone": Attribute("Phone number", "电话", "telephonenumber mobile mobilenumber telephone cell"
                       " 手机 手机号 电话号码 手机号码 联系电话"),
    "birthday": Attribute("Birthday", "生日", "birthdate dateofbirth dob born 出生日期 出生年月"),
    "marital": Attribute("Marital status", "婚姻状况", "married 婚姻 婚否"),
}  # fmt: skip

_TOPICS = {"city": "home"}
_BY_ALIAS = {
    alias: name
    for name, attribute in ATTRIBUTES.items()
    for alias in (
        name, attribute.chinese, attribute.english.lower().replace(" ", ""),
        *attribute.aliases.split(),
    )
}  # fmt: skip
_SEPARATORS = re.compile(r"[\W_]+")


def attribute_for_field(field_name: str) -> str | None:
    """Returns the attribute that a profile field holds: `city` for `City` and `所在地`."""
    return _BY_ALIAS.get(_SEPARATORS.sub("", field_name).lower())


def attribute_topic(attribute: str) -> str:
    """Returns the topic of statements about an attribute."""
    return _TOPICS.get(attribute, attribute)


def favourite_topic(category: str) -> str:
    """Returns the topic of statements about a favourite `category`."""
    return "favourite:" + " ".join(terms(category))


def taste_topic(liked: str) -> str:
    """Returns the topic of statements about liking or disliking something."""
    return "taste:" + " ".join(sorted(terms(liked)))


def matching_tags(tags: Sequence[str], text: str) -> tuple[str, ...]:
    """Returns the requested tags whose words are all in a text."""
    if not tags:
        return ()
    text_terms, folded = terms(text), text.casefold()
    return tuple(
        tag
        for tag in tags
        if ((tag_terms := terms(tag)) and tag_terms.keys() <= text_terms.keys())
        or (tag and not tag.isascii() and tag.casefold() in folded)
    )


def to_memories(
    statement: Statement, views: Collection[View], tags: Sequence[str]
) -> Iterator[Draft]:
    """Yields the memories of a statement: a preference, or a fact and perhaps an event."""
    key, value, topic = statement.key or statement.value, statement.value, statement.topic
    names = dict.fromkeys((*statement.tags, *matching_tags(tags, f"{key} {value}")))
    tags = tuple(map(intern, names))  # the same few words occur again and again
    if statement.reasoning:
        if "preference" in views:
            detail = Preference(EXPLICIT, statement.reasoning)
            yield Draft(
                view="preference", key=key, value=value, tags=tags, topic=topic, detail=detail
            )
        return
    if "detail_factual" in views:
        yield Draft(view="detail_factual", key=key, value=value, tags=tags, topic=topic)
    if statement.event and "event" in views:
        yield Draft(
            view="event",
            key=key,
            value=value,
            tags=tags,
            memory_type="EventMemory",
            detail=statement.event,
        )
