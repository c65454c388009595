"""The trials: one function each, and whether the quick run includes it."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks import calls, fixtures, growth, live, start
from benchmarks.measure import Series
from benchmarks.pace import Pace
from benchmarks.rows import OPERATIONS, TRANSPORTS


class Trial(NamedTuple):
    """A measurement, run in a new process."""

    run: Callable[[Pace], Series]
    quick: bool = True
    again: bool = True
    """Whether it can be repeated until its verdict is firm, or takes too long."""


TRIALS = {
    "get/status": Trial(live.get_status),
    "add/message": Trial(live.add_message),
    "search in 10": Trial(partial(live.search, 10), quick=False),
    "search in 1000": Trial(partial(live.search, 1_000)),
    "search in 100000": Trial(partial(live.search, 100_000), quick=False, again=False),
    "logs": Trial(live.add_message_with_logs, quick=False),
    "start": Trial(start.measure_start),
    "resident": Trial(start.measure_resident, quick=False),
    "streaming": Trial(start.measure_streaming),
    **{
        f"{transport}: {operation}": Trial(
            partial(calls.measure_calls, transport=transport, operation=operation)
        )
        for transport in TRANSPORTS
        for operation in OPERATIONS
    },
    "fixtures": Trial(fixtures.measure_fixtures),
    "plugin": Trial(fixtures.measure_plugin),
    "growth": Trial(growth.measure_growth, again=False),
    "one user": Trial(growth.measure_one_user, again=False),
    "advance": Trial(growth.measure_advance, quick=False, again=False),
}
