"""Measures all rows of docs/performance.md, each against a yardstick in the same run.

python -m benchmarks                        all rows, up to eight minutes
python -m benchmarks --quick                the fast rows, a minute and a half
python -m benchmarks --only add/message     rows whose table, name or trial contains the text
python -m benchmarks --peers                other mock servers too, installed in a cache folder
python -m benchmarks --peers --write-docs   store the run; write docs/performance.md and its plots
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks import report
from benchmarks.curves import curves_of
from benchmarks.measure import Series
from benchmarks.outcome import FULL_ONLY, Report, changed_verdicts
from benchmarks.pace import FULL, QUICK
from benchmarks.peers.servers import compare_peers
from benchmarks.plots import draw_plots
from benchmarks.rows import PARTS, ROWS, Row
from benchmarks.run import load_tool_name, machine_description, measure_rows


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.stored:
        report_data = report.read_report(options.stored)
    else:
        report_data = run_benchmarks(
            select_rows(options.only), quick=options.quick, peers=options.peers
        )
    if options.json:
        report.write_report(options.json, report_data)
    if options.write_docs:
        report.write_report(report.STORED_RUN, report_data)
        report.PAGE.write_text(
            report.fill_page(report.PAGE.read_text("utf-8"), report_data), "utf-8"
        )
    if options.write_docs or options.plots:
        print("\n".join(draw_plots(report_data, report.PAGE.parent)))
    for difference in (
        changed_verdicts(report.read_report(options.against), report_data)
        if options.against
        else ()
    ):
        print(f"not as before: {difference}")
    return 0


def select_rows(pattern: str) -> list[Row]:
    """Returns the rows whose table, name, yardstick or trial contains the text."""
    return [
        row
        for row in ROWS
        if any(pattern in text for text in (PARTS[row.part], row.what, row.against, row.trial))
    ]


def run_benchmarks(rows: Sequence[Row], *, quick: bool, peers: bool) -> Report:
    """Measures rows and prints each result."""
    started, pace = perf_counter(), QUICK if quick else FULL
    print(f"{machine_description()}; load by {load_tool_name()}")
    outcomes, series_by_trial = [], dict[str, Series]()
    for row, outcome, series in measure_rows(rows, pace, quick=quick):
        if outcome.skipped != FULL_ONLY:
            print(report.row_line(outcome), flush=True)
        outcomes.append(outcome)
        series_by_trial[row.trial] = series
    peers_found = list(compare_peers(pace)) if peers else []
    for other in peers_found:
        print(report.peer_line(other), flush=True)
    skipped_count = sum(outcome.skipped == FULL_ONLY for outcome in outcomes)
    print(f"{len(outcomes) - skipped_count} rows; {skipped_count} more in a full run")
    return Report(
        machine=machine_description(),
        load=load_tool_name(),
        minutes=(perf_counter() - started) / 60,
        quick=quick,
        outcomes=sorted(outcomes, key=lambda outcome: list(PARTS).index(outcome.part)),
        curves=curves_of(series_by_trial),
        peers=peers_found,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", default="", metavar="TEXT", help="rows whose table, name or trial contains it")
    add("--quick", action="store_true", help="only fast rows, with fewer rounds")
    add("--peers", action="store_true", help="also measure other mock servers")
    add("--json", type=Path, metavar="FILE", help="store the run")
    add("--against", type=Path, metavar="FILE", help="print verdicts that differ from a stored run")
    add("--from", dest="stored", type=Path, metavar="FILE", help="use a stored run")
    add("--plots", action="store_true", help="draw the plots (extra `bench`)")
    add("--write-docs", action="store_true", help="write docs/performance.md, its JSON and plots")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
