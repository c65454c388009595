"""What measures the rows: a function for each trial, and whether the short run has time for it."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks import calls, fixtures, growth, live, start
from benchmarks.measure import Series
from benchmarks.pace import Pace
from benchmarks.rows import DOORS, OPERATIONS


class Trial(NamedTuple):
    """Measures; each time it does, in a fresh process."""

    run: Callable[[Pace], Series]
    quick: bool = True
    again: bool = True
    """Whether it may be made again to be sure of a verdict, or takes too long for that."""


TRIALS = {
    "get/status": Trial(live.status),
    "add/message": Trial(live.add),
    "search in 10": Trial(partial(live.search, 10), quick=False),
    "search in 1000": Trial(partial(live.search, 1_000)),
    "search in 100000": Trial(partial(live.search, 100_000), quick=False, again=False),
    "logs": Trial(live.add_with_logs, quick=False),
    "start": Trial(start.start),
    "resident": Trial(start.resident, quick=False),
    "streaming": Trial(start.streaming),
    **{
        f"{door}: {operation}": Trial(partial(calls.through, door=door, operation=operation))
        for door in DOORS
        for operation in OPERATIONS
    },
    "fixtures": Trial(fixtures.per_test),
    "plugin": Trial(fixtures.plugin),
    "growth": Trial(growth.grown, again=False),
    "one user": Trial(growth.one_user, again=False),
    "advance": Trial(growth.advance, quick=False, again=False),
}
