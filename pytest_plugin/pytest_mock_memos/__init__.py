"""pytest fixtures and markers for mock-memos. Everything else is in `mock_memos`.

`mock_memos` is imported by the first test that uses a fixture, so other runs are not slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal, Unpack

import pytest

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
    from mock_memos.core.settings_arguments import SettingsArguments
    from mock_memos.engine.setup import ScenarioSource
    from mock_memos.testing.live_server import MockMemosServer
    from mock_memos.testing.memos import Memos

MARKERS = """
mock_memos(scenario=None, tasks=(), clock='step', seed=0, strict=False, \
allow_unmatched_requests=False, task_orders=1, task_order=0, **settings)\
: scenario, task plans and settings of the MemOS mock for this test; `task_orders=N` repeats the \
test with N task completion orders, `task_order=k` uses one of them
requires_mock: the test needs the mock; skipped if the target is the real service
requires_real: the test needs the real service; skipped if the target is the mock
"""
TARGET = """\
what the fixture mock_memos is: the mock in process (default), the live mock, or the server at a \
base URL: a `mock-memos serve` that many workers share, or the real service with the key in \
MEMOS_API_KEY"""

JOURNAL = "write the calls and replies of every test to this file, as JSON Lines"

UNUSED_MARKER = """\
@pytest.mark.mock_memos has no effect: the test uses no fixture of the mock. Add the argument \
mock_memos"""

_failed = pytest.StashKey[dict[str, str]]()
"""The first failing parametrization of each test, by its name without the task order."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mock-memos")
    group.addoption("--mock-memos-target", metavar="inprocess|live|URL", help=TARGET)
    group.addoption("--mock-memos-journal", metavar="FILE", help=JOURNAL)
    parser.addini("mock_memos_target", "default of --mock-memos-target", default="inprocess")
    parser.addini("mock_memos_journal", JOURNAL, default="")
    parser.addini("mock_memos_settings", "settings of every world: NAME=VALUE lines", "linelist")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_failed] = {}
    value = target(config)
    if value not in ("inprocess", "live") and not is_url(value):
        raise pytest.UsageError(
            f"--mock-memos-target is {value!r}; expected inprocess, live or a URL"
        )
    for marker in MARKERS.strip().splitlines():
        config.addinivalue_line("markers", marker)
    if (file := journal_file(config)) and not hasattr(config, "workerinput"):
        try:
            open(file, "wb").close()  # removes the journal of the previous run
        except OSError as problem:
            raise pytest.UsageError(f"--mock-memos-journal {file}: {problem.strerror}") from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _has_unused_marker(metafunc):
        metafunc.definition.warn(pytest.PytestWarning(UNUSED_MARKER))
    nearest_first = [mark.kwargs for mark in metafunc.definition.iter_markers("mock_memos")]
    ordered = [words for words in nearest_first if words.keys() & {"task_order", "task_orders"}]
    number = ordered[0].get("task_orders") if ordered else None
    if number is not None and "mock_memos_task_order" in metafunc.fixturenames:
        if is_real_service(metafunc.config):
            return
        if not isinstance(number, int) or number < 1:
            pytest.fail(f"task_orders is {number!r}; expected a whole number from 1", pytrace=False)
        names = [f"task_order={k}" for k in range(number)]
        metafunc.parametrize("mock_memos_task_order", range(number), indirect=True, ids=names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, skip_if_real in (("requires_mock", True), ("requires_real", False)):
        if item.get_closest_marker(mark) and is_real_service(item.config) is skip_if_real:
            pytest.skip(f"{mark}: the target is {target(item.config)}")
    failed = item.config.stash[_failed]
    first = failed.get(_name_without_task_order(item), item.name) if failed else item.name
    if first != item.name:
        pytest.skip(f"{first} has failed; the other task orders are tried when it passes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        item.stash[has_ended] = True
    failed = item.config.stash[_failed]
    if failed and report.when == "call" and report.passed:
        name = _name_without_task_order(item)
        if failed.get(name) == item.name:  # it was repeated
            del failed[name]
    if report.failed:
        failed.setdefault(_name_without_task_order(item), item.name)
        verbose = item.config.get_verbosity() > 1
        for node in item.listchain():
            for timeline in node.stash.get(timelines, []):
                report.sections.append(("mock-memos", timeline(verbose)))
    return report


@pytest.fixture(scope="session")
def mock_memos_settings(pytestconfig: pytest.Config) -> Mapping[str, Any] | Settings:
    """Returns the settings of every world of the run: `mock_memos_settings` of the ini file.

    Override it to change them: `return {"clock": "manual", "processing_delay": 60}`.
    """
    from mock_memos.core.settings import parse_assignment
    from pytest_mock_memos.provision import usage_errors

    with usage_errors():
        return dict(parse_assignment(line) for line in pytestconfig.getini("mock_memos_settings"))


@pytest.fixture
def mock_memos_task_order(request: pytest.FixtureRequest) -> int:
    """Returns the number of the task order of this test; 0 is the default order."""
    arguments = marker_arguments(request.node)
    has_order = hasattr(request, "param") or "task_order" in arguments
    if "task_orders" in arguments and not has_order and not is_real_service(request.config):
        pytest.fail(
            "task_orders=N needs a test with the argument mock_memos or mock_memos_live that is "
            "not a method of a unittest.TestCase",
            pytrace=False,
        )
    number: int = getattr(request, "param", arguments.get("task_order", 0))
    return number


@pytest.fixture
def mock_memos(
    request: pytest.FixtureRequest,
    mock_memos_settings: Mapping[str, Any] | Settings,
    mock_memos_task_order: int,
) -> Iterator[Memos]:
    """Starts the mock in this process with a new world, and sets the MEMOS_* variables.

    It answers httpx and requests calls to the real service and to MEMOS_BASE_URL. Move its time
    with `mock_memos.clock.advance(seconds=3)` or `mock_memos.run_until_idle()`, check calls with
    `mock_memos.journal.assert_called("search/memory", user_id="ana")`, cause an error with
    `mock_memos.faults.once("timeout")`. `@pytest.mark.mock_memos(...)` takes settings.
    """
    from pytest_mock_memos.provision import provide, world_arguments

    arguments = world_arguments(request, mock_memos_settings, task_order=mock_memos_task_order)
    with provide(request, arguments) as memos:
        yield memos


@pytest.fixture
def mock_memos_live(
    request: pytest.FixtureRequest,
    mock_memos_settings: Mapping[str, Any] | Settings,
    mock_memos_task_order: int,
) -> Iterator[Memos]:
    """Starts the mock behind a real socket, for clients other than httpx and requests.

    All tests of the run share one server. Each test has a new world with its own API key, and the
    MEMOS_* variables point to it.
    """
    from pytest_mock_memos.provision import provide, world_arguments

    arguments = world_arguments(request, mock_memos_settings, task_order=mock_memos_task_order)
    with provide(request, arguments, live=True) as memos:
        yield memos


@pytest.fixture
def mock_memos_factory(
    request: pytest.FixtureRequest,
    mock_memos: Memos,
    mock_memos_settings: Mapping[str, Any] | Settings,
) -> Iterator[Callable[..., Memos]]:
    """Returns a function that creates further worlds; it takes settings.

    `other = mock_memos_factory(clock="manual", seed=7)`. Each world has its own API key,
    `other.api_key`, and the base URL of `mock_memos`.
    """
    from pytest_mock_memos.provision import as_arguments, new_world

    with ExitStack() as worlds:
        yield lambda **arguments: worlds.enter_context(
            new_world(request.node, mock_memos, as_arguments(mock_memos_settings) | arguments)
        )


@pytest.fixture(scope="session")
def mock_memos_server() -> Iterator[MockMemosServer]:
    """Starts the live server of `mock_memos_live`, once per run."""
    from mock_memos.testing.live_server import MockMemosServer

    server = MockMemosServer().start()
    yield server
    server.stop()


def memos_fixture(
    *,
    scope: Literal["session", "package", "module", "class", "function"] = "function",
    live: bool = False,
    scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
    **settings: Unpack[SettingsArguments],
) -> Any:
    """Returns a fixture like `mock_memos` with another scope and other settings.

    Use it in a test module or conftest: `hotel = memos_fixture(scope="module", seed=7)`.
    """

    def memos(
        request: pytest.FixtureRequest, mock_memos_settings: Mapping[str, Any] | Settings
    ) -> Iterator[Memos]:
        from pytest_mock_memos.provision import as_arguments, provide, world_arguments

        own = settings | ({"scenario": scenario} if scenario else {})
        arguments = world_arguments(request, as_arguments(mock_memos_settings) | own)
        with provide(request, arguments, live=live) as memos:
            yield memos

    return pytest.fixture(scope=scope)(memos)


def _has_unused_marker(metafunc: pytest.Metafunc) -> bool:
    """Checks if a test itself has the marker, but no fixture that reads it, now or later."""
    marked = any(mark.name == "mock_memos" for mark in metafunc.definition.own_markers)
    return marked and not {"mock_memos_settings", "request"} & set(metafunc.fixturenames)


def _name_without_task_order(item: pytest.Item) -> str:
    return re.sub(r"task_order=\d+", "task_order=", item.nodeid)
