"""Faults that keep recorded answers, each for one call."""

from typing import Any

import msgspec
import pytest

from mock_memos.recording.composer import compose
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.literal_answers import FaultRules
from mock_memos.recording.matching import match_of, matches
from mock_memos.recording.recorded_calls import parse_calls
from tests.support.recording import invent

SEARCH: dict[str, Any] = {"user_id": "ana", "query": "tea"}


def search(seconds: float, number: int, **request: Any) -> RecordedExchange:
    return invent(seconds, "search/memory", SEARCH | request, {"unknown": number})


def rules(exchanges: list[RecordedExchange], *kept: int) -> list[tuple[int, int]]:
    """Returns how many calls each rule skips, and how often it is applied."""
    calls = parse_calls(exchanges)
    faults = FaultRules(calls)
    for index in kept:
        faults.keep(calls[index])
    return [(rule.get("skip", 0), rule["times"]) for rule in faults.rules]


def test_kept_answer_is_a_fault_with_the_recorded_reply() -> None:
    calls = parse_calls([search(0, 1)])
    faults = FaultRules(calls)
    faults.keep(calls[0])
    (rule,) = faults.rules
    assert rule == {
        "fault": "status",
        "when": {"operation": "search/memory", "text": "tea", "user_id": "ana"},
        "times": 1,
        "options": {
            "status": 200,
            "content_type": "application/json",
            "body": '{"code":0,"data":{"unknown":1},"message":"ok"}',
            "operation_happens": True,
        },
    }
    assert faults.literal_calls == [[0]]


@pytest.mark.parametrize(
    ("numbers", "kept", "expected"),
    [
        ([1, -1, 2, 3], [2], [(1, 1)]),  # -1 is the answer of another request
        ([1, -1, 2, 3], [0, 2], [(0, 1), (0, 1)]),
        ([1, -1, 2, 3], [3, 1], [(0, 1), (2, 1)]),
        ([1, 2, 2, 1], [1, 2], [(1, 2)]),
        ([1, 2, 2, 1], [0, 1, 2, 3], [(0, 1), (0, 2), (0, 1)]),
    ],
)
def test_rule_skips_equal_requests_and_joins_equal_answers(
    numbers: list[int], kept: list[int], expected: list[tuple[int, int]]
) -> None:
    users = ["ben" if number < 0 else "ana" for number in numbers]
    session = [
        search(second, abs(number), user_id=user)
        for second, (number, user) in enumerate(zip(numbers, users, strict=True))
    ]
    assert rules(session, *kept) == expected


def test_kept_answers_are_replayed_in_their_order() -> None:
    session = [search(n, number) for n, number in enumerate([1, 2, 2, 3, 1])]
    composed = compose(session)
    assert composed.mismatches == []
    assert composed.literal_calls == [[0], [1, 2], [3], [4]]


def test_operation_of_a_kept_answer_happens() -> None:
    turn = {"user_id": "ana", "conversation_id": "c1"}
    added = {"task_id": "task-0001", "status": "running", "new": 1}
    messages = [{"role": "user", "content": "I live in Lyon."}]
    add = invent(0, "add/message", turn | {"messages": messages}, added)
    shown = invent(0, "get/message", turn, {"message_detail_list": [{"role": "user"}]})
    composed = compose([add, shown])
    assert composed.literal_calls == [[0], [1]]
    assert composed.mismatches == []


@pytest.mark.parametrize(
    ("data", "status", "code", "options"),
    [
        (None, 403, 40300, {"code": 40300, "message": "no"}),
        (None, 200, 40300, {"code": 40300, "message": "no", "status": 200}),
        ({"why": 1}, 403, 40300, '{"code":40300,"data":{"why":1},"message":"no"}'),
        (None, 418, 77777, '{"code":77777,"data":null,"message":"no"}'),
        (None, 403, [], '{"code":[],"data":null,"message":"no"}'),
    ],
)
def test_refusal_is_a_fault_without_the_operation(
    data: Any, status: int, code: Any, options: Any
) -> None:
    kind = "error"
    if isinstance(options, str):
        options = {"status": status, "content_type": "application/json", "body": options}
        kind = "status"
    composed = compose([invent(1, "search/memory", SEARCH, data, status, code)])
    (rule,) = composed.document["faults"]
    assert (rule["fault"], rule["options"]) == (kind, options)
    assert composed.mismatches == []
    assert composed.literal_calls == [[0] if rule["fault"] == "status" else []]
    marked = "status  # call 1, word for word" if rule["fault"] == "status" else "error"
    assert f"- fault: {marked}\n" in composed.to_yaml()


def test_match_of_another_body_does_not_fit() -> None:
    base = SEARCH | {"filter": {"x": 1}, "memory_limit_number": 3, "knowledgebase_ids": ["b"]}
    (call,) = parse_calls([invent(0, "search/memory", base, None)])
    when = match_of(call)
    assert when["fields"] == {"memory_limit_number": 3, "knowledgebase_ids": ["b"]}
    assert matches(when, call)
    for name, value in {
        "query": "coffee", "user_id": "ben", "memory_limit_number": 4, "knowledgebase_ids": ["c"]
    }.items():  # fmt: skip
        (other,) = parse_calls([invent(0, "search/memory", base | {name: value}, None)])
        assert not matches(when, other)


def test_text_that_is_not_utf8_is_kept_as_far_as_possible() -> None:
    exchange = msgspec.structs.replace(search(0, 1), response_body=b"\xff")
    assert len(compose([exchange]).mismatches) == 1
