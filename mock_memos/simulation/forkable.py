"""A mapping and a list that fork in constant time (amortised), so that a world does."""

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

K = TypeVar("K")
V = TypeVar("V")


class ForkableList(msgspec.Struct, Generic[V], frozen=True, gc=False):
    """Values in the order in which they came. It never changes: to add one makes a longer row.

    A row and a longer one share a list, of which each sees its own beginning; the second one that
    is made longer gets a list of its own. Garbage collection has one list to look at.
    """

    _values: list[V] = msgspec.field(default_factory=list)
    _count: int = 0

    def append(self, value: V) -> "ForkableList[V]":
        """A row that ends in one more value."""
        held, count = self._values, self._count
        if len(held) != count:
            held = held[:count]
        held.append(value)
        return ForkableList(held, count + 1)

    def __iter__(self) -> Iterator[V]:
        return map(self._values.__getitem__, range(self._count))

    def __reversed__(self) -> Iterator[V]:
        return map(self._values.__getitem__, range(self._count - 1, -1, -1))


class _DictLayer(NamedTuple, Generic[K, V]):
    """First what is taken out of the layers below, then what is laid upon them."""

    deleted: set[K]
    values: dict[K, V]

    def merged_with(self, younger: "_DictLayer[K, V]") -> "_DictLayer[K, V]":
        held, gone = self.values, younger.deleted
        left = {key: held[key] for key in held if key not in gone} if gone else held
        return _DictLayer(self.deleted | gone, left | younger.values)

    @property
    def size(self) -> int:
        return len(self.deleted) + len(self.values)


class ForkableDict(Generic[K, V]):
    """Values by key, in the order of a dict: a key that was taken out comes back at the end.

    A fork freezes what was written so far and gives both sides an empty layer above it. A frozen
    layer is merged into the one below when that is at most twice its size, so that there are
    never more than a few. Values must be immutable, for both sides share them, and never None.
    """

    __slots__ = ("_below", "_count", "_deleted", "_values")

    def __init__(self) -> None:
        self._deleted: set[K] = set()
        self._values: dict[K, V] = {}
        self._below: tuple[_DictLayer[K, V], ...] = ()
        self._count = 0

    def get(self, key: K) -> V | None:
        """The value of a key, or None."""
        value = self._values.get(key)
        if value is None and self._below and key not in self._deleted:
            return _lookup(self._below, key)
        return value

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        return self._count

    def __setitem__(self, key: K, value: V) -> None:
        held = self._values
        if key not in held and (not self._below or self.get(key) is None):
            self._count += 1
        held[key] = value

    def pop(self, key: K) -> V | None:
        """Take a value out; None when there was none."""
        value = self._values.pop(key, None)
        if self._below and key not in self._deleted:
            below = _lookup(self._below, key)
            if below is not None:
                self._deleted.add(key)
                value = below if value is None else value
        if value is not None:
            self._count -= 1
        return value

    def values(self) -> Iterator[V]:
        """The values in order, as they are now."""
        return iter(tuple(self._whole().values.values()))

    def keys(self) -> Iterator[K]:
        """The keys in order, as they are now."""
        return iter(tuple(self._whole().values))

    def items(self) -> Iterator[tuple[K, V]]:
        """Keys and values in order, as they are now."""
        return iter(tuple(self._whole().values.items()))

    def fork(self) -> Self:
        """An equal table; from now on neither sees what is written to the other."""
        top = _DictLayer(self._deleted, self._values)
        if top.size:
            layers = [*self._below, top]
            while len(layers) > 1 and layers[-2].size <= 2 * layers[-1].size:
                younger = layers.pop()
                layers[-1] = layers[-1].merged_with(younger)
            layers[0].deleted.clear()  # there is nothing below it
            self._below, self._deleted, self._values = tuple(layers), set(), {}
        twin = type(self)()
        twin._below, twin._count = self._below, self._count
        return twin

    def _whole(self) -> _DictLayer[K, V]:
        whole = _DictLayer(self._deleted, self._values)
        for layer in reversed(self._below):
            whole = layer.merged_with(whole)
        return whole


def _lookup(layers: Sequence[_DictLayer[K, V]], key: K) -> V | None:
    """The value that lies uppermost in these layers, unless it was taken out there."""
    for layer in reversed(layers):
        value = layer.values.get(key)
        if value is not None or key in layer.deleted:
            return value
    return None
