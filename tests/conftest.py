"""Settings of all tests, and the two transports of tests that send HTTP requests."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.testing.memos import Memos
from tests.support import engine_client, transports
from tests.support.official_client import INSTALL, client_class, client_folder

# Property tests do not depend on time: a busy machine would exceed any limit at random.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "transport" in metafunc.fixturenames:
        metafunc.parametrize("transport", ["in_process", "live"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def transport(request: pytest.FixtureRequest) -> Iterator[None]:
    """The transport by which `Client` sends its calls: in process, then over a socket."""
    with getattr(transports, request.param)() as way, pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_client, "send_to_engine", way)
        yield


@pytest.fixture
def engine() -> Engine:
    """An engine with a manual clock."""
    return Engine(Settings(clock="manual"))


@pytest.fixture(params=["mock_memos", "mock_memos_live"])
def memos(request: pytest.FixtureRequest) -> Memos:
    """The double in process, then the live one."""
    double: Memos = request.getfixturevalue(request.param)
    return double


@pytest.fixture(scope="session")
def client_type() -> Any:
    """The official client's class."""
    if client_folder() is None:
        pytest.skip(f"the official client is not installed: {INSTALL}")
    return client_class()


@pytest.fixture
def client(client_type: Any, memos: Memos) -> Any:
    """The official client, pointed to the double by the environment."""
    return client_type()
