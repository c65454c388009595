"""A memory index is compared with a simple model: a list of all puts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_memos.content.text_analysis import terms
from mock_memos.core.records import Memory, Scope, View
from mock_memos.simulation.memory_index import MemoryIndex, searchable_text_of

ANA, BEN, ALL = Scope("user", "ana"), Scope("user", "ben"), Scope("public")
VALUES = ("Ana likes tea.", "Ana likes coffee and tea.", "用户喜欢喝茶", "", "home")
TOPICS = ("", "home", "like:tea", VALUES[0])
QUERIES = ("tea", "coffee with Ana", "喜欢喝茶", "nothing", "")


def memory(memory_id: str = "m", **changes: Any) -> Memory:
    plain = Memory(
        id=memory_id, scope=ANA, view="detail_factual", key="", value=VALUES[0], tags=(),
        memory_type="WorkingMemory", conversation_id="c", create_time=0, update_time=0,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


@dataclass
class Model:
    """Live memories, each version with the number of its `put`."""

    puts: int = 0
    live: dict[str, tuple[int, Memory]] = field(default_factory=dict)

    def put(self, item: Memory) -> None:
        self.puts += 1
        self.live[item.id] = (self.puts, item)

    def fork(self) -> "Model":
        return Model(self.puts, self.live.copy())

    def of(self, scope: Scope) -> list[Memory]:
        entries = [entry for entry in self.live.values() if entry[1].scope == scope]
        return [item for _, item in sorted(entries, key=lambda entry: entry[0])]

    def find_equal(self, scope: Scope, view: View, value: str, topic: str) -> Memory | None:
        entries = [item for item in reversed(self.of(scope)) if item.view == view]
        equal = (item for item in entries if item.value == value)
        same_topic = (item for item in entries if topic and item.topic == topic)
        return next(equal, None) or next(same_topic, None)

    def search(self, scopes: tuple[Scope, ...], query: str) -> Iterator[tuple[str, float]]:
        request = terms(query)
        for scope in scopes:
            for item in self.of(scope):
                shared = [
                    request[term] for term in terms(searchable_text_of(item)) if term in request
                ]
                if shared:
                    yield item.id, sum(shared)


views = st.sampled_from(["detail_factual", "preference"])
scopes = st.sampled_from([ANA, BEN, ALL])
values = st.sampled_from(VALUES)
topics = st.sampled_from(TOPICS)
memories = st.builds(
    memory,
    st.sampled_from("abcdef"),
    scope=scopes,
    view=views,
    value=values,
    topic=topics,
    create_time=st.integers(0, 3),
)
numbers = st.integers(0, 99)


class IndexMachine(RuleBasedStateMachine):
    """A tree of forked indexes, each with its model."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs = [(MemoryIndex(), Model())]
        self.records = [memory()]

    def pair(self, which: int) -> tuple[MemoryIndex, Model]:
        return self.pairs[which % len(self.pairs)]

    @rule(which=numbers, item=memories)
    def put(self, which: int, item: Memory) -> None:
        index, model = self.pair(which)
        index.put(item)
        model.put(item)
        self.records.append(item)

    @rule(which=numbers, number=numbers)
    def put_a_record_again(self, which: int, number: int) -> None:
        self.put(which, self.records[number % len(self.records)])

    @rule(which=numbers, memory_id=st.sampled_from("abcdef"))
    def delete(self, which: int, memory_id: str) -> None:
        index, model = self.pair(which)
        assert index.delete(memory_id) == model.live.pop(memory_id, (0, None))[1]

    @rule(which=numbers, scope=scopes)
    def many_come_and_go(self, which: int, scope: Scope) -> None:
        index, _ = self.pair(which)
        for _ in range(40):
            index.put(memory("brief", scope=scope))
            index.delete("brief")

    @rule(which=numbers)
    def fork(self, which: int) -> None:
        if len(self.pairs) < 5:
            index, model = self.pair(which)
            self.pairs.append((index.fork(), model.fork()))

    @rule(which=numbers, scope=scopes, view=views, value=values, topic=topics)
    def find_equal(self, which: int, scope: Scope, view: View, value: str, topic: str) -> None:
        index, model = self.pair(which)
        assert index.find_equal(scope, view, value, topic) == model.find_equal(
            scope, view, value, topic
        )

    @rule(which=numbers, query=st.sampled_from(QUERIES), in_scopes=st.lists(scopes, unique=True))
    def search(self, which: int, query: str, in_scopes: list[Scope]) -> None:
        index, model = self.pair(which)
        hits = list(index.search(in_scopes, terms(query)))
        assert all(index.get(hit.memory.id) == hit.memory for hit in hits)
        results = sorted((hit.memory.id, hit.weight) for hit in hits)
        assert results == sorted(model.search(tuple(in_scopes), query))

        order = [(-hit.weight, -hit.memory.create_time) for hit in hits]
        assert order == sorted(order)

    @invariant()
    def each_looks_like_its_model(self) -> None:
        for index, model in self.pairs:
            assert list(index.all()) == [item for _, item in model.live.values()]
            assert len(index) == len(model.live)
            for scope in (ANA, BEN, ALL):
                assert list(index.of(scope)) == model.of(scope)


IndexMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestMemoryIndex = IndexMachine.TestCase


def filled(count: int) -> MemoryIndex:
    index = MemoryIndex()
    for number in range(count):
        index.put(memory(f"m{number}", value=f"Ana drinks tea number {number}."))
    return index


@pytest.mark.parametrize("forked", [False, True])
@pytest.mark.parametrize("searched", [False, True])
def test_removing_stale_entries_keeps_current_ones(forked: bool, searched: bool) -> None:
    index = filled(100)
    if searched:
        assert len(list(index.search([ANA], terms("tea")))) == 100
    index = index.fork() if forked else index
    for number in range(100):
        if number % 10:
            index.delete(f"m{number}")
    left = [f"m{number}" for number in range(0, 100, 10)]
    assert [item.id for item in index.of(ANA)] == left
    assert sorted(hit.memory.id for hit in index.search([ANA], terms("tea"))) == left


def test_scope_index_does_not_grow_with_stale_entries() -> None:
    index = filled(10)
    for _ in range(1000):
        index.put(memory("brief"))
        index.delete("brief")
    shelf = index._scopes.get(ANA)
    assert shelf is not None
    assert sum(len(layer.entries) for layer in shelf.layers()) < 100


@pytest.mark.parametrize("how", ["of", "search"])
def test_memories_can_change_during_iteration(how: str) -> None:
    index = filled(100)
    hits = (hit.memory for hit in index.search([ANA], terms("tea")))
    for number, item in enumerate(index.of(ANA) if how == "of" else hits):
        index.delete(item.id)
        if number % 2:
            index.put(msgspec.structs.replace(item, value="changed"))
    assert [item.value for item in index.of(ANA)] == ["changed"] * 50


def test_topic_is_not_found_as_a_value() -> None:
    index = MemoryIndex()
    index.put(memory(value="topic:home"))
    assert index.find_equal(ANA, "detail_factual", "another", "home") is None
    assert index.find_equal(ANA, "detail_factual", "home") is None


def test_find_equal_prefers_the_value_over_the_topic() -> None:
    index = MemoryIndex()
    index.put(memory("equal", value="Ana lives in Lyon."))
    index.put(memory("has", value="Ana lives in Nice.", topic="home"))
    result = index.find_equal(ANA, "detail_factual", "Ana lives in Lyon.", "home")
    assert result is not None
    assert result.id == "equal"


def test_find_equal_returns_the_older_after_deletion() -> None:
    index = MemoryIndex()
    for name in "abc":
        index.put(memory(name))
    index.delete("c")
    index.delete("a")
    result = index.find_equal(ANA, "detail_factual", VALUES[0])
    assert result is not None
    assert result.id == "b"


def test_repeated_statement_keeps_one_entry() -> None:
    index = MemoryIndex()
    for _ in range(5):
        index.put(memory())
    ((_, entry),) = index._by_statement.items()
    assert entry == ("m", None)


def test_search_of_a_repeated_scope_has_no_duplicates() -> None:
    assert len(list(filled(1).search([ANA, ANA], terms("tea")))) == 1


def test_fork_shares_indexed_layers() -> None:
    index = filled(50)
    assert len(list(index.search([ANA], terms("tea")))) == 50
    fork = index.fork()
    fork.put(memory("new"))
    mine, its = index._scopes.get(ANA), fork._scopes.get(ANA)
    assert mine is not None
    assert its is not None
    assert its.below == mine.layers()
    assert its.below[0].indexed_count == 50


def test_empty_index_finds_nothing() -> None:
    index = MemoryIndex()
    assert (index.get("m"), index.delete("m"), list(index.of(BEN))) == (None, None, [])
    assert not list(index.search([BEN], terms("tea")))
