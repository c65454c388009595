"""Fixtures of the assistant: the mock, a memory client, and the assistant.

`--mock-memos-target live` runs the same tests over a socket.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.http_memory import HttpMemory
from tests.examples.assistant.memory import Memory
from tests.examples.assistant.sdk_memory import SdkMemory
from tests.support.official_client import client_class, client_folder

BACKENDS = ["http", "sdk"] if client_folder() else ["http"]
"""The official client is tested wherever it is installed, and not at all elsewhere."""


@pytest.fixture
def memos(mock_memos: Memos, record_property: Callable[[str, object], None]) -> Iterator[Memos]:
    """The mock; its digest is recorded to compare runs."""
    yield mock_memos
    record_property("digest", mock_memos.digest)


@pytest.fixture(scope="session")
def official() -> Any:
    """The official client's class."""
    return client_class()


@pytest.fixture(params=BACKENDS)
def memory(request: pytest.FixtureRequest, memos: Memos) -> Iterator[Memory]:
    """The memory client, once for each supported library."""
    memory: HttpMemory | SdkMemory
    if request.param == "http":
        memory = HttpMemory.from_environment()
    else:
        memory = SdkMemory(request.getfixturevalue("official")())
    yield memory
    memory.close()


@pytest.fixture
def prompts() -> list[str]:
    """The instructions of each call of the model."""
    return []


@pytest.fixture
def assistant(memory: Memory, prompts: list[str]) -> Assistant:
    """An assistant with a model that says "Noted." and never waits in earnest."""

    def model(instructions: str, question: str) -> str:
        prompts.append(instructions)
        return "Noted."

    return Assistant(memory, model, pause=lambda seconds: None)
