"""The exchange that comes closest to a filter."""

from typing import Any

from mock_memos.journal.journal import Exchange, ExchangeFilter
from mock_memos.journal.near_misses import describe, find_near_miss, format_line


def call(number: int, operation: str, body: bytes = b"{}", **more: Any) -> Exchange:
    return Exchange(
        number=number, time_ms=1000, method="POST", path=f"/{operation}", operation=operation,
        request_body=body, status=200, code=0, response_body=b"{}", **more,
    )  # fmt: skip


def test_near_miss_matches_most_fields_and_is_the_newest() -> None:
    expected = ExchangeFilter(operation="chat", user_id="ana", fields={"query": "x"})
    calls = [
        call(1, "chat", b'{"user_id":"ana","query":"y"}'),
        call(2, "chat", b'{"user_id":"ana","query":"z"}'),
        call(3, "chat", b'{"user_id":"ben","query":"y"}'),
        call(4, "get/memory", b'{"user_id":"ana","query":"x"}'),
    ]
    miss = find_near_miss(expected, calls)
    assert miss is not None
    assert miss.exchange.number == 2
    assert [line.mismatch for line in miss.fields] == [None, None, "query is 'z', not 'x'"]
    assert find_near_miss(expected, []) is None


def test_near_miss_names_a_truncated_body() -> None:
    miss = find_near_miss(ExchangeFilter(user_id="ana"), [call(1, "chat", truncated=True)])
    assert "was truncated" in str(miss)


def test_describe_returns_a_filter_in_words() -> None:
    assert describe(ExchangeFilter()) == "any call"
    assert describe(ExchangeFilter(operation="chat")) == "chat"
    expected = ExchangeFilter(operation="chat", text="hi", code=0, fields={"info.a": True})
    assert describe(expected) == "chat with text 'hi', info.a True, code 0"


def test_format_line_returns_one_line() -> None:
    assert format_line(call(7, "chat")) == "#7 00:00:01.000 POST chat -> 200, code 0"
    struck = format_line(call(7, "chat", fault="reset"))
    assert struck.endswith(", fault reset")
