"""Identifiers: their shapes, and what they depend on."""

import re
import subprocess
import sys
from itertools import islice
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.identifiers import IdKind, Ids

KINDS: tuple[IdKind, ...] = get_args(IdKind)
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SHAPES: dict[IdKind, str] = {
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


def first(kind: IdKind, count: int = 3, *, seed: int = 0, realm: str = "key") -> list[str]:
    ids = Ids(seed, realm)
    return [ids.next(kind) for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_shape(kind: IdKind) -> None:
    for found in first(kind, 50):
        assert re.fullmatch(SHAPES[kind], found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if SHAPES[kind] == UUID4])
def test_uuids_are_of_version_4_for_strict_parsers(kind: IdKind) -> None:
    for found in first(kind, 50):
        assert UUID(found).version == 4
        assert str(UUID(found)) == found


def test_a_profile_field_is_named_after_its_template() -> None:
    found = Ids(0, "key").profile_field("tpl_4c1d0a9be277")
    assert re.fullmatch(r"memos[0-9a-f]{32}_tpl_4c1d0a9be277_[0-9a-f]{12}", found)


def test_no_identifier_comes_twice() -> None:
    ids = Ids(0, "key")
    found = [ids.next(kind) for _ in range(200) for kind in KINDS]
    for task, stage in (("a", "fine"), ("a", "rough"), ("b", "fine"), ("a\0fine", "")):
        found += islice(ids.for_task(task, stage), 200)
    assert len(set(found)) == len(found)


@given(st.lists(kinds, max_size=30), kinds)
def test_the_nth_of_a_kind_does_not_depend_on_other_kinds(
    before: list[IdKind], kind: IdKind
) -> None:
    ids = Ids(7, "key")
    for other in before:
        ids.next(other)
    assert ids.next(kind) == first(kind, before.count(kind) + 1, seed=7)[-1]


@given(st.lists(kinds, max_size=30))
def test_what_a_task_makes_is_named_after_the_task_alone(before: list[IdKind]) -> None:
    ids = Ids(7, "key")
    for other in before:
        ids.next(other)
    found = list(islice(ids.for_task("t", "fine"), 3))
    assert found == list(islice(Ids(7, "key").for_task("t", "fine"), 3))
    assert all(re.fullmatch(UUID4, one) for one in found)
    assert found != list(islice(Ids(8, "key").for_task("t", "fine"), 3))


def test_seed_and_realm_keep_identifiers_apart() -> None:
    found = {
        first("task", seed=seed, realm=realm)[0] for seed in (0, 1, -1, 10) for realm in ("a", "b")
    }
    assert len(found) == 8


@given(st.integers(), st.text(st.characters(), max_size=10))
def test_any_seed_and_any_key_will_do(seed: int, realm: str) -> None:
    assert first("task", seed=seed, realm=realm) == first("task", seed=seed, realm=realm)


def test_a_key_may_hold_half_a_surrogate_pair() -> None:
    assert first("task", realm="\udcff") != first("task", realm="\ud800")


def test_forks_go_on_equally_and_apart() -> None:
    ids = Ids(0, "key")
    ids.next("task")
    twin = ids.fork()
    there = [twin.next("task"), twin.next("task"), twin.next("memory")]
    assert [ids.next("task"), ids.next("task"), ids.next("memory")] == there


def test_every_process_makes_the_same_identifiers() -> None:
    program = (
        "from mock_memos.core.identifiers import Ids; ids = Ids(3, 'key'); "
        f"print([ids.next(kind) for kind in {KINDS!r} for _ in range(2)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for hash_seed in ("0", "1")
    }  # fmt: skip
    here = str([found for kind in KINDS for found in first(kind, 2, seed=3)])
    assert said == {f"{here}\n"}
