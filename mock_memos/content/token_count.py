"""How many tokens a text counts as, wherever the double counts them.

A Chinese character is one token; everything else is one token for every four characters, and at
least one. The open-source engine that ships with the official SDK estimates so when it has no
tokenizer; that the service's own count comes near it is assumed. Nothing but the text decides, so
a count can be written into a test.
"""

import re
from typing import Final

CHARACTERS: Final = 4
"""How many characters that are not Chinese make one token."""

_CHINESE = re.compile("[\u4e00-\u9fff]+")


def count(text: str) -> int:
    """The tokens of a text: 0 for an empty one."""
    if text.isascii():
        return max(1, len(text) // CHARACTERS) if text else 0
    rest = len(_CHINESE.sub("", text))
    return len(text) - rest + max(1, rest // CHARACTERS)
