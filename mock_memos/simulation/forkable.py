"""A dictionary and a list that fork in amortised constant time."""

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

K = TypeVar("K")
V = TypeVar("V")


class ForkableList(msgspec.Struct, Generic[V], frozen=True, gc=False):
    """An immutable list: `append` returns a longer one.

    Both share one Python list, of which each sees its first `_count` values. Appending to a list
    that was already appended to copies it.
    """

    _values: list[V] = msgspec.field(default_factory=list)
    _count: int = 0

    def append(self, value: V) -> "ForkableList[V]":
        """Returns a list with one more value."""
        values, count = self._values, self._count
        if len(values) != count:
            values = values[:count]
        values.append(value)
        return ForkableList(values, count + 1)

    def __iter__(self) -> Iterator[V]:
        return map(self._values.__getitem__, range(self._count))

    def __reversed__(self) -> Iterator[V]:
        return map(self._values.__getitem__, range(self._count - 1, -1, -1))


class _DictLayer(NamedTuple, Generic[K, V]):
    """Deleted keys of lower layers, and the values of this layer."""

    deleted: set[K]
    values: dict[K, V]

    def merge(self, newer: "_DictLayer[K, V]") -> "_DictLayer[K, V]":
        values, deleted = self.values, newer.deleted
        if deleted:
            values = {key: value for key, value in values.items() if key not in deleted}
        return _DictLayer(self.deleted | deleted, values | newer.values)

    @property
    def size(self) -> int:
        return len(self.deleted) + len(self.values)


class ForkableDict(Generic[K, V]):
    """A dictionary in insertion order, whose forks share frozen layers.

    `fork` freezes the written values, and both sides get an empty layer above them. A layer is
    merged into the one below if that is at most twice its size, so there are only a few. Values
    must be immutable, because forks share them, and not None.
    """

    __slots__ = ("_below", "_count", "_deleted", "_values")

    def __init__(self) -> None:
        self._deleted: set[K] = set()
        self._values: dict[K, V] = {}
        self._below: tuple[_DictLayer[K, V], ...] = ()
        self._count = 0

    def get(self, key: K) -> V | None:
        """Returns the value of a key, or None."""
        value = self._values.get(key)
        if value is None and self._below and key not in self._deleted:
            return _lookup(self._below, key)
        return value

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        return self._count

    def __setitem__(self, key: K, value: V) -> None:
        values = self._values
        if key not in values and (not self._below or self.get(key) is None):
            self._count += 1
        values[key] = value

    def pop(self, key: K) -> V | None:
        """Deletes a key. Returns its value, or None if the key is unknown."""
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
        """Returns the values in order. Later changes do not affect the iterator."""
        return iter(tuple(self._merge_layers().values.values()))

    def keys(self) -> Iterator[K]:
        """Returns the keys in order. Later changes do not affect the iterator."""
        return iter(tuple(self._merge_layers().values))

    def items(self) -> Iterator[tuple[K, V]]:
        """Returns keys and values in order. Later changes do not affect the iterator."""
        return iter(tuple(self._merge_layers().values.items()))

    def fork(self) -> Self:
        """Returns an equal dictionary; neither sees later changes of the other."""
        top = _DictLayer(self._deleted, self._values)
        if top.size:
            layers = [*self._below, top]
            while len(layers) > 1 and layers[-2].size <= 2 * layers[-1].size:
                newer = layers.pop()
                layers[-1] = layers[-1].merge(newer)
            layers[0].deleted.clear()  # no layer below it
            self._below, self._deleted, self._values = tuple(layers), set(), {}
        copy = type(self)()
        copy._below, copy._count = self._below, self._count
        return copy

    def _merge_layers(self) -> _DictLayer[K, V]:
        merged = _DictLayer(self._deleted, self._values)
        for layer in reversed(self._below):
            merged = layer.merge(merged)
        return merged


def _lookup(layers: Sequence[_DictLayer[K, V]], key: K) -> V | None:
    """Returns the value of the newest layer that has the key, or None if it is deleted there."""
    for layer in reversed(layers):
        value = layer.values.get(key)
        if value is not None or key in layer.deleted:
            return value
    return None
