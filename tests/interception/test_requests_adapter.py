"""Requests, replies and adapters of requests."""

from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import Retry

from mock_memos import MockMemos
from mock_memos.core.calls import Reply
from tests.support.fixed_replies import CHUNKS, LINES, STREAM, MockWithReplies

KEY = {"Authorization": "Token mock-key"}
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}


def test_requests_streams_chunks() -> None:
    with MockWithReplies(STREAM) as memos:
        with requests.post(memos.base_url, stream=True, timeout=5) as reply:
            assert list(reply.iter_content(None)) == [chunk.data for chunk in CHUNKS]
        with requests.post(memos.base_url, stream=True, timeout=5) as reply:
            assert list(reply.iter_lines(decode_unicode=True)) == LINES
        assert requests.post(memos.base_url, timeout=5).text == "\n".join([*LINES, ""])


def test_mounted_adapter_keeps_its_retries() -> None:
    busy = Reply(503, b"{}")
    with MockWithReplies(busy, busy, Reply(200, b"{}")) as memos, requests.Session() as session:
        retry = Retry(total=3, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
        session.mount("https://", HTTPAdapter(max_retries=retry))
        assert session.post(memos.base_url, timeout=5).status_code == 200
        assert len(memos.calls) == 3


def test_custom_adapter_is_replaced() -> None:
    class Closed(BaseAdapter):
        def send(self, *args: Any, **kwargs: Any) -> requests.Response:
            raise AssertionError("the network was asked")

        def close(self) -> None: ...

    with MockMemos() as memos, requests.Session() as session:
        session.mount("https://", Closed())
        reply = session.post(f"{memos.base_url}/add/message", headers=KEY, json=TURN, timeout=5)
        assert reply.json()["code"] == 0
