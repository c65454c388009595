"""Expected values of a step: a value that must be equal, or a matcher such as `{above: 3}`."""

import re
from typing import Any, Final

from msgspec import UNSET

from mock_memos.core.request_match import invalid_regex, json_equal

MATCHERS: Final = (
    "any", "absent", "contains", "length", "matches", "one_of", "above", "below",
)  # fmt: skip
"""The keys of a matcher. An object with other keys is a value."""


def is_matcher(expected: Any) -> bool:
    """Returns whether an object is a matcher, and not a value."""
    return isinstance(expected, dict) and bool(expected) and set(expected) <= set(MATCHERS)


def matcher_error(expected: Any) -> str | None:
    """Returns what is wrong with a matcher, or None."""
    if not is_matcher(expected):
        return None
    for name, argument in expected.items():
        match name:
            case "any" | "absent" if argument is not True:
                return f"{name} takes only true"
            case "length" | "above" | "below" if not _is_number(argument):
                return f"{name} takes a number, not {argument!r}"
            case "one_of" if not isinstance(argument, list):
                return "one_of takes a list"
            case "matches" if not isinstance(argument, str):
                return f"matches takes a regular expression, not {argument!r}"
            case "matches" if problem := invalid_regex(argument):
                return problem
    return None


def matches(actual: Any, expected: Any) -> bool:
    """Returns whether a value is as expected. `UNSET` is a missing value."""
    if not is_matcher(expected):
        return actual is not UNSET and json_equal(actual, expected)
    return all(_matches_one(actual, name, argument) for name, argument in expected.items())


def _matches_one(actual: Any, name: str, argument: Any) -> bool:
    match name:
        case "absent":
            return actual is UNSET or actual is None
        case "any":
            return actual is not UNSET and actual is not None
        case "contains":
            return _contains(actual, argument)
        case "length":
            return isinstance(actual, str | list | dict) and len(actual) == argument
        case "matches":
            return isinstance(actual, str) and re.search(argument, actual) is not None
        case "one_of":
            return any(matches(actual, option) for option in argument)
        case "above":
            return _is_number(actual) and actual > argument
    return _is_number(actual) and actual < argument


def _contains(actual: Any, part: Any) -> bool:
    """Returns whether a text has this part, a list this element, or an object these keys."""
    if isinstance(actual, str):
        return isinstance(part, str) and part in actual
    if isinstance(actual, list):
        fits = _contains if isinstance(part, dict) and not is_matcher(part) else matches
        return any(fits(element, part) for element in actual)
    if isinstance(actual, dict) and isinstance(part, dict):
        return all(matches(actual.get(key, UNSET), value) for key, value in part.items())
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
