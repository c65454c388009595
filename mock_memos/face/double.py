"""What a test holds in its hand: one face for the double in process and for the live one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self, Unpack

from mock_memos.control.tasks import ComingTasks, sending
from mock_memos.engine import Engine
from mock_memos.face.clock import ClockFace
from mock_memos.face.faults import FaultFace
from mock_memos.face.journal import JournalFace
from mock_memos.face.tasks import TaskFace
from mock_memos.interleavings import interleaving
from mock_memos.options import Options
from mock_memos.scenario import Scenario, load
from mock_memos.scenario.shapes import convert
from mock_memos.settings import Settings, refuse_unknown
from mock_memos.world import World

Source = str | Scenario
"""A scenario, the name of a shipped one, or the path of a file."""

Tasks = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""How coming tasks go: `{"when": {"text": "tea"}, "task": {"held": True}, "times": 1}`, or several.

`when`, `task` and `times` are written as in a scenario's scripts; the first that fits counts.
"""


def prepare(
    scenario: Source | Sequence[Source] | None,
    settings: Mapping[str, Any],
    *,
    base: Settings | None = None,
    tasks: Tasks = (),
    schedule: int = 0,
) -> tuple[Settings, tuple[Scenario, ...]]:
    """Scenarios loaded, and the settings: what is given, over what a scenario says, over `base`.

    A schedule decides on the tasks that no scenario speaks of. Raises `UsageError` for
    an unknown setting and `ScenarioError` for a file with mistakes.
    """
    refuse_unknown(settings, "scenario", "tasks", "schedule")
    if scenario is None:
        scenario = ()
    sources = (scenario,) if isinstance(scenario, str | Scenario) else scenario
    scenarios = [load(one) if isinstance(one, str) else one for one in sources]
    if schedule:
        scenarios.append(interleaving(schedule))
    said: dict[str, Any] = {}
    for one in scenarios:
        said |= one.settings
    if tasks:
        said_of = [tasks] if isinstance(tasks, Mapping) else tasks
        coming = [convert(dict(one), ComingTasks) for one in said_of]
        scenarios.insert(0, sending("tasks", *coming))
    said |= {name: value for name, value in settings.items() if value is not None}
    return (base or Settings()).but(**said), tuple(scenarios)


class Double:
    """A double of the service, seen through one API key.

    `base_url` and `api_key` are what a client needs. Everything else looks at, or moves, the
    world of that key. The face is the same in process and live, and safe to use from any thread.
    """

    def __init__(self, engine: Engine, key: str, base_url: str) -> None:
        self.engine = engine
        self.api_key = key
        self.base_url = base_url
        self.clock = ClockFace(self.here)
        self.tasks = TaskFace(self.here)
        self.faults = FaultFace(self.here)
        self.journal = JournalFace(self.here, engine.heard, self._calls_elsewhere)
        self.broken_branch: World | None = None
        """The world of the last branch that was left by an error, for a report to show."""

    @contextmanager
    def here(self) -> Iterator[World]:
        """This key's world, up to date, while nothing else may touch it."""
        with self.engine.lock:
            world = self.engine.world(self.api_key)
            world.catch_up()
            yield world

    def _calls_elsewhere(self) -> int:
        journals = self.engine.journals()
        journals.pop(self.api_key, None)
        return self.engine.strays.total + sum(one.total for one in journals.values())

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

    def load(self, scenario: Source) -> None:
        """Add a scenario to this world: its scripts count from the next call on.

        Raises `ScenarioError` that lists every mistake of the file with its place.
        """
        loaded = load(scenario) if isinstance(scenario, str) else scenario
        with self.here() as world:
            world.load(loaded)

    def drain(self) -> float:
        """Run time to the end of the last pending task. Gives the virtual seconds that passed."""
        with self.here() as world:
            return world.drain() / 1000

    def reset(self) -> None:
        """Begin this world anew, with the settings and scenarios that it began with."""
        with self.engine.lock:
            self.engine.reset(self.api_key)

    def snapshot(self) -> dict[str, Any]:
        """Everything that decides the replies of this world, as plain values that JSON can hold."""
        with self.here() as world:
            return world.snapshot()

    def restore(self, document: dict[str, Any]) -> None:
        """Put the world of a snapshot in place of this one, with an empty journal.

        Raises `UsageError` for a document that is none.
        """
        world = World.restore(document)
        with self.engine.lock:
            self.engine.put(self.api_key, world)

    def fork(self, key: str | None = None) -> "Double":
        """An equal world under a key of its own, in time that does not depend on its size."""
        with self.here() as world:
            key = key or self.engine.spare_key(self.api_key)
            self.engine.put(key, world.fork())
        return self.beside(key)

    @contextmanager
    def branch(self) -> Iterator[Self]:
        """Do inside what leaves no trace: at the end the world is as it was at the beginning.

        It takes no time that depends on the world's size, so that what is expensive to prepare is
        prepared once. Calls that must not happen are still held against the test.
        """
        with self.here() as before:
            self.engine.put(self.api_key, before.fork())
        try:
            yield self
        except BaseException:
            self.broken_branch = self.engine.world(self.api_key)
            raise
        finally:
            with self.here() as tried:
                self.engine.put(self.api_key, before)
                before.journal.answer_for(tried.journal)

    def open(
        self,
        key: str | None = None,
        *,
        scenario: Source | Sequence[Source] | None = None,
        tasks: Tasks = (),
        schedule: int = 0,
        **settings: Unpack[Options],
    ) -> "Double":
        """A fresh world under another key, and its face.

        It is as the service's own worlds are, but for the settings, scenarios and tasks given
        here. A client reaches it at the same address with that key.
        """
        chosen, scenarios = prepare(
            scenario, settings, base=self.engine.settings, tasks=tasks, schedule=schedule
        )
        if scenario is None:
            scenarios += self.engine.scenarios
        with self.engine.lock:
            key = key or self.engine.spare_key(self.api_key)
            self.engine.open(key, chosen, scenarios)
        return self.beside(key)

    def beside(self, key: str) -> "Double":
        """The face of another key of the same service."""
        return Double(self.engine, key, self.base_url)

    def close(self, key: str) -> None:
        """Forget the world of a key."""
        self.engine.close(key)
