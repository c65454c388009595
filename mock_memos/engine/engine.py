"""The simulated service as a function of values: `Engine.handle(Call) -> Reply`.

One lock serialises calls, so the journal is totally ordered. Transports convert requests and
responses; the engine imports no HTTP library and never waits.
"""

import itertools
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from mock_memos.api.routes import Route
from mock_memos.core import service_errors
from mock_memos.core.addresses import CONTROL_PREFIX
from mock_memos.core.calls import Call, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings
from mock_memos.engine.authentication import parse_authorization
from mock_memos.engine.control_dispatch import dispatch
from mock_memos.engine.error_replies import service_error_reply
from mock_memos.engine.journal_entries import control_entry, journal_entry
from mock_memos.engine.request_handling import apply_fault, handle_request
from mock_memos.engine.routing import match_route
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.call_context import CallContext
from mock_memos.simulation.world import World

_log = logging.getLogger("mock_memos")


class Engine:
    """Worlds by API key, and the handling of calls: authentication, routing, operation, journal."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        keys: Collection[str] = (),
        scenarios: Sequence[Scenario] = (),
    ) -> None:
        """Without `keys`, every non-empty key is accepted and has its own world.

        Raises `UsageError` for an invalid key.
        """
        for key in keys:
            _check_key(key)
        self.lock = threading.RLock()
        self.settings = settings or Settings()
        self.scenarios = tuple(scenarios)
        self.unauthenticated = Journal(
            self.settings.journal_max_entries, self.settings.journal_max_bytes
        )
        """Calls without a world: their key is absent or unknown."""
        self.new_exchange = threading.Condition(self.lock)
        """Notified after each journal entry."""
        self.observers: list[Callable[[Exchange], None]] = []
        """Called with each journal entry, and with requests of the control API. Must be fast."""
        self._keys = frozenset(keys)
        self._worlds: dict[str, World] = {}
        self._sandboxes: dict[str, tuple[str, World]] = {}
        """The keys and saved worlds of open sandboxes. They are not worlds of clients."""
        self._sandbox_numbers = itertools.count(1)

    def handle(self, call: Call) -> Reply:
        """Returns the reply to one call. Never raises; safe to call from any thread."""
        size = call.unread_bytes or len(call.body)
        with self.lock:
            if size > self.settings.max_body_bytes:
                return self._refuse_body(call, size)
            if call.path.startswith(CONTROL_PREFIX):
                reply = dispatch(self, call)
                for observer in self.observers:
                    observer(control_entry(call, reply))
                return reply
            context = CallContext()
            world: World | None = None
            route: Route | None = None
            error: ApiError | None = None
            try:
                scheme, key = parse_authorization(call)
                world = self._worlds.get(key) or self.world_for_request(key)
                world.begin_call(context)
                if scheme == "bearer" and world.settings.strict:
                    raise ApiError(
                        service_errors.KEY_INVALID,
                        "Authorization is 'Bearer'; expected 'Token <key>'",
                    )
                route, path_parameter = match_route(call)
                reply = handle_request(world, route, path_parameter, call)
            except ApiError as api_error:
                error = api_error
                reply = self._error_reply(error, world)
            except Exception as defect:
                _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
                error = ApiError(
                    service_errors.INTERNAL,
                    f"a defect in mock-memos, please report it: {type(defect).__name__}: {defect}",
                )
                reply = self._error_reply(error, world)
            if world is not None:
                reply = apply_fault(world, reply)
            self._record(call, reply, world, route, error, context)
            return reply

    def _refuse_body(self, call: Call, size: int) -> Reply:
        """Returns the reply to a body over the limit. It is recorded, but time does not pass."""
        limit = self.settings.max_body_bytes
        hint = f"the body has {size} bytes or more; at most {limit} are accepted"
        error = ApiError(service_errors.INVALID_PARAMETERS, hint, status=413)
        world: World | None = None
        route: Route | None = None
        with suppress(ApiError):
            world = self._worlds.get(parse_authorization(call)[1])
            route, _ = match_route(call)
        reply = self._error_reply(error, world)
        call = msgspec.structs.replace(call, body=b"")
        self._record(call, reply, world, route, error, CallContext())
        return reply

    def _error_reply(self, error: ApiError, world: World | None) -> Reply:
        settings = world.settings if world else self.settings
        return service_error_reply(
            error, 200 if settings.http_status == "always-200" else error.status
        )

    def _record(
        self,
        call: Call,
        reply: Reply,
        world: World | None,
        route: Route | None,
        error: ApiError | None,
        context: CallContext,
    ) -> None:
        journal = self.unauthenticated if world is None else world.journal
        exchange = journal_entry(journal.total + 1, call, reply, world, route, error, context)
        journal.add(exchange, None if route is None else context.facts)
        self.new_exchange.notify_all()
        for observer in self.observers:
            observer(exchange)

    # --- worlds ---

    def world(self, key: str) -> World:
        """Returns the world of a key. Creates it if needed."""
        with self.lock:
            world = self._worlds.get(key)
            if world is None:
                world = self._worlds[key] = World(self.settings, key, self.scenarios)
            return world

    def find_world(self, key: str) -> World | None:
        """Returns the world of a key if it exists."""
        return self._worlds.get(key)

    def check_request_key(self, key: str) -> None:
        """Raises 40132 for the key of a request that the server was not given."""
        if self._keys and key not in self._keys and key not in self._worlds:
            raise ApiError(service_errors.KEY_INVALID, "the server was not given this key")

    def world_for_request(self, key: str) -> World:
        """Returns the world of the key in a request. Raises 40132 for an unknown key."""
        with self.lock:
            self.check_request_key(key)
            return self.world(key)

    def create_world(
        self,
        key: str,
        settings: Settings | None = None,
        scenarios: Sequence[Scenario] | None = None,
    ) -> World:
        """Creates the world of a key, by default with the settings of the engine.

        Its identifiers do not depend on the key: one test has the same replies with every
        transport. Raises `UsageError` for an invalid key, and for one that has a world.
        """
        with self.lock:
            self._check_new_key(key)
            return self._replace_world(key, settings, scenarios)

    def fork_world(self, key: str, copy_key: str) -> None:
        """Copies a world to another key.

        Raises `UsageError` for an invalid key, and for one that has a world.
        """
        with self.lock:
            self._check_new_key(copy_key)
            self._worlds[copy_key] = self.world(key).fork()

    def _check_new_key(self, key: str) -> None:
        _check_key(key)
        if key in self._worlds:
            raise UsageError(f"the key {key!r} has a world; delete it first, or use another key")

    def _replace_world(
        self, key: str, settings: Settings | None, scenarios: Sequence[Scenario] | None
    ) -> World:
        scenarios = self.scenarios if scenarios is None else scenarios
        world = self._worlds[key] = World(settings or self.settings, scenarios=scenarios)
        return world

    def set_world(self, key: str, world: World) -> None:
        """Replaces the world of a key, for example by a fork."""
        with self.lock:
            self._worlds[key] = world

    def reset(
        self, key: str, settings: Settings | None = None, scenarios: Sequence[Scenario] = ()
    ) -> World:
        """Resets the world of a key to its initial state, or to these settings and scenarios."""
        with self.lock:
            if settings is not None:
                return self._replace_world(key, settings, scenarios)
            world = self._worlds[key] = World(*self.world(key).initial)
            return world

    def unused_key(self, key: str) -> str:
        """Returns a key that starts with this one and has no world yet."""
        with self.lock:
            keys = (f"{key}-{number}" for number in itertools.count(1))
            return next(unused for unused in keys if unused not in self._worlds)

    def delete_world(self, key: str) -> None:
        """Deletes the world of a key, if it has one."""
        with self.lock:
            self._worlds.pop(key, None)

    def open_sandbox(self, key: str) -> str:
        """Saves the world of a key, and continues with a fork. Returns the sandbox's id."""
        with self.lock:
            sandbox_id = f"sandbox-{next(self._sandbox_numbers)}"
            world = self.world(key)
            self._worlds[key] = world.fork()
            self._sandboxes[sandbox_id] = key, world
            return sandbox_id

    def close_sandbox(self, key: str, sandbox_id: str) -> World:
        """Restores the saved world of a key. Its journal keeps unmatched calls and assumptions.

        Raises `UsageError` for an id that is not an open sandbox of this key.
        """
        with self.lock:
            sandbox_key, saved = self._sandboxes.get(sandbox_id, ("", None))
            if saved is None or sandbox_key != key:
                raise UsageError(
                    f"{sandbox_id!r} is not an open sandbox of {key!r}; "
                    "POST /_mock/sandbox returns its id"
                )
            saved.journal.copy_findings_from(self.world(key).journal)
            self._worlds[key] = saved
            del self._sandboxes[sandbox_id]
            return saved

    def openapi_document(self) -> dict[str, Any]:
        """Returns the OpenAPI document for the settings of this engine."""
        from mock_memos.api.openapi.document import build_document  # slow to import

        return build_document(self.settings)

    def journals(self) -> dict[str, Journal]:
        """Returns the journals of all worlds by their keys."""
        with self.lock:
            return {key: world.journal for key, world in self._worlds.items()}

    def pending(self) -> int:
        """Returns the number of running tasks in all worlds."""
        with self.lock:
            return sum(world.tasks.pending for world in self._worlds.values())


def _check_key(key: str) -> None:
    """Raises `UsageError` for a key that cannot be sent in a header."""
    if not key or key != key.strip():
        raise UsageError(
            f"invalid API key {key!r}: it is empty or starts or ends with a space; "
            "use one such as 'mock-key'"
        )
