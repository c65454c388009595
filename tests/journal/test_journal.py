"""The journal: a ring that says what it has lost, and a digest that has lost nothing."""

from typing import Any

import msgspec
import pytest

from mock_memos.core.errors import UsageError
from mock_memos.journal.journal import Exchange, ExchangeFilter, Journal

CALL = Exchange(
    number=1, time_ms=1000, method="POST", path="/api/openmem/v1/get/status",
    operation="get/status", request_body=b'{"task_id":"t"}', status=200, code=0,
    response_body=b"{}",
)  # fmt: skip


def exchange(**changes: Any) -> Exchange:
    return msgspec.structs.replace(CALL, **changes)


def journal(*exchanges: Exchange, size: int = 10) -> Journal:
    made = Journal(size)
    for one in exchanges:
        made.add(one)
    return made


def numbered(count: int, size: int) -> Journal:
    return journal(*(exchange(number=number) for number in range(1, count + 1)), size=size)


def test_exchanges_are_held_in_order() -> None:
    held = numbered(3, size=3)
    assert [one.number for one in held] == [1, 2, 3]
    assert (len(held), held.total, held.dropped) == (3, 3, 0)


def test_the_oldest_leave_when_there_is_no_room() -> None:
    held = numbered(5, size=3)
    assert [one.number for one in held] == [3, 4, 5]
    assert (len(held), held.total, held.dropped) == (3, 5, 2)


def test_a_journal_without_room_keeps_total_and_digest() -> None:
    empty, full = numbered(2, size=0), numbered(2, size=9)
    assert (list(empty), empty.total, empty.dropped) == ([], 2, 2)
    assert empty.digest == full.digest
    assert empty.fork().dropped == 2


def test_calls_are_counted_by_operation() -> None:
    held = journal(CALL, exchange(operation="add/message"), CALL)
    assert [held.count(name) for name in ("get/status", "add/message", "chat")] == [2, 1, 0]


@pytest.mark.parametrize("size", [0, 1])
def test_a_count_is_refused_once_something_was_dropped(size: int) -> None:
    held = numbered(2, size=size)
    with pytest.raises(UsageError, match=f"kept {size} of 2 calls.*Increase journal_max_entries"):
        held.count("get/status")
    assert Journal(size).count("get/status") == 0


def test_the_oldest_leave_when_their_bytes_are_too_many() -> None:
    held = Journal(1000, 8000)
    for number in range(1, 101):
        held.add(exchange(number=number, request_body=b"x" * 500))
    assert (len(held), held.total, held.dropped) == (7, 100, 93)
    assert sum(one.weight for one in held) <= 8000
    with pytest.raises(UsageError, match=r"kept 7 of 100 calls.*journal_max_bytes"):
        held.count("get/status")


def test_a_long_body_is_kept_by_its_beginning_and_not_compared() -> None:
    held = Journal(10, 80_000)
    long = exchange(request_body=b'{"task_id":"' + b"t" * 20_000 + b'"}')
    held.add(long)
    (kept,) = held
    assert (kept.truncated, kept.request_body) == (True, long.request_body[:10_000])
    assert held.digest == journal(long).digest
    assert held.count("get/status") == 1
    assert held.count(ExchangeFilter(operation="chat", text="t")) == 0
    with pytest.raises(UsageError, match=r"call 1 .*was truncated.*journal_max_bytes"):
        held.find(ExchangeFilter(operation="get/status", fields={"task_id": "t"}))


def test_the_memory_of_a_journal_is_bounded_however_many_calls_there_are() -> None:
    held = Journal(100, 1_000_000)
    for number in range(5000):
        odd = number % 2 == 0
        held.add(
            exchange(number=number, response_body=b"y" * 3000, unmatched=odd, assumptions=("same",))
        )
    assert len(held) == 100
    assert (len(held.unmatched), held.assumptions) == (100, {"same": 0})
    assert sum(one.weight for one in held) < 1_000_000


def test_an_unexpected_call_is_remembered_after_it_left() -> None:
    held = journal(exchange(unmatched=True), *[exchange(number=2)] * 5, size=2)
    assert [one.number for one in held.unmatched] == [1]
    assert held.fork().unmatched == held.unmatched
    held.clear()
    assert (held.unmatched, held.total, held.dropped) == ((), 6, 0)


def test_a_query_string_is_in_the_digest_and_headers_are_not() -> None:
    assert journal(exchange(query="a=1")).digest != journal(CALL).digest
    assert journal(exchange(headers=(("user-agent", "x"),))).digest == journal(CALL).digest


def test_an_exchange_may_be_wanted_by_its_answer_too() -> None:
    held = journal(CALL, exchange(number=2, code=50131), exchange(number=3, fault="reset"))
    for wanted, number in (
        (ExchangeFilter(code=50131), 2), (ExchangeFilter(fault="reset"), 3),
        (ExchangeFilter(fault="", code=0), 1),
    ):  # fmt: skip
        assert [one.number for one in held.find(wanted)] == [number]


def test_a_journal_may_grow_while_it_is_read() -> None:
    held = numbered(2, size=10)
    for one in held:
        held.add(one)
    assert len(held) == 4


def test_equal_runs_have_equal_digests_whatever_was_dropped() -> None:
    assert numbered(5, size=1).digest == numbered(5, size=5).digest
    assert len(Journal().digest) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"time_ms": 1001}, {"method": "GET"}, {"path": "/api/openmem/v1/get/statuS"},
        {"status": 500},
        {"code": 40002}, {"request_body": b'{"task_id":"u"}'}, {"response_body": b"{ }"},
        {"request_body": CALL.request_body + b"{", "response_body": b"}"},
        {"method": "POST /api", "path": "/openmem/v1/get/status"},
    ],
)  # fmt: skip
def test_another_call_or_reply_gives_another_digest(change: dict[str, Any]) -> None:
    assert journal(exchange(**change)).digest != journal(CALL).digest


def test_the_order_of_calls_is_in_the_digest() -> None:
    other = exchange(time_ms=1001)
    assert journal(CALL, other).digest != journal(other, CALL).digest


def test_what_is_said_only_for_the_reader_is_not_in_the_digest() -> None:
    assert journal(exchange(hint="user_id is missing")).digest == journal(CALL).digest


def test_where_one_exchange_ends_and_the_next_begins_is_in_the_digest() -> None:
    shared = journal(
        exchange(request_body=b"ab", response_body=b"c"),
        exchange(request_body=b"d", response_body=b""),
    )
    moved = journal(
        exchange(request_body=b"ab", response_body=b""),
        exchange(request_body=b"cd", response_body=b""),
    )
    assert shared.digest != moved.digest


@pytest.mark.parametrize("path", ["/caf\u00e9/\u6599\u7406", "/\udcff", "/\0", "/'\""])
def test_any_path_can_be_noted(path: str) -> None:
    assert journal(exchange(path=path)).digest != journal(CALL).digest


def test_the_digest_is_the_same_in_every_version() -> None:
    assert journal(CALL).digest == "13923ae7fd5db596c2fef9862ada1889"


def test_a_fork_is_equal_and_goes_on_by_itself() -> None:
    held = numbered(3, size=2)
    twin = held.fork()
    assert (list(twin), twin.total, twin.digest) == (list(held), held.total, held.digest)
    before = held.digest
    twin.add(CALL)
    assert (held.total, held.digest, len(twin), twin.dropped) == (3, before, 2, 2)
    held.add(CALL)
    assert held.digest == twin.digest
