"""Runs control functions for the world of one API key."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from mock_memos.control.base import WorldStore, run_due_jobs
from mock_memos.control.journal import JournalPage, JournalQuery, list_exchanges
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.journal.journal import Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.world import World

Request = TypeVar("Request", bound=msgspec.Struct)
Response = TypeVar("Response")
ControlFunction = Callable[[WorldStore, str, Request], Response]


class WorldView(NamedTuple):
    """A copy of a world and of its journal, for reports."""

    world: World
    journal: JournalPage


class Backend(Protocol):
    """Runs control functions for the world of one API key."""

    api_key: str
    failed_sandbox: WorldView | None
    """The world at the end of the last sandbox that an error ended, for reports."""

    @property
    def defaults(self) -> tuple[Settings, Sequence[Scenario]]:
        """The settings and scenarios of new worlds, unless a test names others."""

    @property
    def unauthenticated(self) -> Journal:
        """Calls of this process without a known API key."""

    def call(self, function: ControlFunction[Request, Response], request: Request) -> Response:
        """Returns what a control function returns. Raises `UsageError` as it does."""

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float) -> bool:
        """Checks the condition after each call until it holds. Returns False after the timeout."""

    def count_other_calls(self) -> int:
        """Returns the number of calls with another API key or without one, as far as known."""

    def view(self) -> WorldView:
        """Returns a copy of the world and of its journal."""

    def for_key(self, api_key: str) -> "Backend":
        """Returns the backend for another API key."""


class EngineBackend:
    """Calls control functions directly, on an engine in this process. Thread-safe."""

    def __init__(self, engine: Engine, api_key: str) -> None:
        self.engine = engine
        self.api_key = api_key
        self.failed_sandbox: WorldView | None = None

    @property
    def defaults(self) -> tuple[Settings, Sequence[Scenario]]:
        return self.engine.settings, self.engine.scenarios

    @property
    def unauthenticated(self) -> Journal:
        return self.engine.unauthenticated

    def call(self, function: ControlFunction[Request, Response], request: Request) -> Response:
        with self.engine.lock:
            run_due_jobs(self.engine, self.api_key)
            return function(self.engine, self.api_key, request)

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float) -> bool:
        with self.engine.new_exchange:
            return self.engine.new_exchange.wait_for(condition, timeout_seconds)

    def count_other_calls(self) -> int:
        journals = self.engine.journals()
        journals.pop(self.api_key, None)
        return self.unauthenticated.total + sum(journal.total for journal in journals.values())

    def view(self) -> WorldView:
        with self.engine.lock:
            page = self.call(list_exchanges, JournalQuery())
            return WorldView(self.engine.world(self.api_key).fork(), page)

    def for_key(self, api_key: str) -> "EngineBackend":
        return EngineBackend(self.engine, api_key)
