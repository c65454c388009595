"""The whole simulated service as one plain function of values: `Engine.handle(Call) -> Reply`.

No socket, no framework, no `await`. One lock makes every call a step of its own, so that the
journal is a total order. Doors translate to and from their own worlds.
"""

import itertools
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from mock_memos.api.decoding import multipart
from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.api.models.memories import GetMemoryById
from mock_memos.api.routes import Route
from mock_memos.core import service_errors
from mock_memos.core.addresses import CONTROL_PREFIX, FAULT_HEADER
from mock_memos.core.calls import Call, Reply, decode_object
from mock_memos.core.error_replies import service_error_reply
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Subject
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings
from mock_memos.engine import journal_entries, routing
from mock_memos.engine.authentication import parse_authorization
from mock_memos.engine.control_dispatch import dispatch
from mock_memos.faults.effects import Effect
from mock_memos.faults.parsing import parse_fault_header
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.world import World

_log = logging.getLogger("mock_memos")
_encode = msgspec.json.Encoder().encode


class Engine:
    """Worlds by API key, and the way of a call through authentication, routing and behaviour."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        keys: Collection[str] = (),
        scenarios: Sequence[Scenario] = (),
    ) -> None:
        """Without `keys`, every key that is not empty opens a world of its own.

        Raises `UsageError` for an empty one, with which no call could come.
        """
        for key in keys:
            _check_key(key)
        self.lock = threading.RLock()
        self.settings = settings or Settings()
        self.scenarios = tuple(scenarios)
        self.unauthenticated = Journal(
            self.settings.journal_max_entries, self.settings.journal_max_bytes
        )
        """Calls that belong to no world: without a key, or with one that is not known."""
        self.new_exchange = threading.Condition(self.lock)
        """Notified when an exchange was noted, for whoever waits for one."""
        self.observers: list[Callable[[Exchange], None]] = []
        """Told of every exchange, and of calls of the control API; they must be quick."""
        self._keys = frozenset(keys)
        self._worlds: dict[str, World] = {}

    def handle(self, call: Call) -> Reply:
        """Answer one call. Never raises; safe to call from any thread."""
        size = call.unread_bytes or len(call.body)
        with self.lock:
            if size > self.settings.max_body_bytes:
                return self._too_large(call, size)
            if call.path.startswith(CONTROL_PREFIX):
                reply = dispatch(self, call)
                for listener in self.observers:
                    listener(journal_entries.of_control(call, reply))
                return reply
            world: World | None = None
            route: Route | None = None
            try:
                scheme, key = parse_authorization(call)
                world = self._worlds.get(key) or self.world_for_request(key)
                world.begin_call()
                if scheme == "bearer" and world.settings.strict:
                    raise ApiError(
                        service_errors.KEY_INVALID,
                        "Authorization is 'Bearer'; expected 'Token <key>'",
                    )
                route, rest = routing.find(call)
                reply = _answer(world, route, rest, call)
                problem = None
            except ApiError as error:
                problem = error
                reply = self._error_reply(error, world)
            except Exception as defect:
                _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
                problem = ApiError(
                    service_errors.INTERNAL,
                    f"a defect in mock-memos, please report it: {type(defect).__name__}: {defect}",
                )
                reply = self._error_reply(problem, world)
            if world is not None:
                reply = _leaving(world, reply)
            self._note(call, reply, world, route, problem)
            return reply

    # --- worlds ---

    def world(self, key: str) -> World:
        """Returns the world of a key. Creates it if needed."""
        with self.lock:
            world = self._worlds.get(key)
            if world is None:
                world = self._worlds[key] = World(self.settings, key, self.scenarios)
            return world

    def world_for_request(self, key: str) -> World:
        """Returns the world of the key in a request. Raises 40132 for an unknown key."""
        with self.lock:
            if self._keys and key not in self._keys and key not in self._worlds:
                raise ApiError(service_errors.KEY_INVALID, "the server was not given this key")
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
        _check_key(key)
        with self.lock:
            if key in self._worlds:
                raise UsageError(f"the key {key!r} has a world; delete it first, or use reset()")
            return self._replace_world(key, settings, scenarios)

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

    # --- the way of a call ---

    def _error_reply(self, error: ApiError, world: World | None) -> Reply:
        settings = world.settings if world else self.settings
        return service_error_reply(
            error, 200 if settings.http_status == "always-200" else error.status
        )

    def _too_large(self, call: Call, size: int) -> Reply:
        """Refuse a body before anything else is looked at. The journal hears of it all the same."""
        limit = self.settings.max_body_bytes
        hint = f"the body is {size} bytes or more; this server takes {limit}"
        problem = ApiError(service_errors.INVALID_PARAMETERS, hint, status=413)
        world: World | None = None
        route: Route | None = None
        with suppress(ApiError):
            world = self._worlds.get(parse_authorization(call)[1])
            route, _ = routing.find(call)
        reply = self._error_reply(problem, world)
        self._note(msgspec.structs.replace(call, body=b""), reply, world, route, problem)
        return reply

    def _note(
        self,
        call: Call,
        reply: Reply,
        world: World | None,
        route: Route | None,
        problem: ApiError | None,
    ) -> None:
        journal = self.unauthenticated if world is None else world.journal
        exchange = journal_entries.exchange(journal.total + 1, call, reply, world, route, problem)
        journal.add(exchange)
        self.new_exchange.notify_all()
        for listener in self.observers:
            listener(exchange)


def _check_key(key: str) -> None:
    """Refuse a key that no header could carry."""
    if not key or key != key.strip():
        raise UsageError(
            f"the API key {key!r} is empty or has blanks around it; write one such as 'mock-key'"
        )


def _uploaded(route: Route, call: Call, *, strict: bool) -> Request:
    """A multipart request, which one operation takes."""
    if route.request is not AddKnowledgebaseFile:
        raise ApiError(
            service_errors.INVALID_PARAMETERS, f"{route.operation} takes JSON, not multipart"
        )
    return multipart.decode_upload(
        call.headers["content-type"], call.query, call.body, strict=strict
    )


def _answer(world: World, route: Route, rest: str, call: Call) -> Reply:
    effect = _fault(world, route, rest, call)
    if effect is not None and (refusal := effect.replace_operation()) is not None:
        return refusal
    world.spoils = effect
    strict = world.settings.strict
    request: Request
    if route.method == "GET":
        request = GetMemoryById(memory_id=rest)
    elif multipart.is_form(call.headers.get("content-type", "")):
        request = _uploaded(route, call, strict=strict)
    else:
        request = decode_request(call.body, route.request, strict=strict)
    cost = None
    if world.settings.enforce_quotas != "off":
        cost = world.quotas.check(route.operation, request, world.clock.now, world.settings)
    reply = _operate(world, route, request)
    if cost is not None:
        world.quotas.spend(cost)
    return reply


def _operate(world: World, route: Route, request: Request) -> Reply:
    data = route.function(world, request)
    if isinstance(data, Reply):
        return data
    return Reply(200, b'{"code":0,"data":' + _encode(data) + b',"message":"ok"}')


def _leaving(world: World, reply: Reply) -> Reply:
    """A reply as it leaves the world: as a fault has left it, in the pace of its clock."""
    if world.spoils is not None:
        reply = world.spoils.change_reply(reply, world.ids.random_fraction)
    if reply.chunks and world.clock.mode == "real":
        reply = msgspec.structs.replace(reply, clock_speed=world.clock.speed)
    return reply


def _fault(world: World, route: Route, rest: str, call: Call) -> Effect | None:
    """The fault that strikes a call: the one its header asks for, else one of the world's rules."""
    asked = call.headers.get(FAULT_HEADER)
    if asked is not None:
        try:
            world.struck, what = parse_fault_header(asked)
        except UsageError as problem:
            form = "expected a fault and its options, such as 'error; code=40309'"
            raise ApiError(
                service_errors.INVALID_PARAMETERS, f"{FAULT_HEADER}: {form}; {problem}"
            ) from None
        return what
    if not world.faults:
        return None
    body = {"memory_id": rest} if route.method == "GET" else decode_object(call.body)
    found = world.faults.select_effect(Subject.of(route.operation, body), world.clock.now)
    if found is None:
        return None
    world.struck, what = found
    return what
