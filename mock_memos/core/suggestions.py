"""Parts of error messages: what was probably meant, what is allowed, what type was expected."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

_MAX_NAME_LENGTH: Final = 100
"""No known name is nearly as long."""

TYPE_NAMES: Final = {
    "string": "a string", "integer": "an integer", "number": "a number",
    "boolean": "true or false", "array": "a list", "object": "an object", "null": "null",
    "any": "anything", "str": "a string", "int": "an integer", "float": "a number",
    "bool": "true or false",
}  # fmt: skip
"""JSON types, and msgspec's names of them, as messages show them."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns `", did you mean 'x'?"` if a known word is similar, else an empty string."""
    from difflib import get_close_matches  # slow to import, and only errors need it

    if len(word) > _MAX_NAME_LENGTH:
        return ""
    close = get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def known_values(word: str, known: Iterable[str], label: str = "Known") -> str:
    """Returns the text after an unknown word: the similar word, and all known words."""
    names = list(known)
    return f"{did_you_mean(word, names) or '.'} {label}: {', '.join(names) or 'none'}"


def describe_type_error(error: msgspec.ValidationError) -> str:
    """Returns msgspec's message in the words of `TYPE_NAMES`: `expected a number, got a string`."""
    message = str(error).partition(" - at `")[0].replace("Expected", "expected", 1)
    return re.sub(
        r"`([^`]*)`",
        lambda match: " or ".join(TYPE_NAMES.get(name, name) for name in match[1].split(" | ")),
        message,
    )
