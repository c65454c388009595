"""The plots of docs/performance.md, where matplotlib is installed (extra `bench`)."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.outcome import Report
from benchmarks.rows import LOADED

GROWTH, LIVE = "performance-growth.svg", "performance-live.svg"


def draw(run: Report, folder: Path) -> list[str]:
    """Draw what the run has figures for. Gives a line about each."""
    if not find_spec("matplotlib"):
        return ["no plots: they need matplotlib (extra `bench`)"]
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    matplotlib.rcParams.update(
        {"svg.hashsalt": "mock-memos", "svg.fonttype": "none", "font.size": 9}
    )
    drawn = []
    for name, plot in ((GROWTH, _growth), (LIVE, _live)):
        figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(7, 3.6))
        if plot(run, axes):
            figure.tight_layout()
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
            drawn.append(f"drew {name}")
    return drawn


def _growth(run: Report, axes: Any) -> bool:
    for name, points in run.curves.items():
        axes.loglog(list(points), list(points.values()), marker="o", label=name)
    axes.set(
        xlabel="memories in the world", ylabel="µs", title="What a call costs as a world grows"
    )
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    return bool(run.curves)


def _live(run: Report, axes: Any) -> bool:
    """Bars of the processor time of a request at 16 connections, ours and the yardsticks."""
    shown = {f"{what}, 16 connections": what for what in list(LOADED.values())[:4]}
    bars: dict[str, dict[str, float]] = {"mock-memos": {}}
    for one in run.outcomes:
        if one.part == "cpu" and one.what in shown and one.ours and one.yardstick:
            what = shown[one.what].replace("`", "").replace(" in ", "\nin ")
            bars["mock-memos"][what] = one.ours
            bars.setdefault(one.against, {})[what] = one.yardstick
    places = list(bars["mock-memos"])
    for at, (side, values) in enumerate(bars.items()):
        left = [place + 0.27 * at for place in range(len(places))]
        axes.bar(left, [values[place] for place in places], 0.25, label=side)
    axes.set_xticks([place + 0.27 for place in range(len(places))], places)
    axes.set(ylabel="µs", title="Processor time of a live request, 16 connections")
    axes.legend()
    return bool(places)
