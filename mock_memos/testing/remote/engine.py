"""What a face wants of an engine, asked of a server elsewhere by its control API."""

import json
import os
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Condition, RLock
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mock_memos.core.addresses import CONTROL_PREFIX, CONTROL_TOKEN_HEADER
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.snapshot import take_snapshot
from mock_memos.simulation.world import World
from mock_memos.testing.remote.world import RemoteWorld

TOKEN_VARIABLE = "MOCK_MEMOS_CONTROL_TOKEN"  # noqa: S105  the name of a variable
"""The environment variable with the token that `serve --control-token` was given."""


class RemoteEngine:
    """A server, as if its engine were here."""

    settings = Settings()
    scenarios: tuple[Scenario, ...] = ()
    """What worlds begin with that are opened from here; the server's own are not asked for."""

    def __init__(self, base_url: str) -> None:
        self._parts = urlsplit(base_url)
        self.lock = RLock()
        self.new_exchange = Patient(self.lock)
        self.unauthenticated = Journal()
        self.blamed: dict[str, tuple[Exchange, ...]] = {}
        self._spare = 0

    def ask(self, key: str, method: str, verb: str, **body: Any) -> Any:
        """One order to the server. Raises `UsageError` with the server's words."""
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=30)
        headers = {"Authorization": f"Token {key}"} if key else {}
        if token := os.environ.get(TOKEN_VARIABLE):
            headers[CONTROL_TOKEN_HEADER] = token
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

    def world(self, key: str) -> RemoteWorld:
        return RemoteWorld(self, key)

    def set_world(self, key: str, world: World | RemoteWorld) -> None:
        """A world of this process moves there; one that is there already is copied."""
        if isinstance(world, RemoteWorld):
            self.copy(world.key, key)
        else:
            self.ask(key, "PUT", "snapshot", **take_snapshot(world))

    def copy(self, key: str, to: str) -> None:
        """An equal world under another key."""
        self.ask(key, "POST", "fork", api_key=to)

    def create_world(self, key: str, settings: Settings, scenarios: Sequence[Scenario]) -> None:
        self.set_world(key, World(settings, "mock-key", scenarios))

    def reset(self, key: str) -> None:
        self.ask(key, "POST", "reset")

    def delete_world(self, key: str) -> None:
        self.ask(key, "DELETE", "world")

    def unused_key(self, key: str) -> str:
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
