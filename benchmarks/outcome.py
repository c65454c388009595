"""Results of a run: the figures and the verdict of each row."""

from statistics import median

import msgspec

from benchmarks.measure import (
    Interval,
    Series,
    Verdict,
    combine_sides,
    confidence_interval,
    interval_verdict,
    is_firm_interval,
)
from benchmarks.rows import Row

FULL_ONLY = "only in a full run"


class Outcome(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The result of a row, or the reason why it was not measured."""

    part: str
    what: str
    against: str = ""
    unit: str = ""
    kind: str = "ratio"
    budget: float | None = None
    goal: float | None = None
    ours: float | None = None
    yardstick: float | None = None
    figure: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int = 0
    verdict: Verdict = ""
    skipped: str = ""

    @property
    def name(self) -> str:
        """Unique name."""
        return f"{self.what} / {self.against}" if self.against else self.what

    def verdict_text(self) -> str:
        """Returns the verdict, with the factor above the budget."""
        if self.skipped:
            return f"not measured: {self.skipped}"
        if self.verdict == "over" and self.figure and self.budget:
            return f"over, {self.figure / self.budget:.2g} times the budget"
        return self.verdict


class Report(msgspec.Struct, kw_only=True):
    """A stored run."""

    machine: str
    load: str
    minutes: float
    quick: bool
    outcomes: list[Outcome]
    curves: dict[str, dict[int, float]]
    """Medians by number of memories, for the plot."""
    peers: list["Peer"] = []


class Peer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The result of another mock server with a static stub."""

    name: str
    where: str
    """`live` or `in process`."""
    cpu: float | None = None
    """Processor time per request, in µs."""
    rate: float | None = None
    """Requests per second."""
    start: float | None = None
    """Time from start to first reply, in ms."""
    idle: float | None = None
    """Resident memory after the first reply, in MB."""
    skipped: str = ""


def evaluate_row(row: Row, series: Series) -> Outcome:
    """Returns the outcome of a row; skipped if a series is missing."""
    outcome = unmeasured_outcome(row)
    if row.ours not in series or (row.yardstick and row.yardstick not in series):
        outcome.skipped = FULL_ONLY
        return outcome
    interval = row_interval(row, series)
    outcome.ours = median(series[row.ours])
    outcome.yardstick = median(series[row.yardstick]) if row.yardstick else None
    outcome.figure, outcome.low, outcome.high = interval
    outcome.rounds = len(series[row.ours])
    outcome.verdict = interval_verdict(interval, row.budget)
    return outcome


def row_interval(row: Row, series: Series) -> Interval:
    return confidence_interval(
        combine_sides(row.kind, series[row.ours], series.get(row.yardstick, ()))
    )


def is_firm(row: Row, series: Series) -> bool:
    """Whether more rounds would say the same."""
    return (
        row.budget is None
        or row.ours not in series
        or is_firm_interval(row_interval(row, series), row.budget)
    )


def unmeasured_outcome(row: Row) -> Outcome:
    """Returns the outcome of a row without figures."""
    return Outcome(
        part=row.part, what=row.what, against=row.against, unit=row.unit, kind=row.kind,
        budget=row.budget, goal=row.goal,
    )  # fmt: skip


def changed_verdicts(before: Report, after: Report) -> list[str]:
    """The rows of which two runs say something else. Borderline agrees with both sides of it."""
    earlier_verdicts = {
        (outcome.part, outcome.name): outcome.verdict for outcome in before.outcomes
    }
    return [
        f"{outcome.name}: {earlier}, then {outcome.verdict}"
        for outcome in after.outcomes
        if {earlier := earlier_verdicts.get((outcome.part, outcome.name), ""), outcome.verdict}
        == {"met", "over"}
    ]
