"""What a check expects of a response. Any other value is a difference, never a crash."""

import re
from collections.abc import Sequence
from itertools import pairwise
from reprlib import Repr
from typing import Any, Final, Self

from mock_memos.verification.service import ServiceResponse

UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ISO: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"
RATE_LIMIT_CODES: Final = (40300, 40309)
"""Codes that report too many requests."""
MIN_TIME_MS: Final = 1_500_000_000_000
"""Smaller times are not milliseconds of this century; seconds would be far smaller."""

_MAX_LENGTH: Final = 160
_SHORT: Final = Repr()
_SHORT.maxstring = _SHORT.maxother = _MAX_LENGTH


class ExpectationFailed(Exception):
    """The response differs from the fact."""

    def __init__(self, path: str, expected: str, actual: str) -> None:
        super().__init__(f"{path}: expected {expected}, got {actual}")
        self.path, self.expected, self.actual = path, expected, actual


class Inconclusive(Exception):
    """The fact could not be checked: this run says nothing about it."""


class Value:
    """A value in a response, with its path."""

    __slots__ = ("path", "raw")

    def __init__(self, raw: Any, path: str) -> None:
        self.raw = raw
        self.path = path

    def __getitem__(self, step: str | int) -> "Value":
        """Expects a field of an object, or an element of a list."""
        if isinstance(step, str):
            path = f"{self.path}.{step}"
            if isinstance(self.raw, dict) and step in self.raw:
                return Value(self.raw[step], path)
        else:
            path = f"{self.path}[{step}]"
            if isinstance(self.raw, list) and step < len(self.raw):
                return Value(self.raw[step], path)
        raise ExpectationFailed(path, "a value", "nothing")

    def expect(self, holds: bool, expected: str) -> Self:
        """Raises `ExpectationFailed` unless `holds`; `expected` describes the value."""
        if not holds:
            raise ExpectationFailed(self.path, expected, short_repr(self.raw))
        return self

    def equals(self, expected: Any) -> Self:
        """Expects this value; 1 does not equal true, and 0 does not equal false."""
        same_type = isinstance(self.raw, bool) == isinstance(expected, bool)
        return self.expect(same_type and self.raw == expected, short_repr(expected))

    def one_of(self, *options: str) -> Self:
        """Expects one of these texts."""
        return self.expect(self.raw in options, " or ".join(map(short_repr, options)))

    def text(self, pattern: str = "(?s).*", expected: str = "a text") -> str:
        """Expects a text that matches the pattern completely."""
        matches = isinstance(self.raw, str) and re.fullmatch(pattern, self.raw)
        self.expect(bool(matches), expected)
        return str(self.raw)

    def non_empty_text(self) -> str:
        """Expects a text that is not empty."""
        return self.text("(?s).+", "a text that is not empty")

    def integer(self, minimum: int = 0) -> int:
        """Expects an integer of at least `minimum`."""
        whole = isinstance(self.raw, int) and not isinstance(self.raw, bool)
        self.expect(whole and self.raw >= minimum, f"an integer from {minimum}")
        return int(self.raw)

    def number(self, minimum: float = 0.0, maximum: float = 1.0) -> float:
        """Expects a number between these limits, both included."""
        numeric = isinstance(self.raw, int | float) and not isinstance(self.raw, bool)
        in_range = numeric and minimum <= self.raw <= maximum
        self.expect(in_range, f"a number from {minimum:g} to {maximum:g}")
        return float(self.raw)

    def boolean(self) -> bool:
        """Expects true or false."""
        self.expect(isinstance(self.raw, bool), "true or false")
        return bool(self.raw)

    def fields(self) -> dict[str, Any]:
        """Expects an object. Returns its raw fields."""
        self.expect(isinstance(self.raw, dict), "an object")
        return dict(self.raw)

    def lacks_field(self, name: str) -> Self:
        """Expects an object without this field."""
        if name in self.fields():
            actual = short_repr(self.raw[name])
            raise ExpectationFailed(f"{self.path}.{name}", "no such field", actual)
        return self

    def items(self) -> list["Value"]:
        """Expects a list. Returns its elements."""
        self.expect(isinstance(self.raw, list), "a list")
        return [Value(item, f"{self.path}[{index}]") for index, item in enumerate(self.raw)]

    def non_empty_list(self) -> list["Value"]:
        """Expects a list that is not empty. Returns its elements."""
        items = self.items()
        self.expect(bool(items), "a list that is not empty")
        return items

    def empty_list(self) -> None:
        """Expects an empty list."""
        self.expect(not self.items(), "an empty list")

    def texts(self) -> list[str]:
        """Expects a list of texts."""
        return [item.text() for item in self.items()]

    def mentions(self, word: str) -> Self:
        """Expects a text that contains a word, ignoring case."""
        return self.expect(word.lower() in self.text().lower(), f"a text that contains {word!r}")


def ok(response: ServiceResponse) -> Value:
    """Expects a success. Returns its `data`."""
    envelope(response)["code"].equals(0)
    data = envelope(response)["data"]
    return data.expect(data.raw is not None, "data")


def refused(response: ServiceResponse, *codes: int) -> Value:
    """Expects an error with one of these codes. Returns its envelope."""
    whole = envelope(response)
    code = whole["code"]
    code.expect(code.raw in codes and code.raw is not True, " or ".join(map(str, codes)))
    return whole


def http_status(response: ServiceResponse) -> Value:
    """Returns the HTTP status."""
    _require_response(response)
    return Value(response.status, f"{response.operation}: HTTP status")


def content_type(response: ServiceResponse) -> Value:
    """Returns the content type."""
    _require_response(response)
    return Value(response.headers.get("content-type", ""), f"{response.operation}: content-type")


def envelope(response: ServiceResponse) -> Value:
    """Expects a JSON object as body."""
    _require_response(response)
    whole = Value(response.json, response.operation)
    if not isinstance(whole.raw, dict):
        body = short_repr(response.body[:_MAX_LENGTH].decode(errors="replace"))
        actual = f"HTTP status {response.status} with {body}"
        raise ExpectationFailed(response.operation, "a JSON object", actual)
    return whole


def is_rate_limited(response: ServiceResponse) -> bool:
    """Returns whether the service reports too many requests."""
    return response.status == 429 or response.code in RATE_LIMIT_CODES


def descending(values: Sequence[Value], name: str) -> None:
    """Expects that a numeric field never increases from one value to the next."""
    numbers = [(value[name], value[name].number(maximum=1e18)) for value in values]
    for (_, before), (later, after) in pairwise(numbers):
        later.expect(after <= before, f"at most {before:g}, as in the previous one")


def short_repr(value: Any) -> str:
    """Returns a value in one line of limited length, in the words of JSON."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _SHORT.repr(value)


def _require_response(response: ServiceResponse) -> None:
    if response.connection_error:
        raise Inconclusive(f"{response.operation}: {response.connection_error}")
    if is_rate_limited(response):
        raise Inconclusive(f"{response.operation}: the service reports too many requests")
