"""The command `verify`: checks facts about a service."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence

import httpx

from mock_memos.api.evidence.observations import save_observations
from mock_memos.cli.service_session import (
    INTERRUPTED,
    print_progress,
    run_id_of,
    service_client,
    with_service,
    write_file,
)
from mock_memos.core.errors import UsageError
from mock_memos.core.text import pluralize
from mock_memos.testing.in_process import MockMemos
from mock_memos.verification.check import Check, CheckResult
from mock_memos.verification.checks import CHECKS, FIXTURES
from mock_memos.verification.observed import findings_of
from mock_memos.verification.report import (
    as_json,
    as_junit,
    format_plan,
    format_result,
    text_report,
)
from mock_memos.verification.runner import RunResult, run_checks
from mock_memos.verification.selection import is_selected, validate_patterns
from mock_memos.verification.service import ServiceClient, host_of
from mock_memos.verification.session import Session


def verify(
    options: argparse.Namespace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Checks facts about a service. Returns the exit status."""
    checks = select_checks(options.only, quotas=options.quotas)
    client = None if options.dry_run else service_client(options, transport, sleep)
    try:
        rehearsal = rehearse(checks)
    except KeyboardInterrupt:  # nothing was created yet
        return INTERRUPTED
    cost = (
        f"{pluralize(len(checks), 'fact')}: about {pluralize(rehearsal.calls, 'call')} and "
        f"{pluralize(rehearsal.tokens, 'token')}, "
        "plus polls of long tasks."
    )
    if client is None:
        _print(format_plan(checks, CHECKS, cost))
        return 0
    _check_limits(options, rehearsal)

    def work(client: ServiceClient) -> int:
        print_progress(cost)
        session = Session(
            client,
            run_id_of(options),
            task_timeout=options.task_timeout,
            max_calls=options.max_calls,
            max_tokens=options.max_tokens,
        )
        result = run_checks(session, checks, FIXTURES, _progress(len(checks)))
        _print(text_report(result))
        _write_files(options, result, host_of(client.base_url))
        return result.status

    return with_service(client, work, reject_mocks=bool(options.write_evidence))


def select_checks(patterns: Sequence[str], *, quotas: bool) -> list[Check]:
    """Returns the checks that match any pattern; without patterns all."""
    checks = [check for check in CHECKS if quotas or not check.quotas]
    validate_patterns(patterns, (name for check in checks for name in _names(check)), "fact")
    return [check for check in checks if is_selected(patterns, *_names(check))]


def rehearse(checks: Sequence[Check]) -> RunResult:
    """Runs the checks against a mock in this process, which counts the calls and tokens."""
    memos = MockMemos(clock="step", enforce_quotas="documented")
    client = ServiceClient(
        memos.base_url, memos.api_key, transport=memos.transport(), sleep=lambda _: None
    )
    with client:
        result = run_checks(Session(client, "rehearsal"), checks, FIXTURES)
    if result.interrupted:
        raise KeyboardInterrupt
    return result


def _names(check: Check) -> tuple[str, ...]:
    return (check.name, check.page, *check.operations)


def _check_limits(options: argparse.Namespace, rehearsal: RunResult) -> None:
    """Raises `UsageError` if the run needs more calls or tokens than allowed."""
    for name, needed in (("calls", rehearsal.calls), ("tokens", rehearsal.tokens)):
        limit = getattr(options, f"max_{name}")
        if limit and needed > limit:
            raise UsageError(
                f"This run needs about {needed} {name}; --max-{name} is {limit}. "
                "Select fewer facts with --only."
            )


def _progress(total: int) -> Callable[[CheckResult], None]:
    """Returns a function that prints one line per result, on a terminal only."""
    count = 0

    def show(result: CheckResult) -> None:
        nonlocal count
        count += 1
        if sys.stderr.isatty():
            print_progress(f"[{count}/{total}] {format_result(result)}")

    return show


def _write_files(options: argparse.Namespace, result: RunResult, host: str) -> None:
    findings = findings_of(result.results, host=host if options.include_host else "")
    write_file(options, "json", lambda file: file.write_text(as_json(result), encoding="utf-8"))
    write_file(options, "junit", lambda file: file.write_text(as_junit(result), encoding="utf-8"))
    write_file(options, "write_evidence", lambda file: save_observations(findings, file))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
