"""ForkableDict and ForkableList behave like dict and tuple."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_memos.simulation.forkable import ForkableDict, ForkableList

keys = st.integers(0, 9)
numbers = st.integers(0, 99)


class DictMachine(RuleBasedStateMachine):
    """A tree of forked dictionaries, each with an equal dict as its model."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[ForkableDict[int, int], dict[int, int]]] = [(ForkableDict(), {})]

    @rule(which=numbers, key=keys, value=numbers)
    def put(self, which: int, key: int, value: int) -> None:
        forkable, model = self.pairs[which % len(self.pairs)]
        forkable[key] = model[key] = value

    @rule(which=numbers, key=keys)
    def pop(self, which: int, key: int) -> None:
        forkable, model = self.pairs[which % len(self.pairs)]
        assert forkable.pop(key) == model.pop(key, None)

    @rule(which=numbers, key=keys, value=numbers)
    def pop_and_put_again(self, which: int, key: int, value: int) -> None:
        self.pop(which, key)
        self.put(which, key, value)

    @rule(which=numbers)
    def fork(self, which: int) -> None:
        if len(self.pairs) < 6:
            forkable, model = self.pairs[which % len(self.pairs)]
            self.pairs.append((forkable.fork(), model.copy()))

    @rule(which=numbers)
    def replace_by_fork(self, which: int) -> None:
        forkable, model = self.pairs[which % len(self.pairs)]
        self.pairs[which % len(self.pairs)] = (forkable.fork(), model)

    @invariant()
    def each_equals_its_model(self) -> None:
        for forkable, model in self.pairs:
            assert list(forkable.items()) == list(model.items())
            assert list(forkable.values()) == list(model.values())
            assert len(forkable) == len(model)
            for key in range(10):
                assert forkable.get(key) == model.get(key)
                assert (key in forkable) == (key in model)

    @invariant()
    def layers_shrink(self) -> None:
        for forkable, _ in self.pairs:
            assert all(old.size > 2 * new.size for old, new in pairwise(forkable._below))


DictMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestForkableDict = DictMachine.TestCase


def filled(size: int) -> ForkableDict[int, str]:
    forkable: ForkableDict[int, str] = ForkableDict()
    for key in range(size):
        forkable[key] = str(key)
    return forkable


@pytest.mark.parametrize("size", [10, 10_000])
def test_fork_copies_no_values_of_a_large_dict(size: int) -> None:
    forkable = filled(size)
    values = forkable._values
    fork = forkable.fork()
    assert forkable._below is fork._below
    assert [layer.values is values for layer in fork._below] == [True]
    assert forkable._values == fork._values == {}


def test_fork_without_writes_adds_no_layer() -> None:
    forkable = filled(10)
    assert forkable.fork().fork().fork()._below is forkable._below


def test_keys_deleted_between_forks_leave_nothing() -> None:
    forkable = filled(10).fork()
    for key in range(100, 200):
        forkable[key] = "short-lived"
        forkable.pop(key)
    assert (forkable._values, forkable._deleted) == ({}, set())


def test_merging_layers_drops_deleted_keys() -> None:
    forkable = filled(10).fork()
    for key in range(9):
        forkable.pop(key)
    assert [layer.size for layer in forkable.fork()._below] == [1]


@pytest.mark.parametrize("forked", [False, True])
def test_dict_can_change_during_iteration(forked: bool) -> None:
    forkable = filled(3)
    if forked:
        forkable = forkable.fork()
    values = forkable.values()
    for value in values:
        forkable.pop(int(value))
        forkable[int(value) + 100] = "new"
    assert list(forkable.values()) == ["new"] * 3


def test_falsy_values_are_kept() -> None:
    forkable: ForkableDict[str, int] = ForkableDict()
    forkable["none"] = 0
    assert "none" in forkable.fork()
    assert forkable.pop("none") == 0
    assert len(forkable) == 0


class ListMachine(RuleBasedStateMachine):
    """Lists made from each other, each with an equal tuple as its model."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[ForkableList[int], tuple[int, ...]]] = [(ForkableList(), ())]

    @rule(which=numbers, value=numbers)
    def append(self, which: int, value: int) -> None:
        values, model = self.pairs[which % len(self.pairs)]
        self.pairs.append((values.append(value), (*model, value)))

    @invariant()
    def each_equals_its_model(self) -> None:
        for values, model in self.pairs:
            assert tuple(values) == model
            assert tuple(reversed(values)) == model[::-1]


TestForkableList = ListMachine.TestCase
TestForkableList.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
