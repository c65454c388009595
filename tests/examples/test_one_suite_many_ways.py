"""One suite of an application, in process and live, in any order and in parallel: the same calls.

Every test's digest covers what was asked, what was answered and when, in virtual time.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.digests import noted

ROOT = Path(__file__).parents[2]
SUITE = Path(__file__).parent / "assistant"


def run(folder: Path, *options: str, **variables: str) -> dict[str, str]:
    """Run the suite in a process of its own; gives the digest of each test."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.examples.digests", *options, SUITE],
        cwd=ROOT,
        env={**os.environ, "EXAMPLE_DIGESTS": str(folder), **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    digests = noted(folder)
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert len(digests) == int(passed[1])
    return digests


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The suite as it stands, in process."""
    return run(tmp_path_factory.mktemp("runs") / "plain")


def test_the_suite_is_not_small_and_its_tests_differ(plain: dict[str, str]) -> None:
    assert len(plain) >= 30
    assert len(set(plain.values())) > len(plain) / 3


def test_in_process_and_live_the_same_is_asked_and_answered(
    plain: dict[str, str], tmp_path: Path
) -> None:
    assert run(tmp_path / "live", MOCK_MEMOS_DOOR="live") == plain


@pytest.mark.parametrize("door", ["inprocess", "live"])
def test_in_parallel_and_in_another_order_too(
    plain: dict[str, str], tmp_path: Path, door: str
) -> None:
    shuffled = {"EXAMPLE_ORDER": "7", "PYTHONHASHSEED": "7", "MOCK_MEMOS_DOOR": door}
    assert run(tmp_path / "shuffled", "-n", "2", **shuffled) == plain


def test_another_order_alone(plain: dict[str, str], tmp_path: Path) -> None:
    assert run(tmp_path / "order", EXAMPLE_ORDER="11", PYTHONHASHSEED="11") == plain
