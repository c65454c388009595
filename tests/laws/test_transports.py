"""Law 5: the same calls have the same replies in process and live, with every client."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import requests

from mock_memos import MockMemos, MockMemosServer
from mock_memos.testing.memos import Memos
from tests.support.playing import PlayedCall, Player, Send, Step
from tests.support.programs import STORY

KEY = {"Authorization": "Token mock-key"}
SETTINGS: dict[str, Any] = {"clock": "step", "seed": 7}
UNUSUAL_CALLS = [
    Step("get/status", {"task_id": "none"}),
    Step("add/message", ["not", "an", "object"]),
    Step("search/memory", {"user_id": "里昂", "query": "a\x00b\u2028c 🍵", "relativity": 0}),
    Step("no//such/../path", {}),
]
PROGRAM = [*STORY, *UNUSUAL_CALLS]
Run = tuple[list[PlayedCall], str, dict[str, Any]]


@contextmanager
def by_httpx(base: str) -> Iterator[Send]:
    with httpx.Client(base_url=base, headers=KEY) as client:

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            reply = client.request(method, f"{base}/{path}", content=body)
            return reply.status_code, reply.content

        yield send


@contextmanager
def by_async_httpx(base: str) -> Iterator[Send]:
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(headers=KEY)

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            reply = runner.run(client.request(method, f"{base}/{path}", content=body))
            return reply.status_code, reply.content

        yield send
        runner.run(client.aclose())


@contextmanager
def by_requests(base: str) -> Iterator[Send]:
    with requests.Session() as session:

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            reply = session.request(method, f"{base}/{path}", data=body, headers=KEY, timeout=5)
            return reply.status_code, reply.content

        yield send


CLIENTS = [by_httpx, by_async_httpx, by_requests]


def run_program(mock: Memos, client: Callable[[str], Any]) -> Run:
    """Returns the replies of the program, the digest and the snapshot."""
    with client(mock.base_url) as send:
        replies = Player(send, mock.clock.advance).play(PROGRAM)
    return replies, mock.digest, mock.snapshot()


@pytest.fixture(scope="module")
def expected() -> Run:
    with MockMemos(**SETTINGS) as mock:
        return run_program(mock, by_httpx)


@pytest.mark.parametrize("client", CLIENTS)
def test_in_process_clients_get_equal_replies(client: Any, expected: Run) -> None:
    with MockMemos(**SETTINGS) as mock:
        assert run_program(mock, client) == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_live_clients_get_equal_replies(client: Any, expected: Run) -> None:
    with MockMemosServer(**SETTINGS) as mock:
        assert run_program(mock, client) == expected


def test_second_service_address_returns_equal_replies(expected: Run) -> None:
    base = "https://api.memt.ai/platform/api/openmem/v1"
    with MockMemos(**SETTINGS) as mock, by_requests(base) as send:
        replies = Player(send, mock.clock.advance).play(PROGRAM)
    assert replies == expected[0]


def test_httpx_transport_returns_equal_replies(expected: Run) -> None:
    mock = MockMemos(**SETTINGS)
    with httpx.Client(transport=mock.transport(), headers=KEY) as client:

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            reply = client.request(method, f"{mock.base_url}/{path}", content=body)
            return reply.status_code, reply.content

        replies = Player(send, mock.clock.advance).play(PROGRAM)
    assert (replies, mock.digest, mock.snapshot()) == expected


def test_new_world_on_server_returns_equal_replies(expected: Run) -> None:
    """A new world on a used server equals a world of a new server."""
    with MockMemosServer(api_key="server-key") as server:
        other = {"Authorization": "Token server-key"}
        requests.post(f"{server.base_url}/list/profile_template", headers=other, timeout=5)
        mock = server.new_world("mock-key", **SETTINGS)
        assert run_program(mock, by_requests) == expected
