"""Scores how relevant a text is to a query, for search, chat and rerank.

A score depends only on the terms of the query and on which of them a text contains: not on other
texts, and not on length. So a memory has the same score in every world.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from mock_memos.content.text_analysis import terms

UNRELATED: Final = 0.05
"""The score of a text that shares no term with the query."""
MIN_RELATED: Final = 0.5
"""The lowest score of a shared term: above the documented threshold 0.45."""
MAX_RELATED: Final = 0.98
CONVERSATION_BOOST: Final = 0.02

_SPEAKER = re.compile(r"^[a-z]+(?:\([^)\n]*\))?: \[[^\]\n]*\]: ", re.MULTILINE)


def relativity(coverage: float) -> float:
    """Returns the score of a text that covers a share (0..1) of the query's weight."""
    if coverage <= 0:
        return UNRELATED
    return round(MIN_RELATED + (MAX_RELATED - MIN_RELATED) * min(coverage, 1.0), 8)


def boost(score: float) -> float:
    """Returns the score of a memory of the same conversation: slightly higher, at most 1."""
    return round(min(score + CONVERSATION_BOOST, 1.0), 8)


def rank(query: str, texts: Sequence[str]) -> list[float]:
    """Returns the score of each text for a query, in 0..1."""
    query_terms = terms(query)
    total = sum(query_terms.values())
    if not total:
        return [UNRELATED] * len(texts)
    return [
        relativity(sum(query_terms[term] for term in terms(text) if term in query_terms) / total)
        for text in texts
    ]


def searchable_text(value: str) -> str:
    """Returns a fast memory without the roles and times before its lines."""
    return _SPEAKER.sub("", value)


class TermIndex:
    """Inverted index: which numbered texts contain a term.

    Texts are added with rising numbers and never removed.
    """

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

    def group_by_weight(self, query_terms: Mapping[str, float]) -> dict[float, Sequence[int]]:
        """Returns the texts that contain at least one term, by the total weight of their terms."""
        matches = [
            (posting, weight)
            for term, weight in query_terms.items()
            if (posting := self._postings.get(term))
        ]
        if len(matches) < 2:
            return {weight: posting for posting, weight in matches}
        matches.sort(key=lambda match: len(match[0]))
        *shorter, (longest, weight) = matches
        totals: dict[int, float] = {}
        for posting, term_weight in shorter:
            for number in posting:
                totals[number] = totals.get(number, 0.0) + term_weight
        groups: defaultdict[float, list[int]] = defaultdict(list)
        only_longest = groups[weight]
        for number in longest:
            if number in totals:
                totals[number] += weight
            else:
                only_longest.append(number)
        for number, weight in totals.items():
            groups[weight].append(number)
        return {weight: numbers for weight, numbers in groups.items() if numbers}
