"""The commands `drift` and `replay` against a mock in this process."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.cli import main
from mock_memos.cli.options import parser
from mock_memos.cli.service_session import service_client
from mock_memos.journal.exports import jsonl_of_test
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.service import ServiceClient

Capture = pytest.CaptureFixture[str]
AT_ONCE: dict[str, Any] = dict.fromkeys(
    ("processing_delay", "file_processing_delay", "feedback_processing_delay"), 0
)


@pytest.fixture
def memos(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockMemos]:
    monkeypatch.delenv("MEMOS_BASE_URL", raising=False)
    monkeypatch.delenv("MEMOS_API_KEY", raising=False)
    with MockMemos(clock="manual", **AT_ONCE) as double:
        yield double


@pytest.fixture
def where(memos: MockMemos) -> list[str]:
    """Returns the options that select the mock."""
    return ["--base-url", memos.base_url, "--api-key", memos.api_key, "--max-rate", "0"]


@pytest.fixture
def journal(tmp_path: Path) -> str:
    """The journal of a test that lists templates."""
    memos = MockMemos()
    with ServiceClient(memos.base_url, memos.api_key, transport=memos.transport()) as target:
        target.post("list/profile_template", size=3)
    file = tmp_path / "journal.jsonl"
    file.write_text(jsonl_of_test("test_it", memos.journal, memos.tasks), encoding="utf-8")
    return str(file)


def test_drift_prints_progress_and_returns_0(
    where: list[str], tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "drift.json"
    assert main(["drift", *where, "--json", str(file)]) == 0
    out, err = capsys.readouterr()
    known = client_models()
    assert known is not None
    assert out.startswith("0 breaking, 0 notable, 0 notes in 27 kinds of replies")
    assert err.splitlines()[:2] == ["a knowledge base", "a file"]
    assert json.loads(file.read_text())["client"] == known.release


def test_drift_runs_outside_the_main_thread(where: list[str]) -> None:
    ends = list[int]()
    thread = Thread(target=lambda: ends.append(main(["drift", *where, "--only", "rerank"])))
    thread.start()
    thread.join()
    assert ends == [0]


def test_drift_returns_1_if_breaking(memos: MockMemos, where: list[str], capsys: Capture) -> None:
    memos.faults.add("error", "rerank", code=50004)
    assert main(["drift", *where, "--only", "rerank"]) == 1
    assert "  breaking  code     rerank documents\n" in capsys.readouterr().out


def test_replay_reads_url_and_key_from_the_environment(
    memos: MockMemos, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    monkeypatch.setenv("MEMOS_BASE_URL", memos.base_url)
    monkeypatch.setenv("MEMOS_API_KEY", "key-of-mine")
    assert main(["replay", journal]) == 0
    assert memos.engine.journals()["key-of-mine"].total == 2


def test_replay_returns_0_or_1_if_broken(
    memos: MockMemos, where: list[str], journal: str, tmp_path: Path,
    capsys: Capture,
) -> None:  # fmt: skip
    assert main(["replay", *where, journal]) == 0
    assert capsys.readouterr().out == "1 call: 1 hold, 0 broken, 0 not made, 0 left out\n"
    memos.faults.add("error", "list/profile_template", code=50004)
    file = tmp_path / "contracts.json"
    assert main(["replay", *where, journal, "--json", str(file)]) == 1
    out = capsys.readouterr().out
    assert out.endswith("test_it #1\n1 call: 0 hold, 1 broken, 0 not made, 0 left out\n")
    assert json.loads(file.read_text())["calls"][0]["place"] == "test_it #1"


@pytest.fixture
def tests(tmp_path: Path) -> str:
    """The journal of two tests, one of them with a fault."""
    memos = MockMemos()
    memos.faults.add("error", "rerank", code=50004)
    with ServiceClient(memos.base_url, memos.api_key, transport=memos.transport()) as target:
        made = target.post("add/profile_template", name="Guest", metadata={"A": {"value": ""}})
        target.post("get/profile_template", profile_template_id=made.at("profile_template_id"))
        target.post("rerank", query="x", documents=["y"])
    lines = jsonl_of_test("test_guest", memos.journal, memos.tasks)
    memos = MockMemos()
    with ServiceClient(memos.base_url, memos.api_key, transport=memos.transport()) as target:
        target.post("rerank", query="x", documents=["y"])
    lines += jsonl_of_test("test_order", memos.journal, memos.tasks)
    file = tmp_path / "tests.jsonl"
    file.write_text(lines, encoding="utf-8")
    return str(file)


def test_replay_dry_run_prints_calls_without_calling(
    memos: MockMemos, tests: str, capsys: Capture
) -> None:
    arguments = ["replay", tests, "--dry-run"]
    assert main([*arguments, "--only", "get/*", "--only", "test_order"]) == 0
    assert memos.journal.total == 0
    assert capsys.readouterr().out.splitlines() == [
        "test_guest",
        "  #1 add/profile_template, made and not compared",
        "  #2 get/profile_template",
        "  #3 left out: the mock answered with the fault 'error'",
        "test_order",
        "  #1 rerank",
        "3 calls of 2 tests: about 2 tokens, plus calls that wait for tasks and clean up.",
    ]


def test_only_selects_tests_and_compared_calls(
    memos: MockMemos, where: list[str], tests: str, capsys: Capture
) -> None:
    calls = ["replay", *where, tests, "--run-id", "mine"]
    assert main([*calls, "--only", "get/profile_template"]) == 0
    assert capsys.readouterr().out == "1 call: 1 hold, 0 broken, 0 not made, 0 left out\n"
    operations = [item.operation for item in memos.journal]
    assert operations[1:] == [
        "add/profile_template", "get/profile_template", "delete/profile_template"
    ]  # fmt: skip
    memos.journal.clear()
    assert main([*calls, "--only", "test_o*"]) == 0
    assert [item.operation for item in memos.journal] == ["get/status", "rerank"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["drift", "--only", "rernk"], "'rernk' matches no operation, did you mean 'rerank'?"),
        (
            ["replay", "JOURNAL", "--only", "test_this"],
            "'test_this' matches no call of",
        ),
        (["replay", "/no/such"], "/no/such cannot be read"),
    ],
)
def test_wrong_pattern_or_journal_returns_2(
    arguments: list[str], problem: str, where: list[str], journal: str, capsys: Capture
) -> None:
    named = [journal if argument == "JOURNAL" else argument for argument in arguments]
    assert main([*named, *where]) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["drift"], ["replay", "x"], ["verify"]])
@pytest.mark.parametrize(
    ("host", "options", "expected"),
    [
        ("memos.example", [], [0.05]),
        ("127.0.0.1:1", [], []),
        ("memos.example", ["--max-rate", "4"], [0.25]),
    ],
)
def test_max_rate_limits_calls_to_other_machines(
    arguments: list[str], host: str, options: list[str], expected: list[float]
) -> None:
    pauses = list[float]()
    service = ["--base-url", f"http://{host}/v1", "--api-key", "k", *options]
    answer = httpx.MockTransport(lambda _: httpx.Response(200))
    parsed = parser().parse_args([*arguments, *service])
    with service_client(parsed, answer, pauses.append) as target:
        target.post("rerank")
    assert pauses == expected


def test_interruption_cleans_up_and_returns_130(
    where: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    operations = list[str]()
    send = ServiceClient.send

    def interrupt(target: ServiceClient, method: str, operation: str, **sent: Any) -> object:
        operations.append(operation)
        if len(operations) == 4:
            signal.raise_signal(signal.SIGTERM)
        return send(target, method, operation, **sent)

    monkeypatch.setattr(ServiceClient, "send", interrupt)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["drift", *where]) == 130
    assert signal.getsignal(signal.SIGTERM) is before
    assert operations[-2:] == ["get/knowledgebase-file", "delete/knowledgebase"]
    assert "Interrupted. Everything that was created" in capsys.readouterr().err
