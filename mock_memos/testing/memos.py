"""One world of MemOS as a test controls it, the same in process, live and remotely."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self, Unpack

from mock_memos.control.base import EmptyRequest
from mock_memos.control.clock import MoveClock, move_clock
from mock_memos.control.worlds import (
    CloseSandbox,
    CreateWorld,
    ForkWorld,
    ResetWorld,
    add_scenario,
    close_sandbox,
    create_world,
    delete_world,
    fork,
    open_sandbox,
    reset,
    restore_snapshot,
    show_settings,
    show_snapshot,
)
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.setup import ScenarioSource, TaskPlans, resolve_setup
from mock_memos.scenario import load
from mock_memos.simulation.snapshot import Snapshot
from mock_memos.testing.backend import Backend
from mock_memos.testing.clock import ClockHandle
from mock_memos.testing.faults import FaultsHandle
from mock_memos.testing.journal import JournalHandle
from mock_memos.testing.tasks import TasksHandle


class Memos:
    """One world of MemOS: its address, and what a test inspects and controls.

    The type of the fixtures, `MockMemos`, `MockMemosServer` and `RemoteMemos`. All methods act at
    once and are thread-safe.
    """

    base_url: str
    """The base URL for clients, without a trailing slash."""
    api_key: str
    """What clients send as `Authorization: Token <key>`. Each key has its own world."""
    clock: ClockHandle
    """The virtual time: `clock.advance(seconds=5)`."""
    tasks: TasksHandle
    """The tasks: `tasks.hold(task_id)`, `tasks.plan_for(text="tea", task={"failed": True})`."""
    faults: FaultsHandle
    """Errors, delays and lost replies: `faults.once("timeout", "search/memory")`."""
    journal: JournalHandle
    """The recorded calls: `journal.assert_called("add/message", user_id="ana")`."""

    backend: Backend
    """What carries out the methods: the engine of this process, or a server.

    For the handles and the plugin; tests use the methods and handles.
    """

    def __init__(self, backend: Backend, base_url: str) -> None:
        self.backend = backend
        self.base_url = base_url
        self.api_key = backend.api_key
        self.clock = ClockHandle(backend)
        self.tasks = TasksHandle(backend)
        self.faults = FaultsHandle(backend)
        self.journal = JournalHandle(backend)

    @property
    def settings(self) -> Settings:
        """The settings of this world."""
        return self.backend.call(show_settings, EmptyRequest())

    @property
    def digest(self) -> str:
        """32 hex digits over all calls and replies so far; equal for equal runs."""
        return self.journal.digest

    def load_scenario(self, scenario: ScenarioSource) -> None:
        """Adds a scenario to this world. Its rules apply from the next call on.

        Raises `ScenarioError`, which lists every mistake in the file with its position.
        """
        loaded = load(scenario) if isinstance(scenario, str) else scenario
        self.backend.call(add_scenario, loaded)

    def run_until_idle(self) -> float:
        """Advances the clock to the end of the last timed task. Returns the virtual seconds.

        Does not wait for tasks that are held, stuck, or wait for polls.
        """
        return self.backend.call(move_clock, MoveClock(run_until_idle=True)).passed_seconds

    def reset(self) -> None:
        """Resets this world to its initial settings and scenarios."""
        self.backend.call(reset, ResetWorld())

    def snapshot(self) -> dict[str, Any]:
        """Returns all that decides future replies, as JSON values; not the journal."""
        return self.backend.call(show_snapshot, EmptyRequest())

    def restore(self, document: dict[str, Any]) -> None:
        """Replaces this world by the world of a snapshot, with an empty journal.

        Raises `UsageError` for an invalid snapshot.
        """
        self.backend.call(restore_snapshot, Snapshot.read(document))

    def fork(self, key: str | None = None) -> "Memos":
        """Copies this world to another API key, in constant time. Returns the copy.

        Raises `UsageError` if the key has a world.
        """
        return self.for_key(self.backend.call(fork, ForkWorld(api_key=key or "")).api_key)

    @contextmanager
    def sandbox(self) -> Iterator[Self]:
        """Restores this world when the block ends, in constant time.

        Unmatched calls inside the block still fail the test.
        """
        opened = self.backend.call(open_sandbox, EmptyRequest())
        close = CloseSandbox(sandbox_id=opened.sandbox_id)
        try:
            yield self
        except BaseException:
            # A server that has ended must not hide the error of the test.
            with suppress(UsageError):
                self.backend.failed_sandbox = self.backend.view()
            with suppress(UsageError):
                self.backend.call(close_sandbox, close)
            raise
        self.backend.call(close_sandbox, close)

    def new_world(
        self,
        key: str | None = None,
        *,
        scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
        tasks: TaskPlans = (),
        task_order: int = 0,
        **settings: Unpack[SettingsArguments],
    ) -> "Memos":
        """Creates a world for another API key, by default a generated one. Returns it.

        Settings and scenarios that are not given are those of the server (of `RemoteMemos`: the
        defaults). Clients use the same base URL with the new key. Raises `UsageError` if the key
        has a world.
        """
        base, default_scenarios = self.backend.defaults
        chosen, scenarios = resolve_setup(
            scenario, settings, base=base, tasks=tasks, task_order=task_order
        )
        if scenario is None:
            scenarios += tuple(default_scenarios)
        request = CreateWorld(api_key=key or "", settings=chosen, scenarios=scenarios)
        return self.for_key(self.backend.call(create_world, request).api_key)

    def for_key(self, key: str) -> "Memos":
        """Returns the world of another API key, which is created by its first use."""
        return Memos(self.backend.for_key(key), self.base_url)

    def delete_world(self, key: str) -> None:
        """Deletes the world of an API key."""
        self.backend.for_key(key).call(delete_world, EmptyRequest())
