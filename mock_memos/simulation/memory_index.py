"""The memories of a world, by id and by scope, with an index for search.

A memory is an immutable record; to change one is to put another record under the same id. What
stands on a shelf and is no longer the record under its id is passed over, and cleared away when
it makes up most of the shelf.

The index is built behind what was added, when somebody searches: a fast memory that is gone
before anybody looked for it costs nothing.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from heapq import merge
from typing import NamedTuple, Self

from mock_memos.content.fast_memory import FAST_TAG
from mock_memos.content.relevance import TermIndex, searchable_text
from mock_memos.core.records import VIEWS, Memory, Scope, View
from mock_memos.simulation.forkable import ForkableDict

_Key = tuple[Scope, View, str, str]
"""A value, or else a topic, of one view of one scope."""
_Statement = tuple[str, "_Statement | None"]
"""The id of the memory that said something last, and who had said it before."""


class Hit(NamedTuple):
    """A memory that search found."""

    memory: Memory
    weight: float
    """Weight of the query's terms that the memory contains."""


class _IndexLayer:
    """Memories in the order in which they came, and the index of the first so many of them."""

    __slots__ = ("created", "dead", "entries", "indexed", "indexes", "with_own_score")

    def __init__(self, entries: list[Memory]) -> None:
        self.entries = entries
        self.dead = 0
        self.indexes: dict[View, TermIndex] = {}
        self.created = array("q")
        """When each indexed memory was made."""
        self.indexed = 0
        self.with_own_score = [entry for entry in entries if entry.relativity is not None]

    def add(self, memory: Memory) -> None:
        self.entries.append(memory)
        if memory.relativity is not None:
            self.with_own_score.append(memory)

    def matching(
        self, terms: dict[str, float], views: Iterable[View]
    ) -> Iterator[tuple[float, Iterator[Memory]]]:
        """What contains at least one of the terms: each weight, and its memories newest first."""
        for number in range(self.indexed, len(self.entries)):
            self._index(number, self.entries[number])
        self.indexed = len(self.entries)
        for view in views:
            if (index := self.indexes.get(view)) is not None:
                for weight, numbers in index.group_by_weight(terms).items():
                    yield weight, self._newest_first(numbers)

    def _index(self, number: int, memory: Memory) -> None:
        self.created.append(memory.create_time)
        if (index := self.indexes.get(memory.view)) is None:
            index = self.indexes[memory.view] = TermIndex()
        index.add(number, searchable_text_of(memory))

    def _newest_first(self, numbers: Sequence[int]) -> Iterator[Memory]:
        for number in sorted(numbers, key=self.created.__getitem__, reverse=True):
            yield self.entries[number]


class ScopeIndex:
    """The memories of one scope: frozen layers that forks share, and one that its owner writes.

    `owner` is the token of the one world that may write; when that world forks, it and its twin
    take new tokens, and the shelf is frozen for both.
    """

    __slots__ = ("_frozen", "below", "owner", "top")

    def __init__(self, owner: object, below: tuple[_IndexLayer, ...] = ()) -> None:
        self.owner = owner
        self.below = below
        self.top = _IndexLayer([])
        self._frozen: tuple[_IndexLayer, ...] | None = None

    def layers(self) -> tuple[_IndexLayer, ...]:
        """All layers, the oldest first."""
        return (*self.below, self.top)

    def frozen(self) -> tuple[_IndexLayer, ...]:
        """Everything that is here, for others to build upon; small layers are merged."""
        if self._frozen is None:
            layers = [layer for layer in self.layers() if layer.entries]
            while len(layers) > 1 and len(layers[-2].entries) <= 2 * len(layers[-1].entries):
                younger = layers.pop()
                layers[-1] = _IndexLayer(layers[-1].entries + younger.entries)
            self._frozen = tuple(layers)
        return self._frozen


class MemoryIndex:
    """Every memory of a world. Knows nothing of time, tasks or identifiers."""

    def __init__(self) -> None:
        self._memories: ForkableDict[str, Memory] = ForkableDict()
        self._latest: ForkableDict[_Key, _Statement] = ForkableDict()
        self._scopes: ForkableDict[Scope, ScopeIndex] = ForkableDict()
        self._token = object()

    def __len__(self) -> int:
        return len(self._memories)

    def get(self, memory_id: str) -> Memory | None:
        """The memory with this id, or None."""
        return self._memories.get(memory_id)

    def all(self) -> Iterator[Memory]:
        """Every memory, in the order in which their ids first came."""
        return self._memories.values()

    def put(self, memory: Memory) -> None:
        """Add a memory, or replace the one with the same id."""
        memory = copy(memory)  # one record that is put twice stands on the shelf once
        old = self._memories.get(memory.id)
        self._memories[memory.id] = memory
        if old is not None:
            self._mark_replaced(old)
        for key in _keys(memory):
            said = self._latest.get(key)
            if said is None or said[0] != memory.id:
                self._latest[key] = (memory.id, said)
        self._writable(memory.scope).top.add(memory)

    def delete(self, memory_id: str) -> Memory | None:
        """Take a memory away; None when there is none."""
        memory = self._memories.pop(memory_id)
        if memory is not None:
            self._mark_replaced(memory)
        return memory

    def of(self, scope: Scope) -> Iterator[Memory]:
        """The memories of a scope, oldest version first."""
        shelf = self._scopes.get(scope)
        for layer in shelf.layers() if shelf else ():
            for memory in tuple(layer.entries):
                if self._memories.get(memory.id) is memory:
                    yield memory

    def by_scope(self) -> Iterator[Memory]:
        """Every memory, scope by scope, in an order that puts it back as it is."""
        for scope in sorted(self._scopes.keys()):
            yield from self.of(scope)

    def find_equal(self, scope: Scope, view: View, value: str, topic: str = "") -> Memory | None:
        """The newest memory of this scope that says the same, else that has the same topic."""
        said = self._latest.get((scope, view, value, ""))
        if said is None and topic:
            said = self._latest.get((scope, view, "", topic))
        return None if said is None else self._memories.get(said[0])

    def search(
        self, scopes: Iterable[Scope], terms: dict[str, float], views: Iterable[View] = VIEWS
    ) -> Iterator[Hit]:
        """What contains at least one of the terms: the heaviest first, and of these the newest.

        Who takes only the first ones does not pay for the others.
        """
        found: defaultdict[float, list[Iterator[Memory]]] = defaultdict(list)
        for scope in dict.fromkeys(scopes):
            shelf = self._scopes.get(scope)
            for layer in shelf.layers() if shelf else ():
                for weight, memories in layer.matching(terms, views):
                    found[weight].append(memories)
        for weight in sorted(found, reverse=True):
            alike = found[weight]
            newest = merge(*alike, key=lambda one: -one.create_time) if alike[1:] else alike[0]
            for memory in newest:
                if self._memories.get(memory.id) is memory:
                    yield Hit(memory, weight)

    def with_own_score(self, scopes: Iterable[Scope]) -> Iterator[Memory]:
        """The memories that come with a score of their own."""
        for scope in scopes:
            shelf = self._scopes.get(scope)
            for layer in shelf.layers() if shelf else ():
                for memory in layer.with_own_score:
                    if self._memories.get(memory.id) is memory:
                        yield memory

    def fork(self) -> Self:
        """Equal shelves; from now on neither sees what is put on the other."""
        self._token = object()
        twin = type(self)()
        twin._memories = self._memories.fork()
        twin._latest = self._latest.fork()
        twin._scopes = self._scopes.fork()
        return twin

    def _writable(self, scope: Scope) -> ScopeIndex:
        shelf = self._scopes.get(scope)
        if shelf is None or shelf.owner is not self._token:
            shelf = ScopeIndex(self._token, shelf.frozen() if shelf else ())
            self._scopes[scope] = shelf
        return shelf

    def _mark_replaced(self, memory: Memory) -> None:
        for key in _keys(memory):
            said = self._latest.get(key)
            while said is not None and not self._has_key(said[0], key):
                said = said[1]
            if said is None:
                self._latest.pop(key)
            else:
                self._latest[key] = said
        shelf = self._writable(memory.scope)
        top = shelf.top
        top.dead += 1
        if top.dead > 32 and top.dead > len(top.entries) // 2:
            live = [entry for entry in top.entries if self._memories.get(entry.id) is entry]
            shelf.top = _IndexLayer(live)

    def _has_key(self, memory_id: str, key: _Key) -> bool:
        memory = self._memories.get(memory_id)
        return memory is not None and key in _keys(memory)


def _keys(memory: Memory) -> tuple[_Key, ...]:
    """Under what a memory is found by those who say the same. Raw words are found by nobody."""
    if FAST_TAG in memory.tags:
        return ()
    value = (memory.scope, memory.view, memory.value, "")
    if not memory.topic:
        return (value,)
    return value, (memory.scope, memory.view, "", memory.topic)


def searchable_text_of(memory: Memory) -> str:
    """What search reads of a memory."""
    return searchable_text(f"{memory.key}\n{memory.value}")
