"""Which exchanges become calls, when they were made, and what is read from them."""

from typing import Any, Literal

import msgspec
import pytest

from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.recorded_calls import moment_ms, parse_calls
from mock_memos.testing.in_process import MockMemos
from tests.support.recording import NOON, RecordedSession, invent

SEARCH = invent(0, "search/memory", {"user_id": "ana", "query": "tea"}, {})


def clock(seconds: float, now_ms: int, mode: str = "real") -> RecordedExchange:
    body = msgspec.json.encode({"now_ms": now_ms, "mode": mode})
    exchange = msgspec.structs.replace(SEARCH, url="http://h/_mock/clock", response_body=body)
    return at(seconds, exchange)


def at(seconds: float, exchange: RecordedExchange = SEARCH) -> RecordedExchange:
    return msgspec.structs.replace(exchange, started_ms=NOON + round(seconds * 1000))


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([at(0), at(5)], [0, 5000]),
        ([at(0), clock(1, NOON + 60_000), at(3)], [0, 62_000]),
        (
            [clock(1, NOON + 5, "manual"), at(2), at(3), clock(4, NOON + 9, "manual"), at(5)],
            [5, 5, 9],
        ),
        ([at(3), clock(4, NOON - 60_000), at(5)], [3000, 3000]),  # a time never goes back
        ([msgspec.structs.replace(SEARCH, response_body=b'{"now_ms":9}'), at(2)], [0, 2000]),
    ],
)
def test_time_is_that_of_the_recorder_or_a_mock(
    exchanges: list[RecordedExchange], expected: list[int]
) -> None:
    assert [call.time_ms - NOON for call in parse_calls(exchanges)] == expected


@pytest.mark.parametrize("mode", ["manual", "real"])
def test_time_is_that_of_a_recorded_mock(mode: Literal["manual", "real"]) -> None:
    memos = MockMemos(clock=mode, start_time=NOON - 10_000_000)
    session = RecordedSession(memos, now=lambda: NOON)
    session.request("POST", "/_mock/clock", b'{"advance": 60}')
    session.send("POST", "/search/memory", {"user_id": "ana", "query": "tea"})
    (call,) = parse_calls(session.exchanges)
    assert abs(call.time_ms - memos.clock.now) < 10_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOON, NOON), (str(NOON), NOON), ("2025-12-10T12:00:00Z", NOON), ("soon", None),
        (True, None), (None, None),
    ],
)  # fmt: skip
def test_time_of_an_answer_may_have_any_format(value: Any, expected: int | None) -> None:
    assert moment_ms(value) == expected


def test_incomplete_responses_are_left_out() -> None:
    assert parse_calls([msgspec.structs.replace(SEARCH, is_complete=False)]) == []


@pytest.mark.parametrize(
    ("changes", "is_step"),
    [
        ({}, True),
        ({"url": "http://h/api/openmem/v1/get/memory/m1", "method": "GET"}, True),
        ({"url": "http://h/api/openmem/v1/get/memory/", "method": "GET"}, False),
        ({"url": "http://h/api/openmem/v1/no/such"}, False),
        ({"url": "http://h/other"}, False),
        ({"method": "PUT"}, False),
        ({"request_body": b"no object"}, False),
        ({"request_body": b"{}"}, True),
        ({"request_type": "multipart/form-data; boundary=x"}, False),
    ],
)
def test_step_needs_an_operation_and_an_object(changes: Any, is_step: bool) -> None:
    (call,) = parse_calls([msgspec.structs.replace(SEARCH, **changes)])
    assert call.is_step == is_step


def test_memory_id_is_read_from_the_path() -> None:
    url = "http://h/api/openmem/v1/get/memory/m1"
    (call,) = parse_calls([msgspec.structs.replace(SEARCH, url=url, method="GET")])
    assert (call.operation, call.body) == ("get/memory/{memory_id}", {"memory_id": "m1"})


def test_form_is_read_as_json() -> None:
    form = (
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="rules.md"\r\n\r\n'
        b"# Rules\r\n--x--\r\n"
    )
    url = "http://h/api/openmem/v1/add/knowledgebase-file?knowledgebase_id=b1"
    type_ = "multipart/form-data; boundary=x"
    upload = msgspec.structs.replace(SEARCH, url=url, request_type=type_, request_body=form)
    (call,) = parse_calls([upload])
    assert call.is_step
    assert call.body["knowledgebase_id"] == "b1"
    assert (call.body["file"][0]["name"], call.body["file"][0]["type"]) == ("rules.md", "document")


def test_data_of_another_type_is_not_used() -> None:
    good = invent(0, "get/status", {}, {"task_id": "t", "status": "running", "new_field": 1})
    bad = invent(0, "get/status", {}, {"task_id": 3, "status": "running"})
    listed = invent(0, "get/status", {}, [{"task_id": "t", "status": "running"}])
    first, second, third = parse_calls([good, bad, listed])
    assert first.data["status"] == "running"
    assert second.data is None
    assert third.data == [{"status": "running"}]


@pytest.mark.parametrize(
    ("status", "code", "is_success"), [(200, 0, True), (200, 40002, False), (500, 0, False)]
)
def test_success_needs_status_200_and_code_0(status: int, code: int, is_success: bool) -> None:
    (call,) = parse_calls([invent(0, "search/memory", {"query": "a"}, None, status, code)])
    assert call.is_success == is_success
