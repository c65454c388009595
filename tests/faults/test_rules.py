"""To which calls a fault is applied, how often, and until when."""

import json
from typing import Any

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.testing.memos import Memos
from tests.support.engines import engine_of
from tests.support.faulty_calls import code, send


@pytest.fixture
def memos() -> Memos:
    """A mock with a manual clock."""
    return MockMemos(clock="manual")


def codes(memos: Memos, count: int, operation: str = "rerank") -> list[int]:
    """Returns the codes of `count` calls; without a fault each is 40002."""
    return [code(send(engine_of(memos), operation)) for _ in range(count)]


def test_fault_applies_until_it_is_removed(memos: Memos) -> None:
    fault = memos.faults.add("error")
    assert codes(memos, 3) == [50000] * 3
    fault.remove()
    assert codes(memos, 1) == [40002]


def test_times_limits_applied_calls(memos: Memos) -> None:
    fault = memos.faults.add("error", times=2)
    assert codes(memos, 4) == [50000, 50000, 40002, 40002]
    assert (fault.applied_calls, fault.matched_calls, fault.is_exhausted) == (2, 2, True)


def test_skip_and_times_select_the_nth_call(memos: Memos) -> None:
    memos.faults.add("error", skip=2, times=1)
    assert codes(memos, 4) == [40002, 40002, 50000, 40002]


def test_once_applies_to_one_call(memos: Memos) -> None:
    fault = memos.faults.once("error", "rerank", skip=1)
    assert codes(memos, 3) == [40002, 50000, 40002]
    assert fault.is_exhausted


def test_other_calls_are_not_counted(memos: Memos) -> None:
    fault = memos.faults.add("error", "rerank", skip=1)
    codes(memos, 5, "get/message")
    assert fault.matched_calls == 0
    assert codes(memos, 2) == [40002, 50000]


def test_for_seconds_ends_a_fault(memos: Memos) -> None:
    fault = memos.faults.add("error", for_seconds=10)
    assert codes(memos, 1) == [50000]
    memos.clock.advance(seconds=9.999)
    assert codes(memos, 1) == [50000]
    assert not fault.is_exhausted
    memos.clock.advance(milliseconds=1)
    assert fault.is_exhausted
    assert codes(memos, 1) == [40002]


def test_probability_is_drawn_by_the_seed() -> None:
    def play(seed: int) -> list[int]:
        memos = MockMemos(clock="manual", seed=seed)
        memos.faults.add("error", probability=0.3)
        return codes(memos, 200)

    assert play(1) == play(1) != play(2)
    assert 40 < play(1).count(50000) < 80


@pytest.mark.parametrize(("probability", "code"), [(0, 40002), (1, 50000)])
def test_probability_zero_and_one_are_exact(memos: Memos, probability: float, code: int) -> None:
    memos.faults.add("error", probability=probability)
    assert codes(memos, 5) == [code] * 5


@pytest.mark.parametrize(
    "words",
    [
        {"operation": "add/message"},
        {"operation": "add/*"},
        {"user_id": "ana"},
        {"conversation_id": "c*"},
        {"text": "harbour"},
        {"pattern": "Inn|Hotel"},
        {"fields": {"messages.0.role": "user"}},
        {"operation": "add/message", "user_id": "a*", "text": "Inn"},
    ],
)
def test_fault_applies_to_matching_requests(memos: Memos, words: dict[str, Any]) -> None:
    memos.faults.add("error", **words)
    assert code(send(engine_of(memos))) == 50000
    assert code(send(engine_of(memos), body={"user_id": "ben"})) != 50000 or len(words) == 1
    assert code(send(engine_of(memos), "list/profile_template")) == 0


def test_path_parameter_can_be_matched(mock_memos: Memos) -> None:
    mock_memos.faults.add("error", "get/memory/{memory_id}", fields={"memory_id": "m1"})
    header = {"Authorization": f"Token {mock_memos.api_key}"}
    for memory_id, expected in (("m1", 50000), ("m2", 40001)):
        reply = httpx.get(f"{mock_memos.base_url}/get/memory/{memory_id}", headers=header)
        assert reply.json()["code"] == expected


def test_newest_fault_comes_first(memos: Memos) -> None:
    memos.faults.add("error", code=50002)
    memos.faults.add("error", code=50004, times=1)
    assert codes(memos, 2) == [50004, 50002]


def test_quota_recovers_with_time(memos: Memos) -> None:
    memos.faults.add("quota", "rerank", calls=2, seconds=60)
    assert codes(memos, 3) == [40002, 40002, 40300]
    memos.clock.advance(seconds=59)
    assert codes(memos, 1) == [40300]
    memos.clock.advance(seconds=1)
    assert codes(memos, 3) == [40002, 40002, 40300]


def test_quota_window_slides(memos: Memos) -> None:
    memos.faults.add("quota", calls=2, seconds=60)
    assert codes(memos, 1) == [40002]
    memos.clock.advance(seconds=40)
    assert codes(memos, 2) == [40002, 40300]
    memos.clock.advance(seconds=20)
    assert codes(memos, 2) == [40002, 40300]


def test_quota_sends_retry_after_if_set(memos: Memos) -> None:
    memos.faults.add("quota", calls=1, seconds=60, code=40309, retry_after=True)
    codes(memos, 1)
    memos.clock.advance(seconds=17.5)
    reply = send(engine_of(memos), "rerank")
    assert (code(reply), dict(reply.headers)["retry-after"]) == (40309, "43")
    memos.clock.advance(seconds=43)
    assert codes(memos, 1) == [40002]


def test_quota_sends_no_retry_after_by_default(memos: Memos) -> None:
    memos.faults.add("quota", calls=0)
    assert "retry-after" not in dict(send(engine_of(memos), "rerank").headers)


def test_fork_has_separate_counts(memos: Memos) -> None:
    fault = memos.faults.add("error", times=2)
    codes(memos, 1)
    fork = memos.fork()
    memos.faults.add("quota", calls=0)
    assert [item.applied_calls for item in fork.faults] == [1]
    (theirs,) = fork.faults
    theirs.remove()
    assert len(memos.faults) == 2
    assert codes(memos, 1) == [40300]
    assert fault.applied_calls == 1


def test_reset_removes_faults_and_detaches_handles(memos: Memos) -> None:
    old = memos.faults.add("error")
    memos.reset()
    assert list(memos.faults) == []
    assert old.is_exhausted
    new = memos.faults.add("error")
    assert new.id == old.id
    old.remove()
    assert codes(memos, 1) == [50000]


def test_snapshot_keeps_faults_with_their_counts(memos: Memos) -> None:
    memos.faults.add("quota", "rerank", calls=2, seconds=60)
    memos.faults.add("search-down", times=2)
    codes(memos, 2)
    codes(memos, 1, "search/memory")
    memos.restore(json.loads(json.dumps(memos.snapshot())))
    assert [(fault.name, fault.applied_calls) for fault in memos.faults] == [
        ("search-down", 1),
        ("quota", 0),
    ]
    assert codes(memos, 1) == [40300]
    assert codes(memos, 2, "search/memory") == [50005, 0]


def test_journal_names_the_applied_fault(memos: Memos) -> None:
    memos.faults.once("latency", seconds=2)
    codes(memos, 2)
    noted = [(call.fault, call.added_latency_ms) for call in memos.journal]
    assert noted == [("latency", 2000), ("", 0)]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"times": 0}, "times"),
        ({"skip": -1}, "skip"),
        ({"for_seconds": 0}, "for_seconds"),
        ({"for_seconds": float("nan")}, "for_seconds"),
        ({"probability": 1.1}, "probability"),
        ({"operation": "add/mesage"}, "unknown operation 'add/mesage', did you mean 'add/message'"),
        ({"pattern": "("}, "invalid regular expression"),
        ({"code": 1}, "code 1 is not in the error table"),
        ({"codes": 1}, "did you mean 'code'"),
    ],
)
def test_invalid_rule_is_rejected(memos: Memos, words: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        memos.faults.add("error", **words)
    assert problem in str(caught.value)
    assert len(memos.faults) == 0
