"""What a run found: for each row the figures, and what they say of its budget."""

from statistics import median

import msgspec

from benchmarks.measure import Series, Spread, Verdict, compared, firm, judged, spread
from benchmarks.rows import Row

FULL_ONLY = "only in a full run"


class Outcome(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One row, measured; or the reason why it was not."""

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
        """What tells it from the other rows."""
        return f"{self.what} / {self.against}" if self.against else self.what

    def says(self) -> str:
        """The verdict, with the factor that remains."""
        if self.skipped:
            return f"not measured: {self.skipped}"
        if self.verdict == "over" and self.figure and self.budget:
            return f"over, {self.figure / self.budget:.2g} times the budget"
        return self.verdict


class Report(msgspec.Struct, kw_only=True):
    """A whole run, as it is kept."""

    machine: str
    load: str
    minutes: float
    quick: bool
    outcomes: list[Outcome]
    curves: dict[str, dict[int, float]]
    """Medians by number of memories, for the plot."""
    peers: list["Peer"] = []


class Peer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Another double in the same run: a static stub, beside ours."""

    name: str
    where: str
    """`live` or `in process`."""
    cpu: float | None = None
    """Processor time of a request, in µs."""
    rate: float | None = None
    """Requests a second."""
    start: float | None = None
    """Milliseconds from its start to its first answer."""
    idle: float | None = None
    """Resident memory then, in MB."""
    skipped: str = ""


def judge(row: Row, series: Series) -> Outcome:
    """A row of figures that were measured, or of those of the trial that are there."""
    outcome = described(row)
    if row.ours not in series or (row.yardstick and row.yardstick not in series):
        outcome.skipped = FULL_ONLY
        return outcome
    found = figure(row, series)
    outcome.ours = median(series[row.ours])
    outcome.yardstick = median(series[row.yardstick]) if row.yardstick else None
    outcome.figure, outcome.low, outcome.high = found
    outcome.rounds = len(series[row.ours])
    outcome.verdict = judged(found, row.budget)
    return outcome


def figure(row: Row, series: Series) -> Spread:
    return spread(compared(row.kind, series[row.ours], series.get(row.yardstick, ())))


def is_firm(row: Row, series: Series) -> bool:
    """Whether more rounds would say the same."""
    return row.budget is None or row.ours not in series or firm(figure(row, series), row.budget)


def described(row: Row) -> Outcome:
    """A row before it is measured."""
    return Outcome(
        part=row.part, what=row.what, against=row.against, unit=row.unit, kind=row.kind,
        budget=row.budget, goal=row.goal,
    )  # fmt: skip


def changed(before: Report, after: Report) -> list[str]:
    """The rows of which two runs say something else. Borderline agrees with both sides of it."""
    said = {(one.part, one.name): one.verdict for one in before.outcomes}
    return [
        f"{one.name}: {earlier}, then {one.verdict}"
        for one in after.outcomes
        if {earlier := said.get((one.part, one.name), ""), one.verdict} == {"met", "over"}
    ]
