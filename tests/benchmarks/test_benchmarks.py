"""Tables, statistics and report of the benchmarks, without measurements."""

from functools import partial
from typing import Any

import pytest

from benchmarks import report
from benchmarks.__main__ import select_rows
from benchmarks.measure import (
    Series,
    Verdict,
    combine_sides,
    confidence_interval,
    interleave,
    interval_verdict,
    is_firm_interval,
    value_verdict,
)  # fmt: skip
from benchmarks.outcome import Outcome, Report, changed_verdicts, evaluate_row, unmeasured_outcome
from benchmarks.pace import FULL
from benchmarks.peers.servers import LIVE, start_command
from benchmarks.rows import PARTS, ROWS, Row
from benchmarks.run import Run, measure_until_firm
from benchmarks.servers import Unavailable
from benchmarks.texts import queries, sentences
from benchmarks.trials import TRIALS, Trial

RATIO = Row("cpu", "a call", "t", "ours.cpu", "bare.cpu", "bare", budget=1.25)


def test_sides_alternate_in_reversed_rounds() -> None:
    order = []

    def side(name: str) -> dict[str, float]:
        order.append(name)
        return {"cpu": float(len(order))}

    series = interleave({"a": partial(side, "a"), "b": partial(side, "b")}, 3)
    assert "".join(order) == "abbaab"
    assert series == {"a.cpu": [1, 4, 5], "b.cpu": [2, 3, 6]}


def test_interval_of_few_and_many_figures() -> None:
    assert confidence_interval([3, 1, 2]) == (2, 1, 3)
    assert confidence_interval(range(101)) == (50, 40, 60)


@pytest.mark.parametrize(
    ("kind", "figures"), [("value", [6, 8]), ("difference", [3, 4]), ("ratio", [2, 2])]
)
def test_figure_combines_both_sides_of_each_round(kind: Any, figures: list[float]) -> None:
    assert combine_sides(kind, [6, 8], [3, 4]) == figures


def test_figure_near_budget_is_borderline() -> None:
    assert [value_verdict(figure, 100) for figure in (94, 96, 104, 106)] == [
        "met", "borderline", "borderline", "over",
    ]  # fmt: skip
    assert value_verdict(1, None) == ""


def test_interval_across_budget_is_borderline() -> None:
    assert interval_verdict(confidence_interval([50, 80, 120]), 100) == "borderline"
    assert interval_verdict(confidence_interval([50, 60, 80]), 100) == "met"
    assert interval_verdict(confidence_interval([110, 120, 130]), 100) == "over"
    assert interval_verdict(confidence_interval([1]), None) == ""


def test_verdict_is_firm_when_interval_agrees() -> None:
    assert is_firm_interval(confidence_interval([110, 120]), 100)
    assert not is_firm_interval(confidence_interval([90, 120]), 100)


def test_row_verdict_uses_median_and_factor() -> None:
    outcome = evaluate_row(RATIO, {"ours.cpu": [50, 52, 48], "bare.cpu": [20, 20, 20]})
    assert (outcome.figure, outcome.verdict) == (2.5, "over")
    assert outcome.verdict_text() == "over, 2 times the budget"
    assert report.row_line(outcome).endswith("budget 1.25: over, 2 times the budget")


def test_unmeasured_row_is_reported() -> None:
    assert (
        evaluate_row(RATIO, {"bare.cpu": [20]}).verdict_text() == "not measured: only in a full run"
    )


def test_trial_repeats_until_verdict_is_firm() -> None:
    rounds = iter([[10.0, 30.0], [30.0] * 20, [30.0]])

    def make(run: Run, pace: object) -> Series:
        mine = next(rounds)
        return {"ours.cpu": mine, "bare.cpu": [20.0] * len(mine)}

    series = measure_until_firm(Trial(_not_run), [RATIO], FULL, make)
    assert series["ours.cpu"] == [10.0, *[30.0] * 21]


def _not_run(pace: object) -> Series:
    raise AssertionError


def test_trial_without_firm_verdict_ends() -> None:
    runs = []

    def make(run: Run, pace: object) -> Series:
        runs.append(run)
        return {"ours.cpu": [10.0, 30.0], "bare.cpu": [20.0, 20.0]}

    measure_until_firm(Trial(_not_run), [RATIO], FULL, make)
    measure_until_firm(Trial(_not_run, again=False), [RATIO], FULL, make)
    assert len(runs) == FULL.max_attempts + 1


def test_rows_and_trials_correspond() -> None:
    assert {row.trial for row in ROWS} == set(TRIALS)
    assert {row.part for row in ROWS} == set(PARTS)


def test_row_names_are_unique() -> None:
    names = [(row.part, row.what, row.against) for row in ROWS]
    assert len(set(names)) == len(names)


def test_rows_are_selected_by_part_of_name() -> None:
    assert {row.trial for row in select_rows("fork")} == {"growth"}
    assert select_rows("") == list(ROWS)


def test_runs_differ_when_verdicts_contradict() -> None:
    before = _run(a="met", b="met", c="over")
    after = _run(a="over", b="borderline", c="over")
    assert changed_verdicts(before, after) == ["a: met, then over"]


def _run(**verdicts: Verdict) -> Report:
    outcomes = [
        Outcome(part="cpu", what=what, verdict=verdict) for what, verdict in verdicts.items()
    ]
    return Report(machine="m", load="l", minutes=1, quick=True, outcomes=outcomes, curves={})


def test_page_shows_stored_run() -> None:
    text = report.PAGE.read_text(encoding="utf-8")
    assert report.fill_page(text, report.read_report(report.STORED_RUN)) == text, (
        "run: python -m benchmarks --from docs/performance.json --write-docs"
    )


def test_stored_run_has_all_rows_and_budgets() -> None:
    stored_run = report.read_report(report.STORED_RUN)
    assert not stored_run.quick
    assert {(outcome.name, outcome.budget, outcome.goal) for outcome in stored_run.outcomes} == {
        (outcome.name, outcome.budget, outcome.goal) for outcome in map(unmeasured_outcome, ROWS)
    }


def test_memory_texts_are_deterministic_and_unique() -> None:
    first, second = sentences(), sentences()
    texts = [next(first) for _ in range(500)]
    assert texts == [next(second) for _ in range(500)]
    assert len(set(texts)) == 500
    assert next(queries()) == next(queries())


@pytest.mark.parametrize("name", LIVE)
def test_missing_peer_is_skipped_with_reason(name: str, tmp_path: Any) -> None:
    with pytest.raises(Unavailable, match="is not installed here"):
        start_command(LIVE[name], tmp_path, 1)
