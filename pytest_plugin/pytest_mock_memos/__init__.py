"""pytest fixtures and a marker for mock-memos. What works without pytest lives in `mock_memos`.

Nothing of it is imported before a test asks for a fixture, so that other runs pay nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal, Unpack

import pytest

from pytest_mock_memos.options import is_real, is_url, journal_file, over, said, target, worlds

if TYPE_CHECKING:
    from mock_memos.core.settings import Settings
    from mock_memos.core.settings_arguments import SettingsArguments
    from mock_memos.testing.live_server import MockMemosServer
    from mock_memos.testing.memos import Double, Memos
    from mock_memos.testing.setup import Source

MARKERS = """
mock_memos(scenario=None, tasks=(), clock='step', seed=0, strict=False, \
allow_unmatched_requests=False, \
schedules=1, schedule=0, **settings)\
: scenario, courses of tasks and settings of the MemOS double for this test; `schedules=N` runs it \
under N orders of the work in the background, `schedule=k` under one of them
mock_only: the test needs a double, so that it is skipped where the target is the real service
real_only: the test is about the real service, so that it is skipped where the target is a double
"""
TARGET = """\
what the fixture mock_memos is: a double in process (the default), a live one, or what serves at \
this base URL: a `mock-memos serve` that many workers share, or the real service with the key in \
MEMOS_API_KEY"""

JOURNAL = "write what every test asked and was answered to this file, as JSON Lines"

IN_VAIN = """\
@pytest.mark.mock_memos does nothing for a test without a double: give it the argument mock_memos"""

_failed = pytest.StashKey[dict[str, str]]()
"""The first schedule under which a test failed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mock-memos")
    group.addoption("--mock-memos-target", metavar="inprocess|live|URL", help=TARGET)
    group.addoption("--mock-memos-journal", metavar="FILE", help=JOURNAL)
    parser.addini("mock_memos_target", "the default of --mock-memos-target", default="inprocess")
    parser.addini("mock_memos_journal", JOURNAL, default="")
    parser.addini("mock_memos_settings", "settings of every double: NAME=VALUE lines", "linelist")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_failed] = {}
    aim = target(config)
    if aim not in ("inprocess", "live") and not is_url(aim):
        raise pytest.UsageError(f"--mock-memos-target is inprocess, live or a URL, not {aim!r}")
    for marker in MARKERS.strip().splitlines():
        config.addinivalue_line("markers", marker)
    if (file := journal_file(config)) and not hasattr(config, "workerinput"):
        try:
            open(file, "wb").close()  # a run's journal holds nothing of the run before
        except OSError as problem:
            raise pytest.UsageError(f"--mock-memos-journal {file}: {problem.strerror}") from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _is_marked_in_vain(metafunc):
        metafunc.definition.warn(pytest.PytestWarning(IN_VAIN))
    nearest_first = [one.kwargs for one in metafunc.definition.iter_markers("mock_memos")]
    scheduled = [words for words in nearest_first if words.keys() & {"schedule", "schedules"}]
    number = scheduled[0].get("schedules") if scheduled else None
    if number is not None and "mock_memos_schedule" in metafunc.fixturenames:
        if is_real(metafunc.config):
            return  # nobody schedules the real service
        if not isinstance(number, int) or number < 1:
            pytest.fail(f"schedules is {number!r}; expected a whole number from 1", pytrace=False)
        names = [f"schedule={k}" for k in range(number)]
        metafunc.parametrize("mock_memos_schedule", range(number), indirect=True, ids=names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, unwanted in (("mock_only", True), ("real_only", False)):
        if item.get_closest_marker(mark) and is_real(item.config) is unwanted:
            pytest.skip(f"{mark}: the target is {target(item.config)}")
    failed = item.config.stash[_failed]
    first = failed.get(_whatever_the_schedule(item), item.name) if failed else item.name
    if first != item.name:
        pytest.skip(f"{first} has failed; the other schedules are tried when it passes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        item.stash[over] = True
    failed = item.config.stash[_failed]
    if failed and report.when == "call" and report.passed:
        name = _whatever_the_schedule(item)
        if failed.get(name) == item.name:  # it was run again
            del failed[name]
    if report.failed:
        failed.setdefault(_whatever_the_schedule(item), item.name)
        tellers = [tell for node in item.listchain() for tell in node.stash.get(worlds, [])]
        for tell in tellers:
            report.sections.append(("mock-memos", tell(item.config.get_verbosity() > 1)))
    return report


@pytest.fixture(scope="session")
def mock_memos_settings(pytestconfig: pytest.Config) -> Mapping[str, Any] | Settings:
    """What every double of the run begins with: the `mock_memos_settings` of the ini file.

    Override it to say more: `return {"clock": "manual", "processing_delay": 60}`.
    """
    from mock_memos.core.settings import parse_assignment
    from pytest_mock_memos.provision import usage

    with usage():
        return dict(parse_assignment(line) for line in pytestconfig.getini("mock_memos_settings"))


@pytest.fixture
def mock_memos_schedule(request: pytest.FixtureRequest) -> int:
    """The number of the schedule that the test runs under; 0 is the usual one."""
    wanted = said(request.node)
    unscheduled = not hasattr(request, "param") and "schedule" not in wanted
    if unscheduled and "schedules" in wanted and not is_real(request.config):
        pytest.fail(
            "schedules=N needs a test with the argument mock_memos or mock_memos_live that is no "
            "method of a unittest.TestCase",
            pytrace=False,
        )
    number: int = getattr(request, "param", wanted.get("schedule", 0))
    return number


@pytest.fixture
def mock_memos(
    request: pytest.FixtureRequest,
    mock_memos_settings: Mapping[str, Any] | Settings,
    mock_memos_schedule: int,
) -> Iterator[Memos]:
    """MemOS in the test's hand: a fresh world in this process, and the environment points to it.

    Calls of httpx and requests to the real service, or to MEMOS_BASE_URL, are answered by it. Move
    its time with `mock_memos.clock.advance(seconds=3)` or `mock_memos.drain()`; ask what was
    called with `mock_memos.journal.assert_called("search/memory", user_id="ana")`; break something
    with `mock_memos.faults.once("timeout")`. `@pytest.mark.mock_memos(...)` sets it up.
    """
    from pytest_mock_memos.provision import stand_in, wishes

    wished = wishes(request, mock_memos_settings, schedule=mock_memos_schedule)
    with stand_in(request, wished) as memos:
        yield memos


@pytest.fixture
def mock_memos_live(
    request: pytest.FixtureRequest,
    mock_memos_settings: Mapping[str, Any] | Settings,
    mock_memos_schedule: int,
) -> Iterator[Memos]:
    """The same behind a real socket, for clients that are neither httpx nor requests.

    The server is one for the whole run; the world is fresh, under an API key that no other test
    has, and the environment points to it.
    """
    from pytest_mock_memos.provision import stand_in, wishes

    wished = wishes(request, mock_memos_settings, schedule=mock_memos_schedule)
    with stand_in(request, wished, live=True) as memos:
        yield memos


@pytest.fixture
def mock_memos_factory(
    request: pytest.FixtureRequest,
    mock_memos: Double,
    mock_memos_settings: Mapping[str, Any] | Settings,
) -> Iterator[Callable[..., Memos]]:
    """More worlds in one test: a function that takes settings and gives another double.

    `other = make(clock="manual", seed=7)`, if `make` is what the fixture gave. Each has an API key
    of its own, `other.api_key`, at the address of `mock_memos`.
    """
    from pytest_mock_memos.provision import opened, plain

    with ExitStack() as others:
        yield lambda **wished: others.enter_context(
            opened(request.node, mock_memos, plain(mock_memos_settings) | wished)
        )


@pytest.fixture(scope="session")
def mock_memos_server() -> Iterator[MockMemosServer]:
    """The live server behind `mock_memos_live`, one for the whole run."""
    from mock_memos.testing.live_server import MockMemosServer

    server = MockMemosServer().start()
    yield server
    server.stop()


def memos_fixture(
    *,
    scope: Literal["session", "package", "module", "class", "function"] = "function",
    live: bool = False,
    scenario: Source | Sequence[Source] | None = None,
    **settings: Unpack[SettingsArguments],
) -> Any:
    """A fixture like `mock_memos`, of another scope and with settings of its own.

    It is one line in a test module or a conftest: `hotel = memos_fixture(scope="module", seed=7)`.
    """

    def memos(
        request: pytest.FixtureRequest, mock_memos_settings: Mapping[str, Any] | Settings
    ) -> Iterator[Memos]:
        from pytest_mock_memos.provision import plain, stand_in, wishes

        story = {"scenario": scenario} if scenario else {}
        wished = wishes(request, plain(mock_memos_settings) | story | settings)
        with stand_in(request, wished, live=live) as memos:
            yield memos

    return pytest.fixture(scope=scope)(memos)


def _is_marked_in_vain(metafunc: pytest.Metafunc) -> bool:
    """Whether a test bears the marker itself and asks for no double, nor for any later."""
    marked = any(one.name == "mock_memos" for one in metafunc.definition.own_markers)
    return marked and not {"mock_memos_settings", "request"} & set(metafunc.fixturenames)


def _whatever_the_schedule(item: pytest.Item) -> str:
    """A name that the runs of one test under different schedules have in common."""
    return re.sub(r"schedule=\d+", "schedule=", item.nodeid)
