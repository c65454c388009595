"""Suggestions."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

_LONGEST_NAME: Final = 100
"""Nothing that has a name here is nearly as long."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`", did you mean 'x'?"` when one of the known words is close, else an empty text."""
    from difflib import get_close_matches  # slow to import, and needed only to explain

    if len(word) > _LONGEST_NAME:
        return ""
    close = get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


_KINDS: Final = {
    "float": "a number", "int": "a whole number", "str": "a text", "bool": "true or false",
    "array": "a list", "object": "keys and values", "null": "nothing",
}  # fmt: skip


def plainly(problem: msgspec.ValidationError) -> str:
    """`expected a number, got a text`: what a value is that does not fit, for whoever wrote it."""
    told = str(problem).partition(" - at `")[0].replace("Expected", "expected", 1)
    return re.sub(r"`([^`]*)`", lambda found: _or(found[1].split(" | ")), told)


def _or(kinds: Iterable[str]) -> str:
    return " or ".join(_KINDS.get(kind, kind) for kind in kinds)


def choices(word: str, known: Iterable[str], what: str = "Known") -> str:
    """What follows the name of an unknown word: the one that was meant, and all there are."""
    names = list(known)
    return f"{nearest(word, names) or '.'} {what}: {', '.join(names) or 'none'}"
