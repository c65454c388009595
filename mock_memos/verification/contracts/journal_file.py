"""The journal of a test run, read back: what each test asked, in order, and when its tasks ended.

`--mock-memos-journal` writes one; what `memos.journal.to_jsonl()` gives is read as one test.
"""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.verification.selection import is_meant


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One call, and what the double answered."""

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
    """In Base64, what was sent, where it was no JSON."""
    status: int
    code: int
    response_body: Any = None
    fault: str = ""
    unmatched: bool = False
    truncated: bool = False
    tasks_ended: list[str] = []

    @property
    def content(self) -> bytes | None:
        """What was sent, where it was no JSON."""
        if self.body:
            return b64decode(self.body)
        return self.request_body.encode() if isinstance(self.request_body, str) else None

    @property
    def excuse(self) -> str:
        """Why nobody expects another service to answer it like the double did, or an empty text."""
        if self.fault:
            return f"the double was told to answer with the fault {self.fault!r}"
        if self.unmatched or not self.operation:
            return "it reached no operation of the API"
        return ""

    @property
    def names(self) -> tuple[str, str]:
        """What `--only` may call it."""
        return self.operation, self.test

    @property
    def place(self) -> str:
        """Which call of which test it is."""
        return f"{self.test or 'the journal'} #{self.number}"


class TaskEnd(msgspec.Struct, frozen=True, kw_only=True):
    """One task, and when it ended in virtual time, if it did."""

    test: str = ""
    task: str
    kind: str
    status: str
    ended: str | None = None


class Diary(msgspec.Struct, kw_only=True):
    """What happened in one world of one test."""

    test: str
    calls: list[Recorded] = []
    tasks: list[TaskEnd] = []

    @property
    def name(self) -> str:
        """What it is called where people read it."""
        return self.test or "the journal"

    def ended_by(self, call: Recorded) -> list[str]:
        """The tasks that had ended when this call was answered, oldest first."""
        now = call.time or ""
        ends = [one.task for one in self.tasks if one.ended and one.ended <= now]
        ends += [
            task for one in self.calls if one.number <= call.number for task in one.tasks_ended
        ]
        return list(dict.fromkeys(ends))


def read_journal(path: Path) -> list[Diary]:
    """The tests of a journal, by their names. Raises `UsageError` for a file that is none."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from None
    diaries: list[Diary] = []
    for number, line in zip(count(1), lines, strict=False):
        if line.strip():
            _add(diaries, _line(line, f"{path}:{number}"))
    if not any(diary.calls for diary in diaries):
        raise UsageError(f"{path} holds no call; write it with pytest --mock-memos-journal {path}")
    return sorted(diaries, key=lambda diary: diary.test)


def meant(diaries: Iterable[Diary], patterns: Sequence[str]) -> list[Diary]:
    """Those with a call that any of the patterns means, by its operation or by its test."""
    return [one for one in diaries if any(is_meant(patterns, *call.names) for call in one.calls)]


def _line(line: bytes, where: str) -> Recorded | TaskEnd:
    try:
        if b'"task":' in line and b'"operation":' not in line:
            return msgspec.json.decode(line, type=TaskEnd)
        return msgspec.json.decode(line, type=Recorded)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise UsageError(f"{where} is no line of a journal: {problem}") from None


def _add(diaries: list[Diary], line: Recorded | TaskEnd) -> None:
    """A line belongs to the newest world, unless another test or another count begins with it."""
    newest = diaries[-1] if diaries else None
    if isinstance(line, TaskEnd):
        if newest is None or newest.test != line.test:
            diaries.append(newest := Diary(test=line.test))
        newest.tasks.append(line)
        return
    last = newest.calls[-1].number if newest and newest.calls else 0
    if newest is None or newest.test != line.test or newest.tasks or line.number <= last:
        diaries.append(newest := Diary(test=line.test))
    newest.calls.append(line)
