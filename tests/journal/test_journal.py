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


def journal(*exchanges: Exchange, size: int = 10) -> Journal:
    made = Journal(size)
    for exchange in exchanges:
        made.add(exchange)
    return made


def numbered(count: int, size: int) -> Journal:
    return journal(*(exchange(number=number) for number in range(1, count + 1)), size=size)


def test_journal_keeps_exchanges_in_order() -> None:
    held = numbered(3, size=3)
    assert [item.number for item in held] == [1, 2, 3]
    assert (len(held), held.total, held.dropped) == (3, 3, 0)


def test_journal_drops_the_oldest_over_max_entries() -> None:
    held = numbered(5, size=3)
    assert [item.number for item in held] == [3, 4, 5]
    assert (len(held), held.total, held.dropped) == (3, 5, 2)


def test_journal_of_size_zero_keeps_total_and_digest() -> None:
    empty, full = numbered(2, size=0), numbered(2, size=9)
    assert (list(empty), empty.total, empty.dropped) == ([], 2, 2)
    assert empty.digest == full.digest
    assert empty.fork().dropped == 2


def test_count_accepts_an_operation() -> None:
    held = journal(CALL, exchange(operation="add/message"), CALL)
    assert [held.count(name) for name in ("get/status", "add/message", "chat")] == [2, 1, 0]


@pytest.mark.parametrize("size", [0, 1])
def test_count_raises_after_a_drop(size: int) -> None:
    held = numbered(2, size=size)
    with pytest.raises(UsageError, match=f"kept {size} of 2 calls.*Increase journal_max_entries"):
        held.count("get/status")
    assert Journal(size).count("get/status") == 0


def test_journal_drops_the_oldest_over_max_bytes() -> None:
    held = Journal(1000, 8000)
    for number in range(1, 101):
        held.add(exchange(number=number, request_body=b"x" * 500))
    assert (len(held), held.total, held.dropped) == (7, 100, 93)
    assert sum(item.weight for item in held) <= 8000
    with pytest.raises(UsageError, match=r"kept 7 of 100 calls.*journal_max_bytes"):
        held.count("get/status")


def test_long_body_is_truncated_and_not_compared() -> None:
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


def test_journal_memory_is_bounded() -> None:
    held = Journal(100, 1_000_000)
    for number in range(5000):
        odd = number % 2 == 0
        held.add(
            exchange(number=number, response_body=b"y" * 3000, unmatched=odd, assumptions=("same",))
        )
    assert len(held) == 100
    assert (len(held.unmatched), held.assumptions) == (100, {"same": 0})
    assert sum(item.weight for item in held) < 1_000_000


def test_unmatched_calls_are_kept_after_a_drop() -> None:
    held = journal(exchange(unmatched=True), *[exchange(number=2)] * 5, size=2)
    assert [item.number for item in held.unmatched] == [1]
    assert held.fork().unmatched == held.unmatched
    held.clear()
    assert (held.unmatched, held.total, held.dropped) == ((), 6, 0)


def test_digest_has_query_string_but_not_headers() -> None:
    assert journal(exchange(query="a=1")).digest != journal(CALL).digest
    assert journal(exchange(headers=(("user-agent", "x"),))).digest == journal(CALL).digest


def test_find_selects_by_answer() -> None:
    held = journal(CALL, exchange(number=2, code=50131), exchange(number=3, fault="reset"))
    for wanted, number in (
        (ExchangeFilter(code=50131), 2), (ExchangeFilter(fault="reset"), 3),
        (ExchangeFilter(fault="", code=0), 1),
    ):  # fmt: skip
        assert [item.number for item in held.find(wanted)] == [number]


def test_journal_can_grow_during_iteration() -> None:
    held = numbered(2, size=10)
    for item in held:
        held.add(item)
    assert len(held) == 4


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
    assert journal(exchange(**change)).digest != journal(CALL).digest


def test_digest_depends_on_the_order() -> None:
    other = exchange(time_ms=1001)
    assert journal(CALL, other).digest != journal(other, CALL).digest


def test_digest_is_independent_of_hints() -> None:
    assert journal(exchange(hint="user_id is missing")).digest == journal(CALL).digest


def test_digest_separates_exchanges() -> None:
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
def test_journal_accepts_any_path(path: str) -> None:
    assert journal(exchange(path=path)).digest != journal(CALL).digest


def test_digest_is_stable() -> None:
    assert journal(CALL).digest == "13923ae7fd5db596c2fef9862ada1889"


def test_fork_is_equal_and_independent() -> None:
    held = numbered(3, size=2)
    twin = held.fork()
    assert (list(twin), twin.total, twin.digest) == (list(held), held.total, held.digest)
    before = held.digest
    twin.add(CALL)
    assert (held.total, held.digest, len(twin), twin.dropped) == (3, before, 2, 2)
    held.add(CALL)
    assert held.digest == twin.digest


def test_page_lists_every_field_of_a_call() -> None:
    page = (Path(__file__).parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")
    rows = "".join(line for line in page.splitlines() if line.startswith("| `"))
    assert [name for name in Exchange.__struct_fields__ if f"`{name}`" not in rows] == []
