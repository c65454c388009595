"""Every row of the budgets, as a ratio to a yardstick that is measured in the same run.

python -m benchmarks                        all rows, in eight minutes or less
python -m benchmarks --quick                the cheap ones, in a minute and a half
python -m benchmarks --only add/message     rows whose table, name or trial has this in it
python -m benchmarks --peers                other doubles too, from a scratch folder
python -m benchmarks --peers --write-docs   keeps the run; writes the page and its plots
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks import report
from benchmarks.curves import curves
from benchmarks.measure import Series
from benchmarks.outcome import FULL_ONLY, Report, changed
from benchmarks.pace import FULL, QUICK
from benchmarks.peers.doubles import compared_peers
from benchmarks.plots import draw
from benchmarks.rows import PARTS, ROWS, Row
from benchmarks.run import load_tool, machine, measured


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if asked.kept:
        run = report.read(asked.kept)
    else:
        run = measure(chosen(asked.only), quick=asked.quick, peers=asked.peers)
    if asked.json:
        report.write(asked.json, run)
    if asked.write_docs:
        report.write(report.KEPT, run)
        report.PAGE.write_text(report.page(report.PAGE.read_text("utf-8"), run), "utf-8")
    if asked.write_docs or asked.plots:
        print("\n".join(draw(run, report.PAGE.parent)))
    for difference in changed(report.read(asked.against), run) if asked.against else ():
        print(f"not as before: {difference}")
    return 0


def chosen(pattern: str) -> list[Row]:
    """The rows whose table, name, yardstick or trial has a text in it."""
    return [
        row
        for row in ROWS
        if any(pattern in text for text in (PARTS[row.part], row.what, row.against, row.trial))
    ]


def measure(rows: Sequence[Row], *, quick: bool, peers: bool) -> Report:
    """Measure these rows, and tell of each as soon as it is known."""
    began, pace = perf_counter(), QUICK if quick else FULL
    print(f"{machine()}; load by {load_tool()}")
    outcomes, found = [], dict[str, Series]()
    for row, outcome, series in measured(rows, pace, quick=quick):
        if outcome.skipped != FULL_ONLY:
            print(report.line(outcome), flush=True)
        outcomes.append(outcome)
        found[row.trial] = series
    others = list(compared_peers(pace)) if peers else []
    for other in others:
        print(report.peer_line(other), flush=True)
    left = sum(one.skipped == FULL_ONLY for one in outcomes)
    print(f"{len(outcomes) - left} rows; {left} more in a full run")
    return Report(
        machine=machine(),
        load=load_tool(),
        minutes=(perf_counter() - began) / 60,
        quick=quick,
        outcomes=sorted(outcomes, key=lambda one: list(PARTS).index(one.part)),
        curves=curves(found),
        peers=others,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", default="", metavar="TEXT", help="rows whose table, name or trial has it")
    add("--quick", action="store_true", help="leave out what takes long; fewer rounds")
    add("--peers", action="store_true", help="compare with other doubles as well")
    add("--json", type=Path, metavar="FILE", help="keep the run")
    add(
        "--against", type=Path, metavar="FILE", help="name the verdicts that differ from a kept run"
    )
    add("--from", dest="kept", type=Path, metavar="FILE", help="show a kept run, measure nothing")
    add("--plots", action="store_true", help="draw the plots (extra `bench`)")
    add("--write-docs", action="store_true", help="write docs/performance.md, its JSON and plots")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
