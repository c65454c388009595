"""`mock-memos verify`: its output, files and exit status."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from mock_memos.api.evidence.observations import load_observations
from mock_memos.cli import main
from mock_memos.cli.options import parser
from mock_memos.cli.service_session import new_run_id
from mock_memos.cli.verify import verify
from mock_memos.core.errors import UsageError
from mock_memos.verification.checks import CHECKS
from tests.cli.test_cli import serve
from tests.support.check_runs import Proxy, edit_body, mock, operation_of, remaining_in

Capture = pytest.CaptureFixture[str]
URL = "https://memos.example/api/openmem/v1"
TASKS = ("--only", "tasks")
"""A page with documented and assumed facts."""


def run(
    *arguments: str, transport: httpx.BaseTransport, sleep: Callable[[float], None] = lambda _: None
) -> int:
    options = ["verify", "--base-url", URL, "--api-key", "a-secret-key", *arguments]
    return verify(parser().parse_args(options), transport=transport, sleep=sleep)


def like_the_service(transport: httpx.BaseTransport) -> Proxy:
    """Removes the headers that identify a mock."""

    def after(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        headers = {
            name: value
            for name, value in response.headers.items()
            if not name.startswith("x-mock-memos")
        }
        return httpx.Response(response.status_code, headers=headers, content=response.content)

    return Proxy(transport, after)


def differing_in(operation: str, **fields: Any) -> httpx.BaseTransport:
    change = edit_body(operation, lambda body: body["data"].update(fields))
    return Proxy(mock().transport(), change)


def test_verify_finds_no_difference_in_a_running_server(capsys: Capture) -> None:
    with serve("--api-key", "a-secret-key", "--clock", "step", "--quiet") as served:
        arguments = ["verify", "--base-url", served.base_url, "--api-key", "a-secret-key"]
        status = verify(parser().parse_args(arguments), sleep=lambda _: None)
    output, progress = capsys.readouterr()
    facts = sum(not check.quotas for check in CHECKS)
    assert f"{facts} facts: {facts} same, 0 differ, 0 skipped" in output
    assert "Everything that this run created was deleted." in output
    assert progress.startswith(f"{facts} facts: about ")
    assert progress.count("\n") == 1
    assert status == 0


def test_dry_run_prints_facts_and_their_cost(capsys: Capture) -> None:
    proxy = Proxy(mock().transport())
    assert run("--dry-run", *TASKS, transport=proxy) == 0
    output = capsys.readouterr().out
    assert proxy.calls == []
    assert "documented  get/status" in output
    assert "about get/status" in output
    assert "about error 50131" in output
    assert "- about error 40306: needs a second project" in output
    assert "- about error 40305: not selected" in output
    calls = int(output.splitlines()[-1].split("facts: about ")[1].split()[0])
    run(*TASKS, transport=proxy)
    assert f"; {calls} calls, about" in capsys.readouterr().out
    assert calls > 20


def test_documented_difference_returns_1_assumed_one_0(capsys: Capture) -> None:
    documented = differing_in("get/status", task_id="another")
    assert run("--only", "a_status_names_its_task", transport=documented) == 1
    output = capsys.readouterr().out
    assert "DIFFERS  documented  get/status returns the id of the requested task." in output
    assert "a_status_names_its_task: get/status.data.task_id: expected '" in output
    assert ", got 'another'" in output
    assumed = differing_in("get/memory", pages=99)
    assert run("--only", "pages_are_rounded_up", transport=assumed) == 0
    assert "DIFFERS  assumed" in capsys.readouterr().out


def test_skipped_fact_returns_3() -> None:
    slow = mock(processing_delay=1e6).transport()
    assert run("--only", "a_status_names_its_task", "--task-timeout", "1", transport=slow) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_returns_130_and_cleans_up(number: signal.Signals, capsys: Capture) -> None:
    memos = mock()

    def before(request: httpx.Request) -> httpx.Request:
        if len(proxy.calls) == 60:
            signal.raise_signal(number)
        return request

    proxy = Proxy(memos.transport(), before=before)
    assert run(transport=proxy) == 130
    assert "The run was interrupted" in capsys.readouterr().out
    assert remaining_in(memos) == {}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(200, text="<html>"), "without a MemOS envelope; expected a base URL"),
        (httpx.Response(404, json={"code": 40001, "data": None}), "has no get/status; expected a"),
        (httpx.Response(404, json={"detail": "Not Found"}), "returned HTTP 404"),
        (httpx.Response(401, json={"code": 40132, "data": None}), "rejects the API key with 40132"),
        (None, "cannot be reached: ConnectError: connection refused"),
    ],
)
def test_unusable_service_returns_3_after_one_call(
    reply: httpx.Response | None, expected: str, capsys: Capture
) -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(operation_of(request))
        if reply is None:
            raise httpx.ConnectError("connection refused", request=request)
        return reply

    assert run(transport=httpx.MockTransport(answer)) == 3
    output, complaint = capsys.readouterr()
    assert output == ""
    assert complaint.startswith(f"mock-memos: {URL} ")
    assert expected in complaint
    assert calls == ["get/status"]


def test_json_file_contains_the_difference(tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    transport = differing_in("get/status", task_id="another")
    run(*TASKS, "--json", str(file), "--run-id", "r1", transport=transport)
    output = json.loads(file.read_text())
    assert (output["run_id"], output["status"], output["remaining"]) == ("r1", 1, [])
    (wrong,) = (item for item in output["facts"] if item["name"] == "a_status_names_its_task")
    assert wrong["verdict"] == "differs"
    assert wrong["path"] == "get/status.data.task_id"
    assert wrong["actual"] == "'another'"
    assert wrong["operations"] == ["get/status"]
    assert "a-secret-key" not in file.read_text()


def test_junit_file_contains_the_failure(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    transport = differing_in("get/status", task_id="an\x07other")
    run(*TASKS, "--junit", str(file), transport=transport)
    suite = ElementTree.fromstring(file.read_bytes())
    cases = {case.get("name"): case for case in suite}
    failed = [name for name, case in cases.items() if case.find("failure") is not None]
    assert failed == ["a_status_names_its_task"]
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == "1"


def test_junit_file_skips_an_assumed_difference(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    transport = differing_in("get/memory", pages=99)
    run("--only", "pages_are_rounded_up", "--junit", str(file), transport=transport)
    suite = ElementTree.fromstring(file.read_bytes())
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message", "").startswith("assumed: get/memory.data.pages: expected")
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_only_selects_by_name_page_and_operation(capsys: Capture) -> None:
    for pattern, least in (("a_status_*", 4), ("streaming", 7), ("*profile_template", 20)):
        assert run("--only", pattern, "--dry-run", transport=mock().transport()) == 0
        assert int(capsys.readouterr().out.splitlines()[-1].split()[0]) >= least


def test_token_limits_are_checked_only_with_quotas(capsys: Capture) -> None:
    limited = mock(enforce_quotas="documented").transport()
    assert run("--quotas", "--only", "*_tokens", transport=limited) == 0
    assert "returns 40305." in capsys.readouterr().out
    with pytest.raises(UsageError, match="matches no fact"):
        run("--only", "an_add_has_at_most_40000_tokens", transport=limited)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--only", "serach"], "did you mean 'search'"),
        (["--max-calls", "10"], "--max-calls is 10. Select fewer facts with --only"),
        (["--max-tokens", "10"], "--max-tokens is 10"),
        (["--max-rate", "-1"], "--max-rate is -1"),
        (["--max-rate", "nan"], "--max-rate is nan"),
        (["--timeout", "0"], "--timeout is 0; expected a number from 0.001"),
        (["--run-id", "a b"], "--run-id is 'a b'; expected letters"),
        (["--json", "no/such/place.json"], "no directory no/such"),
        (["--base-url", "http://h:port"], "the base URL is 'http://h:port'"),
        (["--base-url", "memos.example"], "the base URL is 'memos.example'"),
        (["--base-url", ""], "No service given. Use --base-url or set MEMOS_BASE_URL"),
        (["--api-key", ""], "No API key given. Use --api-key or set MEMOS_API_KEY"),
    ],
)
def test_wrong_usage_returns_2(arguments: list[str], expected: str, capsys: Capture) -> None:
    assert main(["verify", "--base-url", URL, "--api-key", "k", *arguments]) == 2
    assert expected in capsys.readouterr().err


def test_help_does_not_print_the_key(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("MEMOS_API_KEY", "a-secret-key")
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    assert "a-secret-key" not in capsys.readouterr().out


def test_terminal_shows_each_result(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run("--only", "a_body_is_json", transport=mock().transport())
    assert "[1/1] same     documented  A call whose body is not JSON" in capsys.readouterr().err


def test_evidence_file_contains_only_names(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    transport = like_the_service(mock().transport())
    assert run(*TASKS, "--write-evidence", str(file), transport=transport) == 0
    report = load_observations(file)
    assert "a_task_ends_completed" in report.facts
    assert {"operation get/status", "error 50131", "setting status_format"} <= set(report.observed)
    text = file.read_text()
    for secret in ("a-secret-key", "memos.example", "verify-"):
        assert secret not in text
    run(*TASKS, "--write-evidence", str(file), "--include-host", transport=transport)
    assert load_observations(file).host == "memos.example"


def test_evidence_omits_contradicted_statements(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    transport = like_the_service(differing_in("get/status", task_id="another"))
    assert run(*TASKS, "--write-evidence", str(file), transport=transport) == 1
    report = load_observations(file)
    assert "a_status_names_its_task" not in report.facts
    assert not report.confirms("operation get/status")
    assert report.confirms("error 50131")


def test_write_evidence_rejects_a_mock(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    with pytest.raises(UsageError, match="A mock-memos server is not evidence"):
        run(*TASKS, "--write-evidence", str(file), transport=mock().transport())
    assert not file.exists()


def test_run_ids_differ_between_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set()
    for process in (1, 2):
        monkeypatch.setattr("os.getpid", lambda process=process: process)
        names.add(new_run_id())
    assert len(names) == 2
    assert all(len(name) == 10 for name in names)


def test_interrupted_rehearsal_makes_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def rehearse(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mock_memos.cli.verify.rehearse", rehearse)
    proxy = Proxy(mock().transport())
    assert run(transport=proxy) == 130
    assert proxy.calls == []


def test_unwritable_file_is_reported_after_the_results(tmp_path: Path, capsys: Capture) -> None:
    with pytest.raises(UsageError, match=f"{tmp_path} cannot be written"):
        run("--only", "a_body_is_json", "--json", str(tmp_path), transport=mock().transport())
    assert "1 fact: 1 same" in capsys.readouterr().out
