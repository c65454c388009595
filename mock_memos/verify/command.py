"""The command `verify`: choose the facts, tell the budget, ask, report."""

import argparse
import os
import platform
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import httpx

from mock_memos.clock import Clock
from mock_memos.errors import UsageError, nearest
from mock_memos.findings import save
from mock_memos.ids import Ids
from mock_memos.inprocess import MockMemos
from mock_memos.verify.check import Check, Outcome
from mock_memos.verify.checks import CHECKS, SETUPS
from mock_memos.verify.renewal import findings_of
from mock_memos.verify.report import as_json, as_junit, plan, row, table
from mock_memos.verify.run import Record, run
from mock_memos.verify.site import Site
from mock_memos.verify.target import Target, host_of

NO_VERDICT: Final = 3
INTERRUPTED: Final = 130
KEYS: Final = (40100, 40103, 40130, 40132)
PACE: Final = 20.0
HERE: Final = ("localhost", "127.0.0.1", "::1")


def verify(
    chosen: argparse.Namespace,
    *,
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Check the contract against a service. Gives the exit status."""
    checks = choose(chosen.only, quotas=chosen.quotas)
    if not chosen.dry_run:
        look_at(chosen)
    try:
        rehearsed = rehearse(checks)
        budget = (
            f"{len(checks)} facts: about {rehearsed.calls} calls and {rehearsed.tokens} tokens, "
            "and the polls of tasks that take long."
        )
        if chosen.dry_run:
            _write(plan(checks, CHECKS, budget))
            return 0
        _within(chosen, rehearsed)
        with _target(chosen, transport, pause) as target, _interruptible():
            if trouble := probe(target, evidence=bool(chosen.evidence)):
                sys.stderr.write(f"mock-memos: {trouble}\n")
                return NO_VERDICT
            sys.stderr.write(budget + "\n")
            record = run(_site(chosen, target), checks, SETUPS, _progress(len(checks)))
    except KeyboardInterrupt:  # before anything was made
        return INTERRUPTED
    _write(table(record))
    _save(chosen, record)
    return record.status


def choose(patterns: Sequence[str], *, quotas: bool) -> list[Check]:
    """The facts that any of the patterns means; all without one."""
    checks = [check for check in CHECKS if quotas or not check.quotas]
    for pattern in patterns:
        if not any(_fits(check, pattern) for check in checks):
            known = {name for check in checks for name in _names(check)}
            raise UsageError(f"--only {pattern!r} means no fact{nearest(pattern, sorted(known))}")
    return [check for check in checks if not patterns or any(_fits(check, one) for one in patterns)]


def rehearse(checks: Sequence[Check]) -> Record:
    """The same run against a double in this process: what it will need is counted, not guessed."""
    memos = MockMemos(clock="step", quotas="documented")
    target = Target(
        memos.base_url, memos.api_key, transport=memos.transport(), pause=lambda _: None
    )
    with target:
        record = run(Site(target, "rehearsal"), checks, SETUPS)
    if record.interrupted:
        raise KeyboardInterrupt
    return record


def probe(target: Target, *, evidence: bool) -> str:
    """Why nothing can be asked here, or an empty text."""
    answer = target.post("get/status", task_id="verify")
    if answer.trouble:
        return f"{target.base_url} cannot be reached: {answer.trouble}"
    if not isinstance(answer.code, int):
        return (
            f"{target.base_url} answers HTTP {answer.status} and no MemOS envelope; "
            "expected a base URL such as https://host/api/openmem/v1"
        )
    if answer.code in KEYS:
        return (
            f"{target.base_url} refuses the key with {answer.code}; look at --api-key or "
            "MEMOS_API_KEY"
        )
    if evidence and any(name.startswith("x-mock-memos") for name in answer.headers):
        raise UsageError("the target is a mock-memos: what it does is no --evidence of the service")
    return ""


def fresh_run() -> str:
    """A name that no other run has: of this moment, this process and this machine."""
    return Ids(Clock("real").now, f"verify {os.getpid()} {platform.node()}").next("run")


def _fits(check: Check, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in _names(check))


def _names(check: Check) -> tuple[str, ...]:
    return (check.name, check.page, *check.operations)


def look_at(chosen: argparse.Namespace) -> None:
    """Raises `UsageError` for what can be seen to go wrong before anything is sent."""
    for name, needed in (("base_url", "MEMOS_BASE_URL"), ("api_key", "MEMOS_API_KEY")):
        if not getattr(chosen, name):
            option = name.replace("_", "-")
            raise UsageError(f"whom to ask is not said: give --{option}, or set {needed}")
    for name, least in (("pace", 0.0), ("patience", 0.0), ("timeout", 0.001)):
        value = getattr(chosen, name)
        if value is not None and not least <= value < float("inf"):
            raise UsageError(f"--{name} is {value:g}; expected a number from {least:g}")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,40}", chosen.run_name or ""):
        raise UsageError(f"--run-name is {chosen.run_name!r}; expected letters, digits and -")
    for path in (chosen.json, chosen.junit, chosen.evidence):
        if path and not Path(path).parent.is_dir():
            raise UsageError(f"{path} cannot be written: there is no directory {Path(path).parent}")


def _within(chosen: argparse.Namespace, rehearsed: Record) -> None:
    """Raises `UsageError` when the run would need more than it may use."""
    for name, needed in (("calls", rehearsed.calls), ("tokens", rehearsed.tokens)):
        most = getattr(chosen, f"max_{name}")
        if most and needed > most:
            raise UsageError(
                f"this run needs about {needed} {name}, and --max-{name} is {most}; "
                "ask less with --only"
            )


def _target(
    chosen: argparse.Namespace,
    transport: httpx.BaseTransport | None,
    pause: Callable[[float], None],
) -> Target:
    pace = chosen.pace
    if pace is None:
        pace = 0.0 if host_of(chosen.base_url) in HERE else PACE
    rest = 1 / pace if pace else 0.0
    return Target(
        chosen.base_url,
        chosen.api_key,
        transport=transport,
        pace=rest,
        timeout=chosen.timeout,
        pause=pause,
    )


def _site(chosen: argparse.Namespace, target: Target) -> Site:
    return Site(
        target,
        chosen.run_name or fresh_run(),
        patience=chosen.patience,
        max_calls=chosen.max_calls,
        max_tokens=chosen.max_tokens,
    )


def _progress(total: int) -> Callable[[Outcome], None]:
    """A line for each fact on a terminal; elsewhere the table at the end is enough."""
    told = 0

    def tell(outcome: Outcome) -> None:
        nonlocal told
        told += 1
        if sys.stderr.isatty():
            sys.stderr.write(f"[{told}/{total}] {row(outcome)}\n")

    return tell


def _save(chosen: argparse.Namespace, record: Record) -> None:
    try:
        for path, text in ((chosen.json, as_json), (chosen.junit, as_junit)):
            if path:
                Path(path).write_text(text(record), encoding="utf-8")
        if chosen.evidence:
            host = host_of(chosen.base_url) if chosen.with_host else ""
            save(findings_of(record.outcomes, host=host), chosen.evidence)
    except OSError as problem:
        raise UsageError(f"{problem.filename} cannot be written: {problem.strerror}") from None


def _write(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Both polite ends of a process are an interruption, after which there is time to clean up."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before: list[Any] = [signal.signal(one, signal.default_int_handler) for one in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
