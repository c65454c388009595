"""Matches requests, for scenario rules, faults and journal queries.

A user writes a `Match`; `Match.mismatch` compares it with a request and returns the reason why it
does not match.
"""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import shorten

OPERATIONS: Final = (
    "add/message", "get/status", "get/message", "search/memory", "get/memory",
    "get/memory/{memory_id}", "update/memory", "delete/memory", "add/feedback", "extract/memory",
    "rerank", "chat", "create/knowledgebase", "delete/knowledgebase", "add/knowledgebase-file",
    "get/knowledgebase-file", "delete/knowledgebase-file", "bind/profile_template", "edit/profile",
    "delete/profile", "add/profile_template", "list/profile_template", "get/profile_template",
    "update/profile_template", "delete/profile_template",
)  # fmt: skip
"""The names of all operations: their paths without the base path."""

_MAX_QUOTE_LENGTH: Final = 60


def unknown_operation(operation: str) -> str | None:
    """Returns what is wrong with the name of an operation, or None. `*` is a wildcard."""
    if any(_matches_glob(known, operation) for known in OPERATIONS):
        return None
    return f"unknown operation {operation!r}{did_you_mean(operation, OPERATIONS)}"


def invalid_regex(text: str) -> str | None:
    """Returns what is wrong with a regular expression, or None."""
    try:
        _compile_pattern(text)
    except (re.error, OverflowError, RecursionError) as error:
        return f"invalid regular expression {text!r}: {error}"
    return None


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pattern for requests. All given keys must match; without keys, all requests match."""

    operation: Annotated[
        str | None,
        Meta(
            description="Name of the operation, such as add/message; * is a wildcard",
            extra={"check": unknown_operation},
        ),
    ] = None
    user_id: Annotated[
        str | None, Meta(description="One of the users of the request; * is a wildcard")
    ] = None
    agent_id: Annotated[
        str | None, Meta(description="One of the Agents of the request; * is a wildcard")
    ] = None
    conversation_id: Annotated[
        str | None, Meta(description="The conversation of the request; * is a wildcard")
    ] = None
    text: Annotated[
        str | None, Meta(description="Part of a message, query or feedback; case is ignored")
    ] = None
    pattern: Annotated[
        str | None,
        Meta(
            description="A regular expression that matches somewhere in the text",
            extra={"check": invalid_regex},
        ),
    ] = None
    fields: Annotated[
        dict[str, Any],
        Meta(description="Values in the body by dotted path; null: the field is absent"),
    ] = {}

    def __post_init__(self) -> None:
        if self.operation is not None and (problem := unknown_operation(self.operation)):
            raise InvalidValueError("operation", problem)
        if self.pattern is not None and (problem := invalid_regex(self.pattern)):
            raise InvalidValueError("pattern", problem)

    def mismatch(self, facts: RequestFacts) -> str | None:
        """Returns the first reason why a request does not match, or None."""
        operation = self.operation
        if operation is not None and not _matches_glob(facts.operation, operation):
            return f"operation is {facts.operation!r}, not {operation!r}"
        if self.user_id is not None and not _any_matches(facts.user_ids, self.user_id):
            return f"user_id is {_quote_list(facts.user_ids)}, not {self.user_id!r}"
        if self.agent_id is not None and not _any_matches(facts.agent_ids, self.agent_id):
            return f"agent_id is {_quote_list(facts.agent_ids)}, not {self.agent_id!r}"
        conversation = self.conversation_id
        if conversation is not None and not _matches_glob(facts.conversation_id, conversation):
            actual = _quote(facts.conversation_id) if facts.conversation_id else "absent"
            return f"conversation_id is {actual}, not {conversation!r}"
        return self._content_mismatch(facts) if self.text or self.pattern or self.fields else None

    def _content_mismatch(self, facts: RequestFacts) -> str | None:
        text = self.text
        if text and text not in facts.text and text.casefold() not in facts.text.casefold():
            return f"text {text!r} is not in {_quote(facts.text)}"
        if self.pattern is not None and _compile_pattern(self.pattern).search(facts.text) is None:
            return f"pattern {self.pattern!r} does not match {_quote(facts.text)}"
        for path, expected in self.fields.items():
            actual = find_value(facts.fields, path)
            if actual is UNSET:
                actual = None
            if not json_equal(actual, expected):
                return f"{path} is {_quote_value(actual)}, not {_quote_value(expected)}"
        return None


def find_value(value: Any, path: str) -> Any:
    """Returns the value at a dotted path (`messages.0.role`), or UNSET."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step, UNSET)
        elif isinstance(value, list | tuple) and step.isdecimal() and step.isascii():
            value = value[int(step)] if len(step) < 10 and int(step) < len(value) else UNSET
        else:
            return UNSET
    return value


def json_equal(left: Any, right: Any) -> bool:
    """Returns whether two JSON values are equal. Unlike in Python, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        same_keys = left.keys() == right.keys()
        return same_keys and all(json_equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(json_equal, left, right))
    return bool(left == right)


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches_glob(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern)


def _any_matches(texts: tuple[str, ...], pattern: str) -> bool:
    return any(_matches_glob(text, pattern) for text in texts)


def _quote_list(texts: tuple[str, ...]) -> str:
    return ", ".join(map(_quote, texts)) or "absent"


def _quote(text: str) -> str:
    return repr(shorten(text, _MAX_QUOTE_LENGTH))


def _quote_value(value: Any) -> str:
    return "absent" if value is None else _quote(value) if isinstance(value, str) else str(value)
