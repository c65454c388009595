"""The official client at every door of the double, and a bare connection to the live one."""

from collections.abc import Iterator
from typing import Any

import pytest

from mock_memos import MockMemosServer
from mock_memos.face import Double
from tests.clients.official import INSTALL, client_class, home
from tests.clients.wire import SAID, Wire


@pytest.fixture(scope="session")
def client_type() -> Any:
    """The official client's class."""
    if home() is None:
        pytest.skip(f"the official client is not installed: {INSTALL}")
    return client_class()


@pytest.fixture(params=["mock_memos", "mock_memos_live"])
def memos(request: pytest.FixtureRequest) -> Double:
    """The double in process, then the live one; the environment says where it is."""
    double: Double = request.getfixturevalue(request.param)
    return double


@pytest.fixture
def client(client_type: Any, memos: Double) -> Any:
    """The client as an application makes it: address and key come from the environment."""
    return client_type()


@pytest.fixture
def wire(mock_memos_server: MockMemosServer) -> Iterator[Wire]:
    """A connection to a fresh world."""
    wire = Wire(mock_memos_server.open("wire"))
    yield wire
    wire.connection.close()


@pytest.fixture
def booked(wire: Wire) -> str:
    """The id of a fact of ana's."""
    wire.post("add/message", user_id="ana", async_mode=False, messages=SAID, agent_id="bot")
    found = wire.post("get/memory", user_id="ana")["memory_detail_list"]
    return str(found[0]["id"])
