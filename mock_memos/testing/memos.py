"""The one face of every double, as a type for whatever does not care about the door."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self, Unpack

from mock_memos.core.settings import Settings
from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.engine import Engine
from mock_memos.engine.setup import ScenarioSource, TaskPlans, resolve_setup
from mock_memos.scenario import load
from mock_memos.simulation.snapshot import restore_world, take_snapshot
from mock_memos.simulation.world import World
from mock_memos.testing.clock import ClockHandle
from mock_memos.testing.faults import FaultsHandle
from mock_memos.testing.journal import JournalHandle
from mock_memos.testing.tasks import TasksHandle


class Memos:
    """A double of the service, seen through one API key.

    `base_url` and `api_key` are what a client needs. Everything else looks at, or moves, the
    world of that key. The face is the same in process and live, and safe to use from any thread.
    """

    def __init__(self, engine: Engine, key: str, base_url: str) -> None:
        self.engine = engine
        self.api_key = key
        self.base_url = base_url
        self.clock = ClockHandle(self.here)
        self.tasks = TasksHandle(self.here)
        self.faults = FaultsHandle(self.here)
        self.journal = JournalHandle(self.here, engine.new_exchange, self._calls_elsewhere)
        self.failed_sandbox: World | None = None
        """The world of the last branch that was left by an error, for a report to show."""

    @contextmanager
    def here(self) -> Iterator[World]:
        """This key's world, up to date, while nothing else may touch it."""
        with self.engine.lock:
            world = self.engine.world(self.api_key)
            world.run_due_jobs()
            yield world

    def _calls_elsewhere(self) -> int:
        journals = self.engine.journals()
        journals.pop(self.api_key, None)
        return self.engine.unauthenticated.total + sum(one.total for one in journals.values())

    @property
    def settings(self) -> Settings:
        """The settings of this world."""
        with self.here() as world:
            return world.settings

    @property
    def digest(self) -> str:
        """32 hex digits over everything that was asked and answered; equal for equal runs."""
        with self.here() as world:
            return world.journal.digest

    def load_scenario(self, scenario: ScenarioSource) -> None:
        """Add a scenario to this world: its scripts count from the next call on.

        Raises `ScenarioError` that lists every mistake of the file with its place.
        """
        loaded = load(scenario) if isinstance(scenario, str) else scenario
        with self.here() as world:
            world.load_scenario(loaded)

    def run_until_idle(self) -> float:
        """Run time to the end of the last pending task. Gives the virtual seconds that passed."""
        with self.here() as world:
            return world.run_until_idle() / 1000

    def reset(self) -> None:
        """Begin this world anew, with the settings and scenarios that it began with."""
        with self.engine.lock:
            self.engine.reset(self.api_key)

    def snapshot(self) -> dict[str, Any]:
        """Everything that decides the replies of this world, as plain values that JSON can hold."""
        with self.here() as world:
            return take_snapshot(world)

    def restore(self, document: dict[str, Any]) -> None:
        """Put the world of a snapshot in place of this one, with an empty journal.

        Raises `UsageError` for a document that is none.
        """
        world = restore_world(document)
        with self.engine.lock:
            self.engine.set_world(self.api_key, world)

    def fork(self, key: str | None = None) -> "Memos":
        """An equal world under a key of its own, in time that does not depend on its size."""
        with self.here() as world:
            key = key or self.engine.unused_key(self.api_key)
            self.engine.set_world(key, world.fork())
        return self.for_key(key)

    @contextmanager
    def sandbox(self) -> Iterator[Self]:
        """Do inside what leaves no trace: at the end the world is as it was at the beginning.

        It takes no time that depends on the world's size, so that what is expensive to prepare is
        prepared once. Calls that must not happen are still held against the test.
        """
        with self.here() as before:
            self.engine.set_world(self.api_key, before.fork())
        try:
            yield self
        except BaseException:
            self.failed_sandbox = self.engine.world(self.api_key)
            raise
        finally:
            with self.here() as tried:
                self.engine.set_world(self.api_key, before)
                before.journal.copy_findings_from(tried.journal)

    def new_world(
        self,
        key: str | None = None,
        *,
        scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
        tasks: TaskPlans = (),
        task_order: int = 0,
        **settings: Unpack[SettingsArguments],
    ) -> "Memos":
        """A fresh world under another key, and its face.

        It is as the service's own worlds are, but for the settings, scenarios and tasks given
        here. A client reaches it at the same address with that key.
        """
        chosen, scenarios = resolve_setup(
            scenario, settings, base=self.engine.settings, tasks=tasks, task_order=task_order
        )
        if scenario is None:
            scenarios += self.engine.scenarios
        with self.engine.lock:
            key = key or self.engine.unused_key(self.api_key)
            self.engine.create_world(key, chosen, scenarios)
        return self.for_key(key)

    def for_key(self, key: str) -> "Memos":
        """The face of another key of the same service."""
        return Memos(self.engine, key, self.base_url)

    def delete_world(self, key: str) -> None:
        """Forget the world of a key."""
        self.engine.delete_world(key)
