"""The journal: a ring that counts what it drops, and a digest over everything."""

from pathlib import Path
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


def journal_of(*exchanges: Exchange, size: int = 10) -> Journal:
    journal = Journal(size)
    for exchange in exchanges:
        journal.add(exchange)
    return journal


def numbered(count: int, size: int) -> Journal:
    return journal_of(*(exchange(number=number) for number in range(1, count + 1)), size=size)


def test_journal_keeps_exchanges_in_order() -> None:
    journal = numbered(3, size=3)
    assert [call.number for call in journal] == [1, 2, 3]
    assert (len(journal), journal.total, journal.dropped) == (3, 3, 0)


def test_journal_drops_the_oldest_over_max_entries() -> None:
    journal = numbered(5, size=3)
    assert [call.number for call in journal] == [3, 4, 5]
    assert (len(journal), journal.total, journal.dropped) == (3, 5, 2)


def test_journal_of_size_zero_keeps_total_and_digest() -> None:
    empty, full = numbered(2, size=0), numbered(2, size=9)
    assert (list(empty), empty.total, empty.dropped) == ([], 2, 2)
    assert empty.digest == full.digest
    assert empty.fork().dropped == 2


def test_count_accepts_an_operation() -> None:
    journal = journal_of(CALL, exchange(operation="add/message"), CALL)
    assert [journal.count(name) for name in ("get/status", "add/message", "chat")] == [2, 1, 0]


@pytest.mark.parametrize("size", [0, 1])
def test_count_raises_after_a_drop(size: int) -> None:
    journal = numbered(2, size=size)
    with pytest.raises(UsageError, match=f"kept {size} of 2 calls.*Increase journal_max_entries"):
        journal.count("get/status")
    assert Journal(size).count("get/status") == 0


def test_journal_drops_the_oldest_over_max_bytes() -> None:
    journal = Journal(1000, 8000)
    for number in range(1, 101):
        journal.add(exchange(number=number, request_body=b"x" * 500))
    assert (len(journal), journal.total, journal.dropped) == (7, 100, 93)
    assert sum(call.weight for call in journal) <= 8000
    with pytest.raises(UsageError, match=r"kept 7 of 100 calls.*journal_max_bytes"):
        journal.count("get/status")


def test_long_body_is_truncated_and_not_compared() -> None:
    journal = Journal(10, 80_000)
    long = exchange(request_body=b'{"task_id":"' + b"t" * 20_000 + b'"}')
    journal.add(long)
    (stored,) = journal
    assert (stored.truncated, stored.request_body) == (True, long.request_body[:10_000])
    assert journal.digest == journal_of(long).digest
    assert journal.count("get/status") == 1
    assert journal.count(ExchangeFilter(operation="chat", text="t")) == 0
    with pytest.raises(UsageError, match=r"call 1 .*was truncated.*journal_max_bytes"):
        journal.find(ExchangeFilter(operation="get/status", fields={"task_id": "t"}))


def test_journal_memory_is_bounded() -> None:
    journal = Journal(100, 1_000_000)
    for number in range(5000):
        odd = number % 2 == 0
        journal.add(
            exchange(number=number, response_body=b"y" * 3000, unmatched=odd, assumptions=("same",))
        )
    assert len(journal) == 100
    assert (len(journal.unmatched), journal.assumptions) == (100, {"same": 0})
    assert sum(call.weight for call in journal) < 1_000_000


def test_unmatched_calls_are_kept_after_a_drop() -> None:
    journal = journal_of(exchange(unmatched=True), *[exchange(number=2)] * 5, size=2)
    assert [call.number for call in journal.unmatched] == [1]
    assert journal.fork().unmatched == journal.unmatched
    journal.clear()
    assert (journal.unmatched, journal.total, journal.dropped) == ((), 6, 0)


def test_digest_has_query_string_but_not_headers() -> None:
    assert journal_of(exchange(query="a=1")).digest != journal_of(CALL).digest
    assert journal_of(exchange(headers=(("user-agent", "x"),))).digest == journal_of(CALL).digest


def test_find_selects_by_answer() -> None:
    journal = journal_of(CALL, exchange(number=2, code=50131), exchange(number=3, fault="reset"))
    for expected, number in (
        (ExchangeFilter(code=50131), 2), (ExchangeFilter(fault="reset"), 3),
        (ExchangeFilter(fault="", code=0), 1),
    ):  # fmt: skip
        assert [call.number for call in journal.find(expected)] == [number]


def test_journal_can_grow_during_iteration() -> None:
    journal = numbered(2, size=10)
    for item in journal:
        journal.add(item)
    assert len(journal) == 4


def test_digest_is_independent_of_drops() -> None:
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
def test_digest_depends_on_call_and_reply(change: dict[str, Any]) -> None:
    assert journal_of(exchange(**change)).digest != journal_of(CALL).digest


def test_digest_depends_on_the_order() -> None:
    other = exchange(time_ms=1001)
    assert journal_of(CALL, other).digest != journal_of(other, CALL).digest


def test_digest_is_independent_of_hints() -> None:
    assert journal_of(exchange(hint="user_id is missing")).digest == journal_of(CALL).digest


def test_digest_separates_exchanges() -> None:
    shared = journal_of(
        exchange(request_body=b"ab", response_body=b"c"),
        exchange(request_body=b"d", response_body=b""),
    )
    moved = journal_of(
        exchange(request_body=b"ab", response_body=b""),
        exchange(request_body=b"cd", response_body=b""),
    )
    assert shared.digest != moved.digest


@pytest.mark.parametrize("path", ["/caf\u00e9/\u6599\u7406", "/\udcff", "/\0", "/'\""])
def test_journal_accepts_any_path(path: str) -> None:
    assert journal_of(exchange(path=path)).digest != journal_of(CALL).digest


def test_digest_is_stable() -> None:
    assert journal_of(CALL).digest == "13923ae7fd5db596c2fef9862ada1889"


def test_fork_is_equal_and_independent() -> None:
    journal = numbered(3, size=2)
    copy = journal.fork()
    assert (list(copy), copy.total, copy.digest) == (list(journal), journal.total, journal.digest)
    before = journal.digest
    copy.add(CALL)
    assert (journal.total, journal.digest, len(copy), copy.dropped) == (3, before, 2, 2)
    journal.add(CALL)
    assert journal.digest == copy.digest


def test_page_lists_every_field_of_a_call() -> None:
    page = (Path(__file__).parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")
    rows = "".join(line for line in page.splitlines() if line.startswith("| `"))
    assert [name for name in Exchange.__struct_fields__ if f"`{name}`" not in rows] == []
