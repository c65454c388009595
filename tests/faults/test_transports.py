"""Every transport carries faults out, and its clients raise the errors of a real network."""

import json
import re
import socket
import threading
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry, Timeout
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from uvicorn.config import LOOP_FACTORIES
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.calls import EVENT_STREAM, Chunk, Reply
from mock_memos.faults.effects import EFFECTS
from mock_memos.interception import httpx_transport, requests_adapter
from mock_memos.server.connection import TransportInState
from mock_memos.testing.memos import Memos
from tests.support.faulty_calls import (
    BODIES,
    LONG_TIMEOUT,
    SHORT_TIMEOUT,
    Play,
    auth,
    by_async_httpx,
    by_httpx,
    by_requests,
    send_raw,
)


class Case(NamedTuple):
    """A fault, and how its call ends: for a socket, for httpx and for requests."""

    fault: str
    options: dict[str, Any]
    ends: str
    httpx: type[Exception] | None = None
    requests: type[Exception] | None = None
    operation: str = "add/message"

    @property
    def patience(self) -> float:
        return SHORT_TIMEOUT if self.httpx is httpx.ReadTimeout else LONG_TIMEOUT


CASES = [
    Case("error", {"code": 40309}, "open"),
    Case("status", {"status": 502, "body": "<html>"}, "open"),
    Case("status", {"status": 500, "close": True}, "closed"),
    Case("latency", {"seconds": 0.1}, "open"),
    Case("latency", {"seconds": 0.01, "real": True}, "open"),
    Case("timeout", {}, "open", httpx.ReadTimeout, requests.ReadTimeout),
    Case("reset", {}, "reset", httpx.ReadError, requests.ConnectionError),
    Case("empty", {}, "closed", httpx.RemoteProtocolError, requests.ConnectionError),
    Case("malformed-body", {}, "open"),
    Case("truncated", {}, "open"),
    Case("slow-body", {"pieces": 3, "pause": 60}, "open"),
    Case("stream-reset", {"events": 2}, "reset", httpx.ReadError,
         requests.exceptions.ChunkedEncodingError, "chat"),
    Case("stream-reset", {"events": 0}, "reset", httpx.ReadError,
         requests.exceptions.ChunkedEncodingError, "chat"),
    Case("stream-stall", {"events": 2}, "open", httpx.ReadTimeout,
         requests.ConnectionError, "chat"),
    Case("quota", {"calls": 0}, "open"),
]  # fmt: skip

every_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.fault}{case.options or ''}" for case in CASES]
)


def body_of(received: bytes) -> bytes:
    """Returns the received body, complete or not."""
    head, _, body = received.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        assert int(re.findall(rb"content-length: (\d+)", head)[0]) == len(body)
        return body
    return b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n(?=[0-9a-f]|$)", body, re.DOTALL))


def test_every_fault_is_tested_with_every_transport() -> None:
    assert {case.fault for case in CASES} == set(EFFECTS)


@every_case
def test_socket_receives_what_the_fault_says(mock_memos_live: Memos, case: Case) -> None:
    see(mock_memos_live, case)


@pytest.mark.parametrize("protocol", [H11Protocol, HttpToolsProtocol])
@pytest.mark.parametrize("loop", ["asyncio", "auto"])
def test_connection_breaks_with_every_server_protocol(
    monkeypatch: pytest.MonkeyPatch, protocol: Any, loop: str
) -> None:
    monkeypatch.setattr(
        "mock_memos.server.uvicorn_server.HttpProtocol",
        type("HttpProtocol", (TransportInState, protocol), {}),
    )
    monkeypatch.setitem(LOOP_FACTORIES, "auto", LOOP_FACTORIES[loop])
    with MockMemosServer() as server:
        for number, case in enumerate(CASES):
            if case.ends != "open":
                see(server.new_world(f"key-{number}"), case)


def see(memos: Memos, case: Case) -> None:
    """Plays a case on a socket, and compares the received bytes with the journal."""
    memos.faults.add(case.fault, **case.options)
    received, end = send_raw(memos, case.operation, case.patience)
    assert end == case.ends
    noted = list(memos.journal)[-1]
    assert noted.fault == case.fault
    if noted.status:
        assert received.startswith(b"HTTP/1.1 %d " % noted.status)
        assert body_of(received) == noted.response_body
    else:
        assert received == b""


@every_case
@pytest.mark.parametrize("play", [by_httpx, by_async_httpx, by_requests])
def test_client_libraries_raise_the_documented_error(memos: Memos, case: Case, play: Play) -> None:
    memos.faults.add(case.fault, **case.options)
    expected = case.requests if play is by_requests else case.httpx
    if expected is None:
        status, body = play(memos, case.operation, case.patience)
        noted = list(memos.journal)[-1]
        assert (status, body) == (noted.status, noted.response_body)
    else:
        with pytest.raises(expected) as caught:
            play(memos, case.operation, case.patience)
        assert type(caught.value) is expected
    assert [call.fault for call in memos.journal] == [case.fault]


@every_case
def test_in_process_and_live_agree(mock_memos: Memos, mock_memos_live: Memos, case: Case) -> None:
    for memos in (mock_memos, mock_memos_live):
        memos.faults.add(case.fault, **case.options)
        for play in (by_httpx, by_requests):
            try:
                play(memos, case.operation, case.patience)
            except (httpx.TransportError, requests.RequestException):
                assert case.httpx
    assert mock_memos.digest == mock_memos_live.digest


@pytest.mark.parametrize("play", [by_httpx, by_requests])
def test_events_before_a_reset_arrive(memos: Memos, play: Play) -> None:
    memos.faults.add("stream-reset", "chat", events=2)
    arrived = b""
    with pytest.raises((httpx.ReadError, requests.exceptions.ChunkedEncodingError)):  # noqa: PT012
        if play is by_httpx:
            with httpx.stream(
                "POST", f"{memos.base_url}/chat", headers=auth(memos), json=BODIES["chat"]
            ) as reply:
                for data in reply.iter_bytes():
                    arrived += data
        else:
            answer = requests.post(
                f"{memos.base_url}/chat", headers=auth(memos), json=BODIES["chat"], stream=True,
                timeout=5,
            )  # fmt: skip
            for data in answer.iter_content(None):
                arrived += data
    assert arrived == list(memos.journal)[-1].response_body
    assert arrived.count(b"data:") == 2


@pytest.mark.parametrize(
    ("ends", "error"), [("stream-reset", ProtocolError), ("stream-stall", ReadTimeoutError)]
)
def test_reading_a_whole_body_raises_its_end(
    mock_memos: Memos, ends: str, error: type[Exception]
) -> None:
    mock_memos.faults.add(ends, "chat", events=3)
    reply = requests.post(
        f"{mock_memos.base_url}/chat", headers=auth(mock_memos), json=BODIES["chat"], stream=True,
        timeout=5,
    )  # fmt: skip
    with pytest.raises(error):
        reply.raw.read()


@pytest.mark.parametrize(
    "timeout", [1, 1.0, (5, 1), Timeout(connect=5, read=1)], ids=["int", "float", "pair", "object"]
)
def test_requests_timeout_is_immediate(mock_memos: Memos, timeout: Any) -> None:
    mock_memos.faults.add("latency", seconds=3600)
    with pytest.raises(requests.ReadTimeout, match=r"port=443.*read timeout=1"):
        requests.post(
            f"{mock_memos.base_url}/add/message", headers=auth(mock_memos),
            json=BODIES["add/message"], timeout=timeout,
        )  # fmt: skip
    assert [(item.status, item.added_latency_ms) for item in mock_memos.journal] == [
        (200, 3_600_000)
    ]


def test_httpx_timeout_is_immediate(mock_memos: Memos) -> None:
    mock_memos.faults.add("latency", seconds=3600)
    with pytest.raises(httpx.ReadTimeout):
        by_httpx(mock_memos, "add/message")


@pytest.mark.parametrize("post", [httpx.post, requests.post])
def test_client_without_timeout_gets_a_late_reply(mock_memos: Memos, post: Any) -> None:
    mock_memos.faults.add("latency", seconds=3600)
    reply = post(
        f"{mock_memos.base_url}/add/message", headers=auth(mock_memos), json=BODIES["add/message"],
        timeout=None,
    )  # fmt: skip
    assert reply.json()["code"] == 0


def test_live_server_sends_late_replies_immediately(mock_memos_live: Memos) -> None:
    mock_memos_live.faults.add("latency", seconds=3600)
    assert by_httpx(mock_memos_live, "add/message")[0] == 200


@pytest.mark.parametrize("play", [by_httpx, by_async_httpx, by_requests])
def test_real_latency_waits_until_the_timeout(memos: Memos, play: Play) -> None:
    memos.faults.once("latency", seconds=2 * SHORT_TIMEOUT, real=True)
    with pytest.raises((httpx.ReadTimeout, requests.ReadTimeout)):
        play(memos, "add/message", SHORT_TIMEOUT)
    assert play(memos, "add/message", LONG_TIMEOUT)[0] == 200


def test_slow_body_arrives_in_pieces(memos: Memos) -> None:
    memos.faults.add("slow-body", pieces=3)
    with httpx.stream(
        "POST", f"{memos.base_url}/add/message", headers=auth(memos), json=BODIES["add/message"]
    ) as reply:
        assert reply.headers["transfer-encoding"] == "chunked"
        body = b"".join(reply.iter_raw())
    assert json.loads(body)["code"] == 0


def test_real_clock_sets_the_speed_of_pieces(mock_memos_server: MockMemosServer) -> None:
    fast = mock_memos_server.new_world("fast", clock="real", speed=1000)
    fast.faults.add("slow-body", pieces=4, pause=2 * SHORT_TIMEOUT)
    assert by_httpx(fast, "add/message")[0] == 200
    slow = mock_memos_server.new_world("slow", clock="real")
    slow.faults.add("slow-body", pieces=2, pause=2 * SHORT_TIMEOUT)
    with pytest.raises(httpx.ReadTimeout):
        by_httpx(slow, "add/message", SHORT_TIMEOUT)


@pytest.mark.parametrize("fault", ["timeout", "stream-stall", "slow-body", "latency"])
def test_stopping_server_closes_silent_connections(fault: str) -> None:
    with MockMemosServer(clock="real") as memos:
        options: dict[str, Any] = {
            "slow-body": {"pause": 60},
            "latency": {"seconds": 60, "real": True},
        }
        memos.faults.add(fault, **options.get(fault, {}))
        place = urlsplit(memos.base_url)
        body = json.dumps(BODIES["chat"]).encode()
        with socket.create_connection((place.hostname, place.port), timeout=5) as line:
            line.sendall(
                f"POST {place.path}/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token x\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".replace("x", memos.api_key).encode()
                + body
            )
            while not memos.journal.total:
                line.settimeout(5)
            stopping = threading.Thread(target=memos.stop)
            stopping.start()
            while line.recv(65536):
                pass
            stopping.join(timeout=5)
            assert not stopping.is_alive()


def test_session_retries_as_on_a_network(memos: Memos) -> None:
    fault = memos.faults.add("reset", times=2)
    with requests.Session() as session:
        retries = Retry(total=2, allowed_methods=None, backoff_factor=0)
        session.mount(f"{urlsplit(memos.base_url).scheme}://", HTTPAdapter(max_retries=retries))
        url = f"{memos.base_url}/add/message"
        reply = session.post(url, headers=auth(memos), json=BODIES["add/message"], timeout=5)
        assert (reply.json()["code"], fault.applied_calls, memos.journal.total) == (0, 2, 3)
        memos.faults.add("empty")
        with pytest.raises(requests.ConnectionError, match="Max retries exceeded"):
            session.post(url, headers=auth(memos), json=BODIES["add/message"], timeout=5)
        assert memos.journal.total == 6


def test_explicit_transport_breaks_too() -> None:
    memos = MockMemos()
    memos.faults.add("reset")
    with httpx.Client(transport=memos.transport()) as client, pytest.raises(httpx.ReadError):
        client.post(f"{memos.base_url}/add/message", headers=auth(memos), json={})


CLOSED = Reply(200, b"data: 1\n\n", EVENT_STREAM, chunks=(Chunk(b"data: 1\n\n"),), ending="close")


def test_early_end_of_a_stream_is_a_protocol_error() -> None:
    request = httpx.Request("POST", "https://memos.memtensor.cn")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        httpx_transport.to_response(CLOSED, request).read()
    with pytest.raises(ProtocolError, match="ended prematurely"):
        list(requests_adapter.to_response(CLOSED, "POST").stream())
