"""What the rules understand: statements about a person, and how they become drafts."""

import re
from collections.abc import Collection, Iterator, Sequence
from sys import intern
from typing import Final, NamedTuple

from mock_memos.content.text_analysis import terms
from mock_memos.core.records import Draft, Event, Preference, View

EXPLICIT: Final = "explicit_preference"


class Statement(NamedTuple):
    """One statement, told in the third person.

    `attribute` is the name and value of a personal attribute, if it states one.
    """

    value: str
    key: str
    tags: tuple[str, ...]
    topic: str = ""
    attribute: tuple[str, str] | None = None
    reasoning: str = ""
    event: Event | None = None

    @property
    def is_preference(self) -> bool:
        return bool(self.reasoning)


class Attribute(NamedTuple):
    """A personal attribute: titles for a memory about it, and other names of a profile field."""

    english: str
    chinese: str
    aliases: str = ""


ATTRIBUTES: Final = {
    "name": Attribute("Name", "名字", "fullname username nickname 姓名 昵称 称呼 名称"),
    "age": Attribute("Age", "年龄", "ageyears 岁数"),
    "city": Attribute(
        "Home",
        "居住地",
        "hometown location residence address livesin 城市 所在地 所在城市 住址 地址 常住地",
    ),
    "job": Attribute(
        "Job", "职业", "occupation profession role work jobtitle title 工作 职位 岗位"
    ),
    "company": Attribute(
        "Company", "公司", "employer organization organisation 单位 雇主 工作单位"
    ),
    "email": Attribute("Email address", "邮箱", "mail 电子邮箱 邮件 电子邮件 邮箱地址"),
    "phone": Attribute(
        "Phone number",
        "电话",
        "telephonenumber mobile mobilenumber telephone cell 手机 手机号 电话号码 手机号码 联系电话",
    ),
    "birthday": Attribute("Birthday", "生日", "birthdate dateofbirth dob born 出生日期 出生年月"),
    "marital": Attribute("Marital status", "婚姻状况", "married 婚姻 婚否"),
}

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


def find_attribute(field_name: str) -> str | None:
    """Which attribute a profile field of this name holds: `City` and `所在地` hold `city`."""
    return _BY_ALIAS.get(_SEPARATORS.sub("", field_name).lower())


def attribute_topic(attribute: str) -> str:
    """The topic of a statement about an attribute."""
    return _TOPICS.get(attribute, attribute)


def favourite_topic(what: str) -> str:
    """The topic of a statement about a favourite: a later one takes its place."""
    return "favourite:" + " ".join(terms(what))


def taste_topic(about: str) -> str:
    """The topic of a statement about liking or disliking something."""
    return "taste:" + " ".join(sorted(terms(about)))


def matching_tags(tags: Sequence[str], text: str) -> tuple[str, ...]:
    """Those of the requested tags that fit a text: all their words stand in it."""
    if not tags:
        return ()
    said, plain = terms(text), text.casefold()
    return tuple(
        tag
        for tag in tags
        if ((wanted := terms(tag)) and wanted.keys() <= said.keys())
        or (tag and not tag.isascii() and tag.casefold() in plain)
    )


def to_memories(
    statement: Statement, views: Collection[View], tags: Sequence[str]
) -> Iterator[Draft]:
    """The memories that a statement becomes: a preference, or a fact and perhaps an event."""
    key, value, topic = statement.key or statement.value, statement.value, statement.topic
    wanted = dict.fromkeys((*statement.tags, *matching_tags(tags, f"{key} {value}")))
    tags = tuple(map(intern, wanted))  # the same few words come again and again
    if statement.is_preference:
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
