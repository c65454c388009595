"""The double at both doors, and the official client there."""

from typing import Any

import pytest

from mock_memos.engine import Engine
from mock_memos.face import Double
from mock_memos.settings import Settings
from tests.clients.official import INSTALL, client_class, home


@pytest.fixture
def engine() -> Engine:
    """An engine whose time stands still."""
    return Engine(Settings(clock="manual"))


@pytest.fixture(params=["mock_memos", "mock_memos_live"])
def memos(request: pytest.FixtureRequest) -> Double:
    """The double in process, then the live one."""
    double: Double = request.getfixturevalue(request.param)
    return double


@pytest.fixture(scope="session")
def client_type() -> Any:
    """The official client's class."""
    if home() is None:
        pytest.skip(f"the official client is not installed: {INSTALL}")
    return client_class()


@pytest.fixture
def client(client_type: Any, memos: Double) -> Any:
    """The official client, pointed to the double by the environment."""
    return client_type()
