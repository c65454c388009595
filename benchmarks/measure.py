"""Figures of several sides taken in turn, and what their medians say against a budget.

A figure is the median of its rounds. Its spread is the interval that holds the true median in 95
of 100 runs, read off the sorted rounds, so that nothing is assumed about how noise is distributed.
"""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from statistics import median
from typing import Final, Literal, NamedTuple

Series = dict[str, list[float]]
"""The figures of each round, by `side.figure`."""
Probe = Callable[[], Mapping[str, float]]
"""One round of one side: its figures by name."""
Kind = Literal["ratio", "difference", "value"]
"""How the figure of a row is made of its two sides."""
Verdict = Literal["met", "borderline", "over", ""]

TOLERANCE: Final = 0.05
"""A figure this close to its budget, on either side, is borderline: another run may say other."""


class Spread(NamedTuple):
    """A median, and between what it lies."""

    middle: float
    low: float
    high: float


def interleave(sides: Mapping[str, Probe], rounds: int) -> Series:
    """So many rounds of every side, A B then B A, so that a drift of the machine hits all alike."""
    series: Series = {}
    forth = list(sides)
    for number in range(rounds):
        for side in reversed(forth) if number % 2 else forth:
            for figure, value in sides[side]().items():
                series.setdefault(f"{side}.{figure}", []).append(value)
    return series


def spread(values: Sequence[float]) -> Spread:
    """The median of some figures with its spread. Of fewer than nine it is all of them."""
    ordered = sorted(values)
    count = len(ordered)
    skipped = int(max(0.0, count - 1.96 * sqrt(count) - 1) / 2)
    return Spread(median(ordered), ordered[skipped], ordered[count - 1 - skipped])


def compared(kind: Kind, ours: Sequence[float], yardstick: Sequence[float]) -> list[float]:
    """The figure of each round: both sides of a round were measured next to each other."""
    if kind == "value":
        return list(ours)
    pairs = zip(ours, yardstick, strict=True)
    if kind == "difference":
        return [mine - theirs for mine, theirs in pairs]
    return [mine / theirs for mine, theirs in pairs]


def verdict(figure: float, budget: float | None) -> Verdict:
    """What a figure means for its budget."""
    if budget is None:
        return ""
    if figure > budget * (1 + TOLERANCE):
        return "over"
    return "borderline" if figure >= budget * (1 - TOLERANCE) else "met"


def judged(found: Spread, budget: float | None) -> Verdict:
    """The verdict on a median; borderline while its interval reaches across the budget."""
    across = budget is not None and found.low <= budget <= found.high
    return "borderline" if across else verdict(found.middle, budget)


def firm(found: Spread, budget: float | None) -> bool:
    """Whether the whole spread says the same of the budget, so that more rounds change nothing."""
    return verdict(found.low, budget) == verdict(found.high, budget)
