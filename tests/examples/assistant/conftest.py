"""What the assistant's tests begin with: a double, a memory that talks to it, the assistant.

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
from tests.support.official import client_class, home

BACKENDS = ["http", "sdk"] if home() else ["http"]
"""The official client is tested wherever it is installed, and not at all elsewhere."""


@pytest.fixture
def memos(mock_memos: Memos, record_property: Callable[[str, object], None]) -> Iterator[Memos]:
    """The double; what was asked of it is handed in, for runs to be compared."""
    yield mock_memos
    record_property("digest", mock_memos.digest)


@pytest.fixture(scope="session")
def official() -> Any:
    """The official client's class."""
    return client_class()


@pytest.fixture(params=BACKENDS)
def memory(request: pytest.FixtureRequest, memos: Memos) -> Iterator[Memory]:
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
