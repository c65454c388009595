"""Provides the worlds of the fixtures, sets the environment, and checks the worlds at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from mock_memos.core.errors import UsageError
from mock_memos.testing import failure_report
from pytest_mock_memos.options import (
    has_ended,
    is_real_service,
    is_url,
    journal_file,
    marker_arguments,
    target,
    timelines,
)

if TYPE_CHECKING:
    from mock_memos.core.settings import Settings
    from mock_memos.engine.engine import Engine
    from mock_memos.testing.memos import Memos

_numbers = count(1)


@contextmanager
def provide(
    request: pytest.FixtureRequest, arguments: dict[str, Any], *, live: bool = False
) -> Iterator[Memos]:
    """Provides the world of a fixture: in process, live, on a server elsewhere, or the real one."""
    where = target(request.config)
    if is_real_service(request.config):
        from mock_memos.testing.real_service import RealService

        with usage_errors():
            service: Any = RealService(where, os.environ.get("MEMOS_API_KEY", ""))
        with _environment(service):
            yield service
    elif live or where != "inprocess":
        from mock_memos.testing.network_guard import guarded

        server = _server(request, where)
        with (
            new_world(request.node, server, arguments) as memos,
            guarded(memos),
            _environment(memos),
        ):
            yield memos
    else:
        from mock_memos.testing.in_process import MockMemos

        with usage_errors():
            memos = MockMemos(**arguments)
        with memos, _environment(memos), _report_failures(request.node, memos, memos.engine):
            yield memos


def _server(request: pytest.FixtureRequest, where: str) -> Memos:
    """Returns the server of the run, or the one at the target URL."""
    if is_url(where):
        from mock_memos.testing.remote import RemoteMemos

        return RemoteMemos(where, "mock-key")
    server: Memos = request.getfixturevalue("mock_memos_server")
    return server


@contextmanager
def new_world(node: pytest.Item, memos: Memos, arguments: dict[str, Any]) -> Iterator[Memos]:
    """Provides a new world with an API key that no other test has."""
    key = f"mock-key-{os.getpid()}-{next(_numbers)}"
    with usage_errors():
        world = memos.new_world(key, **arguments)
    try:
        with _report_failures(node, world):
            yield world
    finally:
        memos.delete_world(key)


def as_arguments(settings: Mapping[str, Any] | Settings) -> dict[str, Any]:
    """Returns settings as keyword arguments."""
    if isinstance(settings, Mapping):
        return dict(settings)
    from msgspec.structs import asdict

    return asdict(settings)


def world_arguments(
    request: pytest.FixtureRequest, defaults: Mapping[str, Any] | Settings, **more: Any
) -> dict[str, Any]:
    """Merges the defaults, the markers of the test and the parameter of the fixture."""
    arguments = as_arguments(defaults) | marker_arguments(request.node) | more
    arguments.pop("task_orders", None)
    parameter = getattr(request, "param", {})
    return arguments | ({"scenario": parameter} if isinstance(parameter, str) else parameter)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Reports a mistake in a marker or in `mock_memos_settings` without a traceback."""
    try:
        yield
    except UsageError as mistake:
        raise pytest.fail.Exception(f"mock-memos: {mistake}", pytrace=False) from None


@contextmanager
def _environment(memos: Memos) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMOS_BASE_URL", memos.base_url)
        patch.setenv("MEMOS_API_KEY", memos.api_key)
        yield


@contextmanager
def _report_failures(
    node: pytest.Item, memos: Memos, engine: Engine | None = None
) -> Iterator[None]:
    """Adds the timeline to failure reports, and fails a passed test that made unmatched calls.

    `engine`: the engine that only this test uses, so all its calls count, whatever their key.
    """
    before = None if engine else memos.backend.unauthenticated.total

    def timeline(verbose: bool) -> str:
        return failure_report.timeline_report(memos, verbose, unauthenticated_before=before)

    reports = node.stash.setdefault(timelines, [])
    reports.append(timeline)
    yield
    reports.remove(timeline)
    _save_journal(node, memos)
    if node.stash.get(has_ended, False):
        return
    journals = [engine.unauthenticated, *engine.journals().values()] if engine else [memos.journal]
    if reasons := failure_report.failure_reasons(memos, journals):
        pytest.fail(f"mock-memos: {reasons}\n\n{timeline(False)}", pytrace=False)


def _save_journal(node: pytest.Item, memos: Memos) -> None:
    """Appends the calls and tasks of a test to the journal of the run, if there is one."""
    if file := journal_file(node.config):
        from mock_memos.journal.exports import jsonl_of_test

        lines = jsonl_of_test(node.nodeid, memos.journal, memos.tasks).encode()
        with open(file, "ab", buffering=0) as journal:  # one write, as other workers append as well
            journal.write(lines)
