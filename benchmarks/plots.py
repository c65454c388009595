"""The plots of docs/performance.md. Needs matplotlib (extra `bench`)."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.outcome import Report
from benchmarks.rows import LOADED

GROWTH, LIVE = "performance-growth.svg", "performance-live.svg"


def draw_plots(run: Report, folder: Path) -> list[str]:
    """Draws the plots for which the run has figures. Returns a line for each."""
    if not find_spec("matplotlib"):
        return ["no plots: they need matplotlib (extra `bench`)"]
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    matplotlib.rcParams.update(
        {"svg.hashsalt": "mock-memos", "svg.fonttype": "none", "font.size": 9}
    )
    lines = []
    for name, plot in ((GROWTH, _growth), (LIVE, _live)):
        figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(7, 3.6))
        if plot(run, axes):
            figure.tight_layout()
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
            lines.append(f"drew {name}")
    return lines


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
    """Draws the processor time per request with 16 connections."""
    titles = {f"{what}, 16 connections": what for what in list(LOADED.values())[:4]}
    bars: dict[str, dict[str, float]] = {"mock-memos": {}}
    for outcome in run.outcomes:
        if outcome.part == "cpu" and outcome.what in titles and outcome.ours and outcome.yardstick:
            what = titles[outcome.what].replace("`", "").replace(" in ", "\nin ")
            bars["mock-memos"][what] = outcome.ours
            bars.setdefault(outcome.against, {})[what] = outcome.yardstick
    titles_shown = list(bars["mock-memos"])
    for number, (side, values) in enumerate(bars.items()):
        left = [place + 0.27 * number for place in range(len(titles_shown))]
        axes.bar(left, [values[place] for place in titles_shown], 0.25, label=side)
    axes.set_xticks([place + 0.27 for place in range(len(titles_shown))], titles_shown)
    axes.set(ylabel="µs", title="Processor time of a live request, 16 connections")
    axes.legend()
    return bool(titles_shown)
