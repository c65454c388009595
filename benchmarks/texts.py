"""Words for many memories: as unlike each other as what people say, and the same in every run.

A few words are common and most are rare, as in any language (Zipf and Mandelbrot): the commonest
word is in 4 of 100 sentences, so that a search has long lists to go through and short ones.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:10]]
WEIGHTS = list(accumulate(1 / (rank + 50) for rank in range(len(WORDS))))


def sentences(seed: int = 0) -> Iterator[str]:
    """Endless statements about the person who makes them, no two alike."""
    chance = Random(seed)
    number = 0
    while True:
        said = chance.choices(WORDS, cum_weights=WEIGHTS, k=8)
        yield f"I booked {' '.join(said[:4])} number {number} at {' '.join(said[4:])}."
        number += 1


def queries(seed: int = 1) -> Iterator[str]:
    """Endless questions in the same words."""
    chance = Random(seed)
    while True:
        yield f"Which {' '.join(chance.choices(WORDS, cum_weights=WEIGHTS, k=3))}?"
