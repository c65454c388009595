"""The curves of the plots: a figure by number of memories."""

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
"""Trial, figure and unit in µs of each curve."""


def curves_of(series_by_trial: Mapping[str, Series]) -> dict[str, dict[int, float]]:
    """Returns the measured curves, in µs."""
    curves = {
        name: _points(series_by_trial.get(trial, {}), figure, unit)
        for name, (trial, figure, unit) in CURVES.items()
    }
    return {name: points for name, points in curves.items() if points}


def _points(series: Series, figure: str, unit: float) -> dict[int, float]:
    points = {}
    for name, values in series.items():
        kind, _, size = name.partition(".")
        if kind == figure:
            points[int(size)] = median(values) * unit
    return points
