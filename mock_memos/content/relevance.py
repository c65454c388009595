"""Deterministic relevance, shared by search, chat and rerank.

A score depends on the terms of the query and on which of them a text contains, on nothing else:
neither on other texts nor on length. So a memory scores the same in every world.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from mock_memos.content.text_analysis import terms

__all__ = ["Index", "lifted", "rank", "relativity", "spoken", "terms"]

UNRELATED: Final = 0.05
"""The score of a text that shares no word with the query."""
WORST: Final = 0.5
"""What a shared word is worth at least: above the threshold 0.45 that the service documents."""
BEST: Final = 0.98
LIFT: Final = 0.02

_SPEAKER = re.compile(r"^[a-z]+(?:\([^)\n]*\))?: \[[^\]\n]*\]: ", re.MULTILINE)


def relativity(coverage: float) -> float:
    """The score for the share of the query's weight that a text covers."""
    if coverage <= 0:
        return UNRELATED
    return round(WORST + (BEST - WORST) * min(coverage, 1.0), 8)


def lifted(score: float) -> float:
    """The score of a memory of the same conversation: a little more, and never above 1."""
    return round(min(score + LIFT, 1.0), 8)


def rank(query: str, texts: Sequence[str]) -> list[float]:
    """The score of each text for a query, in 0..1."""
    asked = terms(query)
    whole = sum(asked.values())
    if not whole:
        return [UNRELATED] * len(texts)
    return [
        relativity(sum(asked[term] for term in terms(text) if term in asked) / whole)
        for text in texts
    ]


def spoken(value: str) -> str:
    """A fast memory without the roles and times before its lines, which nobody searches for."""
    return _SPEAKER.sub("", value)


class Index:
    """Which numbered texts contain a term. Texts are added with rising numbers and never leave."""

    __slots__ = ("_postings",)

    def __init__(self) -> None:
        self._postings: dict[str, array[int]] = {}

    def add(self, number: int, text: str) -> None:
        postings = self._postings
        for term in terms(text):
            posting = postings.get(term)
            if posting is None:
                postings[term] = array("Q", (number,))
            else:
                posting.append(number)

    def by_weight(self, query_terms: Mapping[str, float]) -> dict[float, Sequence[int]]:
        """The texts that contain at least one of the terms, by the weight of those they do."""
        found = [
            (posting, weight)
            for term, weight in query_terms.items()
            if (posting := self._postings.get(term))
        ]
        if len(found) < 2:
            return {weight: posting for posting, weight in found}
        found.sort(key=lambda entry: len(entry[0]))
        *others, (longest, weight) = found
        matched: dict[int, float] = {}
        have = matched.get
        for posting, more in others:
            for number in posting:
                matched[number] = have(number, 0.0) + more
        groups: defaultdict[float, list[int]] = defaultdict(list)
        alone = groups[weight]
        for number in longest:
            if number in matched:
                matched[number] += weight
            else:
                alone.append(number)
        for number, weight in matched.items():
            groups[weight].append(number)
        return {weight: numbers for weight, numbers in groups.items() if numbers}
