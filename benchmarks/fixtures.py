"""What a fixture costs each test that asks for it, and what the plugin costs those that do not.

Both are measured in runs of pytest of their own. A test's time is that of the processor from the
beginning of its set-up to the end of its tear-down; the median over many tests that do nothing.
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
from benchmarks.servers import Unavailable, python

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
OURS = ("-p", "pytest_mock_memos")
ALL = (*OURS, "-p", "pytest_httpserver.pytest_plugin", "-p", "respx.plugin")


def per_test(pace: Pace) -> Series:
    """What a test pays that does nothing but ask for a fixture."""
    if not find_spec("pytest_httpserver"):
        raise Unavailable("needs pytest-httpserver (extra `bench`)")
    with TemporaryDirectory() as folder:
        sides = {
            side: partial(_test_with, Path(folder), fixture) for side, fixture in FIXTURES.items()
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


def plugin(pace: Pace) -> Series:
    """An unrelated suite of ten tests, with the plugin and without."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        _write(place, "", 10)
        sides = {
            "ours": partial(_suite, place, *OURS),
            "without": partial(_suite, place),
        }
        interleave(sides, 1)
        return interleave(sides, 4 * pace.rounds)


def _write(folder: Path, fixture: str, tests: int) -> None:
    lines = [f"def test_{number}({fixture}):\n    pass\n" for number in range(tests)]
    (folder / "test_it.py").write_text("\n".join(lines))
    (folder / "pytest.ini").write_text("[pytest]\n")


def _test_with(folder: Path, fixture: str) -> dict[str, float]:
    _write(folder, fixture, TESTS)
    (folder / "conftest.py").write_text(TIMER)
    _pytest(folder, *ALL)
    return {"test": json.loads((folder / "took.json").read_text())}


def _suite(folder: Path, *options: str) -> dict[str, float]:
    return {"run": _pytest(folder, *options) * 1e3}


def _pytest(folder: Path, *options: str) -> float:
    """Seconds of the processor of one run of pytest, with these plugins and no others."""
    command = python("-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    began = _children()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return _children() - began


def _children() -> float:
    """Seconds of the processor that ended children have had, to the microsecond."""
    import resource  # not on Windows

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
