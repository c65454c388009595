"""The cost of a fixture per test, and of the plugin in a run that does not use it.

Both are measured in separate pytest runs. The time of a test is the processor time from setup to
teardown, as the median of many empty tests.
"""

import json
import os
import subprocess
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Series, interleave
from benchmarks.pace import Pace
from benchmarks.servers import Unavailable, python_command

TESTS = 200
TIMER = """
import json
from statistics import median
from time import process_time_ns

import pytest

took = []

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    began = process_time_ns()
    result = yield
    took.append((process_time_ns() - began) / 1000)
    return result

def pytest_sessionfinish():
    with open("took.json", "w") as file:
        json.dump(median(took), file)
"""
FIXTURES = {
    "ours": "mock_memos_live", "ours in process": "mock_memos", "plain": "",
    "httpserver": "httpserver", "respx": "respx_mock",
}  # fmt: skip
OUR_PLUGIN = ("-p", "pytest_mock_memos")
ALL_PLUGINS = (*OUR_PLUGIN, "-p", "pytest_httpserver.pytest_plugin", "-p", "respx.plugin")


def measure_fixtures(pace: Pace) -> Series:
    """Measures an empty test with a fixture, minus an empty test without one."""
    if not find_spec("pytest_httpserver"):
        raise Unavailable("needs pytest-httpserver (extra `bench`)")
    with TemporaryDirectory() as folder:
        sides = {
            side: partial(_test_time, Path(folder), fixture) for side, fixture in FIXTURES.items()
        }
        series = interleave(sides, pace.rounds)
    return {
        f"{side}.test": [
            took - plain
            for took, plain in zip(series[f"{side}.test"], series["plain.test"], strict=True)
        ]
        for side in sides
        if side != "plain"
    }


def measure_plugin(pace: Pace) -> Series:
    """Measures an unrelated suite of ten tests, with and without the plugin."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        _write_suite(path, "", 10)
        sides = {
            "ours": partial(_suite_time, path, *OUR_PLUGIN),
            "without": partial(_suite_time, path),
        }
        interleave(sides, 1)
        return interleave(sides, 4 * pace.rounds)


def _write_suite(folder: Path, fixture: str, tests: int) -> None:
    lines = [f"def test_{number}({fixture}):\n    pass\n" for number in range(tests)]
    (folder / "test_it.py").write_text("\n".join(lines))
    (folder / "pytest.ini").write_text("[pytest]\n")


def _test_time(folder: Path, fixture: str) -> dict[str, float]:
    _write_suite(folder, fixture, TESTS)
    (folder / "conftest.py").write_text(TIMER)
    _run_pytest(folder, *ALL_PLUGINS)
    return {"test": json.loads((folder / "took.json").read_text())}


def _suite_time(folder: Path, *options: str) -> dict[str, float]:
    return {"run": _run_pytest(folder, *options) * 1e3}


def _run_pytest(folder: Path, *options: str) -> float:
    """Returns the processor seconds of a pytest run with the given plugins only."""
    command = python_command("-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    cpu_before = _children_cpu_seconds()
    result = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return _children_cpu_seconds() - cpu_before


def _children_cpu_seconds() -> float:
    """Returns the processor seconds of ended child processes."""
    import resource  # not on Windows

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
