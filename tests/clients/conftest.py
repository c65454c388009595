"""A bare connection to the live server."""

from collections.abc import Iterator

import pytest

from mock_memos import MockMemosServer
from tests.support.raw_http import MESSAGES, RawClient


@pytest.fixture
def wire(mock_memos_server: MockMemosServer) -> Iterator[RawClient]:
    """A connection to a fresh world."""
    wire = RawClient(mock_memos_server.new_world())
    yield wire
    wire.connection.close()


@pytest.fixture
def booked(wire: RawClient) -> str:
    """The id of a fact of ana's."""
    wire.post("add/message", user_id="ana", async_mode=False, messages=MESSAGES, agent_id="bot")
    memories = wire.post("get/memory", user_id="ana")["memory_detail_list"]
    return str(memories[0]["id"])
