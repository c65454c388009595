"""Deterministic texts for many memories.

Word frequencies follow Zipf and Mandelbrot, as in natural languages: the most frequent word is in
4 % of the sentences, so a search has long and short postings.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:10]]
WEIGHTS = list(accumulate(1 / (rank + 50) for rank in range(len(WORDS))))


def sentences(seed: int = 0) -> Iterator[str]:
    """Yields different statements about the speaker, without end."""
    chance = Random(seed)
    number = 0
    while True:
        words = chance.choices(WORDS, cum_weights=WEIGHTS, k=8)
        yield f"I booked {' '.join(words[:4])} number {number} at {' '.join(words[4:])}."
        number += 1


def queries(seed: int = 1) -> Iterator[str]:
    """Yields questions with the same words, without end."""
    chance = Random(seed)
    while True:
        yield f"Which {' '.join(chance.choices(WORDS, cum_weights=WEIGHTS, k=3))}?"
