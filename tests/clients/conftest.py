"""The official client at every door of the double."""

from typing import Any

import pytest

from mock_memos.face import Double
from tests.clients.official import INSTALL, client_class, home


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
