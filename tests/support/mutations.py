"""Random mutations of requests of every operation, sent to the live application.

    python -m tests.support.mutations 1000000 [seed]

Bytes, JSON, headers, paths and forms are mutated. Every reply is complete, without internal errors.
The number of a call is its seed, so each finding can be repeated.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from mock_memos.cli.play_targets import InProcessTarget
from mock_memos.core.addresses import HINT_HEADER
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from mock_memos.testing.in_process import MockMemos

BASE = "/api/openmem/v1"
FORM = (
    b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n'
    b"Content-Type: text/markdown\r\n\r\n# Rules\r\n--frontier--\r\n"
)
BODIES: dict[str, dict[str, Any]] = {
    "add/message": {
        "user_id": "ana", "conversation_id": "c1", "tags": ["travel"], "info": {"scene": "x"},
        "messages": [
            {"role": "user", "content": "I booked the Harbour Inn. I like tea. 我喜欢安静的房间。"},
            {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]},
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "ok"}]},
            {"role": "user", "content": [{"type": "file", "file": {"file_data": "IyBSdWxlcw=="}}]},
        ],
    },
    "get/status": {"task_id": "6f0c"},
    "get/message": {"user_id": "ana", "conversation_id": "c1", "message_limit_number": 9},
    "search/memory": {
        "user_id": "ana", "query": "hotel tea 房间", "relativity": 0.1, "knowledgebase_ids": "all",
        "filter": {"and": [{"create_time": {"gte": "2025-12-10"}}, {"tags": {"contains": "x"}}]},
        "include_memory_view": ["detail_factual", "preference", "profile"],
    },
    "get/memory": {"user_id": "ana", "page": 1, "size": 5, "filter": {"or": [{"scene": "x"}]}},
    "update/memory": {"memory_id": "a1", "content": "x", "status": "archived"},
    "delete/memory": {"memory_ids": ["a1"]},
    "add/feedback": {"user_id": "ana", "feedback_content": "It is the Garden Inn, not the Harbour"},
    "extract/memory": {"messages": [{"role": "user", "content": "I met Li on 5 May in Lyon."}]},
    "rerank": {"query": "hobby", "documents": ["plays chess", "lives in Lyon"], "top_n": 1},
    "chat": {"user_id": "ana", "conversation_id": "c2", "query": "Where?", "stream": True},
    "create/knowledgebase": {"knowledgebase_name": "Rules"},
    "delete/knowledgebase": {"knowledgebase_id": "base1", "delete_all": True},
    "add/knowledgebase-file": {
        "knowledgebase_id": "base1", "file": [{"name": "a.json", "content": "eyJhIjogWzFdfQ=="}],
    },
    "get/knowledgebase-file": {"knowledgebase_id": "base1"},
    "delete/knowledgebase-file": {"file_ids": ["f1"]},
    "bind/profile_template": {"bind_list": [{"user_id": "ana", "profile_template_id": "tpl_1"}]},
    "edit/profile": {
        "user_id": "ana", "profile_template_id": "tpl_1", "remove_fields": ["Basics.Job"],
        "metadata": {"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}},
    },
    "add/profile_template": {"name": "Guest", "metadata": {"Basics": {"City": {"value": ""}}}},
    "list/profile_template": {"page": 1, "size": 10},
    "update/profile_template": {
        "profile_template_id": "tpl_1", "name": "x", "metadata": {"A": {"value": "b"}},
    },
}  # fmt: skip
CONTROL_BODIES: dict[str, dict[str, Any]] = {
    "clock": {"advance": 3, "mode": "manual", "speed": 2, "step_seconds": 1},
    "tasks": {"when": {"operation": "add/message", "text": "t"}, "task": {"after_polls": 2},
              "times": 1},
    "faults": {
        "fault": "error", "when": {"operation": "chat", "fields": {"a.b": 1}}, "times": 2,
        "for_seconds": 9, "probability": 0.5, "skip": 1,
        "options": {"code": 40309, "retry_after": 2},
    },
    "scenario": {"text": "version: 1\ntitle: T\nscripts: [{when: {text: tea}, then: {chat: x}}]"},
    "reset": {"name": "harbour-inn", "parameters": {"guest": "eva"}, "settings": {"seed": 3}},
    "fork": {"api_key": "k2"},
    "journal": {"operation": "chat", "last": 3, "fields": {"query": "Where?"}},
}  # fmt: skip
"""Bodies of control requests; `snapshot` has the snapshot of a small world."""
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**64), 1.5, 1e308, "", " ", "0", "-1",
    "true", "null", "ana", "\0", "\u2028", "\u202e", "𝕏", "é" * 101, "x" * 101, [], [[]],
    "x" * 5000, [None],
    ["x"] * 25, {}, {"": ""}, {"a": {"b": {"c": {"d": {}}}}}, {"and": []}, {"not": [{}]},
    "all", ["all"], "base1", "2025-12-10 00:00:00", "9999-99-99", "data:,x", "data:a/b;base64,#",
    "http://", "https://[x", "file:///etc/passwd", "{{x}}", "${x}", "../../x",
)  # fmt: skip
HEADERS = (
    (b"authorization", b"Bearer k"), (b"authorization", b""), (b"authorization", b"Token"),
    (b"authorization", b"Token \xff\xfe"), (b"content-type", b"multipart/form-data"),
    (b"content-type", b"multipart/form-data; boundary=frontier"), (b"content-type", b"\xff"),
    (b"content-length", b"-1"), (b"content-length", b"9" * 40), (b"host", b"evil.example"),
    (b"x-mock-memos-fault", b"error"), (b"x-mock-memos-fault", b"error; code=1"),
    (b"x-mock-memos-fault", b"truncated;keep=.1"), (b"x-mock-memos-fault", b";=;=\xff"),
    (b"x-mock-memos-fault", b"latency; seconds=nan"), (b"x-mock-memos-fault", b"stream-reset"),
)  # fmt: skip
FAULT_HEADER_NAME = b"x-mock-memos-fault"


class MutatedCall:
    """One mutated request, made from its number."""

    def __init__(self, number: int) -> None:
        chance = Random(number)
        self.number = number
        operation = chance.choice(list(BODIES))
        self.method, self.path, self.query = "POST", f"{BASE}/{operation}", b""
        self.headers = [(b"authorization", b"Token k"), (b"host", b"localhost")]
        body: Any = json.loads(json.dumps(BODIES[operation]))
        for _ in range(chance.randrange(4)):
            body = _mutate_json(body, chance)
        self.body = json.dumps(body).encode(errors="surrogatepass")
        if operation == "add/knowledgebase-file" and chance.random() < 0.5:
            self.query, self.body = b"knowledgebase_id=base1", FORM
            self.headers.append((b"content-type", b"multipart/form-data; boundary=frontier"))
        if chance.random() < 0.25:
            self.body = _mutate_bytes(self.body, chance)
        if chance.random() < 0.2:
            self.headers.append(chance.choice(HEADERS))
        if chance.random() < 0.05:
            self.path = _mutate_bytes(self.path.encode(), chance).decode("latin-1")
        if chance.random() < 0.05:
            self.method = chance.choice(["GET", "PUT", "HEAD", "OPTIONS", "DELETE", "post", ""])
        if chance.random() < 0.1:
            self._make_control_call(chance)

    def _make_control_call(self, chance: Random) -> None:
        """Make it a call of the control API."""
        verb = chance.choice([*CONTROL_BODIES, "snapshot"])
        order = _snapshot() if verb == "snapshot" else json.loads(json.dumps(CONTROL_BODIES[verb]))
        for _ in range(chance.randrange(3)):
            order = _mutate_json(order, chance)
        self.method = {"journal": "GET", "snapshot": "PUT"}.get(verb, "POST")
        self.path = f"/_mock/{verb}"
        self.body = json.dumps(order).encode(errors="surrogatepass")
        if chance.random() < 0.2:
            self.body = _mutate_bytes(self.body, chance)


def _snapshot() -> Any:
    """The snapshot of a world with something of everything in it."""
    return json.loads(_snapshot_text())


@cache
def _snapshot_text() -> str:
    memos = MockMemos(scenario="tool-and-skill", clock="manual")
    memos.load_scenario("knowledgebase-file")
    stage = InProcessTarget(memos)
    for operation in ("add/message", "add/feedback", "create/knowledgebase", "chat"):
        stage.send("POST", f"/{operation}", BODIES[operation])
    memos.faults.add("quota", "rerank", calls=2)
    return json.dumps(memos.snapshot())


def _mutate_json(value: Any, chance: Random) -> Any:
    """The value with something in it made odd, doubled, renamed or taken away."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        match chance.randrange(4):
            case 0:
                return {name: inner for name, inner in value.items() if name != key}
            case 1:
                return value | {key.swapcase(): value[key], "extra": chance.choice(ODD_VALUES)}
        return value | {key: _mutate_json(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        if chance.random() < 0.2:
            return value * 12
        return [*value[:place], _mutate_json(value[place], chance), *value[place + 1 :]]
    return chance.choice(ODD_VALUES)


def _mutate_bytes(body: bytes, chance: Random) -> bytes:
    """The bytes with a few of them changed, doubled, moved or taken away."""
    changed = bytearray(body)
    for _ in range(1 + chance.randrange(4)):
        start = chance.randrange(len(changed) + 1)
        end = min(len(changed), start + chance.randrange(1, 20))
        match chance.randrange(5):
            case 0:
                del changed[start:end]
            case 1:
                changed[start:start] = bytes(chance.randrange(256) for _ in range(3))
            case 2:
                changed[start:start] = changed[start:end]
            case 3:
                changed[start:start] = chance.choice(
                    [b"[", b"{", b"\\ud800", b"\xff", b"null,", b'"']
                )
            case _:
                del changed[start:]
    return bytes(changed)


async def send_call(app: App, trial: MutatedCall) -> list[dict[str, Any]]:
    """What the application sends in answer to one request."""
    sent: list[dict[str, Any]] = []
    request = iter([{"type": "http.request", "body": trial.body}])

    async def receive() -> Any:
        return next(request, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": trial.method, "path": trial.path, "query_string": trial.query,
        "headers": trial.headers,
    }  # fmt: skip
    await app(scope, receive, send)
    return sent


def find_problem(trial: MutatedCall, sent: list[dict[str, Any]]) -> str:
    """What is wrong with an answer, or an empty text."""
    faulty = any(name == FAULT_HEADER_NAME for name, _ in trial.headers)
    if not sent:
        return "" if faulty else "no answer"
    status = sent[0]["status"]
    hint: bytes = dict(sent[0]["headers"]).get(HINT_HEADER.encode(), b"")
    if b"a defect in mock-memos" in hint:
        return hint.decode()
    if hint == b"injected fault":  # an order of these has asked for it
        return ""
    body = b"".join(message.get("body", b"") for message in sent[1:])
    if trial.path.startswith("/_mock"):
        return body.decode() if status >= 500 else ""
    streamed = dict(sent[0]["headers"]).get(b"content-type", b"").startswith(b"text/event-stream")
    if faulty or streamed:
        return ""
    code = json.loads(body)["code"]
    return f"status {status}, code {code}" if status >= 500 and code < 50100 else ""


def find_problems(first: int, count: int) -> Iterator[tuple[int, str]]:
    """The numbers of the trials that found something, and what."""

    async def run() -> list[tuple[int, str]]:
        results = []
        app = App(Engine(Settings(journal_max_entries=100)))
        for number in range(first, first + count):
            if number % 20_000 == 0:
                app = App(Engine(Settings(journal_max_entries=100)))
            trial = MutatedCall(number)
            try:
                wrong = find_problem(trial, await send_call(app, trial))
            except Exception as problem:
                wrong = f"{type(problem).__name__}: {problem}"
            if wrong:
                results.append((number, wrong))
        return results

    yield from asyncio.run(run())


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    results = list(find_problems(first, count))
    for number, wrong in results[:20]:
        trial = MutatedCall(number)
        print(
            f"#{number} {trial.method} {trial.path} {trial.headers[2:]} {trial.body[:300]!r}\n"
            f"    {wrong}"
        )
    print(f"{count} mutated requests, {len(results)} finds")


if __name__ == "__main__":
    main()
