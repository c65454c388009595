"""The journal of a whole run, in a file."""

import json
from pathlib import Path
from typing import Any

import pytest

import pytest_mock_memos
from tests.plugin.test_plugin import dedent, run

TESTS = """
@pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
def test_it(name, request):
    request.getfixturevalue(name)
    post("add/message")
    post("get/status", {"task_id": "none"})

def test_that_fails(mock_memos):
    post("rerank", {"query": "x", "documents": ["y"]})
    assert 0

def test_without():
    pass
"""


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_journal_file_has_calls_and_tasks(pytester: pytest.Pytester) -> None:
    result = run(pytester, dedent(TESTS), "--mock-memos-journal", "run.jsonl")
    result.assert_outcomes(passed=3, failed=1)
    records = lines(pytester.path / "run.jsonl")
    name = Path(next(pytester.path.glob("test_*.py"))).name
    calls = [
        (item["test"].removeprefix(f"{name}::"), item.get("operation", "task")) for item in records
    ]
    each = ["add/message", "get/status", "task"]
    assert calls == [
        *(("test_it[mock_memos]", what) for what in each),
        *(("test_it[mock_memos_live]", what) for what in each),
        ("test_that_fails", "rerank"),
    ]
    assert records[2]["task"] == records[0]["response_body"]["data"]["task_id"]
    assert records[2]["status"] == "running"
    assert records[2]["ended"] is None


def test_ini_journal_file_is_replaced_by_each_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\nmock_memos_journal = run.jsonl")
    for _ in range(2):
        run(pytester, dedent(TESTS))
    assert len(lines(pytester.path / "run.jsonl")) == 7
    (pytester.path / "run.jsonl").unlink()
    elsewhere = pytester.mkdir("elsewhere")
    monkeypatch.chdir(elsewhere)  # the path is relative to the ini file
    run(pytester, dedent(TESTS), "--rootdir", str(pytester.path), str(pytester.path))
    assert not list(elsewhere.glob("*.jsonl"))
    assert len(lines(pytester.path / "run.jsonl")) == 7


def test_worker_appends_to_the_journal_file(pytester: pytest.Pytester) -> None:
    file = pytester.path / "run.jsonl"
    file.write_text("of another worker\n")
    config = pytester.parseconfig("-p", "no:xdist", f"--mock-memos-journal={file}")
    config.workerinput = {}  # type: ignore[attr-defined]
    pytest_mock_memos.pytest_configure(config)
    assert file.read_text() == "of another worker\n"
    del config.workerinput  # type: ignore[attr-defined]
    pytest_mock_memos.pytest_configure(config)
    assert file.read_text() == ""


def test_without_option_no_journal_is_written(pytester: pytest.Pytester) -> None:
    run(pytester, dedent(TESTS))
    assert not list(pytester.path.glob("*.jsonl"))


def test_unwritable_journal_file_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(): pass", "--mock-memos-journal", "no/such/run.jsonl")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mock-memos-journal no/such/run.jsonl: No such file*"])
