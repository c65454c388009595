"""A run in words: lines for the terminal, and the tables of docs/performance.md."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.outcome import Outcome, Peer, Report
from benchmarks.rows import PARTS

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "performance.md"
KEPT: Final = ROOT / "docs" / "performance.json"
"""The run that the page shows."""
_BLOCK: Final = re.compile(r"(<!-- bench:(\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def read(kept: Path) -> Report:
    """A run that was kept."""
    return msgspec.json.decode(kept.read_bytes(), type=Report)


def write(kept: Path, run: Report) -> None:
    """Keep a run."""
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")


def line(outcome: Outcome) -> str:
    """One row for the terminal."""
    if outcome.skipped:
        return f"  {outcome.name:<72} {outcome.says()}"
    cells = f"{_sides(outcome):>24}  {_figure(outcome):<28} {_budget(outcome)} {outcome.says()}"
    return f"  {outcome.name:<72} {cells}".rstrip()


def peer_line(peer: Peer) -> str:
    """Another double for the terminal."""
    cells = peers([peer]).splitlines()[-1].strip("| ").split(" | ")
    return "  " + "  ".join(f"{cell:<24}" for cell in cells).rstrip()


def page(text: str, report: Report) -> str:
    """The page with its marked blocks filled from a run."""
    blocks = {part: table(report.outcomes, part) for part in PARTS}
    blocks |= {
        "machine": _machine(report),
        "peers": peers(report.peers),
        "budgets": budgets(report),
    }
    return _BLOCK.sub(lambda found: found[1] + blocks[found[2]] + "\n" + found[3], text)


def table(outcomes: Iterable[Outcome], part: str) -> str:
    """The rows of a part, as a table."""
    rows = [
        (one.what, one.against or "–", _sides(one), _figure(one) or one.says())
        for one in outcomes
        if one.part == part
    ]
    return _table(("what", "yardstick", "ours / theirs", "figure (95 %)"), rows)


def budgets(report: Report) -> str:
    """The rows that have a budget or a goal, in one table."""
    rows = [
        (
            one.what,
            one.against or "–",
            _figure(one),
            _plain(one.budget),
            one.says(),
            _plain(one.goal),
        )
        for one in report.outcomes
        if one.budget is not None or one.goal is not None
    ]
    head = ("what", "yardstick", "figure (95 %)", "budget", "verdict", "goal")
    return _table(head, rows)


def peers(found: Iterable[Peer]) -> str:
    """Ours and the other doubles, in one table."""
    rows = [
        (
            one.name, one.where, _number(one.cpu), _number(one.rate), _number(one.start),
            _number(one.idle) if not one.skipped else f"not measured: {one.skipped}",
        )
        for one in found
    ]  # fmt: skip
    head = ("double", "where", "µs a call", "calls a second", "start, ms", "idle, MB")
    return _table(head, rows)


def _machine(report: Report) -> str:
    return f"{report.machine}. Load by {report.load}. The run took {report.minutes:.0f} minutes."


def _sides(one: Outcome) -> str:
    if one.yardstick is None:
        return ""
    return f"{_number(one.ours)} / {_number(one.yardstick)} {one.unit}"


def _figure(one: Outcome) -> str:
    if one.figure is None:
        return ""
    if one.kind == "ratio":
        return f"{one.figure:.2f} ({one.low:.2f}–{one.high:.2f})"
    return f"{_number(one.figure)} {one.unit} ({_number(one.low)}–{_number(one.high)})"


def _budget(one: Outcome) -> str:
    return f"budget {_plain(one.budget)}:" if one.budget is not None else ""


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def _number(value: float | None) -> str:
    """Three digits are what a measurement is worth."""
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
