"""Recalls memories for search/memory and chat: filter, score, threshold, deduplicate, limit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import Any, Final, NamedTuple

from mock_memos.api.decoding import filters
from mock_memos.api.models.chat import Chat
from mock_memos.api.models.memories import SearchMemory
from mock_memos.api.operations.scopes import PUBLIC, linked_bases
from mock_memos.api.operations.turns import then_for
from mock_memos.content.relevance import UNRELATED, boost, relativity
from mock_memos.content.text_analysis import terms
from mock_memos.core.records import Memory, Scope, View
from mock_memos.core.settings import Settings
from mock_memos.scenario.language.rules import SearchEffect
from mock_memos.simulation.world import World

MAX_RESULTS: Final = 25
"""Maximum number of memories in one answer, of all views together (documented)."""


class RecalledMemory(NamedTuple):
    """A memory and its score for a query, 0..1."""

    memory: Memory
    relativity: float


def recall(world: World, request: SearchMemory | Chat, subject: Scope) -> list[RecalledMemory]:
    """Returns the memories that match a query, best first.

    Equal scores are ordered by time, newest first, and then the subject's own memories first.
    Views of `include_memory_view` share one limit; otherwise each view has its own.
    """
    scopes = (subject, PUBLIC, *linked_bases(world, request.knowledgebase_ids))
    matches = filters.parse_filter(
        request.filter, strict=world.settings.strict, zone=world.settings.time_zone
    )
    limits = request.limits()
    maximum = MAX_RESULTS
    if isinstance(request, SearchMemory) and request.include_memory_view:
        maximum = min([MAX_RESULTS, *limits.values()])
    then = then_for(world, ("search",))
    scoring = _Scoring(request, world.settings, then.search if then else None)

    def order(result: RecalledMemory) -> tuple[float, int, bool, str]:
        memory = result.memory
        return -result.relativity, -memory.create_time, memory.scope != subject, memory.id

    results: list[RecalledMemory] = []
    for view, limit in limits.items():
        matching = (
            result
            for result in _rank_memories(world, scopes, view, scoring, request.relativity, order)
            if result.relativity >= request.relativity
            and result.memory.status == "activated"
            and matches(result.memory)
        )
        results += islice(_deduplicate(matching), limit)
    results.sort(key=order)
    return results[:maximum]


class _Scoring:
    """Scores memories for one query: by common words, unless a scenario sets the score."""

    def __init__(
        self, request: SearchMemory | Chat, settings: Settings, effect: SearchEffect | None
    ) -> None:
        self.terms = terms(request.query)
        self._total_weight = sum(self.terms.values())
        self.conversation_id = request.conversation_id
        self._effect = effect
        self._scores: dict[float | None, float] = {}
        self._minimum = 1.0 if settings.search_matches_everything else 0.0
        self.scores_all = settings.search_matches_everything or effect is not None

    def score(self, memory: Memory, weight: float | None) -> float:
        """Returns the score of a memory; `weight` is that of its query terms, None without any."""
        effect = self._effect
        for score in effect.scores if effect else ():
            if score.text in memory.value or score.text in memory.key:
                return score.relativity
        if memory.relativity is not None:
            return memory.relativity
        if effect is not None and effect.relativity is not None:
            return effect.relativity
        if (common := self._scores.get(weight)) is None:
            coverage = self._minimum if weight is None else weight / self._total_weight
            common = self._scores[weight] = relativity(max(coverage, self._minimum))
        return boost(common) if self.boosts(memory) else common

    def boosts(self, memory: Memory) -> bool:
        """Returns whether a memory belongs to the conversation of the request."""
        return bool(self.conversation_id) and memory.conversation_id == self.conversation_id


def _rank_memories(
    world: World,
    scopes: Sequence[Scope],
    view: View,
    scoring: _Scoring,
    threshold: float,
    order: Callable[[RecalledMemory], Any],
) -> Iterable[RecalledMemory]:
    """Yields every memory of a view that may reach the threshold, best first."""
    if threshold <= boost(UNRELATED) or scoring.scores_all:
        return sorted(_score_all(world, scopes, view, scoring), key=order)
    streams = [_score_matching(world, scopes, view, scoring, order, boosted=False)]
    if scoring.conversation_id:
        streams.append(_score_matching(world, scopes, view, scoring, order, boosted=True))
    pinned_memories = [
        RecalledMemory(memory, scoring.score(memory, None))
        for memory in world.memories.with_own_score(scopes)
        if memory.view == view
    ]
    if pinned_memories:
        streams.append(iter(sorted(pinned_memories, key=order)))
    return merge(*streams, key=order) if len(streams) > 1 else streams[0]


def _score_matching(
    world: World,
    scopes: Sequence[Scope],
    view: View,
    scoring: _Scoring,
    order: Callable[[RecalledMemory], Any],
    *,
    boosted: bool,
) -> Iterator[RecalledMemory]:
    """Yields the memories that contain query terms, best first.

    `boosted` selects those of the request's conversation, otherwise those of all others.
    """
    results = (
        RecalledMemory(hit.memory, scoring.score(hit.memory, hit.weight))
        for hit in world.memories.search(scopes, scoring.terms, (view,))
        if hit.memory.relativity is None and scoring.boosts(hit.memory) is boosted
    )
    # They are ordered by score and time; only ties in both remain to be sorted.
    for _, group in groupby(results, lambda result: (result.relativity, result.memory.create_time)):
        ties = list(group)
        yield from ties if len(ties) == 1 else sorted(ties, key=order)


def _score_all(
    world: World, scopes: Sequence[Scope], view: View, scoring: _Scoring
) -> Iterator[RecalledMemory]:
    """Yields every memory of a view with its score, even if it contains no query term."""
    weights = {
        hit.memory.id: hit.weight for hit in world.memories.search(scopes, scoring.terms, (view,))
    }
    for scope in dict.fromkeys(scopes):
        for memory in world.memories.of(scope):
            if memory.view == view:
                yield RecalledMemory(memory, scoring.score(memory, weights.get(memory.id)))


def _deduplicate(results: Iterable[RecalledMemory]) -> Iterator[RecalledMemory]:
    """Yields the first memory of each text: the author of a public memory has a copy of it."""
    texts = set()
    for result in results:
        text = (result.memory.key, result.memory.value)
        if text not in texts:
            texts.add(text)
            yield result
