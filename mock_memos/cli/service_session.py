"""What `verify`, `replay` and `drift` share: the service they call, its limits, and their end."""

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
from typing import Any, Final, Protocol, TypeVar

import httpx

from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError
from mock_memos.core.identifiers import Ids
from mock_memos.verification.defaults import MAX_RATE
from mock_memos.verification.service import ServiceClient, ServiceResponse, host_of


class Report(Protocol):
    """What `drift` and `replay` write."""

    @property
    def is_broken(self) -> bool: ...


R = TypeVar("R", bound=Report)

NO_VERDICT: Final = 3
"""The exit status when the service could not be called."""
INTERRUPTED: Final = 130
"""The exit status of an interrupted command."""
KEY_ERRORS: Final = (40100, 40103, 40130, 40132)
"""Codes of a rejected API key."""
LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
"""Hosts without a default rate limit."""
OUTPUT_OPTIONS: Final = ("json", "junit", "write_evidence")
"""Options that name a file to write."""


def with_service(
    client: ServiceClient, work: Callable[[ServiceClient], int], *, reject_mocks: bool = False
) -> int:
    """Runs `work` if the service can be called. Returns the exit status."""
    with client, _interruptible():
        try:
            response = client.post("get/status", task_id="verify")
            if problem := problem_of(client, response):
                print_progress(f"mock-memos: {problem}")
                return NO_VERDICT
            if reject_mocks and any(name.startswith("x-mock-memos") for name in response.headers):
                raise UsageError(
                    "A mock-memos server is not evidence of the real service. "
                    "Leave out --write-evidence, or use another --base-url."
                )
            return work(client)
        except KeyboardInterrupt:
            print_progress("Interrupted. Everything that was created is deleted or listed above.")
            return INTERRUPTED


def write_report(
    options: argparse.Namespace,
    compare: Callable[..., R],
    to_text: Callable[[R], str],
    to_json: Callable[[R], bytes],
) -> int:
    """Compares the service and writes the report. Returns 1 if the report is broken, else 0."""

    def work(client: ServiceClient) -> int:
        report = compare(
            client,
            run_id=run_id_of(options),
            only=options.only,
            task_timeout=options.task_timeout,
            report=print_progress,
        )
        sys.stdout.write(to_text(report))
        write_file(options, "json", lambda file: file.write_bytes(to_json(report)))
        return 1 if report.is_broken else 0

    return with_service(service_client(options), work)


def problem_of(client: ServiceClient, response: ServiceResponse) -> str:
    """Returns why the service cannot be used after its first response, or an empty text."""
    if response.connection_error:
        return f"{client.base_url} cannot be reached: {response.connection_error}"
    if not isinstance(response.code, int):
        return (
            f"{client.base_url} returned HTTP {response.status} without a MemOS envelope; "
            "expected a base URL such as https://host/api/openmem/v1"
        )
    if response.status == 404:
        return (
            f"{client.base_url} has no get/status; expected a base URL such as "
            "https://host/api/openmem/v1"
        )
    if response.code in KEY_ERRORS:
        return (
            f"{client.base_url} rejects the API key with {response.code}; "
            "check --api-key or MEMOS_API_KEY"
        )
    return ""


def service_client(
    options: argparse.Namespace,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ServiceClient:
    """Returns a client of the chosen service. Raises `UsageError` for options it cannot use."""
    _validate(options)
    url = _option_or_variable(options, "base_url", "MEMOS_BASE_URL", "service")
    key = _option_or_variable(options, "api_key", "MEMOS_API_KEY", "API key")
    max_rate = options.max_rate
    if max_rate is None:
        max_rate = 0.0 if host_of(url) in LOCAL_HOSTS else MAX_RATE
    return ServiceClient(
        url, key, transport=transport, max_rate=max_rate, timeout=options.timeout, sleep=sleep
    )


def run_id_of(options: argparse.Namespace) -> str:
    """Returns the chosen run id, or a new one."""
    return options.run_id or new_run_id()


def new_run_id() -> str:
    """Returns an id made of the time, the process and the machine."""
    return Ids(Clock("real").now, f"verify {os.getpid()} {platform.node()}").next("run")


def write_file(options: argparse.Namespace, option: str, write: Callable[[Path], object]) -> None:
    """Writes the file of an option, if the option is given."""
    if path := getattr(options, option):
        try:
            write(Path(path))
        except OSError as error:
            raise UsageError(
                f"{_flag(option)} {path} cannot be written: {error.strerror}"
            ) from None


def print_progress(line: str) -> None:
    """Prints a line to stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _validate(options: argparse.Namespace) -> None:
    """Raises `UsageError` for options that are wrong for every service."""
    for name, minimum in (("max_rate", 0.0), ("task_timeout", 0.0), ("timeout", 0.001)):
        value = getattr(options, name)
        if value is not None and not minimum <= value < float("inf"):
            raise UsageError(f"{_flag(name)} is {value:g}; expected a number from {minimum:g}")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,40}", options.run_id or ""):
        raise UsageError(f"--run-id is {options.run_id!r}; expected letters, digits and -")
    for name in OUTPUT_OPTIONS:
        path = getattr(options, name, None)
        if path and not Path(path).parent.is_dir():
            raise UsageError(
                f"{_flag(name)} {path} cannot be written: no directory {Path(path).parent}"
            )


def _option_or_variable(options: argparse.Namespace, name: str, variable: str, what: str) -> str:
    value: str = getattr(options, name) or os.environ.get(variable, "")
    if not value:
        raise UsageError(f"No {what} given. Use {_flag(name)} or set {variable}.")
    return value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt, so that created data is deleted."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before: list[Any] = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
