"""Text of a run: lines for the terminal, and the tables of docs/performance.md."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.outcome import Outcome, Peer, Report
from benchmarks.rows import PARTS

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "performance.md"
STORED_RUN: Final = ROOT / "docs" / "performance.json"
"""The run that the page shows, as JSON."""
_BLOCK: Final = re.compile(r"(<!-- bench:(\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def read_report(path: Path) -> Report:
    """Reads a stored run."""
    return msgspec.json.decode(path.read_bytes(), type=Report)


def write_report(path: Path, run: Report) -> None:
    """Stores a run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")


def row_line(outcome: Outcome) -> str:
    """Returns a line for the terminal."""
    if outcome.skipped:
        return f"  {outcome.name:<72} {outcome.verdict_text()}"
    cells = (
        f"{_sides(outcome):>24}  {_figure(outcome):<28} {_budget(outcome)} {outcome.verdict_text()}"
    )
    return f"  {outcome.name:<72} {cells}".rstrip()


def peer_line(peer: Peer) -> str:
    """Returns a line about another mock server."""
    cells = peer_table([peer]).splitlines()[-1].strip("| ").split(" | ")
    return "  " + "  ".join(f"{cell:<24}" for cell in cells).rstrip()


def fill_page(text: str, report: Report) -> str:
    """Returns the page with its marked blocks filled from a run."""
    blocks = {part: part_table(report.outcomes, part) for part in PARTS}
    blocks |= {
        "machine": _machine(report),
        "peers": peer_table(report.peers),
        "budgets": budget_table(report),
    }
    return _BLOCK.sub(lambda match: match[1] + blocks[match[2]] + "\n" + match[3], text)


def part_table(outcomes: Iterable[Outcome], part: str) -> str:
    """Returns the table of a part."""
    rows = [
        (
            outcome.what,
            outcome.against or "–",
            _sides(outcome),
            _figure(outcome) or outcome.verdict_text(),
        )
        for outcome in outcomes
        if outcome.part == part
    ]
    return _table(("what", "yardstick", "ours / theirs", "figure (95 %)"), rows)


def budget_table(report: Report) -> str:
    """Returns the table of all rows with a budget or a goal."""
    rows = [
        (
            outcome.what,
            outcome.against or "–",
            _figure(outcome),
            _plain(outcome.budget),
            outcome.verdict_text(),
            _plain(outcome.goal),
        )
        for outcome in report.outcomes
        if outcome.budget is not None or outcome.goal is not None
    ]
    head = ("what", "yardstick", "figure (95 %)", "budget", "verdict", "goal")
    return _table(head, rows)


def peer_table(peers: Iterable[Peer]) -> str:
    """Returns the table of mock servers."""
    rows = [
        (
            peer.name, peer.where, _number(peer.cpu), _number(peer.rate), _number(peer.start),
            _number(peer.idle) if not peer.skipped else f"not measured: {peer.skipped}",
        )
        for peer in peers
    ]  # fmt: skip
    head = ("mock server", "where", "µs per call", "calls per second", "start, ms", "idle, MB")
    return _table(head, rows)


def _machine(report: Report) -> str:
    return f"{report.machine}. Load by {report.load}. The run took {report.minutes:.0f} minutes."


def _sides(outcome: Outcome) -> str:
    if outcome.yardstick is None:
        return ""
    return f"{_number(outcome.ours)} / {_number(outcome.yardstick)} {outcome.unit}"


def _figure(outcome: Outcome) -> str:
    if outcome.figure is None:
        return ""
    if outcome.kind == "ratio":
        return f"{outcome.figure:.2f} ({outcome.low:.2f}–{outcome.high:.2f})"
    return (
        f"{_number(outcome.figure)} {outcome.unit} ({_number(outcome.low)}–{_number(outcome.high)})"
    )


def _budget(outcome: Outcome) -> str:
    return f"budget {_plain(outcome.budget)}:" if outcome.budget is not None else ""


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def _number(value: float | None) -> str:
    """Formats a number with three significant digits."""
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
