"""A world on a server elsewhere, as a face knows it: looked at whole, moved by orders."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from mock_memos.core.clock import Clock, Moment, to_milliseconds
from mock_memos.core.records import Task
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import ActiveFault, FaultRule
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.snapshot import restore_world
from mock_memos.simulation.world import World


class Server(Protocol):
    """Who takes orders for the world of a key."""

    blamed: dict[str, tuple[Exchange, ...]]
    """Unexpected calls of branches, by the key of their world."""

    def ask(self, key: str, method: str, verb: str, **body: Any) -> Any: ...


class RemoteWorld:
    """One world of a server: looks at a copy of it, and acts over the control API."""

    def __init__(self, server: Server, key: str) -> None:
        self._server = server
        self.key = key

    def ask(self, method: str, verb: str, **body: Any) -> Any:
        return self._server.ask(self.key, method, verb, **body)

    @property
    def copy(self) -> World:
        """The world as it stands now, in this process."""
        return restore_world(self.snapshot())

    def blame(self, exchange: Exchange) -> None:
        """Hold an unexpected call against whoever looks at this world."""
        known = self._server.blamed.get(self.key, ())
        self._server.blamed[self.key] = (*known, exchange)

    def whole(self) -> World:
        """The world as it stands now, journal and all."""
        world = self.copy
        world.journal = self.journal
        return world

    @property
    def clock(self) -> "RemoteClock":
        return RemoteClock(self)

    @property
    def tasks(self) -> "RemoteTasks":
        return RemoteTasks(self)

    @property
    def faults(self) -> "RemoteFaults":
        return RemoteFaults(self)

    @property
    def journal(self) -> "RemoteJournal":
        return RemoteJournal(self, self._server.blamed.get(self.key, ()))

    @property
    def settings(self) -> Settings:
        return self.copy.settings

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return self.copy.scenarios

    def run_due_jobs(self) -> int:
        return self.clock.now

    def run_until_idle(self) -> int:
        passed: float = self.ask("POST", "clock", run_until_idle=True)["passed_seconds"]
        return round(passed * 1000)

    def load_scenario(self, scenario: Scenario) -> None:
        """What several files give goes there one by one, because a text is one file."""
        said = msgspec.to_builtins(msgspec.structs.replace(scenario, given=(), steps=()))
        del said["given"], said["steps"], said["name"]
        *others, last = msgspec.to_builtins(scenario.given) or [{}]
        bare = {"version": 1, "title": scenario.title}
        for part in (*(bare | {"given": one} for one in others), bare | said | {"given": last}):
            self.ask("POST", "scenario", name=scenario.name, text=json.dumps(part))

    def snapshot(self) -> dict[str, Any]:
        document: dict[str, Any] = self.ask("GET", "snapshot")
        return document

    def fork(self) -> "RemoteWorld":
        """The server makes the copy when this is put under another key."""
        return self


class RemoteClock:
    """The clock of a world elsewhere."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.copy.clock, name)  # mode, rate, step, datetime

    @property
    def now(self) -> int:
        moment: int = self._world.ask("GET", "clock")["now_ms"]
        return moment

    def advance(self, by: Any = 0, **spans: float) -> None:
        still = Clock("manual", start_time=0)  # says what is wrong with a span
        self._world.ask("POST", "clock", advance=still.advance(by, **spans) / 1000)

    def configure(self, moment: Moment | None = None, **how: Any) -> None:
        said = {name: value for name, value in how.items() if value is not None}
        if moment is not None:
            said["advance_to"] = to_milliseconds(moment)
        self._world.ask("POST", "clock", **said)


class RemoteTasks:
    """The tasks of a world elsewhere."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def __iter__(self) -> Iterator[Task]:
        return iter(self._world.copy.tasks)

    def get(self, task_id: str) -> Task | None:
        return self._world.copy.tasks.get(task_id)

    def running(self) -> list[Task]:
        return self._world.copy.tasks.running()

    def release(self, task_id: str, now: int) -> Task:
        self._world.ask("POST", "tasks", task_id=task_id)
        return self._now(task_id)

    def reschedule(self, task_id: str, course: TaskPlan, now: int) -> Task:
        said = {name: to for name, to in msgspec.to_builtins(course).items() if to is not None}
        self._world.ask("POST", "tasks", task_id=task_id, task=said)
        return self._now(task_id)

    def _now(self, task_id: str) -> Task:
        task = self.get(task_id)
        assert task is not None
        return task


class RemoteFaults:
    """The faults of a world elsewhere."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter(self._world.copy.faults)

    def __contains__(self, rule: ActiveFault) -> bool:
        return any(one.number == rule.number for one in self)

    def add(self, rule: FaultRule, *, now: int) -> ActiveFault:
        number = self._world.ask("POST", "faults", **msgspec.to_builtins(rule))["id"]
        return next(one for one in self if one.number == number)

    def remove(self, number: int) -> None:
        self._world.ask("DELETE", "faults", id=number)

    def clear(self) -> None:
        self._world.ask("DELETE", "faults")


class RemoteJournal(Journal):
    """The journal of a world elsewhere, as it stood when it was asked for."""

    def __init__(self, world: RemoteWorld, blamed: Sequence[Exchange]) -> None:
        super().__init__()
        self._world = world
        self._unmatched += blamed
        self._told = world.ask("GET", "journal")
        for one in self._told["exchanges"]:
            super().add(_exchange(one))
        self._unmatched = list(dict.fromkeys(self._unmatched))

    def add(self, exchange: Exchange) -> None:
        """Hold something against the test that the server knows nothing of."""
        self._world.blame(exchange)

    @property
    def digest(self) -> str:
        return str(self._told["digest"])

    @property
    def total(self) -> int:
        return int(self._told["total"])

    @property
    def dropped(self) -> int:
        return int(self._told["dropped"])

    def clear(self) -> None:
        self._world.ask("DELETE", "journal")


def _exchange(told: dict[str, Any]) -> Exchange:
    """An exchange from its plain values."""
    bodies = {name: _bytes(told[name]) for name in ("request_body", "response_body")}
    time = to_milliseconds(told["time"]) if told["time"] else 0
    headers = tuple(told["headers"].items())
    return msgspec.convert(told | bodies | {"time_ms": time, "headers": headers}, Exchange)


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return b"" if body is None else msgspec.json.encode(body)
