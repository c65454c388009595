"""The command `verify`: choose the facts, tell the budget, ask, report."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import httpx

from mock_memos.api.evidence.observations import save_observations
from mock_memos.cli.service_session import INTERRUPTED, ask, run_of, target_of, tell, write
from mock_memos.core.errors import UsageError
from mock_memos.testing.in_process import MockMemos
from mock_memos.verification.check import Check, Outcome
from mock_memos.verification.checks import CHECKS, SETUPS
from mock_memos.verification.observed import findings_of
from mock_memos.verification.report import as_json, as_junit, plan, row, table
from mock_memos.verification.runner import Record, run
from mock_memos.verification.selection import is_meant, look_at_patterns
from mock_memos.verification.service import Target, host_of
from mock_memos.verification.session import Site


def verify(
    chosen: argparse.Namespace,
    *,
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Check the contract against a service. Gives the exit status."""
    checks = choose(chosen.only, quotas=chosen.quotas)
    target = None if chosen.dry_run else target_of(chosen, transport, pause)
    try:
        rehearsed = rehearse(checks)
    except KeyboardInterrupt:  # before anything was made
        return INTERRUPTED
    budget = (
        f"{len(checks)} facts: about {rehearsed.calls} calls and {rehearsed.tokens} tokens, "
        "and the polls of tasks that take long."
    )
    if target is None:
        _write(plan(checks, CHECKS, budget))
        return 0
    _within(chosen, rehearsed)

    def work(target: Target) -> int:
        tell(budget)
        record = run(_site(chosen, target), checks, SETUPS, _progress(len(checks)))
        _write(table(record))
        _save(chosen, record, host_of(target.base_url))
        return record.status

    return ask(target, work, real=bool(chosen.evidence))


def choose(patterns: Sequence[str], *, quotas: bool) -> list[Check]:
    """The facts that any of the patterns means; all without one."""
    checks = [check for check in CHECKS if quotas or not check.quotas]
    look_at_patterns(patterns, (name for check in checks for name in _names(check)), "fact")
    return [check for check in checks if is_meant(patterns, *_names(check))]


def rehearse(checks: Sequence[Check]) -> Record:
    """The same run against a double in this process: what it will need is counted, not guessed."""
    memos = MockMemos(clock="step", enforce_quotas="documented")
    target = Target(
        memos.base_url, memos.api_key, transport=memos.transport(), pause=lambda _: None
    )
    with target:
        record = run(Site(target, "rehearsal"), checks, SETUPS)
    if record.interrupted:
        raise KeyboardInterrupt
    return record


def _names(check: Check) -> tuple[str, ...]:
    return (check.name, check.page, *check.operations)


def _within(chosen: argparse.Namespace, rehearsed: Record) -> None:
    """Raises `UsageError` when the run would need more than it may use."""
    for name, needed in (("calls", rehearsed.calls), ("tokens", rehearsed.tokens)):
        most = getattr(chosen, f"max_{name}")
        if most and needed > most:
            raise UsageError(
                f"this run needs about {needed} {name}, and --max-{name} is {most}; "
                "ask less with --only"
            )


def _site(chosen: argparse.Namespace, target: Target) -> Site:
    return Site(
        target,
        run_of(chosen),
        patience=chosen.patience,
        max_calls=chosen.max_calls,
        max_tokens=chosen.max_tokens,
    )


def _progress(total: int) -> Callable[[Outcome], None]:
    """A line for each fact on a terminal; elsewhere the table at the end is enough."""
    told = 0

    def show(outcome: Outcome) -> None:
        nonlocal told
        told += 1
        if sys.stderr.isatty():
            tell(f"[{told}/{total}] {row(outcome)}")

    return show


def _save(chosen: argparse.Namespace, record: Record, host: str) -> None:
    found = findings_of(record.outcomes, host=host if chosen.with_host else "")
    write(chosen, "json", lambda file: file.write_text(as_json(record), encoding="utf-8"))
    write(chosen, "junit", lambda file: file.write_text(as_junit(record), encoding="utf-8"))
    write(chosen, "evidence", lambda file: save_observations(found, file))


def _write(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
