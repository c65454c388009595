"""What search/memory and chat find: filter, recall, rank, threshold, deduplicate, cap."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import Any, Final, NamedTuple

from mock_memos.api.decoding import filters
from mock_memos.api.models.memories import Recall
from mock_memos.api.operations.scopes import PUBLIC, linked_bases
from mock_memos.api.operations.turns import script_for
from mock_memos.content.relevance import UNRELATED, lifted, relativity
from mock_memos.content.text_analysis import terms
from mock_memos.core.records import Memory, Scope, View
from mock_memos.core.settings import Settings
from mock_memos.scenario.language.scripts import Search
from mock_memos.simulation.world import World

MOST: Final = 25
"""Items in one answer, of all kinds together (documented)."""


class Found(NamedTuple):
    memory: Memory
    relativity: float


def recall(
    world: World,
    operation: str,
    query: str,
    subject: Scope,
    request: Recall,
    conversation_id: str,
    *,
    together: bool = False,
) -> list[Found]:
    """What fits, best first. Of equal scores the newest come first, then the subject's own.

    `together` caps all views by one limit instead of each by its own.
    """
    scopes = (subject, PUBLIC, *linked_bases(world, request.knowledgebase_ids))
    accepted = filters.parse(
        request.filter, strict=world.settings.strict, zone=world.settings.time_zone
    ).accepts
    limits = request.limits()
    then = script_for(world, operation, request, ("search",))
    scoring = _Scoring(query, conversation_id, world.settings, then.search if then else None)

    def order(one: Found) -> tuple[float, int, bool, str]:
        memory = one.memory
        return -one.relativity, -memory.create_time, memory.scope != subject, memory.id

    found: list[Found] = []
    for view, limit in limits.items():
        fitting = (
            one
            for one in _ranked(world, scopes, view, scoring, request.relativity, order)
            if one.relativity >= request.relativity
            and one.memory.status == "activated"
            and accepted(one.memory)
        )
        found += islice(_once(fitting), limit)
    found.sort(key=order)
    return found[: min([MOST, *limits.values()]) if together else MOST]


class _Scoring:
    """How a search scores memories: by its words, unless a scenario has pinned the score."""

    def __init__(
        self, query: str, conversation_id: str, settings: Settings, script: Search | None
    ) -> None:
        self.terms = terms(query)
        self._whole = sum(self.terms.values())
        self.conversation_id = conversation_id
        self._script = script
        self._scores: dict[float | None, float] = {}
        self._unmatched = 1.0 if settings.match_everything else 0.0
        self.reaches_all = settings.match_everything or script is not None

    def score(self, memory: Memory, weight: float | None) -> float:
        """The relativity of a memory that contains query terms of this weight, or none."""
        script = self._script
        for pin in script.pins if script else ():
            if pin.text in memory.value or pin.text in memory.key:
                return pin.relativity
        if memory.relativity is not None:
            return memory.relativity
        if script is not None and script.relativity is not None:
            return script.relativity
        if (score := self._scores.get(weight)) is None:
            covered = self._unmatched if weight is None else weight / self._whole
            score = self._scores[weight] = relativity(max(covered, self._unmatched))
        return lifted(score) if self.lifts(memory) else score

    def lifts(self, memory: Memory) -> bool:
        """Whether a memory is of the conversation that asks, which lifts its score a little."""
        return bool(self.conversation_id) and memory.conversation_id == self.conversation_id


def _ranked(
    world: World,
    scopes: Sequence[Scope],
    view: View,
    scoring: _Scoring,
    threshold: float,
    order: Callable[[Found], Any],
) -> Iterable[Found]:
    """Every memory of a view that may pass the threshold, best first."""
    if threshold <= lifted(UNRELATED) or scoring.reaches_all:
        return sorted(_everything(world, scopes, view, scoring), key=order)
    found = [_matching(world, scopes, view, scoring, order, lifts=False)]
    if scoring.conversation_id:
        found.append(_matching(world, scopes, view, scoring, order, lifts=True))
    pinned = [
        Found(memory, scoring.score(memory, None))
        for memory in world.pinned(scopes)
        if memory.view == view
    ]
    if pinned:
        found.append(iter(sorted(pinned, key=order)))
    return merge(*found, key=order) if len(found) > 1 else found[0]


def _matching(
    world: World,
    scopes: Sequence[Scope],
    view: View,
    scoring: _Scoring,
    order: Callable[[Found], Any],
    *,
    lifts: bool,
) -> Iterator[Found]:
    """What contains terms of the query, of this conversation or of all others; best first."""
    found = (
        Found(hit.memory, scoring.score(hit.memory, hit.weight))
        for hit in world.search(scopes, scoring.terms, (view,))
        if hit.memory.relativity is None and scoring.lifts(hit.memory) is lifts
    )
    # They come by score and time; only those that are equal in both are still to be put in order.
    for _, run in groupby(found, lambda one: (one.relativity, one.memory.create_time)):
        equal = list(run)
        yield from equal if len(equal) == 1 else sorted(equal, key=order)


def _everything(
    world: World, scopes: Sequence[Scope], view: View, scoring: _Scoring
) -> Iterator[Found]:
    """Every memory of a view with its score, whether or not it contains a term of the query."""
    weights = {hit.memory.id: hit.weight for hit in world.search(scopes, scoring.terms, (view,))}
    for scope in dict.fromkeys(scopes):
        for memory in world.memories(scope):
            if memory.view == view:
                yield Found(memory, scoring.score(memory, weights.get(memory.id)))


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """Each statement once: the author of a public memory has a copy of it, which comes first."""
    seen = set()
    for one in found:
        said = (one.memory.key, one.memory.value)
        if said not in seen:
            seen.add(said)
            yield one
