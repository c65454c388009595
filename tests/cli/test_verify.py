"""`mock-memos verify`: what it tells, what it writes, and how it ends."""

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
from mock_memos.cli import main, parser
from mock_memos.cli.service_session import fresh_run
from mock_memos.cli.verify import verify
from mock_memos.core.errors import UsageError
from mock_memos.verification.checks import CHECKS
from tests.cli.test_cli import serve
from tests.support.asking import Proxy, altering, double, operation_of, remains

URL = "https://memos.example/api/openmem/v1"
TASKS = ("--only", "tasks")
"""A page with facts that are documented, and with some that are assumed."""


def run(
    *arguments: str,
    transport: httpx.BaseTransport,
    pause: Callable[[float], None] = lambda _: None,
) -> int:
    said = ["verify", "--base-url", URL, "--api-key", "a-secret-key", *arguments]
    return verify(parser().parse_args(said), transport=transport, pause=pause)


def like_the_service(transport: httpx.BaseTransport) -> Proxy:
    """A double that does not tell that it is one."""

    def after(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        headers = {
            name: value
            for name, value in response.headers.items()
            if not name.startswith("x-mock-memos")
        }
        return httpx.Response(response.status_code, headers=headers, content=response.content)

    return Proxy(transport, after)


def differing_in(operation: str, **fields: Any) -> httpx.BaseTransport:
    change = altering(operation, lambda body: body["data"].update(fields))
    return Proxy(double().transport(), change)


def test_every_fact_holds_of_a_running_server(capsys: pytest.CaptureFixture[str]) -> None:
    with serve("--api-key", "a-secret-key", "--clock", "step", "--quiet") as served:
        said = ["verify", "--base-url", served.base_url, "--api-key", "a-secret-key"]
        status = verify(parser().parse_args(said), pause=lambda _: None)
    told, progress = capsys.readouterr()
    facts = sum(not check.quotas for check in CHECKS)
    assert f"{facts} facts: {facts} same, 0 differ, 0 not asked" in told
    assert "Everything that this run made was deleted." in told
    assert progress.startswith(f"{facts} facts: about ")
    assert progress.count("\n") == 1
    assert status == 0


def test_a_dry_run_lists_facts_and_budget_and_asks_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    proxy = Proxy(double().transport())
    assert run("--dry-run", *TASKS, transport=proxy) == 0
    told = capsys.readouterr().out
    assert proxy.calls == []
    assert "documented  get/status" in told
    assert "about get/status" in told
    assert "about error 50131" in told
    assert "- about error 40306: needs a second project" in told
    assert "- about error 40305: left out of this run" in told
    budget = told.splitlines()[-1].split()
    assert budget[1:4] == ["facts:", "about", budget[3]]
    assert int(budget[3]) > 20


def test_the_budget_is_what_a_run_uses(capsys: pytest.CaptureFixture[str]) -> None:
    proxy = Proxy(double().transport())
    run("--dry-run", *TASKS, transport=proxy)
    foretold = int(capsys.readouterr().out.splitlines()[-1].split("about ")[1].split()[0])
    run(*TASKS, transport=proxy)
    assert f"; {foretold} calls, about" in capsys.readouterr().out


def test_a_documented_difference_ends_with_1_and_an_assumed_one_with_0(
    capsys: pytest.CaptureFixture[str],
) -> None:
    documented = differing_in("get/status", task_id="another")
    assert run("--only", "a_status_names_its_task", transport=documented) == 1
    told = capsys.readouterr().out
    assert "DIFFERS    documented  get/status answers the id that it was asked about." in told
    assert "a_status_names_its_task: get/status.data.task_id: expected '" in told
    assert ", came 'another'" in told
    assumed = differing_in("get/memory", pages=99)
    assert run("--only", "pages_are_rounded_up", transport=assumed) == 0
    assert "DIFFERS    assumed" in capsys.readouterr().out


def test_a_fact_that_could_not_be_asked_ends_with_3() -> None:
    slow = double(processing_delay=1e6).transport()
    assert run("--only", "a_status_names_its_task", "--patience", "1", transport=slow) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_130_and_says_so(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    memos = double()

    def before(request: httpx.Request) -> httpx.Request:
        if len(proxy.calls) == 60:
            signal.raise_signal(number)
        return request

    proxy = Proxy(memos.transport(), before=before)
    assert run(transport=proxy) == 130
    assert "The run was interrupted" in capsys.readouterr().out
    assert remains(memos) == {}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (httpx.Response(200, text="<html>"), "no MemOS envelope; expected a base URL such as"),
        (
            httpx.Response(404, json={"code": 40001, "data": None, "message": "no"}),
            "has no get/status; expected a base URL such as",
        ),
        (httpx.Response(404, json={"detail": "Not Found"}), "answers HTTP 404"),
        (httpx.Response(401, json={"code": 40132, "data": None}), "refuses the key with 40132"),
        (None, "cannot be reached: ConnectError: connection refused"),
    ],
)
def test_a_target_that_cannot_be_asked_is_told_at_once(
    reply: httpx.Response | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(operation_of(request))
        if reply is None:
            raise httpx.ConnectError("connection refused", request=request)
        return reply

    assert run(transport=httpx.MockTransport(answer)) == 3
    told, complaint = capsys.readouterr()
    assert told == ""
    assert complaint.startswith(f"mock-memos: {URL} ")
    assert said in complaint
    assert calls == ["get/status"]


def test_the_outcome_is_written_as_json(tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    transport = differing_in("get/status", task_id="another")
    run(*TASKS, "--json", str(file), "--run-name", "r1", transport=transport)
    told = json.loads(file.read_text())
    assert (told["run"], told["status"], told["left"]) == ("r1", 1, [])
    (wrong,) = (one for one in told["facts"] if one["name"] == "a_status_names_its_task")
    assert wrong["result"] == "differs"
    assert wrong["where"] == "get/status.data.task_id"
    assert wrong["came"] == "'another'"
    assert wrong["operations"] == ["get/status"]
    assert "a-secret-key" not in file.read_text()


def test_the_outcome_is_written_as_junit(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    transport = differing_in("get/status", task_id="an\x07other")
    run(*TASKS, "--junit", str(file), transport=transport)
    suite = ElementTree.fromstring(file.read_bytes())
    cases = {case.get("name"): case for case in suite}
    failed = [name for name, case in cases.items() if case.find("failure") is not None]
    assert failed == ["a_status_names_its_task"]
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == "1"


def test_an_assumed_difference_is_skipped_in_junit(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    transport = differing_in("get/memory", pages=99)
    run("--only", "pages_are_rounded_up", "--junit", str(file), transport=transport)
    suite = ElementTree.fromstring(file.read_bytes())
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message", "").startswith("assumed: get/memory.data.pages: expected")
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_facts_are_chosen_by_name_page_and_operation(capsys: pytest.CaptureFixture[str]) -> None:
    for pattern, least in (("a_status_*", 4), ("streaming", 7), ("*profile_template", 20)):
        assert run("--only", pattern, "--dry-run", transport=double().transport()) == 0
        assert int(capsys.readouterr().out.splitlines()[-1].split()[0]) >= least


def test_limits_on_tokens_are_asked_for_only_when_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    limited = double(enforce_quotas="documented").transport()
    assert run("--quotas", "--only", "*_tokens", transport=limited) == 0
    assert "is refused with 40305." in capsys.readouterr().out
    with pytest.raises(UsageError, match="means no fact"):
        run("--only", "an_add_has_at_most_40000_tokens", transport=limited)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "serach"], "did you mean 'search'"),
        (["--max-calls", "10"], "and --max-calls is 10; ask less with --only"),
        (["--max-tokens", "10"], "and --max-tokens is 10"),
        (["--pace", "-1"], "--pace is -1"),
        (["--pace", "nan"], "--pace is nan"),
        (["--timeout", "0"], "--timeout is 0; expected a number from 0.001"),
        (["--run-name", "a b"], "--run-name is 'a b'; expected letters"),
        (["--json", "no/such/place.json"], "there is no directory no/such"),
        (["--base-url", "http://h:port"], "the base URL is 'http://h:port'"),
        (["--base-url", "memos.example"], "the base URL is 'memos.example'"),
        (["--base-url", ""], "give --base-url, or set MEMOS_BASE_URL"),
        (["--api-key", ""], "give --api-key, or set MEMOS_API_KEY"),
    ],
)
def test_a_mistake_in_use_ends_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--base-url", URL, "--api-key", "k", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_url_and_key_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMOS_BASE_URL", URL)
    monkeypatch.setenv("MEMOS_API_KEY", "a-secret-key")
    chosen = parser().parse_args(["verify", *TASKS])
    assert verify(chosen, transport=double().transport(), pause=lambda _: None) == 0


def test_the_key_of_the_environment_is_in_no_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEMOS_API_KEY", "a-secret-key")
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    assert "a-secret-key" not in capsys.readouterr().out


def test_calls_keep_their_pace_but_for_a_target_on_this_machine() -> None:
    rests: list[float] = []
    only = ("--only", "a_body_is_json")
    run(*only, transport=double().transport(), pause=rests.append)
    assert rests == [0.05] * 2
    rests.clear()
    run(*only, "--pace", "4", transport=double().transport(), pause=rests.append)
    assert rests == [0.25] * 2
    rests.clear()
    here = ("--base-url", "http://localhost:1/api/openmem/v1")
    run(*only, *here, transport=double().transport(), pause=rests.append)
    assert rests == []


def test_a_terminal_sees_each_fact_as_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run("--only", "a_body_is_json", transport=double().transport())
    assert "[1/1] same       documented  A body that is no JSON" in capsys.readouterr().err


def test_evidence_is_names_alone(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    transport = like_the_service(double().transport())
    assert run(*TASKS, "--evidence", str(file), transport=transport) == 0
    found = load_observations(file)
    assert "a_task_ends_completed" in found.facts
    assert {"operation get/status", "error 50131", "switch status_format"} <= set(found.observed)
    text = file.read_text()
    for secret in ("a-secret-key", "memos.example", "verify-"):
        assert secret not in text
    run(*TASKS, "--evidence", str(file), "--with-host", transport=transport)
    assert load_observations(file).host == "memos.example"


def test_a_statement_is_not_evident_when_one_of_its_facts_differs(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    transport = like_the_service(differing_in("get/status", task_id="another"))
    assert run(*TASKS, "--evidence", str(file), transport=transport) == 1
    found = load_observations(file)
    assert "a_status_names_its_task" not in found.facts
    assert not found.confirms("operation get/status")
    assert found.confirms("error 50131")


def test_a_double_is_no_evidence(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    with pytest.raises(UsageError, match="the target is a mock-memos"):
        run(*TASKS, "--evidence", str(file), transport=double().transport())
    assert not file.exists()


def test_each_run_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set()
    for process in (1, 2):
        monkeypatch.setattr("os.getpid", lambda process=process: process)
        names.add(fresh_run())
    assert len(names) == 2
    assert all(len(name) == 10 for name in names)


def test_whoever_interrupts_before_anything_is_sent_is_asked_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rehearse(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mock_memos.cli.verify.rehearse", rehearse)
    proxy = Proxy(double().transport())
    assert run(transport=proxy) == 130
    assert proxy.calls == []


def test_a_file_that_cannot_be_written_is_said_after_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=f"{tmp_path} cannot be written"):
        run("--only", "a_body_is_json", "--json", str(tmp_path), transport=double().transport())
    assert "1 facts: 1 same" in capsys.readouterr().out
