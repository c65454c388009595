"""What a step may expect of a value: the value itself, or a matcher that says less."""

import re
from typing import Any, Final

from msgspec import UNSET

from mock_memos.core.request_match import invalid_regex, json_equal

MATCHERS: Final = (
    "any", "absent", "contains", "length", "matches", "one_of", "above", "below",
)  # fmt: skip
"""The keys of a matcher. An object with other keys is a value, and has to be equal."""


def is_matcher(expected: Any) -> bool:
    """Whether an object says how a value is compared, rather than being one."""
    return isinstance(expected, dict) and bool(expected) and set(expected) <= set(MATCHERS)


def matcher_error(expected: Any) -> str | None:
    """What is wrong with a matcher, or None."""
    if not is_matcher(expected):
        return None
    for name, wanted in expected.items():
        match name:
            case "any" | "absent" if wanted is not True:
                return f"{name} takes true and nothing else"
            case "length" if not _is_number(wanted):
                return f"length takes a number, not {wanted!r}"
            case "above" | "below" if not _is_number(wanted):
                return f"{name} takes a number, not {wanted!r}"
            case "one_of" if not isinstance(wanted, list):
                return "one_of takes a list"
            case "matches" if not isinstance(wanted, str):
                return f"matches takes a regular expression, not {wanted!r}"
            case "matches" if problem := invalid_regex(wanted):
                return problem
    return None


def matches(came: Any, expected: Any) -> bool:
    """Whether a value is as expected. `UNSET` stands for one that is not there."""
    if not is_matcher(expected):
        return came is not UNSET and json_equal(came, expected)
    return all(_passes(came, name, wanted) for name, wanted in expected.items())


def _passes(came: Any, name: str, wanted: Any) -> bool:
    match name:
        case "absent":
            return came is UNSET or came is None
        case "any":
            return came is not UNSET and came is not None
        case "contains":
            return _contains(came, wanted)
        case "length":
            return isinstance(came, str | list | dict) and len(came) == wanted
        case "matches":
            return isinstance(came, str) and re.search(wanted, came) is not None
        case "one_of":
            return any(matches(came, one) for one in wanted)
        case "above":
            return _is_number(came) and came > wanted
    return _is_number(came) and came < wanted


def _contains(came: Any, wanted: Any) -> bool:
    """A part of a text, an element of a list, some keys of an object."""
    if isinstance(came, str):
        return isinstance(wanted, str) and wanted in came
    if isinstance(came, list):
        part = isinstance(wanted, dict) and not is_matcher(wanted)
        return any(_contains(one, wanted) if part else matches(one, wanted) for one in came)
    if isinstance(came, dict) and isinstance(wanted, dict):
        return all(matches(came.get(key, UNSET), value) for key, value in wanted.items())
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
