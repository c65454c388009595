"""pytest fixtures and a marker for mock-memos. What works without pytest lives in `mock_memos`.

Nothing of it is imported before a test asks for a fixture, so that other runs pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_memos.face import Double
    from mock_memos.inprocess import MockMemos
    from mock_memos.live import MockMemosServer
    from mock_memos.settings import Settings

MARKER = (
    "mock_memos(scenario=None, clock='step', seed=0, strict=False, allow_unexpected=False, "
    "**settings): "
    "scenario and settings of the MemOS double for this test"
)


_worlds = pytest.StashKey[list[Callable[[bool], str]]]()
"""What tells a failing test of the worlds behind it; the argument asks for everything."""
_over = pytest.StashKey[bool]()
"""The test has failed, or was skipped, already."""


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "write what every test asked and was answered to this file, as JSON Lines"
    group = parser.getgroup("mock-memos")
    group.addoption("--mock-memos-journal", metavar="FILE", help=told)
    parser.addini("mock_memos_journal", told, default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    if (file := _journal_file(config)) and not hasattr(config, "workerinput"):
        try:
            open(file, "wb").close()  # a run's journal holds nothing of the run before
        except OSError as problem:
            raise pytest.UsageError(f"--mock-memos-journal {file}: {problem.strerror}") from None


def _journal_file(config: pytest.Config) -> str:
    """Where the journal of the run goes, or an empty text."""
    said, written = config.getoption("--mock-memos-journal"), config.getini("mock_memos_journal")
    return str(said or (written and config.rootpath / written))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        item.stash[_over] = True
        for tell in item.stash.get(_worlds, []) if report.failed else ():
            report.sections.append(("mock-memos", tell(item.config.get_verbosity() > 1)))
    return report


@pytest.fixture(scope="session")
def mock_memos_settings() -> Mapping[str, Any] | Settings:
    """What every double of the run begins with; override it to change the defaults."""
    return {}


@pytest.fixture
def mock_memos(
    request: pytest.FixtureRequest, mock_memos_settings: Mapping[str, Any] | Settings
) -> Iterator[MockMemos]:
    """A double in this process with a fresh world; the environment points clients to it."""
    from mock_memos.inprocess import MockMemos

    with _usage():
        memos = MockMemos(**_wishes(request.node, mock_memos_settings))
    with memos, _environment(memos), _watched(request.node, memos, alone=True):
        yield memos


@pytest.fixture(scope="session")
def mock_memos_server() -> Iterator[MockMemosServer]:
    """The live server behind `mock_memos_live`, one for the whole run."""
    from mock_memos.live import MockMemosServer

    with MockMemosServer() as server:
        yield server


@pytest.fixture
def mock_memos_live(
    request: pytest.FixtureRequest,
    mock_memos_server: MockMemosServer,
    mock_memos_settings: Mapping[str, Any] | Settings,
) -> Iterator[Double]:
    """A fresh world on the live server, under an API key that no other test has."""
    key = f"mock-key-{next(_numbers)}"
    with _usage():
        memos = mock_memos_server.open(key, **_wishes(request.node, mock_memos_settings))
    try:
        with _environment(memos), _watched(request.node, memos, alone=False):
            yield memos
    finally:
        mock_memos_server.close(key)


_numbers = count(1)


def _wishes(node: pytest.Item, defaults: Mapping[str, Any] | Settings) -> dict[str, Any]:
    """The settings of one test: the defaults, then its markers, the nearest last."""
    if isinstance(defaults, Mapping):
        wishes = dict(defaults)
    else:
        from msgspec.structs import asdict

        wishes = asdict(defaults)
    for marker in reversed(list(node.iter_markers("mock_memos"))):
        if marker.args:
            pytest.fail(
                f"@pytest.mark.mock_memos takes names, not {marker.args[0]!r}; "
                f"for example scenario={marker.args[0]!r}",
                pytrace=False,
            )
        wishes |= marker.kwargs
    return wishes


@contextmanager
def _usage() -> Iterator[None]:
    """Say a mistake in a marker or in `mock_memos_settings` without a traceback of ours."""
    from mock_memos.errors import UsageError

    try:
        yield
    except UsageError as mistake:
        pytest.fail(f"mock_memos: {mistake}", pytrace=False)


@contextmanager
def _environment(memos: Double) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMOS_BASE_URL", memos.base_url)
        patch.setenv("MEMOS_API_KEY", memos.api_key)
        yield


@contextmanager
def _watched(node: pytest.Item, memos: Double, *, alone: bool) -> Iterator[None]:
    """Show a failing test its world, and fail one that passed though it must not."""
    from mock_memos import report

    before = memos.engine.strays.total

    def tell(verbose: bool) -> str:
        notes = [] if alone else report.strays(memos.engine, before)
        with memos.here() as world:
            return report.timeline(world, verbose, notes)

    worlds = node.stash.setdefault(_worlds, [])
    worlds.append(tell)
    yield
    worlds.remove(tell)
    _keep(node, memos)
    if not node.stash.get(_over, False) and (why := report.complaints(memos, alone=alone)):
        pytest.fail(f"mock-memos: {why}\n\n{tell(False)}", pytrace=False)


def _keep(node: pytest.Item, memos: Double) -> None:
    """Add what a test did to the journal of the run, if one is kept."""
    if file := _journal_file(node.config):
        from mock_memos.exports import of_test

        told = of_test(node.nodeid, memos.journal, memos.tasks).encode()
        with open(file, "ab", buffering=0) as journal:  # whole: other workers write to it, too
            journal.write(told)
