"""The rows: their series, yardsticks, budgets and goals.

Budgets and goals refer to the figure of the row: a ratio to the yardstick, a difference from it, or
a value.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from benchmarks.measure import Kind

PARTS = {
    "cpu": "Live: processor time of a request",
    "rate": "Live: requests a second",
    "start": "Start, memory, streams",
    "calls": "Calls in process",
    "tests": "In a test run",
    "growth": "Worlds that grow",
}
"""The tables and their titles, in order."""


class Row(NamedTuple):
    """One line of a table."""

    part: str
    """Key of the table in `PARTS`."""
    what: str
    """Title."""
    trial: str
    """Name of the trial in `trials.py`. A trial can measure several rows."""
    ours: str
    """Name of our series in the trial."""
    yardstick: str = ""
    """Name of the yardstick's series."""
    against: str = ""
    """Name of the yardstick."""
    unit: str = "µs"
    kind: Kind = "ratio"
    budget: float | None = None
    goal: float | None = None


STARLETTE, ASGI = "Starlette", "plain ASGI"
CONNECTIONS = (1, 16, 64)
LOADED = {
    "get/status": "`get/status`",
    "add/message": "`add/message`",
    "search in 10": "`search/memory` in 10",
    "search in 1000": "`search/memory` in 1,000",
    "search in 100000": "`search/memory` in 100,000",
}
"""Trials of live servers under load, with their titles."""
PROMISED = {("add/message", 16): (1.25, 0.91)}
"""Budget and goal of the processor time per request, relative to Starlette."""

TRANSPORTS = {
    "own transport": ("`httpx`, own transport", "`httpx.MockTransport`", 1.3),
    "own transport, async": ("`httpx` async, own transport", "`httpx.MockTransport`", None),
    "respx": ("`httpx` through respx", "respx, one static route", 1.2),
    "requests": ("`requests`", "responses, one static answer", 1.2),
}
"""In-process transports, with title, yardstick and budget."""
OPERATIONS = ("get/status", "add/message")


def _live() -> Iterator[Row]:
    for trial, what in LOADED.items():
        for count in CONNECTIONS:
            mine, theirs = f"ours.cpu {count}", f"starlette.cpu {count}"
            budget, goal = PROMISED.get((trial, count), (None, None))
            row = partial(Row, what=f"{what}, {at(count)}", trial=trial)
            yield row(
                "cpu", ours=mine, yardstick=theirs, against=STARLETTE, budget=budget, goal=goal
            )
            if count == 16:
                yield row("cpu", ours=mine, yardstick=f"asgi.cpu {count}", against=ASGI)
            mine, theirs = f"ours.rate {count}", f"starlette.rate {count}"
            yield row("rate", ours=mine, yardstick=theirs, against=STARLETTE, unit="/s")
    for what, trial, figure in (
        ("`add/message` and the memories it becomes", "add/message", "whole 16"),
        ("`add/message` with a line of log", "logs", "cpu 16"),
    ):
        row = partial(Row, "cpu", f"{what}, {at(16)}", trial, f"ours.{figure}")
        yield row(f"starlette.{figure}", STARLETTE)


def at(connections: int) -> str:
    return f"{connections} connection{'s' if connections > 1 else ''}"


def _start() -> Iterator[Row]:
    row = partial(Row, "start")
    first = "start to first answer"
    yield row(
        f"{first}, wall clock", "start", "ours.wall", "starlette.wall", STARLETTE, "ms",
        budget=1.2, goal=0.79,
    )  # fmt: skip
    yield row(
        f"{first}, processor time", "start", "ours.cpu", "starlette.cpu", STARLETTE, "ms"
    )  # fmt: skip
    yield row(
        "resident memory, idle", "start", "ours.idle", "starlette.idle", STARLETTE, "MB", budget=1.3
    )
    yield row(
        "resident memory, journal full", "resident", "ours.loaded", "starlette.loaded", STARLETTE,
        "MB",
    )  # fmt: skip
    yield row(
        "the same after twice as many calls",
        "resident",
        "ours.again",
        "ours.loaded",
        "before",
        "MB",
    )
    yield row(
        "streamed `chat`, first event", "streaming", "ours.first", "starlette.first", STARLETTE
    )


def _calls() -> Iterator[Row]:
    for transport, (what, against, budget) in TRANSPORTS.items():
        for operation in OPERATIONS:
            yield Row(
                "calls", f"{what}, `{operation}`", f"{transport}: {operation}", "ours.call",
                "yardstick.call", against, budget=budget,
            )  # fmt: skip


def _tests() -> Iterator[Row]:
    yield Row(
        "tests", "fixture `mock_memos_live`, a test", "fixtures", "ours.test", "httpserver.test",
        "fixture `httpserver`", budget=1,
    )  # fmt: skip
    yield Row(
        "tests", "fixture `mock_memos`, a test", "fixtures", "ours in process.test", "respx.test",
        "fixture `respx_mock`",
    )  # fmt: skip
    yield Row(
        "tests", "plugin in a run that does not use it", "plugin", "ours.run", "without.run",
        "pytest alone", "ms", "difference", budget=5,
    )  # fmt: skip


def _growth() -> Iterator[Row]:
    row, value = partial(Row, "growth"), partial(Row, "growth", kind="value")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        most, large = size == 1_000_000, size == 100_000
        yield row(
            f"`add/message` with {size:,} there", "growth", f"add.{size}", f"first.{size}",
            "the first 1,000", budget=1.3 if most else None,
        )  # fmt: skip
        yield value(f"search in {size:,} of 1,000 users", "growth", f"search.{size}")
        yield value(
            f"`fork` of {size:,}", "growth", f"fork.{size}", budget=1_000 if large else None
        )
        yield value(
            f"the first `fork` after {size:,} came", "growth", f"first fork.{size}",
            budget=1_000 if large else None,
        )  # fmt: skip
        yield value(
            f"room of a memory among {size:,}, with its message and task", "growth", f"room.{size}",
            unit="B", goal=1_500 if most else None,
        )  # fmt: skip
    for size in (1_000, 10_000, 100_000):
        most = size == 100_000
        yield value(
            f"search in {size:,} of one user", "one user", f"search.{size}", unit="ms",
            budget=10 if most else None, goal=5 if most else None,
        )  # fmt: skip
    yield row(
        "the same, 100,000 relative to 10,000", "one user", "search.100000", "search.10000",
        "10,000", "ms", budget=10,
    )  # fmt: skip
    yield value(
        "search in 100,000 of one user for a word that all have",
        "one user",
        "all.100000",
        unit="ms",
    )
    yield value("the first search in 100,000", "one user", "index.100000", unit="ms")
    for due, what in (("scripted", "a scenario"), ("rules", "built-in rules")):
        yield value(
            f"`advance` over 100,000 tasks, by {what}", "advance", f"{due}.due", unit="s", budget=1
        )


ROWS: tuple[Row, ...] = (*_live(), *_start(), *_calls(), *_tests(), *_growth())
