"""One way to say "a request like this", for scenarios, faults and the journal alike.

A `Match` is written by people; a `Subject` is what it is held against. Whoever asks gets the reason
why the two do not fit, in the words of the match.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Any, Final, Self

import msgspec
from msgspec import UNSET, Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.suggestions import did_you_mean

OPERATIONS: Final = (
    "add/message", "get/status", "get/message", "search/memory", "get/memory",
    "get/memory/{memory_id}", "update/memory", "delete/memory", "add/feedback", "extract/memory",
    "rerank", "chat", "create/knowledgebase", "delete/knowledgebase", "add/knowledgebase-file",
    "get/knowledgebase-file", "delete/knowledgebase-file", "bind/profile_template", "edit/profile",
    "delete/profile", "add/profile_template", "list/profile_template", "get/profile_template",
    "update/profile_template", "delete/profile_template",
)  # fmt: skip
"""Every operation by its name: its path without the base path."""

_SHOWN: Final = 60


def unknown_operation(operation: str) -> str | None:
    """What is wrong with the name of an operation, or None. It may hold `*`."""
    if any(_like(known, operation) for known in OPERATIONS):
        return None
    return f"{operation!r} is no operation{did_you_mean(operation, OPERATIONS)}"


def invalid_regex(text: str) -> str | None:
    """What is wrong with a regular expression, or None."""
    try:
        _compiled(text)
    except (re.error, OverflowError, RecursionError) as problem:
        return f"{text!r} is no regular expression: {problem}"
    return None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one request. `text` holds everything that was said in it, by lines."""

    operation: str
    user_ids: tuple[str, ...] = ()
    agent_ids: tuple[str, ...] = ()
    conversation_id: str = ""
    text: str = ""
    body: dict[str, Any] = {}

    @classmethod
    def of(cls, operation: str, body: dict[str, Any]) -> Self:
        """The subject of a decoded request body, whatever is in it."""
        conversation_id = body.get("conversation_id")
        return cls(
            operation=operation,
            user_ids=tuple(_texts(body.get("user_id"))),
            agent_ids=tuple(_texts(body.get("agent_id"))),
            conversation_id=conversation_id if isinstance(conversation_id, str) else "",
            text="\n".join(_said(body)),
            body=body,
        )


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which requests are meant. Every key that is given must fit; without any, all requests do."""

    operation: Annotated[
        str | None,
        Meta(
            description="Name of the operation, such as add/message; * stands for any text",
            extra={"check": unknown_operation},
        ),
    ] = None
    user_id: Annotated[
        str | None, Meta(description="One of the users that the request names; * is allowed")
    ] = None
    agent_id: Annotated[
        str | None, Meta(description="One of the Agents that the request names; * is allowed")
    ] = None
    conversation_id: Annotated[
        str | None, Meta(description="The conversation of the request; * is allowed")
    ] = None
    text: Annotated[
        str | None,
        Meta(description="Part of a message, query or feedback; upper and lower case are equal"),
    ] = None
    pattern: Annotated[
        str | None,
        Meta(
            description="A regular expression that fits somewhere in the text",
            extra={"check": invalid_regex},
        ),
    ] = None
    fields: Annotated[
        dict[str, Any],
        Meta(description="Values in the body by dotted path; null asks that there is none"),
    ] = {}

    def __post_init__(self) -> None:
        if self.operation is not None and (problem := unknown_operation(self.operation)):
            raise InvalidValueError("operation", problem)
        if self.pattern is not None and (problem := invalid_regex(self.pattern)):
            raise InvalidValueError("pattern", problem)

    def mismatch(self, subject: Subject) -> str | None:
        """None when the subject fits, else the first reason against it."""
        operation = self.operation
        if operation is not None and not _like(subject.operation, operation):
            return f"operation is {subject.operation!r}, not {operation!r}"
        if self.user_id is not None and not _any_like(subject.user_ids, self.user_id):
            return f"user_id is {_listed(subject.user_ids)}, not {self.user_id!r}"
        if self.agent_id is not None and not _any_like(subject.agent_ids, self.agent_id):
            return f"agent_id is {_listed(subject.agent_ids)}, not {self.agent_id!r}"
        conversation = self.conversation_id
        if conversation is not None and not _like(subject.conversation_id, conversation):
            came = _shown(subject.conversation_id) if subject.conversation_id else "absent"
            return f"conversation_id is {came}, not {conversation!r}"
        return self._why_not_said(subject) if self.text or self.pattern or self.fields else None

    def _why_not_said(self, subject: Subject) -> str | None:
        text = self.text
        if text and text not in subject.text and text.casefold() not in subject.text.casefold():
            return f"text {text!r} is not in {_shown(subject.text)}"
        if self.pattern is not None and _compiled(self.pattern).search(subject.text) is None:
            return f"pattern {self.pattern!r} fits nowhere in {_shown(subject.text)}"
        for path, expected in self.fields.items():
            came = value_at(subject.body, path)
            if came is UNSET:
                came = None
            if not json_equal(came, expected):
                return f"{path} is {_value(came)}, not {_value(expected)}"
        return None


def value_at(value: Any, path: str) -> Any:
    """What stands at a dotted path (`messages.0.role`), or `UNSET` when nothing does."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step, UNSET)
        elif isinstance(value, list | tuple) and step.isdecimal() and step.isascii():
            value = value[int(step)] if len(step) < 10 and int(step) < len(value) else UNSET
        else:
            return UNSET
    return value


def json_equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return bool(one == other)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _like(came: str, wanted: str) -> bool:
    return came == wanted or fnmatchcase(came, wanted)


def _any_like(came: tuple[str, ...], wanted: str) -> bool:
    return any(_like(one, wanted) for one in came)


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str) and one:
            yield one


def _said(body: dict[str, Any]) -> Iterator[str]:
    """What people and files say in a request: messages, query, feedback, documents, file names."""
    for message in _objects(body.get("messages")):
        content = message.get("content")
        yield from _texts(content if isinstance(content, str) else None)
        for part in _objects(content):
            yield from _texts(part.get("text"))
    for name in ("query", "feedback_content", "documents"):
        yield from _texts(body.get(name))
    for file in _objects(body.get("file")):
        yield from _texts(file.get("name"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _listed(came: tuple[str, ...]) -> str:
    return ", ".join(map(_shown, came)) or "absent"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}...")


def _value(value: Any) -> str:
    return "absent" if value is None else _shown(value) if isinstance(value, str) else str(value)
