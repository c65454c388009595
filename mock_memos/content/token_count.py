"""Counts the tokens of a text.

A Chinese character is one token; every four other characters are one token, at least one. The
open-source engine estimates the same way when it has no tokenizer (observed). That the service
counts similarly is assumed.
"""

import re
from typing import Final

CHARACTERS_PER_TOKEN: Final = 4

_CHINESE = re.compile("[\u4e00-\u9fff]+")


def count_tokens(text: str) -> int:
    """Returns the number of tokens of a text; 0 for an empty text."""
    if text.isascii():
        return max(1, len(text) // CHARACTERS_PER_TOKEN) if text else 0
    others = len(_CHINESE.sub("", text))
    return len(text) - others + max(1, others // CHARACTERS_PER_TOKEN)
