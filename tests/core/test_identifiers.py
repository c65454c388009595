"""Identifiers: their formats, and what they depend on."""

import re
import subprocess
import sys
from itertools import islice
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.identifiers import IdKind, Ids

KINDS: tuple[IdKind, ...] = get_args(IdKind)
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FORMATS: dict[IdKind, str] = {
    "conversation": UUID4,
    "event": UUID4,
    "file": r"[0-9a-f]{32}",
    "knowledgebase": f"base{UUID4}",
    "memory": UUID4,
    "message": UUID4,
    "profile": UUID4,
    "rerank": r"rerank-[0-9a-f]{32}",
    "run": r"[0-9a-f]{10}",
    "task": UUID4,
    "template": r"tpl_[0-9a-f]{12}",
}
kinds = st.sampled_from(KINDS)


def first(kind: IdKind, count: int = 3, *, seed: int = 0, namespace: str = "key") -> list[str]:
    ids = Ids(seed, namespace)
    return [ids.next(kind) for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_format(kind: IdKind) -> None:
    for id_ in first(kind, 50):
        assert re.fullmatch(FORMATS[kind], id_)


def test_profile_field_id_contains_the_template_id() -> None:
    generated = Ids(0, "key").profile_field("tpl_4c1d0a9be277")
    assert re.fullmatch(r"memos[0-9a-f]{32}_tpl_4c1d0a9be277_[0-9a-f]{12}", generated)


def test_identifiers_are_unique() -> None:
    ids = Ids(0, "key")
    generated = [ids.next(kind) for _ in range(200) for kind in KINDS]
    for task, stage in (("a", "fine"), ("a", "rough"), ("b", "fine"), ("a\0fine", "")):
        generated += islice(ids.for_task(task, stage), 200)
    assert len(set(generated)) == len(generated)


@given(st.lists(kinds, max_size=30), kinds)
def test_nth_id_of_a_kind_does_not_depend_on_other_kinds(
    before: list[IdKind], kind: IdKind
) -> None:
    ids = Ids(7, "key")
    for other in before:
        ids.next(other)
    assert ids.next(kind) == first(kind, before.count(kind) + 1, seed=7)[-1]


@given(st.lists(kinds, max_size=30))
def test_ids_of_a_task_depend_only_on_the_task(before: list[IdKind]) -> None:
    ids = Ids(7, "key")
    for other in before:
        ids.next(other)
    generated = list(islice(ids.for_task("t", "fine"), 3))
    assert generated == list(islice(Ids(7, "key").for_task("t", "fine"), 3))
    assert all(re.fullmatch(UUID4, id_) for id_ in generated)
    assert generated != list(islice(Ids(8, "key").for_task("t", "fine"), 3))


def test_identifiers_differ_by_seed_and_namespace() -> None:
    generated = {
        first("task", seed=seed, namespace=namespace)[0]
        for seed in (0, 1, -1, 10)
        for namespace in ("a", "b")
    }
    assert len(generated) == 8


@given(st.integers(), st.text(st.characters(), max_size=10))
def test_any_seed_and_any_namespace_are_accepted(seed: int, namespace: str) -> None:
    assert first("task", seed=seed, namespace=namespace) == first(
        "task", seed=seed, namespace=namespace
    )


def test_namespace_may_contain_half_a_surrogate_pair() -> None:
    assert first("task", namespace="\udcff") != first("task", namespace="\ud800")


def test_fork_continues_equally_and_independently() -> None:
    ids = Ids(0, "key")
    ids.next("task")
    fork = ids.fork()
    there = [fork.next("task"), fork.next("task"), fork.next("memory")]
    assert [ids.next("task"), ids.next("task"), ids.next("memory")] == there


def test_every_process_generates_the_same_identifiers() -> None:
    program = (
        "from mock_memos.core.identifiers import Ids; ids = Ids(3, 'key'); "
        f"print([ids.next(kind) for kind in {KINDS!r} for _ in range(2)])"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for hash_seed in ("0", "1")
    }  # fmt: skip
    here = str([id_ for kind in KINDS for id_ in first(kind, 2, seed=3)])
    assert texts == {f"{here}\n"}
