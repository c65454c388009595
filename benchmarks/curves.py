"""The curves of the plots: a figure at each number of memories."""

from collections.abc import Mapping
from statistics import median

from benchmarks.measure import Series

CURVES = {
    "add/message, 1,000 users": ("growth", "add", 1.0),
    "search, 1,000 users": ("growth", "search", 1.0),
    "search, one user": ("one user", "search", 1e3),
    "fork": ("growth", "fork", 1.0),
    "a task in advance": ("growth", "advance", 1.0),
}
"""Each curve with its trial, the name of its figures there, and how many µs one of them is."""


def curves(found: Mapping[str, Series]) -> dict[str, dict[int, float]]:
    """What of the curves was measured, in µs."""
    drawn = {
        name: _points(found.get(trial, {}), figure, unit)
        for name, (trial, figure, unit) in CURVES.items()
    }
    return {name: points for name, points in drawn.items() if points}


def _points(series: Series, figure: str, unit: float) -> dict[int, float]:
    points = {}
    for name, values in series.items():
        kind, _, size = name.partition(".")
        if kind == figure:
            points[int(size)] = median(values) * unit
    return points
