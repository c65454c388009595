"""What the assistant's tests begin with: a double, a memory that talks to it, the assistant.

`MOCK_MEMOS_DOOR=live` runs the same tests over a socket.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from mock_memos.face import Double
from tests.clients.official import client_class, home
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.http_memory import HttpMemory
from tests.examples.assistant.memory import Memory
from tests.examples.assistant.sdk_memory import SdkMemory

BACKENDS = ["http", "sdk"] if home() else ["http"]
"""The official client is tested wherever it is installed, and not at all elsewhere."""


@pytest.fixture
def memos(request: pytest.FixtureRequest) -> Double:
    """The double, in process or live."""
    live = os.environ.get("MOCK_MEMOS_DOOR") == "live"
    double: Double = request.getfixturevalue("mock_memos_live" if live else "mock_memos")
    return double


@pytest.fixture(scope="session")
def official() -> Any:
    """The official client's class."""
    return client_class()


@pytest.fixture(params=BACKENDS)
def memory(request: pytest.FixtureRequest, memos: Double) -> Iterator[Memory]:
    """The application's own way to MemOS, once for each library that it supports."""
    made: HttpMemory | SdkMemory
    if request.param == "http":
        made = HttpMemory.from_environment()
    else:
        made = SdkMemory(request.getfixturevalue("official")())
    yield made
    made.close()


@pytest.fixture
def prompts() -> list[str]:
    """The instructions that the model was given."""
    return []


@pytest.fixture
def assistant(memory: Memory, prompts: list[str]) -> Assistant:
    """An assistant with a model that says "Noted." and never waits in earnest."""

    def model(instructions: str, question: str) -> str:
        prompts.append(instructions)
        return "Noted."

    return Assistant(memory, model, pause=lambda seconds: None)
