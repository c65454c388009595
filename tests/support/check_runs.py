"""Runs of the checks in this process, and services with changed replies."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from mock_memos import MockMemos
from mock_memos.verification.check import Check, CheckResult
from mock_memos.verification.checks import CHECKS, FIXTURES
from mock_memos.verification.runner import RunResult, run_checks
from mock_memos.verification.service import ServiceClient
from mock_memos.verification.session import Session

URL = "http://memos.example/api/openmem/v1"
ALL_CHECKS = [check for check in CHECKS if not check.quotas]

Alter = Callable[[httpx.Request, httpx.Response], httpx.Response]


class Proxy(httpx.BaseTransport):
    """A transport that changes requests and replies of another one."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        after: Alter = lambda _, response: response,
        before: Callable[[httpx.Request], httpx.Request] = lambda request: request,
    ) -> None:
        self._inner, self._after, self._before = inner, after, before
        self.calls: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(operation_of(request))
        response = self._inner.handle_request(self._before(request))
        response.read()
        return self._after(request, response)


def operation_of(request: httpx.Request) -> str:
    return request.url.path.partition("/openmem/v1/")[2]


def session(
    transport: httpx.BaseTransport, url: str = URL, key: str = "a-secret-key", **more: Any
) -> Session:
    """Returns a session whose waits take no time."""
    target = ServiceClient(url, key, transport=transport, sleep=lambda _: None)
    return Session(target, "test", **more)


def mock(**settings: Any) -> MockMemos:
    return MockMemos(clock="step", api_key="a-secret-key", **settings)


def run_all(
    transport: httpx.BaseTransport, checks: Iterable[Check] = ALL_CHECKS, **more: Any
) -> RunResult:
    """Runs the checks."""
    return run_checks(session(transport, **more), checks, FIXTURES)


def differences_of(record: RunResult) -> dict[str, CheckResult]:
    return {item.check.name: item for item in record.results if item.verdict == "differs"}


def checks_named(*names: str) -> list[Check]:
    """Returns checks by their names."""
    report = {check.name: check for check in CHECKS}
    return [report[name] for name in names]


def with_body(response: httpx.Response, body: Any, status: int | None = None) -> httpx.Response:
    """Returns a reply with another body, and another status if given."""
    return httpx.Response(status or response.status_code, json=body)


def edit_body(operation: str, change: Callable[[Any], None]) -> Alter:
    """Changes the body of every success of an operation."""

    def alter(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not operation_of(request).startswith(operation) or response.status_code != 200:
            return response
        if not response.headers["content-type"].startswith("application/json"):
            return response
        body = json.loads(response.content)
        change(body)
        return with_body(response, body)

    return alter


def remaining_in(memos: MockMemos) -> dict[str, int]:
    """Returns what a world contains by kind when all tasks have ended."""
    memos.run_until_idle()
    world = memos.snapshot()
    kinds = ("memories", "knowledgebases", "files", "templates", "profiles")
    return {category: len(world[category]) for category in kinds if world[category]}
