"""A test suite makes the same calls in process, live, in any order and in parallel.

The digest of a test covers its requests, replies and virtual times.
"""

from pathlib import Path

import pytest

from mock_memos import MockMemosServer

SUITE = Path(__file__).parent / "assistant"


class Digests:
    """A plugin that collects the digests and results of all tests."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.of: dict[str, str] = {}
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.append(f"{report.nodeid}: {report.longreprtext}")
        if report.when == "teardown":
            self.order.append(report.nodeid)
            for _, digest in report.user_properties:
                self.of[report.nodeid] = str(digest)


def run(*options: str) -> Digests:
    """Runs the suite in this process or in its workers."""
    digests = Digests()
    plugins = ["-pno:terminal", "-pno:cacheprovider", "-pxdist", "-ppytest_mock_memos"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytest.main([*plugins, "-n0", *options, str(SUITE)], plugins=[digests])
    assert not digests.failed, digests.failed[0]
    return digests


@pytest.fixture(scope="module")
def plain() -> Digests:
    """The in-process run."""
    return run()


def test_suite_has_many_different_tests(plain: Digests) -> None:
    assert len({name.partition("[")[0] for name in plain.order}) >= 40
    assert len(plain.of) >= len(plain.order) - 2  # two look at the wording of a prompt alone
    assert len(set(plain.of.values())) > len(plain.of) / 3


def test_live_run_in_other_order_has_equal_calls(plain: Digests) -> None:
    shuffled = run("--mock-memos-target=live", "-prandomly", "--randomly-seed=7")
    assert shuffled.order != plain.order
    assert shuffled.of == plain.of


def test_workers_with_shared_server_have_equal_calls(
    plain: Digests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    with MockMemosServer() as server:
        assert run("-n2", f"--mock-memos-target={server.base_url}").of == plain.of
