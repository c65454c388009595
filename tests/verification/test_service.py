"""The client of the checks: it reads whatever comes."""

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.verification.service import ServiceClient


def test_it_calls_operations_and_reads_their_answers() -> None:
    memos = MockMemos(clock="step")
    with ServiceClient(memos.base_url + "/", memos.api_key, transport=memos.transport()) as target:
        said = [{"role": "user", "content": "I booked the Harbour Inn."}]
        added = target.post("add/message", user_id="ana", messages=said)
        assert (added.status, added.code, added.at("status")) == (200, 0, "running")
        assert added.at("memory_detail_list", 3, "id") is None
        assert added.request_json == {"user_id": "ana", "messages": said}


def test_a_poll_rests_between_calls_and_gives_up() -> None:
    memos, rests = MockMemos(clock="manual"), list[float]()
    with ServiceClient(
        memos.base_url, memos.api_key, transport=memos.transport(), sleep=rests.append
    ) as target:
        polled = list(target.poll("get/status", timeout_seconds=1, task_id="none"))
    assert [answer.code for answer in polled] == [50131] * 4
    assert rests == [0.25, 0.375, 0.5625]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[1]", b'"x"', b'{"data":[]}'])
def test_whatever_comes_back_is_an_answer(body: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, content=body))
    with ServiceClient("http://localhost:9", "k", transport=transport) as target:
        answer = target.get("get/memory/x")
    assert (answer.status, answer.code, answer.at("x")) == (502, None, None)


def test_a_broken_connection_is_an_answer_too() -> None:
    def reset(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset by peer", request=request)

    with ServiceClient("http://localhost:9", "k", transport=httpx.MockTransport(reset)) as target:
        assert target.post("rerank").connection_error == "ReadError: reset by peer"


def test_where_a_host_alone_is_named_its_api_is_meant() -> None:
    with ServiceClient("http://localhost:9/", "k") as target:
        assert target.base_url == "http://localhost:9/api/openmem/v1"


@pytest.mark.parametrize("url", ["", "localhost:80", "ftp://x", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="base URL"):
        ServiceClient(url, "k")
