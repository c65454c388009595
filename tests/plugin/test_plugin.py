"""The fixtures and the marker, in separate test runs."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest

import mock_memos

# A run in this process removes the modules that it imported first. Other tests would then have
# two versions of their classes, so everything is imported before.
for module in pkgutil.walk_packages(mock_memos.__path__, "mock_memos."):
    if not module.name.endswith("__main__"):
        import_module(module.name)

LOAD = ("-p", "pytest_mock_memos", "--strict-markers", "-W", "error")

HEAD = """
import os
import httpx
import pytest
import requests

TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}

def post(operation, body=TURN):
    url = os.environ["MEMOS_BASE_URL"] + "/" + operation
    headers = {"Authorization": "Token " + os.environ["MEMOS_API_KEY"]}
    return requests.post(url, json=body, headers=headers).json()
"""


def run(pytester: pytest.Pytester, tests: str, *arguments: str, **how: Any) -> pytest.RunResult:
    """Run a file with these tests, in this process, with our plugin and those that are named."""
    pytester.makepyfile(HEAD + tests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("CI", raising=False)  # with it, pytest prints everything twice
        return pytester.runpytest_inprocess(*LOAD, *arguments, **how)


def test_each_test_has_a_new_world(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.parametrize("time", [1, 2])
    @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
    def test_it(name, time, request):
        memos = request.getfixturevalue(name)
        assert (len(memos.journal), len(memos.tasks)) == (0, 0)
        assert post("add/message")["code"] == 0
        assert (len(memos.journal), len(memos.tasks)) == (1, 1)
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=4)


def test_environment_is_set_only_during_the_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMOS_BASE_URL", "before")
    monkeypatch.delenv("MEMOS_API_KEY", raising=False)
    tests = """
    def check():
        assert os.environ["MEMOS_BASE_URL"] == "before"
        assert "MEMOS_API_KEY" not in os.environ

    def test_before():
        check()

    def test_inside(mock_memos):
        assert os.environ["MEMOS_BASE_URL"] == mock_memos.base_url
        assert os.environ["MEMOS_API_KEY"] == mock_memos.api_key
        assert mock_memos.base_url == "https://memos.memtensor.cn/api/openmem/v1"

    def test_that_fails(mock_memos):
        raise ZeroDivisionError

    def test_live(mock_memos_live):
        assert os.environ["MEMOS_BASE_URL"] == mock_memos_live.base_url
        assert os.environ["MEMOS_API_KEY"] == mock_memos_live.api_key

    def test_after():
        check()
        from respx.mocks import HTTPCoreMocker
        assert not HTTPCoreMocker.routers
        assert requests.Session.get_adapter.__module__ == "requests.sessions"
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=4, failed=1)


def test_markers_merge_and_the_nearest_wins(pytester: pytest.Pytester) -> None:
    tests = """
    pytestmark = pytest.mark.mock_memos(seed=1, clock="manual", strict=True)

    @pytest.mark.mock_memos(seed=2, processing_delay=9)
    class TestClass:
        @pytest.mark.mock_memos(seed=3)
        @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
        def test_it(self, name, request):
            settings = request.getfixturevalue(name).settings
            assert (settings.seed, settings.clock, settings.strict) == (3, "manual", True)
            assert settings.processing_delay == 9

        def test_class(self, mock_memos):
            assert (mock_memos.settings.seed, mock_memos.settings.processing_delay) == (2, 9)

    def test_module(mock_memos):
        assert (mock_memos.settings.seed, mock_memos.settings.processing_delay) == (1, 3)
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=4)


def test_marker_loads_a_scenario(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(scenario="guangzhou-hotel")
    @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
    def test_it(name, request):
        assert len(request.getfixturevalue(name).snapshot()["scenarios"]) == 1
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=2)


def test_marker_plans_tasks(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(clock="manual", tasks={"task": {"stuck": True}})
    class TestTasks:
        @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
        def test_of_a_class(self, name, request):
            memos = request.getfixturevalue(name)
            post("add/message")
            memos.reset()
            post("add/message")
            memos.clock.advance(days=1)
            assert list(memos.tasks.waiting_for().values()) == ["stuck"]

        @pytest.mark.mock_memos(scenario="failed-task", tasks=[
            {"when": {"text": "harbour"}, "task": {"hold": True}, "times": 1},
            {"when": {"text": "inn"}, "task": {"failed": "out of luck"}},
        ])
        @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
        def test_of_its_own(self, name, request):
            memos = request.getfixturevalue(name)
            for _ in range(2):
                post("add/message")
            memos.run_until_idle()
            assert [task.status for task in memos.tasks] == ["running", "failed"]

    @pytest.mark.mock_memos(tasks={"task": {"holt": True}})
    def test_mistake(mock_memos):
        pass
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=4, errors=1)
    result.stdout.fnmatch_lines(
        ["mock-memos: task: unknown key 'holt', did you mean 'hold'[?] Allowed: *"]
    )


@pytest.mark.parametrize("value", ["{'seed': 5}", "Settings(seed=5)"])
def test_settings_fixture_can_be_overridden(pytester: pytest.Pytester, value: str) -> None:
    tests = f"""
    from mock_memos.core.settings import Settings

    @pytest.fixture(scope="session")
    def mock_memos_settings():
        return {value}

    @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
    def test_default(name, request):
        assert request.getfixturevalue(name).settings.seed == 5

    @pytest.mark.mock_memos(seed=6)
    def test_marked(mock_memos):
        assert mock_memos.settings.seed == 6
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=3)


def test_invalid_marker_is_explained(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(sead=1)
    def test_unknown(mock_memos):
        pass

    @pytest.mark.mock_memos(scenari="guangzhou-hotel")
    def test_name(mock_memos):
        pass

    @pytest.mark.mock_memos(clock="sundial")
    def test_value(mock_memos_live):
        pass

    @pytest.mark.mock_memos("guangzhou-hotel")
    def test_position(mock_memos):
        pass

    def test_that_follows(mock_memos):
        assert post("add/message")["code"] == 0
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(errors=4, passed=1)
    result.stdout.no_fnmatch_line("During handling of the above exception*")
    result.stdout.fnmatch_lines(
        [
            "mock-memos: unknown setting 'sead', did you mean 'seed'?*",
            "mock-memos: unknown setting 'scenari', did you mean 'scenario'?*",
            "mock-memos: invalid setting clock: *",
            "*takes keyword arguments, not 'guangzhou-hotel'; *scenario='guangzhou-hotel'",
        ]
    )


def test_marker_without_fixture_causes_a_warning(pytester: pytest.Pytester) -> None:
    tests = """
    from pytest_mock_memos import memos_fixture

    pytestmark = pytest.mark.mock_memos(seed=1)
    mine = memos_fixture()

    @pytest.mark.mock_memos(task_orders=50)
    def test_that_forgot_it():
        pass

    @pytest.mark.mock_memos(seed=2)
    def test_with_a_fixture_of_its_own(mine):
        pass

    @pytest.mark.mock_memos(seed=3)
    def test_that_asks_later(request):
        request.getfixturevalue("mock_memos")

    def test_in_a_marked_module():
        pass
    """
    result = run(pytester, dedent(tests), "-Wdefault::pytest.PytestWarning")
    result.assert_outcomes(passed=4, warnings=1)
    result.stdout.fnmatch_lines(["*mock_memos has no effect: the test uses no fixture*"])


def test_pytest_lists_markers_and_fixtures(pytester: pytest.Pytester) -> None:
    run(pytester, "", "--markers").stdout.fnmatch_lines(["@pytest.mark.mock_memos(scenario=None*"])
    result = run(pytester, "", "--fixtures")
    for name in ("mock_memos", "mock_memos_live", "mock_memos_server", "mock_memos_settings"):
        result.stdout.re_match_lines([rf"{name}(?: \[session scope\])? -- .*"])


def test_server_is_shared_by_the_run(pytester: pytest.Pytester) -> None:
    tests = """
    seen = set()

    @pytest.mark.parametrize("time", [1, 2])
    def test_it(mock_memos_live, mock_memos_server, time):
        assert mock_memos_live.base_url == mock_memos_server.base_url
        seen.add((mock_memos_server.url, mock_memos_live.api_key))

    def test_all():
        urls, keys = zip(*seen)
        assert (len(set(urls)), len(set(keys))) == (1, 2)
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=3)


def dedent(text: str) -> str:
    import textwrap

    return textwrap.dedent(text)
