"""A run: every trial that is wanted, each in a process of its own, until its verdicts are firm."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.load import tool
from benchmarks.measure import Series
from benchmarks.outcome import FULL_ONLY, Outcome, described, is_firm, judge
from benchmarks.pace import Pace
from benchmarks.rows import Row
from benchmarks.servers import Unavailable
from benchmarks.trials import TRIALS, Trial

Run = Callable[[Pace], Series]
Make = Callable[[Run, Pace], Series]


def apart(run: Run, pace: Pace) -> Series:
    """What a trial measures in a fresh process, where no other has left anything behind."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(run, pace).result()


def measured(
    rows: Iterable[Row], pace: Pace, *, quick: bool
) -> Iterator[tuple[Row, Outcome, Series]]:
    """Each row as it was measured, with everything that its trial found."""
    by_trial: dict[str, list[Row]] = {}
    for row in rows:
        by_trial.setdefault(row.trial, []).append(row)
    for name, wanted in by_trial.items():
        trial, series, reason = TRIALS[name], Series(), FULL_ONLY
        if trial.quick or not quick:
            try:
                series, reason = settled(trial, wanted, pace), ""
            except (Unavailable, ModuleNotFoundError) as problem:
                reason = str(problem)
        for row in wanted:
            outcome = described(row) if reason else judge(row, series)
            outcome.skipped = outcome.skipped or reason
            yield row, outcome, series


def settled(trial: Trial, rows: list[Row], pace: Pace, make: Make = apart) -> Series:
    """The figures of a trial that is made again while one of its verdicts could still turn."""
    series: Series = {}
    for _ in range(pace.tries if trial.again else 1):
        for name, values in make(trial.run, pace).items():
            series.setdefault(name, []).extend(values)
        if all(is_firm(row, series) for row in rows):
            break
    return series


def machine() -> str:
    """What the figures depend on, in neutral words."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def load_tool() -> str:
    """What makes the load on live servers here."""
    try:
        return tool()
    except Unavailable:
        return "nothing"
