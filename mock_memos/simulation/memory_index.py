"""The memories of a world, by id and by scope, with an index for search.

A memory is an immutable record; a change puts a new record under the same id. Stale entries of a
scope are skipped, and removed when they are the majority. Texts are indexed by the first search
after they were added: a fast memory that is replaced before a search costs nothing.
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

_StatementKey = tuple[Scope, View, str, str]
"""Scope, view, and either a value or a topic."""
_Statement = tuple[str, "_Statement | None"]
"""The id of the last memory with a statement, and the earlier statement that it replaced."""


class Hit(NamedTuple):
    """A memory that search found, and the weight of the query terms that it contains."""

    memory: Memory
    weight: float


class _IndexLayer:
    """Memories in insertion order, and a term index of the first `indexed_count` of them."""

    __slots__ = ("entries", "indexed_count", "indexes", "stale", "times", "with_own_score")

    def __init__(self, entries: list[Memory]) -> None:
        self.entries = entries
        self.stale = 0
        """The number of entries that were replaced or deleted."""
        self.indexes: dict[View, TermIndex] = {}
        self.times = array("q")
        """The creation times of the indexed memories."""
        self.indexed_count = 0
        self.with_own_score = [entry for entry in entries if entry.relativity is not None]

    def add(self, memory: Memory) -> None:
        """Adds a memory."""
        self.entries.append(memory)
        if memory.relativity is not None:
            self.with_own_score.append(memory)

    def search(
        self, terms: dict[str, float], views: Iterable[View]
    ) -> Iterator[tuple[float, Iterator[Memory]]]:
        """Yields each weight and its memories, newest first."""
        for position in range(self.indexed_count, len(self.entries)):
            self._index(position, self.entries[position])
        self.indexed_count = len(self.entries)
        for view in views:
            if (index := self.indexes.get(view)) is not None:
                for weight, positions in index.group_by_weight(terms).items():
                    yield weight, self._newest_first(positions)

    def _index(self, position: int, memory: Memory) -> None:
        self.times.append(memory.create_time)
        if (index := self.indexes.get(memory.view)) is None:
            index = self.indexes[memory.view] = TermIndex()
        index.add(position, searchable_text_of(memory))

    def _newest_first(self, positions: Sequence[int]) -> Iterator[Memory]:
        for position in sorted(positions, key=self.times.__getitem__, reverse=True):
            yield self.entries[position]


class ScopeIndex:
    """The memories of one scope: frozen layers that forks share, and a top layer to write to.

    `owner` is the token of the world that may write. A world that forks takes a new token, and so
    does its fork: both copy on the next write.
    """

    __slots__ = ("_frozen", "below", "owner", "top")

    def __init__(self, owner: object, below: tuple[_IndexLayer, ...] = ()) -> None:
        self.owner = owner
        self.below = below
        self.top = _IndexLayer([])
        self._frozen: tuple[_IndexLayer, ...] | None = None

    def layers(self) -> tuple[_IndexLayer, ...]:
        """Returns all layers, oldest first."""
        return (*self.below, self.top)

    def frozen(self) -> tuple[_IndexLayer, ...]:
        """Returns all layers for sharing; small ones are merged."""
        if self._frozen is None:
            layers = [layer for layer in self.layers() if layer.entries]
            while len(layers) > 1 and len(layers[-2].entries) <= 2 * len(layers[-1].entries):
                newer = layers.pop()
                layers[-1] = _IndexLayer(layers[-1].entries + newer.entries)
            self._frozen = tuple(layers)
        return self._frozen


class MemoryIndex:
    """Every memory of a world. It does not know time, tasks or identifiers."""

    def __init__(self) -> None:
        self._memories: ForkableDict[str, Memory] = ForkableDict()
        self._by_statement: ForkableDict[_StatementKey, _Statement] = ForkableDict()
        self._scopes: ForkableDict[Scope, ScopeIndex] = ForkableDict()
        self._token = object()

    def __len__(self) -> int:
        return len(self._memories)

    def get(self, memory_id: str) -> Memory | None:
        """Returns the memory with this id, or None."""
        return self._memories.get(memory_id)

    def all(self) -> Iterator[Memory]:
        """Yields every memory, in the order in which their ids were first added."""
        return self._memories.values()

    def put(self, memory: Memory) -> None:
        """Adds a memory, or replaces the one with the same id."""
        memory = copy(memory)  # entries are compared by identity
        old = self._memories.get(memory.id)
        self._memories[memory.id] = memory
        if old is not None:
            self._mark_stale(old)
        for key in _statement_keys(memory):
            statement = self._by_statement.get(key)
            if statement is None or statement[0] != memory.id:
                self._by_statement[key] = (memory.id, statement)
        self._writable(memory.scope).top.add(memory)

    def delete(self, memory_id: str) -> Memory | None:
        """Deletes a memory. Returns it, or None if the id is unknown."""
        memory = self._memories.pop(memory_id)
        if memory is not None:
            self._mark_stale(memory)
        return memory

    def of(self, scope: Scope) -> Iterator[Memory]:
        """Yields the memories of a scope, in the order of their last writes."""
        for layer in self._layers(scope):
            yield from filter(self._is_current, tuple(layer.entries))

    def by_scope(self) -> Iterator[Memory]:
        """Yields every memory, sorted by scope; putting them in this order restores the index."""
        for scope in sorted(self._scopes.keys()):
            yield from self.of(scope)

    def find_equal(self, scope: Scope, view: View, value: str, topic: str = "") -> Memory | None:
        """Returns the newest memory of a scope with this value, else with this topic, or None."""
        statement = self._by_statement.get((scope, view, value, ""))
        if statement is None and topic:
            statement = self._by_statement.get((scope, view, "", topic))
        return None if statement is None else self._memories.get(statement[0])

    def search(
        self, scopes: Iterable[Scope], terms: dict[str, float], views: Iterable[View] = VIEWS
    ) -> Iterator[Hit]:
        """Yields the memories that contain a term: highest weight first, then newest first.

        Lazy: taking only the first hits does not sort the others.
        """
        by_weight: defaultdict[float, list[Iterator[Memory]]] = defaultdict(list)
        for scope in dict.fromkeys(scopes):
            for layer in self._layers(scope):
                for weight, memories in layer.search(terms, views):
                    by_weight[weight].append(memories)
        for weight in sorted(by_weight, reverse=True):
            runs = by_weight[weight]
            newest = merge(*runs, key=lambda memory: -memory.create_time) if runs[1:] else runs[0]
            for memory in newest:
                if self._memories.get(memory.id) is memory:
                    yield Hit(memory, weight)

    def with_own_score(self, scopes: Iterable[Scope]) -> Iterator[Memory]:
        """Yields the memories whose search score a scenario sets."""
        for scope in scopes:
            for layer in self._layers(scope):
                yield from filter(self._is_current, layer.with_own_score)

    def fork(self) -> Self:
        """Returns an equal index; neither sees later changes of the other."""
        self._token = object()
        index = type(self)()
        index._memories = self._memories.fork()
        index._by_statement = self._by_statement.fork()
        index._scopes = self._scopes.fork()
        return index

    def _layers(self, scope: Scope) -> tuple[_IndexLayer, ...]:
        index = self._scopes.get(scope)
        return (*index.below, index.top) if index else ()

    def _is_current(self, entry: Memory) -> bool:
        return self._memories.get(entry.id) is entry

    def _writable(self, scope: Scope) -> ScopeIndex:
        index = self._scopes.get(scope)
        if index is None or index.owner is not self._token:
            index = ScopeIndex(self._token, index.frozen() if index else ())
            self._scopes[scope] = index
        return index

    def _mark_stale(self, memory: Memory) -> None:
        for key in _statement_keys(memory):
            statement = self._by_statement.get(key)
            while statement is not None and not self._has_statement(statement[0], key):
                statement = statement[1]
            if statement is None:
                self._by_statement.pop(key)
            else:
                self._by_statement[key] = statement
        index = self._writable(memory.scope)
        top = index.top
        top.stale += 1
        if top.stale > 32 and top.stale > len(top.entries) // 2:
            index.top = _IndexLayer(list(filter(self._is_current, top.entries)))

    def _has_statement(self, memory_id: str, key: _StatementKey) -> bool:
        memory = self._memories.get(memory_id)
        return memory is not None and key in _statement_keys(memory)


def _statement_keys(memory: Memory) -> tuple[_StatementKey, ...]:
    """Returns the keys under which `find_equal` finds a memory; none for a fast memory."""
    if FAST_TAG in memory.tags:
        return ()
    value = (memory.scope, memory.view, memory.value, "")
    if not memory.topic:
        return (value,)
    return value, (memory.scope, memory.view, "", memory.topic)


def searchable_text_of(memory: Memory) -> str:
    """Returns the text of a memory that search looks at."""
    return searchable_text(f"{memory.key}\n{memory.value}")
