"""A plugin for runs of an example suite: shuffles it, and notes what each test asked and got.

`EXAMPLE_ORDER` is the seed of the order; into the folder `EXAMPLE_DIGESTS` every process writes
a file of its own with a line for each test: its name and the digest of its double.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_memos.face import Double


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if order := os.environ.get("EXAMPLE_ORDER"):
        random.Random(int(order)).shuffle(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    doubles = [one for one in getattr(item, "funcargs", {}).values() if isinstance(one, Double)]
    if doubles and (folder := os.environ.get("EXAMPLE_DIGESTS")):
        with (Path(folder) / f"{os.getpid()}.txt").open("a", encoding="utf-8") as notes:
            notes.write(f"{item.nodeid} {doubles[0].digest}\n")


def noted(folder: Path) -> dict[str, str]:
    """The digest of each test of a run."""
    lines = [line for file in folder.glob("*.txt") for line in file.read_text("utf-8").splitlines()]
    found = dict(line.rsplit(" ", 1) for line in lines)
    assert len(found) == len(lines), "a test ran twice"
    return found
