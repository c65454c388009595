"""Where a story is played: in a double of this process, or at the address of a service."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx
import msgspec

from mock_memos.core.addresses import CONTROL_PREFIX, PREFIXES, SERVICE_HOSTS, complete_base_url
from mock_memos.core.calls import Call, decode_answer
from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError
from mock_memos.testing.memos import Memos
from mock_memos.verification.service import Answer, Target

Sent = tuple[int, dict[str, Any]]
"""The HTTP status and the answer of a call; 0 and an empty one where none came."""

PATIENCE = 300.0
"""So many real seconds a service without a control API has for each thing that it began."""


class Stage(Protocol):
    """What a story needs: somebody to call, and a time that passes."""

    virtual: bool
    """Whether its seconds are nobody's."""

    @property
    def now(self) -> int: ...
    def send(self, method: str, path: str, body: dict[str, Any] | None) -> Sent: ...
    def advance(self, seconds: float) -> None: ...
    def drain(self) -> None: ...


class InProcess:
    """A double, asked without a socket."""

    virtual = True

    def __init__(self, memos: Memos) -> None:
        self._memos = memos
        self._headers = {"authorization": f"Token {memos.api_key}"}

    @property
    def now(self) -> int:
        return self._memos.clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> Sent:
        asked = b"" if body is None else msgspec.json.encode(body)
        reply = self._memos.engine.handle(Call(method, PREFIXES[0] + path, self._headers, asked))
        return reply.status, decode_answer(reply.content_type, reply.body) if reply.status else {}

    def advance(self, seconds: float) -> None:
        self._memos.clock.advance(seconds)

    def drain(self) -> None:
        self._memos.run_until_idle()


class Served:
    """A mock-memos server: its control API moves the time of the key's world."""

    virtual = True

    def __init__(self, target: Target, control: Target, token: str = "") -> None:
        """`control` is asked below `/_mock`; `token` is what it wants, if it wants one."""
        self._target = target
        self._control = control
        self._token = {"x-mock-memos-token": token}

    @property
    def now(self) -> int:
        now: int = self._order("GET", "clock")["now_ms"]
        return now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> Sent:
        return _sent(self._target.send(method, path.lstrip("/"), body=body))

    def advance(self, seconds: float) -> None:
        self._order("POST", "clock", advance=seconds)

    def drain(self) -> None:
        self._order("POST", "clock", run_until_idle=True)

    def begin(self, **wishes: Any) -> None:
        """Begin the world anew, with a scenario and settings from its first moment on."""
        self._order("POST", "reset", **wishes)

    def _order(self, method: str, verb: str, **body: Any) -> Any:
        answer = self._control.send(method, verb, body=body or None, headers=self._token)
        if answer.status != 200:
            said = answer.json if isinstance(answer.json, dict) else {}
            why = said.get("error", {}).get("message") or answer.trouble or answer.status
            raise UsageError(f"{self._control.base_url}/{verb} refused: {why}")
        return answer.json


class Elsewhere:
    """A service without a control API: its time is everybody's, so that a story waits for it."""

    virtual = False

    def __init__(self, target: Target) -> None:
        self._target = target
        self._clock = Clock("real")
        self._begun: list[str] = []
        self._files: list[str] = []

    @property
    def now(self) -> int:
        return self._clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> Sent:
        answer = self._target.send(method, path.lstrip("/"), body=body)
        if task_id := answer.at("task_id"):
            self._begun.append(task_id)
        if path == "/add/knowledgebase-file" and isinstance(answer.data, list):
            self._files += [file["id"] for file in answer.data if "id" in file]
        return _sent(answer)

    def advance(self, seconds: float) -> None:
        self._target.pause(seconds)

    def drain(self) -> None:
        """Wait until nothing is running any more that the story began."""
        for task_id in self._begun:
            self._wait("get/status", task_id=task_id)
        if self._files:
            self._wait("get/knowledgebase-file", file_ids=self._files)
        self._begun.clear()

    def _wait(self, operation: str, **fields: Any) -> None:
        for answer in self._target.polls(operation, within=PATIENCE, **fields):
            if b'"running"' not in answer.body:
                return


@contextmanager
def stage_at(
    base_url: str,
    api_key: str,
    *,
    token: str = "",
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Served | Elsewhere]:
    """The stage at an address. Raises `UsageError` when nobody answers there."""
    base_url = complete_base_url(base_url)
    with (
        Target(base_url, api_key, transport=transport, pause=pause) as target,
        Target(_root(base_url) + CONTROL_PREFIX, api_key, transport=transport) as control,
    ):
        if httpx.URL(base_url).host in SERVICE_HOSTS:  # it is never asked whether it is a double
            yield Elsewhere(target)
            return
        health = control.get("health")
        if not health.status:
            raise UsageError(f"{base_url} does not answer: {health.trouble}")
        ours = health.json == {"status": "ok"}
        yield Served(target, control, token) if ours else Elsewhere(target)


def _root(base_url: str) -> str:
    """What stands before the base path, below which a mock-memos server has its control API."""
    address = base_url.rstrip("/")
    prefix = max((one for one in PREFIXES if address.endswith(one)), key=len, default="")
    return address.removesuffix(prefix) if prefix else str(httpx.URL(address).join("/"))[:-1]


def _sent(answer: Answer) -> Sent:
    if not answer.status:
        return 0, {}
    return answer.status, decode_answer(answer.headers.get("content-type", ""), answer.body)
