"""A client that calls an engine and checks every reply."""

import json
from functools import cache
from typing import Any, NamedTuple

import msgspec

from mock_memos.api.routes import API, Route
from mock_memos.core.addresses import HINT_HEADER, PREFIXES
from mock_memos.core.calls import Call, Reply
from mock_memos.core.service_errors import ERRORS
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.snapshot import take_snapshot
from mock_memos.simulation.world import World

BASE = PREFIXES[0]
QUOTA_CODES = {40300, 40304, 40309}
"""Error codes of quotas, which every operation can return."""
ROUTES = {route.path: route for route in API}


def send_to_engine(engine: Engine, call: Call) -> Reply:
    """Sends a call to an engine; tests replace this function by real clients."""
    return engine.handle(call)


class Answer(NamedTuple):
    """A reply, and its JSON."""

    status: int
    json: Any
    reply: Reply

    @property
    def hint(self) -> str:
        """The hint header."""
        return dict(self.reply.headers).get(HINT_HEADER, "")


class Client:
    """One API key of an engine, by default with a manual clock."""

    def __init__(self, engine: Engine | None = None, key: str = "key", **settings: Any) -> None:
        self.engine = engine or Engine(Settings(**{"clock": "manual"} | settings))
        self.key = key

    @property
    def world(self) -> World:
        return self.engine.world(self.key)

    def state(self) -> dict[str, Any]:
        """Returns the snapshot without clock and counters."""
        counted = ("clock", "ids", "quotas", "used")
        return {
            name: value for name, value in take_snapshot(self.world).items() if name not in counted
        }

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.world.run_due_jobs()

    def send(
        self,
        operation: str,
        body: Any = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        base: str = BASE,
    ) -> Answer:
        """Sends a call. Bytes are sent unchanged, other bodies as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if headers is None:
            headers = {"authorization": f"Token {self.key}"}
        reply = send_to_engine(self.engine, Call(method, f"{base}/{operation}", headers, content))
        answer = json.loads(reply.body) if reply.content_type == "application/json" else None
        return Answer(reply.status, answer, reply)

    def ok(self, operation: str, /, **body: Any) -> Any:
        """Returns the `data` of a call that must succeed and match its response model."""
        route = ROUTES[operation]
        answer = self.send(operation, body)
        assert answer.status == 200, answer
        assert answer.reply.headers == ()
        return checked_data(route, answer.reply.body)

    def get_memory(self, memory_id: str) -> Any:
        """Returns the `data` of get/memory/{memory_id}."""
        answer = self.send(f"get/memory/{memory_id}", b"", method="GET")
        assert answer.status == 200, answer
        return checked_data(ROUTES["get/memory/{memory_id}"], answer.reply.body)

    def fails(self, code: int, operation: str, body: Any = None, /, **fields: Any) -> str:
        """Returns the hint of a call that must be refused with this code and change nothing."""
        before = take_snapshot(self.world)
        answer = self.send(operation, fields if body is None else body)
        result = answer.json
        expected = {"code": code, "data": None, "message": ERRORS[code].message}
        assert result == expected, (result, answer.hint)
        assert answer.status == ERRORS[code].status
        assert answer.reply.content_type == "application/json"
        assert answer.hint
        assert take_snapshot(self.world) == before
        route = ROUTES.get(operation)
        row = QUOTA_CODES | set(route.errors if route else (40001,))
        assert code in row, f"{code} is not in the row of {operation}"
        return answer.hint

    def add(self, text: str, /, user_id: str | list[str] = "ana", **fields: Any) -> Any:
        """Adds one user message. Returns the `data` of the reply."""
        messages = [{"role": "user", "content": text}]
        return self.ok("add/message", user_id=user_id, messages=messages, **fields)

    def add_sync(self, text: str, /, user_id: str | list[str] = "ana", **fields: Any) -> None:
        """Adds one user message synchronously."""
        self.add(text, user_id, async_mode=False, **fields)

    def search(self, query: str, /, user_id: str = "ana", **fields: Any) -> list[str]:
        """Returns the values of the facts that a search finds."""
        result = self.ok("search/memory", user_id=user_id, query=query, **fields)
        return [memory["memory_value"] for memory in result["memory_detail_list"]]

    def page(self, user_id: str = "ana", **fields: Any) -> Any:
        """Returns the `data` of get/memory."""
        return self.ok("get/memory", **{"user_id": user_id, "size": 50} | fields)

    def facts(self, user_id: str = "ana", **fields: Any) -> list[Any]:
        """Returns the facts of a user."""
        facts: list[Any] = self.page(user_id, **fields)["memory_detail_list"]
        return facts

    def status(self, task_id: str) -> str:
        """Returns the status of a task."""
        status: str = self.ok("get/status", task_id=task_id)["status"]
        return status


def checked_error(answer: Answer, status: int, code: int) -> str:
    """Checks an error, and returns its hint."""
    assert (answer.status, answer.json["code"], answer.json["data"]) == (status, code, None)
    assert answer.hint
    return answer.hint


def checked_data(route: Route, body: bytes) -> Any:
    """Returns the `data` of a success. Asserts the envelope and the response model."""
    answer = json.loads(body)
    assert answer["code"] == 0
    assert answer["message"] == "ok"
    if route.path == "rerank":  # its result is repeated outside of the envelope
        body = json.dumps({name: answer[name] for name in ("code", "data", "message")}).encode()
    envelope = _decoder(route.path).decode(body)
    again = msgspec.json.encode(envelope)
    assert json.loads(again)["data"] == answer["data"]
    assert again == body or route.path == "rerank"
    if isinstance(answer["data"], dict):  # some clients look for them, and unwrap them
        assert not {"data", "result"} & set(answer["data"])
    return answer["data"]


@cache
def _decoder(path: str) -> msgspec.json.Decoder[Any]:
    model = ROUTES[path].response
    envelope = msgspec.defstruct("Envelope", [("code", int), ("data", model), ("message", str)])
    return msgspec.json.Decoder(envelope)
