"""Where a scenario is played: a mock in this process, a mock-memos server, or another service."""

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
"""The HTTP status and the decoded reply of a call; 0 and empty without a reply."""

TASK_TIMEOUT_SECONDS = 300.0
"""Seconds to wait for each task of a service without a control API."""


class PlayTarget(Protocol):
    """What a player needs: calls and time."""

    virtual: bool
    """Whether its clock is virtual."""

    @property
    def now(self) -> int: ...
    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody: ...
    def advance(self, seconds: float) -> None: ...
    def run_until_idle(self) -> None: ...


class InProcessTarget:
    """A mock in this process."""

    virtual = True

    def __init__(self, memos: MockMemos) -> None:
        self._memos = memos
        self._headers = {"authorization": f"Token {memos.api_key}"}

    @property
    def now(self) -> int:
        return self._memos.clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        content = b"" if body is None else msgspec.json.encode(body)
        reply = self._memos.engine.handle(Call(method, PREFIXES[0] + path, self._headers, content))
        return reply.status, decode_answer(reply.content_type, reply.body) if reply.status else {}

    def advance(self, seconds: float) -> None:
        self._memos.clock.advance(seconds)

    def run_until_idle(self) -> None:
        self._memos.run_until_idle()


class MockServerTarget:
    """A mock-memos server. Its control API moves the clock of the key's world."""

    virtual = True

    def __init__(self, client: ServiceClient, control: ServiceClient, token: str = "") -> None:
        """`control` calls the paths below `/_mock`; `token` is its control token, if any."""
        self._client = client
        self._control = control
        self._token = {"x-mock-memos-token": token}

    @property
    def now(self) -> int:
        now: int = self._control_request("GET", "clock")["now_ms"]
        return now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        return _decode(self._client.send(method, path.lstrip("/"), body=body))

    def advance(self, seconds: float) -> None:
        self._control_request("POST", "clock", advance=seconds)

    def run_until_idle(self) -> None:
        self._control_request("POST", "clock", run_until_idle=True)

    def reset(self, **fields: Any) -> None:
        """Replaces the world by a new one with a scenario and settings."""
        self._control_request("POST", "reset", **fields)

    def _control_request(self, method: str, verb: str, **body: Any) -> Any:
        response = self._control.send(method, verb, body=body or None, headers=self._token)
        if response.status != 200:
            body = response.json if isinstance(response.json, dict) else {}
            reason = body.get("error", {}).get("message") or response.connection_error
            url = f"{self._control.base_url}/{verb}"
            raise UsageError(f"{url} failed: {reason or f'HTTP {response.status}'}")
        return response.json


class ServiceTarget:
    """A service without a control API. Waits take real time."""

    virtual = False

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._clock = Clock("real")
        self._tasks: list[str] = []
        self._files: list[str] = []

    @property
    def now(self) -> int:
        return self._clock.now

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> StatusAndBody:
        response = self._client.send(method, path.lstrip("/"), body=body)
        if task_id := response.at("task_id"):
            self._tasks.append(task_id)
        if path == "/add/knowledgebase-file" and isinstance(response.data, list):
            self._files += [file["id"] for file in response.data if "id" in file]
        return _decode(response)

    def advance(self, seconds: float) -> None:
        self._client.sleep(seconds)

    def run_until_idle(self) -> None:
        """Waits until all tasks and files of this player have ended."""
        for task_id in self._tasks:
            self._wait("get/status", task_id=task_id)
        if self._files:
            self._wait("get/knowledgebase-file", file_ids=self._files)
        self._tasks.clear()

    def _wait(self, operation: str, **fields: Any) -> None:
        for response in self._client.poll(
            operation, timeout_seconds=TASK_TIMEOUT_SECONDS, **fields
        ):
            if b'"running"' not in response.body:
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
    """Returns the target at a base URL. Raises `UsageError` without a response."""
    base_url = complete_base_url(base_url)
    with (
        ServiceClient(base_url, api_key, transport=transport, sleep=sleep) as client,
        ServiceClient(_root(base_url) + CONTROL_PREFIX, api_key, transport=transport) as control,
    ):
        if httpx.URL(base_url).host in SERVICE_HOSTS:  # the real service gets no control requests
            yield ServiceTarget(client)
            return
        health = control.get("health")
        if not health.status:
            raise UsageError(f"{base_url} does not respond: {health.connection_error}")
        is_mock = health.json == {"status": "ok"}
        yield MockServerTarget(client, control, token) if is_mock else ServiceTarget(client)


def _root(base_url: str) -> str:
    """Returns the address without the base path, which is the root of the control API."""
    address = base_url.rstrip("/")
    prefix = max((prefix for prefix in PREFIXES if address.endswith(prefix)), key=len, default="")
    return address.removesuffix(prefix) if prefix else str(httpx.URL(address).join("/"))[:-1]


def _decode(response: ServiceResponse) -> StatusAndBody:
    if not response.status:
        return 0, {}
    content_type = response.headers.get("content-type", "")
    return response.status, decode_answer(content_type, response.body)
