"""The command `drift`, and `verify --from-journal`: their options, and what they do.

The command line imports this at every start, so that the rest is imported when a command runs.
"""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mock_memos.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_memos.verify.target import Target

NO_VERDICT = 3
"""The exit status when the service could not be asked."""
INTERRUPTED = 130
"""The exit status of a command that the user ended."""
PACE = 20.0
"""Calls a second at most, unless told otherwise."""
KEYS = (40100, 40103, 40130, 40132)
"""Codes that refuse a key."""


def add_drift(commands: Any) -> None:
    """The command `drift`."""
    command = commands.add_parser("drift", help="compare a service with the double, by field")
    command.set_defaults(run=run_drift)
    target_options(command)
    command.add_argument(
        "--only", metavar="PATTERN", default="*", help="report on these operations: 'get/*'"
    )


def contract_options(command: argparse.ArgumentParser) -> None:
    """What `verify` needs to know of a journal."""
    command.add_argument(
        "--from-journal",
        metavar="FILE",
        help="make the calls of this journal again, which pytest --mock-memos-journal wrote",
    )


def target_options(command: argparse.ArgumentParser) -> None:
    """Which service is asked, and how; and where the result goes."""
    add = command.add_argument
    add("--base-url", metavar="URL", help="of the service (default: MEMOS_BASE_URL)")
    add("--api-key", metavar="KEY", help="for it (default: MEMOS_API_KEY)")
    add("--json", metavar="FILE", help="write the result to this file, too")
    add("--pace", type=float, metavar="N",
        help=f"calls a second at most; 0 sets no limit (default: {PACE:g})")  # fmt: skip
    add("--patience", type=float, default=120.0, metavar="S",
        help="seconds for which a task may run (default: %(default)g)")  # fmt: skip
    add("--timeout", type=float, default=60.0, metavar="S",
        help="seconds to wait for one reply (default: %(default)g)")  # fmt: skip


def run_drift(chosen: argparse.Namespace) -> int:
    """Gives 1 when something breaking differs."""
    from mock_memos.verify.drift import drift
    from mock_memos.verify.listing import drift_json, drift_text

    def compare(target: "Target", run: str) -> tuple[bool, str, bytes]:
        found = drift(target, run, only=chosen.only, patience=chosen.patience, tell=_tell)
        return found.broken, drift_text(found), drift_json(found)

    return _run(chosen, compare)


def run_contracts(chosen: argparse.Namespace) -> int:
    """Gives 1 when the target breaks what the calls of the journal rely on."""
    from pathlib import Path

    from mock_memos.verify.contracts import contracts
    from mock_memos.verify.listing import contracts_json, contracts_text
    from mock_memos.verify.recorded import read_journal

    diaries = read_journal(Path(chosen.from_journal))

    def compare(target: "Target", run: str) -> tuple[bool, str, bytes]:
        found = contracts(target, diaries, run, patience=chosen.patience, tell=_tell)
        return found.broken, contracts_text(found), contracts_json(found)

    return _run(chosen, compare)


def _run(
    chosen: argparse.Namespace, compare: "Callable[[Target, str], tuple[bool, str, bytes]]"
) -> int:
    """Ask the target that was named, and tell what came of it."""
    from mock_memos.clock import Clock

    with _target(chosen) as target:
        if why := _unaskable(target):
            _tell(f"mock-memos: {why}")
            return NO_VERDICT
        try:
            with _interruptible():
                broken, text, document = compare(target, f"{Clock('real').now:x}")
        except KeyboardInterrupt:
            _tell(
                "interrupted; what was made at the service was taken away, but for what is named "
                "above and, perhaps, what the very last call made"
            )
            return INTERRUPTED
    if chosen.json:
        _write(chosen.json, document)
    sys.stdout.write(text)
    return 1 if broken else 0


@contextmanager
def _interruptible() -> "Iterator[None]":
    """Whoever ends a nightly run by a signal has it clean up, too."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _target(chosen: argparse.Namespace) -> "Target":
    from mock_memos.verify.target import Target

    url = _said(chosen.base_url, "--base-url", "MEMOS_BASE_URL")
    key = _said(chosen.api_key, "--api-key", "MEMOS_API_KEY")
    pace = PACE if chosen.pace is None else chosen.pace
    return Target(url, key, pace=1 / pace if pace > 0 else 0.0, timeout=chosen.timeout)


def _unaskable(target: "Target") -> str:
    """Why nothing can be asked here, or an empty text."""
    answer = target.post("get/status", task_id="none")
    if not answer.status:
        return f"{target.base_url} cannot be reached: {answer.trouble}"
    if answer.code in KEYS:
        return f"{target.base_url} refuses the key with {answer.code}; look at --api-key"
    return ""


def _said(value: str | None, option: str, variable: str) -> str:
    if found := value or os.environ.get(variable):
        return found
    raise UsageError(f"which service is meant? give {option}, or set {variable}")


def _write(path: str, document: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(document)
    except OSError as problem:
        raise UsageError(f"--json {path} cannot be written: {problem.strerror}") from None


def _tell(text: str) -> None:
    """Progress, on the error stream."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
