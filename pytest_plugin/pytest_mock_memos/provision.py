"""The doubles that the fixtures give: set up, watched, and with the environment pointing there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from mock_memos.core.errors import UsageError
from mock_memos.testing import failure_report
from pytest_mock_memos.options import is_real, is_url, journal_file, over, said, target, worlds

if TYPE_CHECKING:
    from mock_memos.core.settings import Settings
    from mock_memos.testing.memos import Double, Memos

_numbers = count(1)


@contextmanager
def stand_in(
    request: pytest.FixtureRequest, wishes: dict[str, Any], *, live: bool = False
) -> Iterator[Memos]:
    """What the run is aimed at: a double in process, a live one, or what serves elsewhere."""
    aim = target(request.config)
    if is_real(request.config):
        from mock_memos.testing.real_service import RealService

        with usage():
            service = RealService(aim, os.environ.get("MEMOS_API_KEY", ""))
        with _environment(service):
            yield service
    elif live or aim != "inprocess":
        from mock_memos.testing.network_guard import guarded

        server = _server(request, aim)
        with opened(request.node, server, wishes) as memos, guarded(memos), _environment(memos):
            yield memos
    else:
        from mock_memos.testing.in_process import MockMemos

        with usage():
            memos = MockMemos(**wishes)
        with memos, _environment(memos), _watched(request.node, memos, alone=True):
            yield memos


def _server(request: pytest.FixtureRequest, aim: str) -> Double:
    """The live double that worlds are opened on: one elsewhere, or that of this run."""
    if is_url(aim):
        from mock_memos.testing.remote import RemoteMemos

        return RemoteMemos(aim, "mock-key")
    server: Double = request.getfixturevalue("mock_memos_server")
    return server


@contextmanager
def opened(node: pytest.Item, memos: Double, wishes: dict[str, Any]) -> Iterator[Double]:
    """A fresh world beside others, under an API key that nobody else has."""
    key = f"mock-key-{os.getpid()}-{next(_numbers)}"
    with usage():
        other = memos.open(key, **wishes)
    try:
        with _watched(node, other, alone=False):
            yield other
    finally:
        memos.close(key)


def plain(settings: Mapping[str, Any] | Settings) -> dict[str, Any]:
    """Settings as keyword arguments."""
    if isinstance(settings, Mapping):
        return dict(settings)
    from msgspec.structs import asdict

    return asdict(settings)


def wishes(
    request: pytest.FixtureRequest, defaults: Mapping[str, Any] | Settings, **more: Any
) -> dict[str, Any]:
    """The settings of one double: the defaults, then the markers, then the fixture's parameter."""
    chosen = plain(defaults) | said(request.node) | more
    chosen.pop("schedules", None)
    given = getattr(request, "param", {})
    return chosen | ({"scenario": given} if isinstance(given, str) else given)


@contextmanager
def usage() -> Iterator[None]:
    """Say a mistake in a marker or in `mock_memos_settings` without a traceback of ours."""
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
def _watched(node: pytest.Item, memos: Double, *, alone: bool) -> Iterator[None]:
    """Show a failing test its world, and fail one that passed though it must not."""
    before = memos.engine.strays.total

    def tell(verbose: bool) -> str:
        return failure_report.story(memos, verbose, strays_since=None if alone else before)

    telling = node.stash.setdefault(worlds, [])
    telling.append(tell)
    yield
    telling.remove(tell)
    _keep(node, memos)
    if not node.stash.get(over, False) and (why := failure_report.complaints(memos, alone=alone)):
        pytest.fail(f"mock-memos: {why}\n\n{tell(False)}", pytrace=False)


def _keep(node: pytest.Item, memos: Double) -> None:
    """Add what a test did to the journal of the run, if one is kept."""
    if file := journal_file(node.config):
        from mock_memos.journal.exports import of_test

        told = of_test(node.nodeid, memos.journal, memos.tasks).encode()
        with open(file, "ab", buffering=0) as journal:  # whole: other workers write to it, too
            journal.write(told)
