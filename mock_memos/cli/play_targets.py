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
from mock_memos.testing.in_process import MockMemos
from mock_memos.verification.service import ServiceClient, ServiceResponse

StatusAndBody = tuple[int, dict[str, Any]]
"""The HTTP status and the answer of a call; 0 and an empty one where none came."""

TASK_TIMEOUT_SECONDS = 300.0
"""So many real seconds a service without a control API has for each thing that it began."""


class PlayTarget(Protocol):
    """What a story needs: somebody to call, and a time that passes."""

    virtual: bool
    """Whether its seconds are nobody's."""

    @property
    def now(self) -> int: ...
    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody: ...
    def advance(self, seconds: float) -> None: ...
    def run_until_idle(self) -> None: ...


class InProcessTarget:
    """A double, asked without a socket."""

    virtual = True

    def __init__(self, memos: MockMemos) -> None:
        self._memos = memos
        self._headers = {"authorization": f"Token {memos.api_key}"}

    @property
    def now(self) -> int:
        return self._memos.clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        asked = b"" if body is None else msgspec.json.encode(body)
        reply = self._memos.engine.handle(Call(method, PREFIXES[0] + path, self._headers, asked))
        return reply.status, decode_answer(reply.content_type, reply.body) if reply.status else {}

    def advance(self, seconds: float) -> None:
        self._memos.clock.advance(seconds)

    def run_until_idle(self) -> None:
        self._memos.run_until_idle()


class MockServerTarget:
    """A mock-memos server: its control API moves the time of the key's world."""

    virtual = True

    def __init__(self, target: ServiceClient, control: ServiceClient, token: str = "") -> None:
        """`control` is asked below `/_mock`; `token` is what it wants, if it wants one."""
        self._target = target
        self._control = control
        self._token = {"x-mock-memos-token": token}

    @property
    def now(self) -> int:
        now: int = self._control_request("GET", "clock")["now_ms"]
        return now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        return _sent(self._target.send(method, path.lstrip("/"), body=body))

    def advance(self, seconds: float) -> None:
        self._control_request("POST", "clock", advance=seconds)

    def run_until_idle(self) -> None:
        self._control_request("POST", "clock", run_until_idle=True)

    def reset(self, **wishes: Any) -> None:
        """Begin the world anew, with a scenario and settings from its first moment on."""
        self._control_request("POST", "reset", **wishes)

    def _control_request(self, method: str, verb: str, **body: Any) -> Any:
        answer = self._control.send(method, verb, body=body or None, headers=self._token)
        if answer.status != 200:
            said = answer.json if isinstance(answer.json, dict) else {}
            why = said.get("error", {}).get("message") or answer.connection_error or answer.status
            raise UsageError(f"{self._control.base_url}/{verb} refused: {why}")
        return answer.json


class ServiceTarget:
    """A service without a control API: its time is everybody's, so that a story waits for it."""

    virtual = False

    def __init__(self, target: ServiceClient) -> None:
        self._target = target
        self._clock = Clock("real")
        self._begun: list[str] = []
        self._files: list[str] = []

    @property
    def now(self) -> int:
        return self._clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        answer = self._target.send(method, path.lstrip("/"), body=body)
        if task_id := answer.at("task_id"):
            self._begun.append(task_id)
        if path == "/add/knowledgebase-file" and isinstance(answer.data, list):
            self._files += [file["id"] for file in answer.data if "id" in file]
        return _sent(answer)

    def advance(self, seconds: float) -> None:
        self._target.sleep(seconds)

    def run_until_idle(self) -> None:
        """Wait until nothing is running any more that the story began."""
        for task_id in self._begun:
            self._wait("get/status", task_id=task_id)
        if self._files:
            self._wait("get/knowledgebase-file", file_ids=self._files)
        self._begun.clear()

    def _wait(self, operation: str, **fields: Any) -> None:
        for answer in self._target.poll(operation, timeout_seconds=TASK_TIMEOUT_SECONDS, **fields):
            if b'"running"' not in answer.body:
                return


@contextmanager
def connect(
    base_url: str,
    api_key: str,
    *,
    token: str = "",
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[MockServerTarget | ServiceTarget]:
    """The stage at an address. Raises `UsageError` when nobody answers there."""
    base_url = complete_base_url(base_url)
    with (
        ServiceClient(base_url, api_key, transport=transport, sleep=sleep) as target,
        ServiceClient(_root(base_url) + CONTROL_PREFIX, api_key, transport=transport) as control,
    ):
        if httpx.URL(base_url).host in SERVICE_HOSTS:  # it is never asked whether it is a double
            yield ServiceTarget(target)
            return
        health = control.get("health")
        if not health.status:
            raise UsageError(f"{base_url} does not answer: {health.connection_error}")
        ours = health.json == {"status": "ok"}
        yield MockServerTarget(target, control, token) if ours else ServiceTarget(target)


def _root(base_url: str) -> str:
    """What stands before the base path, below which a mock-memos server has its control API."""
    address = base_url.rstrip("/")
    prefix = max((one for one in PREFIXES if address.endswith(one)), key=len, default="")
    return address.removesuffix(prefix) if prefix else str(httpx.URL(address).join("/"))[:-1]


def _sent(answer: ServiceResponse) -> StatusAndBody:
    if not answer.status:
        return 0, {}
    return answer.status, decode_answer(answer.headers.get("content-type", ""), answer.body)
