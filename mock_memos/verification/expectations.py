"""What a check expects of an answer. Whatever came instead is a difference, never a crash."""

import re
from collections.abc import Sequence
from itertools import pairwise
from reprlib import Repr
from typing import Any, Final, Self

from mock_memos.verification.service import Answer

UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ISO: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"
LIMITED: Final = (40300, 40309)
"""Codes that say that the service is asked too much."""
MILLISECONDS: Final = 1_500_000_000_000
"""The least that a time of ours can be; in seconds it would be far less."""

_LONGEST: Final = 160
_SHORT: Final = Repr()
_SHORT.maxstring = _SHORT.maxother = _LONGEST


class Difference(Exception):
    """The answer is not as the fact says."""

    def __init__(self, where: str, expected: str, came: str) -> None:
        super().__init__(f"{where}: expected {expected}, came {came}")
        self.where, self.expected, self.came = where, expected, came


class Unasked(Exception):
    """The fact could not be asked: nothing is known about it after this run."""


class Value:
    """A value in an answer, with the path that leads to it."""

    __slots__ = ("raw", "where")

    def __init__(self, raw: Any, where: str) -> None:
        self.raw = raw
        self.where = where

    def __getitem__(self, step: str | int) -> "Value":
        """A field, or an element; that it is there is expected."""
        if isinstance(step, str):
            where = f"{self.where}.{step}"
            if isinstance(self.raw, dict) and step in self.raw:
                return Value(self.raw[step], where)
        else:
            where = f"{self.where}[{step}]"
            if isinstance(self.raw, list) and step < len(self.raw):
                return Value(self.raw[step], where)
        raise Difference(where, "something", "nothing")

    def must(self, holds: bool, expected: str) -> Self:
        """It holds, or what was expected did not come."""
        if not holds:
            raise Difference(self.where, expected, show(self.raw))
        return self

    def equals(self, expected: Any) -> Self:
        """It is this value; 1 is not true, and 0 is not false."""
        same = isinstance(self.raw, bool) == isinstance(expected, bool)
        return self.must(same and self.raw == expected, show(expected))

    def among(self, *options: str) -> Self:
        """It is one of these."""
        return self.must(self.raw in options, " or ".join(map(show, options)))

    def text(self, pattern: str = "(?s).*", what: str = "a text") -> str:
        """A text, all of which fits the pattern: that is `what` it is."""
        fits = isinstance(self.raw, str) and re.fullmatch(pattern, self.raw)
        self.must(bool(fits), what)
        return str(self.raw)

    def filled(self) -> str:
        """A text that is not empty."""
        return self.text("(?s).+", "a text that is not empty")

    def integer(self, least: int = 0) -> int:
        """A whole number, from `least`."""
        whole = isinstance(self.raw, int) and not isinstance(self.raw, bool)
        self.must(whole and self.raw >= least, f"a whole number from {least}")
        return int(self.raw)

    def number(self, least: float = 0.0, most: float = 1.0) -> float:
        """A number within these bounds."""
        numeric = isinstance(self.raw, int | float) and not isinstance(self.raw, bool)
        self.must(numeric and least <= self.raw <= most, f"a number from {least:g} to {most:g}")
        return float(self.raw)

    def boolean(self) -> bool:
        """True or false."""
        self.must(isinstance(self.raw, bool), "true or false")
        return bool(self.raw)

    def fields(self) -> dict[str, Any]:
        """An object, as its raw fields."""
        self.must(isinstance(self.raw, dict), "an object")
        return dict(self.raw)

    def lacks(self, name: str) -> Self:
        """An object without this field."""
        if name in self.fields():
            raise Difference(f"{self.where}.{name}", "no such field", show(self.raw[name]))
        return self

    def items(self) -> list["Value"]:
        """A list, as the values in it."""
        self.must(isinstance(self.raw, list), "a list")
        return [Value(one, f"{self.where}[{place}]") for place, one in enumerate(self.raw)]

    def some(self) -> list["Value"]:
        """A list that is not empty."""
        items = self.items()
        self.must(bool(items), "a list that is not empty")
        return items

    def empty(self) -> None:
        """A list without an element."""
        self.must(not self.items(), "an empty list")

    def texts(self) -> list[str]:
        """A list of texts."""
        return [one.text() for one in self.items()]

    def mentions(self, word: str) -> Self:
        """A text in which the word stands, however it is written."""
        return self.must(word.lower() in self.text().lower(), f"a text that names {word!r}")


def ok(answer: Answer) -> Value:
    """The `data` of an answer that is expected to be a success."""
    envelope(answer)["code"].equals(0)
    data = envelope(answer)["data"]
    return data.must(data.raw is not None, "data")


def refused(answer: Answer, *codes: int) -> Value:
    """The envelope of an answer that is expected to be an error of one of these codes."""
    whole = envelope(answer)
    code = whole["code"]
    code.must(code.raw in codes and code.raw is not True, " or ".join(map(str, codes)))
    return whole


def http_status(answer: Answer) -> Value:
    """The HTTP status of an answer."""
    _arrived(answer)
    return Value(answer.status, f"{answer.operation}: HTTP status")


def content_type(answer: Answer) -> Value:
    """The content type of an answer."""
    _arrived(answer)
    return Value(answer.headers.get("content-type", ""), f"{answer.operation}: content-type")


def envelope(answer: Answer) -> Value:
    """The whole answer, which is expected to be a JSON object."""
    _arrived(answer)
    whole = Value(answer.json, answer.operation)
    if not isinstance(whole.raw, dict):
        came = show(answer.body[:_LONGEST].decode(errors="replace"))
        raise Difference(
            answer.operation, "a JSON object", f"HTTP status {answer.status} with {came}"
        )
    return whole


def is_limited(answer: Answer) -> bool:
    """Whether the service says that it is asked too much, which is no answer to what was asked."""
    return answer.status == 429 or answer.code in LIMITED


def _arrived(answer: Answer) -> None:
    if answer.trouble:
        raise Unasked(f"{answer.operation}: {answer.trouble}")
    if is_limited(answer):
        raise Unasked(f"{answer.operation}: the service says that it is asked too much")


def descending(values: Sequence[Value], name: str) -> None:
    """A numeric field is in no value greater than in the one before it."""
    numbers = [(value[name], value[name].number(most=1e18)) for value in values]
    for (_, before), (later, after) in pairwise(numbers):
        later.must(after <= before, f"at most {before:g}, as in the one before")


def show(value: Any) -> str:
    """A value in a line that is not too long, however large it is."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _SHORT.repr(value)
