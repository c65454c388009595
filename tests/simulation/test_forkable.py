"""A table is a dict that forks."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_memos.simulation.forkable import ForkableDict, ForkableList

keys = st.integers(0, 9)
numbers = st.integers(0, 99)


class Tables(RuleBasedStateMachine):
    """A tree of forked dictionaries, each with an equal dict as its model."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[ForkableDict[int, int], dict[int, int]]] = [(ForkableDict(), {})]

    @rule(which=numbers, key=keys, value=numbers)
    def put(self, which: int, key: int, value: int) -> None:
        table, model = self.pairs[which % len(self.pairs)]
        table[key] = model[key] = value

    @rule(which=numbers, key=keys)
    def pop(self, which: int, key: int) -> None:
        table, model = self.pairs[which % len(self.pairs)]
        assert table.pop(key) == model.pop(key, None)

    @rule(which=numbers, key=keys, value=numbers)
    def pop_and_put_again(self, which: int, key: int, value: int) -> None:
        self.pop(which, key)
        self.put(which, key, value)

    @rule(which=numbers)
    def fork(self, which: int) -> None:
        if len(self.pairs) < 6:
            table, model = self.pairs[which % len(self.pairs)]
            self.pairs.append((table.fork(), model.copy()))

    @rule(which=numbers)
    def fork_and_go_on_with_the_fork(self, which: int) -> None:
        table, model = self.pairs[which % len(self.pairs)]
        self.pairs[which % len(self.pairs)] = (table.fork(), model)

    @invariant()
    def each_looks_like_its_dict(self) -> None:
        for table, model in self.pairs:
            assert list(table.items()) == list(model.items())
            assert list(table.values()) == list(model.values())
            assert len(table) == len(model)
            for key in range(10):
                assert table.get(key) == model.get(key)
                assert (key in table) == (key in model)

    @invariant()
    def there_are_few_layers(self) -> None:
        for table, _ in self.pairs:
            assert all(older.size > 2 * younger.size for older, younger in pairwise(table._below))


Tables.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestATreeOfTablesIsATreeOfDicts = Tables.TestCase


def filled(size: int) -> ForkableDict[int, str]:
    table: ForkableDict[int, str] = ForkableDict()
    for key in range(size):
        table[key] = str(key)
    return table


@pytest.mark.parametrize("size", [10, 10_000])
def test_fork_copies_no_values_of_a_large_dict(size: int) -> None:
    table = filled(size)
    held = table._values
    twin = table.fork()
    assert table._below is twin._below
    assert [layer.values is held for layer in twin._below] == [True]
    assert table._values == twin._values == {}


def test_fork_without_writes_adds_no_layer() -> None:
    table = filled(10)
    assert table.fork().fork().fork()._below is table._below


def test_many_forks_keep_few_layers() -> None:
    table = filled(1000)
    for key in range(1000):
        table[1000 + key] = "new"
        table = table.fork()
        assert len(table._below) <= 11
    assert len(table) == 2000


def test_keys_deleted_between_forks_leave_nothing() -> None:
    table = filled(10).fork()
    for key in range(100, 200):
        table[key] = "short-lived"
        table.pop(key)
    assert (table._values, table._deleted) == ({}, set())


def test_merging_layers_drops_deleted_keys() -> None:
    table = filled(10).fork()
    for key in range(9):
        table.pop(key)
    assert [layer.size for layer in table.fork()._below] == [1]


@pytest.mark.parametrize("forked", [False, True])
def test_dict_can_change_during_iteration(forked: bool) -> None:
    table = filled(3)
    if forked:
        table = table.fork()
    listed = table.values()
    for value in listed:
        table.pop(int(value))
        table[int(value) + 100] = "new"
    assert list(table.values()) == ["new"] * 3


def test_falsy_values_are_kept() -> None:
    table: ForkableDict[str, int] = ForkableDict()
    table["none"] = 0
    assert "none" in table.fork()
    assert table.pop("none") == 0
    assert len(table) == 0


class Rows(RuleBasedStateMachine):
    """Lists made from each other, each with an equal tuple as its model."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[ForkableList[int], tuple[int, ...]]] = [(ForkableList(), ())]

    @rule(which=numbers, value=numbers)
    def make_longer(self, which: int, value: int) -> None:
        row, model = self.pairs[which % len(self.pairs)]
        self.pairs.append((row.append(value), (*model, value)))

    @invariant()
    def each_looks_like_its_tuple(self) -> None:
        for row, model in self.pairs:
            assert tuple(row) == model
            assert tuple(reversed(row)) == model[::-1]


TestRows = Rows.TestCase
TestRows.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
