"""What search/memory and chat find: filter, recall, rank, threshold, deduplicate, cap."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from mock_memos import filters
from mock_memos.api.subjects import PUBLIC, linked_bases
from mock_memos.api.turns import script_for
from mock_memos.models.memories import Recall
from mock_memos.ranking import UNRELATED, lifted, relativity, terms
from mock_memos.records import Memory, Scope, View
from mock_memos.scenario import Search
from mock_memos.settings import Settings
from mock_memos.world import World

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
    found = sorted(
        (
            one
            for one in _scored(world, scopes, scoring, request.relativity)
            if one.memory.view in limits
            and one.relativity >= request.relativity
            and one.memory.status == "activated"
            and accepted(one.memory)
        ),
        key=lambda one: (
            -one.relativity,
            -one.memory.create_time,
            one.memory.scope != subject,
            one.memory.id,
        ),
    )
    return list(_capped(_once(found), limits, together=together))


class _Scoring:
    """How a search scores memories: by its words, unless a scenario has pinned the score."""

    def __init__(
        self, query: str, conversation_id: str, settings: Settings, script: Search | None
    ) -> None:
        self.terms = terms(query)
        self._whole = sum(self.terms.values())
        self._conversation_id = conversation_id
        self._script = script
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
        covered = self._unmatched if weight is None else weight / self._whole
        score = relativity(max(covered, self._unmatched))
        same = self._conversation_id and memory.conversation_id == self._conversation_id
        return lifted(score) if same else score


def _scored(
    world: World, scopes: Sequence[Scope], scoring: _Scoring, threshold: float
) -> Iterator[Found]:
    """Every memory that may pass the threshold, with its score."""
    matched = set()
    for hit in world.search(scopes, scoring.terms):
        matched.add(hit.memory.id)
        yield Found(hit.memory, scoring.score(hit.memory, hit.weight))
    if threshold <= lifted(UNRELATED) or scoring.reaches_all:
        rest: Iterator[Memory] = (memory for scope in scopes for memory in world.memories(scope))
    else:
        rest = world.pinned(scopes)
    for memory in rest:
        if memory.id not in matched:
            yield Found(memory, scoring.score(memory, None))


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """Each statement once: the author of a public memory has a copy of it, which comes first."""
    seen = set()
    for one in found:
        said = (one.memory.view, one.memory.key, one.memory.value)
        if said not in seen:
            seen.add(said)
            yield one


def _capped(
    found: Iterable[Found], limits: Mapping[View, int], *, together: bool
) -> Iterator[Found]:
    """The best of each view, or of all views together, and never more than `MOST`."""
    left = dict(limits)
    room = min([MOST, *limits.values()]) if together else MOST
    for one in found:
        if room > 0 and left[one.memory.view] > 0:
            left[one.memory.view] -= 1
            room -= 1
            yield one
