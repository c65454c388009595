"""Requests and replies of httpx."""

import asyncio
from typing import Any

import httpx
import pytest
import requests

from mock_memos import MockMemos
from mock_memos.core.calls import Reply
from mock_memos.interception.httpx_transport import MockMemosTransport
from tests.support.fixed_replies import LINES, STREAM, MockWithReplies

KEY = {"Authorization": "Token mock-key"}
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}


def test_transport_needs_no_context() -> None:
    memos = MockMemos()
    with httpx.Client(transport=memos.transport(), base_url="http://any") as client:
        reply = client.post("/api/openmem/v1/add/message", headers=KEY, json=TURN)
    assert reply.json()["code"] == 0


def test_transport_answers_async_clients() -> None:
    memos = MockMemos()

    async def post() -> httpx.Response:
        transport = MockMemosTransport(memos.engine)
        async with httpx.AsyncClient(transport=transport, base_url=memos.base_url) as client:
            return await client.post("/add/message", headers=KEY, json=TURN)

    assert asyncio.run(post()).json()["code"] == 0


def test_httpx_streams_chunks() -> None:
    with MockWithReplies(STREAM) as memos, httpx.stream("POST", memos.base_url) as reply:
        assert not reply.is_stream_consumed
        assert list(reply.iter_lines()) == LINES


def test_async_httpx_streams_chunks() -> None:
    async def read(client: httpx.AsyncClient, url: str) -> list[str]:
        async with client, client.stream("POST", url) as reply:
            return [line async for line in reply.aiter_lines()]

    with MockWithReplies(STREAM) as memos:
        assert asyncio.run(read(httpx.AsyncClient(), memos.base_url)) == LINES
        client = httpx.AsyncClient(transport=memos.transport())
        assert asyncio.run(read(client, memos.base_url)) == LINES


def test_path_and_query_are_equal_for_every_client() -> None:
    with MockWithReplies(Reply(200, b"{}")) as memos:
        for get in (httpx.get, requests.get):
            get(f"{memos.base_url}//get/memory/a%20b%2Fc?x=%E4%B8%80&y", headers=KEY)
    values = {(call.method, call.path, call.query) for call in memos.calls}
    assert values == {("GET", "/api/openmem/v1//get/memory/a b/c", "x=%E4%B8%80&y")}
    assert {call.headers["authorization"] for call in memos.calls} == {"Token mock-key"}


def test_all_body_types_become_bytes(tmp_path: Any) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"file")
    with MockWithReplies(Reply(200, b"{}")) as memos, file.open("rb") as opened:
        for body in ("é", b"bytes", opened, iter([b"a", b"b"]), None):
            requests.post(memos.base_url, data=body, timeout=5)
        httpx.post(memos.base_url, content=iter([b"a", b"b"]))
        assert [call.body for call in memos.calls] == [
            "é".encode(), b"bytes", b"file", b"ab", b"", b"ab",
        ]  # fmt: skip


def test_read_response_has_the_usual_state() -> None:
    memos = MockMemos()
    plain = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"{}")))
    states = []
    for transport in (memos.transport(), plain):
        with httpx.Client(transport=transport) as client:
            reply = client.post(f"{memos.base_url}/get/status", json={})
            states.append((reply.is_closed, reply.is_stream_consumed, reply.elapsed.days))
            assert reply.num_bytes_downloaded == len(reply.content)
            assert reply.read() == reply.content == b"".join(reply.iter_bytes())
            with client.stream("POST", f"{memos.base_url}/get/status", json={}) as reply:
                streamed = b"".join(reply.iter_raw())
            assert len(streamed) == reply.num_bytes_downloaded
            with pytest.raises(httpx.StreamConsumed):
                reply.read()
    assert states[0] == states[1]
