"""The whole simulated service as one plain function of values: `Engine.handle(Call) -> Reply`.

No socket, no framework, no `await`. One lock makes every call a step of its own, so that the
journal is a total order. Doors translate to and from their own worlds.
"""

import itertools
import logging
import threading
from collections.abc import Collection, Sequence
from typing import Any, NoReturn

import msgspec

from mock_memos import errors, multipart
from mock_memos.calls import Call, Reply
from mock_memos.control.base import read as read_control
from mock_memos.errors import ApiError, UsageError, nearest
from mock_memos.faults import Effect, carry_out, from_header
from mock_memos.journal import Exchange, Journal
from mock_memos.match import Subject
from mock_memos.models.base import Request
from mock_memos.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.models.memories import GetMemoryById
from mock_memos.reading import read
from mock_memos.routes import API, CONTROL, CONTROL_PREFIX, PREFIXES, Route, Verb
from mock_memos.scenario import Scenario
from mock_memos.settings import Settings
from mock_memos.world import World

HINT = "x-mock-memos-hint"
"""The response header that explains an error: the field, what came, what was expected."""

FAULT = "x-mock-memos-fault"
"""The request header that chooses the fault of one call: `error; code=40309`."""

CONTROL_TOKEN = "x-mock-memos-token"  # noqa: S105  a header's name
"""The request header that opens the control API when the server was given a token."""

_log = logging.getLogger("mock_memos")
_encode = msgspec.json.Encoder().encode
_VERBS: dict[tuple[str, str], Verb] = {(verb.method, verb.path): verb for verb in CONTROL}
_POSTS = {route.path: route for route in API if route.method == "POST"}
_GETS = {route.path.partition("{")[0]: route for route in API if route.method == "GET"}


class Engine:
    """Worlds by API key, and the way of a call through authentication, routing and behaviour."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        keys: Collection[str] = (),
        scenarios: Sequence[Scenario] = (),
        control_token: str = "",
    ) -> None:
        """Without `keys`, every key that is not empty opens a world of its own."""
        self.lock = threading.RLock()
        self.settings = settings or Settings()
        self.scenarios = tuple(scenarios)
        self.strays = Journal(self.settings.journal_size)
        """Calls that belong to no world: without a key, or with one that is not known."""
        self.control_token = control_token
        self._keys = frozenset(keys)
        self._worlds: dict[str, World] = {}

    def handle(self, call: Call) -> Reply:
        """Answer one call. Never raises; safe to call from any thread."""
        if len(call.body) > self.settings.body_limit:
            return self.refuse_body(len(call.body))
        with self.lock:
            if call.path.startswith(CONTROL_PREFIX):
                return self._control(call)
            world: World | None = None
            route: Route | None = None
            try:
                world = self._authenticate(call)
                world.arrive()
                route, rest = _route(call)
                reply = _answer(world, route, rest, call)
                problem = None
            except ApiError as error:
                problem = error
                reply = self._refusal(error, world)
            except Exception as defect:
                _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
                problem = ApiError(
                    errors.INTERNAL,
                    f"a defect in mock-memos, please report it: {type(defect).__name__}: {defect}",
                )
                reply = self._refusal(problem, world)
            self._note(call, reply, world, route, problem)
            return reply

    def refuse_body(self, size: int) -> Reply:
        """The reply to a body of `size` bytes that is over the limit, read or not."""
        limit = self.settings.body_limit
        hint = f"the body is {size} bytes or more; this server takes {limit}"
        return self._refusal(ApiError(errors.INVALID_PARAMETERS, hint, status=413), None)

    # --- worlds ---

    def world(self, key: str) -> World:
        """The world of a key; it begins when somebody asks for it."""
        with self.lock:
            world = self._worlds.get(key)
            if world is None:
                world = self._worlds[key] = self._new(self.settings, self.scenarios, key)
            return world

    def open(
        self,
        key: str,
        settings: Settings | None = None,
        scenarios: Sequence[Scenario] | None = None,
    ) -> World:
        """A fresh world under this key, in place of any that was there.

        Its identifiers do not depend on the key, so that one test has the same replies behind
        every door.
        """
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
            fresh = self._worlds[key] = World(*self.world(key).origin)
            return fresh

    def spare_key(self, key: str) -> str:
        """A key made from this one that has no world yet."""
        with self.lock:
            return next(
                spare
                for n in itertools.count(1)
                if (spare := f"{key}-fork-{n}") not in self._worlds
            )

    def close(self, key: str) -> None:
        """Forget the world of a key."""
        with self.lock:
            self._worlds.pop(key, None)

    def pending(self) -> int:
        """How many tasks are still running, in all worlds."""
        with self.lock:
            return sum(world.pending for world in self._worlds.values())

    def _new(
        self, settings: Settings, scenarios: Sequence[Scenario], realm: str = "mock-key"
    ) -> World:
        return World(settings, realm, scenarios)

    # --- the way of a call ---

    def _authenticate(self, call: Call) -> World:
        key = self._key(call)
        world = self._worlds.get(key)
        return self.world(key) if world is None else world

    def _key(self, call: Call) -> str:
        """The key that a call carries. Raises 40100 or 40132."""
        said = call.headers.get("authorization", "").strip()
        if not said:
            raise ApiError(errors.KEY_REQUIRED, "send the header 'Authorization: Token <key>'")
        scheme, _, key = said.partition(" ")
        key = key.strip()
        allowed = ("token",) if self.settings.strict else ("token", "bearer")
        if scheme.lower() not in allowed or not key:
            shown = scheme if key else "a value without a scheme"
            raise ApiError(
                errors.KEY_INVALID, f"Authorization is {shown!r}; expected 'Token <key>'"
            )
        if self._keys and key not in self._keys and key not in self._worlds:
            raise ApiError(errors.KEY_INVALID, "this key is none of those the server was given")
        return key

    def _control(self, call: Call) -> Reply:
        """Answer a call of the control API. It leaves no trace in the journal."""
        path = call.path[len(CONTROL_PREFIX) :].strip("/")
        verb = _VERBS.get((call.method, path))
        if verb is None:
            paths = list(dict.fromkeys(one for _, one in _VERBS))
            ways = [method for method, one in _VERBS if one == path]
            how = f"it takes {' and '.join(ways)}" if ways else f"known: {', '.join(paths)}"
            return _trouble(404, "not_found", f"there is no {call.method} {call.path}", how)
        token = self.control_token
        if token and call.headers.get(CONTROL_TOKEN) != token:
            how = f"send the header {CONTROL_TOKEN} with the token that the server was given"
            return _trouble(401, "token", "the control token is missing or wrong", how)
        try:
            key = self._key(call) if verb.needs_key else ""
            if key:
                self.world(key).catch_up()
            answer = verb.function(self, key, read_control(call.body, verb.request))
        except ApiError as problem:
            return _trouble(problem.status, "key", problem.message, problem.hint)
        except UsageError as problem:
            return _trouble(400, "usage", str(problem), f"{call.method} {call.path}")
        except Exception as defect:
            _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
            return _trouble(500, "defect", f"{type(defect).__name__}: {defect}", "please report it")
        return Reply(200, _encode(answer))

    def _refusal(self, problem: ApiError, world: World | None) -> Reply:
        settings = world.settings if world else self.settings
        status = 200 if settings.http_status == "always-200" else problem.status
        body = _encode({"code": problem.code, "data": None, "message": problem.message})
        hint = problem.hint.encode("ascii", "backslashreplace").decode()
        headers = [(HINT, "".join(c if c.isprintable() else " " for c in hint))]
        if problem.retry_after is not None:
            headers.append(("retry-after", str(problem.retry_after)))
        return Reply(status, body, headers=tuple(headers))

    def _note(
        self,
        call: Call,
        reply: Reply,
        world: World | None,
        route: Route | None,
        problem: ApiError | None,
    ) -> None:
        journal = world.journal if world else self.strays
        journal.add(
            Exchange(
                number=journal.total + 1,
                time=world.clock.now if world else 0,
                method=call.method,
                path=call.path,
                operation=route.operation if route else "",
                request=call.body,
                status=reply.status,
                code=problem.code if problem else 0,
                reply=reply.body,
                hint=problem.hint if problem else world.remark if world else "",
                fault=world.struck if world else "",
                latency=reply.latency,
                unexpected=route is None,
            )
        )


def _trouble(status: int, code: str, message: str, hint: str) -> Reply:
    """An error of the control API."""
    error = {"code": code, "message": message, "hint": hint}
    return Reply(status, _encode({"error": error}))


def _route(call: Call) -> tuple[Route, str]:
    """The operation of a path, and what stands in its braces."""
    path = call.path
    for prefix in PREFIXES:
        if path.startswith(prefix + "/"):
            path = path[len(prefix) :].lstrip("/")
            break
    else:
        _lost(call, f"no such path; the API is below {PREFIXES[0]}")
    if call.method == "POST" and (route := _POSTS.get(path)) is not None:
        return route, ""
    if call.method == "GET":
        for start, route in _GETS.items():
            if path.startswith(start) and len(path) > len(start):
                return route, path[len(start) :]
    if path in _POSTS:
        _lost(call, f"{path} takes POST, not {call.method}")
    if any(path.startswith(start) for start in _GETS):
        _lost(call, f"this path takes GET, not {call.method}")
    _lost(call, f"there is no operation {path!r}{nearest(path, _POSTS)}")


def _lost(call: Call, why: str) -> NoReturn:
    raise ApiError(errors.NOT_FOUND, f"{call.method} {call.path}: {why}", status=404)


def _uploaded(route: Route, call: Call, *, strict: bool) -> Request:
    """A multipart request, which one operation takes."""
    if route.request is not AddKnowledgebaseFile:
        raise ApiError(errors.INVALID_PARAMETERS, f"{route.operation} takes JSON, not multipart")
    return multipart.read_files(call.headers["content-type"], call.query, call.body, strict=strict)


def _answer(world: World, route: Route, rest: str, call: Call) -> Reply:
    strict = world.settings.strict
    request: Request
    if route.method == "GET":
        request = GetMemoryById(memory_id=rest)
    elif multipart.is_form(call.headers.get("content-type", "")):
        request = _uploaded(route, call, strict=strict)
    else:
        request = read(call.body, route.request, strict=strict)
    cost = None
    if world.settings.quotas != "off":
        cost = world.quotas.check(route.operation, request, world.clock.now, world.settings)
    struck = _fault(world, route, call)
    if struck is None:
        reply = _operate(world, route, request)
    else:
        reply = carry_out(struck, world.ids.draw, lambda: _operate(world, route, request))
    if cost is not None:
        world.quotas.spend(cost)
    return reply


def _operate(world: World, route: Route, request: Request) -> Reply:
    data = route.function(world, request)
    if isinstance(data, Reply):
        return data
    return Reply(200, b'{"code":0,"data":' + _encode(data) + b',"message":"ok"}')


def _fault(world: World, route: Route, call: Call) -> Effect | None:
    """The fault that strikes a call: the one its header asks for, else one of the world's rules."""
    asked = call.headers.get(FAULT)
    if asked is not None:
        try:
            world.struck, what = from_header(asked)
        except UsageError as problem:
            raise ApiError(errors.INVALID_PARAMETERS, f"{FAULT}: {problem}") from None
        return what
    if not world.faults:
        return None
    subject = Subject.of(route.operation, _body_of(call))
    found = world.faults.strike(subject, world.clock.now)
    if found is None:
        return None
    world.struck, what = found
    return what


def _body_of(call: Call) -> dict[str, Any]:
    """The body as faults match it; nothing when it is no JSON object."""
    try:
        body = msgspec.json.decode(call.body)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
