"""The journal of a test run, read back."""

import json
from pathlib import Path
from typing import Any

import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.journal.exports import jsonl_of_test
from mock_memos.verification.contracts.journal_file import read_journal
from tests.support.sample_application import Application


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_read_journal_separates_worlds_of_one_test(file: Path) -> None:
    def lines(turns: int) -> str:
        memos = MockMemos()
        for _ in range(turns):
            Application(memos).post("list/profile_template")
        return jsonl_of_test("test_it", memos.journal, memos.tasks)

    file.write_text(lines(1) + lines(2) + lines(1), encoding="utf-8")
    assert [len(diary.calls) for diary in read_journal(file)] == [1, 2, 1]


def lines_of(*lines: Any) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        ("", "contains no calls"),
        ("{\n", "journal.jsonl:1 is not a line of a journal"),
        (lines_of({"number": 1}), "missing required field"),
        (lines_of({"test": "x", "task": 7}), "journal.jsonl:1"),
        ("\n" + "[" * 100_000, "journal.jsonl:2"),
        (
            lines_of({"test": "x", "task": "t", "kind": "message", "status": "x"}),
            "contains no calls",
        ),
    ],
)
def test_read_journal_rejects_other_files(content: str | None, expected: str, file: Path) -> None:
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=expected):
        read_journal(file)
