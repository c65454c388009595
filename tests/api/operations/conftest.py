"""The client of tests of operations."""

import pytest

from tests.support.calling import Client


@pytest.fixture
def client() -> Client:
    return Client()
