"""The client of the checks returns every response without raising."""

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.verification.service import ServiceClient


def test_client_calls_operations() -> None:
    memos = MockMemos(clock="step")
    with ServiceClient(memos.base_url + "/", memos.api_key, transport=memos.transport()) as target:
        arguments = [{"role": "user", "content": "I booked the Harbour Inn."}]
        added = target.post("add/message", user_id="ana", messages=arguments)
        assert (added.status, added.code, added.at("status")) == (200, 0, "running")
        assert added.at("memory_detail_list", 3, "id") is None
        assert added.request_json == {"user_id": "ana", "messages": arguments}


def test_poll_waits_longer_each_time() -> None:
    transport, rests = MockMemos(clock="manual").transport(), list[float]()
    with ServiceClient("http://x.test", "k", transport=transport, sleep=rests.append) as target:
        polled = list(target.poll("get/status", timeout_seconds=1, task_id="none"))
    assert [answer.code for answer in polled] == [50131] * 4
    assert rests == [0.25, 0.375, 0.5625]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[1]", b'"x"', b'{"data":[]}'])
def test_unreadable_body_is_a_response(body: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, content=body))
    with ServiceClient("http://localhost:9", "k", transport=transport) as target:
        answer = target.get("get/memory/x")
    assert (answer.status, answer.code, answer.at("x")) == (502, None, None)


def test_connection_error_is_a_response() -> None:
    def reset(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset by peer", request=request)

    with ServiceClient("http://localhost:9", "k", transport=httpx.MockTransport(reset)) as target:
        assert target.post("rerank").connection_error == "ReadError: reset by peer"


def test_host_without_path_is_completed() -> None:
    with ServiceClient("http://localhost:9/", "k") as target:
        assert target.base_url == "http://localhost:9/api/openmem/v1"


@pytest.mark.parametrize("url", ["", "localhost:80", "ftp://x", "https://"])
def test_invalid_base_url_is_rejected(url: str) -> None:
    with pytest.raises(UsageError, match="base URL"):
        ServiceClient(url, "k")
