"""The client of tests of operations."""

import pytest

from tests.support.engine_client import Client


@pytest.fixture
def client() -> Client:
    return Client()
