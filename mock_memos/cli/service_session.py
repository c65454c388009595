"""Asking a service that the user names: its address and pace, whether it can be asked, and its end.

Every command that asks one does so through `target_of` and `ask`.
"""

import argparse
import os
import platform
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError
from mock_memos.core.identifiers import Ids
from mock_memos.verification.defaults import PACE
from mock_memos.verification.service import Answer, Target, host_of

NO_VERDICT: Final = 3
"""The exit status when the service could not be asked."""
INTERRUPTED: Final = 130
"""The exit status of a command that the user ended."""
KEYS: Final = (40100, 40103, 40130, 40132)
"""Codes that refuse a key."""
HERE: Final = ("localhost", "127.0.0.1", "::1")
"""Hosts that nobody has to go easy on."""
FILES: Final = ("json", "junit", "evidence")
"""Options that name a file to write."""


def ask(target: Target, work: Callable[[Target], int], *, real: bool = False) -> int:
    """Do `work` with a target, if it can be asked at all. Gives the exit status.

    `real`: a double is refused.
    """
    with target, _interruptible():
        try:
            answer = target.post("get/status", task_id="verify")
            if trouble := trouble_of(target, answer):
                tell(f"mock-memos: {trouble}")
                return NO_VERDICT
            if real and any(name.startswith("x-mock-memos") for name in answer.headers):
                raise UsageError("the target is a mock-memos, which is no evidence of the service")
            return work(target)
        except KeyboardInterrupt:
            tell("interrupted; what was made was deleted again, but for what is named above")
            return INTERRUPTED


def trouble_of(target: Target, answer: Answer) -> str:
    """Why nothing can be asked of who gave this answer, or an empty text."""
    if answer.trouble:
        return f"{target.base_url} cannot be reached: {answer.trouble}"
    if not isinstance(answer.code, int):
        return (
            f"{target.base_url} answers HTTP {answer.status} and no MemOS envelope; "
            "expected a base URL such as https://host/api/openmem/v1"
        )
    if answer.status == 404:
        return (
            f"{target.base_url} has no get/status; expected a base URL such as "
            "https://host/api/openmem/v1"
        )
    if answer.code in KEYS:
        return (
            f"{target.base_url} refuses the key with {answer.code}; look at --api-key or "
            "MEMOS_API_KEY"
        )
    return ""


def target_of(
    chosen: argparse.Namespace,
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Target:
    """The target that was named. Raises `UsageError` for what can be seen to go wrong."""
    _look_at(chosen)
    url = _said(chosen, "base_url", "MEMOS_BASE_URL")
    key = _said(chosen, "api_key", "MEMOS_API_KEY")
    pace = chosen.pace
    if pace is None:
        pace = 0.0 if host_of(url) in HERE else PACE
    rest = 1 / pace if pace else 0.0
    return Target(url, key, transport=transport, pace=rest, timeout=chosen.timeout, pause=pause)


def run_of(chosen: argparse.Namespace) -> str:
    """The name of this run: the one that was chosen, or a fresh one."""
    return chosen.run_name or fresh_run()


def fresh_run() -> str:
    """A name that no other run has: of this moment, this process and this machine."""
    return Ids(Clock("real").now, f"verify {os.getpid()} {platform.node()}").next("run")


def write(chosen: argparse.Namespace, option: str, put: Callable[[Path], object]) -> None:
    """Write the file that an option names, if it names one."""
    if path := getattr(chosen, option):
        try:
            put(Path(path))
        except OSError as problem:
            raise UsageError(f"--{option} {path} cannot be written: {problem.strerror}") from None


def tell(line: str) -> None:
    """Progress, on the error stream."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _look_at(chosen: argparse.Namespace) -> None:
    """Raises `UsageError` for what can be seen to go wrong before anything is sent."""
    for name, least in (("pace", 0.0), ("patience", 0.0), ("timeout", 0.001)):
        value = getattr(chosen, name)
        if value is not None and not least <= value < float("inf"):
            raise UsageError(f"--{name} is {value:g}; expected a number from {least:g}")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,40}", chosen.run_name or ""):
        raise UsageError(f"--run-name is {chosen.run_name!r}; expected letters, digits and -")
    for name in FILES:
        path = getattr(chosen, name, None)
        if path and not Path(path).parent.is_dir():
            none = f"there is no directory {Path(path).parent}"
            raise UsageError(f"--{name} {path} cannot be written: {none}")


def _said(chosen: argparse.Namespace, name: str, variable: str) -> str:
    said: str = getattr(chosen, name) or os.environ.get(variable, "")
    if not said:
        option = name.replace("_", "-")
        raise UsageError(f"which service is meant? give --{option}, or set {variable}")
    return said


@contextmanager
def _interruptible() -> Iterator[None]:
    """Both polite ends of a process are an interruption, after which there is time to clean up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before: list[Any] = [signal.signal(one, signal.default_int_handler) for one in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
