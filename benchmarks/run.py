"""Runs trials in separate processes, and repeats them until their verdicts are firm."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.load import load_tool
from benchmarks.measure import Series
from benchmarks.outcome import FULL_ONLY, Outcome, evaluate_row, is_firm, unmeasured_outcome
from benchmarks.pace import Pace
from benchmarks.rows import Row
from benchmarks.servers import Unavailable
from benchmarks.trials import TRIALS, Trial

Run = Callable[[Pace], Series]
RunTrial = Callable[[Run, Pace], Series]


def run_in_process(run: Run, pace: Pace) -> Series:
    """Runs a trial in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(run, pace).result()


def measure_rows(
    rows: Iterable[Row], pace: Pace, *, quick: bool
) -> Iterator[tuple[Row, Outcome, Series]]:
    """Yields each row with its outcome and all series of its trial."""
    by_trial: dict[str, list[Row]] = {}
    for row in rows:
        by_trial.setdefault(row.trial, []).append(row)
    for name, trial_rows in by_trial.items():
        trial, series, reason = TRIALS[name], Series(), FULL_ONLY
        if trial.quick or not quick:
            try:
                series, reason = measure_until_firm(trial, trial_rows, pace), ""
            except (Unavailable, ModuleNotFoundError) as problem:
                reason = str(problem)
        for row in trial_rows:
            outcome = unmeasured_outcome(row) if reason else evaluate_row(row, series)
            outcome.skipped = outcome.skipped or reason
            yield row, outcome, series


def measure_until_firm(
    trial: Trial, rows: list[Row], pace: Pace, run_trial: RunTrial = run_in_process
) -> Series:
    """The figures of a trial that is made again while one of its verdicts could still turn."""
    series: Series = {}
    for _ in range(pace.max_attempts if trial.again else 1):
        for name, values in run_trial(trial.run, pace).items():
            series.setdefault(name, []).extend(values)
        if all(is_firm(row, series) for row in rows):
            break
    return series


def machine_description() -> str:
    """Returns processor, system and Python version."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def load_tool_name() -> str:
    """Returns the name of the load generator."""
    try:
        return load_tool()
    except Unavailable:
        return "nothing"
