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
from mock_memos.core.addresses import CONTROL_PREFIX, FAULT_HEADER, HINT_HEADER
from mock_memos.core.calls import Call, Reply, decode_object
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Subject
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings
from mock_memos.engine import journal_entries, routing
from mock_memos.engine.authentication import key_of
from mock_memos.engine.control_dispatch import obey
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
        self.strays = Journal(self.settings.journal_max_entries, self.settings.journal_max_bytes)
        """Calls that belong to no world: without a key, or with one that is not known."""
        self.heard = threading.Condition(self.lock)
        """Notified when an exchange was noted, for whoever waits for one."""
        self.listeners: list[Callable[[Exchange], None]] = []
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
                reply = obey(self, call)
                for listener in self.listeners:
                    listener(journal_entries.of_control(call, reply))
                return reply
            world: World | None = None
            route: Route | None = None
            try:
                scheme, key = key_of(call)
                world = self._worlds.get(key) or self.enter(key)
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
                reply = self._refusal(error, world)
            except Exception as defect:
                _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
                problem = ApiError(
                    service_errors.INTERNAL,
                    f"a defect in mock-memos, please report it: {type(defect).__name__}: {defect}",
                )
                reply = self._refusal(problem, world)
            if world is not None:
                reply = _leaving(world, reply)
            self._note(call, reply, world, route, problem)
            return reply

    # --- worlds ---

    def world(self, key: str) -> World:
        """The world of a key; it begins when somebody asks for it."""
        with self.lock:
            world = self._worlds.get(key)
            if world is None:
                world = self._worlds[key] = self._new(self.settings, self.scenarios, key)
            return world

    def enter(self, key: str) -> World:
        """The world of a key that a call carries. Raises 40132 for a key that is not known."""
        with self.lock:
            if self._keys and key not in self._keys and key not in self._worlds:
                raise ApiError(
                    service_errors.KEY_INVALID, "this key is none of those the server was given"
                )
            return self.world(key)

    def open(
        self,
        key: str,
        settings: Settings | None = None,
        scenarios: Sequence[Scenario] | None = None,
    ) -> World:
        """A fresh world under this key, in place of any that was there.

        Its identifiers do not depend on the key, so that one test has the same replies behind
        every door. Raises `UsageError` for an empty key.
        """
        _check_key(key)
        with self.lock:
            world = self._new(
                settings or self.settings, self.scenarios if scenarios is None else scenarios
            )
            self._worlds[key] = world
            return world

    def put(self, key: str, world: World) -> None:
        """Place a world, for example a fork, under a key."""
        with self.lock:
            self._worlds[key] = world

    def reset(self, key: str) -> World:
        """Begin the world of a key anew, as it began."""
        with self.lock:
            fresh = self._worlds[key] = World(*self.world(key).initial)
            return fresh

    def spare_key(self, key: str) -> str:
        """A key made from this one that has no world yet."""
        with self.lock:
            return next(
                spare for n in itertools.count(1) if (spare := f"{key}-{n}") not in self._worlds
            )

    def close(self, key: str) -> None:
        """Forget the world of a key."""
        with self.lock:
            self._worlds.pop(key, None)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of this engine, as its settings are."""
        from mock_memos.api.openapi.document import (
            build_document,  # only the control API asks for it
        )

        return build_document(self.settings)

    def journals(self) -> dict[str, Journal]:
        """The journal of every world, by its key."""
        with self.lock:
            return {key: world.journal for key, world in self._worlds.items()}

    def pending(self) -> int:
        """How many tasks are still running, in all worlds."""
        with self.lock:
            return sum(world.tasks.pending for world in self._worlds.values())

    def _new(
        self, settings: Settings, scenarios: Sequence[Scenario], realm: str = "mock-key"
    ) -> World:
        return World(settings, realm, scenarios)

    # --- the way of a call ---

    def _refusal(self, problem: ApiError, world: World | None) -> Reply:
        settings = world.settings if world else self.settings
        status = 200 if settings.http_status == "always-200" else problem.status
        body = _encode({"code": problem.code, "data": None, "message": problem.message})
        hint = problem.hint.encode("ascii", "backslashreplace").decode()
        headers = [(HINT_HEADER, "".join(c if c.isprintable() else " " for c in hint))]
        if problem.retry_after is not None:
            headers.append(("retry-after", str(problem.retry_after)))
        return Reply(status, body, headers=tuple(headers))

    def _too_large(self, call: Call, size: int) -> Reply:
        """Refuse a body before anything else is looked at. The journal hears of it all the same."""
        limit = self.settings.max_body_bytes
        hint = f"the body is {size} bytes or more; this server takes {limit}"
        problem = ApiError(service_errors.INVALID_PARAMETERS, hint, status=413)
        world: World | None = None
        route: Route | None = None
        with suppress(ApiError):
            world = self._worlds.get(key_of(call)[1])
            route, _ = routing.find(call)
        reply = self._refusal(problem, world)
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
        journal = self.strays if world is None else world.journal
        exchange = journal_entries.exchange(journal.total + 1, call, reply, world, route, problem)
        journal.add(exchange)
        self.heard.notify_all()
        for listener in self.listeners:
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
