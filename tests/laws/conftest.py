"""The clients of the laws about transports."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.clients import Clients


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with ExitStack() as stack:
        yield Clients(stack)
