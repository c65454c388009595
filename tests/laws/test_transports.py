"""Law 5: the same calls have the same replies in process and live, with every client."""

from typing import Any

import httpx
import pytest

from mock_memos import MockMemos, MockMemosServer
from mock_memos.testing.memos import Memos
from tests.support.clients import Clients
from tests.support.program_player import PlayedCall, Player, Send, Step
from tests.support.programs import STORY

SETTINGS: dict[str, Any] = {"clock": "step", "seed": 7}
UNUSUAL_CALLS = [
    Step("get/status", {"task_id": "none"}),
    Step("add/message", ["not", "an", "object"]),
    Step("search/memory", {"user_id": "里昂", "query": "a\x00b\u2028c 🍵", "relativity": 0}),
    Step("no//such/../path", {}),
]
PROGRAM = [*STORY, *UNUSUAL_CALLS]
Run = tuple[list[PlayedCall], str, dict[str, Any]]


CLIENTS = ("httpx", "async httpx", "requests")


def run_program(mock: Memos, send: Send) -> Run:
    """Returns the replies of the program, the digest and the snapshot."""
    replies = Player(send, mock.clock.advance).play(PROGRAM)
    return replies, mock.digest, mock.snapshot()


@pytest.fixture(scope="module")
def expected(clients: Clients) -> Run:
    with MockMemos(**SETTINGS) as mock:
        return run_program(mock, clients.send("httpx", mock.base_url))


@pytest.mark.parametrize("client", CLIENTS)
def test_in_process_clients_get_equal_replies(clients: Clients, client: str, expected: Run) -> None:
    with MockMemos(**SETTINGS) as mock:
        assert run_program(mock, clients.send(client, mock.base_url)) == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_live_clients_get_equal_replies(clients: Clients, client: str, expected: Run) -> None:
    with MockMemosServer(**SETTINGS) as mock:
        assert run_program(mock, clients.send(client, mock.base_url)) == expected


def test_second_service_address_returns_equal_replies(clients: Clients, expected: Run) -> None:
    with MockMemos(**SETTINGS) as mock:
        send = clients.send("requests", "https://api.memt.ai/platform/api/openmem/v1")
        assert run_program(mock, send)[0] == expected[0]


def test_httpx_transport_returns_equal_replies(expected: Run) -> None:
    mock = MockMemos(**SETTINGS)
    headers = {"Authorization": "Token mock-key"}
    with httpx.Client(transport=mock.transport(), headers=headers) as client:

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            reply = client.request(method, f"{mock.base_url}/{path}", content=body)
            return reply.status_code, reply.content

        assert run_program(mock, send) == expected


def test_new_world_on_server_returns_equal_replies(clients: Clients, expected: Run) -> None:
    """A new world on a used server equals a world of a new server."""
    with MockMemosServer(api_key="server-key") as server:
        clients.send("requests", server.base_url, "server-key")("POST", "get/memory", b"{}")
        mock = server.new_world("mock-key", **SETTINGS)
        assert run_program(mock, clients.send("requests", mock.base_url)) == expected
