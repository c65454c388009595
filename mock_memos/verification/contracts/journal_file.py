"""Reads the journal of a test run: the calls of each test, and when its tasks ended.

`pytest --mock-memos-journal` writes one; `memos.journal.to_jsonl()` is read as one test.
"""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.verification.selection import is_selected


class JournalCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call and the reply of the mock."""

    test: str = ""
    number: int
    time: str | None = None
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = {}
    operation: str
    request_body: Any = None
    body: str = ""
    """The request in Base64, if it was not JSON."""
    status: int
    code: int
    response_body: Any = None
    fault: str = ""
    unmatched: bool = False
    truncated: bool = False
    tasks_ended: list[str] = []

    @property
    def content(self) -> bytes | None:
        """The request, if it was not JSON."""
        if self.body:
            return b64decode(self.body)
        return self.request_body.encode() if isinstance(self.request_body, str) else None

    @property
    def exclusion_reason(self) -> str:
        """Why no other service can be expected to answer like the mock, or an empty text."""
        if self.fault:
            return f"the mock answered with the fault {self.fault!r}"
        if self.unmatched or not self.operation:
            return "it matched no operation of the API"
        return ""

    @property
    def names(self) -> tuple[str, str]:
        """The names that `--only` can match."""
        return self.operation, self.test

    @property
    def place(self) -> str:
        """The test and the number of the call in it."""
        return f"{self.test or 'the journal'} #{self.number}"


class JournalTask(msgspec.Struct, frozen=True, kw_only=True):
    """One task, and its end in virtual time, or None."""

    test: str = ""
    task: str
    kind: str
    status: str
    ended: str | None = None


class RecordedTest(msgspec.Struct, kw_only=True):
    """The calls and tasks in one world of one test."""

    test: str
    calls: list[JournalCall] = []
    tasks: list[JournalTask] = []

    @property
    def name(self) -> str:
        """The name in reports."""
        return self.test or "the journal"

    def ended_by(self, call: JournalCall) -> list[str]:
        """Returns the tasks that had ended when this call was answered, oldest first."""
        now = call.time or ""
        ended = [task.task for task in self.tasks if task.ended and task.ended <= now]
        for earlier in self.calls:
            if earlier.number <= call.number:
                ended += earlier.tasks_ended
        return list(dict.fromkeys(ended))


def read_journal(path: Path) -> list[RecordedTest]:
    """Returns the tests of a journal, sorted by name. Raises `UsageError` for other files."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    tests: list[RecordedTest] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            _add(tests, _decode(line, f"{path}:{number}"))
    if not any(test.calls for test in tests):
        raise UsageError(
            f"{path} contains no calls. Write it with pytest --mock-memos-journal {path}"
        )
    return sorted(tests, key=lambda test: test.test)


def selected_tests(tests: Iterable[RecordedTest], patterns: Sequence[str]) -> list[RecordedTest]:
    """Returns the tests with a call whose operation or test matches a pattern."""
    return [test for test in tests if any(is_selected(patterns, *c.names) for c in test.calls)]


def _decode(line: bytes, place: str) -> JournalCall | JournalTask:
    try:
        if b'"task":' in line and b'"operation":' not in line:
            return msgspec.json.decode(line, type=JournalTask)
        return msgspec.json.decode(line, type=JournalCall)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UsageError(f"{place} is not a line of a journal: {error}") from None


def _add(tests: list[RecordedTest], line: JournalCall | JournalTask) -> None:
    """Adds a line to the last world. Another test, or a smaller number, starts a new world."""
    last = tests[-1] if tests else None
    if isinstance(line, JournalTask):
        if last is None or last.test != line.test:
            tests.append(last := RecordedTest(test=line.test))
        last.tasks.append(line)
        return
    number = last.calls[-1].number if last and last.calls else 0
    if last is None or last.test != line.test or last.tasks or line.number <= number:
        tests.append(last := RecordedTest(test=line.test))
    last.calls.append(line)
