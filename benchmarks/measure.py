"""Alternating measurements of several sides, confidence intervals, and verdicts.

A figure is the median of its rounds. Its interval is the 95 % confidence interval of the median,
from order statistics, without assumptions about the distribution.
"""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from statistics import median
from typing import Final, Literal, NamedTuple

Series = dict[str, list[float]]
"""The values of all rounds, by `side.figure`."""
Probe = Callable[[], Mapping[str, float]]
"""Measures one round of one side; returns values by figure."""
Kind = Literal["ratio", "difference", "value"]
"""How the figure of a row is calculated from its two sides."""
Verdict = Literal["met", "borderline", "over", ""]

TOLERANCE: Final = 0.05
"""Relative distance from the budget within which a figure is borderline."""


class Interval(NamedTuple):
    """A median with its confidence interval."""

    middle: float
    low: float
    high: float


def interleave(sides: Mapping[str, Probe], rounds: int) -> Series:
    """Measures rounds in alternating order (A B, B A), so that drift affects all sides."""
    series: Series = {}
    order = list(sides)
    for number in range(rounds):
        for side in reversed(order) if number % 2 else order:
            for name, value in sides[side]().items():
                series.setdefault(f"{side}.{name}", []).append(value)
    return series


def confidence_interval(values: Sequence[float]) -> Interval:
    """Returns median and interval. With fewer than nine values, the interval is their range."""
    ordered = sorted(values)
    count = len(ordered)
    skipped = int(max(0.0, count - 1.96 * sqrt(count) - 1) / 2)
    return Interval(median(ordered), ordered[skipped], ordered[count - 1 - skipped])


def combine_sides(kind: Kind, ours: Sequence[float], yardstick: Sequence[float]) -> list[float]:
    """Returns the figure of each round."""
    if kind == "value":
        return list(ours)
    pairs = zip(ours, yardstick, strict=True)
    if kind == "difference":
        return [mine - theirs for mine, theirs in pairs]
    return [mine / theirs for mine, theirs in pairs]


def value_verdict(figure: float, budget: float | None) -> Verdict:
    """Returns the verdict on one value."""
    if budget is None:
        return ""
    if figure > budget * (1 + TOLERANCE):
        return "over"
    return "borderline" if figure >= budget * (1 - TOLERANCE) else "met"


def interval_verdict(interval: Interval, budget: float | None) -> Verdict:
    """Returns the verdict on a median; borderline if its interval contains the budget."""
    across = budget is not None and interval.low <= budget <= interval.high
    return "borderline" if across else value_verdict(interval.middle, budget)


def is_firm_interval(interval: Interval, budget: float | None) -> bool:
    """Whether both ends of the interval have the same verdict."""
    return value_verdict(interval.low, budget) == value_verdict(interval.high, budget)
