"""The face of a double that serves elsewhere, in another process or on another machine.

What a test asks is read from the world's state and journal; what it does goes over the control API.
So many processes, such as the workers of one test run, can share one `mock-memos serve`.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Condition, RLock
from typing import Any, Self, cast
from urllib.parse import urlsplit

import msgspec

from mock_memos.clock import Clock, Moment, milliseconds
from mock_memos.engine import Engine
from mock_memos.errors import UsageError
from mock_memos.face import Double
from mock_memos.faults import FaultRule
from mock_memos.faults.rules import Rule
from mock_memos.journal import Exchange, Journal
from mock_memos.records import Task
from mock_memos.routes import CONTROL_PREFIX
from mock_memos.scenario import Course, Scenario
from mock_memos.settings import Settings
from mock_memos.world import World


class RemoteMemos(Double):
    """A world on a server elsewhere, with the face of every double.

    `base_url` is what `serve` prints as MEMOS_BASE_URL. Raises `UsageError` where no server of ours
    answers.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        self._server = RemoteEngine(base_url.rstrip("/"))
        super().__init__(cast(Engine, self._server), api_key, base_url.rstrip("/"))

    def beside(self, key: str) -> "RemoteMemos":
        return RemoteMemos(self.base_url, key)

    @contextmanager
    def branch(self) -> Iterator[Self]:
        kept = self.fork().api_key
        try:
            yield self
        except BaseException:
            self.broken_branch = self._server.world(self.api_key).whole()
            raise
        finally:
            blamed = self.journal.unexpected
            self._server.copy(kept, self.api_key)
            self._server.blamed[self.api_key] = blamed
            self._server.close(kept)


def is_double(base_url: str) -> bool:
    """Whether a server of ours answers there."""
    try:
        return bool(RemoteEngine(base_url).ask("", "GET", "health") == {"status": "ok"})
    except UsageError:
        return False


class RemoteEngine:
    """What a face wants of an engine, asked of a server by its control API."""

    def __init__(self, base_url: str) -> None:
        self._parts = urlsplit(base_url)
        self.lock = RLock()
        self.heard = Patient(self.lock)
        self.strays = Journal()
        self.blamed: dict[str, list[Exchange]] = {}
        """Unexpected calls of branches, by the key of their world."""
        self._spare = 0

    def ask(self, key: str, method: str, verb: str, **body: Any) -> Any:
        """One order to the server. Raises `UsageError` with the server's words."""
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=30)
        headers = {"Authorization": f"Token {key}"} if key else {}
        try:
            connection.request(
                method, f"{CONTROL_PREFIX}/{verb}", msgspec.json.encode(body) if body else None,
                headers,
            )  # fmt: skip
            text = connection.getresponse().read()
            answer = json.loads(text)
        except (OSError, HTTPException, ValueError) as problem:
            place = self._parts.netloc
            raise UsageError(f"no mock-memos answers at {place}: {problem}") from None
        finally:
            connection.close()
        if isinstance(answer, dict) and (error := answer.get("error")):
            raise UsageError(f"{error['message']} ({error['hint']})")
        return answer

    def world(self, key: str) -> "RemoteWorld":
        return RemoteWorld(self, key)

    def put(self, key: str, world: "World | RemoteWorld") -> None:
        """A world of this process moves there; one that is there already is copied."""
        if isinstance(world, RemoteWorld):
            self.copy(world.key, key)
        else:
            self.ask(key, "POST", "state", **world.snapshot())

    def copy(self, key: str, to: str) -> None:
        """An equal world under another key."""
        self.ask(key, "POST", "fork", api_key=to)

    def open(self, key: str, settings: Settings, scenarios: Sequence[Scenario]) -> None:
        self.put(key, World(settings, "mock-key", scenarios))

    def reset(self, key: str) -> None:
        self.ask(key, "POST", "reset")

    def close(self, key: str) -> None:
        self.ask(key, "DELETE", "state")

    def spare_key(self, key: str) -> str:
        self._spare += 1
        return f"{key}-{self._spare}"

    def journals(self) -> "Journals":
        return Journals(self)


class Journals(dict[str, Journal]):
    """The journals of a server, each fetched when somebody asks for it."""

    def __init__(self, server: RemoteEngine) -> None:
        super().__init__()
        self._server = server

    def __missing__(self, key: str) -> Journal:
        return self._server.world(key).journal


class Patient(Condition):
    """Nobody can notify us of what happens elsewhere, so it asks again and again."""

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        for _ in range(round((timeout or 0) / 0.02)):
            if predicate():
                return True
            self.wait(0.02)
        return predicate()


class RemoteWorld:
    """One world of a server: looks at a copy of it, and acts over the control API."""

    def __init__(self, server: RemoteEngine, key: str) -> None:
        self._server = server
        self.key = key

    def ask(self, method: str, verb: str, **body: Any) -> Any:
        return self._server.ask(self.key, method, verb, **body)

    @property
    def copy(self) -> World:
        """The world as it stands now, in this process."""
        return World.restore(self.snapshot())

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
        return RemoteJournal(self, self._server.blamed.get(self.key, []))

    @property
    def settings(self) -> Settings:
        return self.copy.settings

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return self.copy.scenarios

    def catch_up(self) -> int:
        return self.clock.now

    def drain(self) -> int:
        passed: float = self.ask("POST", "clock", drain=True)["passed"]
        return round(passed * 1000)

    def load(self, scenario: Scenario) -> None:
        """What several files give goes there one by one, because a text is one file."""
        said = msgspec.to_builtins(msgspec.structs.replace(scenario, given=(), steps=()))
        del said["given"], said["steps"], said["name"]
        *others, last = msgspec.to_builtins(scenario.given) or [{}]
        bare = {"version": 1, "title": scenario.title}
        for part in (*(bare | {"given": one} for one in others), bare | said | {"given": last}):
            self.ask("POST", "scenario", name=scenario.name, text=json.dumps(part))

    def snapshot(self) -> dict[str, Any]:
        document: dict[str, Any] = self.ask("GET", "state")
        return document

    def fork(self) -> "RemoteWorld":
        return self


class RemoteClock:
    """The clock of a world elsewhere."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.copy.clock, name)  # mode, rate, step, datetime

    @property
    def now(self) -> int:
        moment: int = self._world.ask("GET", "clock")["milliseconds"]
        return moment

    def advance(self, by: Any = 0, **spans: float) -> None:
        still = Clock("manual", start=0)  # says what is wrong with a span
        self._world.ask("POST", "clock", advance=still.advance(by, **spans) / 1000)

    def set(self, moment: Moment | None = None, **how: Any) -> None:
        said = {name: value for name, value in how.items() if value is not None}
        if moment is not None:
            said["to"] = milliseconds(moment)
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

    def direct(self, task_id: str, course: Course, now: int) -> Task:
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

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._world.copy.faults)

    def __contains__(self, rule: Rule) -> bool:
        return any(one.number == rule.number for one in self)

    def add(self, rule: FaultRule, *, now: int) -> Rule:
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
        self._unexpected += blamed
        told = world.ask("GET", "journal")
        for one in told["exchanges"]:
            self.add(_exchange(one))
        self._unexpected = list(dict.fromkeys(self._unexpected))
        self._told = told

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
    bodies = {name: _bytes(told[name]) for name in ("request", "reply")}
    time = milliseconds(told["time"]) if told["time"] else 0
    headers = tuple(told["headers"].items())
    return msgspec.convert(told | bodies | {"time": time, "headers": headers}, Exchange)


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return b"" if body is None else msgspec.json.encode(body)
